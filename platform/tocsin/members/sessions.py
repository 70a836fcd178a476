"""Sessions of people at the pages: each can be ended, and each ends by itself."""

import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from tocsin.ledger.database import Database, storable
from tocsin.members.access import PEOPLE, Principal, as_person, digest_of
from tocsin.members.tables import sessions, users
from tocsin.times import HOUR_MS

IDLE_MS = 30 * 60_000
"""A session ends when nothing was asked in it for so long."""

LONGEST_MS = 12 * HOUR_MS
"""A session ends so long after it began, whatever is done in it."""

CODE_MS = 5 * 60_000
"""How long the code of a second factor is awaited after the password."""

_NOTED_MS = 60_000
_MOST = 20
_LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody at a browser; `proven` is false while the code of a second factor is awaited. Moments in ms."""

    sha256: str
    person: Principal
    proven: bool
    created_ms: int
    seen_ms: int
    address: str
    agent: str


def begin_session(
    connection: Connection, user_key: int, now: int, *, proven: bool = True, address: str = "", agent: str = ""
) -> str:
    """Begin a session; what names it, once: only its SHA-256 is kept. Sessions that are over go on the way."""
    connection.execute(sessions.delete().where(sessions.c.created_ms <= now - LONGEST_MS))
    oldest = (
        sa.select(sessions.c.sha256)
        .where(sessions.c.user_key == user_key)
        .order_by(sessions.c.created_ms.desc(), sessions.c.sha256)
        .offset(_MOST - 1)
    )
    connection.execute(sessions.delete().where(sessions.c.sha256.in_(list(connection.execute(oldest).scalars()))))
    name = secrets.token_urlsafe(32)
    connection.execute(
        sessions.insert().values(
            sha256=digest_of(name),
            user_key=user_key,
            proven=proven,
            created_ms=now,
            seen_ms=now,
            address=address,
            agent=storable(agent)[:_LONGEST_AGENT],
        )
    )
    return name


def find_session(connection: Connection, name: str, now: int) -> Session | None:
    """The session of this name, None where it is over or its user may not come in."""
    row = connection.execute(_NAMED, {"sha256": digest_of(name), **_bounds(now)}).first()
    return _session(row) if row is not None else None


def sessions_of(connection: Connection, user_key: int, now: int) -> list[Session]:
    """A user's sessions, the one used last first."""
    query = _ALIVE.where(sessions.c.user_key == user_key, sessions.c.proven).order_by(sessions.c.seen_ms.desc())
    return [_session(row) for row in connection.execute(query, _bounds(now))]


def note_seen(database: Database, session: Session, now: int) -> None:
    """Note that something was asked, at most once a minute; not while another writer is busy."""
    if now - session.seen_ms < _NOTED_MS:
        return
    try:
        with database.noting() as connection:
            connection.execute(sessions.update().where(sessions.c.sha256 == session.sha256).values(seen_ms=now))
    except OperationalError:
        return  # the next page tries again


def end_session(connection: Connection, user_key: int, sha256: str) -> bool:
    """End one of a user's sessions; whether it was there."""
    this = sa.and_(sessions.c.user_key == user_key, sessions.c.sha256 == sha256)
    return bool(connection.execute(sessions.delete().where(this)).rowcount)


def end_sessions(connection: Connection, user_key: int, but: str | None = None) -> int:
    """End a user's sessions, all or all but one; how many there were."""
    these = sa.and_(sessions.c.user_key == user_key, sessions.c.sha256 != (but or ""))
    return connection.execute(sessions.delete().where(these)).rowcount


# made once: every page asks this
_ALIVE = (
    PEOPLE.add_columns(sessions.c.sha256, sessions.c.proven, sessions.c.created_ms.label("began_ms"))
    .add_columns(sessions.c.seen_ms, sessions.c.address, sessions.c.agent)
    .join(sessions, sessions.c.user_key == users.c.key)
    .where(
        sessions.c.created_ms > sa.bindparam("began_after"),
        sessions.c.seen_ms > sa.bindparam("seen_after"),
        sa.or_(sessions.c.proven, sessions.c.created_ms > sa.bindparam("coded_after")),
    )
)
_NAMED = _ALIVE.where(sessions.c.sha256 == sa.bindparam("sha256"))


def _bounds(now: int) -> dict[str, int]:
    return {"began_after": now - LONGEST_MS, "seen_after": now - IDLE_MS, "coded_after": now - CODE_MS}


def _session(row: Any) -> Session:
    return Session(row.sha256, as_person(row), row.proven, row.began_ms, row.seen_ms, row.address, row.agent)
