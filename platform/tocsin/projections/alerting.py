"""Finds what is new for saved searches: reads each entry of the ledger once, and asks which searches it fits.

Ten thousand searches are not asked ten thousand times: each waits for a few keys, and an entry is held against the
searches that wait for one of its own. See docs/decisions/0014-saved-searches.md.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.alerts.hits import Found, keep_hits
from tocsin.alerts.readers import readers_now
from tocsin.alerts.tables import alert_progress, saved_searches
from tocsin.identifiers import Token
from tocsin.ledger.collections import all_collections
from tocsin.ledger.database import Database
from tocsin.ledger.read import Entry, follow, last_seq
from tocsin.ledger.tables import EVERYWHERE, entries
from tocsin.members.tables import members, users
from tocsin.projections.search_index import document_of
from tocsin.search import Document, Engine, Filters, SearchDown, parse
from tocsin.search.expression import All, Node, Not, Some, Within
from tocsin.search.fitting import Facts, Fits, Key, awaited, facts_of, fitting, offered
from tocsin.search.tiers import plainly
from tocsin.stix import is_redacted
from tocsin.times import HOUR_MS

BATCH = 1_000
"""Entries that are read at once."""

READ_AT_ONCE = 100
"""Questions that are read in one step: each takes some milliseconds."""

EVERY_MS = 1_000


@dataclass(frozen=True, slots=True)
class _Row:
    """A search that goes on, as it is in the database."""

    key: int
    user_key: int
    question: str
    filters: str
    country: str | None
    since_seq: int


@dataclass(slots=True)
class _Waiting:
    """A search that was read: what fits it, for which keys it waits (None: for any), and from when (ms) on it has to be
    read again, None for never."""

    row: _Row
    fits: Fits
    keys: frozenset[Key] | None
    until: int | None


class Alerting:
    """The follower of one process. `token` makes what stands for numbers that are never kept."""

    def __init__(self, database: Database, engine: Engine, token: Token | None) -> None:
        self._database = database
        self._engine = engine
        self._waiting = Waiting(token)
        self._changes = -1
        self._next = 0

    def step(self, now: int) -> int:
        """Hold new entries against the searches, no further than search itself is; how much there was to do."""
        if now < self._next:
            return 0
        with self._database.reading() as connection:
            seq, changes = _progress(connection)
            newest = last_seq(connection)
            if changes != self._changes:
                self._waiting.take(_rows(connection))
                self._changes = changes
        read = self._waiting.read_some(now)
        if read or not self._waiting.rows:
            return read
        after = max(seq, min(one.since_seq for one in self._waiting.rows.values()))
        if newest <= after:
            self._next = now + EVERY_MS
            return 0
        try:
            batch = self._batch(after, self._engine.checkpoint())
        except SearchDown:
            batch = []
        if len(batch) < BATCH:
            self._next = now + EVERY_MS
        return self._told(batch, seq, now) if batch else 0

    def _batch(self, after: int, upto: int) -> list[Entry]:
        with self._database.reading() as connection:
            return [one for one in follow(connection, after, BATCH) if one.seq <= upto]

    def _told(self, batch: list[Entry], seq: int, now: int) -> int:
        with self._database.reading() as connection:
            every = list(self._found(connection, batch))
            found = _of_readers(connection, self._waiting, every)
        with self._database.writing() as connection:
            # whoever comes second finds that the entries are told already
            if _progress(connection)[0] != seq:
                return 0
            keep_hits(connection, found, [one for one in every if one.gone], now)
            this = alert_progress.c.key == 1
            connection.execute(alert_progress.update().where(this).values(seq=batch[-1].seq))
        return len(batch)

    def _found(self, connection: Connection, batch: Sequence[Entry]) -> Iterator[Found]:
        ids = {one.key: one.id for one in all_collections(connection)}
        for entry in batch:
            document = _shown(entry, ids)
            if document is None:
                continue
            present = self._waiting.fitting(document, entry.seq)
            if not present and not entry.revoked:
                continue
            before = _before(connection, entry, ids)
            # a thing that was a hit is not new for having changed
            past = self._waiting.fitting(before, entry.seq) if before is not None else set()
            for key in present - past:
                yield Found(key, entry.seq, entry.collection_key, entry.object_id, gone=False)
            if before is not None and entry.revoked and not before.revoked:
                for key in past:
                    yield Found(key, entry.seq, entry.collection_key, entry.object_id, gone=True)


class Waiting:
    """The searches of a process, by what they wait for."""

    def __init__(self, token: Token | None) -> None:
        self._token = token
        self.rows: dict[int, _Row] = {}
        self._read: dict[int, _Waiting] = {}
        self._by_key: dict[Key, set[int]] = {}
        self._always: set[int] = set()

    def take(self, rows: Iterable[_Row]) -> None:
        """Have these searches and no others."""
        self.rows = {one.key: one for one in rows}
        for key, known in list(self._read.items()):
            row = self.rows.get(key)
            if row is None or replace(known.row, since_seq=row.since_seq) != row:
                self._leave_out(key)
            else:
                known.row = row

    def read_some(self, now: int) -> int:
        """Read some of the questions that were not read yet, or whose moments are old; how many."""
        old = [key for key, one in self._read.items() if one.until is not None and one.until <= now]
        for key in old:
            self._leave_out(key)
        unread = [one for key, one in self.rows.items() if key not in self._read][:READ_AT_ONCE]
        for row in unread:
            self._put(row, now)
        return len(unread)

    def fitting(self, document: Document, seq: int) -> set[int]:
        """The keys of the searches that find this document as something of the entry `seq`."""
        facts = facts_of(document)
        return {key for key in self._candidates(facts) if self._fits(key, facts, seq)}

    def _fits(self, key: int, facts: Facts, seq: int) -> bool:
        one = self._read[key]
        return seq > one.row.since_seq and one.fits(facts)

    def _candidates(self, facts: Facts) -> set[int]:
        found = set(self._always)
        for key in offered(facts):
            found.update(self._by_key.get(key, ()))
        return found

    def _put(self, row: _Row, now: int) -> None:
        query = parse(row.question, Filters.read(json.loads(row.filters)), token=self._token, country=row.country)
        node = plainly(query.wanted)
        # "since:7d" is another moment tomorrow
        until, keys = now + HOUR_MS if _names_a_moment(node) else None, awaited(node)
        self._read[row.key] = _Waiting(row, fitting(node), keys, until)
        if keys is None:
            self._always.add(row.key)
        for key in keys or ():
            self._by_key.setdefault(key, set()).add(row.key)

    def _leave_out(self, key: int) -> None:
        one = self._read.pop(key)
        self._always.discard(key)
        for waited in one.keys or ():
            some = self._by_key[waited]
            some.discard(key)
            if not some:
                del self._by_key[waited]


def _of_readers(connection: Connection, waiting: Waiting, every: Sequence[Found]) -> list[Found]:
    """What was found, without what the person whose search it is may not read now."""
    owners = {one.search_key: waiting.rows[one.search_key].user_key for one in every}
    readers = readers_now(connection, owners.values())
    return [
        one
        for one in every
        if (reader := readers.get(owners[one.search_key])) is not None and one.collection_key in reader.collections
    ]


def _shown(entry: Entry, ids: dict[int, str]) -> Document | None:
    """What can be found of an entry, None for nothing."""
    if entry.visibility != EVERYWHERE or not entry.body or (entry.revoked and is_redacted(entry.body)):
        return None
    return document_of(entry, ids[entry.collection_key])


def _before(connection: Connection, entry: Entry, ids: dict[int, str]) -> Document | None:
    """What the same thing was in the same collection before this entry."""
    query = (
        sa.select(*(entries.c[name] for name in Entry._fields))
        .where(entries.c.collection_key == entry.collection_key, entries.c.object_id == entry.object_id)
        .where(entries.c.position < entry.position)
        .order_by(entries.c.position.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return _shown(Entry._make(row), ids) if row is not None else None


def _names_a_moment(node: Node) -> bool:
    if isinstance(node, All | Some):
        return any(map(_names_a_moment, node.parts))
    return _names_a_moment(node.part) if isinstance(node, Not) else isinstance(node, Within)


def _progress(connection: Connection) -> tuple[int, int]:
    """Up to which entry searches were told, and how often they were changed."""
    row = connection.execute(sa.select(alert_progress.c.seq, alert_progress.c.changes)).first()
    return (row.seq, row.changes) if row is not None else (0, 0)


def _rows(connection: Connection) -> list[_Row]:
    query = (
        sa.select(*(saved_searches.c[name] for name in ("key", "user_key", "question", "filters", "since_seq")))
        .add_columns(members.c.country)
        .join(users, users.c.key == saved_searches.c.user_key)
        .join(members, members.c.key == users.c.member_key)
        .where(saved_searches.c.paused_ms.is_(None))
    )
    return [_row(one) for one in connection.execute(query)]


def _row(row: Any) -> _Row:
    return _Row(row.key, row.user_key, row.question, row.filters, row.country, row.since_seq)
