"""Erasing: what is known of an identifier or an object is emptied everywhere; readers get a last, empty version."""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.alerts.saved import forget_searches
from tocsin.cases.searches import forget_tokens
from tocsin.identifiers import Identifier
from tocsin.intake import ROLES
from tocsin.ledger.append import committed
from tocsin.ledger.database import Database
from tocsin.ledger.objects import where_is
from tocsin.ledger.tables import entries
from tocsin.publishing import emptying
from tocsin.publishing.emptying import about, planned, rows_about
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.standing import Subject, erased_before, subject_of
from tocsin.publishing.versions import support
from tocsin.publishing.withdraw import NoSuchObject, identifiers_in
from tocsin.reports.erasures import Erasure
from tocsin.reports.holds import held_now
from tocsin.reports.tables import ERASED, RECEIVED, assertions, tombstones

Token = Callable[[str], bytes]
"""A keyed hash: what was erased is known again by it."""

_HELD = (
    "A legal hold keeps it (hold {}). Lift the hold first, or withdraw it, which takes it from readers and deletes "
    "nothing."
)
_HELD_BESIDE = (
    "The file of the report {} names it, and something else in that file is kept by a legal hold (hold {}). Lift the "
    "hold first, or withdraw it, which takes it from readers and deletes nothing."
)


class CannotErase(ValueError):
    """What is asked for cannot be erased, or not now; the message says why."""


def erase(
    database: Database,
    exchange: Exchange,
    what: Identifier | str,
    token: Token,
    record: Callable[[Erasure], None],
    reason: str,
    by: str,
    now: int,
) -> Erasure:
    """Erase an identifier, or a STIX object and what it is about, named by its id; what was emptied.

    `record` writes the log, before anything is committed. NoSuchObject where nothing is there, CannotErase where it
    may not go: it is held, or being read.
    """

    def work(connection: Connection, now: int) -> Erasure:
        erasure = _plan(connection, exchange, what, token, reason, by, now)
        record(erasure)
        apply(connection, now, erasure)
        return erasure

    return committed(database, work, now)


def apply(connection: Connection, now: int, erasure: Erasure) -> int:
    """Empty what an erasure names, as far as it is not empty yet, and know it again; how many entries and rows.

    Doing it again changes nothing.
    """
    done = emptying.apply(connection, now, erasure)
    tokens = [bytes.fromhex(token) for token in erasure.tombstones]
    forget_tokens(connection, tokens)
    forget_searches(connection, tokens)
    known = erased_before(connection, tokens)
    fresh = [token for token in tokens if token not in known]
    if fresh:
        connection.execute(tombstones.insert(), [{"token": one, "erased_ms": erasure.at_ms} for one in fresh])
    return done


def named_by(connection: Connection, what: Identifier | str) -> list[Identifier]:
    """The identifier itself, or those that the object with this STIX id is about."""
    if isinstance(what, Identifier):
        return [what]
    return list(dict.fromkeys(one for entry in where_is(connection, what) for one in identifiers_in(entry)))


def subjects_named(connection: Connection, what: Identifier | str) -> list[Subject]:
    """All subjects that the identifier has, in whichever role; those that the object with this STIX id is about."""
    every = (subject_of(one, role) for one in named_by(connection, what) for role in ROLES)
    return list({subject.key: subject for subject in every}.values())


def still_named(connection: Connection, value: str) -> Iterator[str]:
    """The ids of the objects that are served and have `value` somewhere in them: other objects, which nobody erased."""
    sought = value.encode()
    query = sa.select(entries.c.object_id, entries.c.body).where(entries.c.latest_position.is_not(None))
    for row in connection.execute(query.execution_options(stream_results=True, max_row_buffer=1_000)):
        if sought in row.body:
            yield row.object_id


def _plan(
    connection: Connection, exchange: Exchange, what: Identifier | str, token: Token, reason: str, by: str, now: int
) -> Erasure:
    _refuse_what_others_need(connection, exchange, what)
    subjects = subjects_named(connection, what)
    chosen = about(subjects)
    if isinstance(what, str):
        chosen = sa.or_(chosen, assertions.c.object_id == what)
    rows = rows_about(connection, chosen)
    for row in rows:
        if row.state == RECEIVED:
            raise CannotErase(f"The report {row.id} names it and is being read still. Try again when it is through.")
    pushed = {row.object_id for row in rows if row.object_id is not None}
    if isinstance(what, str):
        pushed.add(what)
    erasure = Erasure(at_ms=now, by=by, reason=reason)
    planned(connection, exchange, erasure, subjects, rows, dict.fromkeys(sorted(pushed)))
    if not rows and not erasure.entries:
        raise NoSuchObject("Nothing is known of that.")
    tokens = [token(one) for one in dict.fromkeys([*(subject.pattern for subject in subjects), *pushed])]
    _refuse_what_is_held(connection, subjects, rows, tokens, now)
    erasure.tombstones.extend(one.hex() for one in tokens)
    return erasure


def _refuse_what_others_need(connection: Connection, exchange: Exchange, what: Identifier | str) -> None:
    if not isinstance(what, str):
        return
    if what in {one.object_id for one in support(exchange)}:
        raise CannotErase("This object is the exchange's own: others refer to it.")
    if what.startswith("relationship--") and any(one.owner_key is None for one in where_is(connection, what)):
        raise CannotErase("Name the indicator or the observable that this relationship joins; it goes with them.")


def _refuse_what_is_held(
    connection: Connection, subjects: list[Subject], rows: list[Any], tokens: list[bytes], now: int
) -> None:
    held = held_now(connection, now)
    hold = held.keeping(
        subjects=[*(subject.key for subject in subjects), *(row.subject for row in rows)],
        tokens=tokens,
        reports=[row.report_key for row in rows],
        members=[row.member_key for row in rows],
    )
    if hold is not None:
        raise CannotErase(_HELD.format(hold))
    # of a sheet the bytes go as a whole
    sheets = {row.report_key: row.id for row in rows if row.format != "stix"}
    if held.subjects and sheets:
        query = sa.select(assertions.c.report_key, assertions.c.subject).where(
            assertions.c.subject.in_(held.subjects), assertions.c.state != ERASED
        )
        for row in connection.execute(query):
            if row.report_key in sheets:
                raise CannotErase(_HELD_BESIDE.format(sheets[row.report_key], held.subjects[bytes(row.subject)]))
