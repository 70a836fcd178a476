"""Questions to a source whose name the asker may not know, and its answers; the source does not learn who asks."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import storable
from tocsin.members.access import Principal
from tocsin.members.tables import members
from tocsin.reports.tables import assertions, enquiries
from tocsin.times import DAY_MS

MOST_OPEN = 10
"""Questions of one member that wait at a time."""

OPEN_DAYS = 30
"""After so many days a question that nobody answered counts no longer."""

LONGEST_TEXT = 2_000


class CannotAsk(ValueError):
    """A question or an answer is not taken; the message says why."""


class NoSuchEnquiry(LookupError):
    """There is no question with that id that waits for this member."""


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A question with what it is about. Moments are ms; neither side is shown the other's key or name.

    `kind` and `value` are None once what was reported is erased. An answer of None with an `answered_ms` was declined.
    What was asked through the exchange has an `asking`, the same for every member that it went to, and no `object_id`;
    `asker_name` and `source_name` are there once both sides agreed to be named to each other.
    """

    id: str
    collection_key: int
    object_id: str
    asker_key: int
    asker_voice: int
    source_key: int
    source_voice: int
    asked_ms: int
    question: str
    answered_ms: int | None
    answer: str | None
    kind: str | None
    value: str | None
    subject: bytes
    asking: str | None = None
    case_number: str | None = None
    basis: str | None = None
    asker_agrees: bool = False
    source_agrees: bool = False
    asker_name: str | None = None
    source_name: str | None = None

    def state(self, now: int) -> str:
        """`open`, `answered`, `declined`, or `unanswered` after OPEN_DAYS."""
        if self.answered_ms is not None:
            return "declined" if self.answer is None else "answered"
        return "open" if self.asked_ms > now - OPEN_DAYS * DAY_MS else "unanswered"


def ask_source(
    connection: Connection,
    by: Principal,
    collection_key: int,
    object_id: str,
    subject: bytes,
    source_key: int,
    question: str,
    now: int,
) -> str:
    """Put a question to the member `source_key` about an indicator; its id. CannotAsk says why not.

    On a writing connection: how many wait is counted and added to in one go.
    """
    check_open(connection, by.member_key, now)
    identity = str(uuid.uuid4())
    connection.execute(
        enquiries.insert().values(
            id=identity,
            collection_key=collection_key,
            object_id=object_id,
            subject=subject,
            asker_key=by.member_key,
            asked_ms=now,
            asked_by=by.subscriber,
            source_key=source_key,
            question=text_of(question, "your question"),
        )
    )
    return identity


def answer_enquiry(connection: Connection, identity: str, by: Principal, answer: str | None, now: int) -> None:
    """Answer a question that was put to the member, or decline (None), once."""
    text = None if answer is None else text_of(answer, "your answer")
    this = sa.and_(
        enquiries.c.id == identity, enquiries.c.source_key == by.member_key, enquiries.c.answered_ms.is_(None)
    )
    values = {"answered_ms": now, "answered_by": by.subscriber, "answer": text}
    if not connection.execute(enquiries.update().where(this).values(values)).rowcount:
        raise NoSuchEnquiry("There is no such question, or it has its answer already.")


def enquiries_to(connection: Connection, member_key: int) -> list[Enquiry]:
    """The questions that were put to a member, newest first."""
    return list_enquiries(connection, enquiries.c.source_key == member_key)


def enquiries_by(connection: Connection, member_key: int) -> list[Enquiry]:
    """The questions that a member asked a source, newest first; what it asked through the exchange is in `askings`."""
    return list_enquiries(connection, enquiries.c.asker_key == member_key, enquiries.c.asking.is_(None))


