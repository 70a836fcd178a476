"""Statements 115 to 141 of the TAXII 2.1 checklist: adding objects, their status, deleting."""

import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from taxii_world import TAXII, World, body_of, build, envelope, id_of, ids, is_error, mounted
from werkzeug.test import Client

from tocsin.identifiers import deterministic_id
from tocsin.ledger.append import Outcome
from tocsin.ledger.collections import freeze_collection
from tocsin.ledger.database import Database
from tocsin.publishing.hand_in import Refused

V1, V2 = "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"
LIMIT = 50_000


def a_domain(value: str = "bad.example") -> bytes:
    identity = deterministic_id("domain-name", {"value": value})
    return json.dumps({"type": "domain-name", "spec_version": "2.1", "id": identity, "value": value}).encode()


def test_115_116_117_118_a_push_and_its_status(world: World) -> None:
    response = world.push(body_of("a"), body_of("b", V2))
    assert response.status_code == 202
    assert response.headers["Content-Type"] == TAXII
    status = response.json
    assert status.pop("request_timestamp").endswith("Z")
    identity = status.pop("id")
    assert status == {
        "status": "complete",
        "total_count": 2,
        "success_count": 2,
        "successes": [{"id": id_of("a"), "version": V1}, {"id": id_of("b"), "version": V2}],
        "failure_count": 0,
        "pending_count": 0,
    }
    again = world.ask(f"/taxii2/exchange/status/{identity.upper()}/")
    assert again.json == response.json | {
        "id": identity,
        "request_timestamp": again.json["request_timestamp"],
        **status,
    }
    assert ids(world.ask("objects/").json)[-2:] == [id_of("a"), id_of("b")]


def test_119_120_status_under_another_root_or_unknown(world: World) -> None:
    identity = world.push(body_of("a")).json["id"]
    is_error(world.ask(f"/taxii2/second/status/{identity}/"), 404)
    is_error(world.ask("/taxii2/exchange/status/2d086da7-4bdc-4f91-900e-d77486753710/"), 404)
    is_error(world.ask("/taxii2/exchange/status/x/"), 404)


def test_what_waits_for_a_moderator_is_pending_with_the_reason(world: World) -> None:
    status = world.push(body_of("a"), member="peer").json
    assert (status["status"], status["pending_count"]) == ("pending", 1)
    (pending,) = status["pendings"]
    assert pending["id"] == id_of("a")
    assert "moderator" in pending["message"]


def test_what_is_not_processed_yet_is_pending(world: World) -> None:
    first = world.push(body_of("a")).json["id"]
    with world.database.writing() as connection:
        connection.execute(sa.text("DELETE FROM assertions"))
        connection.execute(sa.text("UPDATE reports SET state = 'received', rows_done = 0"))
    status = world.ask(f"/taxii2/exchange/status/{first}/").json
    assert status["status"] == "pending"
    assert status["pendings"] == [{"id": id_of("a"), "version": V1}]


def test_121_122_the_same_again_is_a_success_that_adds_nothing(world: World) -> None:
    for more in ({}, {"x_note": "another envelope"}):
        data = json.dumps({"objects": [json.loads(body_of("a"))], **more}).encode()
        status = world.push(data=data).json
        assert (status["success_count"], status["failure_count"]) == (1, 0)
    path = f"objects/{id_of('a')}/versions/"
    assert world.ask(path).json == {"versions": [V1]}


BAD_OBJECTS = [
    b"1",
    b"null",
    b'"text"',
    b"[]",
    b"{}",
    b'{"type":"malware"}',
    b'{"type":"malware","id":7,"modified":3}',
    b'{"type":"malware","id":"malware--x"}',
    body_of("b", "yesterday"),
    body_of("b").replace(b'"name"', b'"type"'),
    b"[" * 50 + b"]" * 50,
    b"[" * 5_000 + b"]" * 5_000,
    body_of("d").replace(b'"d"', b'"\\ud800"'),
    body_of("d").replace(b'"d"', b"1e999"),
    body_of("d").replace(b'"d"', b"9" * 6_000),
    b'{"type":"malware","id":"malware--\\ud800"}',
]


def test_123_one_bad_object_is_its_own_failure(world: World) -> None:
    response = world.push(body_of("a"), *BAD_OBJECTS, body_of("c"))
    assert response.status_code == 202, response.text
    status = response.json
    assert (status["success_count"], status["failure_count"], status["total_count"]) == (
        2,
        len(BAD_OBJECTS),
        len(BAD_OBJECTS) + 2,
    )
    assert all(one["message"] for one in status["failures"])
    assert [one["id"] for one in status["failures"]].count(id_of("d")) == 3
    assert world.ask(f"/taxii2/exchange/status/{status['id']}/").json == status
    assert {id_of("a"), id_of("c")} <= set(ids(world.ask("objects/").json))


