"""Pollers that cannot be installed here, imitated by what they are known to send: each gets everything, and stops.

What each sends was read from its source or seen on the wire; `docs/taxii.md` names them.
"""

import base64
import http.client
import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from live_server import Live
from taxii_world import PASSWORD, TAXII, body_of, id_of, put

from tocsin.bootstrap import Tocsin
from tocsin.ledger.append import Outcome
from tocsin.times import now_ms

LAST = "X-TAXII-Date-Added-Last"
SIZE = 7
MOST = 200
"""Requests that no run may need."""

Answer = tuple[int, Any, dict[str, Any]]
Ask = Callable[..., Answer]


@pytest.fixture
def ask(live: Live) -> Iterator[Ask]:
    """Send a request as it is; status, headers and the JSON of the body."""
    connection = http.client.HTTPConnection(urlsplit(live.url).netloc, timeout=30)

    def asked(
        path: str, query: dict[str, Any] | None = None, *, headers: dict[str, str] | None = None, body: Any = None
    ) -> Answer:
        url = path + (f"?{urlencode(query)}" if query else "")
        sent = {"Authorization": f"Bearer {live.tokens['police']}", "Accept": TAXII, **(headers or {})}
        connection.request("POST" if body is not None else "GET", url, body=body, headers=sent)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, answer.headers, json.loads(text) if text else {}

    yield asked
    connection.close()


@pytest.fixture
def objects(live: Live) -> str:
    return urlsplit(live.collection("Other")).path + "objects/"


@pytest.fixture
def more(live: Live, objects: str) -> Callable[[int], list[str]]:
    """Publish so many more objects; their ids."""

    def published(count: int) -> list[str]:
        names = [f"more {uuid.uuid4()}" for _ in range(count)]
        tocsin = Tocsin(live.settings)
        outcomes = put(tocsin.database, live.collections["Other"], [body_of(name) for name in names], None, now_ms())
        tocsin.close()
        assert outcomes == [Outcome.APPENDED] * count
        return [id_of(name) for name in names]

    return published


def ids(page: dict[str, Any]) -> list[str]:
    return [one["id"] for one in page.get("objects", [])]


class OpenCtiImport:
    """OpenCTI's import connector: from page 2 on `next` and `limit` alone; the last `next` is never forgotten."""

    def __init__(self, ask: Ask, objects: str) -> None:
        self.ask, self.objects = ask, objects
        self.query: dict[str, Any] = {"limit": SIZE}

    def run(self, since: datetime) -> list[str]:
        self.query["added_after"] = since.strftime("%Y-%m-%dT%H:%M:%SZ")
        found: list[str] = []
        for _ in range(MOST):
            status, _, page = self.ask(self.objects, self.query)
            assert status == 200
            found += ids(page)
            if not page.get("more"):
                return found
            self.query["next"] = page["next"]
            self.query.pop("added_after", None)
        raise AssertionError("it does not stop")


def test_opencti_import_connector(ask: Ask, objects: str, more: Callable[[int], list[str]]) -> None:
    expected = more(3 * SIZE + 2)
    connector = OpenCtiImport(ask, objects)
    assert set(expected) <= set(connector.run(datetime.now(UTC) - timedelta(days=1)))
    for count in (0, 1, 2 * SIZE, SIZE):
        new = more(count)
        assert set(new) <= set(connector.run(datetime.now(UTC) - timedelta(seconds=2))), "with the stale next"


def test_opencti_core_cuts_the_date_to_milliseconds(ask: Ask, objects: str, more: Callable[[int], list[str]]) -> None:
    expected = more(2 * SIZE)
    found: list[str] = []
    query: dict[str, Any] = {"limit": SIZE}
    for _ in range(MOST):
        _, headers, page = ask(objects, query)
        found += ids(page)
        if page.get("more"):
            query["next"] = page["next"]
            continue
        moment = datetime.fromisoformat(headers[LAST])
        cut = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
        break
    assert set(expected) <= set(found)
    assert ask(objects, {"added_after": cut})[2] == {}, "nothing comes again"


def elastic_pages(ask: Ask, objects: str, age: str, after: str | None) -> tuple[list[str], str]:
    """One run of Elastic's CEL input in one of its three ages; what it found, and its next cursor."""
    found, last = [], after
    query = {"limit": str(SIZE), **({"added_after": after} if after else {})}
    for _ in range(MOST):
        status, headers, page = ask(objects, query)
        assert status == 200
        if age == "first" and not page:
            break  # to this age an envelope without objects is an error that it tries again later
        found += ids(page)
        last = headers[LAST]
        if not page.get("more"):
            break
        query = {"limit": str(SIZE), "next": page["next"]}
        if age == "newest" and after:
            query["added_after"] = after
    assert last is not None
    return found, last


@pytest.mark.parametrize("age", ["first", "second", "newest"])
@pytest.mark.parametrize("fraction", [True, False])
def test_elastic_in_its_three_ages(
    ask: Ask, objects: str, more: Callable[[int], list[str]], age: str, fraction: bool
) -> None:
    expected = more(2 * SIZE + 1)
    found, cursor = elastic_pages(ask, objects, age, None)
    for _ in range(3):
        cursor = cursor if fraction else datetime.fromisoformat(cursor).strftime("%Y-%m-%dT%H:%M:%SZ")
        expected += more(SIZE + 1)
        again, cursor = elastic_pages(ask, objects, age, cursor)
        found += again
    assert set(expected) <= set(found)


