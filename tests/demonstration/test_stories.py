"""The demonstration's stories come out as they are told."""

from pathlib import Path

import orjson
import pytest
from signed_in import sign_in

from tocsin.bootstrap import Tocsin, create_pages
from tocsin.demonstration import NotEmpty, tell
from tocsin.ledger.collections import find_collection
from tocsin.ledger.read import page
from tocsin.members.communities import find_community
from tocsin.members.members import all_members, readers
from tocsin.members.memberships import memberships_of
from tocsin.reports.reports import Decided, list_reports, verdicts_of
from tocsin.search import parse
from tocsin.settings import settings
from tocsin.times import now_ms


@pytest.fixture(scope="module")
def tocsin(tmp_path_factory: pytest.TempPathFactory) -> Tocsin:
    home = tmp_path_factory.mktemp("demonstration")
    made = Tocsin(settings({"TOCSIN_HOME": str(home)}))
    assert any("DEMONSTRATION" in line for line in tell(made))
    return made


@pytest.fixture(scope="module")
def told(tocsin: Tocsin) -> dict[str, list[Decided]]:
    """The verdicts of each hand-in, by member and file name."""
    with tocsin.database.reading() as connection:
        return {
            f"{one.member}/{one.name}": verdicts_of(connection, one.key) for one in list_reports(connection, limit=100)
        }


def indicators(tocsin: Tocsin, alias: str) -> dict[str, bool]:
    """Patterns in a collection, and whether each is withdrawn."""
    with tocsin.database.reading() as connection:
        entries = page(connection, find_collection(connection, alias).key, 0, 10_000)
    found = [orjson.loads(entry.body) for entry in entries if entry.type == "indicator"]
    return {one["pattern"]: one.get("revoked", False) for one in found}


def test_the_mail_names_the_senders_mailbox_the_reply_to_and_the_changed_account(
    tocsin: Tocsin, told: dict[str, list[Decided]]
) -> None:
    sites, money = indicators(tocsin, "sites"), indicators(tocsin, "money")
    assert "[email-message:from_ref.value = 'anna.lindqvist@lindqvist-shipp1ng.example']" in sites
    assert "[email-message:additional_header_fields.'Reply-To' = 'cfo.office@fastmail-desk.example']" in sites
    assert "[url:value = 'https://lindqvist-shipp1ng.example/invoice/2291']" in sites
    assert "[bank-account:account_number = 'SG:HRBKSGS0:0123456789']" in money
    victim = [one for one in told["lindqvist-shipping/mail-invoice-2291.txt"] if "accounts.payable" in one.value]
    assert [one.verdict for one in victim] == ["rejected"]


def test_three_rows_of_the_sheet_come_back(told: dict[str, list[Decided]]) -> None:
    sheet = told["northwind-bank/coin-yield.csv"]
    assert len(sheet) == 200
    assert [(one.row, one.verdict) for one in sheet if one.verdict != "accepted"] == [
        (58, "rejected"),
        (122, "rejected"),
        (189, "rejected"),
    ]


def test_a_second_banks_voice_releases_the_account(told: dict[str, list[Decided]]) -> None:
    first = told["northwind-bank/mule.csv"]
    assert [one.verdict for one in first] in (["accepted"], ["merged"])


def test_the_same_number_at_two_banks_is_two_accounts(tocsin: Tocsin) -> None:
    money = indicators(tocsin, "money")
    assert "[bank-account:account_number = 'SG:HRBKSGS0:55501234']" in money
    assert "[bank-account:account_number = 'SG:NRTHSGS0:55501234']" in money


def test_the_page_is_published_and_its_host_is_not(tocsin: Tocsin) -> None:
    sites = indicators(tocsin, "sites")
    assert "[url:value = 'https://pages.example/parcel-fee']" in sites
    assert "[domain-name:value = 'pages.example']" not in sites


def test_the_florist_is_withdrawn(tocsin: Tocsin) -> None:
    assert indicators(tocsin, "sites")["[domain-name:value = 'shop.orchid-garden.example']"] is True


