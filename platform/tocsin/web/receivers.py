"""Who will receive what is about to be handed in, and what will not go where, with the reason."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection, collections_by_key
from tocsin.members.members import Member
from tocsin.policy.carry import Reach, may_carry
from tocsin.publishing.audience import audience_for, readers_of
from tocsin.publishing.hand_in import audience_meant, missed
from tocsin.reports.terms import Terms
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
    """Titles of the collections that would bring it to a community that nothing brings it to, and why they may not."""
    left = missed(connection, terms)
    shared = terms.shared(member.key, audience_meant(connection, terms))
    found = []
    for one in (each.collection for each in writable):
        if one.key not in terms.collections and left & readers_of(connection, one.key):
            decision = may_carry(shared, audience_for(connection, one, member.key, now))
            found += [(one.title, decision.reason)] if decision.reach is Reach.NOTHING else []
    return found
