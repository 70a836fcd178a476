"""STIX objects that are published with the id and the bytes they came with."""

from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.engine import Connection

from tocsin.intake import objects_of
from tocsin.ledger.append import Outcome, append
from tocsin.ledger.collections import collections_by_key
from tocsin.ledger.hide import hide
from tocsin.ledger.read import Entry
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.versions import ended, support, version_of
from tocsin.reports.reports import Report, body_of, report_by_key
from tocsin.reports.tables import assertions
from tocsin.screening import Verdict
from tocsin.stix import is_value_id, upgraded

FOREIGN = Verdict("rejected", "This id cannot be used here.", "foreign-id")
_FILTERED = Verdict(
    "rejected", "The collection has a filter now, and takes no objects as they come: hand it in again.", "filtered"
)
_FROZEN = Verdict("rejected", "The collection was frozen meanwhile; hand it in again when it takes reports.", "frozen")
REFUSED = {
    Outcome.FOREIGN: FOREIGN,
    Outcome.DELETED: Verdict(
        "rejected",
        "It was deleted here; only a version with a later 'modified' than the deletion is taken.",
        "deleted",
    ),
    Outcome.ENDED: Verdict(
        "rejected",
        "It was withdrawn here, and STIX lets no version follow a withdrawal; give it a new id.",
        "ended",
    ),
    Outcome.CONFLICT: Verdict(
        "rejected",
        "Another object was handed in under the same id and version; give the changed one a later 'modified'.",
        "conflict",
    ),
}


def takes_stix20(connection: Connection, report: Report) -> bool:
    """Whether every collection of the report takes STIX 2.0."""
    targets = collections_by_key(connection, set(report.terms.collections)).values()
    return bool(targets) and all(one.stix20 for one in targets)


def as_taken(raw: bytes, report: Report, *, old: bool) -> bytes:
    """The bytes under which an object goes in: as it came, or STIX 2.1 for what a file holds of STIX 2.0.

    `old`: STIX 2.0 may go in. What is pushed over TAXII is never changed.
    """
    pushed = report.terms.format == "stix" and report.name is None
    return raw if old or pushed else upgraded(raw)


def release_whole(
    connection: Connection, exchange: Exchange, places: Mapping[tuple[int, int], Several[int]], now: int
) -> None:
    """Append objects that were held, named by report key and row count, to these collections of their reports.

    What the ledger refuses after all (another object took the id meanwhile) is marked rejected.
    """
    wanted: defaultdict[int, dict[int, Several[int]]] = defaultdict(dict)
    for (report_key, n), keys in places.items():
        wanted[report_key][n] = keys
    for report_key, chosen in wanted.items():
        report = report_by_key(connection, report_key)
        old = takes_stix20(connection, report)
        objects = objects_of(body_of(connection, report_key))
        taken = [(n, as_taken(objects[n], report, old=old), chosen[n]) for n in sorted(chosen)]
        refused = append_whole(connection, exchange, report, taken, now)
        for n, verdict in refused.items():
            connection.execute(
                assertions.update()
                .where(assertions.c.report_key == report_key, assertions.c.n == n)
                .values(verdict=verdict.verdict, code=verdict.code, reason=verdict.reason, decided_ms=now)
            )


def end_whole(connection: Connection, lasts: Iterable[Entry], now: int) -> None:
    """End objects that members pushed: a revoked version, or for one that cannot be revoked no further service."""
    for last in lasts:
        if last.owner_key is None or last.revoked:
            continue
        versions = ended([last], now)
        if versions:
            append(connection, last.collection_key, versions, now)
        else:
            hide(connection, last.collection_key, last.object_id)


def append_whole(
    connection: Connection,
    exchange: Exchange,
    report: Report,
    rows: Sequence[tuple[int, bytes, Several[int]]],
    now: int,
) -> dict[int, Verdict]:
    """Append objects: row count, bytes, the keys of their collections; the refusals by row count.

    A collection that was frozen or got a filter meanwhile takes nothing.
    """
    refused: dict[int, Verdict] = {}
    targets = collections_by_key(connection, {key for _, _, keys in rows for key in keys})
    for collection in targets.values():
        here = [(n, raw) for n, raw, keys in rows if collection.key in keys]
        if collection.frozen_ms is not None or collection.filter is not None:
            refused |= {n: _FROZEN if collection.frozen_ms is not None else _FILTERED for n, _ in here}
            continue
        versions = [version_of(raw, report.member_key) for _, raw in here]
        append(connection, collection.key, support(exchange), now)
        outcomes = append(connection, collection.key, versions, now)
        for (n, _), version, outcome in zip(here, versions, outcomes, strict=True):
            # the same observable under the same id says the same, whoever wrote it first
            same = outcome is Outcome.FOREIGN and is_value_id(version.object_id)
            if outcome in REFUSED and not same:
                refused[n] = REFUSED[outcome]
    return refused
