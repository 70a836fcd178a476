"""Changing what a collection takes: its filter, or that it was frozen. What it holds follows."""

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
from tocsin.publishing.settle import subjects_of
from tocsin.publishing.settling import SUBJECTS_AT_ONCE, settle_all, subjects_in, unsettle
from tocsin.publishing.standing import fitting, load, support_enough

_MOST_COUNTED = 5_000


class HasPushed(ValueError):
    """A collection with objects that members pushed can have no filter: nobody can say what these are about."""


def refilter(
    database: Database,
    exchange: Exchange,
    collection: Collection,
    text: str | None,
    now: int,
    *,
    at_most: int | None = None,
) -> int:
    """Set a collection's filter (None: everything) and bring what it holds to that; how many subjects were looked at.

    BadFilter and HasPushed before anything changes. `at_most` as `settle_all` has it.
    """
    parse_filter(text)

    def put(connection: Connection, _now: int) -> None:
        if text is not None and _has_pushed(connection, collection.key):
            raise HasPushed(f"{collection.title} holds objects that members pushed; a collection with a filter cannot.")
        set_filter(connection, collection.key, text)
        unsettle(connection, collection.key)

    committed(database, put, now)
    return settle_all(database, exchange, collection.key, now, at_most)


def leaving(connection: Connection, collection: Collection, text: str | None) -> tuple[int, int]:
    """How many indicators this filter would end in a collection, and how many stand there; BadFilter."""
    terms, now_terms = parse_filter(text), parse_filter(collection.filter)
    agreements = agreements_over(connection, {collection.key})[collection.key]
    standing = gone = 0
    for some in chunks(subjects_in(connection, collection.key), SUBJECTS_AT_ONCE):
        claims = load(connection, some)
        for key, subject in subjects_of(claims).items():
            needed = voices_needed(agreements, subject.identifier.kind, personal=subject.personal)
            before, after = (
                support_enough(fitting(claims[key], collection.key, one), needed) for one in (now_terms, terms)
            )
            standing += before
            gone += before and not after
    return gone, standing


def fill(
    database: Database, exchange: Exchange, collection: Collection, now: int, *, at_most: int | None = None
) -> int:
    """Let into a collection that gathers what was handed in before; how many subjects were looked at.

    `at_most` as `settle_all` has it.
    """

    def put(connection: Connection, now: int) -> None:
        let_in(connection, collection, now)
        unsettle(connection, collection.key)

    committed(database, put, now)
    return settle_all(database, exchange, collection.key, now, at_most)


def would_hold(connection: Connection, collection: Collection, now: int) -> tuple[int, int | None]:
    """How many earlier reports come into a collection that gathers, and how many indicators then stand in it.

    On a rehearsing connection. None where these are too many to be counted while writers wait.
    """
    came = let_in(connection, collection, now)
    if len(subjects_in(connection, collection.key)) > _MOST_COUNTED:
        return came, None
    return came, leaving(connection, collection, collection.filter)[1]


def release(
    database: Database, exchange: Exchange, collection: Collection, now: int, *, at_most: int | None = None
) -> int:
    """Let a frozen collection go on, with what was decided meanwhile; how many subjects were looked at.

    `at_most` as `settle_all` has it.
    """

    def put(connection: Connection, now: int) -> None:
        freeze_collection(connection, collection.key, None)
        if collection.gathers:
            let_in(connection, replace(collection, frozen_ms=None), now)
        unsettle(connection, collection.key)

    committed(database, put, now)
    return settle_all(database, exchange, collection.key, now, at_most)


def _has_pushed(connection: Connection, collection_key: int) -> bool:
    query = sa.select(entries.c.seq).where(
        entries.c.collection_key == collection_key,
        entries.c.owner_key.is_not(None),
        entries.c.latest_position.is_not(None),
        entries.c.revoked.is_(sa.false()),
    )
    return connection.execute(query.limit(1)).first() is not None