NO_ENVELOPES = [
    b"",
    b"{",
    b"nonsense",
    b'{"objects": [1,}',
    b"[]",
    b"[{}]",
    b"7",
    b"null",
    b"{}",
    b'{"objects": 3}',
    b'{"objects": null}',
    b'{"objects": {}}',
    b'{"objects": []}',
    b"\xff\xfe",
    b'{"objects":[{"id":"\xff"}]}',
    b"[" * 20_000,
    b'{"objects":[' + b"[" * 20_000,
    b'{"objects":[{"id":NaN}]}',
    b'{"objects":[1],"objects":[2]}',
    b'{"x":' + b"[" * 20_000 + b"]" * 20_000 + b',"objects":[1]}',
]


def test_124_to_127_what_is_no_envelope(world: World) -> None:
    for data in NO_ENVELOPES:
        is_error(world.push(data=data), 422)
    assert world.ask("objects/").json == {}


def test_128_129_the_limit_of_a_body(world: World) -> None:
    filling = LIMIT - len(envelope(body_of("a", V1, "malware", description="")))
    fits = envelope(body_of("a", V1, "malware", description="x" * filling))
    assert len(fits) == LIMIT
    assert world.push(data=fits).status_code == 202
    is_error(world.push(data=fits + b" "), 413, str(LIMIT))


def test_the_limit_of_an_envelope(world: World) -> None:
    is_error(world.push(*[b"0"] * 10_001), 413, "at most 10000 objects")
    few = World(**{**vars(world), "client": Client(mounted(replace(world.service, max_objects=2)))})
    is_error(few.push(b"0", body_of("a"), b"0"), 413, "at most 2 objects")
    assert few.push(b"0", body_of("a")).json["total_count"] == 2


