"""OpenCTI's importer, in an environment of its own: it drops references that a bundle does not hold.

Kept in TOCSIN_TEST_CACHE (default `.cache` in the checkout): only the first run installs it. Where it cannot be
installed the test skips; where CI=true it fails.
"""

import json
import os
import subprocess
import uuid
import venv
from pathlib import Path
from typing import Any

import pytest
from taxii_world import START, World, body_of, build

from tocsin.ledger.append import append
from tocsin.ledger.collections import find_collection
from tocsin.ledger.database import Database
from tocsin.publishing.versions import support

PYCTI = "pycti>=7.26,<8"
INSTALL_S, RUN_S = 300, 60
CACHE = Path(os.environ.get("TOCSIN_TEST_CACHE", Path(__file__).parents[2] / ".cache"))
SPLIT = """
import json, sys
from pycti import OpenCTIStix2Splitter
bundle = json.load(sys.stdin)
count, incompatible, bundles = OpenCTIStix2Splitter().split_bundle_with_expectations(
    bundle, use_json=False, cleanup_inconsistent_bundle=True)
print(json.dumps([one for each in bundles for one in each["objects"]]))
"""


@pytest.fixture(scope="module")
def importer() -> Path:
    """The interpreter that has OpenCTI's client library."""
    folder = CACHE / "pycti"
    python = folder / "bin" / "python"
    try:
        if not (folder / "installed").exists():
            venv.create(folder, clear=True, with_pip=True)
            command = [python, "-m", "pip", "install", "--quiet", PYCTI]
            subprocess.run(command, check=True, timeout=INSTALL_S, capture_output=True)
            (folder / "installed").touch()
    except (OSError, subprocess.SubprocessError) as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{PYCTI} could not be installed: {error}")
        pytest.skip(f"{PYCTI} could not be installed: {error}")
    return python


def imported(python: Path, page: dict[str, Any]) -> list[dict[str, Any]]:
    """What the importer makes of a page."""
    bundle = {"type": "bundle", "id": f"bundle--{uuid.uuid4()}", "objects": page["objects"]}
    run = subprocess.run(
        [python, "-c", SPLIT], input=json.dumps(bundle), capture_output=True, text=True, timeout=RUN_S, check=False
    )
    assert run.returncode == 0, run.stderr
    found: list[dict[str, Any]] = json.loads(run.stdout)
    return found


def test_a_self_contained_page_loses_nothing_in_opencti(importer: Path, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'tocsin.db'}")
    database.migrate()
    world = build(database, f"sqlite:///{tmp_path / 'receipts.db'}")
    own = support(world.service.exchange)
    identity, marking = (
        next(one.object_id for one in own if one.type == kind) for kind in ("identity", "marking-definition")
    )
    with database.writing() as connection:
        append(connection, find_collection(connection, "shared").key, own, START)
    names = [f"thing {n}" for n in range(5)]
    marked = {"created_by_ref": identity, "object_marking_refs": [marking]}
    world.put(*[body_of(name, "2026-01-01T00:00:00.000Z", "malware", **marked) for name in names], now=START + 90_000)
    kept = {}
    for choice in (False, True):
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE collections SET self_contained = ?", (choice,))
        kept[choice] = malware(imported(importer, page_of(world)))
    assert [one.get("created_by_ref") for one in kept[True]] == [identity] * len(names)
    assert [one["object_marking_refs"] for one in kept[True]] == [[marking]] * len(names)
    assert kept[False] != kept[True], "without it the importer takes the references away"
    world.close()


def page_of(world: World) -> dict[str, Any]:
    answer = world.ask("objects/?match[type]=malware")
    return dict(answer.json)


def malware(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in objects if one["type"] == "malware"]
