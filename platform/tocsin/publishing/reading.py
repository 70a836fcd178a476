"""A stored report as the rows that intake finds in it: always the same rows for the same report."""

from sqlalchemy.engine import Connection

from tocsin.intake import Defaults, Reading, read
from tocsin.reports.reports import Report, body_of


def read_report(connection: Connection, report: Report) -> Reading:
    """The rows of a report; CannotRead when it cannot be read as a whole."""
    terms = report.terms
    defaults = Defaults(kind=terms.kind, country=report.country, claim=terms.claim)
    return read(body_of(connection, report.key), report.name, terms.format, defaults)
