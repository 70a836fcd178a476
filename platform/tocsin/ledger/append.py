"""Writing entries: the one way in which a ledger grows. Callers hold the writer lock."""

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from tocsin.ledger.database import Database, chunks, insert_rows
from tocsin.ledger.tables import EVERYWHERE, NOWHERE, OBJECTS_ONLY, collections, entries, entry_fields
from tocsin.times import HOUR_MS, taxii_stamp

_Result = TypeVar("_Result")
_LONGEST_PAUSE_S = 60.0

MOST_AHEAD_MS = 6 * HOUR_MS
"""How far positions may run ahead of the clock during a fast load (one entry takes one millisecond)."""


class AheadOfClock(RuntimeError):
    """Positions would run too far ahead; wait `wait_ms` and try the transaction again."""

    def __init__(self, wait_ms: int) -> None:
        super().__init__(f"the ledger runs ahead of the clock; wait {wait_ms} ms")
        self.wait_ms = wait_ms


def committed(database: Database, work: Callable[[Connection], _Result]) -> _Result:
    """Run `work` in a writing transaction, again after a pause while the ledger is too far ahead of the clock."""
    while True:
        try:
            with database.writing() as connection:
                return work(connection)
        except AheadOfClock as ahead:
            time.sleep(min(ahead.wait_ms / 1000, _LONGEST_PAUSE_S))


_FLAGS = ("is_first", "is_last", "newest_spec", "latest_position")


class Outcome(Enum):
    """What became of one version handed to `append`."""

    APPENDED = "appended"
    SAME = "same"  # these bytes are there already
    CONFLICT = "conflict"  # other bytes stand under this version
    FOREIGN = "foreign"  # the id belongs to another writer


@dataclass(frozen=True, slots=True)
class Version:
    """One object version to append.

    `version` is its `modified`, or `created`, as written, and `version_key` the same in sortable form; both None for an
    object without either, whose version is then its date added (TAXII 2.1 section 3.4.1). `owner` is the key of the
    member who pushed it, None for the exchange. `fields` are the (name, value) pairs that optional filters find it by.
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


def append(connection: Connection, collection_key: int, versions: Sequence[Version], now: int) -> list[Outcome]:
    """Append `versions` to a collection in this order, each at a position of its own; the outcomes, one a version.

    The same bytes again add nothing; other bytes under the same version are refused; so is an id that another
    writer used first. The exchange may give an object without timestamps new bytes: its version is the date added.
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
    return hidden


class _Standing:
    """An entry of an object, already stored (`seq`) or in this batch (`record`)."""

    __slots__ = (
        "flags",
        "hidden",
        "owner",
        "position",
        "record",
        "seq",
        "sha256",
        "spec",
        "version",
    )

    def __init__(self, row: Row[Any] | None, record: dict[str, Any] | None) -> None:
        source: Any = row._mapping if row is not None else record
        self.seq: int = source["seq"]
        self.record = record
        self.sha256: bytes = source["sha256"]
        self.owner: int | None = source["owner_key"]
        self.spec: str = source["spec_version"]
        self.version: str = source["version_key"]
        self.hidden: bool = source["visibility"] == NOWHERE
        self.position: int = source["position"]
        self.flags: dict[str, Any] = {name: source[name] for name in _FLAGS}


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
        self.records: list[dict[str, Any]] = []
        self.fields: list[tuple[int, str, str, int]] = []
        self.changed: dict[int, dict[str, Any]] = {}

    def take(self, version: Version, standing: list[_Standing]) -> Outcome:
        digest = hashlib.sha256(version.body).digest()
        refusal = _refusal(version, digest, standing)
        if refusal is not None:
            return refusal
        self.position += 1
        self.seq += 1
        stamp = taxii_stamp(self.position)
        record: dict[str, Any] = {
            "seq": self.seq,
            "collection_key": self.collection_key,
            "position": self.position,
            "object_id": version.object_id,
            "type": version.type,
            "spec_version": version.spec_version,
            "version": version.version or stamp,
            "version_key": version.version_key or stamp.rstrip("0Z").rstrip("."),
            "sha256": digest,
            "owner_key": version.owner,
            "revoked": version.revoked,
            "is_first": True,
            "is_last": True,
            "newest_spec": True,
            "visibility": version.visibility,
            "latest_position": self.position,
            "body": version.body,
        }
        self.records.append(record)
        standing.append(_Standing(None, record))
        if len(standing) > 1:
            self._flag(standing)
        for name, value in dict.fromkeys(version.fields):
            self.fields.append((self.collection_key, name, value, self.position))
        return Outcome.APPENDED

    def write(self) -> None:
        if not self.records:
            return
        _write_flags(self.connection, self.changed)
        rows = [tuple(record.values()) for record in self.records]
        insert_rows(self.connection, entries, list(self.records[0]), rows)
        insert_rows(self.connection, entry_fields, [column.name for column in entry_fields.c], self.fields)
        self.connection.execute(
            collections.update().where(collections.c.key == self.collection_key).values(last_position=self.position)
        )

    def _flag(self, standing: list[_Standing]) -> None:
        for entry, flags in _flags(standing):
            if entry.record is not None:
                entry.record.update(flags)
            else:
                self.changed[entry.seq] = flags


