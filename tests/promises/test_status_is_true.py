"""The status of a large push is true at every moment: what it calls a success is served, and nothing is forgotten."""

import json
import os
import signal
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import pytest
from live import environment, fetch, serving, tocsin

from tocsin.bootstrap import INLINE_BYTES

TAXII = "application/taxii+json;version=2.1"
AT = "2026-01-01T00:00:00.000Z"
OBJECTS = 9_000
BAD = 1_234
"""The object that is no valid STIX."""

LIMIT_S = 120
COUNTS = ("success_count", "failure_count", "pending_count")


def test_it_never_says_more_than_is_so(tmp_path: Path) -> None:
    home = tmp_path / "exchange"
    tocsin(home, "init", "--demonstration")
    tocsin(home, "member", "add", "cert", "--name", "Cert", "--kind", "agency", "--tlp", "green", "--trusted")
    tocsin(home, "member", "add", "other", "--name", "Other", "--kind", "bank")
    tocsin(home, "collection", "add", "Scams", "--alias", "scams", *("--read", "cert", "--write", "cert"))
    token, stranger = (tocsin(home, "token", "new", "--member", slug).strip() for slug in ("cert", "other"))
    body = json.dumps({"objects": [made(n) for n in range(OBJECTS)]}).encode()
    assert len(body) > INLINE_BYTES
    with serving(home, "--workers", "2") as base:
        root = f"{base}/taxii2/exchange"
        answer = push(f"{root}/collections/scams/objects/", token, body)
        assert (answer["status"], answer["pending_count"]) == ("pending", OBJECTS)
        url = f"{root}/status/{answer['id']}/"
        with pytest.raises(urllib.error.HTTPError, match="404"):
            fetch(url, stranger)
        last, moments, killed = answer, 0, False
        end = time.monotonic() + LIMIT_S
        while last["status"] == "pending":
            assert time.monotonic() < end
            now, _ = fetch(url, token)
            moments += 1
            assert sum(now[name] for name in COUNTS) == now["total_count"] == OBJECTS
            assert now["success_count"] >= last["success_count"]
            assert (now["status"] == "pending") == (now["pending_count"] > 0)
            if now["success_count"] > last["success_count"]:
                newest = now["successes"][-1]["id"]
                served, _ = fetch(f"{root}/collections/scams/objects/{newest}/", token)
                assert [one["id"] for one in served["objects"]] == [newest]
            if not killed and 0 < now["success_count"] < OBJECTS // 2:
                killed = kill_worker(home)
            last = now
        assert killed
        assert moments > 2
        assert (last["success_count"], last["failure_count"]) == (OBJECTS - 1, 1)
        (failure,) = last["failures"]
        assert failure["id"] == made(BAD)["id"]
        assert "name" in failure["message"]
        assert len({one["id"] for one in last["successes"]}) == OBJECTS - 1


def made(n: int) -> dict[str, Any]:
    identity = f"tool--{uuid.UUID(bytes=uuid.uuid5(uuid.NAMESPACE_OID, str(n)).bytes, version=4)}"
    found = {"type": "tool", "spec_version": "2.1", "id": identity, "created": AT, "modified": AT}
    return found if n == BAD else {**found, "name": f"tool {n}"}


def push(url: str, token: str, body: bytes) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Accept": TAXII, "Content-Type": TAXII}
    request = urllib.request.Request(url, body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 202
        return json.loads(answer.read())


def kill_worker(home: Path) -> bool:
    """Kill the worker of this exchange, and no other process; the server starts another one."""
    ours = f"TOCSIN_HOME={environment(home)['TOCSIN_HOME']}".encode()
    for process in Path("/proc").iterdir():
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            if b"worker" in words and ours in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)
                return True
        except (OSError, ValueError):
            continue
    return False
