"""Collections that fill themselves: with what their contributors share with everybody who reads them.

Nothing is decided otherwise than for a collection that a contributor names: policy is asked about each report, and
whoever reads the collection was meant to know of all that goes in. What is pushed whole stays where it was pushed, and
what is handed in without a name where it was handed in: a collection of one contributor's, made by somebody who wants
to know, would say whose it is, and so would two collections that differ by one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection
from tocsin.ledger.tables import collections
from tocsin.members.members import LIST, NO_RIGHTS, Member, Rights, all_members, member_by_key, rights_of
from tocsin.policy.carry import Reach, Reader, Shared, may_carry
from tocsin.publishing.audience import audience_for, audiences_for
from tocsin.reports.audiences import audience_of
from tocsin.reports.reports import report_by_key
from tocsin.reports.tables import report_collections, reports
from tocsin.reports.terms import Terms

_TERMS = ("member_key", "audience_key", "tlp", "handling", "basis")
_WHOLE = '%"whole": true%'
"""In the kept terms of a report whose objects are published as they came."""


def gathered(
    connection: Connection, member: Member, terms: Terms, audience: frozenset[Reader] | None, now: int
) -> dict[int, Reach]:
    """The collections that take this report besides those that it names, and how much of it each may carry."""
    stays = terms.whole or terms.unattributed
    listed = [Collection(*row) for row in connection.execute(_GATHERING)] if not stays else []
    rights = rights_of(connection, member.key) if listed else {}
    chosen = [one for one in listed if one.key not in terms.collections and _contributes(rights, member, one)]
    shared = terms.shared(member.key, audience)
    reached = audiences_for(connection, chosen, member.key, now) if chosen else {}
    decided = {key: may_carry(shared, one).reach for key, one in reached.items()}
    return {key: reach for key, reach in decided.items() if reach is not Reach.NOTHING}


def let_in(connection: Connection, collection: Collection, now: int) -> int:
    """Put what was handed in before into a collection, as far as policy lets it; how many reports came in.

    Doing it again adds nothing. What is published of it follows where the collection is settled.
    """
    every = all_members(connection)
    owners = [one for one in every if _contributes(rights_of(connection, one.key), one, collection)]
    return sum(_let_in(connection, collection, owner, now) for owner in owners)


def let_in_report(connection: Connection, report_key: int, now: int) -> None:
    """Put a report that was handed in before into every collection that takes it now, marked as it is."""
    owner = member_by_key(connection, report_by_key(connection, report_key).member_key)
    rights = rights_of(connection, owner.key)
    for collection in [Collection(*row) for row in connection.execute(_GATHERING)]:
        if _contributes(rights, owner, collection):
            _let_in(connection, collection, owner, now, reports.c.key == report_key)


def _contributes(rights: Mapping[int, Rights], member: Member, collection: Collection) -> bool:
    """Whether a member fills this collection: it hands in for it and, unless it is an open list, reads it too.

    One that is suspended keeps its rights for when it comes back, and does neither meanwhile.
    """
    right = rights.get(collection.key, NO_RIGHTS) if member.suspended_ms is None else NO_RIGHTS
    return right.can_write and (right.can_read or member.kind == LIST)


def _let_in(
    connection: Connection, collection: Collection, owner: Member, now: int, *chosen: sa.ColumnElement[bool]
) -> int:
    waiting = [*_waiting(collection, owner), *chosen]
    audience = audience_for(connection, collection, owner.key, now)
    came = 0
    for terms in connection.execute(sa.select(*_COLUMNS).distinct().where(*waiting)).all():
        shared = Shared(
            tlp=terms.tlp,
            owner=owner.key,
            audience=audience_of(connection, terms.audience_key),
            handling=terms.handling,
            basis=terms.basis,
        )
        reach = may_carry(shared, audience).reach
        if reach is not Reach.NOTHING:
            came += _insert(connection, collection, reach, [*waiting, *_same(terms)])
    return came


def _insert(
    connection: Connection, collection: Collection, reach: Reach, chosen: Iterable[sa.ColumnElement[bool]]
) -> int:
    found = sa.select(reports.c.key, sa.literal(collection.key), sa.literal(int(reach))).where(*chosen)
    names = ["report_key", "collection_key", "reach"]
    return connection.execute(report_collections.insert().from_select(names, found)).rowcount


def _waiting(collection: Collection, owner: Member) -> list[sa.ColumnElement[bool]]:
    """The member's reports that are not for this collection yet."""
    there = sa.select(report_collections.c.report_key).where(
        report_collections.c.report_key == reports.c.key, report_collections.c.collection_key == collection.key
    )
    return [
        reports.c.member_key == owner.key,
        reports.c.withdrawn_ms.is_(None),
        reports.c.terms.not_like(_WHOLE),
        reports.c.unattributed.is_(sa.false()),
        ~there.exists(),
    ]


def _same(terms: Any) -> list[sa.ColumnElement[bool]]:
    return [reports.c[name].is_not_distinct_from(getattr(terms, name)) for name in _TERMS]


_COLUMNS = [reports.c[name] for name in _TERMS]
_GATHERING = sa.select(collections).where(collections.c.gathers).order_by(collections.c.key)
