"""Sums of money in a text: an amount beside a currency, in the spellings that invoices have."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import pycountry

_SIGNS = {
    "€": "EUR", "£": "GBP", "US$": "USD", "S$": "SGD", "A$": "AUD", "HK$": "HKD", "NT$": "TWD", "C$": "CAD",
    "RM": "MYR", "RP": "IDR", "₱": "PHP", "฿": "THB", "₫": "VND", "៛": "KHR", "₭": "LAK", "₹": "INR", "RS": "INR",
    "₩": "KRW", "₦": "NGN", "R$": "BRL", "B$": "BND", "RMB": "CNY",
}  # fmt: skip
"""Signs that stand for one currency; `$` and `¥` alone stand for several."""

_NUMBER = r"\d{1,15}(?:[.,'’ \u00a0\u202f]\d{2,3}){0,5}(?:[.,]\d)?"
_SIGN = r"[A-Z]{1,3}\$|[A-Z]{3}|R[MPmps]|[€£₱฿₫៛₭₹₩₦$¥]"
_BEFORE = re.compile(rf"(?<![\w.,])({_SIGN})[ \u00a0:]{{0,3}}({_NUMBER})(?![\d])")
_BEHIND = re.compile(rf"(?<![\w.,])({_NUMBER})[ \u00a0]{{0,3}}([A-Z]{{3}}|[€£₱฿₫៛₭₹₩₦])(?!\w)")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217), an empty one where the sign stands for several."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,}".strip()


def is_currency(code: str) -> bool:
    """Whether this is the code of a currency (ISO 4217)."""
    return code in _currencies()


def money_in(text: str) -> Iterator[Money]:
    """The sums that a text names, in their order and each once."""
    found = [(match.start(), match[1], match[2]) for match in _BEFORE.finditer(text)]
    found += [(match.start(), match[2], match[1]) for match in _BEHIND.finditer(text)]
    seen = set()
    for _, sign, number in sorted(found):
        currency, amount = _currency(sign), amount_of(number)
        if currency is None or amount is None or amount <= 0 or (one := Money(amount, currency)) in seen:
            continue
        seen.add(one)
        yield one


def amount_of(text: str) -> Decimal | None:
    """A number with or without signs between its thousands: the last sign parts decimals unless three digits follow."""
    digits = re.sub(r"['’ \u00a0\u202f]", "", text.strip())
    if not re.fullmatch(r"\d{1,3}(?:[.,]?\d{1,3}){0,8}", digits, re.ASCII):
        return None
    last = max(digits.rfind("."), digits.rfind(","))
    behind = len(digits) - last - 1
    several = last >= 0 and digits.count(digits[last]) > 1
    if last < 0 or several or behind == 3:
        return Decimal(re.sub(r"[.,]", "", digits))
    return Decimal(re.sub(r"[.,]", "", digits[:last]) + "." + digits[last + 1 :])


def _currency(sign: str) -> str | None:
    if sign in ("$", "¥"):
        return ""
    known = _SIGNS.get(sign.upper())
    return known or (sign if is_currency(sign) else None)


@cache
def _currencies() -> frozenset[str]:
    return frozenset(one.alpha_3 for one in pycountry.currencies)