class _Chunked(io.RawIOBase):
    """A body without a length, as a server hands it on that has undone the chunks."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        piece = next(self.pieces, b"")
        self.taken += len(piece)
        return piece


def test_130_chunked(world: World) -> None:
    whole = envelope(body_of("a"))
    assert world.push(data=iter([whole[:10], whole[10:11], whole[11:]])).json["success_count"] == 1
    is_error(world.push(data=iter([b" " * 10_000] * 6)), 413)


def test_an_endless_body_is_not_read_to_its_end(world: World) -> None:
    endless = _Chunked(iter([b" " * 10_000] * 3_000))
    environ = {"wsgi.input": endless, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    world.client = Client(mounted(world.service))
    refused = world.push(data=None, environ_overrides=environ)
    is_error(refused, 413)
    assert refused.headers["Connection"] == "close"
    assert endless.taken < 18_000_000


def test_endless_packed_nothing_is_not_read_to_its_end(world: World) -> None:
    nothing = gzip.compress(b"") * 500
    endless = _Chunked(iter([nothing] * 2_000))
    environ = {"wsgi.input": endless, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    world.client = Client(mounted(replace(world.service, max_content_length=LIMIT)))
    refused = world.push(data=None, headers={"Content-Encoding": "gzip"}, environ_overrides=environ)
    is_error(refused, 413, str(LIMIT))
    assert endless.taken < 18_500_000
    some = nothing + gzip.compress(envelope(body_of("a"))) + nothing
    assert world.push(data=some, headers={"Content-Encoding": "gzip"}).json["success_count"] == 1


@pytest.mark.parametrize("size", [10, 60_000, 3_000_000])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("objects/", {"Content-Type": "text/plain"}, 415),
        ("objects/", {"Authorization": "x"}, 401),
        ("", {}, 405),
        ("nowhere/", {}, 404),
    ],
)
def test_a_refusal_does_not_break_the_connection_of_the_next_request(
    world: World, size: int, chunked: bool, path: str, headers: dict[str, str], status: int
) -> None:
    body = b" " * size
    data = iter([body[start : start + 8_000] for start in range(0, size, 8_000)]) if chunked else body
    refused = world.push(path=path, data=data, headers=headers)
    is_error(refused, status)
    assert world.ask("").status_code == 200


def test_131_gzip(world: World) -> None:
    whole = envelope(body_of("a"))
    for packing, data in (
        ("gzip", gzip.compress(whole)),
        ("X-GZIP", gzip.compress(whole[:9]) + gzip.compress(whole[9:])),
    ):
        response = world.push(data=data, headers={"Content-Encoding": packing})
        assert response.json["success_count"] == 1
    is_error(world.push(data=gzip.compress(b" " * 50_000_000), headers={"Content-Encoding": "gzip"}), 413)
    for bad in (whole, gzip.compress(whole)[:-9], b"", gzip.compress(whole) + b"x"):
        is_error(world.push(data=bad, headers={"Content-Encoding": "gzip"}), 400, "gzip")
    is_error(world.push(data=whole, headers={"Content-Encoding": "br"}), 415)


def test_132_custom_properties_of_an_envelope(world: World) -> None:
    data = b'{"x_own":{"objects":[1]},"objects":[' + body_of("a") + b'],"x_more":[1]}'
    assert world.push(data=data).json["success_count"] == 1


def test_a_bundle_is_taken_like_an_envelope(world: World) -> None:
    bundle = b'{"type":"bundle","id":"bundle--2d086da7-4bdc-4f91-900e-d77486753710","objects":[' + body_of("a") + b"]}"
    assert world.push(data=bundle).json["success_count"] == 1


def test_133_134_objects_without_modified(world: World) -> None:
    marking = json.dumps(
        {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": "marking-definition--2d086da7-4bdc-4f91-900e-d77486753710",
            "created": "2026-03-01T00:00:00.5Z",
            "definition_type": "statement",
            "definition": {"statement": "Ask first"},
        }
    ).encode()
    status = world.push(marking, a_domain()).json
    assert status["failure_count"] == 0, status
    records = {one["id"]: one for one in world.ask("manifest/").json["objects"]}
    for detail in status["successes"]:
        assert detail["version"] == records[detail["id"]]["version"]
    of_marking, of_domain = status["successes"]
    assert of_marking["version"] == "2026-03-01T00:00:00.5Z"
    assert of_domain["version"] == records[of_domain["id"]]["date_added"]
    assert a_domain() in world.ask("objects/").data


def test_135_136_bytes_stay_as_they_came(world: World) -> None:
    odd = (
        '{ "name" : "caf\\u00e9 \u0e01 \\/ \U0001f514",\n "modified":"2026-01-01T00:00:01.123456789Z",'
        f'"id":"{id_of("a")}",\t"is_family":false, "x_numbers":[1.0,1e2,-0.0,12345678901234567890.10],'
        '"type":"malware","created":"2026-01-01T00:00:00.000Z","spec_version":"2.1" }'
    ).encode()
    assert world.push(odd, body_of("b")).json["success_count"] == 2
    for path in ("objects/", f"objects/{id_of('a')}/", "objects/?match[version]=2026-01-01T00:00:01.123456789Z"):
        assert odd in world.ask(path).data
    assert world.ask(f"objects/{id_of('a')}/").data == envelope(odd)
    assert world.ask(f"objects/{id_of('a')}/versions/").json == {"versions": ["2026-01-01T00:00:01.123456789Z"]}
    assert world.ask(f"objects/{id_of('a')}/", method="DELETE").status_code == 200


def test_137_to_140_deleting_a_version(world: World) -> None:
    world.put(body_of("a", V1), body_of("a", V2), owner="bank")
    path = f"objects/{id_of('a')}/"
    response = world.ask(path, method="DELETE", query_string={"match[version]": V1})
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["Content-Type"] == TAXII
    assert world.ask(path + "versions/").json == {"versions": [V2]}
    is_error(world.ask(path, query_string={"match[version]": V1}), 404)
    assert [one["version"] for one in world.ask("manifest/?match[version]=all").json["objects"]] == [V2]
    assert world.ask(path).json["objects"][0]["modified"] == V2


def test_138_the_last_version_is_one_version(world: World) -> None:
    world.put(body_of("a", V1), body_of("a", V2), owner="bank")
    path = f"objects/{id_of('a')}/"
    assert world.ask(path + "?match[version]=last", method="DELETE").status_code == 200
    assert world.ask(path + "versions/").json == {"versions": [V1]}
    assert world.ask("objects/").json["objects"] == [json.loads(body_of("a", V1))]


@pytest.mark.parametrize("every", ["all", ",".join(f"20{year}-01-01T00:00:00.000Z" for year in range(90, 99))])
def test_what_pollers_are_told_of_a_deletion_is_later_than_every_version(world: World, every: str) -> None:
    bodies = [body_of("a", f"20{year}-01-01T00:00:00.000Z") for year in range(90, 99)]
    world.put(*bodies, owner="bank")
    assert world.ask(f"objects/{id_of('a')}/?match[version]={every}", method="DELETE").status_code == 200
    (told,) = world.ask("objects/").json["objects"]
    assert (told["modified"], told["revoked"]) == ("2098-01-01T00:00:00.001Z", True)


@pytest.mark.parametrize(
    "query", ["", "?match[version]=all", f"?match[version]={V1},{V2}", "?match[version]=first,last"]
)
def test_138_to_141_deleting_all_versions(world: World, query: str) -> None:
    world.put(body_of("a", V1), body_of("a", V2), body_of("b"), owner="bank")
    path = f"objects/{id_of('a')}/"
    assert world.ask(path + query, method="DELETE").status_code == 200
    for gone in (path, path + "versions/", path + "?match[version]=all"):
        is_error(world.ask(gone), 404)
    assert ids(world.ask("manifest/?match[version]=all").json) == [id_of("b")]
    # pollers are told once
    last = world.ask("objects/").json["objects"][-1]
    assert (last["id"], last["revoked"]) == (id_of("a"), True)
    is_error(world.ask(path, method="DELETE"), 404)


def test_141_deleting_what_is_not_there(world: World) -> None:
    world.put(body_of("a"), owner="bank")
    is_error(world.ask(f"objects/{id_of('b')}/", method="DELETE"), 404)
    is_error(world.ask(f"objects/{id_of('a')}/", method="DELETE", query_string={"match[version]": V2}), 404)
    is_error(world.ask(f"objects/{id_of('a')}/", method="DELETE", query_string={"match[version]": "x"}), 400)


@pytest.mark.parametrize("owner", ["peer", None])
def test_only_its_own_objects_may_a_member_delete(world: World, owner: str | None) -> None:
    assert world.put(body_of("a"), owner=owner) == [Outcome.APPENDED]
    is_error(world.ask(f"objects/{id_of('a')}/", method="DELETE"), 403)
    assert ids(world.ask("objects/").json) == [id_of("a")]


def test_what_was_deleted_comes_back_only_with_a_newer_version(world: World) -> None:
    path = f"objects/{id_of('a')}/"
    world.push(body_of("a"))
    world.ask(path, method="DELETE")
    for version in (V1, "2026-05-01T00:00:00.000Z"):
        again = world.push(body_of("a", version)).json
        assert (again["success_count"], again["failure_count"]) == (0, 1)
        assert "It was deleted here" in again["failures"][0]["message"]
    is_error(world.ask(path), 404)
    newer = "2999-01-01T00:00:00.000Z"
    assert world.push(body_of("a", newer)).json["success_count"] == 1
    assert world.ask(path).json["objects"][0]["modified"] == newer
    assert world.ask("objects/").json["objects"][-1]["modified"] == newer


def test_a_version_that_was_deleted_may_come_back_as_it_was(world: World) -> None:
    world.push(body_of("a"), body_of("a", V2))
    world.ask(f"objects/{id_of('a')}/", method="DELETE", query_string={"match[version]": V2})
    assert world.push(body_of("a", V2, "malware", description="Other bytes.")).json["failure_count"] == 1
    assert world.push(body_of("a", V2)).json["success_count"] == 1
    assert world.ask(f"objects/{id_of('a')}/").json["objects"][0]["modified"] == V2


def test_an_observable_that_was_deleted_may_come_back(world: World) -> None:
    body = a_domain("bad.example")
    path = f"objects/{json.loads(body)['id']}/"
    for _ in range(2):
        assert world.push(body).json["success_count"] == 1
        assert world.ask(path).status_code == 200
        assert world.ask(path, method="DELETE").status_code == 200
        is_error(world.ask(path), 404)


def test_a_frozen_collection_takes_nothing(world: World) -> None:
    with world.database.writing() as connection:
        freeze_collection(connection, world.collections["Shared"].key, 1)
    is_error(world.push(body_of("a")), 403, "frozen")
    assert world.ask("").json["can_write"] is True


def test_what_may_not_be_handed_in_is_told_why(world: World) -> None:
    def refuse(*_: object) -> str:
        raise Refused("This collection reaches more members than TLP:RED allows.")

    world.client = Client(mounted(replace(world.service, hand_in=refuse)))
    is_error(world.push(body_of("a")), 422, "TLP:RED")


@pytest.mark.parametrize(
    ("error", "status"),
    [(OperationalError("secret", {}, Exception("secret")), 503), (KeyError("secret"), 500)],
)
def test_a_failure_of_ours_tells_no_secrets(world: World, error: Exception, status: int) -> None:
    def fail(*_: object) -> str:
        raise error

    world.client = Client(mounted(replace(world.service, hand_in=fail)))
    response = world.push(body_of("a"))
    is_error(response, status)
    assert "secret" not in response.text


def test_a_report_in_another_format_has_no_status(world: World) -> None:
    identity = world.push(body_of("a")).json["id"]
    with world.database.writing() as connection:
        connection.execute(sa.text("UPDATE report_bytes SET body = :csv"), {"csv": b"bad.example\n"})
    is_error(world.ask(f"/taxii2/exchange/status/{identity}/"), 404)


def test_the_default_limit_is_ten_mebibytes(database: Database) -> None:
    world = build(database, "sqlite://")
    assert world.ask("/taxii2/exchange/").json["max_content_length"] == 10_485_760
    world.receipts.close()
