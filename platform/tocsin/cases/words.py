"""What members write in a case: notes, and tasks with the day by which they are due."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.cases.cases import Case, cases_by_key, open_cases
from tocsin.cases.tables import case_notes, case_tasks
from tocsin.ledger.database import storable
from tocsin.members.tables import members

LONGEST_NOTE = 4_000
LONGEST_TASK = 300
"""Characters."""
MOST_WORDS = 500
"""Notes, and tasks, of one case by one member."""


class TooMuchSaid(ValueError):
    """There are as many notes or tasks as a case takes; the message says so."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note; `added_by` is set where it is of the member that looks."""

    id: str
    words: str
    member_name: str
    added_ms: int
    added_by: str
    own: bool


@dataclass(frozen=True, slots=True)
class Task:
    """A task, to be done by `due_ms` where that is set; `done_by` is set where the member that looks did it."""

    id: str
    words: str
    member_name: str
    due_ms: int | None
    added_ms: int
    own: bool
    done_ms: int | None
    done_by: str

    def overdue(self, now: int) -> bool:
        """Whether its day is over and it is not done."""
        return self.done_ms is None and self.due_ms is not None and self.due_ms < now


def write_note(connection: Connection, case: Case, member_key: int, words: str, by: str, now: int) -> None:
    """Write a note into a case; TooMuchSaid."""
    _refuse_too_much(connection, case_notes, case, member_key)
    connection.execute(case_notes.insert().values(words=storable(words), **_row(case, member_key, by, now)))


def set_task(
    connection: Connection, case: Case, member_key: int, words: str, due_ms: int | None, by: str, now: int
) -> None:
    """Set a task; TooMuchSaid."""
    _refuse_too_much(connection, case_tasks, case, member_key)
    row = _row(case, member_key, by, now)
    connection.execute(case_tasks.insert().values(words=storable(words), due_ms=due_ms, **row))


def tick_task(connection: Connection, case: Case, task_id: str, at: int | None, by: str, member_key: int) -> bool:
    """Say that a task is done at `at` (ms), or is not (None); whether it was there."""
    this = sa.and_(case_tasks.c.case_key == case.key, case_tasks.c.id == task_id)
    who = (
        {"done_by": by, "done_member_key": member_key} if at is not None else {"done_by": None, "done_member_key": None}
    )
    return bool(connection.execute(case_tasks.update().where(this).values(done_ms=at, **who)).rowcount)


def notes_of(connection: Connection, case: Case, member_key: int) -> list[Note]:
    """The notes of a case, oldest first."""
    query = _lying_in(case_notes, case).order_by(case_notes.c.added_ms, case_notes.c.id)
    return [_note(row, member_key) for row in connection.execute(query)]


def tasks_of(connection: Connection, case: Case, member_key: int) -> list[Task]:
    """The tasks of a case: what is to be done first, by its day; then what is done."""
    query = _lying_in(case_tasks, case).order_by(*_FIRST_DUE)
    return [_task(row, member_key) for row in connection.execute(query)]


def tasks_due(connection: Connection, member_key: int, limit: int) -> list[tuple[Case, Task]]:
    """What is to be done in the open cases that a member sees, the first due first."""
    query = (
        _of_members(case_tasks)
        .where(case_tasks.c.case_key.in_(open_cases(member_key)), case_tasks.c.done_ms.is_(None))
        .order_by(*_FIRST_DUE)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    found = cases_by_key(connection, member_key, {row.case_key for row in rows})
    return [(found[row.case_key], _task(row, member_key)) for row in rows]


def remove_words(connection: Connection, table: sa.Table, case: Case, member_key: int, row_id: str) -> bool:
    """Take a note or task, or whatever lies in `table`, out of a case: one's own, or any out of one's own case."""
    this = sa.and_(table.c.case_key == case.key, table.c.id == row_id)
    if not case.own:
        this = sa.and_(this, table.c.member_key == member_key)
    return bool(connection.execute(table.delete().where(this)).rowcount)


def _row(case: Case, member_key: int, by: str, now: int) -> dict[str, Any]:
    return {
        "id": uuid.uuid4().hex,
        "case_key": case.key,
        "member_key": member_key,
        "added_ms": now,
        "added_by": by,
    }


def _refuse_too_much(connection: Connection, table: sa.Table, case: Case, member_key: int) -> None:
    query = sa.select(sa.func.count()).where(table.c.case_key == case.key, table.c.member_key == member_key)
    if connection.execute(query).scalar_one() >= MOST_WORDS:
        raise TooMuchSaid(f"A case takes {MOST_WORDS} of these. Take away what is no longer needed.")


def _of_members(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table, members.c.name).join(members, members.c.key == table.c.member_key)


def _lying_in(table: sa.Table, case: Case) -> sa.Select[Any]:
    return _of_members(table).where(table.c.case_key == case.key)


_FIRST_DUE = (
    case_tasks.c.done_ms.is_not(None),
    case_tasks.c.due_ms.is_(None),
    case_tasks.c.due_ms,
    case_tasks.c.added_ms,
    case_tasks.c.id,
)


def _note(row: Any, member_key: int) -> Note:
    own = row.member_key == member_key
    return Note(row.id, row.words, row.name, row.added_ms, row.added_by if own else "", own)


def _task(row: Any, member_key: int) -> Task:
    own, ours = row.member_key == member_key, row.done_member_key == member_key
    return Task(
        row.id, row.words, row.name, row.due_ms, row.added_ms, own, row.done_ms, (row.done_by or "") if ours else ""
    )
