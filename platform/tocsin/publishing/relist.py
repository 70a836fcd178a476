"""Lists applied again to what stands: what they cover now is withdrawn, or waits for a moderator (promise 7).

What a person let through, or a member set a list aside for, stays. A run decides by reading alone how much there is;
more than a set number waits for a moderator. Killed on the way, another run goes on: what was done is found no more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from tocsin.identifiers import Identifier
from tocsin.intake import Claim, Row
from tocsin.ledger.append import committed
from tocsin.ledger.database import Database, chunks
from tocsin.ledger.objects import latest_of
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.screening_of import imitable, lists_are, on_any_list, screening_of
from tocsin.publishing.settle import settle, subjects_of
from tocsin.publishing.standing import APPROVED, ONE_VOICE, collections_of, load
from tocsin.publishing.whole import end_whole
from tocsin.reports.list_runs import APPROVED as RUN_APPROVED
from tocsin.reports.list_runs import DONE, WAITS, keep_run, most_at_once, run_of
from tocsin.reports.reports import report_by_key
from tocsin.reports.tables import ACTIVE, CHANGE_ROW, assertions, reports
from tocsin.screening import Screening, Verdict, content_of, imitation, screen

_LOOKED_AT = 2_000
"""Values that one step looks at, by reading."""
_ENDED_AT_ONCE = 100
"""Values that one transaction ends: the writer lock is held for tens of milliseconds."""
_BETWEEN_MS = 5_000
_BY_A_PERSON = frozenset({APPROVED, "override"})
"""Codes of what somebody let through for a reason: lists do not undo that."""
_LATER = "It was on no list when it came in."
_COLUMNS = ("report_key", "n", "subject", "kind", "value", "role", "verdict", "code", "object_id")

log = structlog.get_logger()


class Found(NamedTuple):
    """What a step found: keys of subjects, and of pushed objects (ids), that a list covers now; how many by list.

    `marks` are keys of subjects that imitate something.
    """

    subjects: tuple[bytes, ...] = ()
    objects: tuple[str, ...] = ()
    by_list: Mapping[str, int] = MappingProxyType({})
    marks: tuple[bytes, ...] = ()


class _Covered(NamedTuple):
    """A row that stands, and the verdict that it would get now."""

    row: Any
    verdict: Verdict


def relist(database: Database, exchange: Exchange, screening: Screening, now: int) -> Iterator[int]:
    """Apply the lists as they are, if they were not yet: after every step, how many assertions ended in it."""
    with database.reading() as connection:
        state = lists_are(connection, screening)
        run, most = run_of(connection, state), most_at_once(connection)
    if run is not None and run.state != RUN_APPROVED:
        return
    steps: list[Found] = []
    by_list: Counter[str] = Counter()
    ended = 0
    for found in _looked_at(database, screening):
        by_list.update(found.by_list)
        if any(found):
            steps.append(found)
        yield 0
    if run is None and by_list.total() > most:
        _note(database, state, WAITS, now, by_list, 0)
        log.warning("a change of lists waits for a moderator", covered=by_list.total(), at_once=most)
        return
    for part in _parts(steps):

        def work(connection: Connection, at: int, part: Found = part) -> int:
            return _apply(connection, exchange, screening, part, at)

        done = committed(database, work)
        ended += done
        yield done
    _note(database, state, DONE, now, by_list, ended)


def refresh(database: Database, exchange: Exchange, screening: Screening, now: int) -> int:
    """`relist` to its end; how many assertions ended."""
    return sum(relist(database, exchange, screening, now))


class Relisting:
    """Applies lists that changed, a step at a call, so that nobody's report waits for it."""

    def __init__(self, database: Database, exchange: Exchange, screening: Screening) -> None:
        self._all = (database, exchange, screening)
        self._run: Iterator[int] | None = None
        self._next_ms = 0

    def step(self, now: int) -> int:
        """Do the next step of a run, where one is under way or lists changed; 1 where there was one."""
        if self._run is None:
            if now < self._next_ms:
                return 0
            self._run, self._next_ms = relist(*self._all, now), now + _BETWEEN_MS
        try:
            if next(self._run, None) is not None:
                return 1
        except SQLAlchemyError as error:
            log.error("applying lists has to wait, the database refused", error=str(error)[:500])
        self._run = None
        return 0


