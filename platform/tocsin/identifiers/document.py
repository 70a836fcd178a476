"""Passports and identity documents: a token in place of the number, with the country that issued it."""

import re
from importlib import import_module

import phonenumbers
from stdnum.exceptions import ValidationError

from tocsin.identifiers.entity import entity_kind
from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.secret import TOKEN, Read, token_of, unquoted
from tocsin.identifiers.spelling import compact, plain

_CANONICAL = re.compile(rf"([A-Z]{{2}}):({TOKEN.pattern})")
_WITH_COUNTRY = re.compile(r"([A-Za-z]{2})(?: ?[:/] ?| )(?=.*\d)(.+)")
_SAYS = r"(?: ?(?:no|number|nr|num))?(?:\.? ?[:：#] ?|\.? )"
_PREFIX = re.compile(
    rf"(?:passport|travel document|หนังสือเดินทาง|护照|護照|nric|fin|my ?kad|nik|ktp|cccd|cmnd|national id|id card|"
    rf"identity card|driving licen[cs]e|บัตรประชาชน|身份证|身份證){_SAYS}",
    re.I,
)
_NUMBER_AFTER = r"(?:[A-Z]{2} ?[:/]? ?)?(?=[A-Z0-9-]*\d)[A-Z0-9-]{5,20}"
_PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,12}")
_IDENTITY = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,20}")
_CHECKED = {
    "CN": "cn.ric", "ID": "id.nik", "IN": "in_.aadhaar", "KR": "kr.rrn", "MY": "my.nric", "PK": "pk.cnic",
    "TH": "th.pin",
}  # fmt: skip
"""Modules of python-stdnum that check a country's identity numbers."""


def _reader(kind: str, shape: re.Pattern[str]) -> Read:
    def read(text: str, hints: Hints) -> Identifier:
        """A document `CC:TOKEN`; properties country and token.

        The country stands before the number or in the hints; without one it is refused, because other countries give
        the same number to somebody else.
        """
        spelling = plain(text)
        canonical = _CANONICAL.fullmatch(spelling)
        if canonical is not None:
            return _document(kind, canonical[1], canonical[2])
        bare = _PREFIX.sub("", spelling, count=1)
        match = _WITH_COUNTRY.fullmatch(bare)
        told = match is not None and match[1].upper() in phonenumbers.SUPPORTED_REGIONS
        country, number = (match[1], match[2]) if match is not None and told else (hints.country, bare)
        number = compact(number)
        country = (country or "").upper()
        if country not in phonenumbers.SUPPORTED_REGIONS or shape.fullmatch(number) is None:
            raise Unreadable("There is no country, or the number has a wrong form.")
        if kind == "identity-document":
            _check(country, number)
        return _document(kind, country, token_of(f"{kind}:{country}", number, hints))

    return read


def _document(kind: str, country: str, token: str) -> Identifier:
    return Identifier(kind, f"{country}:{token}", {"country": country, "token": token})


def _check(country: str, number: str) -> None:
    if country == "SG" and not _is_singapore(number):
        raise Unreadable("The check letter is wrong.")
    if country in _CHECKED:
        try:
            import_module(f"stdnum.{_CHECKED[country]}").validate(number)
        except (ValidationError, ValueError, LookupError) as problem:
            raise Unreadable("The check digit or the form is wrong.") from problem


def _is_singapore(number: str) -> bool:
    """Whether the check letter of an NRIC or FIN is right: weights 2 7 6 5 4 3 2, remainder by 11."""
    if not re.fullmatch("[STFGM][0-9]{7}[A-Z]", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(number[0], 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "M": "XWUTRQPNJLK"}.get(number[0], "XWUTRQPNMLK")
    return letters[total % 11] == number[8]


def _kind(name: str, label: str, shape: re.Pattern[str], says: str) -> Kind:
    """`says`: what stands before such numbers, so that they have to be withheld."""
    looks = re.compile(rf"(?:{says}){_SAYS}{_NUMBER_AFTER}", re.I)
    read = unquoted(f"the number of such a document with its country ({label.lower()})")(_reader(name, shape))
    return entity_kind(name, label, read, lambda text: looks.fullmatch(text) is not None, personal=True, secret=True)


PASSPORT = _kind("passport", "Passport", _PASSPORT, "passport|travel document")
IDENTITY = _kind("identity-document", "Identity document", _IDENTITY, "nric|my ?kad|ktp|cccd|national id")
