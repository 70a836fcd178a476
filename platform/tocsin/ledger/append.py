"""Writing entries: the one way in which a ledger grows. Callers hold the writer lock."""

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.bounds import bounds
from tocsin.ledger.database import Database, insert_rows, rows_among
from tocsin.ledger.tables import EVERYWHERE, NOWHERE, OBJECTS_ONLY, collections, entries, entry_fields
from tocsin.times import HOUR_MS, now_ms, taxii_stamp

_Result = TypeVar("_Result")
_LONGEST_PAUSE_S = 60.0

MOST_AHEAD_MS = 6 * HOUR_MS
"""How far positions may run ahead of the clock during a fast load (one entry takes one millisecond)."""


class AheadOfClock(RuntimeError):
    """Positions would run too far ahead; wait `wait_ms` and try the transaction again."""

    def __init__(self, wait_ms: int) -> None:
        super().__init__(f"the ledger runs ahead of the clock; wait {wait_ms} ms")
        self.wait_ms = wait_ms


def committed(database: Database, work: Callable[[Connection, int], _Result], now: int = 0) -> _Result:
    """Run `work` in a writing transaction, again after a pause while the ledger is too far ahead of the clock.

    It is given the moment, ms: of this attempt, but not before `now`.
    """
    while True:
        try:
            with database.writing() as connection:
                return work(connection, max(now, now_ms()))
        except AheadOfClock as ahead:
            time.sleep(min(ahead.wait_ms / 1000, _LONGEST_PAUSE_S))


_COLUMNS = tuple(column.name for column in entries.c)
_FLAGS = ("is_first", "is_last", "newest_spec", "latest_position")
_row_of = attrgetter(*_COLUMNS)
_STANDING = """
    SELECT object_id, seq, position, sha256, owner_key, spec_version, version_key, visibility,
        is_first, is_last, newest_spec, latest_position
    FROM entries WHERE collection_key = ? AND object_id IN ({}) ORDER BY seq
"""


class Outcome(Enum):
    """What became of one version handed to `append`."""

    APPENDED = "appended"
    SAME = "same"  # these bytes are there already
    CONFLICT = "conflict"  # other bytes stand under this version
    DELETED = "deleted"  # the object was deleted with a later version than this
    FOREIGN = "foreign"  # the id belongs to another writer


class Version(NamedTuple):
    """One object version to append.

    `version` is its `modified`, or `created`, as written, and `version_key` the same in sortable form; both None for an
    object without either, whose version is then its date added (TAXII 2.1 section 3.4.1). `owner` is the key of the
    member who pushed it, None for the exchange. `fields` are the (name, value) pairs that optional filters find it by;
    `at_least` those that filters compare, in a form that sorts.
    """

    object_id: str
    type: str
    body: bytes
    version: str | None
    version_key: str | None
    spec_version: str = "2.1"
    owner: int | None = None
    revoked: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    visibility: int = EVERYWHERE
    at_least: tuple[tuple[str, str], ...] = ()


def append(connection: Connection, collection_key: int, versions: Sequence[Version], now: int) -> list[Outcome]:
    """Append `versions` to a collection in this order, each at a position of its own; the outcomes, one a version.

    The same bytes again add nothing; other bytes under the same version are refused; so are an id that another
    writer used first, and what is no newer than its object's deletion, which readers have as the newest version.
    The exchange may give an object without timestamps new bytes: its version is the date added.
    """
    known = _known(connection, collection_key, {version.object_id for version in versions})
    batch = _Batch(connection, collection_key, now, len(versions))
    outcomes = [batch.take(version, known[version.object_id]) for version in versions]
    batch.write()
    return outcomes


def hide(connection: Connection, collection_key: int, object_id: str, version_key: str | None = None) -> int:
    """Hide an object, or one version of it, from every endpoint; how many entries that were visible."""
    chosen = sa.and_(
        entries.c.collection_key == collection_key,
        entries.c.object_id == object_id,
        entries.c.visibility == EVERYWHERE,
    )
    if version_key is not None:
        chosen = sa.and_(chosen, entries.c.version_key == version_key)
    hidden = connection.execute(entries.update().where(chosen).values(visibility=NOWHERE)).rowcount
    if hidden:
        _flag_again(connection, collection_key, object_id)
        # a position that no entry has: the collection is not what it was
        connection.execute(
            collections.update()
            .where(collections.c.key == collection_key)
            .values(last_position=collections.c.last_position + 1)
        )
    return hidden


@dataclass(slots=True)
class _Entry:
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
    collection_key: int = 0
    type: str = ""
    version: str = ""
    revoked: bool = False
    body: bytes = b""
    valid_until: str | None = None
    stored: bool = True

    @property
    def flags(self) -> tuple[Any, ...]:
        return self.is_first, self.is_last, self.newest_spec, self.latest_position