def _note(database: Database, state: str, how: str, began: int, by_list: Counter[str], ended: int) -> None:
    def work(connection: Connection, now: int) -> None:
        keep_run(connection, state, how, began, now, by_list, ended)

    committed(database, work)


def _looked_at(database: Database, screening: Screening) -> Iterator[Found]:
    """Everything that stands, some values at a time, and then the objects that members pushed."""
    after = b""
    while True:
        with database.reading() as connection:
            rows = connection.execute(_VALUES, {"after": after}).all()
            if not rows:
                break
            yield _found(connection, screening, rows)
        after = bytes(rows[-1].subject)
    last = (-1, -1)
    while True:
        with database.reading() as connection:
            rows = connection.execute(_OBJECTS.where(sa.tuple_(*map(sa.literal, last)) < _PLACE)).all()
            if not rows:
                break
            some = _covered_objects(connection, screening, rows)
            yield Found(objects=tuple({one.row.object_id for one in some}), by_list=_by_list(some))
        last = (rows[-1].report_key, rows[-1].n)


def _found(connection: Connection, screening: Screening, rows: Sequence[Any]) -> Found:
    anybody, open_names = on_any_list(connection), imitable(connection)
    asked, marks = [], []
    for row in rows:
        identifier = Identifier(row.kind, row.value)
        if screening.hit(identifier) is not None or (anybody and anybody.cover(identifier) is not None):
            asked.append(bytes(row.subject))
        elif open_names and imitation(identifier, open_names) is not None:
            marks.append(bytes(row.subject))
    some = _covered_rows(connection, screening, asked) if asked else []
    subjects = {bytes(one.row.subject): one for one in some}
    return Found(tuple(subjects), by_list=_by_list(subjects.values()), marks=tuple(marks))


def _by_list(some: Iterable[_Covered]) -> Counter[str]:
    return Counter(one.verdict.on for one in some)


def _covered_rows(connection: Connection, screening: Screening, subjects: Sequence[bytes]) -> list[_Covered]:
    """The rows on these subjects that would not stand, were they handed in now."""
    rows = connection.execute(_ROWS.where(assertions.c.subject.in_(subjects))).all()
    own = _Screenings(connection, screening)
    judged = [_Covered(row, own.verdict(row, Identifier(row.kind, row.value))) for row in rows]
    return [one for one in judged if _is_worse(one.row, one.verdict)]


class _Screenings:
    """Screening as the reports of some rows meet it, each made once."""

    def __init__(self, connection: Connection, screening: Screening) -> None:
        self._connection, self._screening = connection, screening
        self._known: dict[int, Screening] = {}

    def verdict(self, row: Any, about: Identifier) -> Verdict:
        """What would be said of this identifier, were the row handed in now."""
        key = row.report_key
        if key not in self._known:
            report = report_by_key(self._connection, key)
            self._known[key] = screening_of(self._connection, self._screening, report)
        return screen(Row(0, "", about.value, about, None, Claim(role=row.role)), self._known[key])


def _is_worse(row: Any, verdict: Verdict) -> bool:
    """Whether a verdict takes away more than the row has lost already."""
    if row.code in _BY_A_PERSON or verdict.verdict == "accepted":
        return False
    waits_alone = row.verdict == "held" and row.code != ONE_VOICE
    return verdict.verdict == "rejected" or not waits_alone


