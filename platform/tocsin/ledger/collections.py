"""TAXII collections: an audience, and where the exchange fills them a filter over assertions."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.tables import api_roots, collections

DEFAULT_ROOT = "exchange"


class NoSuchCollection(LookupError):
    """No collection has that id, alias or title."""


class CollectionExists(ValueError):
    """A collection with that id, title or alias is there already."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection as the ledger knows it. `created_ms`, `frozen_ms` and `last_position` are ms.

    `stix20`: objects of STIX 2.0 are taken too. `self_contained`: a page carries what its objects refer to. `inbox_of`:
    the key of the member that alone reads it. `gathers`: whatever its contributors share with all who read it goes in.
    """

    key: int
    id: str
    root: str
    title: str
    alias: str | None
    description: str | None
    filter: str | None
    created_ms: int
    frozen_ms: int | None
    last_position: int
    stix20: bool = False
    self_contained: bool = False
    inbox_of: int | None = None
    gathers: bool = False


def add_root(connection: Connection, name: str, title: str, description: str | None = None) -> None:
    """Make an API root where it is not there yet."""
    if connection.execute(sa.select(api_roots.c.name).where(api_roots.c.name == name)).first() is None:
        connection.execute(api_roots.insert().values(name=name, title=title, description=description))


def roots(connection: Connection) -> list[tuple[str, str, str | None]]:
    """Name, title and description of every API root, by name."""
    return [tuple(row) for row in connection.execute(_ROOTS)]


def add_collection(
    connection: Connection,
    title: str,
    now: int,
    *,
    collection_id: str | None = None,
    alias: str | None = None,
    root: str = DEFAULT_ROOT,
    description: str | None = None,
    filter_text: str | None = None,
    stix20: bool = False,
    self_contained: bool = False,
    inbox_of: int | None = None,
    gathers: bool = False,
) -> Collection:
    """Make a collection; CollectionExists when its id, title or alias is taken, ValueError when one cannot be.

    Ids are UUIDv4 (TAXII 2.1 section 5.2.1); titles carry no dot, since clients name collections `root.title`.
    """
    title = title.strip()
    if not title or "." in title:
        raise ValueError("A collection's title must not be empty and must not contain a dot.")
    identity = _uuid4(collection_id)
    taken = sa.or_(
        collections.c.id == identity,
        sa.and_(collections.c.root == root, collections.c.title == title),
        sa.and_(collections.c.root == root, collections.c.alias == alias) if alias else sa.false(),
    )
    if connection.execute(sa.select(collections.c.key).where(taken)).first() is not None:
        raise CollectionExists(f"There is already a collection with the title {title!r}, that id or that alias.")
    add_root(connection, root, root.capitalize())
    connection.execute(
        collections.insert().values(
            id=identity,
            root=root,
            title=title,
            alias=alias,
            description=description,
            filter=filter_text,
            created_ms=now,
            last_position=now,
            stix20=stix20,
            self_contained=self_contained,
            inbox_of=inbox_of,
            gathers=gathers,
        )
    )
    return find_collection(connection, identity)


def all_collections(connection: Connection) -> list[Collection]:
    """Every collection, ordered by id (TAXII interoperability 2.1.7)."""
    return [Collection(*row) for row in connection.execute(_ALL)]


def find_collection(connection: Connection, name: str, root: str | None = None) -> Collection:
    """The collection with this id (in any letter case), alias or title; NoSuchCollection otherwise."""
    query = _NAMED if root is None else _NAMED.where(collections.c.root == root)
    found = connection.execute(query, {"id": name.lower(), "name": name}).all()
    if len(found) != 1:
        raise NoSuchCollection(f"There is no collection {name!r}." if not found else f"{name!r} names several.")
    return Collection(*found[0])


def collections_by_key(connection: Connection, keys: set[int]) -> dict[int, Collection]:
    """The collections with these keys."""
    rows = connection.execute(_KEYED, {"keys": list(keys)})
    return {row.key: Collection(*row) for row in rows}


def freeze_collection(connection: Connection, key: int, at: int | None) -> None:
    """Stop (`at`, ms) or resume (None) publishing into a collection."""
    connection.execute(collections.update().where(collections.c.key == key).values(frozen_ms=at))


def set_filter(connection: Connection, key: int, text: str | None) -> None:
    """Set what a collection takes from now on."""
    connection.execute(collections.update().where(collections.c.key == key).values(filter=text))


def _uuid4(text: str | None) -> str:
    if text is None:
        return str(uuid.uuid4())
    try:
        identity = uuid.UUID(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a UUID.") from error
    if identity.version != 4:
        raise ValueError(f"{text!r} is not a version 4 UUID, which TAXII asks for.")
    return str(identity)


_EVERY = sa.select(collections)
_ALL = _EVERY.order_by(collections.c.id)
_KEYED = _EVERY.where(collections.c.key.in_(sa.bindparam("keys", expanding=True)))
_NAMED = _EVERY.where(
    sa.or_(
        collections.c.id == sa.bindparam("id"),
        collections.c.alias == sa.bindparam("name"),
        collections.c.title == sa.bindparam("name"),
    )
)
_ROOTS = sa.select(api_roots).order_by(api_roots.c.name)
