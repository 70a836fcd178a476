"""What became of what a member handed in, as far as it may know: where it is read, fetched, seen and called wrong."""

from collections import Counter, defaultdict
from collections.abc import Collection as Several
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection, collections_by_key
from tocsin.ledger.reached import fetched_by
from tocsin.ledger.read import Entry
from tocsin.ledger.receipts import Receipts
from tocsin.members.granting import agreements_over
from tocsin.members.members import rights_of
from tocsin.members.tables import members
from tocsin.members.voices import voice_of
from tocsin.policy.agreement import voices_needed
from tocsin.policy.confidence import FALSE, LASTING_DAYS, against
from tocsin.policy.filters import parse_filter
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.settle import newest_generations, subjects_of
from tocsin.publishing.standing import Claimed, fitting, load, reached, support_enough
from tocsin.reports.proposals import rows_at
from tocsin.reports.reports import Report
from tocsin.reports.tables import assertions, checks, report_collections, reports, votes
from tocsin.reports.votes import votes_on
from tocsin.stix import INDICATOR_EXTENSION
from tocsin.times import DAY_MS

ENOUGH_TO_ALERT = 2
"""So many independent members have to call it wrong before its source is told."""

_MOST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Served:
    """What one collection says on a row's word: its indicator, and whom that reached.

    `fetched` are the subscribers that have its newest version. The counts of readers are those in the indicator.
    """

    collection: Collection
    stix_id: str
    confidence: int
    fetched: frozenset[str]
    seen_by: int
    called_false_by: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """That so many independent members call wrong what a member reports; `whys` counts their reasons.

    `rows` are the member's own: ids of reports with row counts. `since_ms` is when the last of them said so.
    """

    collection_key: int
    subject: bytes
    object_id: str
    kind: str
    value: str
    voices: int
    whys: Mapping[str, int]
    since_ms: int
    rows: Sequence[tuple[str, int]] = ()


def readable_keys(connection: Connection, member_key: int) -> set[int]:
    """The keys of the collections that a member may read."""
    return {key for key, right in rights_of(connection, member_key).items() if right.can_read}


def served_by(
    connection: Connection, exchange: Exchange, receipts: Receipts, report: Report, rows: Sequence[int]
) -> dict[int, list[Served]]:
    """By row count, where these rows of a report are published, of the collections that its own member reads.

    Only where the indicator rests on the row itself: what others made of the same value is not this row's.
    """
    query = sa.select(assertions.c.n, assertions.c.subject).where(
        assertions.c.report_key == report.key, assertions.c.n.in_(rows), assertions.c.subject.is_not(None)
    )
    subjects = {row.n: bytes(row.subject) for row in connection.execute(query)} if rows else {}
    claims = load(connection, set(subjects.values()))
    known = subjects_of(claims)
    carried = reached(connection, {report.key})[report.key]
    keys = set(carried.everything | carried.impersonal) & readable_keys(connection, report.member_key)
    agreements = agreements_over(connection, keys)
    found: defaultdict[int, list[Served]] = defaultdict(list)
    for collection in collections_by_key(connection, keys).values():
        terms = parse_filter(collection.filter)
        resting: dict[int, bytes] = {}
        for n, key in subjects.items():
            subject = known.get(key)
            if subject is None:
                continue
            needed = voices_needed(agreements[collection.key], subject.identifier.kind, personal=subject.personal)
            fit = fitting(claims[key], collection.key, terms)
            if support_enough(fit, needed) and any(_is(claim, report, n) for claim in fit):
                resting[n] = key
        lasts = newest_generations(
            connection, exchange.namespace, collection, {key: known[key] for key in resting.values()}
        )
        for n, served in _served(connection, receipts, collection, resting, lasts).items():
            found[n].append(served)
    return found


