"""Promise 1 with real processes: writers and pollers of five styles, while whoever serves and writes is killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from live import serving, tocsin

from tocsin.ledger.database import Database
from tocsin.ledger.verify import verify_ledger

SCRIPT = Path(__file__).with_name("full_size_processes.py")
POLLERS = (("next", "5000"), ("date", "2000"), ("both", "1000"), ("stale", "10000"), ("seconds", "-"))
LIMIT_S = 3_000
Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def url(database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    """The exchange's database, for every process that is started."""
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("TOCSIN_DATABASE_URL", url)
    return url


@pytest.fixture
def home(url: str, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    tocsin(home, "init", "--demonstration")
    for slug in ("bank", "police"):
        tocsin(
            home,
            "member",
            "add",
            slug,
            "--name",
            slug,
            "--kind",
            "bank",
            "--country",
            "SG",
            "--trusted",
            "--tlp",
            "green",
        )
    tocsin(
        home, "collection", "add", "Scams", "--alias", "scams", "--read", "police", "--read", "bank", "--write", "bank"
    )
    return home


@pytest.fixture
def run() -> Iterator[Run]:
    """Start a process of `full_size_processes.py`; all are ended with the test."""
    processes: list[subprocess.Popen[str]] = []

    def running(*words: object) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, str(SCRIPT), *map(str, words)]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment))
        return processes[-1]

    yield running
    for process in processes:
        process.kill()
        process.communicate()


def workers_of(base: str) -> list[int]:
    """The server's own processes: what listens on its port, without the one that starts them."""
    port = base.rpartition(":")[2]
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                above = (Path("/proc") / str(parent) / "cmdline").read_bytes().split(b"\0")
            except (OSError, IndexError):
                continue
            if port.encode() in words and b"serve" in words and words == above:
                found.append(int(folder.name))
    return found


def loading(run: Run, url: str, count: int, pause: float) -> Iterator[int]:
    """Load so many objects with a process that is killed again and again; how often so far."""
    done, kills, chance = 0, 0, random.Random(5)
    while done < count:
        process = run("load", url, done, count)
        dies = time.monotonic() + chance.uniform(pause, 3 * pause)
        assert process.stdout is not None
        for line in process.stdout:
            done = int(line) if line.strip().isdigit() else done
            if time.monotonic() > dies and done < count:
                process.send_signal(signal.SIGKILL)
                kills += 1
                break
            yield kills
        process.wait(LIMIT_S)


@pytest.mark.parametrize(("count", "pause"), [(20_000, 0.5), pytest.param(1_000_000, 3.0, marks=pytest.mark.proof)])
def test_nobody_misses_anything_whoever_is_killed(
    run: Run, database: Database, url: str, home: Path, tmp_path: Path, count: int, pause: float
) -> None:
    tokens = {
        slug: tocsin(home, "token", "new", "--member", slug, "--name", "t").strip() for slug in ("bank", "police")
    }
    collection = tocsin(home, "collection", "list").split()[0]
    done = tmp_path / "done"
    with serving(home, "--workers", "2") as base:
        objects = f"{base}/taxii2/exchange/collections/{collection}/objects/"
        pollers = [
            run("poll", objects, tokens["police"], style, limit, done, tmp_path / style) for style, limit in POLLERS
        ]
        pusher = run("push", objects, tokens["bank"], max(1_000, count // 100))
        killed, died, next_kill = 0, 0, time.monotonic() + pause
        for kills in loading(run, url, count, pause):
            died = kills
            if time.monotonic() > next_kill and (serving_now := workers_of(base)):
                os.kill(random.choice(serving_now), signal.SIGKILL)
                killed, next_kill = killed + 1, time.monotonic() + pause
        assert pusher.communicate(timeout=LIMIT_S)[0].strip() == '"ended"'
        done.touch()
        for poller in pollers:
            assert poller.communicate(timeout=LIMIT_S)[0].strip() == '"ended"'
    assert killed > 0
    assert died > 0
    with database.reading() as connection:
        newest = connection.execute(
            sa.text("SELECT object_id, version, revoked FROM entries WHERE latest_position IS NOT NULL")
        )
        expected = {f"{row.object_id} {row.version} {bool(row.revoked)}" for row in newest}
    assert len(expected) >= count + max(1_000, count // 100)
    for style, _ in POLLERS:
        held = set((tmp_path / style).read_text().splitlines())
        assert held == expected, (style, len(held), len(expected))
    assert all(check["ok"] for check in verify_ledger(database))
    print(f"{count} objects: the server's processes killed {killed} times, the loader {died} times")
