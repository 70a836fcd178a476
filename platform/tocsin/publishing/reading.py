"""A stored report as the rows that intake finds in it: always the same rows for the same report."""

from dataclasses import replace

from sqlalchemy.engine import Connection

from tocsin.identifiers import Token
from tocsin.intake import CannotRead, Defaults, Reading, read
from tocsin.publishing.filings import refuse_filing
from tocsin.reports.reports import Report, body_of
from tocsin.screening.lookalike import imitated, protect


def read_report(connection: Connection, report: Report, token: Token | None = None) -> Reading:
    """The rows of a report; CannotRead when it cannot be read as a whole, StatesFiling when it must not be.

    `token` makes what stands for numbers that are never kept. Not `keepable`: what was read may be kept, and the bytes
    may not.
    """
    body = body_of(connection, report.key)
    try:
        reading = read(body, report.name, report.terms.format, defaults_of(report, token))
    except CannotRead:
        refuse_filing(body, report.name, None)
        raise
    stated = refuse_filing(body, report.name, reading.format, reading.text)
    return replace(reading, keepable=reading.keepable and not stated)


def defaults_of(report: Report, token: Token | None = None) -> Defaults:
    """What holds for a whole report where its rows say nothing else."""
    terms = report.terms
    return Defaults(terms.kind, report.country, terms.claim, token, imitated=_looks_like)


def _looks_like(domain: str, others: frozenset[str]) -> str | None:
    found = imitated(domain, protect(others))
    return found.of if found is not None else None
