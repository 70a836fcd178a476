"""A whole exchange in processes of its own, driven from outside as its users do."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LIMIT_S = 120
_UNVERIFIED = ssl._create_unverified_context()


def environment(home: Path, **more: str) -> dict[str, str]:
    """What the command needs to know, with the packages of this checkout."""
    return {**os.environ, "TOCSIN_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path), **more}


def tocsin(home: Path, *arguments: str, fails: bool = False, **more: str) -> str:
    """Run the command to its end; what it printed. It has to succeed, unless it `fails`."""
    run = subprocess.run(
        [sys.executable, "-m", "tocsin.cli", *arguments],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert (run.returncode != 0) is fails, run.stderr
    return run.stdout + (run.stderr if fails else "")


def started(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start the command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tocsin.cli", *arguments],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """End a process that `started` made, with all that it started."""
    try:
        os.killpg(process.pid, how)
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
    except ProcessLookupError:
        process.wait(20)


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path, *arguments: str, scheme: str = "http") -> Iterator[str]:
    """`tocsin serve` on a free loopback port; its address."""
    port = free_port()
    process = started(home, "serve", "--port", str(port), *arguments)
    base = f"{scheme}://127.0.0.1:{port}"
    try:
        _wait(base)
        yield base
    finally:
        end(process)


def fetch(url: str, token: str) -> tuple[Any, Any]:
    """An answer of the TAXII server, read as JSON, and its headers."""
    asked = urllib.request.Request(
        url, headers={"Authorization": f"Bearer {token}", "Accept": "application/taxii+json;version=2.1"}
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.loads(answer.read()), answer.headers


def _wait(base: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=2, context=_UNVERIFIED):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the server did not start")