def test_who_hears_of_the_refunds_does_not_hear_from_whom(tocsin: Tocsin) -> None:
    with tocsin.database.reading() as connection:
        entries = page(connection, find_collection(connection, "alerts").key, 0, 1_000)
        readers_of_it = {one.slug for one in readers(connection, find_collection(connection, "alerts").key)}
    assert "[domain-name:value = 'refund-desk-parcel.example']" in indicators(tocsin, "alerts")
    assert not any(b"Harbour" in entry.body or b"harbour" in entry.body for entry in entries)
    assert len(readers_of_it) >= 5
    assert "coast-bank" not in readers_of_it
    assert "[domain-name:value = 'refund-desk-parcel.example']" not in indicators(tocsin, "sites")


def test_the_operation_is_in_one_inbox_alone(tocsin: Tocsin) -> None:
    with tocsin.database.reading() as connection:
        inbox = find_collection(connection, "Inbox of Northwind Bank")
        assert [one.slug for one in readers(connection, inbox.key)] == ["northwind-bank"]
    pattern = "[domain-name:value = 'broker-lounge.example']"
    assert pattern in indicators(tocsin, inbox.id)
    assert not any(pattern in indicators(tocsin, alias) for alias in ("sites", "money", "lists", "alerts"))


def test_a_bank_waits_to_be_let_in(tocsin: Tocsin) -> None:
    with tocsin.database.reading() as connection:
        banks = find_community(connection, "strait-banks")
        states = {one.member.slug: one.state(now_ms()) for one in memberships_of(connection, community_key=banks.key)}
    assert states == {"coast-bank": "waits", "harbour-bank": "holds", "northwind-bank": "holds"}


def test_everything_is_found_at_once(tocsin: Tocsin) -> None:
    with tocsin.database.reading() as connection:
        sites = find_collection(connection, "sites").id
    (hit, *_) = tocsin.engine.search(parse("coin-yield-001[.]example"), frozenset({sites})).hits
    assert hit.document.value == "coin-yield-001.example"


def test_a_saved_search_found_what_came_after_it(tocsin: Tocsin) -> None:
    pages = create_pages(tocsin).test_client()
    sign_in(pages, tocsin.database, "inspector")
    (one,) = (pages.get("/api/v1/searches").json or {})["searches"]
    assert (one["name"], one["or_more"]) == ("Coin yield sites", False)
    assert one["new"] > 1
    found = pages.get(f"/api/v1/searches/{one['id']}/new").json or {}
    assert all("coin-yield" in hit["value"] for hit in found["hits"])


def test_telling_it_again_changes_nothing(tocsin: Tocsin, told: dict[str, list[Decided]]) -> None:
    lines = list(tell(tocsin))
    assert not any("Making" in line for line in lines)
    with tocsin.database.reading() as connection:
        assert len(list_reports(connection, limit=100)) == len(told)


@pytest.mark.parametrize("demonstration", [True, False], ids=["half made", "a real exchange"])
def test_it_stays_out_of_an_exchange_that_is_there(tmp_path: Path, demonstration: bool) -> None:
    there = Tocsin(settings({"TOCSIN_HOME": str(tmp_path)}))
    there.initialise("East exchange", "desk@east.example", demonstration=demonstration)
    with pytest.raises(NotEmpty, match="TOCSIN_HOME"):
        list(tell(there))
    with there.database.reading() as connection:
        assert all_members(connection) == []
    there.close()


def test_the_money_of_the_invoice_can_be_followed_to_where_it_left(tocsin: Tocsin) -> None:
    pages = create_pages(tocsin).test_client()
    with tocsin.database.reading() as connection:
        money = find_collection(connection, "money").id
    (hit,) = tocsin.engine.search(parse("0123456789 kind:bank-account"), frozenset({money})).hits
    path = f"/api/v1/indicators/{money}/{hit.document.stix_id}/related"
    victim, mule, second = "SG:NRTHSGS0:1002003004", "SG:HRBKSGS0:0123456789", "SG:NRTHSGS0:8870012450"
    wallet = "0x52908400098527886e0f7030069857d2e4169ee7"
    whole = {
        (victim, mule): ["84,300.00 USD"],
        (mule, second): ["81,500.00 USD"],
        (second, wallet): ["79,900.00 USD"],
    }
    for login, known in (("desk", whole), ("inspector", {step: [] for step in list(whole)[1:]})):
        sign_in(pages, tocsin.database, login)
        told = (pages.get(path).json or {})["money"]
        assert {(one["from"]["value"], one["to"]["value"]): one["amounts"] for one in told} == known
        assert all(one["to"]["stix_id"] for one in told)
