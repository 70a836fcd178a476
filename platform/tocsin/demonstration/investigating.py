"""What investigators of the demonstration do: a search that a police force saved before anything happened, its case,
shared with another, and one of the desk that meets it."""

import orjson
from sqlalchemy.engine import Connection

from tocsin.alerts.saved import save_search
from tocsin.bootstrap import Tocsin
from tocsin.cases.cases import Case, find_case, let_meet, open_case
from tocsin.cases.sharing import share
from tocsin.cases.things import add_things
from tocsin.cases.words import set_task, write_note
from tocsin.dossiers.tokens import token_in, tokens_in
from tocsin.ledger.collections import find_collection
from tocsin.ledger.read import Match, page
from tocsin.members.members import find_member
from tocsin.members.people import find_person
from tocsin.times import DAY_MS, now_ms

_THINGS = 4


def investigate(tocsin: Tocsin, collection: str) -> None:
    """Open the cases over the first things of a collection."""
    now = now_ms()
    with tocsin.database.writing() as connection:
        case = _opened(connection, "east-police", "inspector", "Coin yield", "Sites that promise yields on coins.", now)
        police, desk = case.member_key, find_member(connection, "exchange-desk").key
        write_note(connection, case, police, "Two victims name the same site. The host was asked.", "inspector", now)
        set_task(connection, case, police, "Ask the registrar who pays for it", now + 3 * DAY_MS, "inspector", now)
        island = find_member(connection, "island-police").key
        share(connection, case.key, island, can_write=True, by="inspector", now=now)
        other = _opened(connection, "exchange-desk", "desk", "Complaints of the week", "", now)
        for one, key, login in ((case, police, "inspector"), (other, desk, "desk")):
            add_things(connection, one, key, _picks(tocsin, connection, collection), login, now)
            let_meet(connection, one, now)


def watch(tocsin: Tocsin) -> None:
    """Save a search, which tells of all that comes from now on."""
    question, now = "coin-yield", now_ms()
    with tocsin.database.writing() as connection:
        person = find_person(connection, "inspector").key
        marks = tokens_in(question, tocsin.token)
        save_search(connection, person, "Coin yield sites", question, {}, "never", marks, now)


def _opened(connection: Connection, slug: str, login: str, title: str, about: str, now: int) -> Case:
    key = find_member(connection, slug).key
    return find_case(connection, open_case(connection, key, title, about, "amber", login, now), key)


def _picks(tocsin: Tocsin, connection: Connection, collection: str) -> list[tuple[int, bytes | None]]:
    key = find_collection(connection, collection).key
    found = page(connection, key, 0, _THINGS, Match(types=("indicator",)))
    return [(one.seq, token_in(orjson.loads(one.body)["pattern"], tocsin.token)) for one in found]
