"""Who is asking: users with passwords, machines with tokens and certificates."""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from cachetools import TTLCache
from sqlalchemy.engine import Connection

from tocsin.ledger.database import Database
from tocsin.members.limits import NO_LIMITS, Limits
from tocsin.members.members import Rights
from tocsin.members.passwords import Verifier, check_password, hashed
from tocsin.members.roles import OF_SCOPES, READ, RIGHTS, ROLES, SUBMIT
from tocsin.members.tables import members, second_factors, token_collections, tokens, users
from tocsin.members.tries import PASSWORD, TooManyTries, note_failure, note_success, places_of, standing
from tocsin.networks import parse_networks
from tocsin.times import now_ms

REMEMBERED_S = 2.0
"""How long an answer about a token or a user is kept: a revocation acts within five seconds in every process."""

SECRET, CERTIFICATE = "secret", "certificate"
"""What a machine proves itself with: `tokens.kind`."""

_REFUSED_S = 10.0
_MOST = 10_000


def digest_of(secret: str) -> str:
    """What is kept of a token, session or invitation: too long to be guessed, so neither salt nor work is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class UserExists(ValueError):
    """A user with that login is there already."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A user or a machine of a member that proved who it is. `role` is None for a machine, `limits` are its own.

    `language` is the one in which a user chose to read.
    """

    member_key: int
    member: str
    member_name: str
    country: str | None
    trusted: bool
    login: str | None
    role: str | None
    token: str | None
    user_key: int | None = None
    second_factor: bool = False
    limits: Limits = NO_LIMITS
    language: str | None = None

    @property
    def subscriber(self) -> str:
        """How receipts and reports name it."""
        return f"{self.member}/{self.login or self.token}"

    def may(self, right: str) -> bool:
        """Whether it has one of the rights in `roles`, for its member."""
        if self.role is None:
            return any(right in OF_SCOPES[scope] for scope in self.limits.scope)
        return right in RIGHTS.get(self.role, ())

    def left_of(self, rights: Rights, collection_key: int) -> Rights:
        """What its role, or its token's limits, leave of its member's rights over a collection."""
        there = self.limits.covers(collection_key)
        return Rights(
            there and rights.can_read and self.may(READ),
            there and rights.can_write and self.may(SUBMIT),
        )


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
    if not login or ":" in login or login != login.strip() or not login.isprintable():
        raise ValueError("A sign-in name must not be empty and must not contain a colon.")
    if not any_length:
        check_password(login, password)
    elif not password:
        raise ValueError("A password must not be empty.")
    if connection.execute(sa.select(users.c.key).where(users.c.login == login)).first() is not None:
        raise UserExists(f"There is already a user {login!r}.")
    connection.execute(
        users.insert().values(
            login=login, member_key=member_key, role=role, password_hash=hashed(password), created_ms=now
        )
    )


def find_user(connection: Connection, login: str) -> Principal | None:
    """The user with this login, None where there is none that may come in."""
    return _find_user(connection, login)[0]


class Door:
    """Lets in who proves to be a user or a machine of a member that is not suspended.

    Answers about who is there are kept for `REMEMBERED_S`, so a token costs no look-up at most requests. A machine's
    `address` is asked each time where its token is bound to networks.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._answers: TTLCache[tuple[str, str], tuple[Principal | None, str | None]] = TTLCache(_MOST, REMEMBERED_S)
        self._refused: TTLCache[tuple[str, Sequence[str]], bool] = TTLCache(_MOST, _REFUSED_S)
        self._passwords = Verifier()

    def by_token(self, token: str, address: str = "") -> Principal | None:
        """The machine that holds this token."""
        return self._machine(SECRET, digest_of(token), address)

    def by_certificate(self, fingerprint: str, address: str = "") -> Principal | None:
        """The machine with the client certificate of this SHA-256 fingerprint, which a trusted proxy verified."""
        return self._machine(CERTIFICATE, fingerprint, address)

    def by_login(self, login: str) -> Principal | None:
        """The user with this login: for what proved itself elsewhere."""
        return self._answer("login", login)[0]

    def by_password(self, login: str, password: str, address: str = "") -> Principal | None:
        """Who signs in with HTTP Basic: a user without a second factor, or by a member's slug and a token a machine.

        Too many tries are answered like a wrong password. A right one costs nothing more for ten minutes, from there.
        """
        principal, password_hash = self._answer("login", login)
        if principal is None:
            machine = self.by_token(password, address)
            if machine is not None and machine.member == login:
                return machine
        places = places_of(None, address)
        with self._lock:
            refused = (login, places) in self._refused
        if refused:
            return None
        if password_hash is None or not self._passwords.remembers(login, password, places[-1], password_hash):
            try:
                principal = self.by_proof(login, password, places)
            except TooManyTries:
                with self._lock:
                    self._refused[login, places] = True
                return None
        return None if principal is None or principal.second_factor else principal

    def by_proof(self, login: str, password: str, places: Sequence[str]) -> Principal | None:
        """The user with this login and password, whatever else it takes to be let in; TooManyTries after many.

        `places` as `tries.places_of` gives them. Nothing here is remembered from before.
        """
        now = now_ms()
        with self._database.reading() as connection:
            at = standing(connection, PASSWORD, login, places, now)
            principal, password_hash = _find_user(connection, login)
        if not self._passwords.is_right(login, password, places[-1], password_hash):
            with self._database.writing() as connection:
                note_failure(connection, PASSWORD, login, at, now)
            return None
        if at.is_news:
            with self._database.writing() as connection:
                note_success(connection, PASSWORD, login, at.place, now)
        return principal

    def _machine(self, kind: str, sha256: str, address: str) -> Principal | None:
        found = self._answer(kind, sha256)[0]
        return found if found is not None and found.limits.holds(address, now_ms()) else None

    def _answer(self, kind: str, name: str) -> tuple[Principal | None, str | None]:
        with self._lock:
            known = self._answers.get((kind, name))
        if known is None:
            with self._database.reading() as connection:
                if kind == "login":
                    known = _find_user(connection, name)
                else:
                    known = _find_machine(connection, kind, name), None
            with self._lock:
                self._answers[kind, name] = known
        return known


