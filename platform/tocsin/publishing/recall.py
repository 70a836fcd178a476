"""The payments that a report says criminals asked for, read anew from what was handed in."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.intake import CannotRead, Case, cases_of
from tocsin.publishing.reading import defaults_of, read_report
from tocsin.reports.reports import Report, body_of
from tocsin.reports.tables import COMPLETE, ERASED, assertions

LARGEST = 20_000_000
"""Bytes of a report that is read once more while a page waits."""


def cases_in(connection: Connection, report: Report) -> list[Case]:
    """The cases in a report, none where it is large, was not read, or something of it is kept no longer."""
    if report.state != COMPLETE or report.size > LARGEST or _kept_no_longer(connection, report.key):
        return []
    try:
        reading = read_report(connection, report)
    except CannotRead:
        return []
    return cases_of(body_of(connection, report.key), reading, defaults_of(report))


def _kept_no_longer(connection: Connection, report_key: int) -> bool:
    here = sa.and_(assertions.c.report_key == report_key, assertions.c.state == ERASED)
    return connection.execute(sa.select(assertions.c.n).where(here).limit(1)).first() is not None
