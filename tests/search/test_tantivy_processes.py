"""The embedded index with several processes at it, and with one that is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from search_world import EVERYTHING, document

from tocsin.search import SearchDown, parse
from tocsin.search.tantivy_engine import TantivyEngine

BATCH = 100
WRITER = f"""
import sys
from pathlib import Path
from search_world import document
from tocsin.search.tantivy_engine import TantivyEngine
engine = TantivyEngine(Path(sys.argv[1]))
while True:
    start = engine.checkpoint()
    end = start + {BATCH}
    engine.apply([document(n, value=f"d{{n}}.example") for n in range(start + 1, end + 1)], [], end)
    print(engine.checkpoint(), flush=True)
"""


def writing(home: Path) -> "subprocess.Popen[str]":
    """A process that fills the index until it is killed and prints its checkpoint after each batch."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home)], stdout=subprocess.PIPE, text=True, env=environment
    )


def reached(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def kill(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize("batches", [1, 2, 5])
def test_a_killed_writer_leaves_whole_batches_and_no_lock(tmp_path: Path, batches: int) -> None:
    process = writing(tmp_path)
    seen = max(reached(process) for _ in range(batches))
    kill(process)
    engine = TantivyEngine(tmp_path)
    left = engine.checkpoint()
    assert left >= seen
    assert engine.count(EVERYTHING) == left
    assert engine.search(parse(f"d{left}.example"), EVERYTHING).hits[0].why == "exact"
    engine.apply([document(left + 1)], [], left + 1)
    assert engine.count(EVERYTHING) == left + 1


def test_two_processes_write_in_turn_and_a_third_reads(tmp_path: Path) -> None:
    reader, other = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    process = writing(tmp_path)
    for turn in range(4):
        seen = reached(process)
        other.apply([document(10_000_000 + turn)], [], seen)
        assert reader.count(EVERYTHING) >= seen + turn + 1
    kill(process)


def test_a_killed_rebuild_is_swept_up_by_the_next(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.apply([document(1)], [], 1)
    (tmp_path / "index-1").mkdir()
    engine.rebuild([document(1), document(2)], 2)
    assert len(list(tmp_path.glob("index-*"))) == 1
    assert engine.count(EVERYTHING) == 2


def test_an_index_that_somebody_deleted_starts_again(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.apply([document(1)], [], 1)
    for path in tmp_path.iterdir():
        path.rename(path.with_name(f"old-{path.name}"))
    assert engine.checkpoint() == 0
    engine.apply([document(1)], [], 1)
    assert engine.count(EVERYTHING) == 1


def test_a_damaged_index_is_said_to_be_down_and_rebuilt(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.apply([document(1)], [], 1)
    next(tmp_path.glob("index-*/meta.json")).write_text("{")
    assert not engine.ready()
    with pytest.raises(SearchDown, match="rebuild it"):
        engine.count(EVERYTHING)
    with pytest.raises(SearchDown, match="rebuild it"):
        engine.apply([document(2)], [], 2)
    engine.rebuild([document(1)], 1)
    assert engine.count(EVERYTHING) == 1
