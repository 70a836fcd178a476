"""Proposing a correction to whoever reported something, and deciding on it as its source."""

from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS, Unreadable, read
from tocsin.intake import ROLES
from tocsin.ledger.append import committed
from tocsin.ledger.collections import Collection
from tocsin.ledger.database import Database
from tocsin.ledger.read import Entry
from tocsin.members.access import Principal
from tocsin.members.members import rights_of
from tocsin.publishing.correct import CannotCorrect, Correction, SaysSo, amend_within
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.voting import reports_itself, spot_of
from tocsin.publishing.withdraw import take_back_within
from tocsin.publishing.words import checked
from tocsin.reports.proposals import (
    MOST_LISTED,
    MOST_OPEN,
    OPEN,
    NoSuchProposal,
    Proposal,
    keep_answer,
    keep_proposal,
    proposals_by,
    proposals_to,
    rows_at,
)
from tocsin.reports.tables import assertions, report_collections
from tocsin.screening import Screening
from tocsin.stix import CRIME_TYPES

_MOST_ROWS = 500
TAKEN_BACK = "a reader proposed it"


class CannotPropose(ValueError):
    """A proposal cannot be made so; `field` is the one to blame, the message says why."""

    def __init__(self, message: str, field: str = "value") -> None:
        super().__init__(message)
        self.field = field


class Wanted(NamedTuple):
    """What a reader wants: `correction` None for that it is taken back; why; whether its name may be known."""

    correction: Correction | None
    words: str
    named: bool


def propose(database: Database, collection: Collection, entry: Entry, by: Principal, wanted: Wanted, now: int) -> str:
    """Keep a proposal about an indicator that a member reads; its id. CannotPropose or BadWords say why not."""
    said = checked(wanted.words, "Say why: the source wants to check it.")
    correction = _readable(wanted.correction)
    if entry.revoked:
        raise CannotPropose("It is withdrawn already.")
    spot = spot_of(collection, entry)
    if spot is None:
        raise CannotPropose("This object names several things, or none that can be read: contest it instead.")

    def work(connection: Connection, now: int) -> str:
        if reports_itself(connection, spot, by.member_key):
            raise CannotPropose("Your organisation reports it itself: correct it on your own report.")
        waiting = [one for one in proposals_by(connection, by.member_key, MOST_LISTED) if one.state(now) == OPEN]
        if any(one.spot == spot for one in waiting):
            raise CannotPropose("A proposal of your organisation on it waits for an answer already.")
        if len(waiting) >= MOST_OPEN:
            raise CannotPropose(f"{MOST_OPEN} of your organisation's proposals wait for an answer. Wait for some.")
        values = correction if correction is not None else (None, None, None, None)
        return keep_proposal(connection, spot, entry.object_id, by, values, said, now, named=wanted.named)

    return committed(database, work, now)


def answer_proposal(
    database: Database,
    exchange: Exchange,
    screening: Screening,
    identity: str,
    by: Principal,
    now: int,
    *,
    accepted: bool,
) -> int:
    """Decide on a proposal as one of the sources; how many of its rows were changed.

    Taken up, the member's own rows are corrected or taken back wherever they went; all of them or none, but for those
    that say it already. NoSuchProposal, CannotCorrect.
    """
    who = by.login or by.subscriber

    def work(connection: Connection, now: int) -> int:
        one = proposal_to(connection, identity, by.member_key)
        if by.member_key in one.answers:
            raise NoSuchProposal("Your organisation decided on it already.")
        places = own_places(connection, one, by.member_key) if accepted else []
        changed = len(places)
        if one.kind is None:
            for report_key in {key for key, _ in places}:
                rows = [n for key, n in places if key == report_key]
                take_back_within(connection, exchange, report_key, rows, TAKEN_BACK, who, now)
        else:
            correction = Correction(one.kind, one.value or "", one.role, one.crime_type)
            changed = _amend_all(connection, exchange, screening, places, correction, who, now)
        keep_answer(connection, identity, by.member_key, by.subscriber, now, accepted=accepted)
        return changed

    return committed(database, work, now)


def _amend_all(
    connection: Connection,
    exchange: Exchange,
    screening: Screening,
    places: Iterable[tuple[int, int]],
    correction: Correction,
    who: str,
    now: int,
) -> int:
    """Correct each of these rows that says something else; how many those were."""
    changed = 0
    for place in places:
        with suppress(SaysSo):
            amend_within(connection, exchange, screening, place, correction, who, now)
            changed += 1
    return changed


def proposal_to(connection: Connection, identity: str, member_key: int) -> Proposal:
    """A proposal on what this member reports; NoSuchProposal otherwise."""
    readable = [key for key, right in rights_of(connection, member_key).items() if right.can_read]
    for one in proposals_to(connection, member_key, readable, MOST_LISTED):
        if one.id == identity:
            return one
    raise NoSuchProposal("There is no such proposal.")


def own_places(connection: Connection, one: Proposal, member_key: int) -> list[tuple[int, int]]:
    """The member's own rows that a proposal is about: report keys and row counts."""
    query = rows_at(member_key).where(
        assertions.c.subject == one.subject, report_collections.c.collection_key == one.collection_key
    )
    query = query.order_by(assertions.c.report_key, assertions.c.n).limit(_MOST_ROWS + 1)
    places = [(row.report_key, row.n) for row in connection.execute(query)]
    if len(places) > _MOST_ROWS:
        raise CannotCorrect(f"More than {_MOST_ROWS} of your rows say it: withdraw the reports that they stand in.")
    return places


def _readable(correction: Correction | None) -> Correction | None:
    """The correction in canonical spelling; CannotPropose where it cannot be read."""
    if correction is None:
        return None
    if correction.kind not in KINDS:
        raise CannotPropose("Choose one of the list.", "kind")
    if correction.role not in ROLES:
        raise CannotPropose("Choose one of the list.", "role")
    if correction.crime_type is not None and correction.crime_type not in CRIME_TYPES:
        raise CannotPropose("Choose one of the list.", "crime")
    try:
        return correction._replace(value=read(correction.value, correction.kind).value)
    except Unreadable as refusal:
        raise CannotPropose(str(refusal)) from refusal