def _refusal(version: Version, digest: bytes, standing: list[_Standing]) -> Outcome | None:
    for entry in standing:
        if entry.sha256 == digest and entry.spec == version.spec_version and not entry.hidden:
            return Outcome.SAME
    if standing and standing[0].owner != version.owner and version.visibility != OBJECTS_ONLY:
        return Outcome.FOREIGN
    if version.version_key is None:
        return Outcome.CONFLICT if standing and version.owner is not None else None
    for entry in standing:
        if entry.version == version.version_key and entry.spec == version.spec_version:
            return Outcome.CONFLICT
    return None


def _flags(standing: list[_Standing]) -> list[tuple[_Standing, dict[str, Any]]]:
    """The entries of one object whose flags are no longer right, with the right ones."""
    visible = [entry for entry in standing if not entry.hidden]
    newest = max((entry.spec for entry in visible), default="")
    first: dict[str, _Standing] = {}
    last: dict[str, _Standing] = {}
    for entry in visible:
        if entry.spec not in first or entry.version < first[entry.spec].version:
            first[entry.spec] = entry
        if entry.spec not in last or entry.version >= last[entry.spec].version:
            last[entry.spec] = entry
    changed = []
    for entry in standing:
        is_last, is_newest = entry is last.get(entry.spec), entry.spec == newest
        flags = {
            "is_first": entry is first.get(entry.spec),
            "is_last": is_last,
            "newest_spec": is_newest,
            "latest_position": entry.position if is_last and is_newest else None,
        }
        if flags != entry.flags:
            entry.flags = flags
            changed.append((entry, flags))
    return changed


def _write_flags(connection: Connection, changed: dict[int, dict[str, Any]]) -> None:
    """Set the flags of stored entries: a mapping from `seq`."""
    if changed:
        connection.execute(
            entries.update()
            .where(entries.c.seq == sa.bindparam("this"))
            .values({name: sa.bindparam(name) for name in _FLAGS}),
            [{"this": seq, **flags} for seq, flags in changed.items()],
        )


def _flag_again(connection: Connection, collection_key: int, object_id: str) -> None:
    standing = _known(connection, collection_key, {object_id})[object_id]
    _write_flags(connection, {entry.seq: flags for entry, flags in _flags(standing)})


def _known(connection: Connection, collection_key: int, object_ids: set[str]) -> defaultdict[str, list[_Standing]]:
    """What stands under these ids in the collection, in the order in which it was appended."""
    known: defaultdict[str, list[_Standing]] = defaultdict(list)
    columns = [
        entries.c[name]
        for name in (
            *["seq", "object_id", "position", "sha256", "owner_key", "spec_version", "version_key", "visibility"],
            *_FLAGS,
        )
    ]
    for some in chunks(list(object_ids)):
        query = (
            sa.select(*columns)
            .where(entries.c.collection_key == collection_key, entries.c.object_id.in_(some))
            .order_by(entries.c.seq)
        )
        for row in connection.execute(query):
            known[row.object_id].append(_Standing(row, None))
    return known
