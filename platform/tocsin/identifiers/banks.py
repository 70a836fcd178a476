"""Which bank keeps an account: the codes under which it can be known."""

import re

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from tocsin.identifiers import iban
from tocsin.identifiers.identifier import Identifier, Unreadable
from tocsin.identifiers.schemes import IFSC, SCHEMES, is_bic
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
        # of an IFSC the first four letters are the bank, the rest is its branch
        return frozenset({(country, code), (country, code[:4])} if IFSC.fullmatch(code) else {(country, code)})
    if identifier.kind != "iban":
        return frozenset()
    account = IBAN(identifier.value, allow_invalid=True)
    country = identifier.value[:2]
    found = {(country, account.bank_code)} if account.bank_code else set()
    bic = iban.bic_of(account)
    if bic is not None:
        found.add((country, bic[:8]))
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
    scheme = SCHEMES.get(country)
    if scheme is None:
        return country, code[:8] if is_bic(code) and code[4:6] == country else code
    try:
        # an account of that bank would name it so: a SWIFT code is cut, a national code becomes one
        return country, scheme.bank_code(match[2])
    except Unreadable:
        # the bank's part of an IBAN or an IFSC, which no account without one has
        if scheme.banks.codes or not code.isalnum():
            raise
        return country, code
