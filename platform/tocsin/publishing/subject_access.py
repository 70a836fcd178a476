"""What the exchange knows of one person or thing, for whoever is entitled to ask: found whole, and nothing beside it.

Of a report only the rows on the values that were asked for; of members only what they share with their readers. A
source that is not attributed stays unseen here too.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier
from tocsin.intake import ROLES
from tocsin.ledger.collections import all_collections
from tocsin.ledger.reached import NEVER_HAD
from tocsin.ledger.reached import reached as reached_with
from tocsin.ledger.receipts import Receipts
from tocsin.ledger.tables import collections, entries
from tocsin.members.members import all_members, readers
from tocsin.members.tables import members
from tocsin.policy.agreement import BASES
from tocsin.policy.carry import SMALLEST_UNATTRIBUTED_AUDIENCE
from tocsin.policy.confidence import SEEN, WHYS
from tocsin.policy.keeping import Rule, kept_until, last_word, rule_for
from tocsin.publishing.emptying import about, own_entries
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.standing import subject_of
from tocsin.reports.holds import MEMBER, Held, all_holds, held_now
from tocsin.reports.keeping import all_rules
from tocsin.reports.tables import (
    ACTIVE,
    ERASED,
    FALSE,
    WITHDRAWN,
    assertions,
    disputes,
    proposals,
    report_collections,
    reports,
    votes,
)
from tocsin.times import DAY_MS, stamp

Searches = Callable[[Identifier], Iterable[str]]
"""Lines on who looked for an identifier, and when."""

_STATES = {ACTIVE: "stands", WITHDRAWN: "withdrawn", FALSE: "withdrawn as wrong"}
_EXPLAINED = ("held", "rejected")
_UNSEEN = "reported without its name, which the exchange does not disclose"


def no_searches(_identifier: Identifier) -> Iterable[str]:
    """Nothing is known of searches."""
    return ()


@dataclass(frozen=True, slots=True)
class Sources:
    """Where it is looked for: the exchange, receipts, and what is known of searches."""

    exchange: Exchange
    receipts: Receipts
    searches: Searches = no_searches


def known_of(
    connection: Connection, sources: Sources, asked: Sequence[Identifier], by: str, now: int
) -> dict[str, Any]:
    """Everything that is known of these identifiers, as JSON can say it; moments as RFC 3339."""
    holds = held_now(connection, now)
    rules = all_rules(connection)
    return {
        "exchange": sources.exchange.name,
        "contact": sources.exchange.contact,
        "made": stamp(now),
        "made_by": by,
        "asked": [
            {
                "kind": one.kind,
                "value": one.value,
                "published": _published(connection, sources, one),
                "reported": _reported(connection, one, rules, holds, now),
                "pushed": _pushed(connection, one),
                "disputes": _disputes(connection, one),
                "votes": _votes(connection, one),
                "proposals": _proposals(connection, one),
                "holds": _holds(connection, one, now),
                "searches": list(sources.searches(one)),
            }
            for one in dict.fromkeys(asked)
        ],
    }


def _published(connection: Connection, sources: Sources, one: Identifier) -> list[dict[str, Any]]:
    """The exchange's own objects about it in every collection: each version, who may read it, to whom it was sent."""
    subjects = [subject_of(one, role) for role in ROLES]
    names = {member.slug: member.name for member in all_members(connection)}
    found = []
    for collection in all_collections(connection):
        # what a member wrote under the same id may say more than this
        found_here = own_entries(connection, sources.exchange, collection, subjects)
        rows = [row for row in found_here if row.body and row.owner_key is None]
        may_read = [member.name for member in readers(connection, collection.key)]
        for object_id in dict.fromkeys(row.object_id for row in rows):
            sent = _sent_to(connection, sources.receipts, collection.id, object_id)
            found.append(
                {
                    "collection": collection.title,
                    "id": object_id,
                    "versions": [
                        {"added": stamp(row.position), "object": orjson.loads(row.body)}
                        for row in rows
                        if row.object_id == object_id
                    ],
                    "readers_now": {"members": len(may_read), "names": may_read},
                    "sent_to": {"members": len(sent), "names": sorted(names.get(slug, slug) for slug in sent)},
                }
            )
    return found


