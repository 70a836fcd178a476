"""A person's decision on what is held."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.append import committed
from tocsin.ledger.database import Database
from tocsin.members.access import find_user
from tocsin.members.roles import DECIDE
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.settle import settle, subjects_of
from tocsin.publishing.standing import APPROVED, load, reached
from tocsin.publishing.whole import release_whole
from tocsin.reports.tables import ACTIVE, CHANGE_ROW, assertions

_ROWS_AT_ONCE = 500


class MayNotDecide(PermissionError):
    """Whoever decides has to be a moderator or an administrator."""


def approve(
    database: Database, exchange: Exchange, report_key: int, rows: Sequence[int] | None, by: str, now: int
) -> int:
    """Release what a report holds, all of it or the named rows; how many assertions that were held."""

    def work(connection: Connection, now: int, after: int) -> Sequence[Any]:
        held = _held(connection, report_key, rows, by, after)
        _decide(connection, held, "accepted", APPROVED, "A moderator approved it.", by, now)
        touched = [row.subject for row in held if row.subject is not None]
        claims = load(connection, touched)
        settled = settle(connection, exchange, subjects_of(claims), claims, (), now)
        whole = [row for row in held if row.object_id is not None and row.subject is None]
        # nobody can say that it is no person's, so it goes only where a person's may
        targets = reached(connection, {report_key})[report_key]
        places = {(row.report_key, row.n): targets.everything for row in whole}
        release_whole(connection, exchange, {**places, **settled.released}, now)
        for row in held:
            if row.subject is not None:
                _name_indicator(connection, row, settled.indicator_in(row.subject, targets.impersonal))
        return held

    return _in_batches(database, work, now)


def reject(
    database: Database,
    report_key: int,
    rows: Sequence[int] | None,
    by: str,
    now: int,
    reason: str | None = None,
) -> int:
    """Turn down what a report holds, all of it or the named rows; how many assertions that were held."""

    def work(connection: Connection, now: int, after: int) -> Sequence[Any]:
        held = _held(connection, report_key, rows, by, after)
        words = f"A moderator turned it down: {reason}" if reason else "A moderator turned it down."
        _decide(connection, held, "rejected", "turned-down", words, by, now)
        return held

    return _in_batches(database, work, now)


def _in_batches(database: Database, work: Callable[[Connection, int, int], Sequence[Any]], now: int) -> int:
    """Go once through the rows that are held, in their order, whatever becomes of them; how many there were."""
    total, after = 0, -1

    def next_ones(connection: Connection, now: int) -> Sequence[Any]:
        return work(connection, now, after)

    while held := committed(database, next_ones, now):
        total, after = total + len(held), held[-1].n
    return total


def _held(connection: Connection, report_key: int, rows: Sequence[int] | None, by: str, after: int) -> Sequence[Any]:
    """The next rows that are held, after the row count `after`."""
    person = find_user(connection, by)
    if person is None or not person.may(DECIDE):
        raise MayNotDecide(f"{by!r} is not a moderator or administrator of this exchange.")
    query = (
        sa.select(*[assertions.c[name] for name in ("report_key", "n", "subject", "object_id")])
        .where(assertions.c.report_key == report_key, assertions.c.n > after)
        .where(assertions.c.verdict == "held", assertions.c.state == ACTIVE)
        .order_by(assertions.c.n)
        .limit(_ROWS_AT_ONCE)
    )
    if rows is not None:
        query = query.where(assertions.c.row.in_(rows))
    return connection.execute(query).all()


def _decide(
    connection: Connection, held: Sequence[Any], verdict: str, code: str, reason: str, by: str, now: int
) -> None:
    if held:
        connection.execute(
            CHANGE_ROW.values(verdict=verdict, code=code, reason=reason, decided_by=by, decided_ms=now),
            [{"this_report": row.report_key, "this_n": row.n} for row in held],
        )


def _name_indicator(connection: Connection, row: Any, identity: str | None) -> None:
    if identity is not None and row.object_id is None:
        connection.execute(
            assertions.update()
            .where(assertions.c.report_key == row.report_key, assertions.c.n == row.n)
            .values(stix_id=identity)
        )
