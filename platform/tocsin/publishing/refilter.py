"""Changing what a collection takes: its filter, or that it was frozen. What it holds follows."""

from collections.abc import Collection as Several
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.append import committed
from tocsin.ledger.collections import Collection, freeze_collection, set_filter
from tocsin.ledger.database import Database, chunks
from tocsin.ledger.tables import entries
from tocsin.members.granting import agreements_over
from tocsin.policy.agreement import voices_needed
from tocsin.policy.filters import parse_filter
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.gather import let_in
from tocsin.publishing.settle import settle, subjects_of
from tocsin.publishing.standing import fitting, load, support_enough
from tocsin.publishing.whole import release_whole
from tocsin.reports.tables import ACTIVE, assertions, report_collections

_SUBJECTS_AT_ONCE = 500
_MOST_COUNTED = 5_000


class HasPushed(ValueError):
    """A collection with objects that members pushed can have no filter: nobody can say what these are about."""


def refilter(database: Database, exchange: Exchange, collection: Collection, text: str | None, now: int) -> int:
    """Set a collection's filter (None: everything) and bring what it holds to that; how many subjects were looked at.

    BadFilter and HasPushed before anything changes. Killed on the way, the same call finishes it.
    """
    parse_filter(text)

    def put(connection: Connection, _now: int) -> None:
        if text is not None and _has_pushed(connection, collection.key):
            raise HasPushed(f"{collection.title} holds objects that members pushed; a collection with a filter cannot.")
        set_filter(connection, collection.key, text)

    committed(database, put, now)
    return settle_all(database, exchange, collection, now)


def leaving(connection: Connection, collection: Collection, text: str | None) -> tuple[int, int]:
    """How many indicators this filter would end in a collection, and how many stand there; BadFilter."""
    terms, now_terms = parse_filter(text), parse_filter(collection.filter)
    agreements = agreements_over(connection, {collection.key})[collection.key]
    standing = gone = 0
    for some in chunks(_subjects(connection, collection.key), _SUBJECTS_AT_ONCE):
        claims = load(connection, some)
        for key, subject in subjects_of(claims).items():
            needed = voices_needed(agreements, subject.identifier.kind, personal=subject.personal)
            before, after = (
                support_enough(fitting(claims[key], collection.key, one), needed) for one in (now_terms, terms)
            )
            standing += before
            gone += before and not after
    return gone, standing


def fill(database: Database, exchange: Exchange, collection: Collection, now: int) -> int:
    """Let into a collection that gathers what was handed in before; how many subjects were looked at.

    Killed on the way, the same call finishes it.
    """
    committed(database, lambda connection, now: let_in(connection, collection, now), now)
    return settle_all(database, exchange, collection, now)


def would_hold(connection: Connection, collection: Collection, now: int) -> tuple[int, int | None]:
    """How many earlier reports come into a collection that gathers, and how many indicators then stand in it.

    On a rehearsing connection. None where these are too many to be counted while writers wait.
    """
    came = let_in(connection, collection, now)
    if len(_subjects(connection, collection.key)) > _MOST_COUNTED:
        return came, None
    return came, leaving(connection, collection, collection.filter)[1]


def release(database: Database, exchange: Exchange, collection: Collection, now: int) -> int:
    """Let a frozen collection go on, with what was decided meanwhile; how many subjects were looked at."""

    def put(connection: Connection, now: int) -> None:
        freeze_collection(connection, collection.key, None)
        if collection.gathers:
            let_in(connection, replace(collection, frozen_ms=None), now)

    committed(database, put, now)
    return settle_all(database, exchange, collection, now)


def settle_all(database: Database, exchange: Exchange, collection: Collection, now: int) -> int:
    """Bring everything in a collection to what the assertions support; how many subjects there are."""
    with database.reading() as connection:
        subjects = _subjects(connection, collection.key)
    return settle_subjects(database, exchange, subjects, (collection.key,), now)


def settle_subjects(
    database: Database, exchange: Exchange, subjects: list[bytes], collection_keys: Several[int], now: int
) -> int:
    """Bring what is published of these subjects to what their assertions support; how many there are.

    `collection_keys` as `settle` has them. In batches, and what a second voice releases goes out as it came.
    """
    for some in chunks(subjects, _SUBJECTS_AT_ONCE):

        def work(connection: Connection, now: int, some: list[bytes] = some) -> None:
            claims = load(connection, some)
            settled = settle(connection, exchange, subjects_of(claims), claims, collection_keys, now)
            release_whole(connection, exchange, settled.released, now)

        committed(database, work, now)
    return len(subjects)


def _has_pushed(connection: Connection, collection_key: int) -> bool:
    query = sa.select(entries.c.seq).where(
        entries.c.collection_key == collection_key,
        entries.c.owner_key.is_not(None),
        entries.c.latest_position.is_not(None),
        entries.c.revoked.is_(sa.false()),
    )
    return connection.execute(query.limit(1)).first() is not None


def _subjects(connection: Connection, collection_key: int) -> list[bytes]:
    """The keys of all subjects that stand in reports for this collection."""
    query = (
        sa.select(assertions.c.subject)
        .distinct()
        .join(report_collections, report_collections.c.report_key == assertions.c.report_key)
        .where(
            report_collections.c.collection_key == collection_key,
            assertions.c.subject.is_not(None),
            assertions.c.state == ACTIVE,
            assertions.c.verdict != "rejected",
        )
        .order_by(assertions.c.subject)
    )
    return list(connection.execute(query).scalars())
