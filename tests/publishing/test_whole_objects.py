"""STIX objects that members push: who may publish under which id, what waits, what a release and an end do."""

import json
import uuid

import pytest
from house import House
from pushing import AT, IBAN_PATTERN, NOW, ids, indicator, push, release, stix, tool, verdict, with_cert

from tocsin.ledger.collections import freeze_collection
from tocsin.publishing.withdraw import withdraw_object, withdraw_report
from tocsin.stix import indicator_id


@pytest.fixture
def house(house: House) -> House:
    return with_cert(house)


def test_what_a_trusted_member_pushes_is_published_at_once(house: House) -> None:
    thing = tool("lure kit")
    assert verdict(house, push(house, "cert", thing)) == ("accepted", "Published.")
    assert ids(house) == [thing["id"]]


def test_what_others_push_waits_and_comes_out_as_it_came(house: House) -> None:
    thing = tool("lure kit", x_kept="as it is")
    report = push(house, "bank-a", thing)
    assert verdict(house, report) == ("held", "It waits for a moderator to look at it.")
    assert ids(house) == []
    assert release(house, report) == 1
    [entry] = [entry for entry in house.entries() if entry.owner_key is not None]
    assert entry.body == json.dumps(thing).encode()
    assert verdict(house, report) == ("accepted", "A moderator approved it.")


@pytest.mark.parametrize("other", [AT, "2026-02-01T00:00:00.000Z"])
def test_an_id_that_another_took_while_it_waited_is_refused(house: House, other: str) -> None:
    waiting = push(house, "bank-a", tool("lure kit"))
    push(house, "cert", tool("lure kit", modified=other, description="Ours."))
    release(house, waiting)
    assert verdict(house, waiting) == ("rejected", "This id cannot be used here.")
    assert len(ids(house)) == 1


def test_other_bytes_that_came_while_it_waited_are_refused(house: House) -> None:
    waiting = push(house, "bank-a", tool("lure kit"))
    again = push(house, "bank-a", tool("lure kit", description="Other bytes."))
    release(house, waiting)
    release(house, again)
    assert verdict(house, waiting) == ("accepted", "A moderator approved it.")
    assert "later 'modified'" in verdict(house, again)[1]


def test_a_collection_that_was_frozen_meanwhile_takes_nothing(house: House) -> None:
    waiting = push(house, "bank-a", tool("lure kit"))
    with house.database.writing() as connection:
        freeze_collection(connection, house.collections["Scams"].key, NOW)
    release(house, waiting)
    assert verdict(house, waiting)[0] == "rejected"
    assert ids(house) == []


def test_the_exchanges_own_ids_are_nobodys(house: House) -> None:
    house.submit("bank-a", "bad.example\n")
    ours = indicator_id(
        house.exchange.namespace, house.collections["Scams"].id, "[domain-name:value = 'bad.example']", 1
    )
    changed = indicator("x", "[domain-name:value = 'bad.example']", modified="2027-01-01T00:00:00.000Z") | {"id": ours}
    assert verdict(house, push(house, "cert", changed | {"revoked": True}))[0] == "merged"
    for claimed in (
        changed,
        tool("hat") | {"created_by_ref": house.exchange.identity},
        stix("identity", "hat", name="Someone else") | {"id": house.exchange.identity},
    ):
        assert verdict(house, push(house, "cert", claimed)) == ("rejected", "This id cannot be used here.")
    assert len(house.indicators()) == 1


@pytest.mark.parametrize(
    "pattern",
    [
        IBAN_PATTERN,
        "[bank-account:iban LIKE 'GB33%']",
        "[phone-number:value MATCHES '\\\\+65.*']",
        "[bank-account:iban = 'GB33BUKB20201555555555' OR phone-number:value = '+6561234567']",
        "[domain-name:value = 'bad.example' AND x-other:payee = 'Ann']",
    ],
)
def test_a_trusted_member_is_one_voice_about_a_person_too(house: House, pattern: str) -> None:
    report = push(house, "cert", indicator("mule", pattern))
    assert verdict(house, report)[0] == "held"
    assert ids(house) == []


def test_a_second_voice_releases_the_object_that_waited(house: House) -> None:
    first = push(house, "cert", indicator("mule", IBAN_PATTERN))
    assert ids(house) == []
    house.submit("bank-a", "GB33BUKB20201555555555\n")
    assert ids(house) == [indicator("mule", IBAN_PATTERN)["id"]]
    assert verdict(house, first) == ("accepted", "Another member reported it too, so it was published.")


def test_taking_a_push_back_ends_it_for_those_who_have_it(house: House) -> None:
    scene = {"type": "domain-name", "spec_version": "2.1", "value": "bad.example"}
    scene["id"] = "domain-name--" + str(
        uuid.uuid5(uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7"), '{"value":"bad.example"}')
    )
    report = push(house, "cert", tool("lure kit"), scene)
    withdraw_report(house.database, house.exchange, report.key, "mistake", "cert", NOW)
    left = {
        entry.object_id: entry.revoked for entry in house.entries() if entry.owner_key is not None and entry.is_last
    }
    assert left[tool("lure kit")["id"]]
    assert scene["id"] not in left, "an observable has no version that could be revoked"


def test_withdrawing_one_pushed_object_leaves_the_others(house: House) -> None:
    push(house, "cert", tool("lure kit"), tool("other kit"))
    withdraw_object(house.database, house.exchange, tool("lure kit")["id"], "wrong", "desk", NOW)
    newest = {one.object_id: one.revoked for one in house.entries() if one.owner_key is not None}
    assert newest == {tool("lure kit")["id"]: True, tool("other kit")["id"]: False}
