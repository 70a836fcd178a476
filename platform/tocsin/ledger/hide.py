"""Taking entries out of service: hidden, and for an erasure emptied. Callers hold the writer lock."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import chunks
from tocsin.ledger.flags import flag_again
from tocsin.ledger.tables import EVERYWHERE, NOWHERE, collections, entries, entry_fields


def hide(
    connection: Connection,
    collection_key: int,
    object_id: str,
    version_key: str | None = None,
    spec_version: str | None = None,
) -> int:
    """Hide an object, or one version of it, from every endpoint; how many entries that were visible.

    `spec_version`: only what is of this version of STIX; an object may stand in two, with the same `modified`.
    """
    chosen = sa.and_(
        entries.c.collection_key == collection_key,
        entries.c.object_id == object_id,
        entries.c.visibility == EVERYWHERE,
    )
    if version_key is not None:
        chosen = sa.and_(chosen, entries.c.version_key == version_key)
    if spec_version is not None:
        chosen = sa.and_(chosen, entries.c.spec_version == spec_version)
    hidden = connection.execute(entries.update().where(chosen).values(visibility=NOWHERE)).rowcount
    if hidden:
        flag_again(connection, collection_key, object_id)
        _count_on(connection, collection_key)
    return hidden


def bodies_at(connection: Connection, collection_key: int, positions: Sequence[int]) -> list[tuple[str, int, bytes]]:
    """Object id, position and bytes of the entries at these positions that are not emptied yet."""
    found = []
    for some in chunks(list(positions)):
        query = sa.select(entries.c.object_id, entries.c.position, entries.c.body).where(
            entries.c.collection_key == collection_key, entries.c.position.in_(some), entries.c.body != b""
        )
        found += [(row.object_id, row.position, row.body) for row in connection.execute(query)]
    return found


def empty(connection: Connection, collection_key: int, positions: Sequence[int]) -> None:
    """Take away the bytes of the entries at these positions, and what they are found by.

    Position and hash stay, so that the ledger can still be checked; the entries are served nowhere.
    """
    for some in chunks(list(positions)):
        here = sa.and_(entries.c.collection_key == collection_key, entries.c.position.in_(some))
        objects = set(connection.execute(sa.select(entries.c.object_id).where(here)).scalars())
        connection.execute(entries.update().where(here).values(body=b"", visibility=NOWHERE, valid_until=None))
        connection.execute(
            entry_fields.delete().where(
                entry_fields.c.collection_key == collection_key, entry_fields.c.position.in_(some)
            )
        )
        for object_id in objects:
            flag_again(connection, collection_key, object_id)
    _count_on(connection, collection_key)


def _count_on(connection: Connection, collection_key: int) -> None:
    """Take a position that no entry has: the collection is not what it was."""
    connection.execute(
        collections.update()
        .where(collections.c.key == collection_key)
        .values(last_position=collections.c.last_position + 1)
    )
