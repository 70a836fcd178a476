"""Bringing indicators to what their readers' votes weigh: once an hour, whatever was said meanwhile.

A reader who changes its mind within the hour makes no version, and the moment of a version tells nothing of who spoke.
"""

import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from tocsin.ledger.append import committed
from tocsin.ledger.database import Database
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.settling import settle_these
from tocsin.reports.votes import mark_weighed, unweighed
from tocsin.times import HOUR_MS

_SUBJECTS_AT_ONCE = 200
log = structlog.get_logger()


def weigh(database: Database, exchange: Exchange, now: int) -> int:
    """Bring some indicators to what is said of them; how many subjects, 0 when all are.

    What an indicator says and what is noted of its votes are committed together: killed on the way, the next call goes
    on.
    """
    with database.reading() as connection:
        if not unweighed(connection, now, 1):
            return 0

    def work(connection: Connection, now: int) -> int:
        some = unweighed(connection, now, _SUBJECTS_AT_ONCE)
        settle_these(connection, exchange, some, (), now)
        mark_weighed(connection, some, now)
        return len(some)

    return committed(database, work, now)


class Hourly:
    """Weighs in the first moments of each hour, a step at a call, so that nobody's report waits for it."""

    def __init__(self, database: Database, exchange: Exchange) -> None:
        self._database, self._exchange = database, exchange
        self._next_ms = 0

    def step(self, now: int) -> int:
        """Weigh some of what was said, where it is time; how many subjects."""
        if now < self._next_ms:
            return 0
        try:
            done = weigh(self._database, self._exchange, now)
        except SQLAlchemyError as error:
            log.error("votes have to wait, the database refused", error=str(error)[:500])
            done = 0
        if not done:
            self._next_ms = now - now % HOUR_MS + HOUR_MS
        return done
