"""Counting what became of a member's rows, for the figure in `policy.quality`.

Only reports of which the member reads every collection that carries them: what became of others is not for it to know.
"""

from collections.abc import Collection as Several
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import Unreadable, read
from tocsin.intake import ROLES
from tocsin.ledger.database import chunks
from tocsin.members.tables import members
from tocsin.members.voices import voice_of
from tocsin.policy.confidence import LASTING_DAYS, SEEN
from tocsin.policy.quality import Tally
from tocsin.publishing.feedback import doubts_on, readable_keys
from tocsin.publishing.standing import subject_of
from tocsin.reports.disputes import WITHDRAWN as LOST
from tocsin.reports.tables import (
    ACTIVE,
    COMPLETE,
    FALSE,
    WITHDRAWN,
    assertions,
    disputes,
    report_collections,
    reports,
    votes,
)
from tocsin.times import DAY_MS

DAYS = 365
"""How far back a member's rows are counted, by when they were handed in."""

MOST_ROWS, MOST_REPORTS = 100_000, 5_000
"""No more than so many rows are counted, the newest, nor of more reports."""

_MOST_DISPUTES = 1_000
_FAULTS = ("unreadable", "allow-list", "reserved", "turned-down", "invalid")
"""Codes of rows that somebody should not have handed in; a victim's or one's own identifier is no fault."""

_PUBLISHED = ("accepted", "merged")


def tally_of(connection: Connection, member_key: int, now: int, *, named_only: bool) -> Tally:
    """What became of a member's rows. `named_only`: without reports without its name, for whoever else looks."""
    readable = readable_keys(connection, member_key)
    keys = _newest_reports(connection, member_key, readable, now, named_only=named_only)
    counts = dict.fromkeys(("rows", "faulty", "published", "wrong", "seen"), 0)
    for some in chunks(keys):
        for name, number in _counted(connection, some).items():
            counts[name] += number
        counts["seen"] += _seen(connection, some, voice_of(connection, member_key), now)
    chosen = set(keys)
    disputed, lost = _disputed(connection, chosen, member_key, now)
    doubted = _doubted(connection, chosen, member_key, readable, now) if keys else 0
    return Tally(**counts, doubted=doubted, disputed=disputed, lost=lost)


def _newest_reports(
    connection: Connection, member_key: int, readable: Several[int], now: int, *, named_only: bool
) -> list[int]:
    """The keys of the reports that are counted, newest first."""
    hidden = sa.select(report_collections.c.report_key).where(
        report_collections.c.report_key == reports.c.key,
        report_collections.c.reach > 0,
        report_collections.c.collection_key.not_in(list(readable)),
    )
    query = sa.select(reports.c.key, reports.c.rows_done).where(
        reports.c.member_key == member_key,
        reports.c.received_ms > now - DAYS * DAY_MS,
        reports.c.state == COMPLETE,
        ~hidden.exists(),
    )
    if named_only:
        query = query.where(sa.not_(reports.c.unattributed))
    found: list[int] = []
    rows = 0
    for row in connection.execute(query.order_by(reports.c.received_ms.desc()).limit(MOST_REPORTS)):
        rows += row.rows_done
        if rows > MOST_ROWS and found:
            break
        found.append(row.key)
    return found


def _counted(connection: Connection, keys: Sequence[int]) -> dict[str, int]:
    query = (
        sa.select(assertions.c.state, assertions.c.verdict, assertions.c.code, sa.func.count().label("number"))
        .where(assertions.c.report_key.in_(keys), assertions.c.n < MOST_ROWS)
        .group_by(assertions.c.state, assertions.c.verdict, assertions.c.code)
    )
    counts = dict.fromkeys(("rows", "faulty", "published", "wrong"), 0)
    for state, verdict, code, number in connection.execute(query):
        fault = state == ACTIVE and verdict == "rejected" and code in _FAULTS
        published = verdict in _PUBLISHED and state in (ACTIVE, WITHDRAWN, FALSE)
        counts["faulty"] += number * fault
        counts["published"] += number * published
        counts["wrong"] += number * (published and state == FALSE)
        counts["rows"] += number * (fault or published or (state == ACTIVE and verdict == "held"))
    return counts


def _seen(connection: Connection, keys: Sequence[int], own_voice: int, now: int) -> int:
    """How many rows that stand another voice saw, where the row is for."""
    seen = (
        sa.select(votes.c.subject)
        .join(members, members.c.key == votes.c.member_key)
        .join(report_collections, report_collections.c.collection_key == votes.c.collection_key)
        .where(
            votes.c.subject == assertions.c.subject,
            report_collections.c.report_key == assertions.c.report_key,
            report_collections.c.reach > 0,
            votes.c.says == SEEN,
            votes.c.said_ms > now - LASTING_DAYS * DAY_MS,
            sa.func.coalesce(members.c.voice_key, members.c.key) != own_voice,
        )
    )
    query = sa.select(sa.func.count()).where(
        assertions.c.report_key.in_(keys),
        assertions.c.state == ACTIVE,
        assertions.c.verdict.in_(_PUBLISHED),
        assertions.c.n < MOST_ROWS,
        seen.exists(),
    )
    return int(connection.execute(query).scalar_one())


def _doubted(connection: Connection, keys: set[int], member_key: int, readable: Several[int], now: int) -> int:
    """How many rows that stand others call wrong, and nobody checked."""
    subjects = [one.subject for one in doubts_on(connection, member_key, readable, now)]
    query = sa.select(assertions.c.report_key).where(
        assertions.c.subject.in_(subjects), assertions.c.state == ACTIVE, assertions.c.verdict.in_(_PUBLISHED)
    )
    return sum(key in keys for key in connection.execute(query).scalars()) if subjects else 0


def _disputed(connection: Connection, keys: set[int], member_key: int, now: int) -> tuple[int, int]:
    """How many disputes about what the member reported were decided, and how many of them it lost."""
    query = (
        sa.select(disputes.c.kind, disputes.c.value, disputes.c.outcome)
        .where(disputes.c.decided_ms > now - DAYS * DAY_MS, disputes.c.outcome.is_not(None), disputes.c.value != "")
        .order_by(disputes.c.decided_ms.desc())
        .limit(_MOST_DISPUTES)
    )
    decided = lost = 0
    for row in connection.execute(query).all():
        if _reported(connection, keys, member_key, row.kind, row.value):
            decided += 1
            lost += row.outcome == LOST
    return decided, lost


def _reported(connection: Connection, keys: set[int], member_key: int, kind: str, value: str) -> bool:
    try:
        about = read(value, kind)
    except Unreadable:
        return False
    subjects = {subject_of(about, role).key for role in ROLES}
    query = (
        sa.select(assertions.c.report_key)
        .join(reports, reports.c.key == assertions.c.report_key)
        .where(assertions.c.subject.in_(subjects), reports.c.member_key == member_key)
    )
    return not keys.isdisjoint(connection.execute(query).scalars())
