"""What whoever is signed in sees of cases: every view of them starts from here."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from flask import abort
from sqlalchemy.engine import Connection

from tocsin.cases.cases import Case, NoSuchCase, find_case, list_cases
from tocsin.cases.meetings import Meeting, meetings_of
from tocsin.cases.things import Thing
from tocsin.dossiers.dossier import Insight, document_in, state_of
from tocsin.dossiers.tokens import token_in
from tocsin.ledger.collections import Collection
from tocsin.members.communities import all_communities, communities_of
from tocsin.members.granting import granted_communities
from tocsin.members.members import rights_of
from tocsin.members.roles import CASES
from tocsin.search import Document
from tocsin.web.readable import visible
from tocsin.web.services import services
from tocsin.web.session import may, user

_OFFERED = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """A thing with what it says, None where it is no longer available, and what became of it in words."""

    thing: Thing
    document: Document | None
    state: str


def the_case(connection: Connection, case_id: str) -> Case:
    """The case with this id; 404 where there is none that the member sees."""
    try:
        return find_case(connection, case_id, user().member_key)
    except NoSuchCase:
        abort(404)


def own_case(connection: Connection, case_id: str) -> Case:
    """The member's own case with this id; 404 where it is not its own."""
    one = the_case(connection, case_id)
    if not one.own:
        abort(404)
    return one


def case_that_takes(connection: Connection, case_id: str) -> Case:
    """The case with this id, which the member may add to now; 404 where it may not."""
    one = the_case(connection, case_id)
    if not one.takes:
        abort(404)
    return one


def cases_that_take() -> Sequence[Case]:
    """The cases that something can be added to, the newest first: for the forms that ask which."""
    if not may(CASES):
        return ()
    with services().database.reading() as connection:
        return [one for one in list_cases(connection, user().member_key, closed=False, limit=_OFFERED) if one.takes]


def readable_now(connection: Connection) -> dict[int, Collection]:
    """The collections that whoever is signed in may read, by key."""
    return {one.collection.key: one.collection for one in visible(connection, user()) if one.rights.can_read}


def insight_of(connection: Connection) -> Insight:
    """Who looks, what that may read, and whom the agreements name for it."""
    keys = set(readable_now(connection))
    inside = communities_of(connection, user().member_key)
    named = {one.key: one.agreement.contact for one in all_communities(connection)}
    contacts: dict[int, set[str]] = {key: set() for key in keys}
    for collection_key, key, reads, _ in granted_communities(connection, keys):
        if reads and key in inside and (contact := named.get(key)):
            contacts[collection_key].add(contact)
    sorted_ones = {key: tuple(sorted(some)) for key, some in contacts.items()}
    return Insight(user().member_key, user().member_name, user().login or "", sorted_ones)


def seen(things: Sequence[Thing]) -> list[Seen]:
    """Things with what they say."""
    return [Seen(one, document_in(one), state_of(one)) if one.available else Seen(one, None, "") for one in things]


def token_of(body: bytes) -> bytes | None:
    """The keyed hash of what an indicator with these bytes is about."""
    token = services().screening.token
    return token_in(str(orjson.loads(body).get("pattern", "")), token) if token is not None else None


def meetings(connection: Connection, one: Case) -> list[Meeting]:
    """The members that work on the same as this case of one's own, where both sides want to know."""
    if not one.own or one.meets_ms is None or one.closed_ms is not None:
        return []
    known: dict[int, frozenset[int]] = {}

    def readable(member_key: int) -> frozenset[int]:
        if member_key not in known:
            rights = rights_of(connection, member_key)
            known[member_key] = frozenset(key for key, right in rights.items() if right.can_read)
        return known[member_key]

    return meetings_of(connection, one.key, user().member_key, readable)


def all_meetings() -> list[tuple[Case, list[Meeting]]]:
    """One's own open cases that meet others, each with whom."""
    if not may(CASES):
        return []
    with services().database.reading() as connection:
        wanting = list_cases(connection, user().member_key, closed=False, meeting=True)
        found = [(one, meetings(connection, one)) for one in wanting if one.own]
    return [(one, some) for one, some in found if some]
