"""Who will receive what is about to be handed in, and what will not go where, with the reason."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection, collections_by_key
from tocsin.members.members import Member
from tocsin.policy.carry import Reach, Reader, Shared, covers, may_carry
from tocsin.publishing.audience import audience_for, readers_of
from tocsin.publishing.hand_in import audience_meant
from tocsin.reports.reports import Terms
from tocsin.web.audiences import Readership, readership
from tocsin.web.readable import Visible


@dataclass(frozen=True, slots=True)
class Receiver:
    """A collection that will carry it, who reads it, and why not all of it goes there, empty where all does."""

    collection: Collection
    readership: Readership
    without: str


def receivers(connection: Connection, member: Member, terms: Terms, now: int) -> list[Receiver]:
    """The collections that carry a report on these terms."""
    shared = terms.shared(member.key, audience_meant(connection, terms))
    targets = collections_by_key(connection, set(terms.collections)).values()
    return [
        Receiver(
            one,
            readership(connection, one.key),
            may_carry(shared, audience_for(connection, one, member.key, now)).reason,
        )
        for one in sorted(targets, key=lambda one: one.title)
    ]


def passed_over(
    connection: Connection, member: Member, terms: Terms, writable: list[Visible], now: int
) -> list[tuple[str, str]]:
    """Titles of the collections that somebody meant by the audience reads, and that may not carry it; and why."""
    if terms.audience is None:
        return []
    shared = terms.shared(member.key, frozenset(terms.audience))
    found = []
    for one in writable:
        if one.collection.key in terms.collections or not _meant(connection, one.collection, shared):
            continue
        decision = may_carry(shared, audience_for(connection, one.collection, member.key, now))
        if decision.reach is Reach.NOTHING:
            found.append((one.collection.title, decision.reason))
    return found


def _meant(connection: Connection, collection: Collection, shared: Shared) -> bool:
    return any(covers(shared.audience, reader) for reader in readers_of(connection, collection.key) - {_own(shared)})


def _own(shared: Shared) -> Reader:
    return Reader("member", shared.owner)
