"""Erasing: what is known of an identifier or an object is emptied everywhere; readers get a last, empty version."""

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier
from tocsin.intake import ROLES
from tocsin.ledger.append import append, committed
from tocsin.ledger.collections import Collection, all_collections
from tocsin.ledger.database import Database, chunks
from tocsin.ledger.hide import bodies_at, empty
from tocsin.ledger.objects import latest_of, where_is
from tocsin.ledger.tables import entries
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.standing import Subject, erased_before, subject_of
from tocsin.publishing.versions import support, version_of
from tocsin.publishing.withdraw import NoSuchObject, identifiers_in
from tocsin.reports.blank import blank_rows
from tocsin.reports.erasures import Erasure
from tocsin.reports.tables import ERASED, RECEIVED, assertions, reports, tombstones
from tocsin.stix import based_on_id, indicator_id, is_redacted, redacted

Token = Callable[[str], bytes]
"""A keyed hash: what was erased is known again by it."""


class CannotErase(ValueError):
    """What is asked for cannot be erased, or not now; the message says why."""


def erase(
    database: Database,
    exchange: Exchange,
    what: Identifier | str,
    token: Token,
    record: Callable[[Erasure], None],
    reason: str,
    by: str,
    now: int,
) -> Erasure:
    """Erase an identifier, or a STIX object and what it is about, named by its id; what was emptied.

    `record` writes the log, before anything is committed. NoSuchObject where nothing is there, CannotErase where it
    may not go.
    """

    def work(connection: Connection, now: int) -> Erasure:
        erasure = _plan(connection, exchange, what, token, reason, by, now)
        record(erasure)
        apply(connection, now, erasure)
        return erasure

    return committed(database, work, now)


def apply(connection: Connection, now: int, erasure: Erasure) -> int:
    """Empty what an erasure names, as far as it is not empty yet; how many entries and rows that were.

    Doing it again changes nothing.
    """
    done = 0
    by_id = {collection.id: collection for collection in all_collections(connection)}
    for collection_id, positions in erasure.entries.items():
        if collection_id in by_id:
            done += _empty_entries(connection, by_id[collection_id], positions, now)
    for report_id, rows in erasure.rows.items():
        done += blank_rows(connection, report_id, rows, now)
    tokens = [bytes.fromhex(token) for token in erasure.tombstones]
    known = erased_before(connection, tokens)
    fresh = [token for token in tokens if token not in known]
    if fresh:
        connection.execute(tombstones.insert(), [{"token": one, "erased_ms": erasure.at_ms} for one in fresh])
    return done


def left_behind(connection: Connection, erasure: Erasure) -> int:
    """How many entries and rows that an erasure names are there still: after a backup was put back."""
    by_id = {collection.id: collection for collection in all_collections(connection)}
    found = sum(
        len(bodies_at(connection, by_id[name].key, positions))
        for name, positions in erasure.entries.items()
        if name in by_id
    )
    for report_id, rows in erasure.rows.items():
        query = (
            sa.select(sa.func.count()).select_from(assertions).join(reports, reports.c.key == assertions.c.report_key)
        )
        for some in chunks(rows):
            here = query.where(reports.c.id == report_id, assertions.c.n.in_(some), assertions.c.state != ERASED)
            found += connection.execute(here).scalar_one()
    return found


def named_by(connection: Connection, what: Identifier | str) -> list[Identifier]:
    """The identifier itself, or those that the object with this STIX id is about."""
    if isinstance(what, Identifier):
        return [what]
    return list(dict.fromkeys(one for entry in where_is(connection, what) for one in identifiers_in(entry)))


def still_named(connection: Connection, value: str) -> Iterator[str]:
    """The ids of the objects that are served and have `value` somewhere in them: other objects, which nobody erased."""
    sought = value.encode()
    query = sa.select(entries.c.object_id, entries.c.body).where(entries.c.latest_position.is_not(None))
    for row in connection.execute(query.execution_options(stream_results=True, max_row_buffer=1_000)):
        if sought in row.body:
            yield row.object_id