def doubts_on(
    connection: Connection, member_key: int, readable: Several[int], now: int, limit: int = 100
) -> list[Doubt]:
    """What a member reports and two or more other independent members call wrong, the latest first.

    In collections that it reads (their keys), and not what it checked since the last of them said so.
    """
    own = rows_at(member_key).where(
        assertions.c.subject == votes.c.subject,
        report_collections.c.collection_key == votes.c.collection_key,
        assertions.c.verdict != "held",
    )
    voice = sa.func.coalesce(members.c.voice_key, members.c.key)
    checked = sa.select(sa.func.max(checks.c.checked_ms)).where(
        checks.c.collection_key == votes.c.collection_key,
        checks.c.subject == votes.c.subject,
        checks.c.member_key == member_key,
    )
    last = sa.func.max(votes.c.said_ms)
    query = (
        sa.select(votes.c.collection_key, votes.c.subject, sa.func.max(votes.c.object_id).label("object_id"))
        .add_columns(last.label("since_ms"))
        .join(members, members.c.key == votes.c.member_key)
        .where(_calls_wrong(now), votes.c.collection_key.in_(list(readable)), voice != voice_of(connection, member_key))
        .where(own.exists())
        .group_by(votes.c.collection_key, votes.c.subject)
        .having(sa.func.count(sa.distinct(voice)) >= ENOUGH_TO_ALERT)
        .having(last > sa.func.coalesce(checked.scalar_subquery(), 0))
        .order_by(last.desc(), votes.c.subject)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    said, own_voice = votes_on(connection, {bytes(row.subject) for row in rows}), voice_of(connection, member_key)
    found = []
    for row in rows:
        # of a voice that said several things the last one counts
        voices = against(said[row.collection_key, bytes(row.subject)], {own_voice}, now)
        if voices >= ENOUGH_TO_ALERT:
            found.append(_doubt(connection, row, member_key, voices, now))
    return found


def _doubt(connection: Connection, row: Any, member_key: int, voices: int, now: int) -> Doubt:
    this = sa.and_(votes.c.collection_key == row.collection_key, votes.c.subject == row.subject, _calls_wrong(now))
    whys = connection.execute(sa.select(votes.c.why).where(this)).scalars()
    own = (
        rows_at(member_key)
        .add_columns(reports.c.id, assertions.c.kind, assertions.c.value)
        .where(assertions.c.subject == row.subject, report_collections.c.collection_key == row.collection_key)
        .order_by(assertions.c.report_key.desc(), assertions.c.n)
        .limit(_MOST_ROWS)
    )
    rows = connection.execute(own).all()
    return Doubt(
        collection_key=row.collection_key,
        subject=bytes(row.subject),
        object_id=row.object_id,
        kind=rows[0].kind,
        value=rows[0].value,
        voices=voices,
        whys=dict(Counter(one for one in whys if one is not None)),
        since_ms=row.since_ms,
        rows=tuple((one.id, one.n) for one in rows),
    )


def _calls_wrong(now: int) -> sa.ColumnElement[bool]:
    return sa.and_(votes.c.says == FALSE, votes.c.said_ms > now - LASTING_DAYS * DAY_MS)


def _is(claim: Claimed, report: Report, n: int) -> bool:
    return claim.place == (report.key, n)


def _served(
    connection: Connection,
    receipts: Receipts,
    collection: Collection,
    resting: Mapping[int, bytes],
    lasts: Mapping[bytes, tuple[str, Entry | None]],
) -> dict[int, Served]:
    there = {key: last for key, (_, last) in lasts.items() if last is not None and not last.revoked}
    ids = [last.object_id for last in there.values()]
    fetched = fetched_by(connection, receipts.of(collection.id), collection, ids) if ids else {}
    found = {}
    for n, key in resting.items():
        if key in there:
            content = orjson.loads(there[key].body)
            ours = content["extensions"][INDICATOR_EXTENSION]
            found[n] = Served(
                collection=collection,
                stix_id=content["id"],
                confidence=content["confidence"],
                fetched=frozenset(fetched[content["id"]]),
                seen_by=ours.get("seen_by", 0),
                called_false_by=ours.get("called_false_by", 0),
            )
    return found
