"""Who knows of a value and lets others know that somebody does: asked of the assertions that its indicators rest on.

Only whole, canonical values are looked up, by the keys of their subjects, which the assertions are indexed by. There is
no table of what may be known of that could lag behind: who wants it, and whether it stands, is asked each time.
"""

from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier
from tocsin.intake import ROLES
from tocsin.ledger.collections import Collection, collections_by_key
from tocsin.ledger.database import rows_among
from tocsin.members.circles import collections_around
from tocsin.members.communities import communities_of
from tocsin.members.members import LIST, NO_RIGHTS, rights_of
from tocsin.members.tables import members
from tocsin.policy.known_of import FEWEST_OTHERS, lets_ask
from tocsin.publishing.resting import resting
from tocsin.publishing.standing import load, subject_of
from tocsin.reports.askings import Recipient
from tocsin.reports.tables import ACTIVE


@dataclass(frozen=True, slots=True)
class Asker:
    """A member that may know of what these collections carry, without reading them."""

    member_key: int
    voice: int
    collections: tuple[Collection, ...]


def asker_of(connection: Connection, member_key: int) -> Asker | None:
    """What a member may know of now; None where that is nothing, whatever is reported."""
    voice = sa.func.coalesce(members.c.voice_key, members.c.key)
    own = connection.execute(
        sa.select(voice).where(members.c.key == member_key, members.c.suspended_ms.is_(None))
    ).scalar()
    if own is None:
        return None
    around = collections_around(connection, communities_of(connection, member_key))
    rights = rights_of(connection, member_key) if around else {}
    keys = {key for key in around if not rights.get(key, NO_RIGHTS).can_read}
    found = [one for one in collections_by_key(connection, keys).values() if one.inbox_of is None] if keys else []
    if not found:
        return None
    others = sa.select(sa.func.count(sa.distinct(voice))).where(
        members.c.kind != LIST, members.c.suspended_ms.is_(None), voice != own
    )
    if connection.execute(others).scalar_one() < FEWEST_OTHERS:
        return None
    return Asker(member_key, own, tuple(sorted(found, key=lambda one: one.key)))


def subjects_asked(identifier: Identifier) -> frozenset[bytes]:
    """The keys of all that can be said of this very value, in whichever role."""
    return frozenset(subject_of(identifier, role).key for role in ROLES)


def who_knows(connection: Connection, asker: Asker, subjects: Several[bytes]) -> list[Recipient]:
    """The members that can be asked about these subjects, each with every subject and collection that it can be by."""
    places = _willing(connection, asker, subjects)
    if not places:
        return []
    claims = load(connection, {subject for some in places.values() for _, _, subject in some})
    found: dict[Recipient, None] = {}
    for collection in asker.collections:
        willing = places.get(collection.key, set())
        for claim in resting(connection, collection, claims) if willing else ():
            if (*claim.place, claim.subject) in willing:
                found[Recipient(claim.standing.member_key, collection.key, claim.subject)] = None
    return list(found)


def known_of(connection: Connection, asker: Asker, identifiers: Iterable[Identifier]) -> set[Identifier]:
    """Those of these identifiers that somebody can be asked about."""
    keys = {identifier: subjects_asked(identifier) for identifier in identifiers}
    known = {one.subject for one in who_knows(connection, asker, frozenset().union(*keys.values()))}
    return {identifier for identifier, subjects in keys.items() if subjects & known}


_Place = tuple[int, int, bytes]
"""A report's key, a row count, the key of the subject."""


def _willing(connection: Connection, asker: Asker, subjects: Several[bytes]) -> dict[int, set[_Place]]:
    """By collection, the assertions that its circle may be told of: their members let others ask about them."""
    reached = {one.key for one in asker.collections}
    found: defaultdict[int, set[_Place]] = defaultdict(set)
    for row in rows_among(connection, _WILLING, subjects, ACTIVE, asker.voice):
        # an object that was pushed whole may be marked stricter than its report: a word on that report alone counts
        member = bool(row.member_says) and row.object_id is None
        if row.collection_key in reached and lets_ask(
            row.tlp, row.handling, member=member, report=_says(row.report_says)
        ):
            found[row.collection_key].add((row.report_key, row.n, row.subject))
    return found


def _says(word: bool | int | None) -> bool | None:
    return None if word is None else bool(word)


# whoever lets nobody ask is left out where the rows are read, not after
_WILLING = """
    SELECT a.report_key, a.n, a.subject, a.object_id, r.tlp, r.handling, c.collection_key,
        r.may_be_asked AS report_says, m.may_be_asked AS member_says
    FROM assertions a JOIN reports r ON r.key = a.report_key JOIN members m ON m.key = r.member_key
        JOIN report_collections c ON c.report_key = a.report_key
    WHERE a.state = ? AND COALESCE(m.voice_key, m.key) <> ? AND COALESCE(r.may_be_asked, m.may_be_asked)
        AND m.suspended_ms IS NULL AND r.voice AND a.verdict <> 'rejected' AND a.subject IN ({})
"""
