"""Finding the entries of objects: their newest versions, and where each began."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import rows_among
from tocsin.ledger.read import Entry
from tocsin.ledger.tables import entries

# `+` keeps SQLite from walking the whole collection by `latest_position` instead of finding the objects
_LATEST = (
    f"SELECT {', '.join(Entry._fields)} FROM entries"  # noqa: S608 - our names
    " WHERE collection_key = ? AND object_id IN ({}) AND +latest_position IS NOT NULL"
)


def latest_of(connection: Connection, collection_key: int, object_ids: Sequence[str]) -> dict[str, Entry]:
    """The newest visible version of each of these objects in a collection, by id, in the order in which they are named.

    In the order in which a database finds them, what is made of them would tell of what else it holds.
    """
    found = {row.object_id: Entry._make(row) for row in rows_among(connection, _LATEST, object_ids, collection_key)}
    return {one: found[one] for one in object_ids if one in found}


def where_is(connection: Connection, object_id: str) -> list[Entry]:
    """The newest visible version of an object in each collection that holds it."""
    keys = connection.execute(
        sa.select(entries.c.collection_key).distinct().where(entries.c.object_id == object_id)
    ).scalars()
    return [entry for key in keys for entry in latest_of(connection, key, [object_id]).values()]


def beginnings(connection: Connection, collection_key: int, object_type: str) -> Iterator[tuple[int, str]]:
    """The position of the first entry of every object of a type, whether it is still served or not, and its id.

    In the order of the positions: what was there once keeps its place, whatever comes later.
    """
    first = sa.func.min(entries.c.position)
    query = (
        sa.select(first, entries.c.object_id)
        .where(entries.c.collection_key == collection_key, entries.c.type == object_type)
        .group_by(entries.c.object_id)
        .order_by(first)
    )
    for row in connection.execute(query.execution_options(stream_results=True, max_row_buffer=5_000)):
        yield row[0], row[1]
