"""Taking back: one object, a report, a member's last hours. Readers get a revoked version, never silence."""

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier
from tocsin.intake import ROLES
from tocsin.ledger.append import Version, append, committed
from tocsin.ledger.database import Database, chunks
from tocsin.ledger.hide import hide
from tocsin.ledger.objects import latest_of, where_is
from tocsin.ledger.read import Entry
from tocsin.ledger.tables import OBJECTS_ONLY
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.settle import observe_again, settle, subjects_of
from tocsin.publishing.standing import Subject, collections_of, load, standing_subjects, subject_of
from tocsin.publishing.versions import ended
from tocsin.publishing.whole import end_whole
from tocsin.reports import decisions
from tocsin.reports.decisions import Change, record
from tocsin.reports.reports import let_again, mark_withdrawn
from tocsin.reports.tables import (
    ACTIVE,
    CHANGE_ROW,
    FALSE,
    NOT_HELD,
    WITHDRAWN,
    assertions,
    report_collections,
    reports,
)
from tocsin.stix import comparisons, identifiers_of, observed_identifier

_ROWS_AT_ONCE = 500


class NoSuchObject(LookupError):
    """Nothing that is published has that id."""


def withdraw_object(database: Database, exchange: Exchange, object_id: str, reason: str, by: str, now: int) -> int:
    """Withdraw an indicator or an observable as wrong, in every collection; how many assertions that ended.

    Whoever reports the same again waits for a moderator.
    """

    with database.reading() as connection:
        found = where_is(connection, object_id)
    if not found:
        raise NoSuchObject(f"Nothing that is published has the id {object_id!r}.")
    subjects = {subject.key: subject for entry in found for subject in _subjects_in(entry)}
    chosen: sa.ColumnElement[bool] = assertions.c.object_id == object_id
    if subjects:
        chosen = sa.or_(chosen, assertions.c.subject.in_(subjects))

    def work(connection: Connection, now: int) -> int:
        ended_rows = _end(connection, exchange, chosen, FALSE, reason, by, now)
        end_whole(connection, where_is(connection, object_id), now)
        return ended_rows

    total = 0
    while ended_rows := committed(database, work, now):
        total += ended_rows
    return total


def withdraw_value(database: Database, exchange: Exchange, about: Identifier, reason: str, by: str, now: int) -> int:
    """Withdraw all that was said of an identifier as wrong, in whichever role; how many assertions that ended."""
    chosen = assertions.c.subject.in_({subject_of(about, role).key for role in ROLES})

    def work(connection: Connection, now: int) -> int:
        return _end(connection, exchange, chosen, FALSE, reason, by, now)

    total = 0
    while ended_rows := committed(database, work, now):
        total += ended_rows
    return total


def withdraw_report(database: Database, exchange: Exchange, report_key: int, reason: str, by: str, now: int) -> int:
    """Take a report back: what rests on nothing else ends; how many assertions that ended."""

    def work(connection: Connection, now: int) -> int:
        return _end(connection, exchange, assertions.c.report_key == report_key, WITHDRAWN, reason, by, now)

    total = 0
    while ended_rows := committed(database, work, now):
        total += ended_rows
    committed(database, lambda connection, at: mark_withdrawn(connection, report_key, reason, at), now)
    return total


def take_back(
    database: Database, exchange: Exchange, report_key: int, rows: Sequence[int], reason: str, by: str, now: int
) -> int:
    """Take back single rows of a report, by their row counts; how many stood. Nobody is asked about them any more."""

    def work(connection: Connection, now: int) -> int:
        return take_back_within(connection, exchange, report_key, rows, reason, by, now)

    return committed(database, work, now)


def take_back_within(
    connection: Connection, exchange: Exchange, report_key: int, rows: Sequence[int], reason: str, by: str, now: int
) -> int:
    """`take_back` as a part of a transaction."""
    total = 0
    for some in chunks(list(rows)):
        chosen = sa.and_(assertions.c.report_key == report_key, assertions.c.n.in_(some))
        while done := _end(connection, exchange, chosen, WITHDRAWN, reason, by, now):
            total += done
        taken = sa.and_(chosen, assertions.c.state == WITHDRAWN)
        connection.execute(assertions.update().where(taken).values(verdict=NOT_HELD))
    return total


def withdraw_since(
    database: Database, exchange: Exchange, member_key: int, since: int, reason: str, by: str, now: int
) -> int:
    """Take back every report that a member handed in since a moment (ms); how many assertions that ended."""
    with database.reading() as connection:
        keys = connection.execute(
            sa.select(reports.c.key)
            .where(reports.c.member_key == member_key, reports.c.received_ms >= since)
            .order_by(reports.c.key.desc())
        ).scalars()
        found = list(keys)
    return sum(withdraw_report(database, exchange, key, reason, by, now) for key in found)


