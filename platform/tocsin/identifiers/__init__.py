"""Identifiers: what criminals use, one canonical spelling each, with STIX id and pattern."""

from collections.abc import Iterator

from tocsin.identifiers import (
    app,
    bank_account,
    company_number,
    document,
    domain,
    email,
    file_hash,
    iban,
    invoice,
    ip,
    listing,
    name,
    payment_card,
    phone,
    proxy,
    sms_sender,
    social_account,
    transport,
    url,
    wallet,
)
from tocsin.identifiers.bank_account import country_of_bank
from tocsin.identifiers.banks import ACCOUNTS, bank_name_of, bank_named, banks_of
from tocsin.identifiers.country import country_of
from tocsin.identifiers.entity import never
from tocsin.identifiers.identifier import NO_HINTS, Hints, Identifier, Kind, Token, Unreadable
from tocsin.identifiers.links import linked, meant
from tocsin.identifiers.payment_card import cards_in, without_cards
from tocsin.identifiers.proxy import proxied
from tocsin.identifiers.secret import Withheld, is_secret, withheld
from tocsin.identifiers.spelling import defang, digits, plain, refang, shown
from tocsin.identifiers.stix_form import deterministic_id, named_uuid
from tocsin.identifiers.suffixes import registrable_domain
from tocsin.identifiers.webmail import WEBMAIL

__all__ = [
    "ACCOUNTS",
    "KINDS",
    "NO_HINTS",
    "PUBLISHED",
    "WEBMAIL",
    "Hints",
    "Identifier",
    "Kind",
    "Token",
    "Unreadable",
    "Withheld",
    "bank_name_of",
    "bank_named",
    "banks_of",
    "cards_in",
    "country_of",
    "country_of_bank",
    "defang",
    "deterministic_id",
    "digits",
    "is_secret",
    "kept",
    "meant",
    "named_uuid",
    "proxied",
    "read",
    "recognise",
    "refang",
    "registrable_domain",
    "withheld",
    "without_cards",
]

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        file_hash.KIND,
        linked(wallet.KIND),
        iban.KIND,
        payment_card.KIND,
        linked(social_account.KIND),
        linked(app.KIND),
        linked(listing.KIND),
        email.KIND,
        url.KIND,
        ip.FOUR,
        ip.SIX,
        domain.KIND,
        proxy.KIND,
        bank_account.KIND,
        linked(phone.KIND),
        sms_sender.KIND,
        document.PASSPORT,
        document.IDENTITY,
        company_number.KIND,
        transport.VESSEL,
        transport.CONTAINER,
        transport.FLIGHT,
        transport.WAYBILL,
        invoice.KIND,
        name.KIND,
    )
}
"""Every kind by name, in the order in which they are tried."""

PUBLISHED: dict[str, Kind] = {name: kind for name, kind in KINDS.items() if not kind.kept}
"""The kinds that may become indicators."""

_ANNOUNCED = frozenset(("sms-sender", "passport", "identity-document", "company-number", "flight", "air-waybill"))
"""Kinds that say in words what they are, so that there is a blank or a colon in them."""

_WITHOUT_WORDS = tuple(one for one in KINDS.values() if one.name not in _ANNOUNCED and one.looks_like is not never)
_WITH_WORDS = tuple(one for one in KINDS.values() if one.looks_like is not never)


def read(text: str, kind: str, hints: Hints = NO_HINTS) -> Identifier:
    """`text` as an identifier of `kind`, a key of KINDS; Unreadable says why it is none."""
    return KINDS[kind].read(text, hints)


def kept(kind: str, value: str) -> Identifier:
    """An identifier as it was kept: its value stays, even where the rules of reading have changed since."""
    try:
        found = read(value, kind)
    except Unreadable:
        return Identifier(kind, value)
    return found if found.value == value else Identifier(kind, value, found.properties)


def recognise(text: str, hints: Hints = NO_HINTS) -> Identifier:
    """The identifier that `text` spells, of whatever kind; Unreadable where it is none or could be several.

    A web address that stands for something else is that: a profile is the account (see `links`).

    Digits alone are a telephone number or bank account only where the hints name a country or bank.
    """
    spelling = plain(text)
    refusal: Unreadable | None = None
    for kind in _candidates(spelling, hints):
        try:
            return meant(kind.read(spelling, hints), spelling)
        except Unreadable as problem:
            if refusal is None or isinstance(problem, Withheld):
                refusal = problem
    raise refusal or Unreadable(
        f"{shown(spelling)} is no domain, web or IP address, e-mail address, telephone number, bank account, "
        "payment proxy, wallet, account of a platform or file hash."
    )


def _candidates(spelling: str, hints: Hints) -> Iterator[Kind]:
    """The kinds to try, one asked after another: most texts are what one of the first says.

    What looks like a telephone number may be a local account: before all others where a bank is named, else last.
    """
    words = (" " in spelling or ":" in spelling) and "://" not in spelling
    if hints.bank and _may_be_local(spelling):
        yield bank_account.KIND
    yield from (kind for kind in (_WITH_WORDS if words else _WITHOUT_WORDS) if kind.looks_like(spelling))
    if hints.country and not hints.bank and _may_be_local(spelling):
        yield bank_account.KIND


def _may_be_local(spelling: str) -> bool:
    """Whether it has the looks of a telephone number, and none of an account that says of which bank it is."""
    return KINDS["phone"].looks_like(spelling) and not bank_account.KIND.looks_like(spelling)
