"""Which bank keeps an account: the codes under which it can be known."""

import re

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from tocsin.identifiers import bank_account
from tocsin.identifiers.identifier import Hints, Identifier, Unreadable
from tocsin.identifiers.spelling import shown

ACCOUNTS = frozenset({"iban", "bank-account"})
"""The kinds of identifiers that a bank keeps."""

Bank = tuple[str, str]
"""Country (ISO 3166 alpha-2) and the bank's code in it: the clearing's, or the SWIFT code's first 8 characters."""

_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_NAMED = re.compile(r"([A-Za-z]{2}) ?: ?([A-Za-z0-9 .-]{2,34})")


def banks_of(identifier: Identifier) -> frozenset[Bank]:
    """The codes of the bank that keeps this account, none for what is no account or tells no bank."""
    if identifier.kind == "bank-account":
        country, code, _ = identifier.value.split(":")
        return frozenset({(country, code)})
    if identifier.kind != "iban":
        return frozenset()
    account = IBAN(identifier.value, allow_invalid=True)
    country = identifier.value[:2]
    found = {(country, account.bank_code)} if account.bank_code else set()
    try:
        bic = account.bic
    except SchwiftyException:
        bic = None
    if bic is not None:
        found.add((country, str(bic)[:8]))
    return frozenset(found)


def bank_name_of(identifier: Identifier) -> str | None:
    """The name of the bank that keeps this account, as schwifty's registry has it; None where it is not there."""
    for _, code in sorted(banks_of(identifier)):
        try:
            names: list[str] = BIC(code, allow_invalid=True).bank_names if _BIC.fullmatch(code) else []
        except SchwiftyException:
            continue
        if names:
            return names[0]
    if identifier.kind != "iban":
        return None
    name: str | None = IBAN(identifier.value, allow_invalid=True).bank_name
    return name


def bank_named(text: str) -> Bank:
    """`CC:CODE` as accounts name their bank; Unreadable where it cannot be one."""
    match = _NAMED.fullmatch(text.strip())
    if match is None:
        raise Unreadable(f"{shown(text)} is not a country and a bank's code, such as SG:DBSSSGSG or GB:NWBK.")
    country, code = match[1].upper(), re.sub(r"[ .-]", "", match[2]).upper()
    try:
        # an account of that bank would name it so: a SWIFT code is cut, Singapore's own codes become one
        country, code, _ = bank_account.read("1234567890", Hints(country=country, bank=code)).value.split(":")
    except Unreadable:
        if not code.isalnum() or country == "SG":
            raise
    return country, code
