"""Which collections whoever is signed in may read: every page starts from here."""

from dataclasses import dataclass

from flask import abort
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection, all_collections
from tocsin.members.access import Principal
from tocsin.members.members import NO_RIGHTS, Rights, rights_of


@dataclass(frozen=True, slots=True)
class Visible:
    """A collection with what the member may do with it."""

    collection: Collection
    rights: Rights


def visible(connection: Connection, principal: Principal) -> list[Visible]:
    """The collections that the one who asks may read or hand in to."""
    rights = rights_of(connection, principal.member_key)
    found = [
        Visible(one, principal.left_of(rights.get(one.key, NO_RIGHTS), one.key)) for one in all_collections(connection)
    ]
    return [one for one in found if one.rights.can_read or one.rights.can_write]


def readable_titles(connection: Connection, principal: Principal) -> dict[str, str]:
    """The titles of the collections that a member may read, by id."""
    return {one.collection.id: one.collection.title for one in visible(connection, principal) if one.rights.can_read}


def readable_ids(connection: Connection, principal: Principal) -> frozenset[str]:
    """The ids of the collections that a member may read."""
    return frozenset(readable_titles(connection, principal))


def writable_ids(connection: Connection, principal: Principal) -> dict[str, str]:
    """The ids of the collections that a member may hand in to, by each name that finds them: id, alias, title.

    Names of other collections are looked up nowhere, so nothing tells one that is hidden from one that is not there.
    """
    found = [one.collection for one in visible(connection, principal) if one.rights.can_write]
    return {name: one.id for one in found for name in (one.title, one.alias, one.id.upper(), one.id) if name}


def readable_collection(connection: Connection, principal: Principal, collection_id: str) -> Collection:
    """The collection with this id; 404 where there is none or the member may not read it, which looks the same."""
    readable = {one.collection.id: one.collection for one in visible(connection, principal) if one.rights.can_read}
    if collection_id not in readable:
        abort(404)
    return readable[collection_id]
