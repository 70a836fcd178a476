"""Promise 3: who has a withdrawal and who has not is known at every moment."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from taxii_world import IDS, World, body_of, build, id_of

from tocsin.ledger.database import Database
from tocsin.ledger.matching import described, understood
from tocsin.ledger.reached import reached
from tocsin.ledger.read import EVERYTHING, Match
from tocsin.members.subscribers import Subscriber, silent, subscribers
from tocsin.publishing.withdraw import withdraw_object
from tocsin.times import now_ms

HOUR_MS = 3_600_000


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[World]:
    made = build(database, f"sqlite:///{tmp_path / 'receipts.db'}")
    made.put(body_of("first"), body_of("bad"), body_of("last"), owner="bank")
    yield made
    made.receipts.close()


def poll(world: World, member: str, **query: Any) -> dict[str, Any]:
    response = world.ask("objects/", member, query_string=query)
    assert response.status_code == 200
    return {"after": response.headers["X-TAXII-Date-Added-Last"], "page": response.json}


def states(world: World, name: str = "bad") -> dict[str, str]:
    with world.database.reading() as connection:
        return {
            f"{one.subscriber} {one.filter}".strip(): one.state
            for one in reached(connection, world.receipts, id_of(name))
        }


def withdraw(world: World) -> None:
    withdraw_object(world.database, world.service.exchange, id_of("bad"), "wrong", "desk", now_ms())


def delete(world: World) -> None:
    assert world.ask(f"objects/{id_of('bad')}/", method="DELETE").status_code == 200


@pytest.mark.parametrize("end", [withdraw, delete])
def test_each_subscriber_is_where_it_is(world: World, end: Any) -> None:
    poll(world, "peer", limit=1)
    police, bank = poll(world, "police"), poll(world, "bank")
    poll(world, "police", **{"match[type]": "tool"})
    end(world)
    assert states(world) == {
        "peer/machine": "never had it",
        "police/machine": "not yet",
        "bank/machine": "not yet",
    }, "a filter that keeps it out needs no withdrawal"
    again = poll(world, "police", added_after=police["after"])
    assert [one["revoked"] for one in again["page"]["objects"]] == [True]
    assert states(world)["police/machine"] == "sent"
    poll(world, "police", added_after=again["after"])
    assert states(world)["police/machine"] == "has it"
    assert states(world)["bank/machine"] == "not yet"
    poll(world, "bank", added_after=bank["after"], limit=10)
    assert states(world)["bank/machine"] == "sent"


def test_one_subscriber_may_poll_under_several_filters(world: World) -> None:
    malware = {"match[type]": "malware", "match[version]": "all"}
    poll(world, "police")
    poll(world, "police", **malware)
    withdraw(world)
    found = poll(world, "police", **malware)
    poll(world, "police", **malware, added_after=found["after"])
    assert states(world) == {
        "police/machine": "not yet",
        "police/machine match[type]=malware&match[version]=all": "has it",
    }


def test_who_began_after_an_object_never_had_it(world: World) -> None:
    had = poll(world, "bank")
    withdraw(world)
    gone = poll(world, "bank", added_after=had["after"])
    world.put(body_of("later"), owner="bank", now=now_ms())
    late = poll(world, "police", added_after=gone["after"])
    assert len(late["page"]["objects"]) == 1
    for _ in range(2):
        poll(world, "police", added_after=late["after"])
        assert states(world)["police/machine"] == "never had it"
    assert states(world, "later")["police/machine"] == "has it"
    assert states(world)["bank/machine"] == "sent"
    poll(world, "police")
    assert states(world)["police/machine"] == "has it", "it began anew, from the beginning"


def test_who_began_between_two_versions_had_the_later_one_alone(world: World) -> None:
    began = poll(world, "bank")["after"]
    assert poll(world, "police", added_after=began)["page"] == {}
    withdraw(world)
    assert states(world) == {"bank/machine": "not yet", "police/machine": "never had it"}
    poll(world, "police", added_after=began)
    assert states(world)["police/machine"] == "sent"


def test_a_filter_that_is_not_known_whole_says_nothing(world: World) -> None:
    poll(world, "police", **{"match[labels]": "x" * 5_000})
    assert states(world) == {}


def test_what_nobody_published_reached_nobody(world: World) -> None:
    poll(world, "police")
    assert states(world, "unknown") == {}


def names(found: list[Subscriber]) -> list[str]:
    return [one.name for one in found]


def test_who_fell_silent(world: World) -> None:
    with world.database.writing() as connection:
        connection.exec_driver_sql("UPDATE tokens SET every_s = 3600")
        connection.exec_driver_sql("UPDATE tokens SET revoked_ms = 1 WHERE name = 'machine' AND member_key = 2")
    poll(world, "police")
    now = now_ms()
    with world.database.reading() as connection:
        everybody = subscribers(connection, world.receipts)
        assert names(everybody) == ["bank/machine", "police/machine", "stranger/machine", "telco/machine"]
        assert names(silent(connection, world.receipts, now, "police")) == []
        assert names(silent(connection, world.receipts, now + 2 * HOUR_MS, "police")) == ["police/machine"]
        assert names(silent(connection, world.receipts, now + HOUR_MS, "police")) == [], "a minute of grace"


def test_a_subscriber_sees_its_last_refusal_and_nobody_elses(world: World) -> None:
    world.ask("objects/?limit=0", "police")
    world.ask(f"objects/?match[version]=x&match[id]={'y' * 900}", "police")
    world.ask("objects/", "telco")
    with world.database.reading() as connection:
        (police,) = subscribers(connection, world.receipts, "police")
        (telco,) = subscribers(connection, world.receipts, "telco")
    assert police.refused is not None
    assert "match[version]" in police.refused.words
    assert len(police.refused.words) < 600
    assert telco.refused is not None
    assert telco.refused.words.startswith(f"GET /taxii2/exchange/collections/{IDS['Shared']}/objects/: 403, ")


values = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6).filter(lambda one: "," not in one),
    min_size=1,
    max_size=3,  # together shorter than what is kept whole
    unique=True,
)


@given(st.dictionaries(st.sampled_from(["name", "tlp", "value"]), values), values, st.booleans())
def test_the_filters_of_a_receipt_are_read_back(fields: dict[str, list[str]], ids: list[str], every: bool) -> None:
    match = Match(
        ids=tuple(sorted(ids)),
        versions=("all",) if every else ("last",),
        fields=tuple((name, tuple(sorted(some))) for name, some in sorted(fields.items())),
        at_least=(("confidence", "050"), ("valid_until", "2026-01-01T00:00:00")),
    )
    assert understood(described(match)) == match
    assert described(EVERYTHING) == ""
