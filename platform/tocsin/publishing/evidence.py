"""What moderators see beside a row that waits: how many voices there are, and where else the same waits."""

from collections import defaultdict
from collections.abc import Collection as Several
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS
from tocsin.ledger.collections import collections_by_key
from tocsin.members.granting import agreements_over
from tocsin.policy.agreement import voices_needed
from tocsin.policy.filters import parse_filter
from tocsin.publishing.standing import fitting, load
from tocsin.reports.decisions import Place
from tocsin.reports.tables import ACTIVE, assertions


class Voices(NamedTuple):
    """How many independent members say so where a collection's audience hears it, and how many it takes there."""

    collection: str
    have: int
    needed: int


def voices_on(connection: Connection, subjects: Several[bytes]) -> defaultdict[Place, list[Voices]]:
    """By row, the voices in each collection that it may go to, for the rows that stand on these subjects."""
    found: defaultdict[Place, list[Voices]] = defaultdict(list)
    claims = load(connection, subjects)
    reached = {key for some in claims.values() for claim in some for key in claim.collections}
    agreements = agreements_over(connection, reached)
    for collection in collections_by_key(connection, reached).values():
        terms = parse_filter(collection.filter)
        for some in claims.values():
            kind = some[0].kind
            heard = fitting(some, collection.key, terms)
            have = len({claim.standing.voice_of for claim in heard if claim.standing.voice})
            needed = voices_needed(agreements[collection.key], kind, personal=KINDS[kind].personal)
            for claim in some:
                if collection.key in claim.collections:
                    found[claim.place].append(Voices(collection.title, have, needed))
    return found


def waiting_too(connection: Connection, values: Several[tuple[str, str]]) -> defaultdict[tuple[str, str], list[Place]]:
    """By kind and value, the rows that wait with it, whoever handed them in."""
    found: defaultdict[tuple[str, str], list[Place]] = defaultdict(list)
    wanted = set(values)
    query = sa.select(assertions.c.report_key, assertions.c.n, assertions.c.kind, assertions.c.value).where(
        sa.text("verdict = 'held'"),
        assertions.c.state == ACTIVE,
        assertions.c.value.in_([value for _, value in wanted]),
    )
    for row in connection.execute(query.order_by(assertions.c.report_key, assertions.c.n)) if wanted else ():
        if (row.kind, row.value) in wanted:
            found[row.kind, row.value].append((row.report_key, row.n))
    return found
