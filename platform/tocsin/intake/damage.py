"""Numbers that a spreadsheet has spoiled: found before a wrong account or phone is accused."""

import re
from collections import Counter
from collections.abc import Iterable

from tocsin.intake.row import CannotRead

_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,3}", re.ASCII)
EXACT_DIGITS = 15
"""A spreadsheet keeps this many digits of a number and writes zeros for the rest (IEEE 754 binary64)."""
DIGITS_KINDS = frozenset(
    {
        "phone", "bank-account", "payment-proxy", "iban", "payment-card", "passport", "identity-document",
        "social-account", "app", "listing", "company-number", "vessel", "air-waybill", "invoice", None,
    }
)  # fmt: skip
"""Kinds whose values may be digits alone, which need a country, a bank or a platform to be read."""
_ACCOUNTS = frozenset({"bank-account", "iban"})
_SHOWN_DIGITS = 6
"""Digits that are left of a long number where 1.23457E+11 was read as a number again."""
_SHORTENED = re.compile(r"[1-9]\d{5}0{6,}", re.ASCII)
_OURS, _THEIRS = "<<<<<<< ", ">>>>>>> "
_REMEDY = "Format the column as text and enter the value again."


class Number(str):
    """The text of a cell that held a number: leading zeros and late digits may be gone."""

    __slots__ = ()


class Moment(str):
    """The text of a cell that held a date."""

    __slots__ = ()


def damage(cell: str, kind: str | None, place: str, usual: int | None = None) -> str | None:
    """What a spreadsheet did to `cell`, one sentence, or None. `usual` is the usual number of digits there."""
    if isinstance(cell, Moment):
        return f"{place} holds a date ({cell}) where a value should be. {_REMEDY}"
    if kind not in DIGITS_KINDS:
        return None
    if _SCIENTIFIC.fullmatch(cell):
        return f"{place} shows {cell}: the spreadsheet cut the number short. {_REMEDY}"
    if not isinstance(cell, Number):
        return None
    if len(cell) > EXACT_DIGITS:
        return f"{place} holds more than {EXACT_DIGITS} digits: the spreadsheet changed the last ones. {_REMEDY}"
    if kind in _ACCOUNTS and _SHORTENED.fullmatch(cell):
        return f"{place} holds {cell}, the {_SHOWN_DIGITS} digits that a spreadsheet shows of a long number. {_REMEDY}"
    if usual is not None and len(cell) < usual:
        return (
            f"{place} holds a number of {len(cell)} digits where {usual} are usual: a leading zero was lost. {_REMEDY}"
        )
    return None


def refuse_unmerged(text: str) -> None:
    """CannotRead for a file in which git left both sides of a conflict: nobody can say which of them is meant."""
    place = 0 if text.startswith(_OURS) else text.find("\n" + _OURS) + 1
    if not (place or text.startswith(_OURS)):
        return
    middle = text.find("\n=======\n", place)
    if middle > 0 and text.find("\n" + _THEIRS, middle) > 0:
        line = text.count("\n", 0, place) + 1
        raise CannotRead(
            f"Line {line} is the mark of an unfinished merge ({_OURS.strip()}): two versions of the file stand in it. "
            "Take it from its source again."
        )


def lost(place: str) -> str:
    """What to add where a number could not be read, because a spreadsheet kept only its digits."""
    return f"{place} holds a number, not text: a + or a leading zero before it may be lost. {_REMEDY}"


def usual_digits(cells: Iterable[str]) -> int | None:
    """How many digits most of the cells have, None where there is no rule to be seen."""
    lengths = Counter(len(cell) for cell in cells if cell.isascii() and cell.isdigit())
    if not lengths:
        return None
    length, count = lengths.most_common(1)[0]
    return length if count >= 3 and count * 2 > lengths.total() else None
