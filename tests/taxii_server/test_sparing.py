"""What spares the line: packed answers, polls that find nothing new, and limits."""

import gzip
from dataclasses import replace

import pytest
from taxii_world import TAXII, World, body_of, id_of, ids, mounted
from werkzeug.test import Client


@pytest.fixture
def full(world: World) -> World:
    world.put(*[body_of(f"o{n}") for n in range(50)], owner="bank")
    return world


def test_an_answer_is_packed_for_a_client_that_takes_that(full: World) -> None:
    plain = full.ask("objects/")
    packed = full.ask("objects/", headers={"Accept-Encoding": "gzip, deflate"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Type"] == TAXII
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 3
    assert gzip.decompress(packed.data) == plain.data
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("encoding", ["identity", "gzip;q=0", "br", ""])
def test_nobody_gets_packed_what_he_does_not_take(full: World, encoding: str) -> None:
    assert "Content-Encoding" not in full.ask("objects/", headers={"Accept-Encoding": encoding}).headers


def test_small_answers_and_errors_stay_as_they_are(full: World) -> None:
    for path in ("objects/?added_after=2999-01-01T00:00:00Z", "nowhere/"):
        assert "Content-Encoding" not in full.ask(path, headers={"Accept-Encoding": "gzip"}).headers


def test_a_poll_that_finds_nothing_new_is_not_answered_twice(full: World) -> None:
    tag = full.ask("objects/").headers["ETag"]
    same = full.ask("objects/", headers={"If-None-Match": tag})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    full.put(body_of("new"), owner="bank")
    changed = full.ask("objects/", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert ids(changed.json)[-1] == id_of("new")
    assert changed.headers["ETag"] != tag


@pytest.mark.parametrize("query", ["limit=10", "match[type]=malware", "added_after=2999-01-01T00:00:00Z"])
def test_every_url_has_its_tag(full: World, query: str) -> None:
    path = f"objects/?{query}"
    tag = full.ask(path).headers["ETag"]
    assert full.ask(path, headers={"If-None-Match": f'"other", {tag}'}).status_code == 304


@pytest.mark.parametrize("query", ["", "?match[version]=all"])
def test_what_is_deleted_changes_the_tag(full: World, query: str) -> None:
    tag = full.ask("objects/").headers["ETag"]
    assert full.ask(f"objects/{id_of('o1')}/{query}", method="DELETE").status_code == 200
    assert full.ask("objects/", headers={"If-None-Match": tag}).status_code == 200


def test_a_tag_opens_no_door(full: World) -> None:
    tag = full.ask("objects/").headers["ETag"]
    assert full.ask("objects/", member=None, headers={"If-None-Match": tag}).status_code == 401
    assert full.ask("objects/", member="stranger", headers={"If-None-Match": tag}).status_code == 404


def test_head_answers_like_get_without_the_body(full: World) -> None:
    got, head = full.ask("objects/"), full.ask("objects/", method="HEAD")
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"):
        assert head.headers[name] == got.headers[name]


def test_too_many_requests_of_one_member_are_put_off(full: World) -> None:
    full.client = Client(mounted(replace(full.service, requests_per_minute=3)))
    assert [full.ask("objects/").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = full.ask("objects/")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert (refused.headers["Content-Type"], refused.json["http_status"]) == (TAXII, "429")
    assert full.ask("objects/", member="peer").status_code == 200, "another member's requests are its own"
