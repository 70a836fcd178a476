"""Changing a collection's filter, and letting a frozen one go on: what it holds follows."""

import pytest
from house import START, House
from pushing import push, tool, with_cert

from tocsin.ledger.collections import find_collection, freeze_collection
from tocsin.members.access import add_user
from tocsin.members.members import find_member
from tocsin.policy.filters import BadFilter
from tocsin.publishing import settling as module
from tocsin.publishing.moderate import approve
from tocsin.publishing.refilter import HasPushed, leaving, refilter, release
from tocsin.times import now_ms

DOMAIN, IBAN = "[domain-name:value = 'bad.example']", "[bank-account:iban = 'GB33BUKB20201555555555']"


@pytest.fixture
def full(house: House) -> House:
    for bank in ("bank-a", "bank-b"):
        house.submit(bank, "bad.example\nGB33BUKB20201555555555\n", f"{bank}.txt")
    return house


def change(house: House, text: str | None) -> int:
    return refilter(house.database, house.exchange, house.collections["Scams"], text, now_ms())


def test_what_leaves_is_withdrawn_and_what_comes_back_is_new(full: House) -> None:
    first = full.indicators()
    assert change(full, "kind:domain") == 2
    assert list(full.indicators()) == [DOMAIN]
    assert full.indicators()[DOMAIN] == first[DOMAIN]
    ended = [entry for entry in full.entries() if entry.revoked]
    assert {entry.type for entry in ended} == {"indicator", "relationship"}
    assert change(full, None) == 2
    again = full.indicators()
    assert again.keys() == first.keys()
    assert again[IBAN]["id"] != first[IBAN]["id"]


@pytest.mark.parametrize(
    ("text", "gone"), [("kind:domain", 1), ("kind:ipv4", 2), ("kind:iban,domain", 0), (None, 0), ("country:GB", 1)]
)
def test_what_a_filter_would_end_is_what_it_ends(full: House, text: str | None, gone: int) -> None:
    full.submit("bank-a", "+6591234567\n")  # one voice: it stands nowhere and cannot leave
    before = full.indicators()
    with full.database.reading() as connection:
        said = leaving(connection, full.collections["Scams"], text)
    assert full.indicators() == before
    change(full, text)
    assert said == (gone, len(before))
    assert len(full.indicators()) == len(before) - gone


def test_what_another_collection_holds_stays(house: House) -> None:
    house.collection("Others")
    house.submit("bank-a", "bad.example\n", to=("Scams", "Others"))
    change(house, "kind:iban")
    assert not house.indicators()
    assert list(house.indicators("Others")) == [DOMAIN]


def test_a_filter_is_no_reason_to_ask_a_moderator(full: House) -> None:
    change(full, "kind:iban")
    with full.database.reading() as connection:
        held = connection.exec_driver_sql("SELECT count(*) FROM assertions WHERE verdict = 'held'").scalar_one()
    assert held == 0


def test_one_voice_fewer_still_waits(full: House) -> None:
    full.submit("bank-a", "phone,crime type\n+6591234567,bec\n", "a.csv")
    full.submit("bank-b", "phone,crime type\n+6591234567,phishing\n", "b.csv")
    assert "[phone-number:value = '+6591234567']" in full.indicators()
    change(full, "crime:bec")
    assert full.indicators() == {}
    with full.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT verdict FROM assertions WHERE kind = 'phone' ORDER BY report_key")
        assert [row[0] for row in rows] == ["held", "merged"]


def test_a_killed_change_is_finished_by_the_same_call(full: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            change(full, "kind:domain")
    assert len(full.indicators()) == 2
    change(full, "kind:domain")
    assert list(full.indicators()) == [DOMAIN]


def test_what_cannot_be_changes_nothing(full: House) -> None:
    with pytest.raises(BadFilter):
        change(full, "colour:red")
    with_cert(full)
    push(full, "cert", tool("lure kit"))
    with pytest.raises(HasPushed):
        change(full, "kind:domain")
    assert len(full.indicators()) == 2
    with full.database.reading() as connection:
        assert find_collection(connection, "Scams").filter is None


def test_what_was_decided_while_it_was_frozen_comes_in_afterwards(house: House) -> None:
    with house.database.writing() as connection:
        key = find_member(connection, "police").key
        add_user(connection, "mod", key, "moderator", "correct horse battery", START)
    report = house.submit("bank-a", "GB33BUKB20201555555555\n")
    with house.database.writing() as connection:
        freeze_collection(connection, house.collections["Scams"].key, START)
    approve(house.database, house.exchange, report.key, None, "mod", START)
    assert not house.indicators()
    release(house.database, house.exchange, house.collections["Scams"], now_ms())
    assert list(house.indicators()) == [IBAN]
