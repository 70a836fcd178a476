"""What people decided on rows of reports, asked about them and answered."""

import json
from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import chunks, storable
from tocsin.reports.tables import assertions, decisions, reports

APPROVED, PROPOSED, CORRECTED, REJECTED, ASKED, ANSWERED, WITHDRAWN, AMENDED = (
    "approved",
    "proposed",
    "corrected",
    "rejected",
    "asked",
    "answered",
    "withdrawn",
    "amended",
)
"""What a decision is. `proposed` is an approval that waits for a second moderator; `amended` a correction by people of
the member whose row it is."""

BY_CONTRIBUTOR = frozenset({ANSWERED, AMENDED})
"""What only people of the member whose row it is decide."""

Place = tuple[int, int]
"""A report's key and a row count in it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on one row. `by` is a login; `before` and `after` what it changed of the row."""

    report_key: int
    n: int
    row: int
    at_ms: int
    by: str
    what: str
    words: str | None
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Matter:
    """Where a row that waits stands: who proposed to let it through, and what was asked and answered last."""

    proposed_by: tuple[str, ...] = ()
    question: Decision | None = None
    answer: Decision | None = None

    @property
    def asked(self) -> bool:
        """Whether the contributor has to answer."""
        return self.question is not None and self.answer is None


@dataclass(frozen=True, slots=True)
class Change:
    """A decision to be recorded on a row."""

    place: Place
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def record(
    connection: Connection, what: str, changes: Sequence[Change], by: str, now: int, words: str | None = None
) -> None:
    """Note a decision on each of these rows."""
    if changes:
        said = storable(words) if words else None
        connection.execute(
            decisions.insert(),
            [
                {
                    "report_key": one.place[0],
                    "n": one.place[1],
                    "at_ms": now,
                    "by": by,
                    "what": what,
                    "words": said,
                    "before": json.dumps(one.before),
                    "after": json.dumps(one.after),
                }
                for one in changes
            ],
        )


def decisions_on(connection: Connection, places: Several[Place]) -> defaultdict[Place, list[Decision]]:
    """What was decided on these rows, in the order in which it was."""
    wanted: defaultdict[int, list[int]] = defaultdict(list)
    for report_key, n in places:
        wanted[report_key].append(n)
    found: defaultdict[Place, list[Decision]] = defaultdict(list)
    for report_key, numbers in wanted.items():
        for some in chunks(numbers):
            here = _DECISIONS.where(decisions.c.report_key == report_key, decisions.c.n.in_(some))
            for row in connection.execute(here):
                found[report_key, row.n].append(_decision(row))
    return found


def questions_to(
    connection: Connection, member_key: int, limit: int, report_key: int | None = None
) -> list[tuple[str, Decision]]:
    """What a member is asked, of one report or of all, and has not answered: with the report's id, the oldest first."""
    query = (
        _DECISIONS.add_columns(reports.c.id)
        .join(reports, reports.c.key == decisions.c.report_key)
        .where(reports.c.member_key == member_key, reports.c.withdrawn_ms.is_(None), assertions.c.verdict == "held")
    )
    if report_key is not None:
        query = query.where(reports.c.key == report_key)
    by_place: dict[tuple[str, int], list[Decision]] = {}
    for row in connection.execute(query):
        by_place.setdefault((row.id, row.n), []).append(_decision(row))
    found = [(report_id, matter_of(some)) for (report_id, _), some in by_place.items()]
    return [(report_id, one.question) for report_id, one in found if one.question is not None and one.asked][:limit]


def matter_of(taken: Iterable[Decision]) -> Matter:
    """Where a row stands after these decisions on it, in their order."""
    proposed: list[str] = []
    question = answer = None
    for one in taken:
        if one.what == PROPOSED:
            proposed.append(one.by)
        elif one.what == ASKED:
            question, answer = one, None
        elif one.what == ANSWERED:
            answer = one
        else:
            # another decision: what was proposed and asked before was about the row as it was
            proposed, question, answer = [], None, None
    return Matter(tuple(proposed), question, answer)


_DECISIONS = (
    sa.select(decisions, assertions.c.row)
    .join(assertions, sa.and_(assertions.c.report_key == decisions.c.report_key, assertions.c.n == decisions.c.n))
    .order_by(decisions.c.key)
)


def _decision(row: Any) -> Decision:
    return Decision(
        row.report_key,
        row.n,
        row.row,
        row.at_ms,
        row.by,
        row.what,
        row.words,
        json.loads(row.before),
        json.loads(row.after),
    )
