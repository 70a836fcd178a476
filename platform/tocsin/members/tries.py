"""Guessing has an end, and nobody can use that to keep others out.

Failures are counted by name and place. A place is a device or a network; it is known for a month after somebody
proved to be this user there. At a known place only the failures at that place count. Failures from elsewhere count
by name too, more slowly: whoever guesses from many networks is stopped, and the user goes on where it is known.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.tables import tries
from tocsin.networks import network_of
from tocsin.times import DAY_MS, HOUR_MS

_KNOWN_MS = 30 * DAY_MS
_AGAIN_MS = DAY_MS
MOST_ROWS = 200_000
"""Rows that are kept: more than password hashing lets anybody fill within the hour that a row lasts."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What is tried: `most` failures at a place within `within_ms`, `most_anywhere` from unknown places together."""

    name: str
    most: int
    within_ms: int
    most_anywhere: int
    anywhere_ms: int


PASSWORD = Stage("password", 10, 10 * 60_000, 100, HOUR_MS)
CODE = Stage("code", 5, 10 * 60_000, 30, DAY_MS)


class TooManyTries(Exception):
    """Whoever tries from there has to wait."""


@dataclass(frozen=True, slots=True)
class Standing:
    """From where a try counts, whether that place is known, and whether its success is worth a note."""

    place: str
    known: bool
    is_news: bool


def places_of(device: str | None, address: str) -> tuple[str, ...]:
    """The places of a request, the surest first."""
    network = f"network {network_of(address)}"
    return (f"device {device}", network) if device else (network,)


def standing(connection: Connection, stage: Stage, login: str, places: Sequence[str], now: int) -> Standing:
    """How the next try counts; TooManyTries where there may be none."""
    found = {place: _row(connection, stage, login, place) for place in places}
    known = [place for place in places if _is_known(found[place], now)]
    place = known[0] if known else places[-1]
    row = found[place]
    if _failures(row, stage.within_ms, now) >= stage.most:
        raise TooManyTries
    anywhere = None if known else _row(connection, stage, login, None)
    if _failures(anywhere, stage.anywhere_ms, now) >= stage.most_anywhere:
        raise TooManyTries
    is_news = row is None or row.failures > 0 or (row.proved_ms or 0) < now - _AGAIN_MS
    return Standing(place, bool(known), is_news)


def note_failure(connection: Connection, stage: Stage, login: str, at: Standing, now: int) -> None:
    """Count a failure, on a writing connection."""
    _count(connection, stage, login, at.place, stage.within_ms, now)
    if not at.known:
        _count(connection, stage, login, None, stage.anywhere_ms, now)
    connection.execute(tries.delete().where(tries.c.until_ms <= now))
    spare = connection.execute(sa.select(sa.func.count()).select_from(tries)).scalar_one() - MOST_ROWS
    if spare > 0:
        soonest = sa.select(tries.c.subject).where(tries.c.proved_ms.is_(None)).order_by(tries.c.until_ms).limit(spare)
        connection.execute(tries.delete().where(tries.c.subject.in_(soonest)))


def note_success(connection: Connection, stage: Stage, login: str, place: str, now: int) -> None:
    """Note, on a writing connection, that somebody proved to be this user there: the place is known from now on."""
    _put(connection, _subject(stage, login, place), 0, now, now, now + _KNOWN_MS)


def forget_tries(connection: Connection, login: str) -> None:
    """Let a user try again everywhere from where it cannot at present because of failures elsewhere."""
    subjects = [_subject(stage, login, None) for stage in (PASSWORD, CODE)]
    connection.execute(tries.delete().where(tries.c.subject.in_(subjects)))


def _count(connection: Connection, stage: Stage, login: str, place: str | None, within_ms: int, now: int) -> None:
    row = _row(connection, stage, login, place)
    failures = _failures(row, within_ms, now)
    since = row.since_ms if row is not None and failures else now
    proved = row.proved_ms if row is not None else None
    until = max(since + within_ms, (proved or 0) + _KNOWN_MS)
    _put(connection, _subject(stage, login, place), failures + 1, since, proved, until)


def _put(connection: Connection, subject: str, failures: int, since: int, proved: int | None, until: int) -> None:
    values = {"failures": failures, "since_ms": since, "proved_ms": proved, "until_ms": until}
    if not connection.execute(tries.update().where(tries.c.subject == subject).values(values)).rowcount:
        connection.execute(tries.insert().values(subject=subject, **values))


def _row(connection: Connection, stage: Stage, login: str, place: str | None) -> Any:
    return connection.execute(sa.select(tries).where(tries.c.subject == _subject(stage, login, place))).first()


def _failures(row: Any, within_ms: int, now: int) -> int:
    return row.failures if row is not None and now - row.since_ms < within_ms else 0


def _is_known(row: Any, now: int) -> bool:
    return row is not None and row.proved_ms is not None and now - row.proved_ms < _KNOWN_MS


def _subject(stage: Stage, login: str, place: str | None) -> str:
    """What is counted, as a hash: people type passwords where their name belongs."""
    return hashlib.sha256(f"{stage.name}\0{login}\0{place or ''}".encode("utf-8", "surrogatepass")).hexdigest()
