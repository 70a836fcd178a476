"""What is to be delivered: put down with the decision to tell it, taken on a lease, tried again with growing pauses.

A process that is killed leaves its lease behind, and another takes the delivery up when that is over: nothing is lost,
and what arrives twice has the same id. Nothing here says what is told: see `contents`.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.alerts.answers import Answer, next_try
from tocsin.alerts.tables import deliveries, delivery_searches, saved_hits, search_hooks
from tocsin.ledger.database import chunks
from tocsin.members.tables import users
from tocsin.times import DAY_MS

LEASE_MS = 300_000
"""How long one process has a delivery to itself: longer than the slowest takes."""

KEPT_MS = 30 * DAY_MS
CLEARED_AT_ONCE = 5_000

_LONGEST_DUE = (deliveries.c.due_ms, deliveries.c.id)

Kind = Literal["mail", "cases", "address", "hook", "test"]
HOOKS = ("hook", "test")


@dataclass(frozen=True, slots=True)
class Part:
    """What came for one search behind `after_seq`, up to `upto_seq`."""

    search_key: int
    after_seq: int
    upto_seq: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something to deliver, with how many tries it had, this one among them; moments in ms."""

    id: str
    kind: Kind
    user_key: int
    made_ms: int
    tries: int
    after_ms: int | None
    met: int | None
    parts: tuple[Part, ...]


def put(
    connection: Connection,
    kind: Kind,
    user_key: int,
    now: int,
    parts: Iterable[Part] = (),
    *,
    after_ms: int | None = None,
    met: int | None = None,
) -> str:
    """Put down what is to be delivered; its id."""
    identity = uuid.uuid4().hex
    row = {"id": identity, "kind": kind, "user_key": user_key, "made_ms": now, "due_ms": now, "tries": 0}
    row |= {"gave_up": False, "answer": "", "after_ms": after_ms, "met": met}
    connection.execute(deliveries.insert().values(**row))
    rows = [
        {"delivery_id": identity, "search_key": one.search_key, "after_seq": one.after_seq, "upto_seq": one.upto_seq}
        for one in parts
    ]
    if rows:
        connection.execute(delivery_searches.insert(), rows)
    return identity


def is_due(connection: Connection, now: int) -> bool:
    """Whether something waits to be taken."""
    return connection.execute(sa.select(deliveries.c.id).where(_due(now)).limit(1)).first() is not None


def lease(connection: Connection, now: int, limit: int, each: int | None = None) -> list[Delivery]:
    """Take what is due, the longest due first; the caller holds the writer lock.

    Of one member no more than `each`, and members take turns: one whose webhooks are slow holds up nobody else.
    """
    turn = sa.func.row_number().over(partition_by=users.c.member_key, order_by=_LONGEST_DUE).label("turn")
    due = sa.select(deliveries, turn).join(users, users.c.key == deliveries.c.user_key).where(_due(now)).subquery()
    query = sa.select(due).where(due.c.turn <= (each or limit)).order_by(due.c.turn, due.c.due_ms, due.c.id)
    rows = connection.execute(query.limit(limit)).all()
    ids = [row.id for row in rows]
    taken = {"leased_ms": now + LEASE_MS, "tries": deliveries.c.tries + 1}
    connection.execute(deliveries.update().where(deliveries.c.id.in_(ids)).values(**taken))
    parts: dict[str, list[Part]] = {}
    listed = sa.select(delivery_searches).where(delivery_searches.c.delivery_id.in_(ids))
    for row in connection.execute(listed.order_by(delivery_searches.c.search_key)):
        parts.setdefault(row.delivery_id, []).append(Part(row.search_key, row.after_seq, row.upto_seq))
    return [_delivery(row, parts.get(row.id, ())) for row in rows]


def finish(connection: Connection, one: Delivery, answer: Answer, now: int) -> None:
    """Note what became of a delivery: done, given up, or to be tried again."""
    pause = None if answer.arrived else next_try(one.tries, answer)
    over = pause is None
    values: dict[str, Any] = {"leased_ms": None, "answer": answer.words, "done_ms": now if over else None}
    values |= {"gave_up": over and not answer.arrived, "due_ms": now + (pause or 0)}
    this = sa.and_(deliveries.c.id == one.id, deliveries.c.done_ms.is_(None))
    there = connection.execute(deliveries.update().where(this).values(**values)).rowcount
    if there and one.kind in HOOKS and answer.words:
        stopped = {} if not over else {"stopped_ms": None if answer.arrived else now}
        keys = [part.search_key for part in one.parts]
        said = {"answer": answer.words, "answered_ms": now, **stopped}
        connection.execute(search_hooks.update().where(search_hooks.c.search_key.in_(keys)).values(**said))


def clear(connection: Connection, now: int, limit: int = CLEARED_AT_ONCE) -> int:
    """Take away what is older than 30 days, so much at once; how much there was."""
    old = sa.select(deliveries.c.id).where(deliveries.c.made_ms < now - KEPT_MS).limit(limit)
    ids = list(connection.execute(old).scalars())
    for some in chunks(ids):
        connection.execute(delivery_searches.delete().where(delivery_searches.c.delivery_id.in_(some)))
        connection.execute(deliveries.delete().where(deliveries.c.id.in_(some)))
    hits = sa.select(saved_hits.c.search_key, saved_hits.c.seq).where(saved_hits.c.found_ms < now - KEPT_MS)
    rows = connection.execute(hits.limit(limit)).all()
    by_search: dict[int, list[int]] = {}
    for key, seq in rows:
        by_search.setdefault(key, []).append(seq)
    for key, seqs in by_search.items():
        for some in chunks(seqs):
            this = sa.and_(saved_hits.c.search_key == key, saved_hits.c.seq.in_(some))
            connection.execute(saved_hits.delete().where(this))
    return len(ids) + len(rows)


def put_lately(connection: Connection, kind: Kind, user_key: int, since: int) -> int:
    """How many of a kind were put down for somebody since a moment (ms)."""
    query = sa.select(sa.func.count()).select_from(deliveries)
    query = query.where(deliveries.c.user_key == user_key, deliveries.c.kind == kind, deliveries.c.made_ms > since)
    return connection.execute(query).scalar_one()


def last_trouble(connection: Connection, user_key: int) -> str:
    """Why the last mail to somebody did not arrive, in a sentence; empty where it did, or none was tried."""
    query = (
        sa.select(deliveries.c.answer)
        .where(deliveries.c.user_key == user_key, deliveries.c.kind.not_in(HOOKS), deliveries.c.tries > 0)
        .order_by(deliveries.c.made_ms.desc())
        .limit(1)
    )
    return connection.execute(query).scalar() or ""


def _due(now: int) -> sa.ColumnElement[bool]:
    free = sa.or_(deliveries.c.leased_ms.is_(None), deliveries.c.leased_ms < now)
    return sa.and_(deliveries.c.done_ms.is_(None), deliveries.c.due_ms <= now, free)


def _delivery(row: Any, parts: Iterable[Part]) -> Delivery:
    return Delivery(row.id, row.kind, row.user_key, row.made_ms, row.tries + 1, row.after_ms, row.met, tuple(parts))
