"""The searches that people saved: each is one person's own."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.alerts.tables import (
    alert_progress,
    deliveries,
    delivery_searches,
    saved_hits,
    saved_search_tokens,
    saved_searches,
    search_hooks,
)
from tocsin.ledger.database import chunks, storable
from tocsin.ledger.read import last_seq
from tocsin.ledger.tables import entries
from tocsin.members.tables import users
from tocsin.times import DAY_MS, HOUR_MS

MOST_SEARCHES = 100
"""Of one person."""

MOST_NEW = 1_000
"""New hits of one search that are counted: nobody reads more, and a search for everything fills no database."""

MAILS = {"never": 0, "at-once": 60_000, "hourly": HOUR_MS, "daily": DAY_MS}
"""How often a search may tell by mail at most: the pause between two mails, ms."""


class TooManySaved(ValueError):
    """There are as many searches as a person can keep; the message says so."""


class NoSuchSearch(LookupError):
    """There is no such search, or it is somebody else's."""


@dataclass(frozen=True, slots=True)
class Hook:
    """The webhook of a search. `answer` is what became of the last try; `stopped_ms` is set where it was given up."""

    url: str
    made_ms: int
    stopped_ms: int | None
    answer: str
    answered_ms: int | None


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search; moments in ms. `erased`: what was asked for had to go. `hook` where it tells by one."""

    key: int
    id: str
    user_key: int
    member_key: int
    name: str
    question: str
    filters: Mapping[str, str]
    saved_ms: int
    looked_seq: int
    looked_ms: int
    paused_ms: int | None
    mails: str
    erased: bool
    hook: Hook | None


def save_search(
    connection: Connection,
    user_key: int,
    name: str,
    question: str,
    filters: Mapping[str, str],
    mails: str,
    tokens: Iterable[bytes],
    now: int,
) -> str:
    """Save a search, which tells of what comes from now on; its id. TooManySaved.

    By `tokens`, of what the question names, it is emptied when that is erased.
    """
    mine = sa.select(sa.func.count()).select_from(saved_searches).where(saved_searches.c.user_key == user_key)
    if connection.execute(mine).scalar_one() >= MOST_SEARCHES:
        raise TooManySaved(f"You can keep {MOST_SEARCHES} searches. Delete one that you no longer need.")
    seq, identity = last_seq(connection), uuid.uuid4().hex
    row: Any = connection.execute(
        saved_searches.insert().values(
            id=identity,
            user_key=user_key,
            name=storable(name),
            question=storable(question),
            filters=json.dumps(dict(filters), sort_keys=True),
            saved_ms=now,
            since_seq=seq,
            looked_seq=seq,
            looked_ms=now,
            mails=mails,
            mailed_seq=seq,
            mailed_ms=0,
        )
    )
    _mark(connection, row.inserted_primary_key[0], tokens)
    note_change(connection)
    return identity


def searches_of(connection: Connection, user_key: int) -> list[Saved]:
    """A person's saved searches, by name."""
    rows = connection.execute(_SAVED.where(saved_searches.c.user_key == user_key))
    return sorted(map(_saved, rows), key=lambda one: (one.name.casefold(), one.key))


def find_search(connection: Connection, user_key: int, search_id: str) -> Saved:
    """A person's own search with this id; NoSuchSearch."""
    this = _SAVED.where(saved_searches.c.user_key == user_key, saved_searches.c.id == search_id)
    row = connection.execute(this).first()
    if row is None:
        raise NoSuchSearch(search_id)
    return _saved(row)


def search_by_id(connection: Connection, search_id: str) -> Saved | None:
    """The search with this id, whosever it is: for whoever checks who may ask."""
    row = connection.execute(_SAVED.where(saved_searches.c.id == search_id)).first()
    return _saved(row) if row is not None else None


def describe_search(connection: Connection, one: Saved, name: str, mails: str, tokens: Iterable[bytes]) -> None:
    """Give a search another name, by whose `tokens` it is emptied too, and say how it tells by mail."""
    _change(connection, one, name=storable(name), mails=mails)
    _mark(connection, one.key, tokens)


def pause_search(connection: Connection, one: Saved, at: int | None) -> None:
    """Let a search rest from `at` (ms) on, or go on (None): what came meanwhile is told to nobody."""
    if at is not None:
        _change(connection, one, paused_ms=at)
    elif not one.erased:
        # nobody noted meanwhile what was withdrawn: it is new no more
        ended = sa.select(_CAME.c.seq).join(_WENT, _SAME).where(_CAME.c.seq == saved_hits.c.seq).exists()
        connection.execute(saved_hits.delete().where(saved_hits.c.search_key == one.key, ~saved_hits.c.gone, ended))
        _change(connection, one, paused_ms=None, since_seq=last_seq(connection))


