"""Emptying rows of reports, and the bytes that they were read from: for an erasure, and when nothing keeps them."""

import uuid
from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.intake import objects_of
from tocsin.ledger.database import chunks
from tocsin.policy.edges import THREAD
from tocsin.reports.exhibits import empty_exhibits
from tocsin.reports.reports import NoSuchReport, body_of, find_report, report_by_key
from tocsin.reports.tables import (
    ERASED,
    NOT_HELD,
    UNREADABLE,
    account_statements,
    assertions,
    checks,
    decisions,
    disputes,
    enquiries,
    joints,
    proposal_answers,
    proposals,
    report_bytes,
    reports,
    votes,
)

_GONE = dict.fromkeys(("value", "note", "subject", "stix_id", "observable_id", "object_id"))
_IN_PLACE = b'{"id":"erased"}'


class Gone(NamedTuple):
    """Why rows go: code and words of what is left of them.

    `again`: the same may be handed in again, and the report's bytes stay until the last of its rows is gone.
    Otherwise they go with the first: nobody can cut one person out of a sheet for sure.
    """

    code: str
    reason: str
    again: bool


ERASURE = Gone("erased", "Erased.", again=False)
FORGETTING = Gone("forgotten", "It was kept for as long as the exchange's rules say.", again=True)


def blank_rows(connection: Connection, report_id: str, rows: Sequence[int], now: int, why: Gone = ERASURE) -> int:
    """Take away what these rows of a report say; how many said something. Their kind and verdict stay.

    STIX objects, which stand each for itself, go out of the report's bytes alone. The noted SHA-256 stays that of
    what was handed in.
    """
    try:
        report = find_report(connection, report_id)
    except NoSuchReport:
        return 0
    done = 0
    for some in chunks(list(rows)):
        _forget_words(connection, report.key, some)
        # of which row a thread tells, nobody knows any more
        of_rows = sa.or_(joints.c.n.in_(some), joints.c.basis == THREAD)
        connection.execute(joints.delete().where(joints.c.report_key == report.key, of_rows))
        done += connection.execute(
            assertions.update()
            .where(assertions.c.report_key == report.key, assertions.c.n.in_(some), assertions.c.state != ERASED)
            .values(**_GONE, raw="", verdict=NOT_HELD, code=why.code, reason=why.reason, state=ERASED, decided_ms=now)
        ).rowcount
    if not done:
        return 0
    if why.again and not _says_more(connection, report.key):
        blank_file(connection, report.key)
    elif report.format == "stix":
        body = body_of(connection, report.key)
        _put(connection, report.key, _without(body, set(rows)) if body else b"")
    elif not why.again:
        _put(connection, report.key, b"")
    if why.again:
        _let_again(connection, report.key, now)
    else:
        # what a picture shows, nobody here can know
        empty_exhibits(connection, report.key)
    return done


def forget_unkept(
    connection: Connection, report_key: int, codes: Sequence[str], *, keepable: bool, secret: bool
) -> None:
    """Take away the bytes of rows that were rejected with one of `codes`; of all the file where it is not `keepable`.

    `secret`: numbers that are never kept stood in it. Then its hashes go too: with what is shown of a card, the number
    could be found from that of a short file. The same file is a new report, whose rows are merged.
    """
    query = sa.select(assertions.c.n).where(assertions.c.report_key == report_key, assertions.c.code.in_(codes))
    rows = set(connection.execute(query).scalars())
    if secret:
        unknown = f"{uuid.uuid4().hex} not kept"
        hashes = {"sha256": "", "fingerprint": unknown}
        connection.execute(reports.update().where(reports.c.key == report_key).values(hashes))
        keepable = False
    if keepable and not rows:
        return
    report = report_by_key(connection, report_key)
    if report.state == UNREADABLE:
        blank_file(connection, report_key)
    else:
        body = body_of(connection, report_key)
        _put(connection, report_key, _without(body, rows) if body and report.format == "stix" else b"")


