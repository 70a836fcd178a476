"""Emptying rows of reports for an erasure, and the bytes that they were read from."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.intake import objects_of
from tocsin.ledger.database import chunks
from tocsin.reports.reports import NoSuchReport, Report, body_of, find_report, report_by_key
from tocsin.reports.tables import (
    ERASED,
    NOT_HELD,
    UNREADABLE,
    account_statements,
    assertions,
    decisions,
    disputes,
    report_bytes,
    reports,
)

_GONE = dict.fromkeys(("value", "note", "subject", "stix_id", "observable_id", "object_id"))
_IN_PLACE = b'{"id":"erased"}'


def blank_rows(connection: Connection, report_id: str, rows: Sequence[int], now: int) -> int:
    """Take away what these rows of a report say; how many said something. Their kind and verdict stay.

    The report's bytes go with them: nobody can cut one person out of a sheet for sure. STIX objects, which stand
    each for itself, lose only the ones in question. The noted SHA-256 stays that of what was handed in.
    """
    try:
        report = find_report(connection, report_id)
    except NoSuchReport:
        return 0
    _forget_disputes(connection, report.key, rows, now)
    done = 0
    for some in chunks(list(rows)):
        done += connection.execute(
            assertions.update()
            .where(assertions.c.report_key == report.key, assertions.c.n.in_(some), assertions.c.state != ERASED)
            .values(**_GONE, raw="", verdict=NOT_HELD, code="erased", reason="Erased.", state=ERASED, decided_ms=now)
        ).rowcount
    if done:
        _forget_bytes(connection, report, set(rows))
        _forget_words(connection, report.key, rows)
    return done


def forget_filings(connection: Connection, report_key: int, code: str, *, keepable: bool) -> None:
    """Take away the bytes of rows that were rejected with `code`; of all the file where it is not `keepable`.

    A file that is not kept has lost its name too: that may say the same.
    """
    query = sa.select(assertions.c.n).where(assertions.c.report_key == report_key, assertions.c.code == code)
    rows = set(connection.execute(query).scalars())
    if keepable and not rows:
        return
    report = report_by_key(connection, report_key)
    _forget_bytes(connection, report, rows)
    if report.state == UNREADABLE:
        connection.execute(reports.update().where(reports.c.key == report_key).values(name=None))


def _forget_bytes(connection: Connection, report: Report, rows: Collection[int]) -> None:
    body = body_of(connection, report.key)
    left = _without(body, rows) if body and report.format == "stix" else b""
    connection.execute(report_bytes.update().where(report_bytes.c.report_key == report.key).values(body=left))


def _forget_words(connection: Connection, report_key: int, rows: Sequence[int]) -> None:
    """Take away what was said when people decided on these rows; that they did, stays."""
    for some in chunks(list(rows)):
        connection.execute(
            decisions.update()
            .where(decisions.c.report_key == report_key, decisions.c.n.in_(some))
            .values(words=None, before="{}", after="{}")
        )


def _forget_disputes(connection: Connection, report_key: int, rows: Sequence[int], now: int) -> None:
    """Empty the disputes of what these rows name, and take away what banks stated of it."""
    for some in chunks(list(rows)):
        query = sa.select(assertions.c.kind, assertions.c.value, assertions.c.subject)
        here = query.where(assertions.c.report_key == report_key, assertions.c.n.in_(some))
        for row in connection.execute(here.where(assertions.c.value.is_not(None))).all():
            connection.execute(
                disputes.update()
                .where(disputes.c.kind == row.kind, disputes.c.value == row.value)
                .values(value="", subject=b"", reason="Erased.", decision="Erased.")
                .values(decided_ms=sa.func.coalesce(disputes.c.decided_ms, now))
            )
            connection.execute(account_statements.delete().where(account_statements.c.subject == row.subject))


def _without(body: bytes, rows: Collection[int]) -> bytes:
    """An envelope of the objects in `body`, each in its place, without the ones that `rows` count from 0."""
    kept = [_IN_PLACE if n in rows else raw for n, raw in enumerate(objects_of(body))]
    return b'{"objects":[' + b",".join(kept) + b"]}"
