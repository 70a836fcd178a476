"""Promise 1: every poller gets everything, while several processes write and some of them are killed."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tocsin.ledger.collections import add_collection
from tocsin.ledger.database import Database
from tocsin.ledger.read import EVERYTHING, follow, page
from tocsin.ledger.verify import verify_ledger
from tocsin.times import now_ms

SCRIPT = Path(__file__).with_name("ledger_processes.py")
LIMIT_S = 60


def run(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.fixture
def url(database: Database) -> str:
    with database.writing() as connection:
        add_collection(connection, "Test", now_ms())
    return database.engine.url.render_as_string(hide_password=False)


def test_pollers_in_other_processes_get_everything_once(url: str) -> None:
    writers, each = 3, 600
    pollers = [run("poller", url, limit, writers * each, LIMIT_S) for limit in (1, 7, 2_000)]
    writing = [run("writer", url, f"w{n}", each, 30) for n in range(writers)]
    written = [
        one
        for writer in writing
        for line in writer.communicate(timeout=LIMIT_S)[0].splitlines()
        for one in json.loads(line)
    ]
    assert len(set(written)) == writers * each
    for poller in pollers:
        served = poller.communicate(timeout=LIMIT_S)[0].split()
        assert sorted(served) == sorted(written)


def test_a_killed_writer_leaves_whole_transactions(url: str, database: Database) -> None:
    other = run("writer", url, "other", 400, 20)
    victim = run("writer", url, "victim", 1_000_000, 50)
    assert victim.stdout is not None
    acknowledged = [one for _ in range(5) for one in json.loads(victim.stdout.readline())]
    victim.send_signal(signal.SIGKILL)
    acknowledged += [one for line in victim.stdout if line.endswith("\n") for one in json.loads(line)]
    victim.stdout.close()
    victim.wait(LIMIT_S)
    acknowledged += [one for line in other.communicate(timeout=LIMIT_S)[0].splitlines() for one in json.loads(line)]
    with database.reading() as connection:
        stored = [entry.object_id for entry in follow(connection, 0, 1_000_000)]
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))
    assert len(stored) - len(acknowledged) in (0, 50), (
        "the transaction that was not acknowledged is there whole or not at all"
    )
    assert all(check["ok"] for check in verify_ledger(database))


def test_what_is_read_is_in_position_order_across_processes(url: str, database: Database) -> None:
    for writer in [run("writer", url, f"w{n}", 100, 1) for n in range(3)]:
        writer.communicate(timeout=LIMIT_S)
    with database.reading() as connection:
        positions = [entry.position for entry in page(connection, 1, 0, 1_000, EVERYTHING)]
    assert len(positions) == 300
    assert positions == sorted(set(positions))
