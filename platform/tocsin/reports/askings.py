"""What a member asked through the exchange: one question that went to all who know of a value, and what came back.

To how many it went nobody is told: answers are numbered as they come, and whoever declines is like one who
says nothing.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import storable
from tocsin.members.access import Principal
from tocsin.policy.agreement import BASES
from tocsin.reports.enquiries import (
    OPEN_DAYS,
    CannotAsk,
    Enquiry,
    NoSuchEnquiry,
    check_open,
    list_enquiries,
    state_for_asker,
    text_of,
)
from tocsin.reports.tables import enquiries
from tocsin.times import DAY_MS

LONGEST_CASE_NUMBER = 100


class Recipient(NamedTuple):
    """A member that a question goes to, with what it reported and the collection that it is known of through."""

    member_key: int
    collection_key: int
    subject: bytes


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: why, the asker's own case number, a key of `BASES`; `agrees`: the asker may be named in return."""

    text: str
    case_number: str | None = None
    basis: str | None = None
    agrees: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """A question through the exchange, as its asker sees it. `kind` and `value` are None once that is erased."""

    id: str
    asker_key: int
    asked_ms: int
    question: str
    case_number: str | None
    basis: str | None
    kind: str | None
    value: str | None
    state: str
    answers: tuple[Enquiry, ...]


def checked(question: Question) -> Question:
    """A question as it is kept; CannotAsk says what it lacks."""
    case_number = " ".join((question.case_number or "").split()) or None
    if case_number is not None and len(case_number) > LONGEST_CASE_NUMBER:
        raise CannotAsk(f"A case number has at most {LONGEST_CASE_NUMBER} characters.")
    if question.basis is not None and question.basis not in BASES:
        raise CannotAsk("Choose a lawful basis of the list.")
    text = text_of(question.text, "why you ask")
    return Question(text, storable(case_number) if case_number else None, question.basis, question.agrees)


def put(connection: Connection, by: Principal, recipients: Iterable[Recipient], question: Question, now: int) -> str:
    """Put a question to these members, at least one, once to each; the asking's id. CannotAsk says why not.

    On a writing connection: how many wait is counted and added to in one go.
    """
    question = checked(question)
    to = {one.member_key: one for one in recipients}
    check_open(connection, by.member_key, now)
    if _asked_already(connection, by.member_key, {one.subject for one in to.values()}, now):
        raise CannotAsk("Your organisation asked about this already, and the question is open.")
    asking = str(uuid.uuid4())
    connection.execute(
        enquiries.insert(),
        [
            {
                "id": str(uuid.uuid4()),
                "collection_key": one.collection_key,
                "object_id": "",
                "subject": one.subject,
                "asker_key": by.member_key,
                "asked_ms": now,
                "asked_by": by.subscriber,
                "source_key": one.member_key,
                "question": question.text,
                "asking": asking,
                "case_number": question.case_number,
                "basis": question.basis,
                "asker_agrees": question.agrees,
                "source_agrees": False,
            }
            for one in to.values()
        ],
    )
    return asking


def askings_by(connection: Connection, member_key: int, now: int) -> list[Asking]:
    """What a member asked through the exchange, newest first; answers in the order in which they came."""
    groups: defaultdict[str, list[Enquiry]] = defaultdict(list)
    for one in list_enquiries(connection, enquiries.c.asker_key == member_key, enquiries.c.asking.is_not(None)):
        groups[one.asking or ""].append(one)
    return [_asking(some, now) for some in groups.values()]


def agree(connection: Connection, identity: str, by: Principal, yes: bool) -> None:
    """Say whether one's member may be named to the other side of an answered question; NoSuchEnquiry otherwise.

    Once both sides agreed it stands: they know each other.
    """
    answered = sa.and_(enquiries.c.id == identity, enquiries.c.asking.is_not(None), enquiries.c.answer.is_not(None))
    apart = sa.not_(sa.and_(enquiries.c.asker_agrees, enquiries.c.source_agrees))
    for side, key in (("asker_agrees", enquiries.c.asker_key), ("source_agrees", enquiries.c.source_key)):
        this = sa.and_(answered, apart, key == by.member_key)
        if connection.execute(enquiries.update().where(this).values({side: yes})).rowcount:
            return
    raise NoSuchEnquiry("There is no such answer, or you are named to each other already.")


def _asking(rows: list[Enquiry], now: int) -> Asking:
    answers = sorted((one for one in rows if one.answer is not None), key=lambda one: (one.answered_ms or 0, one.id))
    # what one of them forgot another one may keep
    first = next((one for one in rows if one.value is not None), rows[0])
    return Asking(
        id=first.asking or "",
        asker_key=first.asker_key,
        asked_ms=first.asked_ms,
        question=first.question,
        case_number=first.case_number,
        basis=first.basis,
        kind=first.kind,
        value=first.value,
        state=state_for_asker(first, bool(answers), now),
        answers=tuple(answers),
    )


def _asked_already(connection: Connection, member_key: int, subjects: set[bytes], now: int) -> bool:
    chosen = (enquiries.c.asker_key == member_key, enquiries.c.subject.in_(subjects), enquiries.c.asking.is_not(None))
    rows = list_enquiries(connection, *chosen, enquiries.c.asked_ms > now - OPEN_DAYS * DAY_MS)
    answered = {one.asking for one in rows if one.answer is not None}
    return any(one.asking not in answered for one in rows)
