"""Clients as they are installed, against a live server."""

import json
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import stix2
from cytaxii2.cytaxii2 import cytaxii2
from live_server import COUNT, Live
from requests.exceptions import HTTPError
from taxii2client.common import TokenAuth
from taxii2client.v21 import ApiRoot, Collection, Server, as_pages
from taxii_world import IDS, PASSWORD, START, TAXII, body_of, envelope, id_of

from tocsin.times import taxii_stamp

EXPECTED = [id_of(f"o{n}") for n in range(COUNT)]


@pytest.fixture
def collection(live: Live) -> Iterator[Collection]:
    with closing(Collection(live.collection(), user="ann", password=PASSWORD)) as opened:
        yield opened


def fresh(name: str) -> dict[str, Any]:
    return json.loads(body_of(f"{name} {uuid.uuid4()}"))


def test_taxii2client_finds_its_way_from_discovery(live: Live) -> None:
    with closing(Server(f"{live.url}/taxii2/", user="bank", password=live.tokens["bank"])) as server:
        assert server.title == "Test exchange"
        assert server.contact == "desk@exchange.example"
        assert server.default.url == f"{live.url}/taxii2/exchange/"
        assert [root.title for root in server.api_roots] == ["Exchange", "Second"]
        assert server.default.versions == [TAXII]
        assert server.default.max_content_length > 0
        assert [one.id for one in server.default.collections] == sorted(IDS.values())
        assert [one.title for one in server.api_roots[1].collections] == ["Elsewhere"]


def test_taxii2client_with_a_token(live: Live) -> None:
    with closing(ApiRoot(f"{live.url}/taxii2/exchange/", auth=TokenAuth(live.tokens["police"]))) as root:
        assert {(one.can_read, one.can_write) for one in root.collections} == {(True, False)}


def test_taxii2client_reads_objects_and_manifest(collection: Collection) -> None:
    objects = collection.get_objects(type="malware", limit=COUNT)["objects"]
    assert [one["id"] for one in objects] == EXPECTED
    records = collection.get_manifest(limit=COUNT)["objects"]
    assert [one["id"] for one in records] == EXPECTED
    assert records[0]["date_added"] == taxii_stamp(START)
    assert collection.get_objects(added_after="2099-01-01T00:00:00Z") == {}


@pytest.mark.parametrize("size", [1, 4, COUNT, 5_000])
def test_taxii2client_pages_to_the_end(collection: Collection, size: int) -> None:
    until = EXPECTED[-1]
    for read in (collection.get_objects, collection.get_manifest):
        found = [one["id"] for page in as_pages(read, per_request=size) for one in page.get("objects", [])]
        assert found[:COUNT] == EXPECTED
        assert found.count(until) == 1


def test_taxii2client_pages_with_filters_and_a_date(collection: Collection) -> None:
    after = taxii_stamp(START + 4)
    pages = as_pages(collection.get_objects, per_request=3, added_after=after, type="malware", version="all")
    assert [one["id"] for page in pages for one in page["objects"]][: COUNT - 5] == EXPECTED[5:]


def test_taxii2client_reads_one_object_and_its_versions(collection: Collection) -> None:
    (found,) = collection.get_object(EXPECTED[3])["objects"]
    assert found["name"] == "o3"
    assert collection.object_versions(EXPECTED[3]) == {"versions": [found["modified"]]}
    with pytest.raises(HTTPError, match="404"):
        collection.get_object(id_of("nobody"))


def test_taxii2client_adds_and_deletes(live: Live, collection: Collection) -> None:
    pushed = fresh("pushed")
    status = collection.add_objects({"objects": [pushed]})
    assert (status.status, status.success_count, status.failure_count) == ("complete", 1, 0)
    assert status.successes == [{"id": pushed["id"], "version": pushed["modified"]}]
    status.refresh()
    assert status.total_count == 1
    assert collection.get_object(pushed["id"])["objects"] == [pushed]
    collection.delete_object(pushed["id"])
    with pytest.raises(HTTPError, match="404"):
        collection.get_object(pushed["id"])


def test_taxii2client_is_told_what_failed(collection: Collection) -> None:
    good = fresh("good")
    status = collection.add_objects({"objects": [good, {**good, "id": "malware--x"}]})
    assert (status.success_count, status.failure_count) == (1, 1)
    assert status.failures[0]["id"] == "malware--x"
    assert status.failures[0]["message"]


def test_taxii2client_without_the_right(live: Live) -> None:
    with closing(Collection(live.collection(), user="telco", password=live.tokens["telco"])) as opened:
        assert (opened.can_read, opened.can_write) == (False, True)
    with (
        closing(ApiRoot(f"{live.url}/taxii2/exchange/", user="ann", password="wrong")) as root,
        pytest.raises(HTTPError, match="401"),
    ):
        root.refresh()


def test_stix2_source(collection: Collection) -> None:
    source = stix2.TAXIICollectionSource(collection)
    assert source.get(EXPECTED[0])["name"] == "o0"
    assert source.get(id_of("nobody")) is None
    assert len(source.all_versions(EXPECTED[0])) == 1
    found = source.query([stix2.Filter("type", "=", "malware"), stix2.Filter("name", "=", "o7")])
    assert [one["id"] for one in found] == [EXPECTED[7]]