def withdraw_absent(
    database: Database,
    exchange: Exchange,
    member_key: int,
    collection_key: int,
    present: set[bytes],
    reason: str,
    by: str,
    now: int,
) -> int:
    """Withdraw what a member's assertions in a collection stand on and `present` does not name (keys of subjects)."""
    with database.reading() as connection:
        absent = sorted(standing_subjects(connection, member_key, collection_key) - present)
    own = (
        sa.select(reports.c.key)
        .join(report_collections, report_collections.c.report_key == reports.c.key)
        .where(reports.c.member_key == member_key, report_collections.c.collection_key == collection_key)
    )
    total = 0
    for some in chunks(absent, _ROWS_AT_ONCE):
        chosen = sa.and_(assertions.c.subject.in_(some), assertions.c.report_key.in_(own))

        def work(connection: Connection, now: int, chosen: Any = chosen) -> int:
            return _end(connection, exchange, chosen, WITHDRAWN, reason, by, now)

        while ended_rows := committed(database, work, now):
            total += ended_rows
    return total


def delete_object(
    connection: Connection,
    exchange: Exchange,
    collection_key: int,
    object_id: str,
    version_key: str | None,
    now: int,
    spec_version: str | None = None,
) -> int:
    """TAXII's DELETE of a pushed object (TAXII 2.1 section 5.7): it, or one version of it, is served no more.

    Pollers get one revoked version through `/objects/` alone when the whole object goes; how many entries went.
    `spec_version`: only what is of this version of STIX. What the object claimed ends with it; an observable that the
    exchange's own indicator rests on is published again.
    """
    lasts = latest_of(connection, collection_key, [object_id])
    hidden = hide(connection, collection_key, object_id, version_key, spec_version)
    if hidden:
        let_again(connection, object_id, now)
    if hidden and not latest_of(connection, collection_key, [object_id]):
        notices = [_notice(version) for version in ended(lasts.values(), now)]
        append(connection, collection_key, notices, now)
        _end_deleted(connection, exchange, collection_key, object_id, now)
        subjects = {subject.key: subject for last in lasts.values() for subject in _subjects_in(last)}
        observe_again(connection, exchange, collection_key, subjects, now)
    return hidden


def _end_deleted(connection: Connection, exchange: Exchange, collection_key: int, object_id: str, now: int) -> None:
    """End the assertions that a deleted object made in this collection and no other."""
    elsewhere = sa.select(report_collections.c.report_key).where(report_collections.c.collection_key != collection_key)
    chosen = sa.and_(assertions.c.object_id == object_id, assertions.c.report_key.not_in(elsewhere))
    while _end(connection, exchange, chosen, WITHDRAWN, "it was deleted", "TAXII", now):
        pass


def _notice(version: Version) -> Version:
    return version._replace(visibility=OBJECTS_ONLY)


def _end(connection: Connection, exchange: Exchange, chosen: Any, state: int, reason: str, by: str, now: int) -> int:
    """End up to a batch of standing assertions, and bring their collections to what is left."""
    columns = [assertions.c[name] for name in ("report_key", "n", "subject", "verdict", "object_id")]
    query = (
        sa.select(*columns, reports.c.member_key)
        .join(reports, reports.c.key == assertions.c.report_key)
        .where(chosen, assertions.c.state == ACTIVE, assertions.c.verdict != "rejected")
        .order_by(assertions.c.report_key, assertions.c.n)
    )
    rows = connection.execute(query.limit(_ROWS_AT_ONCE)).all()
    if not rows:
        return 0
    touched = [row.subject for row in rows if row.subject is not None]
    subjects = subjects_of(load(connection, touched))
    reached = collections_of(connection, {row.report_key for row in rows})
    connection.execute(
        CHANGE_ROW.values(state=state, reason=f"Withdrawn: {reason}", decided_by=by, decided_ms=now),
        [{"this_report": row.report_key, "this_n": row.n} for row in rows],
    )
    if state == FALSE:
        changes = [Change((row.report_key, row.n), {"verdict": row.verdict}, {"verdict": "withdrawn"}) for row in rows]
        record(connection, decisions.WITHDRAWN, changes, by, now, reason)
    settle(connection, exchange, subjects, load(connection, touched), reached, now)
    # what waits was never published: another's object may stand under the same id
    whole = {row.object_id: row.member_key for row in rows if row.object_id is not None and row.verdict != "held"}
    for key in reached if whole else ():
        lasts = latest_of(connection, key, list(whole)).values()
        end_whole(connection, [last for last in lasts if last.owner_key == whole[last.object_id]], now)
    return len(rows)


def identifiers_in(entry: Entry) -> list[Identifier]:
    """The identifiers that an indicator's pattern names, or the one that an observable is."""
    return list(dict.fromkeys(identifier for identifier, _ in named_by_object(entry.type, entry.body)))


def _subjects_in(entry: Entry) -> list[Subject]:
    return [subject_of(identifier, role) for identifier, role in named_by_object(entry.type, entry.body)]


def named_by_object(object_type: str, body: bytes) -> list[tuple[Identifier, str | None]]:
    """The identifiers that an object is about, each in its role; an observable is in every role that shows."""
    content = orjson.loads(body)
    if object_type == "indicator":
        parts = comparisons(content.get("pattern", "")) or []
        return [(one, _role_in(path)) for path, one in identifiers_of(parts) if one is not None]
    identifier = observed_identifier(content)
    if identifier is None:
        return []
    roles = (None, "reply-to") if identifier.kind == "email" else (None,)
    return [(identifier, role) for role in roles]


def _role_in(path: str) -> str | None:
    return "reply-to" if "reply-to" in path.lower() else None
