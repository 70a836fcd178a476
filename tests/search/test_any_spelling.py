"""Whatever spelling of a thing somebody types, the thing is the first hit, on both engines."""

import pytest
from search_world import EVERYTHING, document
from test_engine_contract import engine, opener  # noqa: F401  # fixtures
from variants import VARIANTS, identifier, token

from tocsin.search import Document, Engine, parse

# What an index has besides, newer than the things themselves: their hosts, neighbours, and numbers that hold theirs.
BESIDE = (
    ("url", "https://parcel-desk.example/refund"),
    ("email", "help@parcel-desk.example"),
    ("domain", "parcel-desks.example"),
    ("domain", "www.parceldesk.example"),
    ("domain", "mnchen-bank.example"),
    ("domain", "skyfly.example"),
    ("domain", "login.skyfly.example"),
    ("url", "https://login.skyfly.example/"),
    ("email", "ceo@blue-harbour.example"),
    ("domain", "blue-harbour.example"),
    ("ipv4", "198.51.100.123"),
    ("url", "http://198.51.100.23:8080/login"),
    ("ipv6", "2001:db8::8a2e:371:7334"),
    ("phone", "+442079460124"),
    ("phone", "+6591234568"),
    ("bank-account", "SG:OCBCSGSG:520794601230"),
    ("bank-account", "MY:MBBEMYKL:555555551234"),
    ("iban", "GB94BARC10201530093459"),
    ("bank-account", "SG:DBSSSGSG:0912345678"),
    ("bank-account", "GB:202015:44444445"),
    ("wallet", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ("wallet", "0xde709f2102306220921060314715629080e2fb77"),
    ("file-hash", "5b" * 32),
    ("social-account", "instagram:scamdeskhelp"),
    ("app", "android:com.example2.loans"),
    ("domain", "loan.example"),
    ("sms-sender", "GOOD-BANK"),
    ("url", "https://bad-bank.example/"),
)


@pytest.fixture
def filled(engine: Engine) -> Engine:  # noqa: F811
    things = [identifier(name) for name in VARIANTS]
    values = [*((one.kind, one.value) for one in things), *BESIDE]
    documents: list[Document] = [document(n, kind, value) for n, (kind, value) in enumerate(values, 1)]
    engine.apply(documents, [], len(documents))
    return engine


def test_there_are_two_hundred() -> None:
    assert [len(set(spellings)) for _, _, spellings in VARIANTS.values()] == [10] * 20


def test_any_spelling_finds_the_thing_first(filled: Engine) -> None:
    missed = []
    for name, (_, _, spellings) in VARIANTS.items():
        wanted = identifier(name)
        for spelling in spellings:
            hits = filled.search(parse(spelling, token=token, country="SG"), EVERYTHING).hits
            first = (hits[0].document.kind, hits[0].document.value) if hits else None
            if first != (wanted.kind, wanted.value):
                missed.append((name, spelling, first))
    assert missed == []
