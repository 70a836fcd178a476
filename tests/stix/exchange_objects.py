"""One object of every sort that the exchange makes."""

import json
from uuid import UUID

from tocsin.identifiers import KINDS, Identifier, read
from tocsin.stix import (
    IndicatorFacts,
    based_on,
    based_on_id,
    exchange_identity,
    indicator,
    indicator_id,
    marking_refs,
    observable,
    observed,
)

NOW = 1_767_225_600_125
EXCHANGE = "identity--0d0a2f7e-4c1b-4a53-9d0e-5b9f6f5a7c11"
NAMESPACE = UUID("7cd62c2e-4f4b-4d39-92ad-32eb15393aad")
COLLECTION = "11111111-1111-4111-8111-111111111111"
SPELLINGS = {
    "domain": "bad.example",
    "url": "https://bad.example/it's?a=b\\c",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "email": "a.name@example.com",
    "phone": "+442079460123",
    "iban": "GB33BUKB20201555555555",
    "bank-account": "SG:DBSSSGSG:12345678",
    "payment-proxy": "paynow:phone:+6561234567",
    "wallet": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "file-hash": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "payment-card": "400000:0002:0123456789abcdef0123456789abcdef",
    "social-account": "telegram:bad_trader",
    "app": "android:com.example.bad_app",
    "listing": "carousell:item:1234567890",
    "sms-sender": "BAD'BANK",
    "passport": "SG:0123456789abcdef0123456789abcdef",
    "identity-document": "SG:0123456789abcdef0123456789abcdef",
    "company-number": "SG:197401143C",
    "vessel": "imo:9074729",
    "container": "CSQU3054383",
    "flight": "SQ322/2026-01-31",
    "air-waybill": "618-12345675",
    "invoice": "INV-2024-001",
    "name": "NOBODY O'NOWHERE",
}


def identifier(kind: str) -> Identifier:
    """The identifier of that kind."""
    return read(SPELLINGS[kind], kind)


def facts(kind: str, role: str | None = None, *, full: bool = True) -> IndicatorFacts:
    """What the exchange would say of it; not `full`: as little as possible."""
    return IndicatorFacts(
        kind=kind,
        valid_from=NOW - 86_400_000,
        valid_until=NOW + 86_400_000 if full else None,
        confidence=70,
        crime_types=("bec", "phishing") if full else (),
        tlp="amber+strict" if full else "clear",
        roles=(role,) if role else (),
        members=2 if full else 0,
        sources=("Bank A",) if full else (),
        first_seen=NOW - 86_400_000,
        last_seen=NOW if full else None,
    )


def issued(kind: str, role: str | None = None, *, full: bool = True) -> bytes:
    """The indicator that says so."""
    one = identifier(kind)
    pattern = KINDS[kind].pattern(one, role)
    identity, name = indicator_id(NAMESPACE, COLLECTION, pattern, 1), f"{KINDS[kind].label}: {one.value}"
    return indicator(identity, NOW, NOW + 1, EXCHANGE, name, pattern, facts(kind, role, full=full))


def three(kind: str, role: str | None = None, *, full: bool = True) -> list[bytes]:
    """Indicator, observable and what joins them."""
    said, one = facts(kind, role, full=full), identifier(kind)
    body, seen = issued(kind, role, full=full), observed(one)["id"]
    identity = json.loads(body)["id"]
    joined = based_on(based_on_id(identity, seen), identity, seen, NOW, NOW, EXCHANGE, marking_refs(said.tlp))
    return [body, observable(observed(one), marking_refs(said.tlp)), joined]


def exchange() -> bytes:
    """The exchange's identity."""
    return exchange_identity(EXCHANGE, "Test exchange", NOW, "desk@exchange.example")
