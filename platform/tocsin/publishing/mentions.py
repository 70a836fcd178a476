"""Rows of reports as a collection carries them: what stands beside an assertion, never further than a window."""

from collections.abc import Collection as Several
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection
from tocsin.ledger.database import rows_among
from tocsin.members.tables import members
from tocsin.policy.edges import Mention
from tocsin.policy.filters import Facts, Filter, lets_through
from tocsin.publishing.standing import Reached
from tocsin.reports.tables import ACTIVE, assertions

NEAR = 100
"""Rows before and after an assertion that are looked at for what was reported together with it."""


class Head(NamedTuple):
    """What a report says about all of its rows; `voice_names` are the members whose voice it is, by name."""

    key: int
    id: str
    member_key: int
    member_name: str
    voice_of: int
    voice_names: frozenset[str]
    unattributed: bool
    voice: bool
    tlp: str
    received_ms: int
    format: str
    terms: str


class Line(NamedTuple):
    """A row of a report that stands, as it is kept."""

    n: int
    row: int
    column: str
    kind: str
    value: str
    role: str | None
    crime_type: str | None
    first_seen: int | None
    last_seen: int | None
    verdict: str
    object_id: str | None

    @property
    def thing(self) -> tuple[str, str]:
        """What it names."""
        return self.kind, self.value


class Carrier(NamedTuple):
    """A collection with its filter: what decides which rows it carries."""

    collection: Collection
    terms: Filter

    def carries(self, line: Line, head: Head, reach: Reached) -> bool:
        """Whether the collection's indicator, if it stands, rests on this row too."""
        until = self.collection.frozen_ms
        if line.verdict not in ("accepted", "merged") or self.collection.key not in reach.of(line.kind):
            return False
        if until is not None and head.received_ms > until:
            return False
        source = "member" if head.voice else "open-list"
        facts = Facts(line.kind, line.value, line.crime_type, line.role, head.tlp, source)
        return not self.terms or lets_through(self.terms, facts)


def heads_of(connection: Connection, report_keys: Several[int]) -> dict[int, Head]:
    """By report key, what these reports say about all of their rows."""
    rows = list(rows_among(connection, _HEADS, report_keys))
    names = _names_by_voice(connection, {row.voice_of for row in rows})
    return {row.key: _head(row, names[row.voice_of]) for row in rows}


def lines_near(connection: Connection, report_key: int, n: int, width: int = NEAR) -> list[Line]:
    """The rows that stand around the `n`th of a report, itself among them, in the order of the file."""
    query = (
        sa.select(*[assertions.c[name] for name in Line._fields])
        .where(
            assertions.c.report_key == report_key,
            assertions.c.n.between(n - width, n + width),
            assertions.c.state == ACTIVE,
            assertions.c.kind.is_not(None),
            assertions.c.value.is_not(None),
        )
        .order_by(assertions.c.n)
    )
    return [Line(*row) for row in connection.execute(query)]


def mention(head: Head, line: Line) -> Mention:
    """A row as policy looks at it."""
    return Mention(
        report=head.key,
        voice_of=head.voice_of,
        voice_names=head.voice_names,
        member_name=head.member_name,
        named=not head.unattributed,
        voice=head.voice,
        tlp=head.tlp,
        received_ms=head.received_ms,
        first_seen=line.first_seen,
        last_seen=line.last_seen,
    )


def _head(row: Any, names: frozenset[str]) -> Head:
    return Head(
        key=row.key,
        id=row.id,
        member_key=row.member_key,
        member_name=row.name,
        voice_of=row.voice_of,
        voice_names=names,
        unattributed=bool(row.unattributed),
        voice=bool(row.voice),
        tlp=row.tlp,
        received_ms=row.received_ms,
        format=row.format,
        terms=row.terms,
    )


def _names_by_voice(connection: Connection, voices: Several[int]) -> dict[int, frozenset[str]]:
    voice: Any = sa.func.coalesce(members.c.voice_key, members.c.key)
    found: dict[int, set[str]] = {one: set() for one in voices}
    for key, name in connection.execute(sa.select(voice, members.c.name).where(voice.in_(list(voices)))):
        found[key].add(name)
    return {key: frozenset(some) for key, some in found.items()}


_HEADS = """
    SELECT r.key, r.id, r.member_key, m.name, COALESCE(m.voice_key, m.key) AS voice_of, r.unattributed, r.voice,
        r.tlp, r.received_ms, r.format, r.terms
    FROM reports r JOIN members m ON m.key = r.member_key
    WHERE r.key IN ({})
"""
