"""Accounts on platforms need two voices whatever their address is called; names are kept and never published."""

import hashlib
from dataclasses import replace
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from house import START, House
from pushing import indicator, push, verdict, with_cert

from tocsin.identifiers import read
from tocsin.ledger.receipts import Receipts
from tocsin.publishing.erase import erase
from tocsin.publishing.subject_access import Sources, known_of
from tocsin.publishing.withdraw import withdraw_object
from tocsin.reports.tables import assertions
from tocsin.screening import KEPT
from tocsin.times import now_ms

PROFILE = "[user-account:account_type = 'telegram' AND user-account:account_login = 'bad_trader']"
CARD = "4111111111111111"
SHEET = """account name,iban,invoice no,vessel imo,telegram
Nobody At-All,GB33BUKB20201555555555,INV-2024-001,9074729,@bad_trader
"""


def token(text: str) -> str:
    """A token as an exchange makes it."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def rows(house: House) -> list[Any]:
    with house.database.reading() as connection:
        return list(connection.execute(sa.select(assertions).order_by(assertions.c.report_key, assertions.c.n)))


def test_a_profile_is_published_on_two_voices_under_whichever_heading(house: House) -> None:
    house.submit("bank-a", "url\nhttps://t.me/Bad_Trader\nhttps://bad.example/t.me\n")
    assert list(house.indicators()) == ["[url:value = 'https://bad.example/t.me']"]
    house.submit("bank-b", "telegram username\n@bad_trader\n")
    found = house.indicators()[PROFILE]
    assert found["extensions"]["extension-definition--8372d74f-e909-4c30-99c3-88d8f087471e"]["independent_members"] == 2
    seen = [orjson.loads(entry.body) for entry in house.entries() if entry.type == "user-account"]
    assert [(one["account_type"], one["account_login"]) for one in seen] == [("telegram", "bad_trader")]


def test_a_profile_is_withdrawn_by_the_id_of_its_indicator(house: House) -> None:
    for bank in ("bank-a", "bank-b"):
        house.submit(bank, "t.me/bad_trader\n")
    assert (
        withdraw_object(house.database, house.exchange, house.indicators()[PROFILE]["id"], "x", "desk", now_ms()) == 2
    )
    assert house.indicators() == {}


@pytest.mark.parametrize(
    "pattern", [PROFILE, "[url:value = 'https://t.me/bad_trader']", "[software:name = 'android:com.example.bad']"]
)
def test_a_pushed_profile_waits_for_a_second_voice(house: House, pattern: str) -> None:
    house = with_cert(house)
    report = push(house, "cert", indicator("one", pattern))
    expected = "accepted" if "software" in pattern else "held"
    assert verdict(house, report)[0] == expected


def test_names_are_kept_with_the_report_and_nothing_of_them_leaves(house: House) -> None:
    for bank in ("bank-a", "bank-b"):
        house.submit(bank, SHEET)
    kept = [row for row in rows(house) if row.code in KEPT]
    assert [(row.kind, row.value, row.verdict, row.subject) for row in kept[:3]] == [
        ("name", "NOBODY AT-ALL", "rejected", None),
        ("invoice", "INV-2024-001", "rejected", None),
        ("vessel", "imo:9074729", "rejected", None),
    ]
    assert all("never published" in row.reason for row in kept)
    assert set(house.indicators()) == {"[bank-account:iban = 'GB33BUKB20201555555555']", PROFILE}
    leaving = b"".join(entry.body for entry in house.entries())
    assert not any(word in leaving.upper() for word in (b"NOBODY", b"INV-2024", b"9074729"))


def test_a_kept_kind_is_no_indicator_that_somebody_pushes_either(house: House) -> None:
    house = with_cert(house)
    report = push(house, "cert", indicator("one", "[entity-identifier:value = 'vessel:imo:9074729']"))
    found, reason = verdict(house, report)
    assert (found, "never published" in reason) == ("rejected", True)


def test_a_name_is_found_for_whom_it_is_and_erased(house: House, tmp_path: Any) -> None:
    house.submit("bank-a", SHEET)
    receipts = Receipts(f"sqlite:///{tmp_path / 'receipts.db'}")
    receipts.prepare()
    name = read("nobody at-all", "name")
    with house.database.reading() as connection:
        known = known_of(connection, Sources(house.exchange, receipts), [name], "admin", START)
    assert [one["verdict"] for one in known["asked"][0]["reported"]] == ["rejected"]
    erase(
        house.database,
        house.exchange,
        name,
        lambda text: text.encode()[:16],
        lambda _: None,
        "asked",
        "admin",
        now_ms(),
    )
    assert "NOBODY AT-ALL" not in [row.value for row in rows(house)]


def test_no_number_of_a_card_is_anywhere_in_the_database(house: House) -> None:
    keyed = replace(house, screening=replace(house.screening, number_token=token))
    report = keyed.submit("bank-a", f"card number,note\n4111 1111 1111 1111,used at a till\n{CARD[:-1]}2,mistyped\n")
    told = house.verdicts(report)
    assert [one.verdict for one in told] == ["held", "rejected"]
    assert told[0].value == told[0].canonical == f"411111:1111:{token(f'card{chr(10)}{CARD}')}"
    with house.database.reading() as connection:
        names = sa.inspect(connection).get_table_names()
        whole = b"".join(
            repr(tuple(row)).encode()
            for name in names
            for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))
        )
    for spelling in (CARD, "4111 1111 1111 1111", CARD[:-1] + "2"):
        assert spelling.encode() not in whole