def _sent_to(connection: Connection, receipts: Receipts, collection_id: str, object_id: str) -> set[str]:
    """The slugs of the members whose subscribers were sent an object by a collection."""
    return {
        one.subscriber.partition("/")[0]
        for one in reached_with(connection, receipts, object_id)
        if one.collection.id == collection_id and one.state != NEVER_HAD
    }


def _reported(connection: Connection, one: Identifier, rules: list[Rule], held: Held, now: int) -> list[dict[str, Any]]:
    columns = [assertions.c[name] for name in _OF_ROW]
    columns += [reports.c[name] for name in _OF_REPORT]
    query = (
        sa.select(*columns, members.c.name, members.c.kind.label("category"))
        .join(reports, reports.c.key == assertions.c.report_key)
        .join(members, members.c.key == reports.c.member_key)
        .where(_rows_on(one), assertions.c.state != ERASED)
        .order_by(assertions.c.report_key, assertions.c.n)
    )
    rows = connection.execute(query).all()
    titles = _titles(connection, {row.report_key for row in rows})
    common = _common_categories(connection)
    return [_as_said(row, titles[row.report_key], common, rules, held, now) for row in rows]


def _as_said(
    row: Any, titles: list[str], common: Collection[str], rules: list[Rule], held: Held, now: int
) -> dict[str, Any]:
    rule = rule_for(rules, row.kind, row.tlp)
    received = row.received_ms if not row.unattributed else row.received_ms - row.received_ms % DAY_MS
    until = kept_until(rule, last_word(received, row.last_seen, now))
    named = not row.unattributed
    # whoever puts a hold on one member after the other would see which of them is the source
    hold = held.keeping(subjects=[row.subject], reports=[row.report_key], members=[row.member_key] if named else [])
    return {
        "source": row.name if named else None,
        "source_category": row.category if named or row.category in common else "member",
        "source_note": None if named else _UNSEEN,
        "received": stamp(received),
        "role": row.role,
        "crime_type": row.crime_type,
        "confidence": row.confidence,
        "first_seen": _stamp(row.first_seen),
        "last_seen": _stamp(row.last_seen),
        "note": row.note if row.with_text and named else None,
        "marking": f"TLP:{row.tlp.upper()}",
        "permissible_actions": row.pap,
        "handling": row.handling,
        "lawful_basis": BASES.get(row.basis or "", None),
        "collections": titles,
        "verdict": row.verdict,
        # what a person wrote to another member is that member's
        "reason": row.reason if row.verdict in _EXPLAINED and row.decided_by is None and row.state == ACTIVE else None,
        "decided": _stamp(row.decided_ms),
        "decided_by_a_person": row.decided_by is not None,
        "state": _STATES[row.state],
        "kept_days": rule.days if rule else None,
        "kept_until": _stamp(until),
        "held": hold is not None,
    }


def _pushed(connection: Connection, one: Identifier) -> list[dict[str, Any]]:
    """The objects of members that name it: where and since when. Their words are not only about it."""
    ids = sa.select(assertions.c.object_id).where(_rows_on(one), assertions.c.object_id.is_not(None))
    query = (
        sa.select(entries.c.object_id, entries.c.type, entries.c.position, entries.c.revoked, collections.c.title)
        .join(collections, collections.c.key == entries.c.collection_key)
        .where(entries.c.object_id.in_(ids), entries.c.owner_key.is_not(None), entries.c.body != b"")
        .order_by(entries.c.seq)
    )
    return [
        {
            "collection": row.title,
            "id": row.object_id,
            "type": row.type,
            "added": stamp(row.position),
            "withdrawn": bool(row.revoked),
        }
        for row in connection.execute(query)
    ]


def _disputes(connection: Connection, one: Identifier) -> list[dict[str, Any]]:
    keys = [subject_of(one, role).key for role in ROLES]
    query = sa.select(disputes).where(disputes.c.subject.in_(keys)).order_by(disputes.c.opened_ms)
    return [
        {
            "opened": stamp(row.opened_ms),
            "due": stamp(row.due_ms),
            "decided": _stamp(row.decided_ms),
            "outcome": row.outcome,
        }
        for row in connection.execute(query)
    ]


