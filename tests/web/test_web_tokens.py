"""Making and revoking tokens, and what their limits leave at the JSON API."""

import re
from typing import Any

import pytest
from house import START
from web_world import SECRET, Person, World

from tocsin.members.defaults import set_default
from tocsin.members.limits import Limits
from tocsin.members.members import find_member
from tocsin.members.roles import READ, SUBMIT
from tocsin.members.tokens import new_token
from tocsin.networks import parse_networks


def make(person: Person, url: str = "/tokens", **form: Any) -> tuple[Any, dict[str, str]]:
    filled = {"name": "machine", "scope": [READ, SUBMIT], "networks": "", "days": "365", **form}
    answer = person.post(url, filled)
    found = re.findall(r"tocsin_[A-Za-z0-9_-]{43}", answer.text)
    return answer, {"Authorization": f"Bearer {found[0]}"} if found else {}


def test_a_moderator_makes_and_revokes_tokens_of_the_own_member(world: World) -> None:
    desk = world.person("desk")
    answer, headers = make(desk, networks="127.0.0.0/8, 2001:db8::/32")
    assert answer.status_code == 200
    page = desk.get("/tokens").text
    assert headers["Authorization"].partition(" ")[2] not in page, "it is shown once"
    assert "2001:db8::/32" in page
    assert world.app.test_client().get("/api/v1/collections", headers=headers).status_code == 200
    assert desk.post("/tokens/revoke", {"token": "machine"}).status_code == 302
    world.services.door._answers.clear()
    assert world.app.test_client().get("/api/v1/collections", headers=headers).status_code == 401
    assert "revoked" in desk.get("/tokens").text


def test_other_members_tokens_are_for_administrators(world: World) -> None:
    desk, admin = world.person("desk"), world.person("admin")
    for url in ("/tokens?member=bank-a", "/tokens?member=nobody"):
        assert desk.get(url).status_code == 404
        assert make(desk, url)[0].status_code == 404
        assert desk.post(url.replace("?", "/revoke?"), {"token": "machine"}).status_code == 404
    assert admin.get("/tokens?member=nobody").status_code == 404
    _, headers = make(admin, "/tokens?member=bank-a")
    seen = world.app.test_client().get("/api/v1/collections", headers=headers).json
    assert seen is not None
    assert SECRET not in [one["title"] for one in seen["collections"]]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "n" * 101}, "name"),
        ({"scope": []}, "scope"),
        ({"scope": ["manage"]}, "scope"),
        ({"days": "1"}, "days"),
        ({"networks": "192.0.2.1/24"}, "networks"),
        ({"collection": ["00000000-0000-4000-8000-000000000000"]}, "collection"),
    ],
)
def test_a_token_that_cannot_be(world: World, form: dict[str, Any], field: str) -> None:
    answer, headers = make(world.person("desk"), **form)
    assert (answer.status_code, headers) == (400, {})
    assert f'id="{field}-error"' in answer.text


def test_a_name_is_taken_once(world: World) -> None:
    desk = world.person("desk")
    make(desk)
    answer, _ = make(desk)
    assert answer.status_code == 400
    assert "already has a token" in answer.text


def test_a_token_is_not_limited_to_what_the_member_may_not_use(world: World) -> None:
    assert make(world.person("desk"), collection=[world.collection_id(SECRET)])[0].status_code == 400
    assert SECRET not in world.person("desk").get("/tokens").text


def api(world: World, slug: str = "bank-b", **limits: Any) -> dict[str, str]:
    with world.house.database.writing() as connection:
        key = find_member(connection, slug).key
        made = new_token(connection, key, f"api {limits}", START, limits=Limits(**limits))
    return {"Authorization": f"Bearer {made}"}


def handed_in(world: World, headers: dict[str, str], *collections: str) -> Any:
    query = {"tlp": "green", "collection": list(collections)}
    return world.app.test_client().post("/api/v1/reports", query_string=query, data=b"a.example", headers=headers)


def test_the_scope_holds_in_the_api(world: World) -> None:
    reads, submits = api(world, scope=frozenset({READ})), api(world, scope=frozenset({SUBMIT}))
    client = world.app.test_client()
    assert client.get("/api/v1/search?q=nightjar", headers=reads).status_code == 200
    assert handed_in(world, reads, "Scams").status_code == 401
    assert client.get("/api/v1/search?q=nightjar", headers=submits).status_code == 401
    url = world.indicator_url(SECRET, "[domain-name:value = 'nightjar-only.example']")
    assert client.get(f"/api/v1{url}", headers=submits).status_code == 401
    taken = handed_in(world, submits, "Scams")
    assert taken.status_code == 201
    assert client.get(f"/api/v1/reports/{taken.json['report']}", headers=submits).status_code == 200
    listed = client.get("/api/v1/collections", headers=submits).json
    assert listed is not None
    assert {(one["can_read"], one["can_write"]) for one in listed["collections"]} == {(False, True)}


def test_collections_hold_in_the_api(world: World) -> None:
    headers = api(world, collections=frozenset({world.house.collections["Scams"].key}))
    client = world.app.test_client()
    listed = client.get("/api/v1/collections", headers=headers).json
    assert listed is not None
    assert [one["title"] for one in listed["collections"]] == ["Scams"]
    found = client.get("/api/v1/search?q=nightjar", headers=headers).json
    assert found is not None
    assert (found["total"], any(found["facets"].values())) == (0, False)
    url = world.indicator_url(SECRET, "[domain-name:value = 'nightjar-only.example']")
    assert client.get(f"/api/v1{url}", headers=headers).status_code == 404
    assert handed_in(world, headers, SECRET).status_code == 422
    assert handed_in(world, headers, "Scams").status_code == 201
    report = world.house.submit("bank-b", "other.example\n", to=(SECRET,))
    assert client.get(f"/api/v1/reports/{report.id}", headers=headers).status_code == 404
    assert client.get(f"/api/v1/reports/{report.id}", headers=api(world)).status_code == 200


def test_a_limited_token_does_not_hand_in_where_nothing_is_named(world: World) -> None:
    with world.house.database.writing() as connection:
        set_default(connection, find_member(connection, "bank-b").key, "green", world.house.collections[SECRET].key)
    headers = api(world, collections=frozenset({world.house.collections["Scams"].key}))
    refused = handed_in(world, headers)
    assert refused.status_code == 422
    assert SECRET not in refused.text
    assert handed_in(world, api(world)).status_code == 201


def test_ended_and_wrong_network_are_unknown_to_the_api(world: World) -> None:
    client = world.app.test_client()
    over = api(world, until_ms=START + 1)
    away = api(world, networks=parse_networks(["192.0.2.0/24"]))
    unknown = {"Authorization": "Bearer tocsin_unknown"}
    answers = [client.get("/api/v1/collections", headers=headers) for headers in (over, away, unknown)]
    assert [one.status_code for one in answers] == [401] * 3
    assert len({one.data for one in answers}) == 1
    near = client.get("/api/v1/collections", headers=away, environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert near.status_code == 200


def test_nobody_waits_for_a_token_that_ended(world: World) -> None:
    with world.house.database.writing() as connection:
        key = find_member(connection, "bank-a").key
        new_token(connection, key, "goes on", START, every_s=60)
        new_token(connection, key, "ended", START, every_s=60, limits=Limits(until_ms=START + 1))
    page = world.person("clerk").get("/").text
    assert "goes on is silent." in page
    assert "ended is silent." not in page
