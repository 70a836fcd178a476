"""Who a collection reaches, as policy sees it; and where something goes that is shared with members and communities."""

from collections.abc import Collection as Several
from collections.abc import Iterable
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection, CollectionExists, add_collection, all_collections
from tocsin.members.communities import all_communities, as_policy_sees, communities_of, members_in
from tocsin.members.granting import granted_communities
from tocsin.members.members import (
    NO_RIGHTS,
    Member,
    all_members,
    grant,
    member_by_key,
    readers,
    rights_of,
    voices_reading,
)
from tocsin.members.tables import communities, members, rights
from tocsin.policy.carry import Audience, Reach, Reader, Shared, may_carry


def readers_of(connection: Connection, collection_key: int) -> frozenset[Reader]:
    """The members and communities that a collection is for."""
    return _readers_among(connection, {collection_key})[collection_key]


def audience_for(connection: Connection, collection: Collection, member_key: int, now: int) -> Audience:
    """Who a collection reaches, as this member would use it."""
    return audiences_for(connection, [collection], member_key, now)[collection.key]


def audiences_for(
    connection: Connection, targets: Iterable[Collection], member_key: int, now: int
) -> dict[int, Audience]:
    """Who each of these collections reaches, by its key: asked for all together, however many they are."""
    listed = {one.key: one for one in targets}
    named = _readers_among(connection, listed.keys())
    every = frozenset(reader for some in named.values() for reader in some)
    own = rights_of(connection, member_key)
    voices = voices_reading(connection, listed.keys())
    circles = as_policy_sees(connection, {one.key for one in every if one.kind == "community"}, now)
    names = names_of(connection, every)
    return {
        key: Audience(
            title=one.title,
            readers=named[key],
            members=voices[key],
            frozen=one.frozen_ms is not None,
            may_write=one.inbox_of is not None or own.get(key, NO_RIGHTS).can_write,
            inbox_of=one.inbox_of,
            communities={it.key: circles[it.key] for it in named[key] if it.kind == "community"},
            names=names,
        )
        for key, one in listed.items()
    }


def _readers_among(connection: Connection, collection_keys: Several[int]) -> dict[int, frozenset[Reader]]:
    """The members and communities that these collections are for."""
    found: dict[int, set[Reader]] = {key: set() for key in collection_keys}
    for collection_key, member_key in connection.execute(_READING, {"collections": list(collection_keys)}):
        found[collection_key].add(Reader("member", member_key))
    for collection_key, community_key, reads, _ in granted_communities(connection, collection_keys):
        if reads:
            found[collection_key].add(Reader("community", community_key))
    return {key: frozenset(some) for key, some in found.items()}


def names_of(connection: Connection, named: Iterable[Reader]) -> dict[Reader, str]:
    """What these members and communities are called."""
    listed = list(named)
    found: dict[Reader, str] = {}
    for kind, called in _CALLED.items():
        keys = [one.key for one in listed if one.kind == kind]
        for key, name in connection.execute(called, {"keys": keys}) if keys else ():
            found[Reader(kind, key)] = name
    return found


def reach_of(connection: Connection, targets: Iterable[Collection], shared: Shared, now: int) -> dict[int, Reach]:
    """How much each of these collections may keep of what was handed in on these terms."""
    found = audiences_for(connection, targets, shared.owner, now)
    return {key: may_carry(shared, audience, standing=True).reach for key, audience in found.items()}


def route(connection: Connection, shared: Shared, now: int) -> list[Collection]:
    """The collections that bring something to the members and communities of its audience, and to nobody else.

    Those that the owner may hand in to; and for a member that none of them reaches, its inbox.
    """
    wanted = shared.audience or frozenset()
    found, left = [], set(wanted)
    listed = [one for one in all_collections(connection) if one.inbox_of is None] if shared.tlp != "red" else []
    audiences = audiences_for(connection, listed, shared.owner, now)
    for collection in listed:
        audience = audiences[collection.key]
        others = audience.readers - {Reader("member", shared.owner)}
        if others and may_carry(shared, audience).reach is not Reach.NOTHING:
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
    member = member_by_key(connection, member_key)
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


_READING = sa.select(rights.c.collection_key, rights.c.member_key).where(
    rights.c.collection_key.in_(sa.bindparam("collections", expanding=True)), rights.c.can_read
)
_CALLED: dict[Literal["member", "community"], sa.Select[tuple[int, str]]] = {
    "member": sa.select(members.c.key, members.c.name).where(members.c.key.in_(sa.bindparam("keys", expanding=True))),
    "community": sa.select(communities.c.key, communities.c.title).where(
        communities.c.key.in_(sa.bindparam("keys", expanding=True))
    ),
}
