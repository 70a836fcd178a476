"""Who is asking: users with passwords, machines with tokens."""

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from cachetools import TTLCache
from sqlalchemy.engine import Connection

from tocsin.ledger.database import Database
from tocsin.members.roles import OF_MACHINES, RIGHTS
from tocsin.members.tables import members, tokens, users

ROLES = tuple(RIGHTS)

REMEMBERED_S = 2.0
"""How long an answer about a token or a user is kept: a revocation acts within five seconds in every process."""

_VERIFIED_S = 600.0
_MOST = 10_000
_SHORTEST_PASSWORD = 10
_hasher = PasswordHasher()


class UserExists(ValueError):
    """A user with that login is there already."""


class NoSuchToken(LookupError):
    """No token is called that."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A user or a machine of a member that proved who it is. `role` is None for a machine."""

    member_key: int
    member: str
    member_name: str
    country: str | None
    trusted: bool
    login: str | None
    role: str | None
    token: str | None

    @property
    def subscriber(self) -> str:
        """How receipts and reports name it."""
        return f"{self.member}/{self.login or self.token}"

    def may(self, right: str) -> bool:
        """Whether it has one of the rights in `roles`, for its member."""
        return right in (OF_MACHINES if self.role is None else RIGHTS.get(self.role, ()))


def add_user(
    connection: Connection,
    login: str,
    member_key: int,
    role: str,
    password: str,
    now: int,
    *,
    any_length: bool = False,
) -> None:
    """Give a person access; ValueError says what cannot be. `any_length`: the password is another system's."""
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role; it is one of {', '.join(ROLES)}.")
    if not login or ":" in login or login != login.strip():
        raise ValueError("A sign-in name must not be empty and must not contain a colon.")
    if len(password) < (1 if any_length else _SHORTEST_PASSWORD):
        raise ValueError(f"A password needs at least {_SHORTEST_PASSWORD} characters.")
    if connection.execute(sa.select(users.c.key).where(users.c.login == login)).first() is not None:
        raise UserExists(f"There is already a user {login!r}.")
    connection.execute(
        users.insert().values(
            login=login,
            member_key=member_key,
            role=role,
            password_hash=_hasher.hash(password),
            created_ms=now,
        )
    )


def find_user(connection: Connection, login: str) -> Principal | None:
    """The user with this login, None where there is none that may come in."""
    return _look_up(connection, "login", login)[0]


def new_token(connection: Connection, member_key: int, name: str, now: int, every_s: int | None = None) -> str:
    """A new token of a member, returned once and kept as its SHA-256 only.

    `every_s`: how often it means to poll, s; None where nobody needs to know when it does not.
    """
    if not name.strip():
        raise ValueError("A token needs a name.")
    same = sa.and_(tokens.c.member_key == member_key, tokens.c.name == name)
    if connection.execute(sa.select(tokens.c.key).where(same)).first() is not None:
        raise ValueError(f"This member already has a token called {name!r}.")
    token = "tocsin_" + secrets.token_urlsafe(32)
    connection.execute(
        tokens.insert().values(member_key=member_key, name=name, sha256=_digest(token), created_ms=now, every_s=every_s)
    )
    return token


def set_interval(connection: Connection, member_key: int, name: str, every_s: int | None) -> None:
    """Change how often a token means to poll, s; NoSuchToken when there is none that works."""
    this = sa.and_(tokens.c.member_key == member_key, tokens.c.name == name, tokens.c.revoked_ms.is_(None))
    if not connection.execute(tokens.update().where(this).values(every_s=every_s)).rowcount:
        raise NoSuchToken("There is no such token, or it is revoked already.")


def revoke_token(connection: Connection, token: str, now: int, member_key: int | None = None) -> None:
    """End a token, given itself or, with the member, its name; NoSuchToken when there is none that still works."""
    this = tokens.c.sha256 == _digest(token)
    if member_key is not None:
        this = sa.or_(this, sa.and_(tokens.c.member_key == member_key, tokens.c.name == token))
    ended = connection.execute(
        tokens.update().where(this, tokens.c.revoked_ms.is_(None)).values(revoked_ms=now)
    ).rowcount
    if not ended:
        raise NoSuchToken("There is no such token, or it is revoked already.")


class Door:
    """Lets in who proves to be a user or a token of a member that is not suspended.

    Looking a password up costs tens of milliseconds by design, so a credential that was right is remembered for ten
    minutes as a keyed hash that dies with the process; whether its user may still come in is asked anew.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._answers: TTLCache[tuple[str, str], tuple[Principal | None, str]] = TTLCache(_MOST, REMEMBERED_S)
        self._verified: TTLCache[bytes, str] = TTLCache(_MOST, _VERIFIED_S)
        self._key = secrets.token_bytes(32)

    def by_token(self, token: str) -> Principal | None:
        """The machine that holds this token."""
        return self._answer("token", _digest(token))[0]

    def by_login(self, login: str) -> Principal | None:
        """The user with this login: for a session that proved itself before."""
        return self._answer("login", login)[0]

    def by_password(self, login: str, password: str) -> Principal | None:
        """The user with this login and password; or, with a member's slug and a token, that machine."""
        principal, password_hash = self._answer("login", login)
        if principal is None:
            machine = self.by_token(password)
            if machine is not None and machine.member == login:
                return machine
            # as slow as for a user that is there: how long it takes tells nothing
            self._right("", password, _nobody())
            return None
        return principal if self._right(login, password, password_hash) else None

    def _right(self, login: str, password: str, password_hash: str) -> bool:
        proof = hmac.digest(self._key, f"{login}\0{password}".encode(), "sha256")
        with self._lock:
            if self._verified.get(proof) == password_hash:
                return True
        try:
            _hasher.verify(password_hash, password)
        except (Argon2Error, InvalidHashError):
            return False
        with self._lock:
            self._verified[proof] = password_hash
        return True

    def _answer(self, what: str, name: str) -> tuple[Principal | None, str]:
        with self._lock:
            known = self._answers.get((what, name))
        if known is None:
            with self._database.reading() as connection:
                known = _look_up(connection, what, name)
            with self._lock:
                self._answers[what, name] = known
        return known


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


def _look_up(connection: Connection, what: str, name: str) -> tuple[Principal | None, str]:
    if what == "token":
        query = (
            sa.select(members, tokens.c.name.label("token"), sa.null().label("login"), sa.null().label("role"))
            .add_columns(sa.literal("").label("password_hash"))
            .join(tokens, tokens.c.member_key == members.c.key)
            .where(tokens.c.sha256 == name, tokens.c.revoked_ms.is_(None))
        )
    else:
        query = (
            sa.select(members, sa.null().label("token"), users.c.login, users.c.role, users.c.password_hash)
            .join(users, users.c.member_key == members.c.key)
            .where(users.c.login == name)
        )
    row = connection.execute(query.where(members.c.suspended_ms.is_(None))).first()
    if row is None:
        return None, ""
    principal = Principal(row.key, row.slug, row.name, row.country, row.trusted, row.login, row.role, row.token)
    return principal, row.password_hash


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
