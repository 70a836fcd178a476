"""The TAXII server over each storage engine, asked over real HTTP."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from http_client import HttpClient
from taxii_world import World, build

from tocsin.ledger.database import Database

_PATIENCE_S = 60


@pytest.fixture(scope="session")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the real server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws", "--port", str(port)]
    command += ["--blocking-threads", "4", "--log-level", "error", "real_server:create"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    log = tmp_path_factory.mktemp("server") / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        _wait(port, process, log)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture
def world(database: Database, tmp_path: Path, real_server: int) -> Iterator[World]:
    made = build(database, f"sqlite:///{tmp_path / 'receipts.db'}", max_content_length=50_000)
    made.client = client = HttpClient(real_server, made.name)
    yield made
    client.close()
    made.receipts.close()


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the server did not start: {log.read_text()}")