def _plan(
    connection: Connection, exchange: Exchange, what: Identifier | str, token: Token, reason: str, by: str, now: int
) -> Erasure:
    subjects = _subjects(connection, exchange, what)
    chosen: sa.ColumnElement[bool] = assertions.c.subject.in_([subject.key for subject in subjects])
    for identifier in {subject.identifier for subject in subjects}:
        same = sa.and_(assertions.c.kind == identifier.kind, assertions.c.value == identifier.value)
        chosen = sa.or_(chosen, same)
    if isinstance(what, str):
        chosen = sa.or_(chosen, assertions.c.object_id == what)
    rows = _rows(connection, chosen)
    pushed = {row.object_id for row in rows if row.object_id is not None}
    if isinstance(what, str):
        pushed.add(what)
    erasure = Erasure(at_ms=now, by=by, reason=reason)
    for row in rows:
        erasure.rows.setdefault(row.id, []).append(row.n)
    for collection in all_collections(connection):
        ids = [*pushed, *(name for subject in subjects for name in own_ids(connection, exchange, collection, subject))]
        found = _entries_of(connection, collection.key, ids)
        positions = [one.position for one in found if one.body and not (one.revoked and is_redacted(one.body))]
        if positions:
            erasure.entries[collection.id] = positions
    if not rows and not erasure.entries:
        raise NoSuchObject("Nothing is known of that.")
    named = [*(subject.pattern for subject in subjects), *pushed]
    erasure.tombstones.extend(token(one).hex() for one in dict.fromkeys(named))
    return erasure


def _subjects(connection: Connection, exchange: Exchange, what: Identifier | str) -> list[Subject]:
    """All subjects that the identifier has, in whichever role; those that an object is about."""
    if isinstance(what, str):
        if what in {one.object_id for one in support(exchange)}:
            raise CannotErase("This object is the exchange's own: others refer to it.")
        if what.startswith("relationship--") and any(one.owner_key is None for one in where_is(connection, what)):
            raise CannotErase("Name the indicator or the observable that this relationship joins; it goes with them.")
    named = named_by(connection, what)
    every = {subject.key: subject for one in named for subject in (subject_of(one, role) for role in ROLES)}
    return list(every.values())


def _rows(connection: Connection, chosen: Any) -> list[Any]:
    query = (
        sa.select(reports.c.id, reports.c.state, assertions.c.n, assertions.c.object_id)
        .join(reports, reports.c.key == assertions.c.report_key)
        .where(chosen, assertions.c.state != ERASED)
        .order_by(assertions.c.report_key, assertions.c.n)
    )
    rows = list(connection.execute(query))
    for row in rows:
        if row.state == RECEIVED:
            raise CannotErase(f"The report {row.id} names it and is being read still. Try again when it is through.")
    return rows


def own_ids(connection: Connection, exchange: Exchange, collection: Collection, subject: Subject) -> Iterator[str]:
    """The ids of what the exchange made of a subject in a collection: observable, and each generation's objects."""
    seen = subject.seen["id"]
    yield seen
    for generation in count(1):
        identity = indicator_id(exchange.namespace, collection.id, subject.pattern, generation)
        if not _entries_of(connection, collection.key, [identity]):
            return
        yield identity
        yield based_on_id(identity, seen)


def _entries_of(connection: Connection, collection_key: int, ids: Iterable[str]) -> list[Any]:
    found: list[Any] = []
    for some in chunks(list(dict.fromkeys(ids))):
        query = sa.select(entries.c.position, entries.c.revoked, entries.c.body)
        here = sa.and_(entries.c.collection_key == collection_key, entries.c.object_id.in_(some))
        found += connection.execute(query.where(here).order_by(entries.c.position))
    return found


def _empty_entries(connection: Connection, collection: Collection, positions: list[int], now: int) -> int:
    """Empty entries; objects of which nothing is left get a last version that says so."""
    bodies = bodies_at(connection, collection.key, positions)
    ids = list({object_id for object_id, _, _ in bodies})
    lasts = latest_of(connection, collection.key, ids)
    empty(connection, collection.key, [position for _, position, _ in bodies])
    left = latest_of(connection, collection.key, ids)
    notices = []
    for object_id, last in lasts.items():
        body = redacted(last.body, now) if object_id not in left else None
        if body is not None:
            notices.append(version_of(body, last.owner_key)._replace(visibility=last.visibility))
    append(connection, collection.key, notices, now)
    return len(bodies)
