"""The collections that a member sees. Looked up at every request: whoever leaves an audience is out at once."""

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
from tocsin.members.members import Rights
from tocsin.members.tables import rights


@dataclass(frozen=True, slots=True)
class Visible:
    """A collection that a member may read or write, and which of the two."""

    collection: Collection
    rights: Rights


_ALL = (
    sa.select(rights.c.can_read, rights.c.can_write, collections)
    .join(collections, collections.c.key == rights.c.collection_key)
    .where(
        rights.c.member_key == sa.bindparam("member"),
        collections.c.root == sa.bindparam("root"),
        sa.or_(rights.c.can_read, rights.c.can_write),
    )
)
_NAMED = _ALL.where(sa.or_(collections.c.id == sa.bindparam("id"), collections.c.alias == sa.bindparam("alias")))


def visible_collections(connection: Connection, member_key: int, root: str) -> list[Visible]:
    """What the member sees under an API root, by id (TAXII interoperability 2.1.7)."""
    query = _ALL.order_by(collections.c.id)
    return [_visible(tuple(row)) for row in connection.execute(query, {"member": member_key, "root": root})]


def visible_collection(database: Database, member_key: int, root: str, name: str) -> Visible | None:
    """The collection with this id (in any letter case) or alias, None where the member sees none.

    Most requests ask whether there is anything new and end after this one statement, so it goes to the driver
    compiled once and without a transaction: that halves what such a request costs.
    """
    statement, names = _compiled(database.engine.dialect)
    values = {"member": member_key, "root": root, "id": name.lower(), "alias": name}
    connection = database.engine.raw_connection()
    try:
        cursor: DBAPICursor = connection.cursor()
        cursor.execute(statement, [values[one] for one in names] if names else values)
        row = cursor.fetchone()
        cursor.close()
    except database.engine.dialect.loaded_dbapi.OperationalError as error:
        raise OperationalError(statement, None, error) from error
    finally:
        connection.close()
    return _visible(row) if row is not None else None


def api_roots(connection: Connection, title: str) -> dict[str, tuple[str, str | None]]:
    """Title and description of every API root by name; an exchange without collections has the default one."""
    found = {name: (root_title, description) for name, root_title, description in roots(connection)}
    return found or {DEFAULT_ROOT: (title, None)}


@lru_cache(maxsize=8)
def _compiled(dialect: Dialect) -> tuple[str, Sequence[str] | None]:
    """The driver's text of the statement, and the order of its parameters where they have no names."""
    compiled: Any = _NAMED.compile(dialect=dialect)
    return str(compiled), compiled.positiontup


def _visible(row: Sequence[Any]) -> Visible:
    return Visible(Collection(*row[2:]), Rights(bool(row[0]), bool(row[1])))
