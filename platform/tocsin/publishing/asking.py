"""Asking through the exchange: everybody who knows of a value is asked, and answers or not; nobody is named.

A question lives as long as what it is about: whether whoever was asked still knows of the value, lets others ask, and
may be asked by this member is looked at again before it is shown and before it is answered.
"""

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier
from tocsin.members.access import Principal
from tocsin.publishing.known_of import asker_of, subjects_asked, who_knows
from tocsin.reports import enquiries as reports
from tocsin.reports.askings import Question, put
from tocsin.reports.enquiries import Enquiry, NoSuchEnquiry, answer_enquiry, list_enquiries
from tocsin.reports.tables import enquiries


class NobodyToAsk(LookupError):
    """Nobody can be asked about that by this member: there is nothing, or it may not be known of."""


def ask(connection: Connection, by: Principal, identifier: Identifier, question: Question, now: int) -> str:
    """Ask everybody who can be asked about a value; the asking's id. NobodyToAsk, or CannotAsk says why not."""
    asker = asker_of(connection, by.member_key)
    to = who_knows(connection, asker, subjects_asked(identifier)) if asker is not None else []
    if not to:
        raise NobodyToAsk
    return put(connection, by, to, question, now)


def living(connection: Connection, asked: Iterable[Enquiry], now: int) -> frozenset[str]:
    """The ids of those of these questions through the exchange that can be answered now."""
    waiting: dict[int, list[Enquiry]] = {}
    for one in asked:
        if one.asking is not None and one.state(now) == "open":
            waiting.setdefault(one.asker_key, []).append(one)
    found: set[str] = set()
    for asker_key, some in waiting.items():
        asker = asker_of(connection, asker_key)
        known = who_knows(connection, asker, {one.subject for one in some}) if asker is not None else []
        those = {(one.member_key, one.subject) for one in known}
        found |= {one.id for one in some if (one.source_key, one.subject) in those}
    return frozenset(found)


def answer(
    connection: Connection, identity: str, by: Principal, text: str | None, now: int, *, agrees: bool = False
) -> None:
    """Answer a question that was put to the member, or decline (None), once; NoSuchEnquiry where it cannot be any more.

    `agrees`: of what came through the exchange, the member may be named to whoever asks, if that may be named too.
    """
    found = list_enquiries(connection, enquiries.c.id == identity, enquiries.c.source_key == by.member_key)
    through = [one for one in found if one.asking is not None]
    if through and not living(connection, through, now):
        raise NoSuchEnquiry("There is no such question, or it has its answer already.")
    answer_enquiry(connection, identity, by, text, now)
    if through and text is not None and agrees:
        connection.execute(enquiries.update().where(enquiries.c.id == identity).values(source_agrees=True))


def count_waiting(connection: Connection, member_key: int, now: int) -> int:
    """How many questions wait for this member's answer, those through the exchange as long as they live."""
    as_source, through = reports.count_waiting(connection, member_key)
    if through:
        # on every page: whether they live is looked at where there are any
        own = enquiries.c.source_key == member_key
        found = list_enquiries(connection, own, enquiries.c.answered_ms.is_(None), enquiries.c.asking.is_not(None))
        as_source += len(living(connection, found, now))
    return as_source
