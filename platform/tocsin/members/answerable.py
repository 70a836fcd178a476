"""Who answers for what is done: a person of the exchange with the right to it."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.access import PEOPLE, Principal, find_user
from tocsin.members.roles import DECIDE, KEEP, RIGHTS
from tocsin.members.tables import users

_WHO = {DECIDE: "a moderator or administrator", KEEP: "an administrator"}


class MayNot(PermissionError):
    """Somebody is named who may not do this; the message says so."""


def answerable(connection: Connection, login: str, right: str) -> Principal:
    """The user with this login, who has this right (DECIDE or KEEP of `roles`); MayNot otherwise."""
    person = find_user(connection, login)
    if person is None or not person.may(right):
        raise MayNot(f"{login!r} is nobody who may do this here: it takes {_WHO[right]} of the exchange.")
    return person


def people_with(right: str) -> sa.Subquery:
    """Everybody who may come in and has this right: `login`, and `key` of the member."""
    return PEOPLE.where(users.c.role.in_([role for role, rights in RIGHTS.items() if right in rights])).subquery()