def blank_file(connection: Connection, report_key: int) -> None:
    """Take away a report's bytes, the name of its file, and what was attached to it."""
    _put(connection, report_key, b"")
    empty_exhibits(connection, report_key)
    connection.execute(reports.update().where(reports.c.key == report_key).values(name=None))


def blank_dispute(connection: Connection, dispute_id: str, now: int) -> int:
    """Take away what a dispute says, and end it where nobody decided yet; 1 where it said something."""
    this = sa.and_(disputes.c.id == dispute_id, disputes.c.value != "")
    ended = {"decided_ms": sa.func.coalesce(disputes.c.decided_ms, now)}
    gone = {"value": "", "subject": b"", "reason": ERASURE.reason, "decision": ERASURE.reason}
    return connection.execute(disputes.update().where(this).values(gone | ended)).rowcount


def _forget_words(connection: Connection, report_key: int, rows: list[int]) -> None:
    """Take away what was said when people decided on these rows, and what banks and readers said of what they name.

    That people decided, stays.
    """
    connection.execute(
        decisions.update()
        .where(decisions.c.report_key == report_key, decisions.c.n.in_(rows))
        .values(words=None, before="{}", after="{}")
    )
    subjects = sa.select(assertions.c.subject).where(assertions.c.report_key == report_key, assertions.c.n.in_(rows))
    values = sa.select(assertions.c.value).where(assertions.c.report_key == report_key, assertions.c.n.in_(rows))
    named = sa.or_(proposals.c.subject.in_(subjects), proposals.c.value.in_(values))
    proposed = sa.select(proposals.c.id).where(named)
    connection.execute(proposal_answers.delete().where(proposal_answers.c.proposal_id.in_(proposed)))
    connection.execute(proposals.delete().where(named))
    for table in (account_statements, votes, checks):
        connection.execute(table.delete().where(table.c.subject.in_(subjects)))
    _end_askings(connection, report_key, rows)


def _end_askings(connection: Connection, report_key: int, rows: list[int]) -> None:
    """Take away what was asked through the exchange of who reported these rows, and knows of it by no other row."""
    other = assertions.alias()
    gone = sa.select(assertions.c.subject).where(assertions.c.report_key == report_key, assertions.c.n.in_(rows))
    source = sa.select(reports.c.member_key).where(reports.c.key == report_key).scalar_subquery()
    of_source = sa.select(reports.c.key).where(reports.c.member_key == source)
    still = sa.select(other.c.subject).where(
        other.c.report_key.in_(of_source),
        other.c.subject == enquiries.c.subject,
        other.c.state != ERASED,
        sa.not_(sa.and_(other.c.report_key == report_key, other.c.n.in_(rows))),
    )
    connection.execute(
        enquiries.update()
        .where(
            enquiries.c.asking.is_not(None),
            enquiries.c.source_key == source,
            enquiries.c.subject.in_(gone),
            sa.not_(still.exists()),
        )
        .values(subject=b"", question="", answer=None, case_number=None)
    )


def _says_more(connection: Connection, report_key: int) -> bool:
    query = sa.select(assertions.c.n).where(assertions.c.report_key == report_key, assertions.c.state != ERASED)
    return connection.execute(query.limit(1)).first() is not None


def _let_again(connection: Connection, report_key: int, now: int) -> None:
    """The same bytes, handed in again, are a new report: what was forgotten may come again."""
    # a fingerprint is hexadecimal, so that a blank in it tells that this was done
    this = sa.and_(reports.c.key == report_key, reports.c.fingerprint.not_like("% %"))
    connection.execute(reports.update().where(this).values(fingerprint=reports.c.fingerprint + f" forgotten {now}"))


def _put(connection: Connection, report_key: int, body: bytes) -> None:
    connection.execute(report_bytes.update().where(report_bytes.c.report_key == report_key).values(body=body))


def _without(body: bytes, rows: Collection[int]) -> bytes:
    """An envelope of the objects in `body`, each in its place, without the ones that `rows` count from 0."""
    kept = [_IN_PLACE if n in rows else raw for n, raw in enumerate(objects_of(body))]
    return b'{"objects":[' + b",".join(kept) + b"]}"
