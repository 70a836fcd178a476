"""Promise 2: what was accepted is there, once and whole, however its processes end; a retry adds nothing."""

import json
import signal
import sqlite3
import time
from pathlib import Path

import pytest
from live import end, started, tocsin

ROWS = 20_000


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    tocsin(home, "init")
    tocsin(home, "member", "add", "bank", "--name", "Bank", "--kind", "bank")
    tocsin(home, "collection", "add", "Scams", "--read", "bank", "--write", "bank")
    return home


def submitted(path: Path) -> list[str]:
    return ["submit", str(path), "--member", "bank", "--tlp", "green", "--collection", "Scams"]


def rows_done(home: Path) -> int:
    connection = sqlite3.connect(home / "tocsin.db")
    try:
        found = connection.execute("SELECT max(rows_done) FROM reports").fetchone()[0]
    except sqlite3.OperationalError:
        found = 0
    connection.close()
    return found or 0


def test_a_killed_load_is_resumed_and_nothing_is_there_twice(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "load.txt"
    path.write_text("".join(f"scam-{n}-load.top\n" for n in range(ROWS)))
    kills = 0
    while kills < 3:
        process = started(home, *submitted(path))
        before = rows_done(home)
        until = time.monotonic() + 60
        while process.poll() is None and rows_done(home) <= before + 1_000 and time.monotonic() < until:
            time.sleep(0.02)
        if process.poll() is not None:
            break
        end(process, signal.SIGKILL)
        kills += 1
    assert kills == 3, "the load was over before it could be killed often enough"
    result = json.loads(tocsin(home, *submitted(path), "--json"))
    assert result["counts"] == {"accepted": ROWS, "merged": 0, "held": 0, "rejected": 0}
    assert len({one["row"] for one in result["verdicts"]}) == len(result["verdicts"]) == ROWS
    again = json.loads(tocsin(home, *submitted(path), "--json", "--quiet"))
    assert again["report"] == result["report"]
    connection = sqlite3.connect(home / "tocsin.db")
    counts = dict(connection.execute("SELECT type, count(*) FROM entries GROUP BY type"))
    connection.close()
    assert counts["indicator"] == counts["domain-name"] == counts["relationship"] == ROWS
    assert json.loads(tocsin(home, "verify", "--json"))["checks"][0]["ok"]


def test_the_worker_takes_up_what_a_killed_process_left(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "load.txt"
    path.write_text("".join(f"scam-{n}-left.top\n" for n in range(ROWS)))
    process = started(home, *submitted(path))
    until = time.monotonic() + 60
    while rows_done(home) < 1_000 and time.monotonic() < until:
        time.sleep(0.02)
    end(process, signal.SIGKILL)
    assert 0 < rows_done(home) < ROWS
    tocsin(home, "worker", "--once")
    assert rows_done(home) == ROWS
    assert json.loads(tocsin(home, "verify", "--json"))["ok"]


def test_two_processes_at_one_report_write_each_row_once(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "load.txt"
    path.write_text("".join(f"scam-{n}-both.top\n" for n in range(6_000)))
    others = [started(home, *submitted(path)) for _ in range(2)]
    for one in others:
        assert one.wait(120) == 0
    result = json.loads(tocsin(home, *submitted(path), "--json", "--quiet"))
    assert result["counts"]["accepted"] == 6_000
    assert json.loads(tocsin(home, "reindex") and tocsin(home, "verify", "--json"))["ok"]
