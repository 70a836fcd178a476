"""Reading entries by position. Nothing here parses a body: pages are made of the stored bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.bounds import bounds
from tocsin.ledger.database import chunks, marked
from tocsin.ledger.tables import EVERYWHERE, NOWHERE, collections, entries, entry_fields


@dataclass(frozen=True, slots=True)
class Match:
    """The filters of a poll, each an OR of its values, joined by AND (TAXII 2.1 section 3.4).

    `versions` holds 'first', 'last', 'all' or sortable version keys; `fields` maps an optional filter's name to its
    values. `at_least` holds what has to be reached, in the form that sorts: ('confidence', '050').
    """

    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    versions: tuple[str, ...] = ("last",)
    spec_versions: tuple[str, ...] = ()
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    at_least: tuple[tuple[str, str], ...] = ()


EVERYTHING = Match()


class Entry(NamedTuple):
    """An object version in a collection, as served. `position` is its date added, ms."""

    seq: int
    collection_key: int
    position: int
    object_id: str
    type: str
    spec_version: str
    version: str
    revoked: bool
    is_last: bool
    visibility: int
    owner_key: int | None
    body: bytes


MOST_COUNTED = 1_000_000
"""Entries that are counted under a filter of several values, which have to be told apart one by one."""

_IS_LATEST = entries.c.latest_position.is_not(None)
_WITHOUT_BODY = [entries.c[name] for name in Entry._fields if name != "body"]
_COLUMNS = [*_WITHOUT_BODY, entries.c.body]


def page(
    connection: Connection,
    collection_key: int,
    after: int,
    limit: int,
    match: Match = EVERYTHING,
    *,
    listed: bool = False,
    bodies: bool = True,
) -> list[Entry]:
    """Up to `limit` entries after position `after`, ascending, that match.

    `listed`: only what manifest, versions and object requests serve, which excludes the notice of a deletion.
    Without `bodies` every body is empty.
    """
    columns = _COLUMNS if bodies else [*_WITHOUT_BODY, sa.literal(b"", sa.LargeBinary).label("body")]
    return [Entry._make(row) for row in rows_of(connection, columns, collection_key, after, limit, match, listed)]


def follow(connection: Connection, after_seq: int, limit: int) -> list[Entry]:
    """Up to `limit` entries of all collections after `after_seq`, in commit order: what projections read."""
    query = sa.select(*_COLUMNS).where(entries.c.seq > after_seq).order_by(entries.c.seq).limit(limit)
    return [Entry._make(row) for row in connection.execute(query)]


def count_after(
    connection: Connection,
    collection_key: int,
    position: int,
    most: int | None = None,
    match: Match = EVERYTHING,
) -> int:
    """How many entries that match lie after a position: what a subscriber there has not had.

    `most`: no further than this is counted, where knowing that it is a lot will do.
    """
    match = _with_values(connection, collection_key, match)
    if any(not values for _, values in match.fields):
        return 0
    conditions, ranges = _conditions(match, listed=False), _ranges(match)
    if len(ranges) > 1:
        most = MOST_COUNTED if most is None else most
        return len(_merged(connection, collection_key, position, most, conditions, ranges))
    columns, chosen = [entries.c.seq], ranges[0] if ranges else None
    query = _ranged(columns, collection_key, position, most, conditions, chosen)
    return connection.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one()


def last_seq(connection: Connection) -> int:
    """The newest entry's `seq`, 0 where there is none."""
    return connection.execute(sa.select(sa.func.max(entries.c.seq))).scalar() or 0


def waiting_after(connection: Connection, seq: int, ids: frozenset[str], most: int) -> tuple[int, int | None]:
    """How many entries of the collections with these ids came after `seq`, at most `most`; the first's position."""
    if last_seq(connection) <= seq:
        return 0, None
    found = sa.select(entries.c.seq, entries.c.position).join_from(entries, collections)
    found = found.where(entries.c.seq > seq, collections.c.id.in_(ids)).order_by(entries.c.seq).limit(most)
    rows = connection.execute(found).all()
    return len(rows), rows[0].position if rows else None


def rows_of(
    connection: Connection,
    columns: Sequence[Any],
    collection_key: int,
    after: int,
    limit: int,
    match: Match,
    listed: bool,
) -> Sequence[Any]:
    """`columns` of up to `limit` entries after a position, ascending, that match."""
    match = _with_values(connection, collection_key, match)
    if any(not values for _, values in match.fields):
        return []
    conditions = _conditions(match, listed)
    ranges = _ranges(match)
    if len(ranges) <= 1:
        query = _ranged(columns, collection_key, after, limit, conditions, ranges[0] if ranges else None)
        return connection.execute(query).all()
    positions = _merged(connection, collection_key, after, limit, conditions, ranges)
    query = (
        sa.select(*columns)
        .where(entries.c.collection_key == collection_key, entries.c.position.in_(sa.bindparam("at", expanding=True)))
        .order_by(entries.c.position)
    )
    return [row for some in chunks(positions, 5_000) for row in connection.execute(query, {"at": some})]


