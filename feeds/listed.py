"""What stands in a collection as plain facts: one record a value, read from the ledger page by page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier
from tocsin.ledger.read import Entry, Match, page
from tocsin.stix import CRIME_TYPES, DISPUTED, INDICATOR_EXTENSION, comparisons, identifiers_of, pap_of, tlp_of
from tocsin.times import parse_stamp

PAGE = 2_000
UNMARKED_TLP = "amber"
"""How a member's object without a marking is treated: STIX says nothing about it, so caution does."""

_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'")


@dataclass(frozen=True, slots=True)
class Listed:
    """One value that an indicator names, at `path` in its pattern. The dates are as it writes them.

    `members` is the number of independent members, None where a member's own object says nothing of it. `pap` is the
    name of a marking.
    """

    identifier: Identifier
    path: str
    stix_id: str
    crime_types: tuple[str, ...]
    confidence: int | None
    tlp: str
    first_seen: str | None
    last_seen: str | None
    valid_until: str | None
    members: int | None
    pap: str | None = None
    disputed: bool = False
    impersonates: str | None = None


def newest(connection: Connection, collection_key: int, match: Match, after: int = 0) -> Iterator[Entry]:
    """The entries of a collection after a position that match, in the order of their positions, a page at a time."""
    while entries := page(connection, collection_key, after, PAGE, match):
        yield from entries
        after = entries[-1].position


def listed(connection: Connection, collection_key: int, now: int) -> Iterator[Listed]:
    """The values of the indicators that hold at `now`: neither withdrawn nor expired nor harmless."""
    for entry in newest(connection, collection_key, Match(types=("indicator",))):
        content: dict[str, Any] = orjson.loads(entry.body)
        if holds(content, now):
            yield from listed_in(content)


def listed_in(content: dict[str, Any]) -> list[Listed]:
    """The values that an indicator names each for itself: not those that only match together."""
    pattern = str(content.get("pattern", ""))
    parts = comparisons(pattern) or []
    named = list(identifiers_of(parts))
    # what is one thing only together, such as platform and handle, is one of `named`
    if len(re.findall(r"\bAND\b", _LITERAL.sub("", pattern))) > len(parts) - len(named):
        return []
    paths: dict[Identifier, str] = {}
    for path, identifier in named:
        if identifier is not None:
            paths.setdefault(identifier, path)
    return [_listed(identifier, path, content) for identifier, path in paths.items()]


def holds(content: dict[str, Any], now: int) -> bool:
    """Whether an indicator says at `now` (ms) that something is harmful: not withdrawn, expired or harmless."""
    if content.get("revoked"):
        return False
    if "benign" in (content.get("indicator_types") or ()):
        return False
    until = content.get("valid_until")
    try:
        return until is None or parse_stamp(str(until)) > now
    except ValueError:
        return False


def _listed(identifier: Identifier, path: str, content: dict[str, Any]) -> Listed:
    extensions = content.get("extensions")
    ours = extensions.get(INDICATOR_EXTENSION) if isinstance(extensions, dict) else None
    ours = ours if isinstance(ours, dict) else {}
    crimes = ours.get("crime_types") or content.get("labels")
    return Listed(
        identifier=identifier,
        path=path,
        stix_id=str(content["id"]),
        crime_types=tuple(crime for crime in CRIME_TYPES if isinstance(crimes, list) and crime in crimes),
        confidence=_number(content.get("confidence")),
        tlp=tlp_of(content) or UNMARKED_TLP,
        first_seen=_text(ours.get("first_seen")),
        last_seen=_text(ours.get("last_seen")),
        valid_until=_text(content.get("valid_until")),
        members=_number(ours.get("independent_members")),
        pap=pap_of(content),
        disputed=is_disputed(content),
        impersonates=_text(ours.get("impersonates")),
    )


def is_disputed(content: dict[str, Any]) -> bool:
    """Whether an indicator says itself that it is contested."""
    labels = content.get("labels")
    return isinstance(labels, list) and DISPUTED in labels


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
