"""Bank accounts without an IBAN: `CC:BANKCODE:NUMBER`, since the same number at two banks is two accounts."""

import re
from typing import NamedTuple

import phonenumbers

from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.schemes import IFSC, SCHEMES, Account, country_of_swift, is_bic
from tocsin.identifiers.spelling import compact, plain, shown
from tocsin.identifiers.stix_form import observable, pattern

_EXTENSION = "extension-definition--bdc93c69-fcec-4ef0-afb8-6d90b835b2df"
_NUMBER = re.compile(r"[A-Z0-9]{4,34}")
_BANK_CODE = re.compile(r"[A-Z0-9]{2,20}")
_QUALIFIED = re.compile(r"([A-Za-z]{2}) ?: ?([^:]{2,60}?) ?: ?([\w .\-/]{3,60})")
_PLAIN_QUALIFIED = re.compile(r"[A-Za-z]{2} ?: ?[A-Za-z0-9 .-]{2,34}? ?: ?[\w .\-/]{3,60}")
_SWIFT = r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?"
_AFTER_SWIFT = re.compile(rf"({_SWIFT})[ :/,-]{{1,3}}(\d[\w .\-/]{{2,60}})")
_BEFORE_SWIFT = re.compile(rf"(\d[\w .\-/]{{2,60}}?)[ :/,(-]{{1,3}}({_SWIFT})\)?")
_AFTER_IFSC = re.compile(rf"({IFSC.pattern})[ :/,-]{{1,3}}(\d[\d -]{{4,30}})", re.I)
_LABEL = re.compile(
    r"\b(?:no\.? ?)?(?:sort ?code|bsb|aba|routing|ifsc?|swift|bic|account|acct|acc|a/c|ac|rekening|rek|akaun)\b"
    r"(?: ?(?:code|number|no|nr|nomor)\b)?[ .:#=]{0,4}|\b(?:bank|branch)(?: ?(?:code|name|no))? ?[:#=] ?",
    re.I,
)
_BANK_FIRST = re.compile(r"\(?([^\d:()]{2,60}?)\)?[ ,:;/#-]{1,4}(\d[\w .\-/]{3,60})")
_BANK_LAST = re.compile(r"(\d[\d .\-/]{3,60}?)[ ,;/(-]{1,4}([^\d:()]{2,60})\)?")


class _Parts(NamedTuple):
    """What a spelling and its hints tell of an account, as written."""

    country: str | None
    bank: str | None
    branch: str | None
    number: str
    whole: bool = False


def read(text: str, hints: Hints) -> Identifier:
    """An account with its bank: by SWIFT code, by the code that the country's clearing uses, or by name.

    The bank stands in the spelling or in the hints; without one an account is never guessed. Properties: country,
    bank_code, account_number, branch_code where told. How a country writes accounts is in `schemes`.
    """
    country, bank, branch, number, whole = _parts(plain(text), hints)
    if bank is None:
        raise Unreadable(f"{shown(text)} {_nameless(country)}")
    bank = bank.strip()
    country = country or country_of_bank(bank)
    if country is None:
        raise Unreadable(f"{shown(text)} needs a country, because {shown(bank)} is not a SWIFT code.")
    scheme = SCHEMES.get(country)
    if scheme is not None:
        found = scheme.account(bank, branch, number, whole=whole)
    else:
        found = _elsewhere(country, bank, branch, number)
    properties = {"country": country, "bank_code": found.bank, "account_number": found.number}
    if found.branch:
        properties["branch_code"] = found.branch
    return Identifier("bank-account", f"{country}:{found.bank}:{found.number}", properties)


def looks_like(text: str) -> bool:
    """Whether country and bank, or the code of a bank that is known here, stand before the number.

    Other SWIFT codes are no sign, because words are built like them: CUSTOMER would be a bank in Oman.
    """
    match = _AFTER_SWIFT.fullmatch(text)
    if match is not None:
        scheme = SCHEMES.get(match[1][4:6])
        return scheme is not None and (scheme.country == "SG" or match[1][:8] in scheme.banks.codes)
    if _PLAIN_QUALIFIED.fullmatch(text) or _AFTER_IFSC.fullmatch(text):
        return True
    qualified = None if text.isascii() else _QUALIFIED.fullmatch(text)
    return qualified is not None and qualified[1].upper() in SCHEMES and any(map(str.isdecimal, qualified[3]))


def country_of_bank(bank: str, label: str = "") -> str | None:
    """The country (ISO 3166 alpha-2) that a bank's code itself tells, or the words that stand before it; else None.

    `label` is in lower case. Sort codes that begin with 9 are in use in two countries, the other being Ireland.
    """
    swift = country_of_swift(bank)
    if swift is not None:
        return swift
    code = bank.strip().upper()
    if IFSC.fullmatch(code) or "ifsc" in label:
        return "IN"
    if "bsb" in label:
        return "AU"
    if re.search(r"\b(?:aba|routing)\b", label):
        return "US"
    return "GB" if "sort code" in label and not code.startswith("9") else None


def _labelled(spelling: str) -> str | None:
    """The country of which the words before a bank's code tell."""
    label = spelling.lower().replace("sortcode", "sort code")
    code = re.search(r"sort code\D{0,5}(\d)", label)
    return country_of_bank(code[1] if code else "9", label)


