"""STIX objects that are published with the id and the bytes they came with."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS, Identifier
from tocsin.intake import Row
from tocsin.ledger.append import Outcome, append
from tocsin.ledger.collections import collections_by_key
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.judged import WholeObject
from tocsin.publishing.reading import read_report
from tocsin.publishing.versions import support, version_of
from tocsin.reports.reports import Report, report_by_key
from tocsin.reports.tables import assertions
from tocsin.screening import Screening, Verdict, screen
from tocsin.stix import BadObject, Checked, check, comparisons, identifier_of, is_value_id

_PERSONAL_TYPES = ("bank-account", "phone-number", "user-account", "payment-card")
_RANKS = ("accepted", "held", "rejected")
_MODERATED = Verdict("held", "It waits for a moderator to look at it.", "moderation")
_OPAQUE = Verdict(
    "held",
    "It may be about a person's account or phone in a way that cannot be checked by machine; a moderator has to look.",
    "moderation",
)
FOREIGN = Verdict("rejected", "This id cannot be used here.", "foreign-id")
_OURS = Verdict("merged", "The exchange publishes this object itself.", "own-object")
_FROZEN = Verdict("rejected", "The collection was frozen meanwhile; hand it in again when it takes reports.", "frozen")
REFUSED = {
    Outcome.FOREIGN: FOREIGN,
    Outcome.DELETED: Verdict(
        "rejected",
        "It was deleted here; only a version with a later 'modified' than the deletion is taken.",
        "deleted",
    ),
    Outcome.CONFLICT: Verdict(
        "rejected",
        "Another object was handed in under the same id and version; give the changed one a later 'modified'.",
        "conflict",
    ),
}


def judge_whole(
    row: Row, report: Report, exchange: Exchange, screening: Screening, *, old: bool
) -> tuple[Row, Verdict, WholeObject | None]:
    """What screening says of a STIX object, and the row with the one identifier that the object is about, if any.

    `old`: all of the report's collections take STIX 2.0.
    """
    if row.problem is not None or row.raw is None:
        return row, screen(row, screening), None
    try:
        checked = check(row.raw, old=old)
    except BadObject as error:
        return row, Verdict("rejected", str(error), "invalid"), None
    whole = WholeObject(checked.id, checked.type, checked.revoked)
    own = {one.object_id: one.body for one in support(exchange)}
    if own.get(checked.id) == row.raw:
        return row, _OURS, None
    if checked.id in own or checked.created_by_ref == exchange.identity:
        return row, FOREIGN, None
    named, opaque = _identifiers(row, checked)
    verdicts = [screen(replace(row, identifier=one), screening) for one in named]
    if opaque or sum(KINDS[one.kind].personal for one in named) > 1:
        verdicts.append(_OPAQUE)
    if not report.trusted:
        verdicts.append(_MODERATED)
    verdict = max(verdicts, key=lambda one: _RANKS.index(one.verdict), default=Verdict("accepted", "Published.", "ok"))
    about = next((one for one in named if KINDS[one.kind].personal), named[0] if named else None)
    return replace(row, identifier=about), verdict, whole


def release_whole(connection: Connection, exchange: Exchange, places: Iterable[tuple[int, int]], now: int) -> None:
    """Append objects that were held, named by report key and row count, to the collections of their reports.

    What the ledger refuses after all (another object took the id meanwhile) is marked rejected.
    """
    wanted: defaultdict[int, set[int]] = defaultdict(set)
    for report_key, n in places:
        wanted[report_key].add(n)
    for report_key, numbers in wanted.items():
        report = report_by_key(connection, report_key)
        rows = [(n, row) for n, row in enumerate(read_report(connection, report).rows) if n in numbers and row.raw]
        refused = append_whole(connection, exchange, report, rows, now)
        for n, verdict in refused.items():
            connection.execute(
                assertions.update()
                .where(assertions.c.report_key == report_key, assertions.c.n == n)
                .values(verdict=verdict.verdict, code=verdict.code, reason=verdict.reason, decided_ms=now)
            )


def append_whole(
    connection: Connection, exchange: Exchange, report: Report, rows: Sequence[tuple[int, Row]], now: int
) -> dict[int, Verdict]:
    """Append the objects of `rows`, each with its count, as they came; the refusals by row count.

    A collection that was frozen meanwhile takes nothing.
    """
    refused: dict[int, Verdict] = {}
    targets = collections_by_key(connection, set(report.terms.collections) if rows else set())
    for collection in targets.values():
        if collection.frozen_ms is not None:
            refused |= {n: _FROZEN for n, _ in rows}
            continue
        versions = [version_of(row.raw or b"", report.member_key) for _, row in rows]
        append(connection, collection.key, support(exchange), now)
        outcomes = append(connection, collection.key, versions, now)
        for (n, _), version, outcome in zip(rows, versions, outcomes, strict=True):
            # the same observable under the same id says the same, whoever wrote it first
            same = outcome is Outcome.FOREIGN and is_value_id(version.object_id)
            if outcome in REFUSED and not same:
                refused[n] = REFUSED[outcome]
    return refused


def _identifiers(row: Row, checked: Checked) -> tuple[list[Identifier], bool]:
    """The identifiers that an object is about, and whether it may be about a person in a way that cannot be read."""
    if checked.type != "indicator":
        return ([row.identifier], False) if row.identifier else ([], checked.type in _PERSONAL_TYPES)
    pattern = str(checked.object.get("pattern", ""))
    parts = comparisons(pattern) or []
    named = [one for one in (identifier_of(path, value) for path, value in parts) if one is not None]
    if row.identifier is not None and row.identifier not in named:
        named.append(row.identifier)
    unread = len(named) < max(len(parts), 1)
    return named, unread and any(name in pattern for name in _PERSONAL_TYPES)
