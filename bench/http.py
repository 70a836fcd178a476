"""A server in a process of its own, and a client that is cheap enough not to be what is measured."""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def serving(home: Path, workers: int, search_url: str | None = None) -> Iterator[tuple[int, int]]:
    """The measured server on a free loopback port; the port and the process id.

    `search_url` is where its Elasticsearch answers; without one it has the embedded engine.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--port", str(port)]
    command += [
        "--workers",
        str(workers),
        "--blocking-threads",
        "4",
        "--no-ws",
        "--log-level",
        "error",
        "bench.server:create",
    ]
    environment = {**os.environ, "TOCSIN_HOME": str(home), "TOCSIN_SEARCH_URL": search_url or ""}
    process = subprocess.Popen(command, env=environment)
    try:
        _wait(port)
        yield port, process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def get(connection: http.client.HTTPConnection, path: str, token: str) -> tuple[bytes, Any]:
    """One answer over a connection that stays open."""
    accept = "application/taxii+json;version=2.1"
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}", "Accept": accept})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {body[:200]!r}")
    return body, answer.headers


def full_poll(port: int, path: str, token: str, limit: int) -> tuple[int, float]:
    """Follow `next` to the end; objects and seconds, without those of counting objects by a marker."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    objects, seconds, query = 0, 0.0, f"?limit={limit}"
    while True:
        start = time.perf_counter()
        body, _ = get(connection, path + query, token)
        head = body[: body.find(b'"objects"')]
        seconds += time.perf_counter() - start
        objects += body.count(b'"spec_version":"2.1"')
        if b'"more":true' not in head.replace(b" ", b""):
            return objects, seconds
        following = json.loads(head.rstrip(b", ") + b"}")["next"]
        query = f"?limit={limit}&next={following}"


def requests_per_second(port: int, path: str, token: str, seconds: float) -> float:
    """How many requests one client gets answered one after another."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    count, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        get(connection, path, token)
        count += 1
    return count / seconds


def memory_pss(pid: int) -> float:
    """Megabytes of a process and its descendants, each shared page counted once among its users."""
    total = 0
    for one in [pid, *_descendants(pid)]:
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def percentiles(seconds: list[float]) -> tuple[float, float]:
    """The 50th and 95th percentile, in milliseconds."""
    ranked = statistics.quantiles(seconds, n=100)
    return ranked[49] * 1000, ranked[94] * 1000


def _descendants(pid: int) -> list[int]:
    try:
        children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [one for child in children for one in (child, *_descendants(child))]


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/noop/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