def _nameless(country: str | None) -> str:
    scheme = SCHEMES.get(country or "")
    if scheme is None:
        return "may be an account at any bank: name the bank, for example DBSSSGSG before the number."
    return f"may be an account at any bank in {scheme.place}: name the bank; {scheme.instead} will do."


def _parts(spelling: str, hints: Hints) -> _Parts:
    country = hints.country.upper() if hints.country else None
    if qualified := _QUALIFIED.fullmatch(spelling):
        return _Parts(qualified[1].upper(), qualified[2], hints.branch, qualified[3], whole=True)
    if (after := _AFTER_SWIFT.fullmatch(spelling)) and (there := country_of_swift(after[1])):
        return _Parts(there, after[1], hints.branch, after[2])
    if (before := _BEFORE_SWIFT.fullmatch(spelling)) and (there := country_of_swift(before[2])):
        return _Parts(there, before[2], hints.branch, before[1])
    if hints.bank is None:
        return _spelled(spelling, country, hints.branch)
    told = None if spelling.isdecimal() else _named(_unlabelled(spelling), country)
    if told is None:
        number = _unlabelled(spelling) if _has_letters(spelling) else spelling
        return _Parts(country, hints.bank, hints.branch, number)
    if not _is_same(country, told.bank, hints.bank):
        raise Unreadable(f"{shown(spelling)} names one bank, and what stands beside it another: {shown(hints.bank)}.")
    return _Parts(country, hints.bank, hints.branch, told.number)


def _spelled(spelling: str, country: str | None, branch: str | None) -> _Parts:
    """An account whose bank stands in the same text, by code or by name, with or without words before them."""
    if match := _AFTER_IFSC.fullmatch(spelling):
        return _Parts("IN", match[1], branch, match[2])
    if _has_letters(spelling):
        named = _named(spelling, country)
        if named is not None:
            return named._replace(branch=branch)
        country = _labelled(spelling) or country
        spelling = _unlabelled(spelling)
    scheme = SCHEMES.get(country or "SG")
    for shape in scheme.spelled if scheme else ():
        match = shape.fullmatch(spelling)
        if match is not None and scheme is not None and scheme.has_code(match["bank"]):
            told = match.groupdict()
            return _Parts(scheme.country, told["bank"], told.get("branch") or branch, told["number"])
    if (match := _AFTER_SWIFT.fullmatch(spelling)) and (there := country_of_swift(match[1])):
        return _Parts(there, match[1], branch, match[2])
    named = _named(spelling, country)
    return named._replace(branch=branch) if named else _Parts(country, None, branch, spelling)


def _named(spelling: str, country: str | None) -> _Parts | None:
    """A number with the name of a bank before or behind it; None where there is none that the country has."""
    scheme = SCHEMES.get(country or "")
    if scheme is None or not _has_letters(spelling):
        return None
    for shape, bank, number in ((_BANK_FIRST, 1, 2), (_BANK_LAST, 2, 1)):
        match = shape.fullmatch(spelling)
        if match is not None and scheme.banks.find(match[bank], compact(match[bank])) is not None:
            return _Parts(country, match[bank], None, match[number])
    return None


def _unlabelled(spelling: str) -> str:
    """The text without the words that say what follows them."""
    return re.sub(r"[ ,;]{2,}", " ", _LABEL.sub(" ", spelling)).strip(" ,;:")


def _has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


def _is_same(country: str | None, one: str | None, other: str) -> bool:
    scheme = SCHEMES.get(country or "")
    return scheme is not None and one is not None and scheme.bank_code(one) == scheme.bank_code(other)


def _elsewhere(country: str, bank: str, branch: str | None, number: str) -> Account:
    """An account of a country without rules of its own here."""
    # the library's regions are ISO 3166-1 alpha-2: every country that has telephones
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise Unreadable(f"{shown(country)} is not the two-letter code of a country.")
    code, digits = compact(bank), compact(number)
    if is_bic(code):
        if code[4:6] != country:
            raise Unreadable(f"{shown(bank)} is a bank in {code[4:6]}, not in {country}.")
        code = code[:8]
    elif not _BANK_CODE.fullmatch(code) or not any(letter.isdigit() for letter in code):
        raise Unreadable(f"{shown(bank)} is neither a SWIFT code nor a bank code of {country}.")
    if not _NUMBER.fullmatch(digits):
        raise Unreadable(f"{shown(digits)} is not an account number: it has 4 to 34 letters and digits.")
    return Account(code, compact(branch) if branch else None, digits)


def _observable(identifier: Identifier) -> dict[str, object]:
    country, bank_code, number = identifier.value.split(":")
    made = observable("bank-account", {"account_number": identifier.value})
    told = {"country": country, "bank_code": bank_code, "account_number_local": number}
    if "branch_code" in identifier.properties:
        told["branch_code"] = identifier.properties["branch_code"]
    made["extensions"][_EXTENSION] = {"extension_type": "property-extension", **told}
    return made


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern("bank-account:account_number", identifier.value)


KIND = Kind("bank-account", "Bank account", True, looks_like, read, _observable, _pattern)
