"""Corrections that readers propose to whoever reported something, and what became of them; neither knows the other."""

import uuid
from collections.abc import Collection as Several
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import storable
from tocsin.members.access import Principal
from tocsin.members.tables import members
from tocsin.reports.tables import ACTIVE, assertions, proposal_answers, proposals, report_collections, reports
from tocsin.reports.votes import Spot
from tocsin.times import DAY_MS

MOST_OPEN = 10
"""Proposals of one member that wait at a time."""
MOST_LISTED = 1_000
"""Proposals to one member, the newest, that are looked at for what waits."""

OPEN_DAYS = 30
"""After so many days a proposal that nobody answered waits no longer."""

OPEN, TAKEN_UP, DECLINED, UNANSWERED = "open", "taken up", "declined", "unanswered"


class NoSuchProposal(LookupError):
    """There is no proposal with that id that waits for this member."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What should be different about an indicator. Moments are ms.

    `kind` None: it should be taken back; otherwise what the row should say. `name` is the proposer's where it let it be
    known; `answers` has what each source decided, by member key. `is_kind` and `is_value` are what is proposed about.
    """

    id: str
    collection_key: int
    object_id: str
    subject: bytes
    proposer_key: int
    proposer_voice: int
    name: str | None
    proposed_ms: int
    kind: str | None
    value: str | None
    role: str | None
    crime_type: str | None
    words: str
    is_kind: str | None
    is_value: str | None
    answers: dict[int, bool] = field(default_factory=dict)

    @property
    def spot(self) -> Spot:
        return self.collection_key, self.subject

    def state(self, now: int) -> str:
        """What its proposer is told: it was taken up by a source, declined, waits, or nobody answered in time."""
        if any(self.answers.values()):
            return TAKEN_UP
        if self.answers:
            return DECLINED
        return OPEN if self.proposed_ms > now - OPEN_DAYS * DAY_MS else UNANSWERED


def keep_proposal(
    connection: Connection,
    spot: Spot,
    object_id: str,
    by: Principal,
    said: tuple[str | None, str | None, str | None, str | None],
    words: str,
    now: int,
    *,
    named: bool,
) -> str:
    """Keep a proposal; its id. `said` is kind, value, role and crime type, nothing of them where it should go."""
    identity = str(uuid.uuid4())
    kind, value, role, crime_type = said
    connection.execute(
        proposals.insert().values(
            id=identity,
            collection_key=spot[0],
            subject=spot[1],
            object_id=object_id,
            proposer_key=by.member_key,
            proposed_ms=now,
            proposed_by=by.subscriber,
            named=named,
            kind=kind,
            value=storable(value) if value is not None else None,
            role=role,
            crime_type=crime_type,
            words=storable(words),
        )
    )
    return identity


def keep_answer(
    connection: Connection, proposal_id: str, member_key: int, by: str, now: int, *, accepted: bool
) -> None:
    """Keep what a source decided, once."""
    connection.execute(
        proposal_answers.insert().values(
            proposal_id=proposal_id, member_key=member_key, answered_ms=now, answered_by=by, accepted=accepted
        )
    )


def proposals_by(connection: Connection, member_key: int, limit: int) -> list[Proposal]:
    """What a member proposed, newest first."""
    return _list(connection, proposals.c.proposer_key == member_key, limit)


def all_proposals(connection: Connection, limit: int) -> list[Proposal]:
    """Every proposal, newest first."""
    return _list(connection, sa.true(), limit)


def proposals_to(connection: Connection, member_key: int, readable: Several[int], limit: int) -> list[Proposal]:
    """What is proposed to a member on what it reports, in those of these collections that carry it, newest first.

    `readable` are the keys of the collections that it reads: of others it may not know what they publish.
    """
    own = rows_at(member_key).where(
        assertions.c.subject == proposals.c.subject,
        report_collections.c.collection_key == proposals.c.collection_key,
    )
    chosen = sa.and_(
        proposals.c.collection_key.in_(list(readable)), proposals.c.proposer_key != member_key, own.exists()
    )
    return _list(connection, chosen, limit)


def count_proposed(connection: Connection, member_key: int, readable: Several[int], now: int) -> int:
    """How many proposals wait for this member."""
    found = proposals_to(connection, member_key, readable, MOST_LISTED)
    return sum(one.state(now) == OPEN for one in found if member_key not in one.answers)


def rows_at(member_key: int) -> sa.Select[tuple[int, int]]:
    """The places of a member's own assertions that stand; to be narrowed by subject and collection."""
    return (
        sa.select(assertions.c.report_key, assertions.c.n)
        .join(reports, reports.c.key == assertions.c.report_key)
        .join(report_collections, report_collections.c.report_key == reports.c.key)
        .where(
            reports.c.member_key == member_key,
            assertions.c.state == ACTIVE,
            assertions.c.verdict != "rejected",
            report_collections.c.reach > 0,
        )
    )


def _list(connection: Connection, chosen: sa.ColumnElement[bool], limit: int) -> list[Proposal]:
    # the same for everybody who says it; gone where it was erased
    about = [
        sa.select(sa.func.max(assertions.c[name])).where(assertions.c.subject == proposals.c.subject).scalar_subquery()
        for name in ("kind", "value")
    ]
    query = (
        sa.select(
            *(proposals.c[name] for name in ("id", "collection_key", "object_id", "subject", "proposer_key")),
            sa.func.coalesce(members.c.voice_key, members.c.key),
            sa.case((proposals.c.named, members.c.name), else_=None),
            *(proposals.c[name] for name in ("proposed_ms", "kind", "value", "role", "crime_type", "words")),
            *about,
        )
        .join(members, members.c.key == proposals.c.proposer_key)
        .where(chosen)
        .order_by(proposals.c.proposed_ms.desc(), proposals.c.id)
        .limit(limit)
    )
    found = [Proposal(*row) for row in connection.execute(query)]
    by_id = {one.id: one for one in found}
    answers = sa.select(proposal_answers).where(proposal_answers.c.proposal_id.in_(by_id))
    for row in connection.execute(answers) if by_id else ():
        by_id[row.proposal_id].answers[row.member_key] = bool(row.accepted)
    return found
