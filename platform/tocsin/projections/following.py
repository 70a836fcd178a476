"""Keeps the search index up with the ledger, through engines that stop, full disks and lost or foreign indexes.

How far it is stands in a file of the data directory, so that pages can say how far search is behind without asking an
engine that may be down.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog
from sqlalchemy.engine import Connection

from tocsin.ledger.database import Database
from tocsin.ledger.read import last_seq, waiting_after
from tocsin.projections.search_index import catch_up, rebuild
from tocsin.search import Engine, OtherForm, SearchDown

LOOK_MS = 60_000
"""How long an index that had everything is believed to have it while nothing new comes."""

AGAIN_MS, LATEST_AGAIN_MS = 5_000, 300_000
"""Pause after a failure; each further failure of building anew doubles it, up to the second."""

SOON_MS, A_FEW = 10_000, 1_000
"""What came so lately and is fewer than that is about to be searchable: nobody is told that search is behind."""

LOST_MS = 60_000
"""How long an index is lost before it is built anew: a server that was just started says so for a while."""

log = structlog.get_logger()


class Noted(msgspec.Struct, frozen=True):
    """How far the index was when it was last looked at: `seq`, the moment in ms; what is wrong, empty for nothing."""

    seq: int
    at: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """How far search is behind, in the collections of whoever asks: how many changes wait, since when in ms.

    More than `MOST` are not counted.
    """

    changes: int
    since: int | None

    MOST = 10_000


class Following:
    """The follower of one process, for the index of `engine`; `home` is the data directory."""

    def __init__(self, database: Database, engine: Engine, home: Path) -> None:
        self._database = database
        self._engine = engine
        self._file = _file(home)
        self._seq = -1
        self._looked = self._again = 0
        self._lost: int | None = None
        self._failures = 0

    def step(self, now: int) -> int:
        """Apply what the index lacks, and mend what can be mended; how many entries were read. `now` is in ms."""
        if now < self._again:
            return 0
        with self._database.reading() as connection:
            newest = last_seq(connection)
        if newest <= self._seq and now - self._looked < LOOK_MS:
            return 0
        try:
            read = self._follow(now)
        except SearchDown as error:
            self._failed(error, now)
            return 0
        self._seq, self._looked, self._lost, self._failures = self._engine.checkpoint(), now, None, 0
        self._note(Noted(self._seq, now))
        return read

    def _follow(self, now: int) -> int:
        try:
            return catch_up(self._database, self._engine, lambda seq: self._note(Noted(seq, now)))
        except OtherForm as error:
            log.warning("the search index is built anew", why=str(error))
            return rebuild(self._database, self._engine)
        except SearchDown:
            if not self._is_lost(now):
                raise
            log.warning("the search index is lost and built anew")
            return rebuild(self._database, self._engine)

    def _is_lost(self, now: int) -> bool:
        if not self._engine.broken():
            self._lost = None
            return False
        self._lost = now if self._lost is None else self._lost
        return now - self._lost >= LOST_MS

    def _failed(self, error: SearchDown, now: int) -> None:
        was = noted(self._file.parent)
        self._again = now + min(AGAIN_MS << self._failures, LATEST_AGAIN_MS)
        self._failures = min(self._failures + 1, 10) if isinstance(error, OtherForm) or self._lost else 0
        self._seq = -1
        log.warning("search is down, the index will catch up", error=str(error))
        self._note(Noted(was.seq if was else 0, now, str(error)))

    def _note(self, one: Noted) -> None:
        """Readers never see half a note. Where it cannot be written, pages ask the engine."""
        fresh = self._file.with_suffix(".new")
        try:
            fresh.write_bytes(msgspec.json.encode(one))
            fresh.replace(self._file)
        except OSError as error:
            log.warning("how far search is cannot be noted", error=str(error))


def noted(home: Path) -> Noted | None:
    """What was noted last, None where nothing was."""
    try:
        return msgspec.json.decode(_file(home).read_bytes(), type=Noted)
    except (OSError, msgspec.DecodeError):
        return None


def behind(connection: Connection, engine: Engine, home: Path, collections: frozenset[str], now: int) -> Behind:
    """How far search is behind in `collections`, ids; counted in those alone, so that nothing tells of any other.

    A few changes of the last seconds are on their way and no delay, unless something is wrong.
    """
    note = noted(home)
    try:
        seq = note.seq if note else engine.checkpoint()
    except SearchDown:
        seq = 0
    waits = Behind(*waiting_after(connection, seq, collections, Behind.MOST))
    on_its_way = waits.since is not None and now - waits.since < SOON_MS and waits.changes < A_FEW
    return Behind(0, None) if on_its_way and not (note and note.problem) else waits


def _file(home: Path) -> Path:
    return home / "search.json"
