"""A stored report as the rows that intake finds in it: always the same rows for the same report."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlalchemy.engine import Connection

from tocsin.identifiers import Token, cards_in
from tocsin.intake import CannotRead, Defaults, Reading, Row, contents_of, read
from tocsin.publishing.filings import NotKept, refuse_filing
from tocsin.reports.reports import Report, body_of
from tocsin.screening.lookalike import imitated, protect

_TABLES = ("csv", "xlsx")
"""Formats in which what stands in a column of accounts may look like a card and be none: their rows know."""


def read_report(connection: Connection, report: Report, token: Token | None = None) -> Reading:
    """The rows of a report; CannotRead when it cannot be read as a whole, StatesFiling when it must not be.

    `token` makes what stands for numbers that are never kept. Not `keepable`: what was read may be kept, and the bytes
    may not.
    """
    terms = report.terms
    body = body_of(connection, report.key)
    reading = read_body(body, report.name, terms.format, defaults_of(report, token))
    return replace(reading, rows=in_roles(reading.rows, dict(terms.roles))) if terms.roles else reading


def read_body(body: bytes, name: str | None, file_format: str, defaults: Defaults) -> Reading:
    """The rows of what somebody hands in, in the roles that they seem to be in; raises as `read_report`."""
    try:
        reading = read(body, name, file_format, defaults)
    except CannotRead as error:
        headings, text = contents_of(body)
        refuse_filing(name, None, headings, text)
        if any(cards_in(text)):
            raise NotKept(str(error)) from error
        raise
    if reading.format == "stix":
        refuse_filing(name, "stix", (), "")
        return reading
    headings, text = ([], reading.text) if reading.text and reading.format != "text" else contents_of(body)
    stated = refuse_filing(name, reading.format, headings, text)
    secret = reading.format not in _TABLES and any(cards_in(text))
    return replace(reading, keepable=reading.keepable and not stated, secret=secret)


def defaults_of(report: Report, token: Token | None = None) -> Defaults:
    """What holds for a whole report where its rows say nothing else."""
    terms = report.terms
    return Defaults(terms.kind, report.country, terms.claim, token, imitated=looks_like)


def in_roles(rows: Iterable[Row], roles: Mapping[int, str | None]) -> Iterator[Row]:
    """The rows, those counted in `roles` from 0 in the role that was set by hand."""
    for n, row in enumerate(rows):
        yield replace(row, claim=replace(row.claim, role=roles[n])) if n in roles else row


def looks_like(domain: str, others: frozenset[str]) -> str | None:
    """The one of `others` that a domain imitates, None where it imitates none."""
    found = imitated(domain, protect(others))
    return found.of if found is not None else None
