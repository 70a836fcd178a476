"""Statements 1 to 54 of the TAXII 2.1 checklist: who comes in, media types, what is where.

A test carries the numbers of its statements in its name.
"""

import itertools

import pytest
from taxii_world import IDS, PASSWORD, SHARED, TAXII, World, add_ann, basic, body_of, id_of, is_error, mounted
from werkzeug.test import Client

from tocsin.ledger.collections import add_collection, add_root
from tocsin.members.access import ROLES, add_user
from tocsin.members.members import find_member, grant

PROTECTED = (
    "/taxii2/",
    "/taxii2/exchange/",
    "/taxii2/exchange/collections/",
    SHARED,
    f"{SHARED}objects/",
    f"{SHARED}manifest/",
    f"{SHARED}objects/{id_of('a')}/",
    f"{SHARED}objects/{id_of('a')}/versions/",
    "/taxii2/exchange/status/2d086da7-4bdc-4f91-900e-d77486753710/",
    "/taxii2/exchange/nowhere/at/all/",
)


def test_001_002_006_nobody_comes_in_without_credentials(world: World) -> None:
    for path, method in itertools.product(PROTECTED, ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT"]):
        response = world.ask(path, None, method)
        challenge = response.headers["WWW-Authenticate"]
        assert "Basic" in challenge
        assert "Bearer" in challenge
        assert response.status_code == 401
        if method != "HEAD":
            is_error(response, 401)


BAD_CREDENTIALS = [
    "",
    "Basic",
    "Basic ",
    "Basic !!!",
    "Basic YW5u",
    "Basic /////w==",
    "Basic AGE6Yg==",
    "Basic YW5uOndyb25n",
    "Bearer",
    "Bearer wrong",
    "Bearer \xe9",
    "Token wrong",
    "Digest x",
    "Negotiate",
    "\xff",
]


def test_003_004_005_wrong_or_unreadable_credentials_are_401(world: World) -> None:
    for value in BAD_CREDENTIALS:
        is_error(world.ask("/taxii2/", headers={"Authorization": value}), 401)


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_basic_with_a_user_or_with_slug_and_token(world: World, scheme: str) -> None:
    add_ann(world.database)
    assert world.ask("/taxii2/", headers=basic("ann", PASSWORD, scheme)).status_code == 200
    assert world.ask("/taxii2/", headers=basic("bank", world.tokens["bank"], scheme)).status_code == 200
    assert world.ask("/taxii2/", headers=basic("peer", world.tokens["bank"], scheme)).status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Token", "TOKEN"])
def test_a_token_comes_in_by_either_scheme(world: World, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {world.tokens['bank']}"}
    assert world.ask("/taxii2/", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["objects/", "manifest/", f"objects/{id_of('a')}/", f"objects/{id_of('a')}/versions/"])
@pytest.mark.parametrize(("member", "status"), [("telco", 403), ("stranger", 404)])
def test_007_008_009_014_who_may_not_read(world: World, path: str, member: str, status: int) -> None:
    world.put(body_of("a"))
    is_error(world.ask(path, member), status)


@pytest.mark.parametrize(("member", "status"), [("police", 403), ("stranger", 404)])
def test_010_who_may_not_write(world: World, member: str, status: int) -> None:
    is_error(world.push(body_of("a"), member=member), status)


@pytest.mark.parametrize(("member", "status"), [("police", 403), ("telco", 403), ("stranger", 404)])
def test_011_012_013_who_may_not_delete(world: World, member: str, status: int) -> None:
    world.put(body_of("a"), owner=member)
    is_error(world.ask(f"objects/{id_of('a')}/", member, "DELETE"), status)
    assert len(world.ask("objects/").json["objects"]) == 1


def test_015_a_status_is_for_the_member_that_pushed(world: World) -> None:
    status = world.push(body_of("a")).json["id"]
    assert world.ask(f"/taxii2/exchange/status/{status}/").status_code == 200
    is_error(world.ask(f"/taxii2/exchange/status/{status}/", "peer"), 404)


WANTED = [
    TAXII,
    "application/taxii+json",
    "application/taxii+json; version=2.1",
    'application/taxii+json;version="2.1"',
    "Application/TAXII+JSON;version=2.1",
    "text/html,application/taxii+json;version=2.1",
    "application/taxii+json;version=2.0,application/taxii+json;version=2.1",
    "application/taxii+json;version=2.1;q=0.9",
    "application/taxii+json;version=2.1,application/stix+json;version=2.1",
    "application/taxii+json;VERSION=2.1",
    "application/vnd.oasis.taxii+json; version=2.0, application/taxii+json",
    "application/json, */*",
    "application/json",
    "application/*;q=0.1",
    "*/*",
    "",
    None,
]


def test_016_to_024_028_030_031_what_may_be_asked_for(world: World) -> None:
    world.put(body_of("a"))
    for accept, path in itertools.product(WANTED, ("/taxii2/", "objects/", "manifest/")):
        response = world.ask(path, headers={"Accept": accept})
        assert response.status_code == 200, (accept, path)
        assert response.headers["Content-Type"] == TAXII


UNWANTED = [
    "application/taxii+json;version=2.0",
    "application/vnd.oasis.taxii+json; version=2.0",
    "application/vnd.oasis.stix+json; version=2.0",
    "text/html",
    "application/taxii+json;version=2.1;q=0",
    "*/*, application/taxii+json;q=0",
    ";;;",
]


def test_025_026_027_029_what_cannot_be_answered(world: World) -> None:
    for accept, path in itertools.product(UNWANTED, ("/taxii2/", "objects/")):
        is_error(world.ask(path, headers={"Accept": accept}), 406)


TAKEN = [
    TAXII,
    "application/taxii+json",
    'application/taxii+json; version="2.1"',
    "application/taxii+json;version=2.1;charset=utf-8",
    "Application/TAXII+JSON; Version=2.1",
    "application/stix+json;version=2.1",
    "application/stix+json; version=2.1",
]


def test_032_033_034_what_may_be_sent(world: World) -> None:
    for content_type in TAKEN:
        assert world.push(body_of("a"), headers={"Content-Type": content_type}).status_code == 202, content_type


NOT_TAKEN = [
    "application/json",
    "application/taxii+json;version=2.0",
    "application/vnd.oasis.stix+json; version=2.0",
    "text/plain",
    "x",
    "",
]


def test_035_036_what_may_not_be_sent(world: World) -> None:
    for content_type in NOT_TAKEN:
        is_error(world.push(body_of("a"), headers={"Content-Type": content_type}), 415)


def test_037_a_push_asks_for_an_answer_too(world: World) -> None:
    is_error(world.push(body_of("a"), headers={"Accept": "text/html"}), 406)
    assert world.ask("objects/").json == {}


def test_038_with_and_without_the_last_slash(world: World) -> None:
    world.put(body_of("a"))
    for path in PROTECTED[:8]:
        with_slash, without = world.ask(path), world.ask(path.rstrip("/"))
        assert with_slash.status_code == without.status_code == 200
        assert with_slash.data == without.data


NOWHERE = [
    "/taxii2/exchange/nowhere/at/all/",
    "/taxii2/exchange//collections/",
    f"{SHARED}nothing/",
    "/taxii2/exchange/collections/%00/objects/",
    "/taxii2/%00/collections/",
    "/taxii2/exchange/status/%00/",
    f"{SHARED}objects/%00/",
    "/taxii2/exchange/collections/%ff/",
]


def test_039_unknown_paths(world: World) -> None:
    for path in NOWHERE:
        is_error(world.ask(path), 404)


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "objects/"), ("POST", "/taxii2/"), ("DELETE", "objects/"), ("PATCH", "")]
)
def test_040_wrong_methods(world: World, method: str, path: str) -> None:
    response = world.ask(path, method=method)
    is_error(response, 405)
    assert "GET" in response.headers["Allow"]


