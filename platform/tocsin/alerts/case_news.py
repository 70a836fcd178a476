"""Alerts of cases by mail, for people who want them: how many there are, and nothing of what they say."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.alerts.outbox import put
from tocsin.alerts.readers import Reader, readers_now
from tocsin.alerts.tables import alert_people
from tocsin.cases.cases import list_cases, open_cases
from tocsin.cases.meetings import meetings_of
from tocsin.cases.tables import case_shares, case_tasks
from tocsin.ledger.database import Database
from tocsin.members.members import rights_of
from tocsin.members.roles import CASES
from tocsin.times import DAY_MS, HOUR_MS

MOST_AT_ONCE = 50
"""People whose cases are looked at in one step."""


@dataclass(frozen=True, slots=True)
class CaseNews:
    """How many cases were shared with one's member, how many meetings came, how many tasks are due within a day."""

    shared: int = 0
    met: int = 0
    due: int = 0

    @property
    def any(self) -> bool:
        return self.shared + self.met + self.due > 0


def tell_cases(database: Database, now: int) -> int:
    """Put down mails on cases for those who want them, once an hour each; how many people were looked at."""
    with database.reading() as connection:
        rows = connection.execute(_asking(now)).all()
        readers = readers_now(connection, [row.user_key for row in rows])
        met = {key: meetings_now(connection, reader) for key, reader in readers.items()}
        news = {
            row.user_key: news_of(connection, reader, row.cases_ms, now, met[row.user_key] - row.cases_met)
            for row in rows
            if (reader := readers.get(row.user_key)) is not None
        }
    if not rows:
        return 0
    with database.writing() as connection:
        for row in rows:
            this = sa.and_(alert_people.c.user_key == row.user_key, alert_people.c.cases_ms == row.cases_ms)
            values = {"cases_ms": now, "cases_met": met.get(row.user_key, 0)}
            # whoever comes second finds that somebody else looked
            mine = connection.execute(alert_people.update().where(this).values(**values)).rowcount
            if mine and row.user_key in news and news[row.user_key].any:
                put(connection, "cases", row.user_key, now, after_ms=row.cases_ms, met=row.cases_met)
    return len(rows)


def news_of(connection: Connection, reader: Reader, after_ms: int, upto_ms: int, more: int) -> CaseNews:
    """What is new of cases since `after_ms`, with so many meetings `more`; nothing for whoever has no cases."""
    if not reader.person.may(CASES):
        return CaseNews()
    key = reader.person.member_key
    shared = sa.select(sa.func.count()).where(
        case_shares.c.member_key == key,
        case_shares.c.case_key.in_(open_cases(key)),
        case_shares.c.shared_ms > after_ms,
        case_shares.c.shared_ms <= upto_ms,
    )
    due = sa.select(sa.func.count()).where(
        case_tasks.c.case_key.in_(open_cases(key)),
        case_tasks.c.done_ms.is_(None),
        # a task that is set with less than a day left is due within a day from then on
        sa.or_(case_tasks.c.due_ms > after_ms + DAY_MS, case_tasks.c.added_ms > after_ms),
        case_tasks.c.due_ms <= upto_ms + DAY_MS,
        case_tasks.c.added_ms <= upto_ms,
    )
    return CaseNews(connection.execute(shared).scalar_one(), max(more, 0), connection.execute(due).scalar_one())


def meetings_now(connection: Connection, reader: Reader) -> int:
    """How often cases of one's member meet another member's."""
    if not reader.person.may(CASES):
        return 0
    known: dict[int, frozenset[int]] = {}

    def readable_by(member_key: int) -> frozenset[int]:
        if member_key not in known:
            rights = rights_of(connection, member_key)
            known[member_key] = frozenset(key for key, right in rights.items() if right.can_read)
        return known[member_key]

    key = reader.person.member_key
    wanting = list_cases(connection, key, closed=False, meeting=True)
    return sum(len(meetings_of(connection, one.key, key, readable_by)) for one in wanting if one.own)


def _asking(now: int) -> sa.Select[tuple[int, int, int]]:
    return (
        sa.select(alert_people.c.user_key, alert_people.c.cases_ms, alert_people.c.cases_met)
        .where(alert_people.c.cases, alert_people.c.confirmed_ms.is_not(None))
        .where(alert_people.c.cases_ms <= now - HOUR_MS)
        .order_by(alert_people.c.cases_ms, alert_people.c.user_key)
        .limit(MOST_AT_ONCE)
    )
