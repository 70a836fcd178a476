"""Emptying rows of reports for an erasure, and the bytes that they were read from."""

from collections.abc import Collection, Sequence

from sqlalchemy.engine import Connection

from tocsin.intake import objects_of
from tocsin.ledger.database import chunks
from tocsin.reports.reports import NoSuchReport, body_of, find_report
from tocsin.reports.tables import ERASED, NOT_HELD, assertions, report_bytes

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
    done = 0
    for some in chunks(list(rows)):
        done += connection.execute(
            assertions.update()
            .where(assertions.c.report_key == report.key, assertions.c.n.in_(some), assertions.c.state != ERASED)
            .values(**_GONE, raw="", verdict=NOT_HELD, code="erased", reason="Erased.", state=ERASED, decided_ms=now)
        ).rowcount
    if done:
        body = body_of(connection, report.key)
        left = _without(body, set(rows)) if body and report.format == "stix" else b""
        connection.execute(report_bytes.update().where(report_bytes.c.report_key == report.key).values(body=left))
    return done


def _without(body: bytes, rows: Collection[int]) -> bytes:
    """An envelope of the objects in `body`, each in its place, without the ones that `rows` count from 0."""
    kept = [_IN_PLACE if n in rows else raw for n, raw in enumerate(objects_of(body))]
    return b'{"objects":[' + b",".join(kept) + b"]}"
