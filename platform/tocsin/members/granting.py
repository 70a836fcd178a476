"""What communities may do with collections, and under which agreements that puts whoever reads them."""

from collections import defaultdict
from collections.abc import Collection as Several

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.communities import NoSuchCommunity, read_agreement
from tocsin.members.tables import communities, community_rights, members, rights
from tocsin.policy.agreement import Agreement
from tocsin.policy.carry import Reader


def grant_community(
    connection: Connection, collection_key: int, community_key: int, *, read: bool = False, write: bool = False
) -> None:
    """Set what whoever is in a community may do with a collection, in place of what it was before."""
    this = sa.and_(
        community_rights.c.collection_key == collection_key, community_rights.c.community_key == community_key
    )
    connection.execute(community_rights.delete().where(this))
    if read or write:
        values = {"collection_key": collection_key, "community_key": community_key, "can_read": read}
        connection.execute(community_rights.insert().values(**values, can_write=write))


def granted_communities(connection: Connection, collection_keys: Several[int]) -> list[tuple[int, int, bool, bool]]:
    """(collection key, community key, reads, writes) of these collections."""
    rows = connection.execute(_GRANTED, {"collections": list(collection_keys)})
    return [(row[0], row[1], bool(row[2]), bool(row[3])) for row in rows]


def granted(connection: Connection, collection_key: int) -> tuple[list[str], list[str]]:
    """The short names of the members and communities that may read a collection, and of those that may hand in."""
    found: tuple[list[str], list[str]] = ([], [])
    own = sa.select(members.c.slug, rights.c.can_read, rights.c.can_write).join(
        rights, rights.c.member_key == members.c.key
    )
    joined = sa.select(communities.c.slug, community_rights.c.can_read, community_rights.c.can_write).join(
        community_rights, community_rights.c.community_key == communities.c.key
    )
    for query, column in ((own, rights.c.collection_key), (joined, community_rights.c.collection_key)):
        for slug, reads, writes in connection.execute(query.where(column == collection_key)):
            for listed, may in zip(found, (reads, writes), strict=True):
                listed += [slug] if may else []
    return sorted(found[0]), sorted(found[1])


def agreements_over(connection: Connection, collection_keys: Several[int]) -> defaultdict[int, tuple[Agreement, ...]]:
    """By collection key, the agreements that its readers are under."""
    found: defaultdict[int, tuple[Agreement, ...]] = defaultdict(tuple)
    these = {"collections": list(collection_keys)}
    for key, agreement in connection.execute(_AGREED, these) if collection_keys else ():
        found[key] += (read_agreement(agreement),)
    return found


def readers_named(connection: Connection, slugs: Several[str]) -> frozenset[Reader]:
    """The members and communities with these slugs; NoSuchCommunity names one that is neither."""
    found: set[Reader] = set()
    for slug in slugs:
        for table, kind in ((members, "member"), (communities, "community")):
            key = connection.execute(sa.select(table.c.key).where(table.c.slug == slug)).scalar()
            if key is not None:
                found.add(Reader(kind, key))  # type: ignore[arg-type]
                break
        else:
            raise NoSuchCommunity(f"There is no member or community {slug!r}.")
    return frozenset(found)


_THESE = community_rights.c.collection_key.in_(sa.bindparam("collections", expanding=True))
_GRANTED = sa.select(community_rights).where(_THESE)
_AGREED = (
    sa.select(community_rights.c.collection_key, communities.c.agreement)
    .join(communities, communities.c.key == community_rights.c.community_key)
    .where(_THESE, community_rights.c.can_read)
    .order_by(communities.c.key)
)
