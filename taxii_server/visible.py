"""The collections that a member sees. Looked up at every request: whoever leaves an audience is out at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import DEFAULT_ROOT, Collection, roots
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
    .order_by(collections.c.id)
)
_NAMED = _ALL.where(sa.or_(collections.c.id == sa.bindparam("id"), collections.c.alias == sa.bindparam("alias")))


def visible_collections(connection: Connection, member_key: int, root: str) -> list[Visible]:
    """What the member sees under an API root, by id (TAXII interoperability 2.1.7)."""
    return [_visible(row) for row in connection.execute(_ALL, {"member": member_key, "root": root})]


def visible_collection(connection: Connection, member_key: int, root: str, name: str) -> Visible | None:
    """The collection with this id (in any letter case) or alias, None where the member sees none."""
    named = {"member": member_key, "root": root, "id": name.lower(), "alias": name}
    row = connection.execute(_NAMED, named).first()
    return _visible(row) if row is not None else None


def api_roots(connection: Connection, title: str) -> dict[str, tuple[str, str | None]]:
    """Title and description of every API root by name; an exchange without collections has the default one."""
    found = {name: (root_title, description) for name, root_title, description in roots(connection)}
    return found or {DEFAULT_ROOT: (title, None)}


def _visible(row: sa.Row[Any]) -> Visible:
    values: Sequence[Any] = row
    return Visible(Collection(*values[2:]), Rights(values[0], values[1]))