def _conditions(match: Match, listed: bool) -> list[Any]:
    if not match.spec_versions and match.versions == ("last",):
        conditions: list[Any] = [_IS_LATEST]
    else:
        conditions = [sa.and_(entries.c.visibility != NOWHERE, *_version_conditions(match))]
    if listed:
        conditions.append(entries.c.visibility == EVERYWHERE)
    conditions += [entries.c.valid_until >= least for name, least in match.at_least if name == "valid_until"]
    return conditions


def _with_values(connection: Connection, collection_key: int, match: Match) -> Match:
    """`match` with the values that reach what it asks for at least, as fields to find entries by."""
    if not match.at_least:
        return match
    reached = tuple(
        (name, tuple(_values_from(connection, collection_key, name, value))) for name, value in bounds(match.at_least)
    )
    return replace(match, fields=(*match.fields, *reached))


def _values_from(connection: Connection, collection_key: int, field: str, least: str) -> Iterator[str]:
    """The different values of a field from `least` on, by a step in the index each."""
    query = "SELECT min(value) FROM entry_fields WHERE collection_key = ? AND field = ? AND value {} ?"
    compare = ">="
    while True:
        value = connection.exec_driver_sql(
            marked(connection, query.format(compare)), (collection_key, field, least)
        ).scalar()
        if value is None:
            return
        yield value
        least, compare = value, ">"


def _version_conditions(match: Match) -> Iterator[Any]:
    if match.spec_versions:
        yield entries.c.spec_version.in_(match.spec_versions)
    else:
        yield sa.text("newest_spec")
    if "all" in match.versions:
        return
    named = {"first": sa.text("is_first"), "last": sa.text("is_last")}
    exact = [version for version in match.versions if version not in named]
    alternatives: list[Any] = [named[version] for version in match.versions if version in named]
    if exact:
        alternatives.append(entries.c.version_key.in_(exact))
    yield sa.or_(*alternatives)


def _ranges(match: Match) -> list[tuple[Any, ...]]:
    """The most selective filter as ranges that are each in position order, then the other filters as conditions.

    A range is (what it drives on, value, residual conditions).
    """
    filters: list[tuple[str, tuple[str, ...]]] = []
    if match.ids:
        filters.append(("object_id", match.ids))
    filters.extend((f"field:{name}", values) for name, values in match.fields)
    exact = tuple(version for version in match.versions if version not in ("first", "last", "all"))
    if exact and len(exact) == len(match.versions):
        filters.append(("version_key", exact))
    if match.types:
        filters.append(("type", match.types))
    if not filters:
        return []
    driver, values = filters[0]
    residual = [_residual(name, some) for name, some in filters[1:]]
    return [(driver, value, residual) for value in dict.fromkeys(values)]


def _residual(name: str, values: tuple[str, ...]) -> Any:
    if name.startswith("field:"):
        found = entry_fields.alias()
        return (
            sa.exists()
            .where(
                found.c.collection_key == entries.c.collection_key,
                found.c.field == name.removeprefix("field:"),
                found.c.value.in_(values),
                found.c.position == entries.c.position,
            )
            .correlate(entries)
        )
    return entries.c[name].in_(values)


def _ranged(
    columns: Sequence[Any],
    collection_key: int,
    after: int,
    limit: int | None,
    conditions: list[Any],
    chosen: tuple[Any, ...] | None,
) -> Any:
    query = sa.select(*columns).where(entries.c.collection_key == collection_key, *conditions)
    order = entries.c.latest_position if conditions[0] is _IS_LATEST else entries.c.position
    if chosen is not None:
        order = entries.c.position
        driver, value, residual = chosen
        query = query.where(*residual)
        if driver.startswith("field:"):
            order = entry_fields.c.position
            query = query.join(
                entry_fields,
                sa.and_(
                    entry_fields.c.collection_key == collection_key,
                    entry_fields.c.field == driver.removeprefix("field:"),
                    entry_fields.c.value == value,
                    entry_fields.c.position == entries.c.position,
                ),
            )
        else:
            query = query.where(entries.c[driver] == value)
    return query.where(order > after).order_by(order).limit(limit)


def _merged(
    connection: Connection,
    collection_key: int,
    after: int,
    limit: int,
    conditions: list[Any],
    ranges: list[tuple[Any, ...]],
) -> list[int]:
    """The first `limit` positions over all ranges: each range is limited by itself, so none is read to its end."""
    positions: set[int] = set()
    for some in chunks(ranges, 100):
        parts = [
            sa.select(
                _ranged([entries.c.position], collection_key, after, limit, conditions, chosen).subquery().c.position
            )
            for chosen in some
        ]
        positions.update(connection.execute(sa.union_all(*parts)).scalars())
    return sorted(positions)[:limit]
