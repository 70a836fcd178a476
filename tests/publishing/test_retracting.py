"""Objects that their own members revoke: it ends at once, counts no more as a voice, and opens no back door."""

import json
from typing import Any

import pytest
from house import START, House
from pushing import indicator, push, release, tool, verdict, with_cert

from tocsin.ledger.collections import freeze_collection
from tocsin.publishing.process import process

LATER = "2026-02-01T00:00:00.000Z"
PHONE = "[phone-number:value = '+6591234567']"
WITHDRAWN = ("accepted", "It is withdrawn, and every reader is told.")


@pytest.fixture
def house(house: House) -> House:
    return with_cert(house)


def revoked(thing: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**thing, "modified": LATER, "revoked": True, **more}


def state(house: House) -> dict[str, bool]:
    """The objects that members pushed, and whether they are revoked."""
    return {entry.object_id: entry.revoked for entry in house.entries() if entry.owner_key is not None}


def test_a_withdrawal_needs_no_moderator_and_goes_out_as_it_came(house: House) -> None:
    thing = tool("lure kit")
    release(house, push(house, "bank-a", thing))
    assert verdict(house, push(house, "bank-a", revoked(thing))) == WITHDRAWN
    assert state(house) == {thing["id"]: True}


def test_a_withdrawal_is_no_way_round_the_moderator(house: House) -> None:
    thing = tool("lure kit")
    release(house, push(house, "bank-a", thing))
    said, reason = verdict(house, push(house, "bank-a", revoked(thing, description="Mr Tan is a thief.")))
    assert said == "accepted"
    assert "was not taken over" in reason
    assert state(house) == {thing["id"]: True}
    assert not any(b"Mr Tan" in entry.body for entry in house.entries())


def test_a_trusted_members_last_words_go_out(house: House) -> None:
    thing = tool("lure kit")
    push(house, "cert", thing)
    assert verdict(house, push(house, "cert", revoked(thing, description="It was a harmless program."))) == WITHDRAWN
    assert any(b"harmless program" in entry.body for entry in house.entries())


def test_a_withdrawal_names_no_other_person(house: House) -> None:
    thing = indicator("p", PHONE)
    release(house, push(house, "cert", thing))
    other = revoked(thing, pattern="[phone-number:value = '+6598765432']")
    assert "was not taken over" in verdict(house, push(house, "cert", other))[1]
    assert state(house) == {thing["id"]: True}
    assert not any(b"98765432" in entry.body for entry in house.entries())


def test_what_was_withdrawn_is_no_voice_any_more(house: House) -> None:
    thing = indicator("p", PHONE)
    release(house, push(house, "cert", thing))
    push(house, "cert", revoked(thing))
    assert verdict(house, house.submit("bank-a", "phone\n+6591234567\n", "p.csv"))[0] == "held"
    assert PHONE not in house.indicators()


def test_what_rested_on_it_ends_too(house: House) -> None:
    thing = indicator("p", PHONE)
    push(house, "cert", thing)
    house.submit("bank-a", "phone\n+6591234567\n", "p.csv")
    assert PHONE in house.indicators()
    push(house, "cert", revoked(thing))
    assert PHONE not in house.indicators()


def test_what_waits_is_ended_by_its_withdrawal(house: House) -> None:
    thing = indicator("p", PHONE)
    waiting = push(house, "cert", thing)
    assert verdict(house, waiting)[0] == "held"
    assert verdict(house, push(house, "cert", revoked(thing)))[0] == "merged"
    assert release(house, waiting) == 0
    assert verdict(house, waiting) == ("rejected", "Withdrawn, or given another meaning, by who handed it in.")
    assert state(house) == {}


@pytest.mark.parametrize("kind", ["person", "domain"])
def test_both_versions_in_one_file(house: House, kind: str) -> None:
    thing = indicator("p", PHONE if kind == "person" else "[domain-name:value = 'bad.example']")
    report = push(house, "cert", thing, revoked(thing))
    assert [one.verdict for one in house.verdicts(report)] == (
        ["rejected", "merged"] if kind == "person" else ["accepted", "accepted"]
    )
    assert state(house) == ({} if kind == "person" else {thing["id"]: True})


def test_nobody_withdraws_what_another_pushed(house: House) -> None:
    thing = tool("lure kit")
    push(house, "cert", thing)
    there = verdict(house, push(house, "bank-a", revoked(thing)))
    nowhere = verdict(house, push(house, "bank-a", revoked(tool("never seen"))))
    assert there == nowhere == ("merged", "Nothing of yours stands here under this id: there is nothing to withdraw.")
    assert state(house) == {thing["id"]: False}


def test_a_withdrawal_that_is_no_later_is_refused_in_words(house: House) -> None:
    thing = tool("lure kit")
    push(house, "cert", thing)
    said, reason = verdict(house, push(house, "cert", {**thing, "revoked": True}))
    assert (said, "later 'modified'" in reason) == ("rejected", True)


def test_a_withdrawal_of_what_was_never_here_is_history_at_most(house: House) -> None:
    assert verdict(house, push(house, "cert", revoked(tool("lure kit")))) == ("accepted", "Published as withdrawn.")
    assert verdict(house, push(house, "cert", revoked(indicator("p", PHONE))))[0] == "merged"
    assert verdict(house, push(house, "bank-a", revoked(tool("other kit"))))[0] == "merged"
    assert len(state(house)) == 1


def test_a_withdrawal_reaches_a_frozen_collection(house: House) -> None:
    thing = tool("lure kit")
    push(house, "cert", thing)
    body = json.dumps({"objects": [revoked(thing)]})
    report_id = house.receive("cert", body, file_format="stix", whole=True)
    with house.database.writing() as connection:
        freeze_collection(connection, house.collections["Scams"].key, START)
    process(house.database, house.exchange, house.screening, report_id)
    assert state(house) == {thing["id"]: True}