PEOPLE = (
    sa.select(members, users.c.key.label("user_key"), users.c.login, users.c.role, users.c.password_hash)
    .add_columns(users.c.language, second_factors.c.confirmed_ms.is_not(None).label("second_factor"))
    .join(users, users.c.member_key == members.c.key)
    .outerjoin(second_factors, second_factors.c.user_key == users.c.key)
    .where(members.c.suspended_ms.is_(None), users.c.disabled_ms.is_(None))
)
"""The users that may come in; rows for `as_person`."""


def as_person(row: Any) -> Principal:
    """The principal of a row of `PEOPLE`."""
    return Principal(
        row.key,
        row.slug,
        row.name,
        row.country,
        row.trusted,
        row.login,
        row.role,
        None,
        user_key=row.user_key,
        second_factor=bool(row.second_factor),
        language=row.language,
    )


def _find_user(connection: Connection, login: str) -> tuple[Principal | None, str | None]:
    row = connection.execute(_PERSON, {"login": login}).first()
    return (as_person(row), row.password_hash) if row is not None else (None, None)


def _find_machine(connection: Connection, kind: str, sha256: str) -> Principal | None:
    row = connection.execute(_MACHINE, {"sha256": sha256, "kind": kind}).first()
    if row is None:
        return None
    limits = limits_of(row, collections_of(connection, row.token_key))
    return Principal(row.key, row.slug, row.name, row.country, row.trusted, None, None, row.token, limits=limits)


def collections_of(connection: Connection, token_key: int) -> frozenset[int] | None:
    """The keys of the collections that a token is limited to, None where it is not."""
    return frozenset(connection.execute(_LIMITED_TO, {"token": token_key}).scalars()) or None


def limits_of(row: Any, collections: frozenset[int] | None) -> Limits:
    """The limits that a row of `tokens` says."""
    return Limits(frozenset(row.scope.split()), collections, parse_networks(row.networks.split()), row.until_ms)


_PERSON = PEOPLE.where(users.c.login == sa.bindparam("login"))
_MACHINE = (
    sa.select(members, tokens.c.key.label("token_key"), tokens.c.name.label("token"))
    .add_columns(tokens.c.scope, tokens.c.networks, tokens.c.until_ms)
    .join(tokens, tokens.c.member_key == members.c.key)
    .where(tokens.c.sha256 == sa.bindparam("sha256"), tokens.c.kind == sa.bindparam("kind"))
    .where(tokens.c.revoked_ms.is_(None), members.c.suspended_ms.is_(None))
)
_LIMITED_TO = sa.select(token_collections.c.collection_key).where(
    token_collections.c.token_key == sa.bindparam("token")
)
