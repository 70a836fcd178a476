"""Disputes: what somebody contests is marked at once, and decided by a named person by a due date."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import Hints, Identifier, Token, Unreadable, kept, read, recognise
from tocsin.intake import ROLES
from tocsin.ledger.append import committed
from tocsin.ledger.database import Database
from tocsin.ledger.objects import where_is
from tocsin.members.answerable import MayNot, answerable, people_with
from tocsin.members.roles import DECIDE
from tocsin.members.tables import users
from tocsin.publishing.exchange import Exchange, four_eyes
from tocsin.publishing.settle import settle
from tocsin.publishing.standing import Subject, load, subject_of
from tocsin.publishing.withdraw import NoSuchObject, identifiers_in, withdraw_value
from tocsin.publishing.words import checked
from tocsin.reports.disputes import OUTCOMES, WITHDRAWN, Dispute, find_dispute, open_dispute_on
from tocsin.reports.tables import ACTIVE, assertions, disputes, reports
from tocsin.times import DAY_MS

DAYS = 14
"""Days within which a dispute is decided where nobody says otherwise."""

MOST_DAYS = 90


class CannotDispute(ValueError):
    """A dispute cannot be opened, or not so; the message says why."""


def contested(connection: Connection, text: str, kind: str | None = None, token: Token | None = None) -> Identifier:
    """The identifier that a value, or the STIX id of what is published, names; NoSuchObject where nothing is there.

    `token` makes what stands for numbers that are never kept.
    """
    found = where_is(connection, text)
    if found:
        named = list(dict.fromkeys(one for entry in found for one in identifiers_in(entry)))
        if len(named) != 1:
            raise CannotDispute("It names several values or none that can be read: name the value that is contested.")
        return named[0]
    try:
        hints = Hints(token=token)
        about = read(text, kind, hints) if kind else recognise(text, hints)
    except Unreadable as refusal:
        raise CannotDispute(str(refusal)) from refusal
    query = sa.select(assertions.c.n).where(
        assertions.c.subject.in_(_subjects(about)), assertions.c.state == ACTIVE, assertions.c.verdict != "rejected"
    )
    if connection.execute(query.limit(1)).first() is None:
        raise NoSuchObject("Nothing is known of that.")
    return about


def open_dispute(
    database: Database,
    exchange: Exchange,
    about: Identifier,
    reason: str,
    by: str,
    member_key: int,
    now: int,
    *,
    decider: str | None = None,
    due_ms: int | None = None,
) -> Dispute:
    """Contest a value: it is marked in every collection at once. CannotDispute or BadWords say what cannot be.

    `by` of the member `member_key` opens it; `decider` is a login, the moderator with the fewest disputes where none
    is named; `due_ms` lies within MOST_DAYS.
    """
    said = checked(reason, "Say why it is contested: whoever decides has to know.")

    def work(connection: Connection, now: int) -> Dispute:
        return open_within(connection, exchange, about, said, by, member_key, now, decider=decider, due_ms=due_ms)

    return committed(database, work, now)


def open_within(
    connection: Connection,
    exchange: Exchange,
    about: Identifier,
    reason: str,
    by: str,
    member_key: int,
    now: int,
    *,
    decider: str | None = None,
    due_ms: int | None = None,
) -> Dispute:
    """`open_dispute` as a part of a transaction."""
    if open_dispute_on(connection, about.kind, about.value) is not None:
        raise CannotDispute("It is disputed already.")
    due = now + DAYS * DAY_MS if due_ms is None else due_ms
    if not now < due <= now + MOST_DAYS * DAY_MS:
        raise CannotDispute(f"The day by which it is decided has to lie ahead, at most {MOST_DAYS} days.")
    identity = str(uuid.uuid4())
    connection.execute(
        disputes.insert().values(
            id=identity,
            subject=subject_of(about, None).key,
            kind=about.kind,
            value=about.value,
            opened_ms=now,
            opened_by=by,
            member_key=member_key,
            reason=reason,
            due_ms=due,
            decider=_decider(connection, decider, member_key),
        )
    )
    settle_value(connection, exchange, about, now)
    return find_dispute(connection, identity)


def decide_dispute(
    database: Database, exchange: Exchange, dispute_id: str, outcome: str, reason: str, by: str, now: int
) -> Dispute:
    """End a dispute, by the person it is for: the mark goes, or what is marked is withdrawn as wrong.

    NoSuchDispute, MayNot, CannotDispute or BadWords say what cannot be.
    """
    said = checked(reason, "Say why you decide so: whoever contested it reads it.")
    if outcome not in OUTCOMES:
        raise CannotDispute(f"The outcome has to be one of {', '.join(OUTCOMES)}.")
    with database.reading() as connection:
        one = _for(connection, dispute_id, by)
    about = kept(one.kind, one.value)
    if outcome == WITHDRAWN:
        # before the dispute ends: if this breaks off, it is still contested
        withdraw_value(database, exchange, about, said, by, now)

    def work(connection: Connection, now: int) -> Dispute:
        _for(connection, dispute_id, by)
        connection.execute(
            disputes.update()
            .where(disputes.c.id == dispute_id)
            .values(decided_ms=now, decided_by=by, outcome=outcome, decision=said)
        )
        settle_value(connection, exchange, about, now)
        return find_dispute(connection, dispute_id)

    return committed(database, work, now)


def hand_over(database: Database, dispute_id: str, decider: str, by: str, now: int) -> Dispute:
    """Name another person who decides an open dispute; any moderator may. The due date stays."""

    def work(connection: Connection, now: int) -> Dispute:
        answerable(connection, by, DECIDE)
        one = find_dispute(connection, dispute_id)
        if one.decided_ms is not None:
            raise CannotDispute("It was decided already.")
        named = _decider(connection, decider, one.member_key)
        connection.execute(disputes.update().where(disputes.c.id == dispute_id).values(decider=named))
        return find_dispute(connection, dispute_id)

    return committed(database, work, now)


def settle_value(connection: Connection, exchange: Exchange, about: Identifier, now: int) -> None:
    """Bring every collection to what is known of an identifier now, in whichever role. Callers hold the writer lock."""
    subjects = _subjects(about)
    claims = load(connection, subjects)
    settle(connection, exchange, {key: subjects[key] for key in claims}, claims, (), now)


def deciders(connection: Connection) -> list[tuple[str, int]]:
    """The people who may decide, with the keys of their members: who has fewest open disputes first."""
    people = people_with(DECIDE).c
    waiting = sa.select(sa.func.count()).where(disputes.c.decider == people.login, disputes.c.decided_ms.is_(None))
    query = sa.select(people.login, people.key).order_by(waiting.scalar_subquery(), people.login)
    return [(login, member_key) for login, member_key in connection.execute(query)]


def _subjects(about: Identifier) -> Mapping[bytes, Subject]:
    every = (subject_of(about, role) for role in ROLES)
    return {one.key: one for one in every}


def _decider(connection: Connection, named: str | None, member_key: int) -> str:
    if named is not None:
        try:
            answerable(connection, named, DECIDE)
        except MayNot as error:
            raise CannotDispute(f"{named!r} is not a moderator or administrator, who could decide it.") from error
        return named
    people = deciders(connection)
    others = [login for login, key in people if key != member_key]
    if not people:
        raise CannotDispute("The exchange has nobody yet who could decide it.")
    return others[0] if others else people[0][0]


def _for(connection: Connection, dispute_id: str, by: str) -> Dispute:
    """The open dispute, if this person may decide it."""
    one = find_dispute(connection, dispute_id)
    if one.decided_ms is not None:
        raise CannotDispute("It was decided already.")
    answerable(connection, by, DECIDE)
    if by != one.decider:
        raise MayNot(f"It is for {one.decider} to decide, unless it is handed over.")
    if four_eyes(connection) and (by == one.opened_by or _reported(connection, one, by)):
        raise MayNot("Whoever contests or reported it does not decide it: four eyes is on. Hand it over.")
    return one


def _reported(connection: Connection, one: Dispute, by: str) -> bool:
    """Whether this person's member reported what is disputed."""
    query = (
        sa.select(assertions.c.n)
        .join(reports, reports.c.key == assertions.c.report_key)
        .join(users, users.c.member_key == reports.c.member_key)
        .where(
            assertions.c.subject.in_(_subjects(kept(one.kind, one.value))),
            assertions.c.state == ACTIVE,
            users.c.login == by,
        )
    )
    return connection.execute(query.limit(1)).first() is not None
