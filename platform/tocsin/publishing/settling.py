"""Bringing all that a collection holds to what the assertions support: in steps, with which whoever comes next goes on.

That a collection has to be looked at is noted with the change it follows from, and how far that is with each step: a
process that is killed leaves the rest to the worker.
"""

from collections.abc import Collection as Several

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from tocsin.ledger.append import committed
from tocsin.ledger.database import Database, chunks
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.settle import settle, subjects_of
from tocsin.publishing.standing import load
from tocsin.publishing.whole import release_whole
from tocsin.reports.tables import ACTIVE, assertions, report_collections, unsettled
from tocsin.times import HOUR_MS

SUBJECTS_AT_ONCE = 500
_PAUSE_MS = HOUR_MS // 60
log = structlog.get_logger()


def unsettle(connection: Connection, collection_key: int) -> None:
    """Note that all that a collection holds has to be looked at, from the beginning."""
    connection.execute(unsettled.delete().where(unsettled.c.collection_key == collection_key))
    connection.execute(unsettled.insert().values(collection_key=collection_key, after=b""))


def is_settled(connection: Connection, collection_key: int) -> bool:
    """Whether nothing in a collection has to be looked at any more."""
    return _after(connection, collection_key) is None


def settle_all(
    database: Database, exchange: Exchange, collection_key: int, now: int, at_most: int | None = None
) -> int:
    """Go on until a collection is settled, or about `at_most` subjects were looked at; how many that was.

    What is left then is the worker's.
    """
    done, step = 0, 1
    while step and (at_most is None or done < at_most):
        step = settle_some(database, exchange, now, collection_key)
        done += step
    return done


def settle_some(database: Database, exchange: Exchange, now: int, collection_key: int | None = None) -> int:
    """Look at some subjects of a collection that is unsettled, of any where none is named; how many, 0 when all are."""
    with database.reading() as connection:
        key = collection_key if collection_key is not None else _first(connection)
        after = _after(connection, key) if key is not None else None
        if key is None or after is None:
            return 0
        some = subjects_in(connection, key, after, SUBJECTS_AT_ONCE)

    def work(connection: Connection, now: int) -> None:
        if _after(connection, key) != after:
            return  # somebody else did it meanwhile, or it begins anew
        this = unsettled.c.collection_key == key
        if some:
            settle_these(connection, exchange, some, (key,), now)
            connection.execute(unsettled.update().where(this).values(after=some[-1]))
        else:
            connection.execute(unsettled.delete().where(this))

    committed(database, work, now)
    return len(some)


def settle_subjects(
    database: Database, exchange: Exchange, subjects: list[bytes], now: int, collection_keys: Several[int] = ()
) -> int:
    """Bring what is published of these subjects to what their assertions support; how many there are.

    That is wherever these name, and in `collection_keys`, where something may have to end (see `settle`).
    """
    for some in chunks(subjects, SUBJECTS_AT_ONCE):

        def work(connection: Connection, now: int, some: list[bytes] = some) -> None:
            settle_these(connection, exchange, some, collection_keys, now)

        committed(database, work, now)
    return len(subjects)


def settle_these(
    connection: Connection, exchange: Exchange, subjects: list[bytes], collection_keys: Several[int], now: int
) -> None:
    """`settle` for stored subjects; what a second voice releases goes out as it came."""
    claims = load(connection, subjects)
    settled = settle(connection, exchange, subjects_of(claims), claims, collection_keys, now)
    release_whole(connection, exchange, settled.released, now)


def subjects_in(
    connection: Connection, collection_key: int, after: bytes = b"", limit: int | None = None
) -> list[bytes]:
    """The keys of the subjects that stand in reports for this collection, in order."""
    query = (
        sa.select(assertions.c.subject)
        .distinct()
        .join(report_collections, report_collections.c.report_key == assertions.c.report_key)
        .where(
            report_collections.c.collection_key == collection_key,
            assertions.c.subject > after,
            assertions.c.state == ACTIVE,
            assertions.c.verdict != "rejected",
        )
        .order_by(assertions.c.subject)
        .limit(limit)
    )
    return [bytes(one) for one in connection.execute(query).scalars()]


class Settling:
    """What the worker does of it, a step at a call, so that nobody's report waits for it."""

    def __init__(self, database: Database, exchange: Exchange) -> None:
        self._database, self._exchange = database, exchange
        self._next_ms = 0

    def step(self, now: int) -> int:
        """Look at some subjects of what is unsettled; how many."""
        if now < self._next_ms:
            return 0
        try:
            return settle_some(self._database, self._exchange, now)
        except SQLAlchemyError as error:
            log.error("a collection has to wait, the database refused", error=str(error)[:500])
            self._next_ms = now + _PAUSE_MS
            return 0


def _first(connection: Connection) -> int | None:
    return connection.execute(sa.select(sa.func.min(unsettled.c.collection_key))).scalar()


def _after(connection: Connection, collection_key: int) -> bytes | None:
    """The last subject that was looked at, empty at the beginning; None where all is settled."""
    this = unsettled.c.collection_key == collection_key
    after = connection.execute(sa.select(unsettled.c.after).where(this)).scalar()
    return None if after is None else bytes(after)