class _Batch:
    """The rows of one call of `append`, decided one after another and written together."""

    def __init__(self, connection: Connection, collection_key: int, now: int, size: int) -> None:
        self.connection = connection
        self.collection_key = collection_key
        last = connection.execute(
            sa.select(collections.c.last_position).where(collections.c.key == collection_key)
        ).scalar_one()
        if last + size > now + MOST_AHEAD_MS:
            raise AheadOfClock(last + size - now - MOST_AHEAD_MS)
        self.position = max(last, now - 1)
        self.seq = connection.execute(sa.select(sa.func.max(entries.c.seq))).scalar() or 0
        self.made: list[_Entry] = []
        self.fields: list[tuple[int, str, str, int]] = []
        self.changed: dict[int, tuple[Any, ...]] = {}

    def take(self, version: Version, standing: list[_Entry]) -> Outcome:
        digest = hashlib.sha256(version.body).digest()
        refusal = _refusal(version, digest, standing) if standing else None
        if refusal is not None:
            return refusal
        self.position += 1
        self.seq += 1
        entry = self._entry(version, digest)
        self.made.append(entry)
        standing.append(entry)
        if len(standing) > 1:
            self._flag(standing)
        for name, value in dict.fromkeys((*version.fields, *bounds(version.at_least))):
            self.fields.append((self.collection_key, name, value, self.position))
        return Outcome.APPENDED

    def _entry(self, version: Version, digest: bytes) -> _Entry:
        # without a version of its own, an object's is its date added (TAXII 2.1 section 3.4.1)
        stamp = version.version or taxii_stamp(self.position)
        return _Entry(
            version.object_id,
            self.seq,
            self.position,
            digest,
            version.owner,
            version.spec_version,
            version.version_key or stamp.rstrip("0Z").rstrip("."),
            version.visibility,
            latest_position=self.position,
            collection_key=self.collection_key,
            type=version.type,
            version=stamp,
            revoked=version.revoked,
            body=version.body,
            valid_until=next((value for name, value in version.at_least if name == "valid_until"), None),
            stored=False,
        )

    def write(self) -> None:
        if not self.made:
            return
        _write_flags(self.connection, self.changed)
        insert_rows(self.connection, entries, _COLUMNS, [_row_of(entry) for entry in self.made])
        insert_rows(self.connection, entry_fields, [column.name for column in entry_fields.c], self.fields)
        self.connection.execute(
            collections.update().where(collections.c.key == self.collection_key).values(last_position=self.position)
        )

    def _flag(self, standing: list[_Entry]) -> None:
        for entry in _flag_anew(standing):
            if entry.stored:
                self.changed[entry.seq] = entry.flags


def _refusal(version: Version, digest: bytes, standing: list[_Entry]) -> Outcome | None:
    """Why a version is not taken beside what stands of its object, hidden entries included; None where it is."""
    visible = [entry for entry in standing if entry.visibility != NOWHERE]
    if any(entry.sha256 == digest and entry.spec_version == version.spec_version for entry in visible):
        return Outcome.SAME
    if standing and standing[0].owner_key != version.owner and version.visibility != OBJECTS_ONLY:
        return Outcome.FOREIGN
    if version.version_key is None:
        return Outcome.CONFLICT if visible and version.owner is not None else None
    if any(entry.visibility == OBJECTS_ONLY and entry.version_key >= version.version_key for entry in standing):
        return Outcome.DELETED
    for entry in standing:
        same_version = (entry.version_key, entry.spec_version) == (version.version_key, version.spec_version)
        # the bytes of a version never change, but one that was deleted may come back
        if same_version and (entry.visibility != NOWHERE or entry.sha256 != digest):
            return Outcome.CONFLICT
    return None


def _flag_anew(standing: list[_Entry]) -> list[_Entry]:
    """Set the flags of an object's entries right; those that changed."""
    visible = [entry for entry in standing if entry.visibility != NOWHERE]
    newest = max((entry.spec_version for entry in visible), default="")
    first: dict[str, _Entry] = {}
    last: dict[str, _Entry] = {}
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


def _write_flags(connection: Connection, changed: dict[int, tuple[Any, ...]]) -> None:
    """Set the flags of stored entries: a mapping from `seq`."""
    if changed:
        connection.execute(
            entries.update()
            .where(entries.c.seq == sa.bindparam("this"))
            .values({name: sa.bindparam(name) for name in _FLAGS}),
            [{"this": seq, **dict(zip(_FLAGS, flags, strict=True))} for seq, flags in changed.items()],
        )


def _flag_again(connection: Connection, collection_key: int, object_id: str) -> None:
    standing = _known(connection, collection_key, {object_id})[object_id]
    _write_flags(connection, {entry.seq: entry.flags for entry in _flag_anew(standing)})


def _known(connection: Connection, collection_key: int, object_ids: set[str]) -> defaultdict[str, list[_Entry]]:
    """What stands under these ids in the collection, in the order in which it was appended."""
    known: defaultdict[str, list[_Entry]] = defaultdict(list)
    for row in rows_among(connection, _STANDING, object_ids, collection_key):
        known[row.object_id].append(_Entry(*tuple(row)))
    return known