def test_cortex_xsoar_stops_at_a_page_without_objects(ask: Ask, objects: str, more: Callable[[int], list[str]]) -> None:
    expected = more(2 * SIZE)
    query: dict[str, Any] = {"limit": SIZE, "match[type]": "malware,relationship"}
    found: list[str] = []
    for _ in range(MOST):
        _, _, page = ask(objects, query)
        if not page.get("objects"):
            break
        found += ids(page)
        if not page.get("more"):
            break
        query["next"] = page["next"]
    assert set(expected) <= set(found)


def test_cortex_xsoar_and_minemeld_try_the_old_version_first(ask: Ask, objects: str, live: Live) -> None:
    for old in ("application/vnd.oasis.taxii+json; version=2.0", "application/vnd.oasis.stix+json; version=2.0"):
        assert ask("/taxii2/", headers={"Accept": old})[0] == 406
        assert ask(objects, headers={"Accept": old})[0] == 406
    basic = "basic " + base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    headers = {"Accept": "application/taxii+json; version=2.1", "Authorization": basic}
    assert ask("/taxii2/", headers=headers)[0] == 200


def test_minemeld_reads_every_modified(ask: Ask, objects: str, more: Callable[[int], list[str]]) -> None:
    more(3)
    _, headers, page = ask(objects, {"limit": 100})
    for one in page["objects"]:
        datetime.strptime(one["modified"], "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007 - as that client does
    assert headers[LAST]


def test_misp_browses_with_a_content_type_and_no_slash(live: Live, ask: Ask, objects: str) -> None:
    basic = "basic " + base64.b64encode(f"police:{live.tokens['police']}".encode()).decode()
    headers = {"Authorization": basic, "Content-Type": TAXII}
    for path in ("/taxii2", objects.removesuffix("objects/").removesuffix("/"), objects.removesuffix("/")):
        status, answered, _ = ask(path, {"limit": "50"} if path in objects else None, headers=headers)
        assert (status, answered["Content-Type"]) == (200, TAXII)


def test_misp_pushes_within_the_limit_that_it_reads(live: Live, ask: Ask) -> None:
    headers = {"Authorization": f"Bearer {live.tokens['bank']}"}
    status, _, root = ask("/taxii2/exchange/", headers=headers)
    assert status == 200
    bundle = {
        "type": "bundle",
        "id": f"bundle--{uuid.uuid4()}",
        "objects": [json.loads(body_of(f"misp {uuid.uuid4()}"))],
    }
    body = json.dumps(bundle)
    assert len(body) < root["max_content_length"]
    path = urlsplit(live.collection()).path + "objects/"
    status, _, answer = ask(path, headers={**headers, "Content-Type": TAXII}, body=body)
    assert (status, answer["success_count"]) == (202, 1)


def test_opencti_posts_bundles_of_another_type(live: Live, ask: Ask) -> None:
    headers = {
        "Authorization": f"Bearer {live.tokens['bank']}",
        "Accept": "application/taxii+json; version=2.1",
        "Content-Type": "application/stix+json; version=2.1",
    }
    one = json.loads(body_of(f"opencti {uuid.uuid4()}"))
    body = json.dumps({"type": "bundle", "id": f"bundle--{uuid.uuid4()}", "objects": [one]})
    status, _, answer = ask(urlsplit(live.collection()).path + "objects/", headers=headers, body=body)
    assert (status, answer["success_count"]) == (202, 1)


def test_sentinel_needs_an_id_of_version_four_and_dates_that_rise(
    live: Live, ask: Ask, objects: str, more: Callable[[int], list[str]]
) -> None:
    assert uuid.UUID(live.collections["Other"].id).version == 4
    expected = more(SIZE)
    seen: list[str] = []
    after = "1970-01-01T00:00:00.000Z"
    for _ in range(MOST):
        _, headers, page = ask(objects, {"added_after": after, "limit": "3"})
        if not page:
            break
        assert headers[LAST] > after
        seen, after = seen + ids(page), headers[LAST]
    assert set(expected) <= set(seen)
    assert len(seen) == len(set(seen))


def test_a_slow_poller_that_is_killed_and_comes_back(ask: Ask, objects: str, more: Callable[[int], list[str]]) -> None:
    expected = more(2 * SIZE)
    first: list[str] = []
    following = kept = None
    for _ in range(MOST):
        _, _, page = ask(objects, {"limit": "1", **({"next": following} if following else {})})
        first += ids(page)
        if len(first) == 3:
            following = kept = page["next"]
            expected += more(1)  # while it sleeps
            break
        following = page["next"]
    ask(objects, {"limit": "5", "next": kept})  # killed before it kept this: it will ask for it again
    rest: list[str] = []
    following = kept
    for _ in range(MOST):
        _, _, page = ask(objects, {"limit": "5", "next": following})
        rest += ids(page)
        if not page.get("more"):
            break
        following = page["next"]
    assert set(expected) <= set(first + rest)
    assert len(first + rest) == len(set(first + rest))
