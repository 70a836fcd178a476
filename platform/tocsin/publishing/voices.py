"""Making members one voice, or two again: what is published and what is held follows. And measuring who copies whom."""

from collections.abc import Collection as Several
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.append import committed
from tocsin.ledger.database import Database
from tocsin.members.members import Member, all_members
from tocsin.members.voices import link_voices, unlink_voices, voices_of
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.settling import settle_subjects
from tocsin.reports.tables import ACTIVE, assertions, reports
from tocsin.reports.votes import weigh_again

LEAST_SHARED = 50
"""Subjects that two members have to share before anything is concluded from it."""

LEAST_CONTAINED = 0.8
"""The part of the smaller list that has to stand in the other one."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two members both report, of standing subjects.

    `containment` is shared / smaller; `lag_ms` how much later `copier` reports the median of it than `source`.
    """

    source: Member
    copier: Member
    shared: int
    smaller: int
    lag_ms: int

    @property
    def containment(self) -> float:
        return self.shared / self.smaller

    @property
    def one_voice(self) -> bool:
        """Whether they are one voice already."""
        return self.source.voice == self.copier.voice


def link(database: Database, exchange: Exchange, one: Member, other: Member, why: str, by: str, now: int) -> int:
    """Make two members one voice; how many subjects were settled anew. Killed on the way, the same call finishes it."""

    def put(connection: Connection, now: int) -> set[int]:
        link_voices(connection, one, other, why, by, now)
        keys = voices_of(connection, (one.key, other.key))
        weigh_again(connection, keys)
        return keys

    return relink(database, exchange, committed(database, put, now), now)


def unlink(database: Database, exchange: Exchange, one: Member, other: Member, now: int) -> int:
    """End the link of two members; how many subjects were settled anew. Killed on the way, it is finished likewise."""

    def put(connection: Connection, _now: int) -> set[int]:
        before = voices_of(connection, (one.key, other.key))
        unlink_voices(connection, one, other)
        weigh_again(connection, before)
        return before

    return relink(database, exchange, committed(database, put, now), now)


def relink(database: Database, exchange: Exchange, member_keys: Several[int], now: int) -> int:
    """Settle anew every subject that at least two of these members report; how many there are.

    What only one of them reports has as many voices as before.
    """
    query = (
        sa.select(assertions.c.subject)
        .join(reports, reports.c.key == assertions.c.report_key)
        .where(*_STANDS, reports.c.member_key.in_(member_keys))
        .group_by(assertions.c.subject)
        .having(sa.func.count(sa.distinct(reports.c.member_key)) > 1)
        .order_by(assertions.c.subject)
    )
    with database.reading() as connection:
        subjects = list(connection.execute(query).scalars())
    return settle_subjects(database, exchange, subjects, now)


def measure(connection: Connection, *, least: int = LEAST_SHARED, contained: float = LEAST_CONTAINED) -> list[Overlap]:
    """The pairs of members of which one seems to copy the other, the most alike first.

    At least `least` standing subjects are shared, and they are at least `contained` of the smaller list. Only words
    that count as a voice are looked at, each by the moment at which the exchange received it first.
    """
    found = list(_overlaps(connection, least, contained))
    return sorted(found, key=lambda one: (-one.containment, -one.shared, one.source.slug, one.copier.slug))


def _overlaps(connection: Connection, least: int, contained: float) -> Iterator[Overlap]:
    by_key = {one.key: one for one in all_members(connection)}
    totals: dict[int, int] = {
        row[0]: row[1]
        for row in connection.execute(
            sa.select(_ONE.c.member_key, sa.func.count()).select_from(_ONE).group_by(_ONE.c.member_key)
        )
    }
    shared = (
        sa.select(_ONE.c.member_key, _OTHER.c.member_key, sa.func.count())
        .select_from(_BOTH)
        .group_by(_ONE.c.member_key, _OTHER.c.member_key)
        .having(sa.func.count() >= least)
    )
    for first, second, number in connection.execute(shared).all():
        smaller = min(totals[first], totals[second])
        if number >= contained * smaller:
            lag = _median_lag(connection, first, second, number)
            source, copier = (first, second) if lag >= 0 else (second, first)
            yield Overlap(by_key[source], by_key[copier], number, smaller, abs(lag))


def _median_lag(connection: Connection, first: int, second: int, number: int) -> int:
    """How much later (ms) the second member reports the median of what both do; less than 0 for earlier."""
    lag = (_OTHER.c.first_ms - _ONE.c.first_ms).label("lag")
    query = (
        sa.select(lag)
        .select_from(_BOTH)
        .where(_ONE.c.member_key == first, _OTHER.c.member_key == second)
        .order_by(lag)
        .limit(1)
        .offset(number // 2)
    )
    return int(connection.execute(query).scalar_one())


_STANDS = (
    assertions.c.state == ACTIVE,
    assertions.c.verdict != "rejected",
    assertions.c.subject.is_not(None),
)
_SAID = (
    sa.select(reports.c.member_key, assertions.c.subject, sa.func.min(reports.c.received_ms).label("first_ms"))
    .join(reports, reports.c.key == assertions.c.report_key)
    .where(*_STANDS, reports.c.voice)
    .group_by(reports.c.member_key, assertions.c.subject)
    .cte("said")
)
_ONE, _OTHER = _SAID.alias("one"), _SAID.alias("other")
_BOTH = _ONE.join(_OTHER, sa.and_(_OTHER.c.subject == _ONE.c.subject, _OTHER.c.member_key > _ONE.c.member_key))
