"""What a run did, and what is remembered of a feed between its runs, in a folder of its own."""

import gzip
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from feeds.files import replacing
from feeds.recipe import Recipe

TAKEN, REFUSED = "taken", "refused"
"""How a run ended: the list was followed, perhaps with nothing to do; or nothing at all was changed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did, or a dry run would do. `ran_ms` is when it began, ms.

    `ended` is TAKEN or REFUSED, and `reason` a sentence for the latter. `entries` counts what the list names, `new`
    what of it had to be handed in, `counts` the verdicts on that, `gone` the subjects that it names no more and
    `withdrawn` the assertions that ended for it. `problems` are the first entries that could not be read.
    """

    recipe: str
    ran_ms: int
    ended: str
    reason: str = ""
    format: str = ""
    sha256: str | None = None
    entries: int = 0
    unreadable: int = 0
    problems: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    new: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    gone: int = 0
    withdrawn: int = 0
    report: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A feed between its runs: whose list it is, its last run, and the last run that was not refused."""

    title: str
    member: str
    licence: str
    attribution: str
    url: str
    last: Outcome
    taken: Outcome | None


def load_state(home: Path, recipe: str) -> State | None:
    """What is remembered of a recipe, None before its first run."""
    try:
        content = json.loads(_file(home, recipe).read_bytes())
    except FileNotFoundError:
        return None
    taken = content.pop("taken")
    return State(**content | {"last": _outcome(content["last"]), "taken": _outcome(taken) if taken else None})


def all_states(home: Path) -> list[State]:
    """What is remembered of every recipe that ever ran here, by name."""
    names = sorted(path.parent.name for path in (home / "feeds").glob("*/state.json"))
    return [state for name in names if (state := load_state(home, name)) is not None]


def remember(home: Path, recipe: Recipe, outcome: Outcome) -> None:
    """Keep what a run did."""
    before = load_state(home, recipe.name)
    state = State(
        title=recipe.title,
        member=recipe.member,
        licence=recipe.licence,
        attribution=recipe.attribution.name,
        url=recipe.attribution.url,
        last=outcome,
        taken=outcome if outcome.ended == TAKEN else before.taken if before else None,
    )
    with replacing(_file(home, recipe.name)) as file:
        file.write(json.dumps(asdict(state), ensure_ascii=False, indent=1).encode() + b"\n")


def keep(home: Path, recipe: str, sha256: str, body: bytes) -> None:
    """Keep a file that was taken, packed, under its SHA-256: the evidence for what the list said."""
    path = home / "feeds" / recipe / f"{sha256}.gz"
    if not path.exists():
        with replacing(path) as file:
            file.write(gzip.compress(body, mtime=0))


def forget(home: Path, value: str) -> None:
    """Remove the files kept of any list that have `value` in them, in capital or small letters."""
    for path in (home / "feeds").glob("*/*.gz"):
        if value.lower().encode() in gzip.decompress(path.read_bytes()).lower():
            path.unlink()


def _file(home: Path, recipe: str) -> Path:
    return home / "feeds" / recipe / "state.json"


def _outcome(content: dict[str, Any]) -> Outcome:
    lists = {name: tuple(content[name]) for name in ("problems", "notices")}
    return Outcome(**content | lists)
