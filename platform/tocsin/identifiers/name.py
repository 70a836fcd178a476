"""Names of persons and companies, in whatever script they came: kept with the report, joined by people alone.

Nothing is merged: two people have one name, and one person has it in three scripts. Property `latin` is how the name
sounds in Latin letters, and `alike` suggests what a person may then compare.
"""

import re
from unicodedata import category, normalize

from anyascii import anyascii

from tocsin.identifiers.entity import entity_kind
from tocsin.identifiers.identifier import Hints, Identifier, Unreadable
from tocsin.identifiers.spelling import plain, shown

_LONGEST = 200
_LEGAL_FORMS = (
    r"(?:pte|pvt|pty|sdn|corp|inc|ltd|llc|llp|plc|limited|incorporated|corporation|company|holdings|bhd|berhad|tbk|"
    r"jsc|gmbh|sarl|s\.a\.|srl|bv|nv|ltda|& co)"
)
"""At the end of a name; the short forms that are surnames too, such as Co and Sa, tell nothing."""

_COMPANY = re.compile(
    rf"(?:.*\b{_LEGAL_FORMS}\.?|(?:pt|cv|ud|công ty|cong ty)\b\.? .*)"
    r"|.*(?:有限公司|公司|株式会社|有限会社|合同会社|주식회사|บริษัท|จำกัด|หจก|ບໍລິສັດ|ក្រុមហ៊ុន|ကုမ္ပဏီ).*",
    re.I | re.S,
)
_NOT_A_NAME = re.compile(r"@|://|\d{7}")


def read(text: str, hints: Hints) -> Identifier:
    """A name in capitals, with single blanks; properties `form` (company, where a legal form tells it) and `latin`."""
    name = _canonical(text)
    if not any(category(letter)[0] == "L" for letter in name) or not name.isprintable():
        raise Unreadable(f"{shown(text)} is not a name: it has no letters, or signs that cannot be printed.")
    if len(name) > _LONGEST:
        raise Unreadable(f"{shown(text)} is longer than {_LONGEST} characters, which no name is.")
    if _NOT_A_NAME.search(name) is not None:
        raise Unreadable(f"{shown(text)} is not a name: it looks like an address or a number.")
    properties = {"form": "company"} if _COMPANY.fullmatch(name) else {}
    if not name.isascii():
        properties["latin"] = _latin(name)
    return Identifier("name", name, properties)


def alike(one: Identifier, other: Identifier) -> bool:
    """Whether two names sound the same word by word in Latin letters, in whatever order: a hint to look, no proof."""
    words, others = sorted(_latin(one.value).split()), sorted(_latin(other.value).split())
    return bool(words) and words == others


def _canonical(text: str) -> str:
    """The spelling that stays when it is read again."""
    name = text
    for _ in range(4):
        before, name = name, " ".join(normalize("NFC", normalize("NFC", plain(name)).upper()).split())
        if name == before:
            return name
    raise Unreadable(f"{shown(text)} cannot be read as a name.")


def _latin(name: str) -> str:
    letters = "".join(letter for letter in normalize("NFD", name) if category(letter) != "Mn" or ord(letter) > 0x36F)
    return " ".join(re.sub(r"[^A-Z0-9]+", " ", anyascii(letters).upper()).split())


KIND = entity_kind("name", "Name of a person or company", read, personal=True, kept=True)
