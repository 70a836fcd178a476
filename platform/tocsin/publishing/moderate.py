"""A person's decision on what is held."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS
from tocsin.ledger.append import committed
from tocsin.ledger.database import Database
from tocsin.members.answerable import MayNot, answerable
from tocsin.members.roles import DECIDE
from tocsin.members.voices import voice_of
from tocsin.publishing.exchange import Exchange, four_eyes
from tocsin.publishing.settle import settle, subjects_of
from tocsin.publishing.standing import APPROVED, load, reached
from tocsin.publishing.whole import release_whole
from tocsin.publishing.words import checked
from tocsin.reports import decisions
from tocsin.reports.decisions import Change, Place, decisions_on, matter_of, record
from tocsin.reports.reports import report_by_key
from tocsin.reports.tables import ACTIVE, CHANGE_ROW, assertions

_ROWS_AT_ONCE = 500
_COLUMNS = ("report_key", "n", "subject", "object_id", "kind", "code")
_HELD = {"verdict": "held"}


class NothingAsked(LookupError):
    """Nobody asked anything that could be answered."""


def approve(
    database: Database, exchange: Exchange, report_key: int, rows: Sequence[int] | None, by: str, now: int
) -> int:
    """Release what a report holds, all of it or the named rows; how many assertions that released.

    With four eyes, what may be a person's is only proposed until another moderator approves it too.
    """

    def work(connection: Connection, now: int, after: int) -> tuple[Sequence[Any], int]:
        held = _held(connection, report_key, rows, by, after)
        enough = _seconded(connection, held, by, now)
        _decide(connection, enough, "accepted", APPROVED, "A moderator approved it.", by, now)
        record(connection, decisions.APPROVED, _changes(enough, "accepted"), by, now)
        touched = [row.subject for row in enough if row.subject is not None]
        claims = load(connection, touched)
        settled = settle(connection, exchange, subjects_of(claims), claims, (), now)
        whole = [row for row in enough if row.object_id is not None and row.subject is None]
        # nobody can say that it is no person's, so it goes only where a person's may
        targets = reached(connection, {report_key})[report_key]
        places = {(row.report_key, row.n): targets.everything for row in whole}
        release_whole(connection, exchange, {**places, **settled.released}, now)
        for row in enough:
            identity = settled.indicator_in(row.subject, targets.impersonal) if row.subject is not None else None
            _name_indicator(connection, row, identity)
        return held, len(enough)

    return _in_batches(database, work, now)


def reject(
    database: Database,
    report_key: int,
    rows: Sequence[int] | None,
    by: str,
    now: int,
    reason: str | None = None,
) -> int:
    """Turn down what a report holds, all of it or the named rows; how many assertions that were held."""
    said = checked(reason, "") if reason else None

    def work(connection: Connection, now: int, after: int) -> tuple[Sequence[Any], int]:
        held = _held(connection, report_key, rows, by, after)
        words = f"A moderator turned it down: {said}" if said else "A moderator turned it down."
        _decide(connection, held, "rejected", "turned-down", words, by, now)
        record(connection, decisions.REJECTED, _changes(held, "rejected"), by, now, said)
        return held, len(held)

    return _in_batches(database, work, now)


def ask(database: Database, report_key: int, rows: Sequence[int] | None, by: str, now: int, question: str) -> int:
    """Ask the contributor about rows, which go on waiting; how many assertions that are held.

    A row that another member's voice releases meanwhile is released: a question keeps nothing back.
    """
    said = checked(question, "Write what you want to know.")

    def work(connection: Connection, now: int, after: int) -> tuple[Sequence[Any], int]:
        held = _held(connection, report_key, rows, by, after)
        record(connection, decisions.ASKED, [Change((row.report_key, row.n)) for row in held], by, now, said)
        return held, len(held)

    return _in_batches(database, work, now)


def answer(database: Database, place: Place, by: str, now: int, words: str) -> None:
    """Answer what moderators asked about a row; NothingAsked where nothing is open. Who may is for callers to see."""
    said = checked(words, "Write your answer.")

    def work(connection: Connection, now: int) -> None:
        if not matter_of(decisions_on(connection, [place])[place]).asked or not _is_held(connection, place):
            raise NothingAsked("Nobody waits for an answer on this row any more.")
        record(connection, decisions.ANSWERED, [Change(place)], by, now, said)

    committed(database, work, now)


def proposed_in(connection: Connection, report_key: int, rows: Sequence[int] | None) -> int:
    """How many rows of a report, all or the named ones, were proposed and wait for a second moderator."""
    query = sa.select(assertions.c.report_key, assertions.c.n).where(*_waiting(report_key, rows))
    places = [(row.report_key, row.n) for row in connection.execute(query)]
    return sum(bool(matter_of(taken).proposed_by) for taken in decisions_on(connection, places).values())


def may_be_a_persons(kind: str | None, object_id: str | None, code: str) -> bool:
    """Whether a row may be about a person: so is what no machine can read."""
    return kind is None or KINDS[kind].personal or (object_id is not None and code == "moderation")


def check_decider(connection: Connection, by: str, report_key: int) -> None:
    """MayNot where this person may not decide on the rows of this report."""
    person = answerable(connection, by, DECIDE)
    if not four_eyes(connection):
        return
    if voice_of(connection, person.member_key) == report_by_key(connection, report_key).voice_of:
        raise MayNot("What your own organisation handed in is for another moderator: four eyes is on.")


def _in_batches(database: Database, work: Callable[[Connection, int, int], tuple[Sequence[Any], int]], now: int) -> int:
    """Go once through the rows that are held, in their order, whatever becomes of them; how many were decided on."""
    total, after = 0, -1

    def next_ones(connection: Connection, now: int) -> tuple[Sequence[Any], int]:
        return work(connection, now, after)

    while (batch := committed(database, next_ones, now))[0]:
        held, done = batch
        total, after = total + done, held[-1].n
    return total


def _held(connection: Connection, report_key: int, rows: Sequence[int] | None, by: str, after: int) -> Sequence[Any]:
    """The next rows that are held, after the row count `after`."""
    check_decider(connection, by, report_key)
    query = (
        sa.select(*[assertions.c[name] for name in _COLUMNS])
        .where(*_waiting(report_key, rows), assertions.c.n > after)
        .order_by(assertions.c.n)
        .limit(_ROWS_AT_ONCE)
    )
    return connection.execute(query).all()


def _waiting(report_key: int, rows: Sequence[int] | None) -> list[Any]:
    held = [assertions.c.report_key == report_key, assertions.c.verdict == "held", assertions.c.state == ACTIVE]
    return held if rows is None else [*held, assertions.c.row.in_(rows)]


def _is_held(connection: Connection, place: Place) -> bool:
    query = sa.select(assertions.c.n).where(*_waiting(place[0], None), assertions.c.n == place[1])
    return connection.execute(query).first() is not None


def _seconded(connection: Connection, held: Sequence[Any], by: str, now: int) -> list[Any]:
    """The rows that one more approval releases; with four eyes the others are noted as proposed by this person."""
    if not held or not four_eyes(connection):
        return list(held)
    taken = decisions_on(connection, [(row.report_key, row.n) for row in held])
    enough, proposed = [], []
    for row in held:
        others = matter_of(taken[row.report_key, row.n]).proposed_by
        if not may_be_a_persons(row.kind, row.object_id, row.code) or set(others) - {by}:
            enough.append(row)
        elif by not in others:
            proposed.append(row)
    record(connection, decisions.PROPOSED, [Change((row.report_key, row.n)) for row in proposed], by, now)
    return enough


def _changes(rows: Sequence[Any], verdict: str) -> list[Change]:
    return [Change((row.report_key, row.n), _HELD, {"verdict": verdict}) for row in rows]


def _decide(
    connection: Connection, held: Sequence[Any], verdict: str, code: str, reason: str, by: str, now: int
) -> None:
    if held:
        connection.execute(
            CHANGE_ROW.values(verdict=verdict, code=code, reason=reason, decided_by=by, decided_ms=now),
            [{"this_report": row.report_key, "this_n": row.n} for row in held],
        )


def _name_indicator(connection: Connection, row: Any, identity: str | None) -> None:
    if identity is not None and row.object_id is None:
        connection.execute(
            assertions.update()
            .where(assertions.c.report_key == row.report_key, assertions.c.n == row.n)
            .values(stix_id=identity)
        )
