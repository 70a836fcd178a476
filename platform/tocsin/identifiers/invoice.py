"""Numbers of invoices: whoever issues them counts as they like, so they mean something beside other facts alone."""

import re

from tocsin.identifiers.entity import entity_kind
from tocsin.identifiers.identifier import Hints, Identifier, Unreadable
from tocsin.identifiers.spelling import ascii_digits, plain, shown

_PREFIX = re.compile(
    r"(?:(?:tax |proforma |pro forma )?invoice|inv|bill|facture|faktur|invois)\.?(?: (?:no|number|nr)\.?)?"
    r"(?: ?[:#] ?| )",
    re.I,
)
_NUMBER = re.compile(r"(?=.*[0-9])[A-Z0-9](?:[A-Z0-9/._ -]{0,38}[A-Z0-9])?")
_SPACES = re.compile(r" ?([/._-]) ?")


def read(text: str, hints: Hints) -> Identifier:
    """An invoice's number in capitals, at most 40 letters, digits and dashes."""
    spelling = plain(text)
    digits = ascii_digits(spelling).upper()
    number = _SPACES.sub(r"\1", _PREFIX.sub("", " ".join(digits.split()), count=1))
    if _NUMBER.fullmatch(number) is None or plain(number) != number or _PREFIX.match(number):
        raise Unreadable(
            f"{shown(text)} is not an invoice's number: it has at most 40 letters and digits, one digit among them."
        )
    return Identifier("invoice", number)


KIND = entity_kind("invoice", "Invoice number", read, personal=False, kept=True)