def _covered_objects(connection: Connection, screening: Screening, rows: Sequence[Any]) -> list[_Covered]:
    """The objects that members pushed whole and that name something which a list covers now."""
    bodies: dict[str, bytes] = {}
    for key in collections_of(connection, {row.report_key for row in rows}):
        lasts = latest_of(connection, key, [row.object_id for row in rows]).values()
        bodies |= {last.object_id: last.body for last in lasts if not last.revoked}
    own = _Screenings(connection, screening)
    found = []
    for row in rows:
        if row.object_id not in bodies:
            continue
        content = orjson.loads(bodies[row.object_id])
        # what it is about was looked at as a value
        others = [one for one in content_of(content["type"], content).named if one.value != row.value]
        verdicts = [own.verdict(row, one) for one in others]
        worst = max(verdicts, key=lambda one: _RANKS.index(one.verdict), default=_HARMFUL)
        if _is_worse(row, worst):
            found.append(_Covered(row, worst))
    return found


def _parts(steps: Iterable[Found]) -> Iterator[Found]:
    """What was found, as much at a time as one transaction takes."""
    for one in steps:
        for some in chunks(list(one.subjects), _ENDED_AT_ONCE):
            yield Found(subjects=tuple(some))
        for ids in chunks(list(one.objects), _ENDED_AT_ONCE):
            yield Found(objects=tuple(ids))
        for some in chunks(list(one.marks), _ENDED_AT_ONCE):
            yield Found(marks=tuple(some))


def _apply(connection: Connection, exchange: Exchange, screening: Screening, part: Found, now: int) -> int:
    """End what a list covers, decided anew under the lock, and say what imitates what; how many assertions ended."""
    some = _covered_rows(connection, screening, part.subjects) if part.subjects else []
    if part.objects:
        rows = connection.execute(_OBJECTS.where(assertions.c.object_id.in_(part.objects))).all()
        some += _covered_objects(connection, screening, rows)
    touched = {bytes(one.row.subject) for one in some if one.row.subject is not None} | set(part.marks)
    subjects = subjects_of(load(connection, touched))
    reached = collections_of(connection, {one.row.report_key for one in some})
    for rejected in (False, True):
        _write(connection, [one for one in some if (one.verdict.verdict == "rejected") is rejected], now)
    settle(connection, exchange, subjects, load(connection, touched), reached, now)
    # what waited was never published: another's object may stand under the same id
    whole = {one.row.object_id: one.row.member_key for one in some if one.row.object_id and one.row.verdict != "held"}
    for key in reached if whole else ():
        lasts = latest_of(connection, key, list(whole)).values()
        end_whole(connection, [last for last in lasts if last.owner_key == whole[last.object_id]], now)
    return len(some)


def _write(connection: Connection, some: Sequence[_Covered], now: int) -> None:
    """The verdicts as they are now; what is rejected is kept like any row that is, about no subject."""
    if not some:
        return
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in ("verdict", "code", "reason")}
    if some[0].verdict.verdict == "rejected":
        values |= {"subject": None, "observable_id": None}
    connection.execute(
        CHANGE_ROW.values(**values, decided_ms=now),
        [
            {
                "this_report": one.row.report_key,
                "this_n": one.row.n,
                "new_verdict": one.verdict.verdict,
                "new_code": one.verdict.code,
                "new_reason": f"{one.verdict.reason} {_LATER}",
            }
            for one in some
        ],
    )


_RANKS = ("accepted", "held", "rejected")
_HARMFUL = Verdict("accepted", "", "accepted")
_STANDS = (assertions.c.state == ACTIVE, assertions.c.verdict != "rejected")
_PLACE = sa.tuple_(assertions.c.report_key, assertions.c.n)
_VALUES = (
    sa.select(assertions.c.subject, assertions.c.kind, assertions.c.value)
    .distinct()
    .where(*_STANDS, assertions.c.subject > sa.bindparam("after", type_=sa.LargeBinary))
    .order_by(assertions.c.subject)
    .limit(_LOOKED_AT)
)
_ROWS = (
    sa.select(*[assertions.c[name] for name in _COLUMNS], reports.c.member_key)
    .join(reports, reports.c.key == assertions.c.report_key)
    .where(*_STANDS)
    .order_by(assertions.c.report_key, assertions.c.n)
)
_OBJECTS = _ROWS.where(assertions.c.object_id.is_not(None)).limit(_LOOKED_AT)
