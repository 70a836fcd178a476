"""What a submitter is told of its rows: nothing that depends on what others reported where it may not read.

What becomes of a person's account is decided by how many members report it. Who reads none of the collections that
carry the row would learn from its verdict whether somebody else did; it is told the same in either case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS
from tocsin.ledger.collections import collections_by_key
from tocsin.members.granting import agreements_over
from tocsin.members.members import rights_of
from tocsin.policy.agreement import Agreement, voices_needed
from tocsin.policy.filters import Filter, parse_filter
from tocsin.publishing.standing import APPROVED, ONE_VOICE, Reached, fitting, load, reached, support_enough
from tocsin.reports.reports import Decided, Report, counts_of, verdicts_of
from tocsin.reports.tables import ACTIVE, ERASED, FALSE, assertions, report_collections

WAITS_UNSEEN = (
    "It is published once enough members report it or a moderator approves it. "
    "You do not read all that it is for, so you are not told whether it is."
)
TAKEN_UNSEEN = "It is taken in. You do not read all that it is for, so you are not told what becomes of it."

_BY_OTHERS = frozenset({ONE_VOICE, "withdrawn-before", "erased-before"})
"""Codes of rows that wait because of what others reported, or did not."""

_OWN = frozenset(
    {APPROVED, "turned-down", "allow-list", "moderation", "withdrawal", "early-withdrawal", "withdrawn-below"}
)
"""Codes of verdicts that follow from the row itself, or that a person gave to it."""


class _Row(NamedTuple):
    """What decides on what is told of a row."""

    n: int
    verdict: str
    code: str
    state: int
    kind: str | None
    subject: bytes | None


@dataclass(frozen=True, slots=True)
class _Sight:
    """Where a report's rows are carried, and what of that its member reads."""

    carried: Reached
    readable: frozenset[int]
    agreements: dict[int, tuple[Agreement, ...]]
    filters: dict[int, Filter]

    @property
    def whole(self) -> bool:
        """Whether the member reads everything that carries any of it."""
        return self.carried.everything | self.carried.impersonal <= self.readable

    def open(self, kind: str | None) -> bool:
        """Whether the member reads everything that carries this kind."""
        return self.carried.of(kind) <= self.readable

    def blind(self, kind: str | None) -> bool:
        """Whether the member reads nothing that carries this kind."""
        return not self.carried.of(kind) & self.readable

    def needed(self, kind: str, keys: Iterable[int]) -> int:
        """The fewest voices that publish a kind in one of these collections."""
        personal = KINDS[kind].personal
        return min((voices_needed(self.agreements[key], kind, personal=personal) for key in keys), default=1)


def told_verdicts(
    connection: Connection,
    report: Report,
    *,
    verdicts: Sequence[str] = (),
    offset: int = 0,
    limit: int | None = None,
) -> list[Decided]:
    """The rows of a report as its member is told of them: `verdicts_of`, where it may read what carries them."""
    sight = _sight(connection, report)
    if sight.whole:
        return verdicts_of(connection, report.key, verdicts=verdicts, offset=offset, limit=limit)
    if not verdicts:
        return _told(connection, report, sight, verdicts_of(connection, report.key, offset=offset, limit=limit))
    # by what is told, which the database does not know
    every = _told(connection, report, sight, verdicts_of(connection, report.key))
    chosen = (one for one in every if one.verdict in verdicts)
    return list(islice(chosen, offset, None if limit is None else offset + limit))


def told_counts(connection: Connection, report: Report) -> dict[str, int]:
    """How many rows of a report have each verdict, as its member is told."""
    sight = _sight(connection, report)
    if sight.whole:
        return counts_of(connection, report.key)
    rows = _rows(connection, report)
    changed = _changed(connection, report, sight, rows)
    counts = dict.fromkeys(("accepted", "merged", "held", "rejected"), 0)
    for row in rows:
        counts[changed.get(row.n, (row.verdict, ""))[0]] += 1
    return counts


def waits_openly(readable: Iterable[int]) -> sa.ColumnElement[bool]:
    """For queries over assertions: whether its member may know that a row waits, who reads these collections."""
    hidden = sa.select(report_collections.c.report_key).where(
        report_collections.c.reach > 0, report_collections.c.collection_key.not_in(list(readable))
    )
    return sa.or_(assertions.c.code.not_in(_BY_OTHERS), assertions.c.report_key.not_in(hidden))


def _sight(connection: Connection, report: Report) -> _Sight:
    carried = reached(connection, {report.key})[report.key]
    keys = carried.everything | carried.impersonal
    targets = collections_by_key(connection, set(keys))
    return _Sight(
        carried,
        frozenset(key for key, right in rights_of(connection, report.member_key).items() if right.can_read),
        agreements_over(connection, keys),
        {key: parse_filter(one.filter) for key, one in targets.items()},
    )


def _told(connection: Connection, report: Report, sight: _Sight, decided: list[Decided]) -> list[Decided]:
    if not decided:
        return []
    rows = _rows(connection, report, decided[0].n, decided[-1].n)
    changed = _changed(connection, report, sight, rows)
    return [
        replace(one, verdict=changed[one.n][0], reason=changed[one.n][1] or one.reason, stix_id=None)
        if one.n in changed
        else one
        for one in decided
    ]


def _changed(
    connection: Connection, report: Report, sight: _Sight, rows: Sequence[_Row]
) -> dict[int, tuple[str, str | None]]:
    """Verdict and reason, None for the stored one, of the rows of which something else is told, by row count."""
    veiled = [row for row in rows if _veiled(row, sight)]
    seen = _published(connection, report, sight, [row for row in veiled if not sight.blind(row.kind)])
    found: dict[int, tuple[str, str | None]] = {}
    for row in veiled:
        if row.n in seen or row.kind is None:
            continue
        many = sight.needed(row.kind, sight.carried.of(row.kind)) > 1
        words = WAITS_UNSEEN if many else TAKEN_UNSEEN
        # its own member took it back, in its own words; that somebody called it wrong tells that it was published
        own_words = row.state != ACTIVE and not (many and row.state == FALSE)
        found[row.n] = ("held" if many else "accepted", None if own_words else words)
    return found


def _veiled(row: _Row, sight: _Sight) -> bool:
    """Whether what became of a row may follow from what others reported where its member does not read."""
    if row.kind is None or row.state == ERASED or row.code in _OWN or sight.open(row.kind):
        return False
    if row.state == ACTIVE and row.verdict == "rejected":
        return False
    return sight.blind(row.kind) or row.code == ONE_VOICE or row.verdict in ("accepted", "merged")


def _published(connection: Connection, report: Report, sight: _Sight, rows: Sequence[_Row]) -> set[int]:
    """The counts of those of these rows that support something in a collection that the member reads."""
    claims = load(connection, {row.subject for row in rows if row.subject is not None})
    found: set[int] = set()
    for row in rows:
        for key in sight.carried.of(row.kind) & sight.readable:
            fit = fitting(claims.get(row.subject or b"", ()), key, sight.filters[key])
            enough = support_enough(fit, sight.needed(row.kind or "", [key]))
            if enough and any(claim.place == (report.key, row.n) for claim in fit):
                found.add(row.n)
    return found


def _rows(connection: Connection, report: Report, first: int = 0, last: int | None = None) -> list[_Row]:
    query = (
        sa.select(*[assertions.c[name] for name in _Row._fields])
        .where(assertions.c.report_key == report.key, assertions.c.n >= first)
        .order_by(assertions.c.n)
    )
    rows: Any = connection.execute(query if last is None else query.where(assertions.c.n <= last))
    return [_Row(*row) for row in rows]
