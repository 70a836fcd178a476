"""TAXII polls: flat to the last page, cheap for a hundred subscribers, and beside medallion."""

import http.client
import json
import logging
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import quote

from bench.http import full_poll, get, serving
from bench.measures import PAGE, Figure, timed
from tocsin.bootstrap import Tocsin
from tocsin.ledger.read import EVERYTHING, page
from tocsin.times import taxii_stamp

_TURNS = 40
_SUBSCRIBERS, _SECONDS = 100, 12
_MEDALLION = 500
"""Objects on which medallion is measured: its time for a page grows with the square, 2,000 take more than a minute."""

_MEDALLION_PAGE = 100


def flat(tocsin: Tocsin, collection_id: str, token: str) -> list[Figure]:
    """What a page costs at the end of a collection, beside the same question at its beginning."""
    path = f"/taxii2/exchange/collections/{collection_id}/objects/"
    with tocsin.database.reading() as connection:
        first = page(connection, 1, 0, 3 * PAGE, EVERYTHING, bodies=False)
        last = _last_entries(tocsin)
    near = {"start": first[0].position - 1, "end": last[0].position - 1}
    some_ids = {"start": [one.object_id for one in first[100:200]], "end": [one.object_id for one in last[-200:-100]]}
    questions: dict[str, Callable[[str], str]] = {
        "page": lambda at: f"limit={PAGE}",
        "page, match[type]": lambda at: f"limit={PAGE}&match[type]=url,domain-name",
        "page, match[version]=all": lambda at: f"limit={PAGE}&match[version]=all",
        "100 ids": lambda at: f"match[id]={','.join(some_ids[at])}",
        "100 objects": lambda at: "limit=100",
    }
    figures = []
    with serving(tocsin.settings.home, workers=1) as (port, _):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for name, query in questions.items():
            times: dict[str, list[float]] = {"start": [], "end": []}
            for _ in range(_TURNS):
                for at, position in near.items():
                    after = 0 if name == "100 ids" else position
                    url = f"{path}?added_after={taxii_stamp(after)}&{quote(query(at), safe='=&,')}"
                    times[at].append(timed(partial(get, client, url, token)))
            end, start = (statistics.median(times[at]) * 1000 for at in ("end", "start"))
            figures.append(Figure(f"{name}, at the end", end, "ms", "the same at the start", start, "at most 1.3"))
    return figures


def subscribing(tocsin: Tocsin, collection_id: str, token: str) -> list[Figure]:
    """The slowest in a hundred of the polls of 100 subscribers who each ask once a second and find nothing new."""
    idle = f"/taxii2/exchange/collections/{collection_id}/objects/?added_after=2999-01-01T00:00:00Z"
    with serving(tocsin.settings.home, workers=2) as (port, _):
        _crowd(port, idle, token, 2)
        noop = _crowd(port, "/noop/", token, _SECONDS)
        ours = _crowd(port, idle, token, _SECONDS)
    name = f"{_SUBSCRIBERS} idle subscribers, p99"
    return [Figure(name, ours * 1000, "ms", "a route that does nothing, same load", noop * 1000, "at most 5")]


def beside_medallion(tocsin: Tocsin, collection_id: str, token: str) -> list[Figure]:
    """A full poll of the same objects from medallion 3.0's memory backend, in pages of 100."""
    with tocsin.database.reading() as connection:
        entries = page(connection, 1, 0, _MEDALLION)
    # an object with a property 'version', such as an extension definition, makes medallion answer 500 for ever
    objects = [one for one in (json.loads(entry.body) for entry in entries) if "version" not in one]
    with _medallion(objects) as ask:
        start = time.perf_counter()
        count, query = 0, {"limit": str(_MEDALLION_PAGE)}
        while True:
            answer = ask(query)
            count += len(answer["objects"])
            if not answer.get("more"):
                break
            query["next"] = answer["next"]
        theirs = count / (time.perf_counter() - start)
    path = f"/taxii2/exchange/collections/{collection_id}/objects/"
    with serving(tocsin.settings.home, workers=1) as (port, _):
        full_poll(port, path, token, _MEDALLION_PAGE)
        polled, seconds = full_poll(port, path, token, _MEDALLION_PAGE)
    name = f"full poll, pages of {_MEDALLION_PAGE}"
    return [Figure(name, polled / seconds, "objects/s", f"medallion, {count} objects", theirs, "")]


def _last_entries(tocsin: Tocsin) -> list[Any]:
    with tocsin.database.reading() as connection:
        last = connection.exec_driver_sql("SELECT max(latest_position) FROM entries WHERE collection_key = 1").scalar()
        # positions of a load follow one another without gaps
        return page(connection, 1, int(last or 0) - PAGE, PAGE, EVERYTHING, bodies=False)


def _crowd(port: int, path: str, token: str, seconds: float) -> float:
    """The 99th percentile of what each request took, s."""
    times: list[float] = []
    start = time.perf_counter() + 0.5

    def subscriber(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for turn in range(int(seconds)):
            time.sleep(max(0.0, start + turn + number / _SUBSCRIBERS - time.perf_counter()))
            times.append(timed(lambda: get(connection, path, token)))
        connection.close()

    threads = [threading.Thread(target=subscriber, args=(number,)) for number in range(_SUBSCRIBERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statistics.quantiles(times, n=100)[98]


@contextmanager
def _medallion(objects: list[dict[str, Any]]) -> Iterator[Callable[[dict[str, str]], Any]]:
    """medallion with these objects in its memory; a function that asks it for a page."""
    import medallion

    logging.getLogger("medallion").setLevel(logging.CRITICAL)
    collection = {"id": str(uuid.uuid4()), "title": "Bench", "can_read": True, "can_write": False, "media_types": []}
    manifest = [
        {
            "id": one["id"],
            "date_added": f"2026-01-01T00:00:00.{number:06d}Z",
            "version": one.get("modified") or one.get("created") or "2026-01-01T00:00:00.000000Z",
            "media_type": "application/stix+json;version=2.1",
        }
        for number, one in enumerate(objects)
    ]
    for one in objects:
        if "modified" not in one and "created" not in one:
            one["_date_added"] = "2026-01-01T00:00:00.000000Z"
    information = {"title": "Bench", "versions": [], "max_content_length": 1_000}
    root = {"information": information, "collections": [{**collection, "objects": objects, "manifest": manifest}]}
    application = medallion.application_instance
    backend = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend"}
    medallion.set_config(application, "users", {"users": {"bench": "bench"}})
    medallion.set_config(application, "taxii", {"taxii": {"max_page_size": _MEDALLION_PAGE}})
    medallion.set_config(application, "backend", {"backend": backend})
    application.medallion_backend.data = {"bench": root}
    medallion.register_blueprints(application)
    client = application.test_client()

    def ask(query: dict[str, str]) -> Any:
        headers = {"Accept": "application/taxii+json;version=2.1"}
        url = f"/bench/collections/{collection['id']}/objects/"
        return client.get(url, query_string=query, headers=headers, auth=("bench", "bench")).json

    yield ask
