"""Rows that wait, each with what helps to decide on it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS, Unreadable, read
from tocsin.members.members import rights_of
from tocsin.publishing.evidence import Voices, voices_on, waiting_too
from tocsin.publishing.moderate import may_be_a_persons
from tocsin.publishing.told import waits_openly
from tocsin.reports.decisions import Decision, Matter, Place, decisions_on, matter_of
from tocsin.reports.reports import Report, report_by_key
from tocsin.reports.tables import ACTIVE, WITHDRAWN, assertions, reports
from tocsin.screening import ListHit
from tocsin.search import Document, SearchDown, parse
from tocsin.web.attribution import TAKEN_BACK, as_seen, hides
from tocsin.web.services import services
from tocsin.web.session import user

_NAMES = (
    "report_key", "n", "row", "raw", "kind", "value", "subject", "object_id", "role", "crime_type", "confidence",
    "first_seen", "last_seen", "note", "verdict", "code", "reason", "state",
)  # fmt: skip
_ALIKE = 8


@dataclass(frozen=True, slots=True)
class Held:
    """One row of a report with the evidence for it, as whoever is signed in may see it.

    `voices` are those where its audience hears it; `hit` is what an allow list says; `elsewhere` the other rows that
    wait with the same value.
    """

    report: Report
    n: int
    row: int
    raw: str
    kind: str | None
    value: str | None
    object_id: str | None
    role: str | None
    crime_type: str | None
    confidence: int | None
    first_seen: int | None
    last_seen: int | None
    note: str | None
    reason: str
    code: str
    waits: bool
    voices: Sequence[Voices] = ()
    hit: ListHit | None = None
    elsewhere: Sequence[Place] = ()
    decisions: Sequence[Decision] = ()
    matter: Matter = field(default_factory=Matter)

    @property
    def shown(self) -> str:
        """What it is called on pages."""
        return self.value or self.raw or "what could not be read"

    @property
    def nearest(self) -> Voices | None:
        """Where it lacks the fewest voices."""
        return min(self.voices, key=lambda one: one.needed - one.have, default=None)

    @property
    def personal(self) -> bool:
        """Whether it may be a person's, so that with four eyes two have to approve it."""
        return may_be_a_persons(self.kind, self.object_id, self.code)

    @property
    def correctable(self) -> bool:
        """Whether a moderator can change what it says: not in the bytes of somebody's own object."""
        return self.object_id is None and self.kind is not None


def waiting(connection: Connection, member_key: int | None) -> list[Any]:
    """The conditions on `assertions` joined with `reports` for rows that wait, of all or of one member.

    A member's own only as far as that tells it nothing of what others reported.
    """
    conditions: list[Any] = [sa.text("verdict = 'held'"), assertions.c.state == ACTIVE]
    if member_key is None:
        return conditions
    readable = [key for key, right in rights_of(connection, member_key).items() if right.can_read]
    return [*conditions, reports.c.member_key == member_key, waits_openly(readable)]


def rows_held(connection: Connection, chosen: Collection[Any], limit: int, offset: int = 0) -> list[Held]:
    """The rows that these conditions choose, oldest report first, with what only moderators may see beside them."""
    query = (
        sa.select(*[assertions.c[name] for name in _NAMES])
        .join(reports, reports.c.key == assertions.c.report_key)
        .where(*chosen)
        .order_by(assertions.c.report_key, assertions.c.n)
        .limit(limit)
        .offset(offset)
    )
    rows = connection.execute(query).all()
    found = {key: report_by_key(connection, key) for key in {row.report_key for row in rows}}
    taken = decisions_on(connection, [(row.report_key, row.n) for row in rows])
    voices = voices_on(connection, {row.subject for row in rows if row.subject is not None})
    same = waiting_too(connection, {(row.kind, row.value) for row in rows if row.value is not None})
    return [
        _held(
            row,
            found[row.report_key],
            voices=voices[row.report_key, row.n],
            hit=_hit(row),
            elsewhere=[place for place in same[row.kind, row.value] if place != (row.report_key, row.n)],
            decisions=taken[row.report_key, row.n],
            matter=matter_of(taken[row.report_key, row.n]),
        )
        for row in rows
    ]


def own_rows_held(connection: Connection, member_key: int, limit: int, offset: int) -> list[Held]:
    """A member's own rows that wait: without what other members said."""
    found = rows_held(connection, waiting(connection, member_key), limit, offset)
    return [replace(one, voices=(), elsewhere=()) for one in found]


def alike(value: str | None, readable: frozenset[str]) -> list[Document] | None:
    """What is published in these collections under the same or a near spelling; None while search is down."""
    if value is None:
        return []
    try:
        hits = services().engine.search(parse(value, limit=_ALIKE * 3), readable).hits
    except SearchDown:
        return None
    return [hit.document for hit in hits if hit.why in ("exact", "prefix", "substring", "look-alike")][:_ALIKE]


def _held(row: Any, report: Report, **evidence: Any) -> Held:
    known = not hides(report, user())
    return Held(
        report=as_seen(report, user()),
        n=row.n,
        row=row.row,
        raw=row.raw if known else "",
        kind=row.kind,
        value=row.value,
        object_id=row.object_id,
        role=row.role,
        crime_type=row.crime_type,
        confidence=row.confidence,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        note=row.note if known else None,
        reason=row.reason if known or row.state != WITHDRAWN else TAKEN_BACK,
        code=row.code,
        waits=row.verdict == "held" and row.state == ACTIVE,
        **evidence,
    )


def _hit(row: Any) -> ListHit | None:
    if row.kind not in KINDS or row.value is None:
        return None
    try:
        return services().screening.hit(read(row.value, row.kind))
    except Unreadable:
        return None
