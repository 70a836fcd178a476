"""Telephone numbers: E.164 with `+`."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.spelling import plain, shown
from tocsin.identifiers.stix_form import observable, pattern

_PREFIX = re.compile(
    r"(?:tel|telephone|phone|mobile|whatsapp|viber|sms|hp|โทร|ໂທ|ទូរស័ព្ទ|ဖုန်း|电话|電話|手机)\.?\s?[:：]\s?", re.I
)
_SPELLING = re.compile(r"[\s(]{0,3}(\+?)[\s(]{0,3}(\d(?:[\s().\-/\u2010-\u2015]{0,3}\d){3,24})[\s)]{0,2}")
_EXTENSION = re.compile(r"[\s,;]{0,3}(?:ext(?:ension|n)?\.?|;ext=|x|#|ต่อ|分机|轉|转|内线)\s?[:.]?\s?(\d{1,7})", re.I)
_ANNOUNCED = re.compile(r"[\s,;]{0,3}[^\W\d_#]|[\s,;]{0,3}[#;]")
_CHAT = re.compile(r"(?:whatsapp://send/?\?phone=|viber://(?:chat|add)/?\?number=)(?:\+|%2B)?(\d{7,15})(?:&.*)?", re.I)


def read(text: str, hints: Hints) -> Identifier:
    """A number with `+` or 00 and country code, or as it is dialled in `hints.country`.

    An international number needs only a length that its country has, because frauds show numbers that nobody was
    ever given; property `assigned` is then `no`. A local spelling must be a number that is in use. An extension
    becomes a property: it is nobody's number.
    """
    spelling = plain(text)
    if chat := _CHAT.fullmatch(spelling):
        return _parsed("+" + _ascii(chat[1]), None, text)
    match, extension = _parts(spelling)
    if match is None:
        raise Unreadable(f"{shown(text)} is not a telephone number such as +65 6123 4567.")
    # (0) is a trunk prefix shown beside the country code, as in +44 (0)20 7946 0123.
    digits = _ascii(match[2].replace("(0)", ""))
    if match[1] or digits.startswith("00"):
        return _parsed("+" + digits.removeprefix("00"), None, text, extension)
    if hints.country is None:
        raise Unreadable(f"{shown(text)} has no country: write a telephone number with + and its country code.")
    return _parsed(digits, hints.country.upper(), text, extension)


def looks_like(text: str) -> bool:
    """Whether it has the characters of a telephone number and no others, or is a chat with one."""
    return _parts(text)[0] is not None or ("://" in text and _CHAT.fullmatch(text) is not None)


def _parts(spelling: str) -> tuple[re.Match[str] | None, str | None]:
    """The number, None where there is none, without what is written before it, and its extension."""
    prefix = _PREFIX.match(spelling)
    bare = spelling[prefix.end() :] if prefix else spelling
    match = _SPELLING.fullmatch(bare)
    announced = _ANNOUNCED.search(bare) if match is None else None
    if announced is None or not announced.start():
        return match, None
    extension = _EXTENSION.fullmatch(bare, announced.start())
    number = _SPELLING.fullmatch(bare, 0, announced.start()) if extension else None
    return (number, _ascii(extension[1])) if extension and number else (None, None)


def _ascii(text: str) -> str:
    """The digits of every script in `text` as 0 to 9."""
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


def _parsed(digits: str, country: str | None, text: str, extension: str | None = None) -> Identifier:
    try:
        number = phonenumbers.parse(digits, country)
    except NumberParseException as problem:
        where = f"in {country}" if country else "with a country code that exists"
        raise Unreadable(f"{shown(text)} is not a telephone number {where}.") from problem
    in_use = phonenumbers.is_valid_number(number)
    if not in_use and (country or not phonenumbers.is_possible_number(number)):
        place = country or f"country code +{number.country_code}"
        raise Unreadable(f"{shown(text)} is not a telephone number that {place} has.")
    properties = {} if in_use else {"assigned": "no"}
    region = phonenumbers.region_code_for_number(number)
    if region and region != "001":  # 001 is the library's word for numbers of no country, such as +800
        properties["country"] = region
    if extension is not None:
        properties["extension"] = extension
    return Identifier("phone", phonenumbers.format_number(number, PhoneNumberFormat.E164), properties)


def _observable(identifier: Identifier) -> dict[str, object]:
    return observable("phone-number", {"value": identifier.value})


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern("phone-number:value", identifier.value)


KIND = Kind("phone", "Telephone number", True, looks_like, read, _observable, _pattern)
