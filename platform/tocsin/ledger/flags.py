"""The entries of one object beside one another, and the flags that say which of them a poll gets."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import rows_among
from tocsin.ledger.tables import NOWHERE, entries

_FLAGS = ("is_first", "is_last", "newest_spec", "latest_position")
_STANDING = """
    SELECT object_id, seq, position, sha256, owner_key, spec_version, version_key, visibility,
        is_first, is_last, newest_spec, latest_position, revoked
    FROM entries WHERE collection_key = ? AND object_id IN ({}) ORDER BY seq
"""


@dataclass(slots=True)
class ObjectEntry:
    """A row of `entries`: a stored one, with what decides on another version of its object; or a whole new one."""

    object_id: str
    seq: int
    position: int
    sha256: bytes
    owner_key: int | None
    spec_version: str
    version_key: str
    visibility: int
    is_first: bool = True
    is_last: bool = True
    newest_spec: bool = True
    latest_position: int | None = None
    revoked: bool = False
    collection_key: int = 0
    type: str = ""
    version: str = ""
    body: bytes = b""
    valid_until: str | None = None
    stored: bool = True

    @property
    def flags(self) -> tuple[Any, ...]:
        return self.is_first, self.is_last, self.newest_spec, self.latest_position


def entries_of(
    connection: Connection, collection_key: int, object_ids: set[str]
) -> defaultdict[str, list[ObjectEntry]]:
    """What stands under these ids in the collection, in the order in which it was appended."""
    known: defaultdict[str, list[ObjectEntry]] = defaultdict(list)
    for row in rows_among(connection, _STANDING, object_ids, collection_key):
        known[row.object_id].append(ObjectEntry(*tuple(row)))
    return known


def flag_anew(standing: list[ObjectEntry]) -> list[ObjectEntry]:
    """Set the flags of an object's entries right; those that changed."""
    visible = [entry for entry in standing if entry.visibility != NOWHERE]
    newest = max((entry.spec_version for entry in visible), default="")
    first: dict[str, ObjectEntry] = {}
    last: dict[str, ObjectEntry] = {}
    for entry in visible:
        spec = entry.spec_version
        if spec not in first or entry.version_key < first[spec].version_key:
            first[spec] = entry
        if spec not in last or entry.version_key >= last[spec].version_key:
            last[spec] = entry
    changed = []
    for entry in standing:
        spec = entry.spec_version
        is_last, is_newest = entry is last.get(spec), spec == newest
        before = entry.flags
        entry.is_first, entry.is_last, entry.newest_spec = entry is first.get(spec), is_last, is_newest
        entry.latest_position = entry.position if is_last and is_newest else None
        if entry.flags != before:
            changed.append(entry)
    return changed


def flag_again(connection: Connection, collection_key: int, object_id: str) -> None:
    """Set the flags of a stored object's entries right."""
    standing = entries_of(connection, collection_key, {object_id})[object_id]
    write_flags(connection, {entry.seq: entry.flags for entry in flag_anew(standing)})


def write_flags(connection: Connection, changed: dict[int, tuple[Any, ...]]) -> None:
    """Set the flags of stored entries: a mapping from `seq`."""
    if changed:
        connection.execute(
            entries.update()
            .where(entries.c.seq == sa.bindparam("this"))
            .values({name: sa.bindparam(name) for name in _FLAGS}),
            [{"this": seq, **dict(zip(_FLAGS, flags, strict=True))} for seq, flags in changed.items()],
        )