def look_at(connection: Connection, one: Saved, until: int, now: int) -> None:
    """Note that a person saw what was found up to `until` (ms)."""
    seen = sa.select(sa.func.max(saved_hits.c.seq)).where(
        saved_hits.c.search_key == one.key, saved_hits.c.found_ms <= until
    )
    seq = connection.execute(seen).scalar()
    if seq is not None and seq > one.looked_seq:
        _change(connection, one, looked_seq=seq, looked_ms=now)


def delete_search(connection: Connection, one: Saved) -> None:
    """Take a search away with all that it found and has to tell."""
    told = sa.select(delivery_searches.c.delivery_id).where(delivery_searches.c.search_key == one.key)
    of_hook = deliveries.c.kind.in_(("hook", "test")) & deliveries.c.id.in_(told)
    ids = list(connection.execute(sa.select(deliveries.c.id).where(of_hook)).scalars())
    for table in (delivery_searches, saved_hits, saved_search_tokens, search_hooks):
        connection.execute(table.delete().where(table.c.search_key == one.key))
    for some in chunks(ids):
        connection.execute(deliveries.delete().where(deliveries.c.id.in_(some)))
    connection.execute(saved_searches.delete().where(saved_searches.c.key == one.key))
    note_change(connection)


def forget_searches(connection: Connection, tokens: Iterable[bytes]) -> None:
    """Empty the searches whose questions name what these tokens stand for; they rest for good."""
    named: set[int] = set()
    for some in chunks(list(tokens)):
        query = sa.select(saved_search_tokens.c.search_key).where(saved_search_tokens.c.token.in_(some))
        named.update(connection.execute(query).scalars())
    for keys in chunks(sorted(named)):
        this = saved_searches.c.key.in_(keys)
        gone = {"name": "", "question": "", "filters": "{}", "erased": True}
        paused = sa.func.coalesce(saved_searches.c.paused_ms, saved_searches.c.saved_ms)
        connection.execute(saved_searches.update().where(this).values(paused_ms=paused, **gone))
        connection.execute(saved_hits.delete().where(saved_hits.c.search_key.in_(keys)))
    if named:
        note_change(connection)


def note_change(connection: Connection) -> None:
    """Let whoever follows the ledger know that searches were made, changed or taken away."""
    this = alert_progress.c.key == 1
    changed = connection.execute(alert_progress.update().where(this).values(changes=alert_progress.c.changes + 1))
    if not changed.rowcount:
        connection.execute(alert_progress.insert().values(key=1, seq=0, changes=1))


def _mark(connection: Connection, key: int, tokens: Iterable[bytes]) -> None:
    there = sa.select(saved_search_tokens.c.token).where(saved_search_tokens.c.search_key == key)
    known = set(connection.execute(there).scalars())
    marks = [{"token": one, "search_key": key} for one in dict.fromkeys(tokens) if one not in known]
    if marks:
        connection.execute(saved_search_tokens.insert(), marks)


def _change(connection: Connection, one: Saved, **values: Any) -> None:
    connection.execute(saved_searches.update().where(saved_searches.c.key == one.key).values(**values))
    if values.keys() & {"paused_ms", "since_seq"}:
        note_change(connection)


_CAME, _WENT = entries.alias("came"), entries.alias("went")
_SAME = sa.and_(
    _WENT.c.collection_key == _CAME.c.collection_key, _WENT.c.object_id == _CAME.c.object_id, _WENT.c.revoked
)
_OF_HOOK = ("url", "made_ms", "stopped_ms", "answer", "answered_ms")
_SAVED = (
    sa.select(saved_searches, users.c.member_key, *(search_hooks.c[name].label(f"hook_{name}") for name in _OF_HOOK))
    .join(users, users.c.key == saved_searches.c.user_key)
    .outerjoin(search_hooks, search_hooks.c.search_key == saved_searches.c.key)
)


def _saved(row: Any) -> Saved:
    hook = None
    if row.hook_url is not None:
        hook = Hook(row.hook_url, row.hook_made_ms, row.hook_stopped_ms, row.hook_answer, row.hook_answered_ms)
    return Saved(
        key=row.key,
        id=row.id,
        user_key=row.user_key,
        member_key=row.member_key,
        name=row.name,
        question=row.question,
        filters=json.loads(row.filters),
        saved_ms=row.saved_ms,
        looked_seq=row.looked_seq,
        looked_ms=row.looked_ms,
        paused_ms=row.paused_ms,
        mails=row.mails,
        erased=row.erased,
        hook=hook,
    )
