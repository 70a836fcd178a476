"""How soon what is handed in can be found while more comes in: the worker's own loop, in a process of its own."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.http import percentiles
from bench.measures import Figure
from tocsin.bootstrap import Tocsin
from tocsin.ledger.read import last_seq
from tocsin.members.members import find_member
from tocsin.publishing.hand_in import take_in, terms_for
from tocsin.search import parse
from tocsin.times import now_ms

SECONDS = 40
EVERY_S = 0.5
OBJECTS = 500
"""Objects a second that come in: three to a row, the indicator, what it observes, and how the two are joined."""

_ROWS = int(OBJECTS * EVERY_S / 3) + 1
_PATIENCE_S = 30.0


def freshness(tocsin: Tocsin, collection_id: str) -> list[Figure]:
    """From handing in to the first search that finds it, in all and beside how much came in meanwhile."""
    readable = frozenset({collection_id})
    waits: list[float] = []
    seekers: list[threading.Thread] = []
    with _worker(tocsin):
        _found(tocsin, _hand_in(tocsin, "warm"), readable)
        with tocsin.database.reading() as connection:
            before = last_seq(connection)
        begun = time.perf_counter()
        for turn in range(int(SECONDS / EVERY_S)):
            start = time.perf_counter()
            name = _hand_in(tocsin, f"turn{turn}")
            seeker = threading.Thread(target=lambda s=start, n=name: waits.append(_found(tocsin, n, readable) - s))
            seeker.start()
            seekers.append(seeker)
            time.sleep(max(0.0, start + EVERY_S - time.perf_counter()))
        for seeker in seekers:
            seeker.join()
        with tocsin.database.reading() as connection:
            came = (last_seq(connection) - before) / (time.perf_counter() - begun)
    p50, p95 = percentiles(waits)
    title = f"found while {came:,.0f} objects/s come in"
    return [
        Figure(f"{title}, p50", p50 / 1000, "s", "", None, ""),
        Figure(f"{title}, p95", p95 / 1000, "s", "allowed", 2.0, "at most 1"),
    ]


def _hand_in(tocsin: Tocsin, what: str) -> str:
    """Hand in a list of new names, as over the API; one of them."""
    chance = random.Random(what)
    names = [f"fresh-{what}-{number}-{chance.randrange(10**6)}.top" for number in range(_ROWS)]
    with tocsin.database.writing() as connection:
        bank = find_member(connection, "bank")
        terms = terms_for(connection, bank, tlp="green", collections=["Bench"])
        take_in(connection, bank, "bench", ("value\n" + "\n".join(names)).encode(), f"{what}.csv", terms, now_ms())
    return names[-1]


def _found(tocsin: Tocsin, name: str, readable: frozenset[str]) -> float:
    """The moment at which a search first finds it."""
    end = time.perf_counter() + _PATIENCE_S
    while time.perf_counter() < end:
        hits = tocsin.engine.search(parse(name, limit=1), readable).hits
        if hits and hits[0].tier == "whole":
            break
        time.sleep(0.02)
    return time.perf_counter()


@contextmanager
def _worker(tocsin: Tocsin) -> Iterator[None]:
    environment = {**os.environ, "TOCSIN_HOME": str(tocsin.settings.home)}
    worker = subprocess.Popen([sys.executable, "-m", "tocsin.cli", "worker"], env=environment)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)
