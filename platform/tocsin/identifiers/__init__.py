"""Identifiers: what criminals use, one canonical spelling each, with STIX id and pattern."""

from tocsin.identifiers import bank_account, domain, email, file_hash, iban, ip, phone, url, wallet
from tocsin.identifiers.banks import ACCOUNTS, bank_name_of, bank_named, banks_of
from tocsin.identifiers.country import country_of
from tocsin.identifiers.identifier import NO_HINTS, Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.spelling import defang, plain, refang, shown
from tocsin.identifiers.stix_form import deterministic_id, named_uuid
from tocsin.identifiers.suffixes import registrable_domain
from tocsin.identifiers.webmail import WEBMAIL

__all__ = [
    "ACCOUNTS",
    "KINDS",
    "NO_HINTS",
    "WEBMAIL",
    "Hints",
    "Identifier",
    "Kind",
    "Unreadable",
    "bank_name_of",
    "bank_named",
    "banks_of",
    "country_of",
    "defang",
    "deterministic_id",
    "named_uuid",
    "read",
    "recognise",
    "refang",
    "registrable_domain",
]

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        file_hash.KIND,
        wallet.KIND,
        iban.KIND,
        email.KIND,
        url.KIND,
        ip.FOUR,
        ip.SIX,
        domain.KIND,
        bank_account.KIND,
        phone.KIND,
    )
}
"""Every kind by name, in the order in which they are tried."""


def read(text: str, kind: str, hints: Hints = NO_HINTS) -> Identifier:
    """`text` as an identifier of `kind`, a key of KINDS; Unreadable says why it is none."""
    return KINDS[kind].read(text, hints)


def recognise(text: str, hints: Hints = NO_HINTS) -> Identifier:
    """The identifier that `text` spells, of whatever kind; Unreadable where it is none or could be several.

    Digits alone are a telephone number or bank account only where the hints name a country or bank.
    """
    spelling = plain(text)
    refusal: Unreadable | None = None
    for kind in _candidates(spelling, hints):
        try:
            return kind.read(spelling, hints)
        except Unreadable as problem:
            refusal = refusal or problem
    raise refusal or Unreadable(
        f"{shown(spelling)} is no domain, web or IP address, e-mail address, telephone number, bank account, "
        "wallet or file hash."
    )


def _candidates(spelling: str, hints: Hints) -> list[Kind]:
    found = [kind for kind in KINDS.values() if kind.looks_like(spelling)]
    local = phone.KIND in found and (hints.country is not None or hints.bank is not None)
    if not local or bank_account.KIND in found:
        return found
    return [bank_account.KIND, *found] if hints.bank else [*found, bank_account.KIND]
