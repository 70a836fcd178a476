"""Pages of objects as the stored bytes: how many entries fit into one, and fetching them without holding more."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import marked
from tocsin.ledger.read import EVERYTHING, Match, rows_of
from tocsin.ledger.tables import entries


class Served(NamedTuple):
    """A page as the bytes of its entries, and the positions of its first and last entry.

    Each of `pieces` is the bytes of some entries with commas between them; between two pieces a comma is missing still:
    a page is a megabyte, and every copy of it shows.
    """

    entries: int
    first: int
    last: int
    pieces: tuple[bytes, ...]
    more: bool


MOST_BYTES = 32_000_000
"""A page that has so many bytes already is not made longer than it has to be."""

LARGE = 32_000
"""Bytes of a body that is fetched by itself."""

_AT_ONCE = 500
_SECOND_MS = 1_000

_WEIGHED = [entries.c.position, sa.case((sa.func.length(entries.c.body) <= LARGE, entries.c.body)).label("body")]
# Thousands of rows as one value: the database joins them faster than Python fetches them.
_JOINED = {
    dialect: f"""
        SELECT count(*) AS entries, count(body) AS small, min(position) AS first, max(position) AS last,
            {joined} AS body
        FROM (
            SELECT latest_position AS position, CASE WHEN length(body) <= {LARGE} THEN body END AS body FROM entries
            WHERE collection_key = {mark} AND latest_position > {mark} ORDER BY latest_position LIMIT {mark}
        ) AS page
    """  # noqa: S608 - our words
    for dialect, mark, joined in (
        ("sqlite", "?", "CAST(group_concat(body, ',') AS BLOB)"),
        ("postgresql", "%s", "string_agg(body, ','::bytea ORDER BY position)"),
    )
}


def served(
    connection: Connection,
    collection_key: int,
    after: int,
    limit: int,
    match: Match = EVERYTHING,
    *,
    listed: bool = False,
) -> Served:
    """The bodies of a page: of `limit` entries, or of fewer where these are too many bytes.

    Such a page ends in a later second than the one it starts after: a client that cuts its dates to whole seconds
    would otherwise ask for the same page for ever. `append` sees that no second holds much more than a page.
    """
    plain = match == EVERYTHING and not listed
    pieces: list[bytes] = []
    count, size, first, last = 0, 0, 0, after
    while count < limit and not _is_full(size, after, last):
        wanted = min(limit - count, _AT_ONCE)
        found = _joined(connection, collection_key, last, wanted) if plain else None
        if found is None:
            found = _gathered(connection, collection_key, after, last, wanted, match, listed, size)
        if found.entries:
            pieces += found.pieces
            first = first or found.first
            count, size, last = count + found.entries, size + sum(map(len, found.pieces)), found.last
        if not found.more:
            return Served(count, first, last, tuple(pieces), False)
    more = (
        _more(connection, collection_key, last)
        if plain
        else bool(rows_of(connection, [entries.c.position], collection_key, last, 1, match, listed))
    )
    return Served(count, first, last, tuple(pieces), more)


def _is_full(size: int, after: int, last: int) -> bool:
    """Whether a page of so many bytes, from after one position to another (ms), need not be longer."""
    return size >= MOST_BYTES and last // _SECOND_MS > after // _SECOND_MS


def _joined(connection: Connection, collection_key: int, after: int, limit: int) -> Served | None:
    """The next entries of a poll without filters, None where one of them is large."""
    dialect = connection.dialect.name
    row = connection.exec_driver_sql(_JOINED[dialect], (collection_key, after, limit)).one()
    if row.small < row.entries:
        return None
    return Served(row.entries, row.first or 0, row.last or 0, (row.body or b"",), row.entries == limit)


def _more(connection: Connection, collection_key: int, after: int) -> bool:
    """Whether there is a newest version after a position."""
    statement = marked(connection, "SELECT 1 FROM entries WHERE collection_key = ? AND latest_position > ? LIMIT 1")
    return connection.exec_driver_sql(statement, (collection_key, after)).first() is not None


def _gathered(
    connection: Connection,
    collection_key: int,
    start: int,
    after: int,
    limit: int,
    match: Match,
    listed: bool,
    size: int,
) -> Served:
    """The next entries of a page that starts after position `start` and has `size` bytes: as many as still fit.

    `more`: there may be more of them.
    """
    rows = rows_of(connection, _WEIGHED, collection_key, after, limit, match, listed)
    bodies: list[bytes] = [row[1] for row in rows]
    if None not in bodies:
        first, last = (rows[0][0], rows[-1][0]) if rows else (0, after)
        return Served(len(rows), first, last, (b",".join(bodies),), len(rows) == limit)
    taken: list[tuple[int, bytes]] = []
    for position, small in rows:
        body = small if small is not None else _body_at(connection, collection_key, position)
        # what was erased since is passed over
        if body:
            taken.append((position, body))
            size += len(body)
        if _is_full(size, start, position):
            break
    bodies = [body for _, body in taken]
    first, last = (taken[0][0], taken[-1][0]) if taken else (0, after)
    return Served(len(taken), first, last, (b",".join(bodies),), len(rows) == limit or last < rows[-1][0])


def _body_at(connection: Connection, collection_key: int, position: int) -> bytes:
    query = sa.select(entries.c.body).where(entries.c.collection_key == collection_key, entries.c.position == position)
    return connection.execute(query).scalar() or b""
