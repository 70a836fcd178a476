"""The collections that a caller sees: what its member may, as far as its role goes.

Looked up at every request: whoever leaves an audience is out at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import OperationalError

from tocsin.ledger.collections import DEFAULT_ROOT, Collection, roots
from tocsin.ledger.database import Database
from tocsin.ledger.tables import collections
from tocsin.members.access import Principal
from tocsin.members.members import Rights
from tocsin.members.reach import WAYS
from tocsin.times import now_ms


@dataclass(frozen=True, slots=True)
class Visible:
    """A collection that a caller may read or write, and which of the two."""

    collection: Collection
    rights: Rights


# a member may have several ways into a collection: a row for each
_ALL = (
    sa.select(WAYS.c.can_read, WAYS.c.can_write, collections)
    .join(collections, collections.c.key == WAYS.c.collection_key)
    .where(
        WAYS.c.member_key == sa.bindparam("member"),
        collections.c.root == sa.bindparam("root"),
        sa.or_(WAYS.c.can_read, WAYS.c.can_write),
    )
)
_LISTED = _ALL.order_by(collections.c.id)
_NAMED = _ALL.where(sa.or_(collections.c.id == sa.bindparam("id"), collections.c.alias == sa.bindparam("alias")))


_ROOTS = (
    sa.select(collections.c.root, collections.c.key, WAYS.c.can_read, WAYS.c.can_write)
    .distinct()
    .join(WAYS, WAYS.c.collection_key == collections.c.key)
    .where(WAYS.c.member_key == sa.bindparam("member"))
)


def visible_collections(connection: Connection, principal: Principal, root: str) -> list[Visible]:
    """What the caller sees under an API root, by id (TAXII interoperability 2.1.7)."""
    values = {"member": principal.member_key, "root": root, "now": now_ms()}
    ways: dict[str, list[Sequence[Any]]] = {}
    for row in connection.execute(_LISTED, values):
        ways.setdefault(row.id, []).append(tuple(row))
    return [found for some in ways.values() if (found := _visible(some, principal)) is not None]


def visible_collection(database: Database, principal: Principal, root: str, name: str) -> Visible | None:
    """The collection with this id (in any letter case) or alias, None where the caller sees none.

    Most requests ask whether there is anything new and end after this one statement, so it goes to the driver
    compiled once and without a transaction: that halves what such a request costs.
    """
    statement, names = _compiled(database.engine.dialect)
    values = {"member": principal.member_key, "root": root, "id": name.lower(), "alias": name, "now": now_ms()}
    connection = database.engine.raw_connection()
    try:
        cursor: DBAPICursor = connection.cursor()
        cursor.execute(statement, [values[one] for one in names] if names else values)
        rows = cursor.fetchall()
        cursor.close()
    except database.engine.dialect.loaded_dbapi.OperationalError as error:
        raise OperationalError(statement, None, error) from error
    finally:
        connection.close()
    return _visible(rows, principal) if rows else None


def api_roots(connection: Connection, title: str, principal: Principal) -> dict[str, tuple[str, str | None]]:
    """Title and description, by name, of every API root in which the caller sees a collection, and of the default one.

    Others are not there for it: their names may tell as much as those of the collections in them.
    """
    ways = connection.execute(_ROOTS, {"member": principal.member_key, "now": now_ms()})
    seen = {root for root, key, *way in ways if _left(principal, key, way)}
    found = {
        name: (root_title, description)
        for name, root_title, description in roots(connection)
        if name in seen or name == DEFAULT_ROOT
    }
    return found or {DEFAULT_ROOT: (title, None)}


@lru_cache(maxsize=8)
def _compiled(dialect: Dialect) -> tuple[str, Sequence[str] | None]:
    """The driver's text of the statement, and the order of its parameters where they have no names."""
    compiled: Any = _NAMED.compile(dialect=dialect)
    return str(compiled), compiled.positiontup


def _visible(ways: Sequence[Sequence[Any]], principal: Principal) -> Visible | None:
    """What is left to the caller of the member's rights, whichever way it has them; None where that is nothing."""
    collection = Collection(*ways[0][2:])
    left = _left(principal, collection.key, (any(way[0] for way in ways), any(way[1] for way in ways)))
    return Visible(collection, left) if left else None


def _left(principal: Principal, collection_key: int, way: Sequence[Any]) -> Rights | None:
    left = principal.left_of(Rights(bool(way[0]), bool(way[1])), collection_key)
    return left if left.can_read or left.can_write else None
