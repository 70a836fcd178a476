"""The measurements. Each gives figures and the reference they are read against."""

import gzip
import os
import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import stix2
from sqlalchemy.engine import Connection

from bench.http import full_poll, memory_pss, requests_per_second, serving
from tocsin.bootstrap import Tocsin
from tocsin.ledger.collections import add_collection
from tocsin.ledger.read import follow
from tocsin.members.lists import add_entries, entry_named
from tocsin.members.members import add_member, find_member, grant
from tocsin.members.tokens import new_token
from tocsin.publishing.hand_in import take_in, terms_for
from tocsin.publishing.process import process
from tocsin.reports.reports import counts_of
from tocsin.screening import OWN
from tocsin.settings import settings
from tocsin.stix import register
from tocsin.times import now_ms

PAGE = 2_000
_TIMES = 8
"""How often ours and its reference take turns; the best of each counts, the machine's other work least."""

_MANY_POLLS = 15
_PARSED = 600


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `goal` is what `ratio` (figure by reference) has to be compared with, as text."""

    name: str
    figure: float
    unit: str
    reference: str
    reference_figure: float | None
    goal: str

    @property
    def ratio(self) -> float | None:
        return self.figure / self.reference_figure if self.reference_figure else None


def values(count: int, real_data: Path | None) -> Iterator[str]:
    """`count` domains and addresses: real ones where there is real data, else made up."""
    source = real_data / "bulk-scam-indicators.tsv.gz" if real_data else None
    if source is not None and source.is_file():
        with gzip.open(source, "rt", encoding="utf-8", errors="replace") as lines:
            yield from (line.split("\t")[1] for line in islice(lines, count))
    else:
        chance = random.Random(7)
        for number in range(count):
            yield f"{chance.choice(('pay', 'login', 'parcel'))}-{chance.randrange(10**9):09d}-{number}.top"


@contextmanager
def exchange() -> Iterator[tuple[Tocsin, str, str]]:
    """An exchange in a folder of its own, in which banks have lists; with a collection's id and a reader's token."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        tocsin = Tocsin(settings({"TOCSIN_HOME": folder}))
        tocsin.initialise("Bench", "nobody", demonstration=True)
        now = now_ms()
        with tocsin.database.writing() as connection:
            bank = add_member(connection, "bank", "Bank", "bank", "SG", now)
            police = add_member(connection, "police", "Police", "agency", "SG", now)
            collection = add_collection(connection, "Bench", now)
            grant(connection, collection.key, bank.key, read=True, write=True)
            grant(connection, collection.key, police.key, read=True)
            token = new_token(connection, police.key, "bench", now)
            _list_names(connection, now)
        try:
            yield tocsin, collection.id, token
        finally:
            tocsin.close()


def _list_names(connection: Connection, now: int) -> None:
    """Have ten more banks with twenty names each that are looked for imitations of in every row."""
    for what in _WHAT:
        member = add_member(connection, what, what.title(), "bank", "SG", now)
        names = [entry_named(f"{where}{what}.example", OWN) for where in _WHERE]
        add_entries(connection, member.key, names, "bench", now)


_WHERE = (
    "north", "south", "east", "west", "harbour", "river", "first", "union", "metro", "civic",
    "royal", "silver", "golden", "pacific", "asia", "delta", "summit", "coastal", "lotus", "orchid",
)  # fmt: skip
_WHAT = ("trust", "pay", "post", "savings", "insurance", "card", "credit", "money", "telecom", "mutual")


def submitting(tocsin: Tocsin, lines: list[str]) -> list[Figure]:
    """Rows and objects a second through everything, beside the parser of `stix2` and beside bare inserts."""
    body = ("value\n" + "\n".join(lines) + "\n").encode()
    _ = tocsin.screening
    start = time.perf_counter()
    with tocsin.database.writing() as connection:
        bank = find_member(connection, "bank")
        terms = terms_for(connection, bank, tlp="green", collections=["Bench"])
        report_id, _ = take_in(connection, bank, "bench", body, "bulk.csv", terms, now_ms())
    report = process(tocsin.database, tocsin.exchange, tocsin.screening, report_id)
    seconds = time.perf_counter() - start
    with tocsin.database.reading() as connection:
        print("verdicts:", counts_of(connection, report.key))
        entries = follow(connection, 0, 60_000)
    rows, objects = report.rows_done / seconds, _objects(tocsin) / seconds
    register()
    sample = [entry.body.decode() for entry in entries[100 : 100 + _PARSED]]
    parsed = len(sample) / timed(lambda: [stix2.parse(one, allow_custom=False) for one in sample])
    inserted = len(entries) / timed(lambda: _bare_inserts([entry.body for entry in entries]))
    return [
        Figure("submit, everything on", rows, "rows/s", "asked of it", 5_000.0, "at least 1"),
        Figure("submit", objects, "objects/s", "stix2.parse on the same objects", parsed, "at least 10"),
        Figure("submit", objects, "objects/s", "bare SQLite inserts of the same bytes", inserted, ""),
    ]


