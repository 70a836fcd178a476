"""What a medallion server kept is taken over with its ids, versions and dates, all of it or nothing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from house import START, House

from tocsin.ledger.collections import find_collection, roots
from tocsin.ledger.read import Match, page
from tocsin.ledger.verify import verify_ledger
from tocsin.members.access import Door
from tocsin.members.members import find_member, rights_of
from tocsin.publishing.exchange import load_exchange
from tocsin.publishing.medallion_data import BadData, Taken, take_over
from tocsin.times import now_ms, parse_stamp

IDS = [f"0000000{n}-0000-4000-8000-000000000000" for n in range(4)]
TOOL = "tool--2d086da7-4bdc-4f91-900e-d77486753710"
SCENE = "url--a5477287-23ac-5971-a010-5c287877fa60"
OLD = "indicator--252c7c11-daf2-42bd-843b-be65edca9f61"


def tool(modified: str, **more: Any) -> dict[str, Any]:
    created = "2020-01-01T00:00:00.000Z"
    return {"type": "tool", "spec_version": "2.1", "id": TOOL, "created": created, "modified": modified} | (
        {"name": "kit"} | more
    )


def record(identity: str, date_added: str, version: str) -> dict[str, str]:
    media = "application/stix+json;version=2.1"
    return {"id": identity, "date_added": date_added, "version": version, "media_type": media}


FIRST, SECOND = "2020-01-01T00:00:00.000Z", "2020-02-01T00:00:00.000Z"
ADDED = "2021-03-04T05:06:07.890123Z"
OBSERVED = {"type": "url", "id": SCENE, "value": "https://bad.example/", "_date_added": "2021-03-04T05:06:07.891000Z"}
BEFORE_2_1 = {
    "type": "indicator",
    "id": OLD,
    "created": FIRST,
    "modified": FIRST,
    "pattern": "[x:y = 1]",
    "labels": ["a"],
}
DATA: dict[str, Any] = {
    "/discovery": {
        "title": "Old server",
        "contact": "admin@old.example",
        "default": "http://x/trust/",
        "api_roots": [],
    },
    "trust": {
        "information": {"title": "Trust group", "versions": [], "max_content_length": 9},
        "status": [{"id": "2d086da7-4bdc-4f91-900e-d77486753710"}],
        "collections": [
            {
                "id": IDS[0],
                "title": "High.Value",
                "alias": "high",
                "description": "The best.",
                "can_read": True,
                "can_write": True,
                "media_types": [],
                "objects": [tool(SECOND), OBSERVED, tool(FIRST), BEFORE_2_1],
                "manifest": [
                    record(TOOL, ADDED, FIRST),
                    record(TOOL, ADDED, SECOND),
                    record(OLD, "2021-03-04T05:06:07.891Z", FIRST),
                    record("tool--gone", ADDED, FIRST),
                ],
            },
            {"id": IDS[1], "title": "High Value", "can_read": False, "can_write": True},
            {"id": IDS[2], "title": "Nobody's", "can_read": False, "can_write": False},
        ],
    },
    "other": {"information": {"title": "Other", "description": "Empty."}, "collections": []},
}
UNDATED = {"id": IDS[0], "title": "C", "objects": [tool(FIRST)], "manifest": [record(TOOL, "yesterday", FIRST)]}
CONFIGURATION = {"users": {"admin": "Password0", "user1": "x"}, "taxii": {"max_page_size": 100}}


def take(house: House, data: Any = DATA, configuration: Any = CONFIGURATION, slug: str = "medallion") -> Taken:
    with house.database.writing() as connection:
        body = data if isinstance(data, bytes) else json.dumps(data, indent=2).encode()
        return take_over(connection, body, json.dumps(configuration).encode(), slug, now_ms())


@pytest.fixture
def taken(house: House) -> Iterator[Taken]:
    yield take(house)
    assert all(check["ok"] for check in verify_ledger(house.database))


def test_it_says_how_much_and_what_is_different(taken: Taken) -> None:
    assert (taken.api_roots, taken.collections, taken.objects, taken.users) == (2, 3, 4, 2)
    assert taken.notices == [
        "The collection 'High.Value' is called 'High Value' here.",
        "The collection 'High Value' is called 'High Value (2)' here.",
    ]


@pytest.mark.usefixtures("taken")
def test_objects_keep_bytes_versions_and_dates(house: House) -> None:
    with house.database.reading() as connection:
        found = find_collection(connection, "high")
        entries = page(connection, found.key, 0, 10, Match(versions=("all",), spec_versions=("2.0", "2.1")))
    added = parse_stamp(ADDED) + 1
    assert [(one.object_id, one.version, one.position) for one in entries] == [
        (TOOL, SECOND, added),
        (TOOL, FIRST, added + 1),
        (SCENE, "2021-03-04T05:06:07.893000Z", added + 2),
        (OLD, FIRST, added + 3),
    ]
    assert entries[0].body == json.dumps(tool(SECOND), separators=(",", ":")).encode()
    assert json.loads(entries[2].body) == {name: value for name, value in OBSERVED.items() if name != "_date_added"}
    assert entries[3].spec_version == "2.0"
    assert found.created_ms < added
    assert (found.id, found.title, found.alias, found.description) == (IDS[0], "High Value", "high", "The best.")


@pytest.mark.usefixtures("taken")
def test_users_come_in_with_their_rights(house: House) -> None:
    with house.database.reading() as connection:
        assert [name for name, _, _ in roots(connection)] == ["exchange", "other", "trust"]
        member = find_member(connection, "medallion")
        keys = [find_collection(connection, one).key for one in IDS[:3]]
        rights = rights_of(connection, member.key)
    given = [(one.can_read, one.can_write) if (one := rights.get(key)) else None for key in keys]
    assert given[:2] == [(True, True), (False, True)]
    assert given[2] in (None, (False, False))
    door = Door(house.database)
    assert door.by_password("admin", "Password0") is not None
    assert door.by_password("user1", "y") is None


@pytest.mark.usefixtures("taken")
def test_an_empty_exchange_takes_the_servers_name_too(house: House) -> None:
    with house.database.reading() as connection:
        exchange = load_exchange(connection)
    assert exchange is not None
    assert (exchange.name, exchange.contact) == ("Old server", "admin@old.example")


def test_an_exchange_that_published_keeps_its_name(house: House) -> None:
    house.submit("bank-a", "bad.example\n")
    take(house)
    with house.database.reading() as connection:
        exchange = load_exchange(connection)
    assert exchange is not None
    assert exchange.name == "Test exchange"


def test_what_has_no_date_comes_last_and_the_future_is_now(house: House) -> None:
    late = tool(SECOND, id="tool--2d086da7-4bdc-4f91-900e-d77486753711")
    objects = [tool(FIRST), late]
    manifest = [record(late["id"], "2999-01-01T00:00:00Z", SECOND)]
    data = {"a": {"information": {"title": "A"}, "collections": [{"id": IDS[3], "title": "C", "objects": objects}]}}
    data["a"]["collections"][0]["manifest"] = manifest  # type: ignore[index]
    assert take(house, data).objects == 2
    with house.database.reading() as connection:
        positions = [one.position for one in page(connection, find_collection(connection, "C").key, 0, 9)]
    assert START < positions[0] < positions[1] <= now_ms() + 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b"<html>",
        {"a": {}},
        {"a": {"information": {"title": "A"}, "collections": [{"id": "x", "title": "C"}]}},
        {"a": {"information": {"title": "A"}, "collections": [{"id": IDS[0], "title": "C", "objects": [{"id": "x"}]}]}},
        {"a": {"information": {"title": "A"}, "collections": [{"id": IDS[0], "title": "C", "objects": [1]}]}},
        {"a": {"information": {"title": "A"}, "collections": [UNDATED]}},
    ],
)
def test_what_is_not_medallions_leaves_nothing(house: House, data: Any) -> None:
    with pytest.raises(BadData, match="Nothing was taken over"):
        take(house, data)
    with house.database.reading() as connection:
        assert [name for name, _, _ in roots(connection)] == ["exchange"]
        assert connection.execute(sa.text("SELECT count(*) FROM users")).scalar_one() == 0


def with_object(one: Any) -> dict[str, Any]:
    collections = [{"id": IDS[3], "title": "C", "objects": [tool(FIRST, id=TOOL[:-1] + "2"), one]}]
    return {"a": {"information": {"title": "A"}, "collections": collections}}


@pytest.mark.parametrize(
    "odd",
    [
        {"modified": 5},
        {"modified": "nonsense"},
        {"modified": "2020-13-01T00:00:00Z"},
        {"created": ["x"]},
        {"_date_added": 5},
        {"_date_added": "yesterday"},
        {"type": None},
        {"type": 5},
        {"type": ""},
        {"id": "tool--\0"},
        {"spec_version": 5},
        {"spec_version": None},
        {"spec_version": "2.\0"},
        {"revoked": {}},
        {"revoked": "yes"},
        {"revoked": None},
        {"x_number": 10**400},
    ],
)
def test_an_object_that_cannot_be_taken_over_is_named(house: House, odd: dict[str, Any]) -> None:
    with pytest.raises(BadData, match=r"Nothing was taken over: object 2 of the collection 'C' "):
        take(house, with_object(tool(SECOND) | odd))


@pytest.mark.parametrize("odd", [{"object_marking_refs": 5, "labels": 5, "external_references": {}, "confidence": "x"}])
def test_what_only_filters_read_may_be_odd(house: House, odd: dict[str, Any]) -> None:
    assert take(house, with_object(tool(SECOND) | odd)).objects == 2


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "1960-06-01T00:00:00.000Z", "1970-01-01T00:00:00Z"])
def test_what_was_added_before_there_were_positions_comes_first(house: House, date: str) -> None:
    taken = take(house, with_object(tool(SECOND, _date_added=date)))
    assert [TOOL in notice for notice in taken.notices] == [True]
    with house.database.reading() as connection:
        found = find_collection(connection, "C")
        (first, _) = page(connection, found.key, 0, 9)
    assert (first.object_id, first.position, found.created_ms) == (TOOL, 1, 0)


@pytest.mark.usefixtures("taken")
def test_a_second_time_is_refused(house: House) -> None:
    with pytest.raises(BadData, match="already a collection"):
        take(house)
