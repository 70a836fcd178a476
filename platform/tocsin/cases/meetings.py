"""Two cases of different members on one thing tell each other, where both want to be told.

What wants to meet lies in a table of its own, and nothing else is looked at: whoever does not ask is not found, not by
a count and not by the time that an answer takes. Things meet only where each member may read the other's, so that
neither learns from it what it may not read.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.cases.tables import case_meetings, case_things, cases
from tocsin.ledger.tables import EVERYWHERE, entries
from tocsin.members.tables import members

Readable = Callable[[int], frozenset[int]]
"""The keys of the collections that the member with this key may read now."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Another member works on these things too: the entries (`seqs`) of them in one's own case."""

    slug: str
    member_name: str
    since_ms: int
    seqs: frozenset[int]


def gather(connection: Connection, case_key: int) -> None:
    """Bring what meets others of a case up to what lies in it now."""
    connection.execute(case_meetings.delete().where(case_meetings.c.case_key == case_key))
    wanted = (
        sa.select(case_things.c.token, case_things.c.case_key, case_things.c.seq)
        .join(cases, cases.c.key == case_things.c.case_key)
        .where(
            case_things.c.case_key == case_key,
            case_things.c.token.is_not(None),
            cases.c.meets_ms.is_not(None),
            cases.c.closed_ms.is_(None),
        )
    )
    connection.execute(case_meetings.insert().from_select(["token", "case_key", "seq"], wanted))


def meetings_of(connection: Connection, case_key: int, member_key: int, readable: Readable) -> list[Meeting]:
    """The members whose cases meet this case of a member, by name."""
    mine, theirs = case_meetings.alias("mine"), case_meetings.alias("theirs")
    my_entry, their_entry, my_case, their_case = entries.alias(), entries.alias(), cases.alias(), cases.alias()
    query = (
        sa.select(mine.c.seq, my_entry.c.collection_key, their_entry.c.collection_key.label("their_collection"))
        .add_columns(their_case.c.member_key, their_case.c.meets_ms, my_case.c.meets_ms.label("my_ms"))
        .add_columns(members.c.slug, members.c.name)
        .join(theirs, sa.and_(theirs.c.token == mine.c.token, theirs.c.case_key != mine.c.case_key))
        .join(my_entry, my_entry.c.seq == mine.c.seq)
        .join(their_entry, their_entry.c.seq == theirs.c.seq)
        .join(my_case, my_case.c.key == mine.c.case_key)
        .join(their_case, their_case.c.key == theirs.c.case_key)
        .join(members, members.c.key == their_case.c.member_key)
        .where(mine.c.case_key == case_key, their_case.c.member_key != member_key, members.c.suspended_ms.is_(None))
        .where(*(one.c.visibility == EVERYWHERE for one in (my_entry, their_entry)))
        .where(*(one.c.body != b"" for one in (my_entry, their_entry)))
    )
    ours = readable(member_key)
    seqs: dict[tuple[str, str], set[int]] = defaultdict(set)
    since: dict[tuple[str, str], int] = {}
    for row in connection.execute(query):
        both = {row.collection_key, row.their_collection}
        if both <= ours and both <= readable(row.member_key):
            who = (row.name, row.slug)
            seqs[who].add(row.seq)
            since[who] = min(since.get(who, 2**62), max(row.meets_ms, row.my_ms))
    return [Meeting(slug, name, since[name, slug], frozenset(seqs[name, slug])) for name, slug in sorted(seqs)]