def polling(tocsin: Tocsin, collection_id: str, token: str) -> list[Figure]:
    """A full poll over HTTP, idle polls, and the memory of two server processes meanwhile."""
    path = f"/taxii2/exchange/collections/{collection_id}/objects/"
    home = tocsin.settings.home
    with serving(home, workers=1) as (port, _):
        count, _ = full_poll(port, path, token, PAGE)
        polls, loops = [], []
        for _ in range(_TIMES):
            polls.append(full_poll(port, path, token, PAGE)[1])
            loops.append(timed(lambda: _bare_loop(home / "tocsin.db")))
        last = f"?added_after={_future()}"
        requests_per_second(port, path + last, token, 1)
        idle, noop = [], []
        for _ in range(_TIMES):
            noop.append(requests_per_second(port, "/noop/", token, 1))
            idle.append(requests_per_second(port, path + last, token, 1))
    with serving(home, workers=2) as (port, pid):

        def peak(polls: int) -> float:
            return _peak(pid, lambda: [full_poll(port, path, token, PAGE) for _ in range(polls)])

        # the cache of each connection fills once, in the first dozen of polls
        memory, filled, later = peak(3), peak(_MANY_POLLS), peak(_MANY_POLLS)
    return [
        Figure(
            "full poll",
            count / min(polls),
            "objects/s",
            "bare loop: read and join the same rows",
            count / min(loops),
            "at least 0.5",
        ),
        Figure(
            "idle poll", max(idle), "requests/s", "a route that does nothing, same server", max(noop), "at least 0.5"
        ),
        Figure("memory, 2 web processes, full poll", memory, "MB (PSS)", "allowed", 300.0, "at most 1"),
        Figure(f"memory, {_MANY_POLLS} full polls more", later, "MB (PSS)", "as many before", filled, "at most 1.1"),
    ]


def indexing(tocsin: Tocsin) -> list[Figure]:
    """What feeding the index from the ledger costs."""
    start = time.perf_counter()
    fed = tocsin.index()
    return [Figure("index", fed / (time.perf_counter() - start), "entries/s", "", None, "")]


def _objects(tocsin: Tocsin) -> int:
    with tocsin.database.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM entries").scalar_one())


def _bare_inserts(bodies: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE bare (seq INTEGER PRIMARY KEY, body BLOB)")
        for start in range(0, len(bodies), 3_000):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO bare (body) VALUES (?)", [(one,) for one in bodies[start : start + 3_000]]
            )
            connection.execute("COMMIT")
        connection.close()


def _bare_loop(path: Path) -> None:
    connection = sqlite3.connect(path)
    after = 0
    query = (
        "SELECT latest_position, body FROM entries WHERE collection_key = 1 AND latest_position > ?"
        f" ORDER BY latest_position LIMIT {PAGE}"
    )
    while rows := connection.execute(query, (after,)).fetchall():
        after = rows[-1][0]
        b",".join([body for _, body in rows])
    connection.close()


def _peak(pid: int, work: Callable[[], object]) -> float:
    peak, done = 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.05):
            peak = max(peak, memory_pss(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    work()
    done.set()
    watcher.join()
    return peak


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _future() -> str:
    return f"{time.gmtime().tm_year + 10}-01-01T00:00:00Z"


def real_data() -> Path | None:
    """The folder of real lists, where it is."""
    path = Path(os.environ.get("TOCSIN_REAL_DATA", Path(__file__).parents[2] / "shared" / "data"))
    return path if path.is_dir() else None
