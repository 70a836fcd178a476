"""What is remembered of a feed between its runs, in a folder of its own: the last run, and the files that it took."""

import gzip
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from feeds.files import replacing

TAKEN, REFUSED = "taken", "refused"
"""How a run ended: the list was followed, perhaps with nothing to do; or nothing at all was changed."""


@dataclass(frozen=True, slots=True)
class State:
    """A feed's last run. `ran_ms` and `taken_ms`, the last run that was not refused, are ms.

    `entries`, `sha256` and `taken_ms` are of the last file that was taken; the rest is of the last run.
    """

    recipe: str
    title: str
    member: str
    collection: str
    absence: str
    ran_ms: int
    ended: str
    reason: str
    taken_ms: int | None = None
    sha256: str | None = None
    entries: int = 0
    new: int = 0
    withdrawn: int = 0
    report: str | None = None


def load_state(home: Path, recipe: str) -> State | None:
    """The last run of a recipe, None before its first."""
    try:
        content = json.loads(_file(home, recipe).read_bytes())
    except FileNotFoundError:
        return None
    return State(**content)


def all_states(home: Path) -> list[State]:
    """The last run of every recipe that ever ran here, by name."""
    names = sorted(path.parent.name for path in (home / "feeds").glob("*/state.json"))
    return [state for name in names if (state := load_state(home, name)) is not None]


def save_state(home: Path, state: State) -> None:
    """Remember a run."""
    with replacing(_file(home, state.recipe)) as file:
        file.write(json.dumps(asdict(state), ensure_ascii=False, indent=1).encode() + b"\n")


def keep(home: Path, recipe: str, sha256: str, body: bytes) -> Path:
    """Keep a file that was taken, packed, under its SHA-256: the evidence for what the list said."""
    path = home / "feeds" / recipe / f"{sha256}.gz"
    if not path.exists():
        with replacing(path) as file:
            file.write(gzip.compress(body, mtime=0))
    return path


def _file(home: Path, recipe: str) -> Path:
    return home / "feeds" / recipe / "state.json"
