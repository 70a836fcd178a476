"""What people may read now: asked whenever something is found, counted or told, and kept nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from tocsin.ledger.database import chunks
from tocsin.members.access import PEOPLE, Principal, as_person
from tocsin.members.members import Rights, rights_of
from tocsin.members.tables import users


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may come in, and the keys of the collections that this person may read."""

    person: Principal
    collections: frozenset[int]


def readers_now(connection: Connection, user_keys: Iterable[int]) -> dict[int, Reader]:
    """Those of these users that may come in, by key; whoever is left out may read nothing."""
    people = [
        as_person(row)
        for some in chunks(sorted(set(user_keys)))
        for row in connection.execute(PEOPLE.where(users.c.key.in_(some)))
    ]
    rights = {key: rights_of(connection, key) for key in {one.member_key for one in people}}
    return {
        one.user_key: Reader(one, _readable(one, rights[one.member_key])) for one in people if one.user_key is not None
    }


def _readable(person: Principal, rights: dict[int, Rights]) -> frozenset[int]:
    """The keys of the collections that a person may read, of what the member may."""
    return frozenset(key for key, right in rights.items() if person.left_of(right, key).can_read)