def test_041_head_is_get_without_the_body(world: World) -> None:
    world.put(body_of("a"))
    for path in PROTECTED[:8]:
        head, get = world.ask(path, method="HEAD"), world.ask(path)
        assert head.status_code == 200
        assert head.data == b""
        assert {**head.headers, "date": ""} == {**get.headers, "date": ""}


def test_options_say_what_can_be_done(world: World) -> None:
    response = world.ask("objects/", method="OPTIONS")
    assert response.status_code == 200
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_043_a_client_need_not_say_what_it_is(world: World) -> None:
    assert world.ask("/taxii2/", headers={"User-Agent": ""}).status_code == 200


def test_044_discovery(world: World) -> None:
    found = world.ask("/taxii2/").json
    assert found["title"] == "Test exchange"
    assert found["contact"] == "desk@exchange.example"
    here = found["default"].removesuffix("/taxii2/exchange/")
    assert here.startswith("http://127.0.0.1:"), "a whole URL, by the name that the client used"
    assert found["api_roots"] == [f"{here}/taxii2/exchange/", f"{here}/taxii2/second/"]


def test_045_api_root(world: World) -> None:
    found = world.ask("/taxii2/second/").json
    assert found == {
        "title": "Second",
        "description": "Something else is here.",
        "versions": [TAXII],
        "max_content_length": 50_000,
    }


@pytest.mark.parametrize(
    "path", ["", "collections/", f"collections/{IDS['Shared']}/", f"collections/{IDS['Shared']}/objects/"]
)
def test_046_047_an_unknown_api_root(world: World, path: str) -> None:
    is_error(world.ask(f"/taxii2/nowhere/{path}"), 404)


def test_048_049_collections_by_id(world: World) -> None:
    found = world.ask("/taxii2/exchange/collections/").json["collections"]
    assert [one["id"] for one in found] == sorted(IDS.values())
    for one in found:
        assert set(one) - {"alias"} == {"id", "title", "can_read", "can_write", "media_types"}
        assert (one["can_read"], one["can_write"]) == (True, True)
    police = world.ask("/taxii2/exchange/collections/", "police").json["collections"]
    assert {(one["can_read"], one["can_write"]) for one in police} == {(True, False)}


