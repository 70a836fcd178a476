"""What the other processes of the tests of promise 1 run: `python ledger_processes.py writer|poller URL ...`."""

import json
import sys
import time
import uuid

from tocsin.ledger.append import Version, append
from tocsin.ledger.collections import find_collection
from tocsin.ledger.database import Database
from tocsin.ledger.read import page
from tocsin.times import now_ms


def writer(url: str, name: str, count: int, at_once: int) -> None:
    """Append `count` objects, `at_once` a transaction; print each transaction's ids when it is committed."""
    database = Database(url)
    for start in range(0, count, at_once):
        ids = [f"tool--{uuid.uuid5(uuid.NAMESPACE_OID, f'{name}{n}')}" for n in range(start, start + at_once)]
        versions = [
            Version(one, "tool", f'{{"id":"{one}"}}'.encode(), "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00")
            for one in ids
        ]
        with database.writing() as connection:
            collection = find_collection(connection, "Test")
            append(connection, collection.key, versions, now_ms())
        print(json.dumps(ids), flush=True)


def poller(url: str, limit: int, until_there: int, seconds: float) -> None:
    """Follow the collection by position until `until_there` objects were served; print every id, in order."""
    database = Database(url)
    with database.reading() as connection:
        key = find_collection(connection, "Test").key
    after, served, until = 0, 0, time.monotonic() + seconds
    while served < until_there and time.monotonic() < until:
        with database.reading() as connection:
            entries = page(connection, key, after, limit)
        for entry in entries:
            print(entry.object_id)
            after = entry.position
        served += len(entries)
        if not entries:
            time.sleep(0.01)


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "writer":
        writer(arguments[0], arguments[1], int(arguments[2]), int(arguments[3]))
    else:
        poller(arguments[0], int(arguments[1]), int(arguments[2]), float(arguments[3]))
