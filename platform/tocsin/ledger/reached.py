"""Whom a withdrawal has reached, and whom not: receipts beside the entries of one object."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection, all_collections
from tocsin.ledger.matching import understood
from tocsin.ledger.read import page
from tocsin.ledger.receipts import Receipts
from tocsin.ledger.tables import entries

HAS_IT = "has it"
"""The next request of this subscriber started after it."""

SENT = "sent"
"""It was sent, and no request confirmed it yet."""

NOT_YET = "not yet"
"""This subscriber was sent the object before, and has not fetched its newest version."""

NEVER_HAD = "never had it"
"""This subscriber did not get as far as the object."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the newest version of an object has come with one subscriber under one filter.

    `position` (ms) is that version's, `state` one of the four above, `polled_ms` when this subscriber last asked.
    """

    collection: Collection
    position: int
    revoked: bool
    subscriber: str
    filter: str
    state: str
    polled_ms: int


def reached(connection: Connection, receipts: Receipts, object_id: str) -> Iterator[Reach]:
    """For every collection that holds an object: each subscriber that its filter does not keep it from."""
    for collection in all_collections(connection):
        first = connection.execute(
            sa.select(sa.func.min(entries.c.position)).where(
                entries.c.collection_key == collection.key, entries.c.object_id == object_id
            )
        ).scalar()
        if first is None:
            continue
        newest: dict[str, tuple[int, bool] | None] = {}
        for receipt in receipts.of(collection.id):
            if receipt.filter not in newest:
                newest[receipt.filter] = _newest(connection, collection, receipt.filter, object_id)
            found = newest[receipt.filter]
            if found is not None:
                state = _state(receipt.sent, receipt.confirmed, first, found[0])
                yield Reach(collection, *found, receipt.subscriber, receipt.filter, state, receipt.polled_ms)


def _newest(connection: Connection, collection: Collection, text: str, object_id: str) -> tuple[int, bool] | None:
    """Position of an object's newest version under a filter, and whether it is a withdrawal; None where kept out."""
    match = understood(text)
    if match.ids and object_id not in match.ids:
        return None
    found = page(connection, collection.key, 0, 1_000, replace(match, ids=(object_id,)), bodies=False)
    return (found[-1].position, found[-1].revoked) if found else None


def _state(sent: int, confirmed: int, first: int, newest: int) -> str:
    if confirmed >= newest:
        return HAS_IT
    if sent >= newest:
        return SENT
    return NOT_YET if sent >= first else NEVER_HAD
