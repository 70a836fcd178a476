"""Payment cards: the first six and the last four digits, and a token in place of the number (ISO/IEC 7812-1)."""

import re

from stdnum import luhn

from tocsin.identifiers.entity import entity_kind
from tocsin.identifiers.identifier import Hints, Identifier, Unreadable
from tocsin.identifiers.secret import TOKEN, token_of, unquoted
from tocsin.identifiers.spelling import compact, plain

LABEL = "Payment card"

_CANONICAL = re.compile(rf"([0-9]{{6}}):([0-9]{{4}}):({TOKEN.pattern})")
_NUMBER = re.compile(r"[0-9]{12,19}")
_SPELLING = re.compile(r"(?:(?:credit|debit|payment)? ?card ?(?:no|number)?\.? ?[:#]? ?)?([\d\s.\-/]{12,40})", re.I)
_LOOKS = re.compile(r"(?:(?:credit|debit|payment)? ?card ?(?:no|number)?\.? ?[:#]? ?)?(\d[\d -]{12,29}\d)", re.I)
_SCHEMES = (
    ("visa", r"4"), ("mastercard", r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), ("amex", r"3[47]"),
    ("jcb", r"35(?:2[89]|[3-8])"), ("unionpay", r"62|81"), ("discover", r"6011|64[4-9]|65"),
    ("diners", r"36|38|39|30[0-5]"), ("napas", r"9704"), ("rupay", r"60|82|508"),
    ("maestro", r"5018|5020|5038|56|57|58|67"),
)  # fmt: skip
"""Who issues numbers that begin so, from the schemes' own lists of ranges; the first that fits."""

_BY_SCHEME = tuple((name, re.compile(f"(?:{begin})")) for name, begin in _SCHEMES)
_LENGTHS = {"visa": (16, 19), "amex": (15,), "diners": (14, 16, 19), "mastercard": (16,), "jcb": (16,)}
"""Numbers of another length are read where a heading says that they are cards; telephone numbers have up to 15."""


@unquoted("the number of a payment card")
def read(text: str, hints: Hints) -> Identifier:
    """A card `BIN:LAST4:TOKEN`; properties bin, last4, token, and scheme where the number tells it.

    The check digit (Luhn) has to be right. What is no card, and a number where there is no key, is refused in words
    that do not repeat it.
    """
    spelling = plain(text)
    canonical = _CANONICAL.fullmatch(spelling)
    if canonical is not None:
        return _card(*canonical.groups())
    match = _SPELLING.fullmatch(spelling)
    number = compact(match[1]) if match else ""
    if _NUMBER.fullmatch(number) is None or not luhn.is_valid(number):
        raise Unreadable("The check digit is wrong.")
    return _card(number[:6], number[-4:], token_of("card", number, hints))


def _card(issuer: str, last: str, token: str) -> Identifier:
    scheme = scheme_of(issuer)
    properties = {"bin": issuer, "last4": last, "token": token} | ({"scheme": scheme} if scheme else {})
    return Identifier("payment-card", f"{issuer}:{last}:{token}", properties)


def scheme_of(number: str) -> str | None:
    """Which scheme numbers that begin so are of, None where no list says it."""
    return next((name for name, begin in _BY_SCHEME if begin.match(number)), None)


def looks_like(text: str) -> bool:
    """Whether it is a number that a scheme issues, of its length, with its check digit: it has to be withheld."""
    if _CANONICAL.fullmatch(text) is not None:
        return True
    match = _LOOKS.fullmatch(text)
    number = compact(match[1]) if match else ""
    if _NUMBER.fullmatch(number) is None:
        return False
    scheme = scheme_of(number)
    return scheme is not None and len(number) in _LENGTHS.get(scheme, (16, 17, 18, 19)) and luhn.is_valid(number)


KIND = entity_kind("payment-card", LABEL, read, looks_like, personal=True, secret=True)
