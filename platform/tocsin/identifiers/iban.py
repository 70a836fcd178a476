"""Bank accounts with an IBAN (ISO 13616)."""

import re

from schwifty import IBAN
from schwifty.exceptions import InvalidChecksumDigits, InvalidCountryCode, InvalidLength, SchwiftyException

from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.spelling import compact, plain, shown
from tocsin.identifiers.stix_form import observable, pattern

_PREFIX = re.compile(r"IBAN(?: ?(?:NO|NUMBER)?\.?)? ?:? ?", re.I)
_SPELLING = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_LOOKS = re.compile(r"(?:IBAN.{0,10})?[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z0-9]){11,30}", re.I)

_MOST_BANKS = 4096
_BICS: dict[tuple[str, str, str], str | None] = {}  # looking a bank up takes a third of the time that an IBAN does


def read(text: str, hints: Hints) -> Identifier:
    """An IBAN, compact and upper-case; properties country, bank_code, branch_code, account_number; bic where known."""
    value = compact(_PREFIX.sub("", plain(text), count=1))
    if not _SPELLING.fullmatch(value):
        raise Unreadable(f"{shown(text)} is not an IBAN such as GB33 BUKB 2020 1555 5555 55.")
    try:
        account = IBAN(value)
    except InvalidCountryCode as problem:
        raise Unreadable(f"{shown(text)} is not an IBAN: {value[:2]} is not a country that has them.") from problem
    except InvalidLength as problem:
        raise Unreadable(f"{shown(text)} is not an IBAN: it has a wrong length for {value[:2]}.") from problem
    except InvalidChecksumDigits as problem:
        raise Unreadable(f"{shown(text)} is not an IBAN: its checksum is wrong, so something is mistyped.") from problem
    except SchwiftyException as problem:
        raise Unreadable(f"{shown(text)} does not have the form of an IBAN of {value[:2]}.") from problem
    parts: dict[str, str | None] = {
        "country": value[:2],
        "bank_code": account.bank_code,
        "branch_code": account.branch_code,
    }
    parts["account_number"] = account.account_code
    parts["bic"] = bic_of(account)
    return Identifier("iban", value, {name: part for name, part in parts.items() if part})


def bic_of(account: IBAN) -> str | None:
    """The SWIFT code of the bank that keeps an account, where the library's registry of banks has it."""
    bank = (account.country_code, account.bank_code, account.branch_code)
    found = _BICS.get(bank, "")
    if found == "":
        try:
            found = str(account.bic or "") or None
        except SchwiftyException:
            found = None
        if len(_BICS) >= _MOST_BANKS:
            _BICS.clear()
        _BICS[bank] = found
    return found


def looks_like(text: str) -> bool:
    """Whether it begins like one and has a length that one has."""
    return len(text) >= 15 and _LOOKS.fullmatch(text) is not None


def _observable(identifier: Identifier) -> dict[str, object]:
    return observable("bank-account", {"iban": identifier.value})


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern("bank-account:iban", identifier.value)


KIND = Kind("iban", "Bank account with IBAN", True, looks_like, read, _observable, _pattern)