def test_050_no_collection_that_may_be_seen(world: World) -> None:
    assert world.ask("/taxii2/exchange/collections/", "stranger").json == {}


def test_an_api_root_without_a_collection_to_be_seen_is_not_there(world: World) -> None:
    with world.database.writing() as connection:
        hidden = add_collection(connection, "Hidden", 1, root="op-nightjar")
        add_root(connection, "empty", "Empty")
    for member, names in (("bank", ["exchange", "second"]), ("stranger", ["exchange"])):
        found = world.ask("/taxii2/", member).json
        assert [one.rsplit("/", 2)[1] for one in found["api_roots"]] == names
        assert found["default"].endswith("/exchange/")
        for name in ("exchange", "second", "op-nightjar", "empty"):
            for path in (f"/taxii2/{name}/", f"/taxii2/{name}/collections/"):
                answer = world.ask(path, member)
                assert answer.status_code == (200 if name in names else 404)
                assert name in names or answer.json == world.ask("/taxii2/nowhere/", member).json
    with world.database.writing() as connection:
        grant(connection, hidden.key, find_member(connection, "stranger").key, read=False, write=True)
    assert len(world.ask("/taxii2/", "stranger").json["api_roots"]) == 2
    assert world.ask("/taxii2/op-nightjar/", "stranger").status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_over_taxii_what_it_may_do_on_pages(world: World, role: str) -> None:
    may = role != "auditor"
    with world.database.writing() as connection:
        for login, slug in (("person", "bank"), ("writer", "telco")):
            add_user(connection, login, find_member(connection, slug).key, role, PASSWORD, 1)
    person, writer = basic("person", PASSWORD), basic("writer", PASSWORD)
    world.put(body_of("a"), owner="bank")
    assert world.ask("", headers=person).json["can_write"] is may
    assert world.ask("objects/", headers=person).status_code == 200
    assert world.push(body_of("b"), headers=person).status_code == (202 if may else 403)
    deleted = world.ask(f"objects/{id_of('a')}/", method="DELETE", headers=person)
    assert deleted.status_code == (200 if may else 403)
    # of a collection that its member may only write, an auditor sees nothing
    assert world.ask("", headers=writer).status_code == (200 if may else 404)
    assert world.push(body_of("c"), headers=writer).status_code == (202 if may else 404)
    seen = world.ask("/taxii2/exchange/collections/", headers=writer).json
    assert len(seen.get("collections", [])) == (3 if may else 0)
    assert len(world.ask("/taxii2/", headers=writer).json["api_roots"]) == (2 if may else 1)


def test_051_one_collection(world: World) -> None:
    assert world.ask("").json == {
        "id": IDS["Shared"],
        "title": "Shared",
        "alias": "shared",
        "can_read": True,
        "can_write": True,
        "media_types": ["application/stix+json;version=2.1"],
    }


def test_052_by_alias(world: World) -> None:
    world.put(body_of("a"))
    assert world.ask("/taxii2/exchange/collections/shared/").json["id"] == IDS["Shared"]
    by_alias = world.ask("/taxii2/exchange/collections/shared/objects/", query_string={"limit": 1})
    assert by_alias.json == world.ask("objects/").json


@pytest.mark.parametrize("name", ["2d086da7-4bdc-4f91-900e-d77486753710", "SHARED", "Shared ", "x" * 5_000])
def test_053_an_unknown_collection(world: World, name: str) -> None:
    is_error(world.ask(f"/taxii2/exchange/collections/{name}/"), 404)
    is_error(world.ask(f"/taxii2/second/collections/{IDS['Shared']}/"), 404)


def test_054_ids_in_any_letter_case(world: World) -> None:
    response = world.ask(f"/taxii2/exchange/collections/{IDS['Other'].upper()}/")
    assert response.json["id"] == IDS["Other"]


def test_a_right_that_ends_ends_at_once(world: World) -> None:
    assert world.ask("objects/", "police").status_code == 200
    with world.database.writing() as connection:
        grant(connection, world.collections["Shared"].key, find_member(connection, "police").key)
    is_error(world.ask("objects/", "police"), 404)


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({"Host": "taxii.example"}, "http://taxii.example"),
        ({"Host": "taxii.example:8443", "X-Forwarded-Proto": "HTTPS"}, "https://taxii.example:8443"),
        ({"Host": "[::1]:8000", "X-Forwarded-Proto": "gopher"}, "http://[::1]:8000"),
        ({"Host": 'a"b<c'}, ""),
    ],
)
def test_discovery_names_the_server_as_the_client_does(world: World, headers: dict[str, str], base: str) -> None:
    world.client = Client(mounted(world.service))
    assert world.ask("/taxii2/", headers=headers).json["default"] == f"{base}/taxii2/exchange/"
