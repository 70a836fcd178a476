"""Who answers for what is done by command: a person of the exchange with the right to it."""

from sqlalchemy.engine import Connection

from tocsin.members.access import Principal, find_user


class MayNot(PermissionError):
    """Somebody is named who may not do this; the message says so."""


def answerable(connection: Connection, login: str, right: str) -> Principal:
    """The user with this login, who has this right (one of `roles`); MayNot otherwise."""
    person = find_user(connection, login)
    if person is None or not person.may(right):
        raise MayNot(f"{login!r} is nobody who may do this here: it takes an administrator of the exchange.")
    return person
