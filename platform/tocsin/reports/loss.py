"""Money that a victim lost: an amount in a currency of ISO 4217, in its smallest unit, and its spellings."""

import re
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision, get_territory_currencies

MOST_DIGITS = 15
"""Digits of an amount before the point: more than any state owes."""

_GROUPS = re.compile(r"[\s\u00a0\u202f'’_]")
_AMOUNT = re.compile(r"\d[\d.,]*", re.ASCII)


class BadLoss(ValueError):
    """An amount or currency cannot be read. `field` is `loss` or `currency`; the message says why, in plain words."""

    def __init__(self, message: str, field: str = "loss") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Loss:
    """`minor` counts the currency's smallest unit (cents), `currency` is its ISO 4217 code."""

    minor: int
    currency: str

    def __str__(self) -> str:
        """Such as `12,500.00 SGD`, with as many decimals as the currency has."""
        places = get_currency_precision(self.currency)
        digits = f"{self.minor:0{places + 1}d}"
        whole = f"{int(digits[: len(digits) - places]):,}"
        return f"{whole}.{digits[-places:]} {self.currency}" if places else f"{whole} {self.currency}"


@cache
def currencies() -> dict[str, str]:
    """English names of the currencies that are legal tender somewhere today, by ISO 4217 code."""
    names = Locale("en").currencies
    tender = {code for territory in get_global("territory_currencies") for code in get_territory_currencies(territory)}
    return {code: names.get(code, code) for code in sorted(tender)}


def currency_of(country: str | None) -> str | None:
    """The currency that is paid in, in a country (ISO 3166 alpha-2); None where that is not one."""
    found = get_territory_currencies(country) if country is not None else []
    return found[0] if found else None


def read_loss(amount: str, currency: str) -> Loss:
    """The loss that is written `12500`, `12,500.00`, `12.500,00` or `12 500`; BadLoss where it can be two amounts."""
    text = _GROUPS.sub("", amount.strip())
    code = currency.strip().upper()
    if code not in currencies():
        raise BadLoss("Choose the currency of the loss.", "currency")
    if not _AMOUNT.fullmatch(text):
        raise BadLoss("Write the loss in digits, such as 12500 or 12500.50, or leave it empty.")
    places = get_currency_precision(code)
    whole, cents = _parts(text, places)
    if len(whole) > MOST_DIGITS:
        raise BadLoss("That is more money than there is. Write the loss in digits, such as 12500.")
    return Loss(int(whole + cents.ljust(places, "0")), code)


def _parts(text: str, places: int) -> tuple[str, str]:
    """The digits before and behind the decimal sign. BadLoss where a sign may be that one or one between thousands."""
    signs = re.findall("[.,]", text)
    if not signs:
        return text, ""
    head, _, tail = text.rpartition(signs[-1])
    mixed = len(set(signs)) > 1
    if len(signs) == 1 and len(tail) == places == 3:
        raise BadLoss(f"{text} can be read as two amounts: write it without a sign between the thousands.")
    if not mixed and (len(signs) > 1 or len(tail) == 3):
        return _whole(text), ""
    if not 0 < len(tail) <= places:
        raise BadLoss(f"Write at most {places} digits behind the point." if places else "Write a whole number.")
    return _whole(head), tail


def _whole(text: str) -> str:
    """Digits without what stands between thousands, or between lakhs and crores."""
    first, *others = re.split("[.,]", text)
    if others and not (first and len(others[-1]) == 3 and all(len(group) in (2, 3) for group in others)):
        raise BadLoss("Write the loss in digits, such as 12500 or 12500.50.")
    return "".join((first, *others))
