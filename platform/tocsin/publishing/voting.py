"""What a reader says of an indicator: that it saw it, or that it is wrong. Its name stays unseen."""

from dataclasses import dataclass

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.append import committed
from tocsin.ledger.collections import Collection
from tocsin.ledger.database import Database
from tocsin.ledger.objects import latest_of
from tocsin.ledger.read import Entry
from tocsin.members.access import Principal
from tocsin.members.members import voices_reading
from tocsin.policy.carry import SMALLEST_UNATTRIBUTED_AUDIENCE
from tocsin.policy.confidence import FALSE, SAYS, WHYS
from tocsin.publishing.standing import subject_key, subject_of
from tocsin.publishing.withdraw import named_by_object
from tocsin.reports.tables import ACTIVE, assertions, report_collections, reports
from tocsin.reports.votes import Said, Spot, keep_vote, vote_of


class CannotVote(ValueError):
    """What a reader says cannot be taken; `field` is the one to blame, the message says why."""

    def __init__(self, message: str, field: str = "says") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Ballot:
    """How a member stands to an indicator that it reads.

    `said` is what it says so far; `reports_it`: it reports it itself, or it cannot be told what it is about; `readers`
    are the independent members that read the collection now.
    """

    spot: Spot | None
    said: Said | None
    reports_it: bool
    readers: int

    @property
    def can_be_guessed(self) -> bool:
        """Whether so few read it that the others could tell who spoke."""
        return self.readers < SMALLEST_UNATTRIBUTED_AUDIENCE


def spot_of(collection: Collection, entry: Entry) -> Spot | None:
    """Where an indicator stands; None for an object of a member's that names several things, or none that is known."""
    if entry.owner_key is None:
        return collection.key, subject_key(orjson.loads(entry.body)["pattern"])
    named = named_by_object(entry.type, entry.body)
    return (collection.key, subject_of(*named[0]).key) if len(named) == 1 else None


def ballot_of(connection: Connection, collection: Collection, entry: Entry, member_key: int) -> Ballot:
    """How a member stands to an indicator."""
    spot = spot_of(collection, entry)
    return Ballot(
        spot=spot,
        said=vote_of(connection, spot, member_key) if spot is not None else None,
        reports_it=entry.owner_key == member_key or (spot is not None and reports_itself(connection, spot, member_key)),
        readers=voices_reading(connection, [collection.key])[collection.key],
    )


def vote(
    database: Database,
    collection: Collection,
    entry: Entry,
    by: Principal,
    says: str | None,
    why: str | None,
    now: int,
    *,
    known: bool = False,
) -> None:
    """Keep what a member says of an indicator that it reads, None for nothing any more. CannotVote says why not.

    `known`: the member accepts that so few others read it that they may tell who spoke. What it weighs shows in the
    indicator with the next hour (`publishing.weigh`).
    """

    def work(connection: Connection, now: int) -> None:
        newest = latest_of(connection, collection.key, [entry.object_id]).get(entry.object_id, entry)
        ballot = ballot_of(connection, collection, newest, by.member_key)
        if says is not None:
            _check(newest, ballot, says, why, known=known)
        if ballot.spot is not None:
            reason = why if says == FALSE else None
            keep_vote(connection, ballot.spot, entry.object_id, by.member_key, by.subscriber, says, reason, now)

    committed(database, work, now)


def reports_itself(connection: Connection, spot: Spot, member_key: int) -> bool:
    """Whether a member reports to a collection itself what stands there."""
    query = (
        sa.select(assertions.c.n)
        .join(reports, reports.c.key == assertions.c.report_key)
        .join(report_collections, report_collections.c.report_key == reports.c.key)
        .where(
            assertions.c.subject == spot[1],
            assertions.c.state == ACTIVE,
            assertions.c.verdict != "rejected",
            reports.c.member_key == member_key,
            report_collections.c.collection_key == spot[0],
            report_collections.c.reach > 0,
        )
    )
    return connection.execute(query.limit(1)).first() is not None


def _check(newest: Entry, ballot: Ballot, says: str, why: str | None, *, known: bool) -> None:
    if says not in SAYS:
        raise CannotVote("Choose whether you saw it or it is wrong.")
    if newest.revoked:
        raise CannotVote("It is withdrawn already.")
    if ballot.spot is None:
        raise CannotVote(
            "This object names several things, or none that can be read, so nothing can be counted for it."
        )
    if ballot.reports_it:
        raise CannotVote("Your organisation reports it itself: correct or withdraw your own report instead.")
    if says == FALSE and why not in WHYS:
        raise CannotVote("Choose why it is wrong.", "why")
    if ballot.can_be_guessed and not known:
        raise CannotVote(
            f"So few read this collection ({ballot.readers}) that the others may tell who spoke. "
            "Say that you accept that, or do not say it.",
            "known",
        )
