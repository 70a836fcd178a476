"""What a collection chooses: STIX 2.0 as well, pages that carry what their objects refer to."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from taxii_world import IDS, START, World, body_of, id_of, ids

from tocsin.ledger.append import append
from tocsin.ledger.collections import find_collection
from tocsin.publishing.versions import support

V1, V2 = "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"
OTHER = f"/taxii2/exchange/collections/{IDS['Other']}/"


def choose(world: World, choice: str) -> None:
    """For the collection 'Shared' alone."""
    with world.database.writing() as connection:
        connection.execute(sa.text(f"UPDATE collections SET {choice} = :yes WHERE title = 'Shared'"), {"yes": True})


def old(name: str, version: str = V1, kind: str = "indicator", /, **more: Any) -> dict[str, Any]:
    """An object of STIX 2.0."""
    made = {"type": kind, "id": id_of(name, kind), "created": V1, "modified": version, "labels": ["malicious-activity"]}
    if kind == "indicator":
        made |= {"pattern": "[domain-name:value = 'bad.example']", "valid_from": V1}
    return made | more


def push(world: World, *objects: dict[str, Any], path: str = "objects/") -> dict[str, Any]:
    return dict(world.push(*[json.dumps(one).encode() for one in objects], path=path).json)


def test_stix_20_goes_where_it_is_taken(world: World) -> None:
    choose(world, "stix20")
    assert world.ask("").json["media_types"] == [
        "application/stix+json;version=2.1",
        "application/stix+json;version=2.0",
    ]
    assert world.ask(OTHER).json["media_types"] == ["application/stix+json;version=2.1"]
    assert push(world, old("a"))["success_count"] == 1
    refused = push(world, old("a"), path=OTHER + "objects/")
    assert "STIX 2.0, which is not taken here" in refused["failures"][0]["message"]
    mine = f"match[id]={id_of('a', 'indicator')}"
    (record,) = world.ask(f"manifest/?{mine}").json["objects"]
    assert record["media_type"] == "application/stix+json;version=2.0"
    assert world.ask(f"objects/?{mine}").json["objects"] == [old("a")]
    assert world.ask(f"objects/?{mine}&match[spec_version]=2.1").json == {}
    assert world.ask("objects/?match[spec_version]=2.0").json["objects"] == [old("a")]


def test_a_newer_specification_takes_the_place_of_an_older(world: World) -> None:
    choose(world, "stix20")
    newer = json.loads(body_of("tool", V1, "tool"))
    older = {"type": "tool", "id": newer["id"], "created": V1, "modified": V2, "name": "kit", "labels": ["x"]}
    push(world, older, newer)
    assert world.ask("objects/?match[type]=tool").json["objects"] == [newer]
    both = world.ask("objects/?match[type]=tool&match[spec_version]=2.0,2.1").json["objects"]
    assert [one.get("spec_version") for one in both] == [None, "2.1"]


@pytest.mark.parametrize("which", ["", "&match[version]=all", "&match[version]=last", f"&match[version]={V1}"])
def test_deleting_in_one_specification_leaves_the_other(world: World, which: str) -> None:
    choose(world, "stix20")
    newer = json.loads(body_of("tool", V1, "tool"))
    older = {"type": "tool", "id": newer["id"], "created": V1, "modified": V1, "name": "kit", "labels": ["x"]}
    assert push(world, older, newer)["success_count"] == 2
    path = f"objects/{newer['id']}/?match[spec_version]="
    assert world.ask(path + "2.0" + which, method="DELETE").status_code == 200
    assert world.ask("objects/?match[type]=tool").json["objects"] == [newer]
    assert world.ask("objects/?match[type]=tool&match[spec_version]=2.0,2.1").json["objects"] == [newer]
    assert push(world, older)["success_count"] == 1
    assert world.ask(path + "2.1" + which, method="DELETE").status_code == 200
    assert world.ask("objects/?match[type]=tool").json["objects"] == [older]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"labels": []}, "labels"),
        ({"pattern": "[domain-name:value ="}, "pattern"),
        ({"modified": "yesterday"}, "modified"),
        ({"type": "grouping", "id": id_of("a", "grouping")}, "no type of STIX 2.0"),
        ({"id": "indicator--1"}, "id"),
        ({"valid_until": "2025-01-01T00:00:00Z"}, "valid_until"),
    ],
)
def test_stix_20_is_checked_too(world: World, changed: dict[str, Any], words: str) -> None:
    choose(world, "stix20")
    status = push(world, old("a", V1, **changed))
    assert status["success_count"] == 0
    assert words in status["failures"][0]["message"]


def test_stix_20_is_screened_too(world: World) -> None:
    choose(world, "stix20")
    account = old("mule", V1, pattern="[phone-number:value = '+6561234567']")
    assert push(world, account)["pending_count"] == 1
    assert world.ask("objects/?match[type]=indicator").json == {}


def used(world: World) -> list[str]:
    """Ids of the exchange's own objects in the collection."""
    versions = support(world.service.exchange)
    with world.database.writing() as connection:
        append(connection, find_collection(connection, IDS["Shared"]).key, versions, START)
    return [one.object_id for one in versions]


@pytest.mark.parametrize("query", ["limit=2&match[type]=malware", "added_after=2026-09-22T00:00:00Z"])
def test_a_page_carries_what_its_objects_refer_to(world: World, query: str) -> None:
    identity, *others = used(world)
    marking = next(one for one in others if one.startswith("marking-definition"))
    definition = next(one for one in others if one.startswith("extension-definition"))
    extensions = {definition: {"extension_type": "property-extension", "x": 1}}
    first = body_of("a", V1, "malware", created_by_ref=identity, object_marking_refs=[marking])
    second = body_of(
        "b", V1, "malware", extensions=extensions, granular_markings=[{"marking_ref": "marking-definition--x"}]
    )
    world.put(first, second, owner="bank", now=START + 86_400_000)
    assert ids(world.ask(f"objects/?{query}").json) == [id_of("a"), id_of("b")]
    choose(world, "self_contained")
    page = world.ask(f"objects/?{query}").json
    assert ids(page)[:2] == [id_of("a"), id_of("b")]
    assert {identity, marking, definition} <= set(ids(page)[2:])
    assert len(set(ids(page))) == len(ids(page))
    assert set(ids(world.ask(f"objects/{id_of('a')}/").json)) >= {id_of("a"), identity, marking}


def test_paging_goes_on_where_the_entries_end(world: World) -> None:
    identity, *_ = used(world)
    bodies = [body_of(f"o{n}", V1, "malware", created_by_ref=identity) for n in range(5)]
    world.put(*bodies, owner="bank", now=START + 86_400_000)
    choose(world, "self_contained")
    pages = world.pages("objects/", limit=2, added_after="2026-09-22T00:00:00Z")
    found = [one for page in pages for one in ids(page) if one.startswith("malware")]
    assert found == [id_of(f"o{n}") for n in range(5)]
    assert all(identity in ids(page) for page in pages)
