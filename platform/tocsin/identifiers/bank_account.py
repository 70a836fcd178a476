"""Bank accounts without an IBAN: `CC:BANKCODE:NUMBER`, since the same number at two banks is two accounts."""

import re

import phonenumbers

from tocsin.identifiers import singapore
from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.spelling import compact, plain, shown
from tocsin.identifiers.stix_form import observable, pattern

_EXTENSION = "extension-definition--bdc93c69-fcec-4ef0-afb8-6d90b835b2df"
_BIC = re.compile(r"[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_QUALIFIED = re.compile(r"([A-Za-z]{2}) ?: ?([A-Za-z0-9 .-]{2,34}?) ?: ?([\w .\-/]{3,60})")
_AFTER_BIC = re.compile(r"([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)[ :/-]{1,3}(\d[\w .\-/]{2,60})")
_AFTER_CODE = re.compile(r"(\d{4})[ -](?:(\d{3})-)?(\d[\d -]{3,30})")
_NUMBER = re.compile(r"[A-Z0-9]{4,34}")
_BANK_CODE = re.compile(r"[A-Z0-9]{2,20}")


def read(text: str, hints: Hints) -> Identifier:
    """An account with its bank: by BIC, by the code that the country's clearing uses, or (Singapore) by name.

    The bank stands in the spelling or in the hints; without one an account is never guessed. Properties: country,
    bank_code, account_number, branch_code where told.
    """
    spelling = plain(text)
    country, bank, branch, number = _parts(spelling, hints)
    if bank is None:
        raise Unreadable(
            f"{shown(text)} may be an account at any bank: name the bank, for example DBSSSGSG before the number."
        )
    bank = bank.strip()
    country = country or _country_of(bank)
    if country is None:
        raise Unreadable(f"{shown(text)} needs a country, because {shown(bank)} is not a SWIFT code.")
    _check_country(country)
    if country == "SG":
        bank_code, branch, number = singapore.account(bank, branch, compact(number))
    else:
        bank_code, number = _bank_code(bank, country), compact(number)
    if not _NUMBER.fullmatch(number):
        raise Unreadable(f"{shown(number)} is not an account number: it has 4 to 34 letters and digits.")
    properties = {"country": country, "bank_code": bank_code, "account_number": number}
    if branch:
        properties["branch_code"] = compact(branch)
    return Identifier("bank-account", f"{country}:{bank_code}:{number}", properties)


def looks_like(text: str) -> bool:
    """Whether country and bank, or the SWIFT code of a bank in Singapore, stand before the number.

    Other countries' SWIFT codes are no sign, because words are built like them: CUSTOMER would be a bank in Oman.
    """
    match = _AFTER_BIC.fullmatch(text)
    if match is not None:
        return match[1][4:6] == "SG"
    return _QUALIFIED.fullmatch(text) is not None


def _parts(spelling: str, hints: Hints) -> tuple[str | None, str | None, str | None, str]:
    """Country, bank, branch and number, as far as the spelling or the hints have them."""
    country = hints.country.upper() if hints.country else None
    qualified = _QUALIFIED.fullmatch(spelling)
    if qualified:
        return qualified[1].upper(), qualified[2], hints.branch, qualified[3]
    after_bic = _AFTER_BIC.fullmatch(spelling)
    if after_bic and _is_bic(after_bic[1]):
        return country, after_bic[1], hints.branch, after_bic[2]
    after_code = _AFTER_CODE.fullmatch(spelling)
    if after_code and country in (None, "SG") and singapore.is_code(after_code[1]) and not hints.bank:
        return "SG", after_code[1], after_code[2] or hints.branch, after_code[3]
    return country, hints.bank, hints.branch, spelling


def _is_bic(text: str) -> bool:
    match = _BIC.fullmatch(text)
    return match is not None and match[1] in phonenumbers.SUPPORTED_REGIONS


def _country_of(bank: str) -> str | None:
    return bank[4:6] if _is_bic(bank) else None


def _check_country(country: str) -> None:
    # The library's regions are ISO 3166-1 alpha-2: every country that has telephones.
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise Unreadable(f"{shown(country)} is not the two-letter code of a country.")


def _bank_code(bank: str, country: str) -> str:
    code = compact(bank)
    if _is_bic(code):
        if code[4:6] != country:
            raise Unreadable(f"{shown(bank)} is a bank in {code[4:6]}, not in {country}.")
        return code[:8]
    if not _BANK_CODE.fullmatch(code) or not any(letter.isdigit() for letter in code):
        raise Unreadable(f"{shown(bank)} is neither a SWIFT code nor a bank code of {country}.")
    return code


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
