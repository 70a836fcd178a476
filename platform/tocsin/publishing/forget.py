"""Forgetting what no rule keeps any longer: withdrawn, emptied, and free to come again."""

from collections.abc import Callable, Iterator

import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from tocsin.cases.keeping import forget_cases
from tocsin.ledger.append import committed
from tocsin.ledger.database import Database, chunks
from tocsin.publishing.due import PASSES, Due, Pass, terms_of
from tocsin.publishing.emptying import apply, planned
from tocsin.publishing.exchange import Exchange
from tocsin.reports.blank import FORGETTING, blank_file
from tocsin.reports.erasures import Erasure
from tocsin.reports.holds import let_go
from tocsin.reports.keeping import Run, all_rules, last_run, note_run
from tocsin.times import DAY_MS, HOUR_MS

Token = Callable[[str], bytes]
_KEYS_AT_ONCE = 50
"""What one transaction forgets: the writer lock is held for tens of milliseconds."""
log = structlog.get_logger()


def due(database: Database, token: Token, now: int) -> Iterator[Due]:
    """What would be forgotten at `now` (ms), part by part; nothing changes."""
    for one, keys in _looked_at(database):
        with database.reading() as connection:
            yield one.look(connection, terms_of(connection, token, now), keys)


def forget(database: Database, exchange: Exchange, token: Token, now: int) -> Iterator[Due]:
    """Forget what is due at `now` (ms), a transaction at a time; what each part was.

    Each step decides anew under the lock, so that a report that came in meanwhile or a hold is seen. Killed on the
    way, another run goes on: what was forgotten is due no more. A run that went through is remembered.
    """
    kinds: dict[str, int] = {}
    held = 0
    for one, keys in _looked_at(database):
        with database.reading() as connection:
            seen = one.look(connection, terms_of(connection, token, now), keys)
        held += seen.held
        yield Due(held=seen.held)
        for some in chunks(list(seen.keys), _KEYS_AT_ONCE):

            def work(connection: Connection, at: int, some: list[object] = some, one: Pass = one) -> Due:
                return _forget(connection, exchange, one, some, token, now, at)

            done = committed(database, work, now)
            for kind, number in done.kinds.items():
                kinds[kind] = kinds.get(kind, 0) + number
            yield done

    def note(connection: Connection, at: int) -> None:
        note_run(connection, Run(now, at, kinds, held))
        let_go(connection, now)
        forget_cases(connection, now)

    committed(database, note, now)


def _forget(
    connection: Connection, exchange: Exchange, one: Pass, keys: list[object], token: Token, now: int, at: int
) -> Due:
    found = one.look(connection, terms_of(connection, token, now), keys)
    erasure = Erasure(at_ms=at, by="", reason="")
    apply(
        connection,
        at,
        planned(connection, exchange, erasure, found.subjects, found.rows, found.owners),
        FORGETTING,
    )
    for key in found.files:
        blank_file(connection, key)
    return found


def _looked_at(database: Database) -> Iterator[tuple[Pass, list[object]]]:
    """Everything that is there, some keys at a time; nothing where there is no rule."""
    with database.reading() as connection:
        if not all_rules(connection):
            return
    for one in PASSES:
        after = one.start
        while True:
            with database.reading() as connection:
                keys = one.following(connection, after)
            if not keys:
                break
            yield one, keys
            after = keys[-1]


class Daily:
    """Forgets once a day, a step at a call, so that nobody's report waits for it."""

    def __init__(self, database: Database, exchange: Exchange, token: Token) -> None:
        self._database, self._exchange, self._token = database, exchange, token
        self._run: Iterator[Due] | None = None
        self._next_ms = 0

    def step(self, now: int) -> int:
        """Do the next step of a run, where one is under way or is due; 1 where there was one."""
        try:
            if self._run is None and not self._begin(now):
                return 0
            if self._run is not None and next(self._run, None) is not None:
                return 1
        except SQLAlchemyError as error:
            log.error("forgetting has to wait, the database refused", error=str(error)[:500])
        self._run, self._next_ms = None, now + HOUR_MS
        return 0

    def _begin(self, now: int) -> bool:
        if now < self._next_ms:
            return False
        with self._database.reading() as connection:
            last = last_run(connection)
        if last is not None and now < last.began_ms + DAY_MS:
            self._next_ms = min(last.began_ms + DAY_MS, now + HOUR_MS)
            return False
        self._run = forget(self._database, self._exchange, self._token, now)
        return True
