"""Writing entries: the one way in which a ledger grows. Callers hold the writer lock."""

import hashlib
import time
from collections.abc import Callable, Sequence
from enum import Enum
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.bounds import bounds
from tocsin.ledger.database import Database, insert_rows
from tocsin.ledger.flags import ObjectEntry, entries_of, flag_anew, write_flags
from tocsin.ledger.tables import EVERYWHERE, NOWHERE, OBJECTS_ONLY, collections, entries, entry_fields
from tocsin.times import HOUR_MS, now_ms, taxii_stamp

_Result = TypeVar("_Result")
_LONGEST_PAUSE_S = 60.0

MOST_AHEAD_MS = 6 * HOUR_MS
"""How far positions may run ahead of the clock during a fast load (an entry takes a millisecond, a large one more)."""

BYTES_PER_MS = 32_000
"""A larger entry takes a millisecond for every so many bytes: no second holds more than can be one page (`read`)."""


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
_row_of = attrgetter(*_COLUMNS)


class Outcome(Enum):
    """What became of one version handed to `append`."""

    APPENDED = "appended"
    SAME = "same"  # these bytes are there already
    CONFLICT = "conflict"  # other bytes stand under this version
    DELETED = "deleted"  # the object was deleted with a later version than this
    FOREIGN = "foreign"  # the id belongs to another writer
    ENDED = "ended"  # the object was revoked, which nothing follows


class Version(NamedTuple):
    """One object version to append.

    `version` is its `modified`, or `created`, as written, and `version_key` the same in sortable form; both None for an
    object without either, whose version is then its date added (TAXII 2.1 section 3.4.1). `owner` is the key of the
    member who pushed it, None for the exchange. `fields` are the (name, value) pairs that optional filters find it by;
    `at_least` those that filters compare, in a form that sorts. `shared`: the id says what it is of, so that it belongs
    to nobody when nothing of it is served.
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
    shared: bool = False


def append(
    connection: Connection, collection_key: int, versions: Sequence[Version], now: int, *, history: bool = False
) -> list[Outcome]:
    """Append `versions` to a collection in this order, each at a position of its own; the outcomes, one a version.

    The same bytes again add nothing; other bytes under the same version are refused; so are an id that another
    writer used first, and what is no newer than its object's deletion, which readers have as the newest version.
    The exchange may give an object without timestamps new bytes: its version is the date added. `history`: it was
    published elsewhere in this order, with versions after a revocation if it had them.
    """
    known = entries_of(connection, collection_key, {version.object_id for version in versions})
    span = sum(_span(version) for version in versions)
    batch = _Batch(connection, collection_key, now, span, history=history)
    outcomes = [batch.take(version, known[version.object_id]) for version in versions]
    batch.write()
    return outcomes


class _Batch:
    """The rows of one call of `append`, decided one after another and written together."""

    def __init__(self, connection: Connection, collection_key: int, now: int, span: int, *, history: bool) -> None:
        self.connection = connection
        self.history = history
        self.collection_key = collection_key
        last = connection.execute(_LAST_POSITION, {"collection": collection_key}).scalar_one()
        if last + span > now + MOST_AHEAD_MS:
            raise AheadOfClock(last + span - now - MOST_AHEAD_MS)
        self.position = last
        self.now = now
        self.seq = connection.execute(_LAST_SEQ).scalar() or 0
        self.made: list[ObjectEntry] = []
        self.fields: list[tuple[int, str, str, int]] = []
        self.changed: dict[int, tuple[Any, ...]] = {}

    def take(self, version: Version, standing: list[ObjectEntry]) -> Outcome:
        digest = hashlib.sha256(version.body).digest()
        refusal = _refusal(version, digest, standing) if standing else None
        if refusal is not None and not (refusal is Outcome.ENDED and self.history):
            return refusal
        self.position = max(self.position + _span(version), self.now)
        self.seq += 1
        entry = self._entry(version, digest)
        self.made.append(entry)
        standing.append(entry)
        if len(standing) > 1:
            self._flag(standing)
        found_by = (*version.fields, *bounds(version.at_least)) if version.at_least else version.fields
        for name, value in dict.fromkeys(found_by):
            self.fields.append((self.collection_key, name, value, self.position))
        return Outcome.APPENDED

    def _entry(self, version: Version, digest: bytes) -> ObjectEntry:
        # without a version of its own, an object's is its date added (TAXII 2.1 section 3.4.1)
        stamp = version.version or taxii_stamp(self.position)
        return ObjectEntry(
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
            valid_until=dict(version.at_least).get("valid_until"),
            stored=False,
        )

    def write(self) -> None:
        if not self.made:
            return
        write_flags(self.connection, self.changed)
        insert_rows(self.connection, entries, _COLUMNS, [_row_of(entry) for entry in self.made])
        insert_rows(self.connection, entry_fields, [column.name for column in entry_fields.c], self.fields)
        self.connection.execute(
            collections.update().where(collections.c.key == self.collection_key).values(last_position=self.position)
        )

    def _flag(self, standing: list[ObjectEntry]) -> None:
        for entry in flag_anew(standing):
            if entry.stored:
                self.changed[entry.seq] = entry.flags


def _span(version: Version) -> int:
    """How far after the entry before it this one lies at least, ms."""
    return 1 + len(version.body) // BYTES_PER_MS


def _refusal(version: Version, digest: bytes, standing: list[ObjectEntry]) -> Outcome | None:
    """Why a version is not taken beside what stands of its object, hidden entries included; None where it is."""
    visible = [entry for entry in standing if entry.visibility != NOWHERE]
    if any(entry.sha256 == digest and entry.spec_version == version.spec_version for entry in visible):
        return Outcome.SAME
    owned = visible if version.shared else standing
    if owned and owned[0].owner_key != version.owner and version.visibility != OBJECTS_ONLY:
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
    if version.owner is not None and not version.revoked and _is_ended(version, visible):
        return Outcome.ENDED
    return None


def _is_ended(version: Version, visible: list[ObjectEntry]) -> bool:
    """Whether an earlier version was revoked: STIX lets nothing follow (STIX 2.1 section 3.6)."""
    return any(
        entry.revoked and entry.visibility == EVERYWHERE and entry.version_key < (version.version_key or "")
        for entry in visible
    )


_LAST_POSITION = sa.select(collections.c.last_position).where(collections.c.key == sa.bindparam("collection"))
_LAST_SEQ = sa.select(sa.func.max(entries.c.seq))