def test_stix2_sink(collection: Collection) -> None:
    malware = stix2.v21.Malware(**fresh("from stix2"))
    stix2.TAXIICollectionSink(collection).add([malware])
    assert stix2.TAXIICollectionSource(collection).get(malware["id"]) == malware


def test_stix2_store(collection: Collection) -> None:
    store = stix2.TAXIICollectionStore(collection)
    first, second = (stix2.v21.Malware(**fresh(f"store {n}")) for n in range(2))
    store.add([first, second])
    store.add(first.new_version(name="changed"))
    assert store.get(second["id"]) == second
    assert store.get(first["id"])["name"] == "changed"
    assert [one["name"] for one in store.all_versions(first["id"])] == [first["name"], "changed"]
    assert store.query([stix2.Filter("id", "=", second["id"])]) == [second]
    link = stix2.v21.Relationship(first, "related-to", second)
    store.add(link)
    assert [one["id"] for one in store.relationships(first["id"])] == [link["id"]]
    assert [one["id"] for one in store.related_to(first["id"])] == [second["id"]]


def test_cytaxii2(live: Live) -> None:
    client = cytaxii2(f"{live.url}/taxii2/", "ann", PASSWORD)
    assert client.discovery_request()["response"]["title"] == "Test exchange"
    assert client.root_discovery()["response"]["versions"] == [TAXII]
    collections = client.collection_request()["response"]["collections"]
    assert sorted(one["id"] for one in collections) == sorted(IDS.values())
    assert client.collection_data_request(IDS["Shared"])["response"]["title"] == "Shared"
    found, following = [], None
    while True:
        page = client.poll_request(IDS["Shared"], limit=6, next=following, object_type="malware")["response"]
        found += [one["id"] for one in page["objects"]]
        following = page.get("next")
        if not page.get("more"):
            break
    assert found[:COUNT] == EXPECTED
    assert client.poll_request(IDS["Shared"], object_id=EXPECTED[2])["response"]["objects"][0]["name"] == "o2"
    pushed = fresh("cytaxii2")
    answer = client.inbox_request(IDS["Shared"], json.dumps({"objects": [pushed]}))
    assert (answer["status_code"], answer["response"]["success_count"]) == (202, 1)
    refused = cytaxii2(f"{live.url}/taxii2/", "ann", "wrong").discovery_request()
    assert (refused["status_code"], refused["response"]["http_status"]) == (401, "401")


def curl(*arguments: str, stdin: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not here")
    command = [program, "--silent", "--show-error", "--include", "--max-time", "30", "--globoff", *arguments]
    head, _, body = subprocess.run(command, capture_output=True, check=True, input=stdin).stdout.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), headers, body


def test_curl_reads(live: Live) -> None:
    token = f"Authorization: Bearer {live.tokens['bank']}"
    status, headers, body = curl("-H", token, f"{live.collection()}objects?limit=2")
    assert status == 200
    assert headers["content-type"] == TAXII
    assert headers["x-taxii-date-added-last"] == taxii_stamp(START + 1).lower()
    assert json.loads(body)["more"] is True
    assert body_of("o0") in body
    status, headers, body = curl("-H", token, "--head", f"{live.collection()}objects/?limit=2")
    assert (status, body) == (200, b"")
    assert headers["x-taxii-date-added-first"] == taxii_stamp(START).lower()


def test_curl_is_asked_who_it_is(live: Live) -> None:
    for method in ("GET", "OPTIONS", "POST"):
        status, headers, body = curl("-X", method, f"{live.url}/taxii2/")
        assert status == 401
        assert "bearer" in headers["www-authenticate"]
        assert json.loads(body)["http_status"] == "401"


@pytest.mark.parametrize("chunked", [False, True])
def test_curl_pushes(live: Live, chunked: bool) -> None:
    pushed = json.dumps(fresh("curl")).encode()
    arguments = ["-u", f"ann:{PASSWORD}", "-H", f"Content-Type: {TAXII}", "--data-binary", "@-"]
    if chunked:
        arguments += ["-H", "Transfer-Encoding: chunked"]
    status, _, body = curl(*arguments, f"{live.collection()}objects/", stdin=envelope(pushed))
    assert status == 202, body
    assert json.loads(body)["success_count"] == 1
    identity = json.loads(pushed)["id"]
    _, _, found = curl("-u", f"ann:{PASSWORD}", f"{live.collection()}objects/{identity}/")
    assert found == envelope(pushed)


@pytest.mark.parametrize("chunked", [False, True])
def test_curl_pushes_too_much(live: Live, chunked: bool) -> None:
    arguments = ["-u", f"ann:{PASSWORD}", "-H", f"Content-Type: {TAXII}", "-H", "Expect:", "--data-binary", "@-"]
    if chunked:
        arguments += ["-H", "Transfer-Encoding: chunked"]
    status, headers, body = curl(*arguments, f"{live.collection()}objects/", stdin=b" " * 10_485_761)
    assert status == 413
    assert headers["content-type"] == TAXII
    assert json.loads(body)["http_status"] == "413"
