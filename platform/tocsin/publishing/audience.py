"""Who a collection reaches, as policy sees it; and where something goes that is shared with members and communities."""

from collections.abc import Collection as Several
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection, CollectionExists, add_collection, all_collections
from tocsin.members.communities import all_communities, as_policy_sees, communities_of, members_in
from tocsin.members.granting import granted_communities
from tocsin.members.members import Member, all_members, grant, readers, rights_of
from tocsin.members.tables import communities, members, rights
from tocsin.policy.carry import Audience, Reach, Reader, Shared, may_carry


def readers_of(connection: Connection, collection_key: int) -> frozenset[Reader]:
    """The members and communities that a collection is for."""
    query = sa.select(rights.c.member_key).where(rights.c.collection_key == collection_key, rights.c.can_read)
    found = {Reader("member", key) for key in connection.execute(query).scalars()}
    found |= {
        Reader("community", key) for _, key, reads, _ in granted_communities(connection, {collection_key}) if reads
    }
    return frozenset(found)


def audience_for(connection: Connection, collection: Collection, member_key: int, now: int) -> Audience:
    """Who a collection reaches, as this member would use it."""
    named = readers_of(connection, collection.key)
    right = rights_of(connection, member_key).get(collection.key)
    return Audience(
        title=collection.title,
        readers=named,
        members=len({one.voice for one in readers(connection, collection.key)}),
        frozen=collection.frozen_ms is not None,
        may_write=collection.inbox_of is not None or (right is not None and right.can_write),
        inbox_of=collection.inbox_of,
        communities=as_policy_sees(connection, {one.key for one in named if one.kind == "community"}, now),
        names=names_of(connection, named),
    )


def names_of(connection: Connection, named: Iterable[Reader]) -> dict[Reader, str]:
    """What these members and communities are called."""
    listed = list(named)
    found: dict[Reader, str] = {}
    for table, column, kind in ((members, members.c.name, "member"), (communities, communities.c.title, "community")):
        keys = [one.key for one in listed if one.kind == kind]
        for key, name in connection.execute(sa.select(table.c.key, column).where(table.c.key.in_(keys))):
            found[Reader(kind, key)] = name  # type: ignore[arg-type]
    return found


def reach_of(connection: Connection, targets: Iterable[Collection], shared: Shared, now: int) -> dict[int, Reach]:
    """How much each of these collections may keep of what was handed in on these terms."""
    return {
        one.key: may_carry(shared, audience_for(connection, one, shared.owner, now), standing=True).reach
        for one in targets
    }


def route(connection: Connection, shared: Shared, now: int) -> list[Collection]:
    """The collections that bring something to the members and communities of its audience, and to nobody else.

    Those that the owner may hand in to; and for a member that none of them reaches, its inbox.
    """
    wanted = shared.audience or frozenset()
    found, left = [], set(wanted)
    for collection in all_collections(connection) if shared.tlp != "red" else ():
        audience = audience_for(connection, collection, shared.owner, now)
        others = audience.readers - {Reader("member", shared.owner)}
        if collection.inbox_of is None and others and may_carry(shared, audience).reach is not Reach.NOTHING:
            found.append(collection)
            left -= audience.readers
    for reader in sorted(one for one in left if one.kind == "member" and one.key != shared.owner):
        found.append(inbox_of(connection, reader.key, now))
    return found


def inbox_of(connection: Connection, member_key: int, now: int) -> Collection:
    """The collection that this member alone reads; made when it is first needed."""
    known = [one for one in all_collections(connection) if one.inbox_of == member_key]
    if known:
        return known[0]
    member = next(one for one in all_members(connection) if one.key == member_key)
    title = f"Inbox of {member.name.replace('.', ' ').strip()}"
    description = "What others shared with this organisation by name."
    try:
        made = add_collection(connection, title, now, description=description, inbox_of=member_key)
    except CollectionExists:
        title = f"{title} ({member.slug})"
        made = add_collection(connection, title, now, description=description, inbox_of=member_key)
    grant(connection, made.key, member_key, read=True)
    return made


def may_share_with(connection: Connection, member: Member) -> dict[str, Reader]:
    """The members and communities that a member may name, by short name: those that it meets.

    Communities that it is in, with all that lies inside them, and whoever is in one of these or reads a collection
    that it reads or hands in to. Of others it learns nothing.
    """
    own = communities_of(connection, member.key)
    every = all_communities(connection)
    sight = as_policy_sees(connection, {one.key for one in every}, 0)
    met = {one.key: one for one in every if sight[one.key].within & own}
    peers = members_in(connection, met.keys())
    for key in rights_of(connection, member.key):
        peers |= {one.key for one in readers(connection, key)}
    found = {one.slug: Reader("community", one.key) for one in met.values()}
    found |= {one.slug: Reader("member", one.key) for one in all_members(connection) if one.key in peers}
    found.pop(member.slug, None)
    return found


def titles_without_readers(connection: Connection, targets: Several[Collection]) -> list[str]:
    """The titles of the collections that nobody can read at present."""
    return [one.title for one in targets if not readers(connection, one.key)]
