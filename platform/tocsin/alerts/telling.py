"""Decides what is told now: what is new goes into the outbox in the transaction that notes it as told."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.alerts.outbox import Part, put
from tocsin.alerts.saved import MAILS
from tocsin.alerts.tables import alert_people, saved_hits, saved_searches, search_hooks
from tocsin.ledger.database import Database

HOOK_PAUSE_MS = 60_000
"""Between two deliveries by the same webhook."""

MOST_AT_ONCE = 500
"""Searches that are told in one transaction."""


def tell_due(database: Database, now: int, *, mails: bool) -> int:
    """Put down what is due to be told; of how many searches. Without a mail server (`mails`) no mail is."""
    with database.reading() as connection:
        due = bool(_due_hooks(connection, now, 1) or (mails and _due_mails(connection, now, 1)))
    if not due:
        return 0
    with database.writing() as connection:
        told = _tell_by_hook(connection, _due_hooks(connection, now, MOST_AT_ONCE), now)
        if mails:
            told += _tell_by_mail(connection, _due_mails(connection, now, MOST_AT_ONCE), now)
    return told


def _tell_by_hook(connection: Connection, rows: Iterable[Any], now: int) -> int:
    told = 0
    for row in rows:
        put(connection, "hook", row.user_key, now, [Part(row.key, row.after, row.upto)])
        this = search_hooks.c.search_key == row.key
        connection.execute(search_hooks.update().where(this).values(seq=row.upto, told_ms=now))
        told += 1
    return told


def _tell_by_mail(connection: Connection, rows: Iterable[Any], now: int) -> int:
    by_person: dict[int, list[Part]] = {}
    for row in rows:
        by_person.setdefault(row.user_key, []).append(Part(row.key, row.after, row.upto))
        this = saved_searches.c.key == row.key
        connection.execute(saved_searches.update().where(this).values(mailed_seq=row.upto, mailed_ms=now))
    for user_key, parts in by_person.items():
        put(connection, "mail", user_key, now, parts)
    return sum(map(len, by_person.values()))


def _due_mails(connection: Connection, now: int, limit: int) -> list[Any]:
    """Searches with something that their person neither saw nor was told, whose pause is over."""
    looked, mailed = saved_searches.c.looked_seq, saved_searches.c.mailed_seq
    after = sa.case((looked > mailed, looked), else_=mailed)
    pause = sa.case(*((saved_searches.c.mails == name, pause) for name, pause in MAILS.items()), else_=0)
    query = (
        sa.select(saved_searches.c.key, saved_searches.c.user_key, after.label("after"), _newest(after).label("upto"))
        .join(alert_people, alert_people.c.user_key == saved_searches.c.user_key)
        .where(saved_searches.c.mails != "never", saved_searches.c.paused_ms.is_(None))
        .where(alert_people.c.confirmed_ms.is_not(None), saved_searches.c.mailed_ms + pause <= now)
        .where(_newest(after).is_not(None))
        .order_by(saved_searches.c.user_key, saved_searches.c.key)
        .limit(limit)
    )
    return list(connection.execute(query))


def _due_hooks(connection: Connection, now: int, limit: int) -> list[Any]:
    query = (
        sa.select(saved_searches.c.key, saved_searches.c.user_key)
        .add_columns(search_hooks.c.seq.label("after"), _newest(search_hooks.c.seq).label("upto"))
        .join(search_hooks, search_hooks.c.search_key == saved_searches.c.key)
        .where(saved_searches.c.paused_ms.is_(None), search_hooks.c.stopped_ms.is_(None))
        .where(search_hooks.c.told_ms + HOOK_PAUSE_MS <= now, _newest(search_hooks.c.seq).is_not(None))
        .order_by(saved_searches.c.key)
        .limit(limit)
    )
    return list(connection.execute(query))


def _newest(after: sa.ColumnElement[int]) -> sa.ScalarSelect[int]:
    """The last entry that a search found behind this one; NULL where there is none."""
    newest = sa.select(sa.func.max(saved_hits.c.seq)).where(saved_hits.c.search_key == saved_searches.c.key)
    return newest.where(saved_hits.c.seq > after).correlate(saved_searches, search_hooks).scalar_subquery()
