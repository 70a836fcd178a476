"""The circles of collections: who may know of what they carry without reading it. A collection has none by itself."""

from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection
from tocsin.members.tables import known_circles
from tocsin.policy.known_of import NOBODY, Circle

_EVERYBODY = 0
"""In place of a community's key."""


def set_circle(connection: Connection, collection: Collection, circle: Circle) -> None:
    """Say who may know of what a collection carries, in place of what was said before; ValueError for an inbox."""
    if collection.inbox_of is not None:
        raise ValueError("What is in an inbox is for one member alone: nobody else may know of it.")
    connection.execute(known_circles.delete().where(known_circles.c.collection_key == collection.key))
    keys = [_EVERYBODY] if circle.everybody else sorted(circle.communities)
    if keys:
        connection.execute(
            known_circles.insert(), [{"collection_key": collection.key, "community_key": key} for key in keys]
        )


def circle_of(connection: Connection, collection_key: int) -> Circle:
    """Who may know of what a collection carries."""
    return _circles(connection, known_circles.c.collection_key == collection_key).get(collection_key, NOBODY)


def collections_around(connection: Connection, within: frozenset[int]) -> set[int]:
    """The keys of the collections that a member in these communities may know of."""
    found = _circles(connection, sa.true())
    return {key for key, circle in found.items() if circle.takes_in(within)}


def _circles(connection: Connection, chosen: sa.ColumnElement[bool]) -> dict[int, Circle]:
    keys: defaultdict[int, set[int]] = defaultdict(set)
    for collection_key, community_key in connection.execute(sa.select(known_circles).where(chosen)):
        keys[collection_key].add(community_key)
    return {
        key: Circle(everybody=_EVERYBODY in some, communities=frozenset(some - {_EVERYBODY}))
        for key, some in keys.items()
    }
