"""Deciding again what collections may carry: when an audience, an agreement or a marking changes."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.append import committed
from tocsin.ledger.collections import Collection, collections_by_key
from tocsin.ledger.database import Database
from tocsin.members.communities import Community, change_community, find_community
from tocsin.members.granting import grant_community
from tocsin.members.members import grant
from tocsin.members.tables import community_rights
from tocsin.policy.agreement import Agreement
from tocsin.policy.carry import Audience, Decision, Reach, Reader, Shared, may_carry
from tocsin.publishing.audience import audience_for, names_of, readers_of
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.gather import let_in, let_in_report
from tocsin.publishing.settling import settle_all, settle_subjects, unsettle
from tocsin.publishing.standing import collections_of
from tocsin.reports.audiences import audience_of
from tocsin.reports.reports import change_markings, report_by_key
from tocsin.reports.tables import ACTIVE, assertions, report_collections, reports
from tocsin.stix import HANDLING, PAP, TLP, Marking

_TERMS = ("audience_key", "member_key", "tlp", "handling", "basis", "unattributed")


class NotTheirs(ValueError):
    """A collection holds what was not shared with whoever is to read it: they need a collection of their own."""


class OnlyStricter(PermissionError):
    """Only the member whose report it is may loosen a marking."""


def admit(connection: Connection, collection: Collection, reader: Reader, now: int, *, read: bool, write: bool) -> None:
    """Set what a member or community may do with a collection, in place of what it might before.

    Whoever reads a collection reads it from the start, so NotTheirs where anything ever went in that was not shared
    with them, or may not be passed on as far as their agreement lets them.
    """
    if collection.inbox_of is not None:
        raise NotTheirs("An inbox is for its member alone.")
    before = readers_of(connection, collection.key)
    put = grant if reader.kind == "member" else grant_community
    # a refusal takes the right back, whatever the caller does with it
    with connection.begin_nested():
        put(connection, collection.key, reader.key, read=read, write=write)
        if not read or reader in before:
            return
        if any(decision.reach < reach for _, reach, decision in _decisions(connection, collection, now)):
            name = names_of(connection, [reader])[reader]
            raise NotTheirs(
                f"{collection.title} holds what was not shared with {name}, or must not go as far as they may pass it "
                "on. Make another collection for them, or let them join a community that reads this one."
            )


def change_agreement(
    database: Database,
    exchange: Exchange,
    slug: str,
    agreement: Agreement,
    now: int,
    *,
    title: str | None = None,
    until_ms: int | None = None,
) -> Community:
    """Change what the members of a community agreed on, and bring what its collections hold to that.

    ValueError, before anything is changed, where it cannot be. Killed on the way, the same call finishes it.
    """

    def put(connection: Connection, _now: int) -> list[int]:
        community = find_community(connection, slug)
        change_community(connection, community, agreement, title=title or community.title, until_ms=until_ms)
        query = sa.select(community_rights.c.collection_key).where(
            community_rights.c.community_key == community.key, community_rights.c.can_read
        )
        return list(connection.execute(query).scalars())

    for key in committed(database, put, now):
        redecide(database, exchange, key, now)
    with database.reading() as connection:
        return find_community(connection, slug)


def redecide(database: Database, exchange: Exchange, collection_key: int, now: int) -> None:
    """Decide anew how much of each report a collection may carry, and publish or withdraw what follows from that."""

    def work(connection: Connection, now: int) -> None:
        collection = collections_by_key(connection, {collection_key})[collection_key]
        for terms, reach, decision in _decisions(connection, collection, now):
            if decision.reach != reach:
                _set_reach(connection, collection_key, _same(terms), reach, decision.reach)
        if collection.gathers:
            # what came while policy kept it out of here
            let_in(connection, collection, now)
        unsettle(connection, collection_key)

    committed(database, work, now)
    settle_all(database, exchange, collection_key, now)


def remark(
    database: Database,
    exchange: Exchange,
    report_key: int,
    now: int,
    *,
    owner: bool,
    tlp: str | None = None,
    pap: str | None = None,
    handling: str | None = None,
) -> int:
    """Give a report other markings, and bring its collections to that; how many subjects were looked at.

    OnlyStricter where it is not the owner's wish and loosens anything. What a collection may not carry any more is
    withdrawn there; where it is looser, those that fill themselves take what they may carry now.
    """

    def put(connection: Connection, now: int) -> None:
        report = report_by_key(connection, report_key)
        terms = report.terms
        markings = ((TLP, terms.tlp, tlp), (PAP, terms.pap, pap), (HANDLING, terms.handling, handling))
        looser = any(new is not None and _rank(known, new) < _rank(known, old) for known, old, new in markings)
        if looser and not owner:
            raise OnlyStricter("Only the member whose report it is may loosen its marking; others may tighten it.")
        change_markings(
            connection, report, tlp=tlp or terms.tlp, pap=pap or terms.pap, handling=handling or terms.handling
        )
        for collection in collections_by_key(connection, collections_of(connection, {report_key})).values():
            for found, reach, decision in _decisions(connection, collection, now, report_key):
                if decision.reach != reach:
                    _set_reach(
                        connection, collection.key, [reports.c.key == report_key, *_same(found)], reach, decision.reach
                    )
        if looser:
            let_in_report(connection, report_key, now)

    committed(database, put, now)
    return _settle_report(database, exchange, report_key, now)


def _decisions(
    connection: Connection, collection: Collection, now: int, report_key: int | None = None
) -> list[tuple[Any, Reach, Decision]]:
    """For each set of terms on which reports are for this collection: what was decided, and what policy says now."""
    audience = audience_for(connection, collection, 0, now)
    columns = [reports.c[name] for name in _TERMS]
    query = (
        sa.select(*columns, report_collections.c.reach)
        .distinct()
        .join(report_collections, report_collections.c.report_key == reports.c.key)
        .where(report_collections.c.collection_key == collection.key)
    )
    if report_key is not None:
        query = query.where(reports.c.key == report_key)
    return [(row, Reach(row.reach), _decided(connection, row, audience)) for row in connection.execute(query).all()]


def _decided(connection: Connection, terms: Any, audience: Audience) -> Decision:
    """What policy says of what is in already."""
    shared = Shared(
        tlp=terms.tlp,
        owner=terms.member_key,
        audience=audience_of(connection, terms.audience_key),
        handling=terms.handling,
        basis=terms.basis,
    )
    return may_carry(shared, audience, standing=True)


def _same(terms: Any) -> list[sa.ColumnElement[bool]]:
    return [reports.c[name].is_not_distinct_from(getattr(terms, name)) for name in _TERMS]


def _set_reach(connection: Connection, collection_key: int, chosen: Sequence[Any], before: Reach, after: Reach) -> None:
    connection.execute(
        report_collections.update()
        .where(
            report_collections.c.collection_key == collection_key,
            report_collections.c.reach == before,
            report_collections.c.report_key.in_(sa.select(reports.c.key).where(*chosen)),
        )
        .values(reach=after)
    )


def _settle_report(database: Database, exchange: Exchange, report_key: int, now: int) -> int:
    with database.reading() as connection:
        query = sa.select(assertions.c.subject).distinct()
        of_report = sa.and_(
            assertions.c.report_key == report_key, assertions.c.subject.is_not(None), assertions.c.state == ACTIVE
        )
        subjects = sorted(connection.execute(query.where(of_report)).scalars())
        keys = collections_of(connection, {report_key})
    return settle_subjects(database, exchange, subjects, now, keys)


def _rank(known: dict[str, Marking], name: str | None) -> int:
    return -1 if name is None else known[name].rank