def enquiries_between(connection: Connection, member_key: int, now: int) -> list[tuple[int, str]]:
    """When others asked others (ms), and the state of that, newest first; one for all that one question went to.

    None of those that the member asked or was asked itself: to how many it went would show.
    """
    mine = sa.or_(enquiries.c.asker_key == member_key, enquiries.c.source_key == member_key)
    own = sa.select(enquiries.c.asking).where(mine, enquiries.c.asking.is_not(None))
    others = sa.or_(enquiries.c.asking.is_(None), enquiries.c.asking.not_in(own))
    rows = list_enquiries(connection, sa.not_(mine), others)
    answered = {one.asking for one in rows if one.answer is not None}
    return list(
        {
            one.asking or one.id: (one.asked_ms, state_for_asker(one, one.asking in answered, now)) for one in rows
        }.values()
    )


def count_waiting(connection: Connection, member_key: int) -> tuple[int, int]:
    """How many questions to it as a source have no answer of this member; and how many through the exchange."""
    as_source, through = connection.execute(_WAITING, {"source": member_key}).one()
    return as_source, through


def check_open(connection: Connection, member_key: int, now: int) -> None:
    """CannotAsk where as many of a member's questions wait as may. What several were asked is one question."""
    own = list_enquiries(connection, enquiries.c.asker_key == member_key)
    answered = {one.asking for one in own if one.answer is not None}
    states = {one.asking or one.id: state_for_asker(one, one.asking in answered, now) for one in own}
    if list(states.values()).count("open") >= MOST_OPEN:
        raise CannotAsk(
            f"{MOST_OPEN} of your organisation's questions wait for an answer. Ask again when some have one."
        )


def state_for_asker(one: Enquiry, answered: bool, now: int) -> str:
    """The state of a question as it is told to others than those who were asked; `answered`: one of them did.

    Of what went through the exchange, declining is not told from saying nothing: it would count who knows of it.
    """
    if one.asking is None:
        return one.state(now)
    return "answered" if answered else replace(one, answered_ms=None).state(now)


def text_of(text: str, what: str) -> str:
    """A text as it is kept; CannotAsk where it says nothing or too much."""
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise CannotAsk(f"Write {what}, in at most {LONGEST_TEXT:,} characters.")
    return storable(text)


def list_enquiries(connection: Connection, *chosen: sa.ColumnElement[bool]) -> list[Enquiry]:
    """The questions that all of these conditions on `enquiries` choose, newest first."""
    return [Enquiry(*row) for row in connection.execute(_EVERY.where(*chosen))]


_ASKER, _SOURCE = members.alias("asker"), members.alias("source")
_BOTH = sa.and_(enquiries.c.asker_agrees, enquiries.c.source_agrees)
_COLUMNS: list[Any] = [
    enquiries.c.id,
    enquiries.c.collection_key,
    enquiries.c.object_id,
    enquiries.c.asker_key,
    sa.func.coalesce(_ASKER.c.voice_key, _ASKER.c.key),
    enquiries.c.source_key,
    sa.func.coalesce(_SOURCE.c.voice_key, _SOURCE.c.key),
    *(enquiries.c[name] for name in ("asked_ms", "question", "answered_ms", "answer")),
    # the same for everybody who says it; gone where it was erased
    *(
        sa.select(sa.func.max(assertions.c[name])).where(assertions.c.subject == enquiries.c.subject).scalar_subquery()
        for name in ("kind", "value")
    ),
    *(enquiries.c[name] for name in ("subject", "asking", "case_number", "basis")),
    *(sa.func.coalesce(enquiries.c[name], sa.false()) for name in ("asker_agrees", "source_agrees")),
    *(sa.case((_BOTH, side.c.name)) for side in (_ASKER, _SOURCE)),
]
_EVERY = (
    sa.select(*_COLUMNS)
    .join(_ASKER, _ASKER.c.key == enquiries.c.asker_key)
    .join(_SOURCE, _SOURCE.c.key == enquiries.c.source_key)
    .order_by(enquiries.c.asked_ms.desc(), enquiries.c.id)
)
_WAITING = sa.select(sa.func.count() - sa.func.count(enquiries.c.asking), sa.func.count(enquiries.c.asking)).where(
    enquiries.c.source_key == sa.bindparam("source"), enquiries.c.answered_ms.is_(None)
)
