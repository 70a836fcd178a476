"""What the processes of the full-size test run: `python full_size_processes.py load|push|poll ...`."""

import http.client
import json
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from pollers import LAST, Poller

from tocsin.ledger.append import Version, append, committed
from tocsin.ledger.collections import find_collection
from tocsin.ledger.database import Database

TAXII = "application/taxii+json;version=2.1"
AT_ONCE, PUSHED_AT_ONCE = 1_000, 100
AT = "2026-01-01T00:00:00.000Z"
_LIMIT_S = 60


def body_of(name: str) -> tuple[str, bytes]:
    """Id and bytes of an object."""
    identity = f"tool--{uuid.UUID(bytes=uuid.uuid5(uuid.NAMESPACE_OID, name).bytes, version=4)}"
    text = (
        f'{{"type":"tool","spec_version":"2.1","id":"{identity}","created":"{AT}","modified":"{AT}","name":"{name}"}}'
    )
    return identity, text.encode()


def load(url: str, start: int, count: int) -> None:
    """Append `count` objects from the `start`th on; after each transaction print how many there are."""
    database = Database(url)
    with database.reading() as connection:
        key = find_collection(connection, "scams").key
    for first in range(start, count, AT_ONCE):
        made = [body_of(f"loaded {n}") for n in range(first, min(first + AT_ONCE, count))]
        versions = [Version(identity, "tool", body, AT, AT[:19]) for identity, body in made]
        committed(database, lambda connection, now, some=versions: append(connection, key, some, now))
        print(first + len(versions), flush=True)


def push(objects: str, token: str, count: int) -> None:
    """Push `count` objects, again where the server died on the way, and delete every tenth of the first thousand."""
    ask = _asker(objects, token)
    for first in range(0, count, PUSHED_AT_ONCE):
        made = [body_of(f"pushed {n}")[1] for n in range(first, first + PUSHED_AT_ONCE)]
        status, _, answer = ask("POST", "", b'{"objects":[' + b",".join(made) + b"]}")
        assert (status, answer["success_count"]) == (202, PUSHED_AT_ONCE), answer
    for n in range(0, min(count, 1_000), 10):
        status, _, _ = ask("DELETE", f"{body_of(f'pushed {n}')[0]}/", None)
        assert status in (200, 404), status  # 404: it was deleted, and the answer lost


def poll(objects: str, token: str, style: str, limit: str, done: str, out: str) -> None:
    """Poll until `done` is there and two runs brought nothing; write id, version and whether revoked, a line each."""
    ask = _asker(objects, token)
    poller = Poller(style, {}, int(limit) if limit != "-" else None)
    runs_without_news = 0
    while runs_without_news < 2:
        ended, before = Path(done).exists(), len(poller.held)
        status, headers, page = ask("GET", f"?{urlencode(poller.query())}", None)
        assert status == 200, page
        more = poller.take(page, headers.get(LAST))
        if len(poller.held) != before or not ended:
            runs_without_news = 0
            time.sleep(0 if more else 0.2)
        elif not more:
            runs_without_news += 1
    with Path(out).open("w") as file:
        file.writelines(f"{one} {version} {revoked}\n" for one, (version, revoked) in poller.newest().items())


def _asker(objects: str, token: str) -> Callable[[str, str, bytes | None], tuple[int, Any, Any]]:
    """A client that asks again when the server dies while it answers."""
    parts = urlsplit(objects)
    headers = {"Authorization": f"Bearer {token}", "Accept": TAXII, "Content-Type": TAXII}

    def ask(method: str, rest: str, body: bytes | None) -> tuple[int, Any, Any]:
        until = time.monotonic() + _LIMIT_S
        while True:
            connection = http.client.HTTPConnection(parts.netloc, timeout=_LIMIT_S)
            try:
                connection.request(method, parts.path + rest, body=body, headers=headers)
                answer = connection.getresponse()
                text = answer.read()
                if answer.status < 500:
                    return answer.status, answer.headers, orjson.loads(text) if text else {}
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            if time.monotonic() > until:
                raise TimeoutError(f"{method} {rest}: no answer in {_LIMIT_S} s")
            time.sleep(0.1)

    return ask


if __name__ == "__main__":
    what, *words = sys.argv[1:]
    if what == "load":
        load(words[0], int(words[1]), int(words[2]))
    elif what == "push":
        push(words[0], words[1], int(words[2]))
    else:
        poll(*words)
    print(json.dumps("ended"), flush=True)
