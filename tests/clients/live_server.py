"""A live server in a process of its own, on a free port, for clients that know nothing of it."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from live import free_port
from taxii_world import START, add_ann, body_of, populate, put

from tocsin.bootstrap import Tocsin
from tocsin.ledger.collections import Collection
from tocsin.settings import Settings, settings

ROOT = Path(__file__).parents[2]
COUNT = 25
"""Objects in the collection 'Shared' before any client comes."""

_PATIENCE_S = 60


@dataclass(frozen=True)
class Live:
    """A running server: its settings and its URL up to the port; tokens by member, collections by title."""

    settings: Settings
    url: str
    tokens: dict[str, str]
    collections: dict[str, Collection]

    def collection(self, title: str = "Shared", root: str = "exchange") -> str:
        return f"{self.url}/taxii2/{root}/collections/{self.collections[title].id}/"


@contextmanager
def serving(home: Path) -> Iterator[Live]:
    """The server over a new exchange in `home`, until the block ends."""
    chosen = settings({"TOCSIN_HOME": str(home)})
    tocsin = Tocsin(chosen)
    tocsin.initialise("Test exchange", "desk@exchange.example", demonstration=True)
    tokens, collections = populate(tocsin.database)
    add_ann(tocsin.database)
    put(tocsin.database, collections["Shared"], [body_of(f"o{n}") for n in range(COUNT)], None, START)
    tocsin.close()
    port = free_port()
    command = [sys.executable, "-m", "tocsin.cli", "serve", "--no-worker", "--port", str(port)]
    environment = {**os.environ, "TOCSIN_HOME": str(home), "PYTHONPATH": f"{ROOT / 'platform'}{os.pathsep}{ROOT}"}
    log = home / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=output, stderr=output)
    try:
        _wait(f"http://127.0.0.1:{port}/taxii2/", process, log)
        yield Live(chosen, f"http://127.0.0.1:{port}", tokens, collections)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until the server answers, if only to ask who we are."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5)
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start: {log.read_text()}")
