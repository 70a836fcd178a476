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

_NUMBER = (
    r"(?:\d{1,3}(?:(?:,\d{3}){1,4}|(?:\.\d{3}){1,4}|(?:['’]\d{3}){1,4}|(?:[ \u00a0\u202f]\d{3}){1,4})|"
    r"\d{1,2}(?:,\d{2}){1,4},\d{3}|\d{1,15})(?:[.,]\d{1,3})?(?![.,]?\d)"
)
"""Thousands are parted by one sign and have three digits, or two as in lakhs; what follows a blank else is another
number."""

_SIGN = r"[A-Z]{1,3}\$|[A-Z]{3}|R[MPmps]|[€£₱฿₫៛₭₹₩₦$¥]"
_BEFORE = re.compile(rf"(?<![\w.,])({_SIGN})[ \u00a0:]{{0,3}}({_NUMBER})")
_BEHIND = re.compile(rf"(?<![\w.,])({_NUMBER})[ \u00a0]{{0,3}}([A-Z]{{3}}|[€£₱฿₫៛₭₹₩₦])(?!\w)")
_ANOTHER = re.compile(r"(?:invoice|inv|bill|order|po|ref|reference|no|nr|number|year|in|#)\W{0,3}$", re.I)
"""What stands before a number that is no amount."""
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)


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
    by_sign = {match.start(1): match for match in _BEFORE.finditer(text)}
    found = []
    for match in _BEHIND.finditer(text):
        other = by_sign.get(match.start(2))
        if other is None or _is_amount(text, match, other):
            found.append((match.start(), match[2], match[1]))
            by_sign.pop(match.start(2), None)
    found += [(match.start(), match[1], match[2]) for match in by_sign.values()]
    seen = set()
    for _, sign, number in sorted(found):
        currency, amount = _currency(sign), amount_of(number)
        if currency is None or amount is None or amount <= 0 or (one := Money(amount, currency)) in seen:
            continue
        seen.add(one)
        yield one


def _is_amount(text: str, front: re.Match[str], other: re.Match[str]) -> bool:
    """Whether of two numbers around one currency the one in front is the amount: "500 USD 30 days", "no 7 USD 500"."""
    written = [any(sign in number for sign in ".,'’") for number in (front[1], other[2])]
    if written[0] != written[1]:
        return written[0]
    before = text[max(0, front.start() - 20) : front.start()]
    return _ANOTHER.search(before) is None and _YEAR.fullmatch(front[1]) is None


def amount_of(text: str) -> Decimal | None:
    """A number with or without signs between its thousands.

    The last sign parts decimals where it is the only one of its sort beside another, or where other than three digits
    follow it.
    """
    digits = re.sub(r"['’ \u00a0\u202f]", "", text.strip())
    if not re.fullmatch(r"\d{1,3}(?:[.,]?\d{1,3}){0,8}", digits, re.ASCII):
        return None
    last = max(digits.rfind("."), digits.rfind(","))
    behind = len(digits) - last - 1
    single = last >= 0 and digits.count(digits[last]) == 1
    mixed = single and any(sign in digits[:last] for sign in ".,")
    if last < 0 or (behind == 3 and not mixed):
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
