"""What readers say of indicators, and what their sources looked at again."""

from collections import defaultdict
from collections.abc import Collection as Several
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import chunks, rows_among
from tocsin.policy.confidence import FRESH_DAYS, LASTING_DAYS, Vote
from tocsin.reports.tables import assertions, checks, reports, votes
from tocsin.times import DAY_MS

Spot = tuple[int, bytes]
"""A collection's key, and the key of a subject in it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a member said of an indicator, when (ms), and why where it is called wrong. `by` as receipts name them."""

    collection_key: int
    subject: bytes
    object_id: str
    says: str
    why: str | None
    said_ms: int
    by: str


def keep_vote(
    connection: Connection,
    spot: Spot,
    object_id: str,
    member_key: int,
    by: str,
    says: str | None,
    why: str | None,
    now: int,
) -> None:
    """Keep what a member says of an indicator, in place of what it said before; None takes it back."""
    values = {"object_id": object_id, "says": says, "why": why, "said_ms": now, "by": by, "weighed": None}
    this = _of(votes, spot, member_key)
    if not connection.execute(votes.update().where(this).values(values)).rowcount and says is not None:
        connection.execute(
            votes.insert().values(collection_key=spot[0], subject=spot[1], member_key=member_key, **values)
        )


def vote_of(connection: Connection, spot: Spot, member_key: int) -> Said | None:
    """What a member says of an indicator, None where it says nothing."""
    row = connection.execute(_SAID.where(_of(votes, spot, member_key))).first()
    return Said(*row) if row is not None else None


def votes_by(connection: Connection, member_key: int, limit: int, offset: int = 0) -> list[Said]:
    """What a member says of indicators, newest first."""
    query = _SAID.where(votes.c.member_key == member_key).order_by(votes.c.said_ms.desc(), votes.c.object_id)
    return [Said(*row) for row in connection.execute(query.limit(limit).offset(offset))]


def votes_on(connection: Connection, subjects: Several[bytes]) -> defaultdict[Spot, list[Vote]]:
    """Every vote on these subjects, by where it was given."""
    found: defaultdict[Spot, list[Vote]] = defaultdict(list)
    if not subjects or connection.execute(sa.select(votes.c.subject).limit(1)).first() is None:
        return found
    for row in rows_among(connection, _VOTES, subjects):
        found[row.collection_key, bytes(row.subject)].append(Vote(row.voice, row.says, row.said_ms))
    return found


def unweighed(connection: Connection, now: int, limit: int) -> list[bytes]:
    """Subjects of which a vote is new, was taken back, or weighs less by its age than when it was last looked at."""
    query = sa.select(votes.c.subject).distinct().where(_is_due(now)).order_by(votes.c.subject)
    return [bytes(one) for one in connection.execute(query.limit(limit)).scalars()]


def mark_weighed(connection: Connection, subjects: Several[bytes], now: int) -> None:
    """Note that the collections say what these subjects' votes weigh now; those that were taken back go."""
    for some in chunks(list(subjects)):
        these = votes.c.subject.in_(some)
        connection.execute(votes.delete().where(these, votes.c.says.is_(None)))
        connection.execute(votes.update().where(these, _is_due(now)).values(weighed=_weight_at(now)))


def weigh_again(connection: Connection, member_keys: Several[int]) -> None:
    """See to it that votes of these members, and on what they report, are weighed anew: who is one voice changed."""
    reported = (
        sa.select(assertions.c.subject)
        .join(reports, reports.c.key == assertions.c.report_key)
        .where(reports.c.member_key.in_(member_keys), assertions.c.subject == votes.c.subject)
    )
    these = sa.or_(votes.c.member_key.in_(member_keys), reported.exists())
    connection.execute(votes.update().where(these).values(weighed=None))


def keep_check(connection: Connection, spot: Spot, member_key: int, by: str, now: int) -> None:
    """Note that a member looked again at what it reported, and stands by it."""
    this = _of(checks, spot, member_key)
    if not connection.execute(checks.update().where(this).values(checked_ms=now, by=by)).rowcount:
        values = {"collection_key": spot[0], "subject": spot[1], "member_key": member_key, "checked_ms": now, "by": by}
        connection.execute(checks.insert().values(values))


def _of(table: sa.Table, spot: Spot, member_key: int) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.collection_key == spot[0], table.c.subject == spot[1], table.c.member_key == member_key)


def _weight_at(now: int) -> sa.ColumnElement[int]:
    """`policy.confidence.weight` of a stored vote."""
    return sa.case(
        (votes.c.said_ms > now - FRESH_DAYS * DAY_MS, 2), (votes.c.said_ms > now - LASTING_DAYS * DAY_MS, 1), else_=0
    )


def _is_due(now: int) -> sa.ColumnElement[bool]:
    return sa.or_(votes.c.weighed.is_(None), votes.c.weighed != _weight_at(now))


_SAID = sa.select(*(votes.c[name] for name in Said.__dataclass_fields__)).where(votes.c.says.is_not(None))
_VOTES = """
    SELECT v.collection_key, v.subject, v.says, v.said_ms, COALESCE(m.voice_key, m.key) AS voice
    FROM votes v JOIN members m ON m.key = v.member_key
    WHERE v.says IS NOT NULL AND v.subject IN ({})
"""