def _votes(connection: Connection, one: Identifier) -> list[dict[str, Any]]:
    """What readers say of it, each on which day: whose word it is stays unseen."""
    keys = [subject_of(one, role).key for role in ROLES]
    query = (
        sa.select(collections.c.title, votes.c.says, votes.c.why, votes.c.said_ms)
        .join(collections, collections.c.key == votes.c.collection_key)
        .where(votes.c.subject.in_(keys), votes.c.says.is_not(None))
        .order_by(votes.c.said_ms, votes.c.says)
    )
    return [
        {
            "collection": row.title,
            "says": "it was seen" if row.says == SEEN else "it is wrong",
            "why": WHYS.get(row.why or ""),
            "on": stamp(row.said_ms)[:10],
        }
        for row in connection.execute(query)
    ]


def _proposals(connection: Connection, one: Identifier) -> list[dict[str, Any]]:
    """What readers propose to correct about it, without their words: these may tell whose they are."""
    keys = [subject_of(one, role).key for role in ROLES]
    query = sa.select(proposals).where(proposals.c.subject.in_(keys)).order_by(proposals.c.proposed_ms)
    return [
        {
            "on": stamp(row.proposed_ms)[:10],
            "should": "be taken back" if row.kind is None else "be corrected",
            "kind": row.kind,
            "value": row.value,
            "role": row.role,
            "crime_type": row.crime_type,
        }
        for row in connection.execute(query)
    ]


def _holds(connection: Connection, one: Identifier, now: int) -> list[dict[str, Any]]:
    """The holds on it now, by whichever of its reports or members; what one on a member says may name a source."""
    keys = {subject_of(one, role).key for role in ROLES}
    query = (
        sa.select(assertions.c.report_key, reports.c.member_key, reports.c.unattributed)
        .join(reports, reports.c.key == assertions.c.report_key)
        .where(_rows_on(one), assertions.c.state != ERASED)
    )
    places = connection.execute(query).all()
    in_reports = {row.report_key for row in places}
    of_members = {row.member_key for row in places if not row.unattributed}
    return [
        {
            "since": stamp(hold.set_ms),
            "until": _stamp(hold.until_ms),
            "reason": hold.reason if hold.what != MEMBER else None,
        }
        for hold in all_holds(connection)
        if hold.lasts(now)
        and (
            hold.report_key in in_reports
            or hold.member_key in of_members
            or any(mark.subject in keys for mark in hold.marks)
        )
    ]


def _rows_on(one: Identifier) -> sa.ColumnElement[bool]:
    return about([subject_of(one, role) for role in ROLES])


def _titles(connection: Connection, report_keys: Collection[int]) -> dict[int, list[str]]:
    """By report key, the titles of the collections that it was handed in for."""
    found: dict[int, list[str]] = {key: [] for key in report_keys}
    query = (
        sa.select(report_collections.c.report_key, collections.c.title)
        .join(collections, collections.c.key == report_collections.c.collection_key)
        .where(report_collections.c.report_key.in_(report_keys))
        .order_by(collections.c.title)
    )
    for key, title in connection.execute(query):
        found[key].append(title)
    return found


def _common_categories(connection: Connection) -> set[str]:
    """The kinds of member that so many are of that the kind does not tell which one it is."""
    by_kind = Counter(kind for kind, _ in {(one.kind, one.voice) for one in all_members(connection)})
    return {kind for kind, number in by_kind.items() if number >= SMALLEST_UNATTRIBUTED_AUDIENCE}


def _stamp(ms: int | None) -> str | None:
    return None if ms is None else stamp(ms)


_OF_ROW = (
    "report_key",
    "n",
    "subject",
    "kind",
    "role",
    "crime_type",
    "confidence",
    "first_seen",
    "last_seen",
    "note",
    "verdict",
    "reason",
    "state",
    "decided_by",
    "decided_ms",
)
_OF_REPORT = (
    "member_key",
    "received_ms",
    "tlp",
    "pap",
    "handling",
    "basis",
    "with_text",
    "unattributed",
)
