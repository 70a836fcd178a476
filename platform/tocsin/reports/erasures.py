"""The log of erasures: what was emptied, by place, in a file that no backup holds.

After a backup was put back, everything that the log names is there again, and is emptied again from it.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure, without a word of what was erased.

    `entries` maps collection ids to positions, `rows` report ids to row counts; `tombstones` are tokens in hex,
    `disputes` ids.
    """

    at_ms: int
    by: str
    reason: str
    entries: dict[str, list[int]] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)
    tombstones: list[str] = field(default_factory=list)
    disputes: list[str] = field(default_factory=list)


def log_path(home: Path) -> Path:
    """Where the log is, in the data directory."""
    return home / "erasures.jsonl"


def write_erasure(path: Path, erasure: Erasure) -> None:
    """Add a line; it is on disk on return."""
    with path.open("ab") as file:
        file.write(msgspec.json.encode(erasure) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_erasures(path: Path) -> Iterator[Erasure]:
    """All lines, oldest first; a last one that a power cut broke off is no erasure, since nothing was emptied yet."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n"):
            yield msgspec.json.decode(line, type=Erasure)
