"""Taking a report through intake, screening and publishing, in chunks that a killed process resumes."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import dropwhile, islice

import orjson
import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from tocsin.intake import CannotRead, Row, threads_in
from tocsin.ledger.append import committed
from tocsin.ledger.database import Database, is_about_values
from tocsin.members.lists import note_change, revision
from tocsin.policy.edges import THREAD
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.filings import FILING, NotKept, state_filing, without_filing
from tocsin.publishing.judge_whole import judge_whole
from tocsin.publishing.judged import Judged
from tocsin.publishing.publish import publish_chunk
from tocsin.publishing.reading import read_report
from tocsin.publishing.recall import LARGEST
from tocsin.publishing.screening_of import screening_of
from tocsin.publishing.secrets import NOTICE, SECRET, Watch, without_number
from tocsin.publishing.standing import subject_of
from tocsin.publishing.whole import as_taken, takes_stix20
from tocsin.reports.blank import forget_unkept
from tocsin.reports.joints import put_joints
from tocsin.reports.reports import Report, body_of, expect, find_report, finish, report_by_key
from tocsin.reports.tables import COMPLETE, RECEIVED, UNREADABLE
from tocsin.screening import Screening, Verdict, screen
from tocsin.stix import strictest, tlp_of
from tocsin.times import now_ms

CHUNK_ROWS = 2_000
"""Rows a transaction publishes: the writer lock is held for a third of a second.

Each touches pages of several indexes in no order: the more rows share a transaction, the fewer pages are written.
"""

_MANY = 5_000
"""Above this many rows somebody may want to see how far it is."""

_NO_IDENTIFIER = Verdict(
    "rejected",
    "It names no identifier, and this collection takes identifiers only.",
    "no-identifier",
)


_OUR_MISTAKE = (
    "Something went wrong here while this was read, and was noted. "
    "Rows that have a verdict keep it; please hand in the others again in another form, or ask the exchange."
)

_STRICTER = Verdict(
    "rejected", "It is marked stricter than you chose; hand it in under its own marking or a stricter one.", "stricter"
)
_TAKEN_BACK = "It was taken back before all of it was read; what has no verdict was not published."

log = structlog.get_logger()


def process(database: Database, exchange: Exchange, screening: Screening, report_id: str) -> Report:
    """Give every row of a report its verdict and publish what may be; the report as it is then.

    Safe to call again, after a crash and from several processes at once: a chunk is written by whoever comes first.
    """
    with database.reading() as connection:
        report = find_report(connection, report_id)
        if report.state != RECEIVED:
            return report
        lists = revision(connection)
    keepable, watch = True, Watch()
    try:
        with database.reading() as connection:
            reading = read_report(connection, report, screening.number_token)
        if reading.expected is not None and reading.expected > _MANY and report.rows_expected is None:
            with database.writing() as connection:
                expect(connection, report.key, reading.expected)
        watch.found = reading.secret
        _publish_rows(database, exchange, screening, report, watch.over(reading.rows))
        notices = (*reading.notices, NOTICE) if watch.found else reading.notices
        end, keepable = (COMPLETE, reading.format, notices), reading.keepable
    except CannotRead as error:
        end, keepable = (UNREADABLE, report.format, (str(error),)), not isinstance(error, NotKept)
    except Exception as error:
        if isinstance(error, SQLAlchemyError) and not is_about_values(error):
            # the database, not the report: it stays waiting
            raise
        # promise 10: one report that we cannot cope with must not keep the others waiting
        log.error("a report could not be processed", report=report_id, exc_info=error)
        end = (UNREADABLE, report.format, (_OUR_MISTAKE,))
    with database.writing() as connection:
        if report_by_key(connection, report.key).withdrawn_ms is not None:
            end = (end[0], end[1], (*end[2], _TAKEN_BACK))
        finish(connection, report.key, *end, now_ms())
        if revision(connection) != lists:
            # some rows were judged by lists as they are no more
            note_change(connection)
        if end[0] == COMPLETE and end[1] == "mail" and keepable and screening.token is not None:
            put_joints(connection, THREAD, report.key, _threads(connection, report, screening.token))
        forget_unkept(connection, report.key, (FILING, SECRET), keepable=keepable, secret=watch.found)
    with database.reading() as connection:
        return find_report(connection, report_id)


def _threads(connection: Connection, report: Report, token: Callable[[str], bytes]) -> Iterator[tuple[int, bytes]]:
    """The number of each mail of a report, with keyed hashes of what tells its thread."""
    if report.size <= LARGEST:
        for number, names in threads_in(body_of(connection, report.key)):
            yield from ((number, token(f"thread {name}")) for name in names)


def judge(
    row: Row, n: int, report: Report, exchange: Exchange, screening: Screening, *, old: bool, stated: bool = True
) -> Judged:
    """Screening's verdict on one row, before anything else that is known about it.

    Not `stated`: none of its texts states a filing (see `without_filing`).
    """
    whole = None
    row, number = without_number(row)
    row, filing = without_filing(row, stated=stated)
    refused = filing or number
    if refused is not None:
        verdict = refused
    elif row.raw is not None and report.terms.whole:
        row = replace(row, raw=as_taken(row.raw, report, old=old))
        row, verdict, whole = judge_whole(row, report, exchange, screening, old=old)
    elif row.identifier is None and row.problem is None:
        verdict = _NO_IDENTIFIER
    elif _is_stricter(row, report):
        verdict = _STRICTER
    else:
        verdict = screen(row, screening)
    about = None if row.identifier is None else subject_of(row.identifier, row.claim.role)
    names = [about.pattern] if about is not None else []
    if whole is not None:
        names += [whole.id, *whole.patterns]
    tokens = tuple(map(screening.token, dict.fromkeys(names))) if screening.token is not None else ()
    return Judged(n, row, verdict, about, whole, tokens)


def _is_stricter(row: Row, report: Report) -> bool:
    """Whether a row is marked itself to be shared less far than its report was handed in for."""
    own = tlp_of(orjson.loads(row.raw)) if row.raw is not None else row.tlp
    return own is not None and strictest((own, report.terms.tlp)) != report.terms.tlp


def chunks_of(
    report: Report, exchange: Exchange, screening: Screening, rows: Iterator[Row], *, old: bool
) -> Iterator[list[Judged]]:
    """The rows that have no verdict yet, judged, in chunks that begin at the same rows in every process that goes on.

    `screening` is the report's own (see `screening_of`). `old`: objects of STIX 2.0 may go in as they came.
    """
    # not every so many rows from the first one on: whoever wrote those before may have counted otherwise
    numbered = dropwhile(lambda one: one[0] < report.rows_done, enumerate(rows))
    while batch := list(islice(numbered, CHUNK_ROWS)):
        stated = state_filing(row for _, row in batch)
        yield [judge(row, n, report, exchange, screening, old=old, stated=stated) for n, row in batch]


def _publish_rows(
    database: Database, exchange: Exchange, screening: Screening, report: Report, rows: Iterator[Row]
) -> None:
    with database.reading() as connection:
        old = takes_stix20(connection, report)
        screening = screening_of(connection, screening, report)
    with _few_collections():
        for chunk in chunks_of(report, exchange, screening, rows, old=old):

            def write(connection: Connection, now: int, chunk: list[Judged] = chunk) -> bool:
                return publish_chunk(connection, exchange, report, chunk, now)

            # a chunk that another process wrote meanwhile is passed over
            committed(database, write)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for cyclic garbage once a few chunks: rows make none, and looking takes a third of the time that they do."""
    usual = gc.get_threshold()
    gc.set_threshold(100 * CHUNK_ROWS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
