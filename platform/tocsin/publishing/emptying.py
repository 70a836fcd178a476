"""Taking the words out of entries and rows: what an erasure and the end of a keeping time have in common.

What goes is first written down by place; readers get a last, empty version of whatever is gone as a whole.
"""

from collections.abc import Collection as Several
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.append import append
from tocsin.ledger.collections import Collection, all_collections
from tocsin.ledger.database import chunks
from tocsin.ledger.hide import bodies_at, empty
from tocsin.ledger.objects import latest_of
from tocsin.ledger.tables import entries
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.standing import Subject
from tocsin.publishing.versions import version_of
from tocsin.reports.blank import ERASURE, Gone, blank_dispute, blank_rows
from tocsin.reports.erasures import Erasure
from tocsin.reports.tables import ERASED, assertions, disputes, reports
from tocsin.stix import based_on_id, indicator_id, is_redacted, redacted


def rows_about(connection: Connection, chosen: Any) -> list[Any]:
    """The rows of reports, chosen by a condition on `assertions`, that say something still."""
    query = (
        sa.select(
            reports.c.id,
            reports.c.state,
            reports.c.format,
            reports.c.member_key,
            *(assertions.c[name] for name in ("report_key", "n", "subject", "kind", "value", "object_id")),
        )
        .join(reports, reports.c.key == assertions.c.report_key)
        .where(chosen, assertions.c.state != ERASED)
        .order_by(assertions.c.report_key, assertions.c.n)
    )
    return list(connection.execute(query))


def about(subjects: Iterable[Subject]) -> sa.ColumnElement[bool]:
    """The condition that a row is about one of these subjects, or names its identifier without claiming anything."""
    listed = list(subjects)
    by_kind: dict[str, set[str]] = {}
    for subject in listed:
        by_kind.setdefault(subject.identifier.kind, set()).add(subject.identifier.value)
    chosen: list[Any] = [assertions.c.subject.in_([subject.key for subject in listed])]
    chosen += [sa.and_(assertions.c.kind == kind, assertions.c.value.in_(some)) for kind, some in by_kind.items()]
    return sa.or_(*chosen)


def planned(
    connection: Connection,
    exchange: Exchange,
    erasure: Erasure,
    subjects: Several[Subject],
    rows: Iterable[Any],
    owners: Mapping[str, Several[int | None] | None],
) -> Erasure:
    """The erasure with the places of these rows, of what the exchange made of the subjects, and of pushed objects.

    `owners` names the pushed objects, each with the keys of the members whose it has to be, None for whoever's.
    """
    for row in rows:
        erasure.rows.setdefault(row.id, []).append(row.n)
    for collection in all_collections(connection):
        found = own_entries(connection, exchange, collection, subjects, owners)
        positions = [one.position for one in found if _says_something(one) and _is_of(one, owners)]
        if positions:
            erasure.entries[collection.id] = positions
    disputed = sa.select(disputes.c.id).where(
        disputes.c.subject.in_([one.key for one in subjects]), disputes.c.value != ""
    )
    erasure.disputes.extend(connection.execute(disputed).scalars())
    return erasure


def own_entries(
    connection: Connection,
    exchange: Exchange,
    collection: Collection,
    subjects: Several[Subject],
    others: Iterable[str] = (),
) -> list[Any]:
    """Every entry of what the exchange made of subjects in a collection, and of the objects `others`, by position."""
    return _entries_of(connection, collection.key, [*others, *own_ids(connection, exchange, collection, subjects)])


def apply(connection: Connection, now: int, erasure: Erasure, why: Gone = ERASURE) -> int:
    """Empty the places that are written down, as far as they are not empty yet; how many entries and rows that were.

    Doing it again changes nothing.
    """
    done = 0
    by_id = {collection.id: collection for collection in all_collections(connection)}
    for collection_id, positions in erasure.entries.items():
        if collection_id in by_id:
            done += _empty_entries(connection, by_id[collection_id], positions, now)
    for report_id, rows in erasure.rows.items():
        done += blank_rows(connection, report_id, rows, now, why)
    for dispute_id in erasure.disputes:
        done += blank_dispute(connection, dispute_id, now)
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
    said = sa.select(sa.func.count()).select_from(disputes).where(disputes.c.id.in_(erasure.disputes))
    return found + connection.execute(said.where(disputes.c.value != "")).scalar_one()


def own_ids(
    connection: Connection, exchange: Exchange, collection: Collection, subjects: Several[Subject]
) -> Iterator[str]:
    """The ids of what the exchange made of subjects in a collection: observables, and each generation's objects."""
    yield from {subject.seen["id"] for subject in subjects}
    pending = list(subjects)
    for generation in count(1):
        ids = {indicator_id(exchange.namespace, collection.id, one.pattern, generation): one for one in pending}
        there = {one.object_id for one in _entries_of(connection, collection.key, ids)}
        for identity in there:
            yield identity
            yield based_on_id(identity, ids[identity].seen["id"])
        pending = [ids[identity] for identity in there]
        if not pending:
            return


def _entries_of(connection: Connection, collection_key: int, ids: Iterable[str]) -> list[Any]:
    found: list[Any] = []
    for some in chunks(list(dict.fromkeys(ids))):
        query = sa.select(*(entries.c[name] for name in ("object_id", "position", "revoked", "owner_key", "body")))
        here = sa.and_(entries.c.collection_key == collection_key, entries.c.object_id.in_(some))
        found += connection.execute(query.where(here))
    return sorted(found, key=attrgetter("position"))


def _says_something(entry: Any) -> bool:
    return bool(entry.body) and not (entry.revoked and is_redacted(entry.body))


def _is_of(entry: Any, owners: Mapping[str, Several[int | None] | None]) -> bool:
    whose = owners.get(entry.object_id)
    return whose is None or entry.owner_key in whose


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
