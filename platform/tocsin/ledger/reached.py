"""Whom a withdrawal has reached, and whom not: receipts beside the entries of one object."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection, all_collections
from tocsin.ledger.database import chunks
from tocsin.ledger.matching import understood
from tocsin.ledger.read import count_after, page
from tocsin.ledger.receipts import Receipt, Receipts
from tocsin.ledger.tables import entries

HAS_IT = "has it"
"""The next request of this subscriber started after it."""

SENT = "sent"
"""It was sent, and no request confirmed it yet."""

NOT_YET = "not yet"
"""This subscriber was sent the object before, and has not fetched its newest version."""

NEVER_HAD = "never had it"
"""This subscriber did not get as far as the object, or began after it."""


_AT_ONCE = 50
_MOST_VERSIONS = 5_000
"""Versions of that many objects that are looked at under a filter that asks for every version."""


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
    """For every collection that holds an object: each subscriber that its filter does not keep it from.

    Those whose filter is too long to be kept whole are left out: nobody can say what they asked for.
    """
    for collection in all_collections(connection):
        every = connection.execute(
            sa.select(entries.c.position)
            .where(entries.c.collection_key == collection.key, entries.c.object_id == object_id)
            .order_by(entries.c.position)
        )
        positions = every.scalars().all()
        if not positions:
            continue
        newest: dict[str, tuple[int, bool] | None] = {}
        for receipt in receipts.of(collection.id):
            if receipt.filter not in newest:
                newest[receipt.filter] = _newest(connection, collection, receipt.filter, object_id)
            found = newest[receipt.filter]
            if found is not None:
                state = _state(receipt, positions, found[0])
                yield Reach(collection, *found, receipt.subscriber, receipt.filter, state, receipt.polled_ms)


def fetched_by(
    connection: Connection, receipts: Sequence[Receipt], collection: Collection, object_ids: Sequence[str]
) -> dict[str, set[str]]:
    """By object, the subscribers of a collection that have its newest version, of these objects; as `reached` has it.

    `receipts` are those of the collection. Asked once a filter for all of the objects together.
    """
    found: dict[str, set[str]] = {object_id: set() for object_id in object_ids}
    newest: dict[str, dict[str, int]] = {}
    for receipt in receipts:
        if receipt.filter not in newest:
            newest[receipt.filter] = _newest_of(connection, collection, receipt.filter, object_ids)
        for object_id, position in newest[receipt.filter].items():
            if receipt.began < position <= receipt.confirmed:
                found[object_id].add(receipt.subscriber)
    return found


def behind(connection: Connection, collection: Collection, receipt: Receipt, most: int | None = None) -> int | None:
    """What a subscriber has not confirmed of all that its filter lets through, None where that is not known whole.

    `most`: no further than this is counted.
    """
    match = understood(receipt.filter)
    return None if match is None else count_after(connection, collection.key, receipt.confirmed, most, match)


def _newest(connection: Connection, collection: Collection, text: str, object_id: str) -> tuple[int, bool] | None:
    """Position of an object's newest version under a filter, and whether it is a withdrawal; None where kept out."""
    match = understood(text)
    if match is None or (match.ids and object_id not in match.ids):
        return None
    found = page(connection, collection.key, 0, 1_000, replace(match, ids=(object_id,)), bodies=False)
    return (found[-1].position, found[-1].revoked) if found else None


def _newest_of(connection: Connection, collection: Collection, text: str, object_ids: Sequence[str]) -> dict[str, int]:
    """By object, the position of the newest version that a filter lets through; nothing for what it keeps out."""
    match = understood(text)
    if match is None:
        return {}
    wanted = [one for one in object_ids if not match.ids or one in match.ids]
    positions: dict[str, int] = {}
    for some in chunks(wanted, _AT_ONCE):
        for entry in page(connection, collection.key, 0, _MOST_VERSIONS, replace(match, ids=tuple(some)), bodies=False):
            positions[entry.object_id] = max(entry.position, positions.get(entry.object_id, 0))
    return positions


def _state(receipt: Receipt, positions: Sequence[int], newest: int) -> str:
    """Where a subscriber is with an object that has entries at `positions`, the newest version at `newest`."""
    if newest <= receipt.began:
        return NEVER_HAD
    if receipt.confirmed >= newest:
        return HAS_IT
    if receipt.sent >= newest:
        return SENT
    # there is one after where it began, since `newest` is
    first = positions[bisect_right(positions, receipt.began)]
    return NOT_YET if receipt.sent >= first else NEVER_HAD
