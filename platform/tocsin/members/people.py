"""The people of the members: who they are, and what changes for one of them."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.invitations import take_back_invitations
from tocsin.members.passwords import check_password, hashed
from tocsin.members.roles import ROLES
from tocsin.members.second_factor import remove_second_factor
from tocsin.members.sessions import end_sessions
from tocsin.members.tables import members, second_factors, sessions, users
from tocsin.members.tries import forget_tries


class NoSuchUser(LookupError):
    """No user has that login."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user as it is listed; moments in ms. `seen_ms`: when it last asked for a page in a session that goes on."""

    key: int
    login: str
    member: str
    member_name: str
    role: str
    created_ms: int
    disabled_ms: int | None
    second_factor: bool
    seen_ms: int | None


def all_people(
    connection: Connection, member_key: int | None = None, *, limit: int | None = None, offset: int = 0
) -> list[Person]:
    """The users of one member or of all, by member and login."""
    query = _PEOPLE if member_key is None else _PEOPLE.where(users.c.member_key == member_key)
    rows = connection.execute(query.order_by(members.c.slug, users.c.login).limit(limit).offset(offset))
    return [_person(row) for row in rows]


def find_person(connection: Connection, login: str) -> Person:
    """The user with this login, also one that may not come in; NoSuchUser otherwise."""
    row = connection.execute(_PEOPLE.where(users.c.login == login)).first()
    if row is None:
        raise NoSuchUser(f"There is no user {login!r}.")
    return _person(row)


def disable(connection: Connection, person: Person, now: int) -> None:
    """Keep a person out at once, with the invitations that this person made; what was done stays."""
    _change(connection, person, disabled_ms=now)
    take_back_invitations(connection, person.login)


def enable(connection: Connection, person: Person) -> None:
    """Let a person in again, with the password and second factor from before."""
    _change(connection, person, disabled_ms=None)
    forget_tries(connection, person.login)


def set_role(connection: Connection, person: Person, role: str) -> None:
    """Give a person another role; the sessions of the one before end, and the invitations that were made in it."""
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role; it is one of {', '.join(ROLES)}.")
    _change(connection, person, role=role)
    take_back_invitations(connection, person.login)


def set_password(connection: Connection, person: Person, password: str, *, but: str | None = None) -> None:
    """Give a person another password; sessions end, `but` that one. ValueError says why it cannot be this password."""
    check_password(person.login, password)
    _change(connection, person, but=but, password_hash=hashed(password))
    forget_tries(connection, person.login)


def choose_language(connection: Connection, user_key: int, code: str) -> None:
    """Note in which language a user reads; their sessions go on."""
    connection.execute(users.update().where(users.c.key == user_key).values(language=code))


def reset_second_factor(connection: Connection, person: Person, *, but: str | None = None) -> bool:
    """Ask for the password alone again; sessions end, `but` that one. Whether there was a second factor."""
    end_sessions(connection, person.key, but)
    return remove_second_factor(connection, person.key)


def _change(connection: Connection, person: Person, *, but: str | None = None, **values: Any) -> None:
    connection.execute(users.update().where(users.c.key == person.key).values(**values))
    end_sessions(connection, person.key, but)


_SEEN = sa.select(sa.func.max(sessions.c.seen_ms)).where(sessions.c.user_key == users.c.key).scalar_subquery()
_PEOPLE = (
    sa.select(users.c.key, users.c.login, members.c.slug, members.c.name, users.c.role, users.c.created_ms)
    .add_columns(users.c.disabled_ms, second_factors.c.confirmed_ms.is_not(None), _SEEN)
    .join(members, members.c.key == users.c.member_key)
    .outerjoin(second_factors, second_factors.c.user_key == users.c.key)
)


def _person(row: Any) -> Person:
    key, login, slug, name, role, created_ms, disabled_ms, second_factor, seen_ms = row
    return Person(key, login, slug, name, role, created_ms, disabled_ms, bool(second_factor), seen_ms)
