"""Searches that are kept in a case: what was asked, over which collections, up to where, and how much was found.

They stay with the member that asked: what is found depends on what it may read.
"""

import json
import uuid
from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.cases.cases import Case
from tocsin.cases.tables import (
    case_meetings,
    case_search_places,
    case_search_tokens,
    case_searches,
    case_things,
)
from tocsin.ledger.database import chunks, storable
from tocsin.ledger.tables import collections, entries

MOST_SEARCHES = 200
"""Of one case by one member."""


class TooManySearches(ValueError):
    """There are as many searches as a case takes; the message says so."""


@dataclass(frozen=True, slots=True)
class Place:
    """A collection that was searched, up to a position (ms); None where nothing was in it."""

    collection_id: str
    title: str
    position: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A search that was kept. `seq`: the entry of the whole ledger up to which the index knew everything.

    `places` are the collections that its member may read still, `hidden` whether there were others; then `found` is
    None unless it was nothing. `erased`: what was asked for had to go.
    """

    id: str
    question: str
    filters: Mapping[str, str]
    found: int | None
    seq: int
    asked_ms: int
    asked_by: str
    erased: bool
    places: tuple[Place, ...]
    hidden: bool


def positions_at(connection: Connection, collection_keys: Iterable[int], seq: int) -> dict[int, int | None]:
    """By collection key, the position of its last entry up to `seq`."""
    found: dict[int, int | None] = {}
    for key in collection_keys:
        here = sa.and_(entries.c.collection_key == key, entries.c.seq <= seq)
        # backwards along the positions, which rise with seq: few steps however much is in it
        query = sa.select(entries.c.position).where(here).order_by(entries.c.position.desc()).limit(1)
        found[key] = connection.execute(query).scalar()
    return found


def keep_search(
    connection: Connection,
    case: Case,
    member_key: int,
    question: str,
    filters: Mapping[str, str],
    *,
    found: int,
    seq: int,
    places: Mapping[int, int | None],
    tokens: Iterable[bytes],
    by: str,
    now: int,
) -> None:
    """Keep a search; TooManySearches. By `tokens`, of what the question names, it is emptied when that is erased."""
    mine = sa.and_(case_searches.c.case_key == case.key, case_searches.c.member_key == member_key)
    there = connection.execute(sa.select(sa.func.count()).select_from(case_searches).where(mine)).scalar_one()
    if there >= MOST_SEARCHES:
        raise TooManySearches(f"A case takes {MOST_SEARCHES} searches. Take away what is no longer needed.")
    identity = uuid.uuid4().hex
    connection.execute(
        case_searches.insert().values(
            id=identity,
            case_key=case.key,
            member_key=member_key,
            question=storable(question),
            filters=json.dumps(dict(filters), sort_keys=True),
            found=found,
            seq=seq,
            added_ms=now,
            added_by=by,
        )
    )
    rows = [{"search_id": identity, "collection_key": key, "position": at} for key, at in places.items()]
    if rows:
        connection.execute(case_search_places.insert(), rows)
    marks = [{"token": token, "search_id": identity} for token in dict.fromkeys(tokens)]
    if marks:
        connection.execute(case_search_tokens.insert(), marks)


def searches_of(connection: Connection, case: Case, member_key: int, readable: Several[int]) -> list[Kept]:
    """The searches that a member kept in a case, oldest first; of others' nothing."""
    query = (
        sa.select(case_searches)
        .where(case_searches.c.case_key == case.key, case_searches.c.member_key == member_key)
        .order_by(case_searches.c.added_ms, case_searches.c.id)
    )
    rows = connection.execute(query).all()
    places = _places(connection, [row.id for row in rows])
    return [_kept(row, places.get(row.id, []), readable) for row in rows]


def remove_search(connection: Connection, case: Case, member_key: int, search_id: str) -> bool:
    """Take one's own search out of a case; whether it was there."""
    this = sa.and_(
        case_searches.c.case_key == case.key,
        case_searches.c.member_key == member_key,
        case_searches.c.id == search_id,
    )
    if connection.execute(sa.select(case_searches.c.id).where(this)).first() is None:
        return False
    for table in (case_search_places, case_search_tokens):
        connection.execute(table.delete().where(table.c.search_id == search_id))
    connection.execute(case_searches.delete().where(this))
    return True


def forget_tokens(connection: Connection, tokens: Iterable[bytes]) -> None:
    """Empty the questions that name what these tokens stand for, and let no case meet another on it."""
    for some in chunks(list(tokens)):
        asked = sa.select(case_search_tokens.c.search_id).where(case_search_tokens.c.token.in_(some))
        this = case_searches.c.id.in_(asked)
        connection.execute(case_searches.update().where(this).values(question="", filters="{}", erased=True))
        connection.execute(case_meetings.delete().where(case_meetings.c.token.in_(some)))
        connection.execute(case_things.update().where(case_things.c.token.in_(some)).values(token=None))


def _places(connection: Connection, ids: list[str]) -> dict[str, list[Any]]:
    query = (
        sa.select(case_search_places, collections.c.id, collections.c.title)
        .join(collections, collections.c.key == case_search_places.c.collection_key)
        .where(case_search_places.c.search_id.in_(ids))
        .order_by(collections.c.title, collections.c.id)
    )
    found: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.search_id, []).append(row)
    return found


def _kept(row: Any, places: list[Any], readable: Several[int]) -> Kept:
    shown = [one for one in places if one.collection_key in readable]
    hidden = len(shown) < len(places)
    return Kept(
        id=row.id,
        question=row.question,
        filters=json.loads(row.filters),
        found=None if hidden and row.found else row.found,
        seq=row.seq,
        asked_ms=row.added_ms,
        asked_by=row.added_by,
        erased=row.erased,
        places=tuple(Place(one.id, one.title, one.position) for one in shown),
        hidden=hidden,
    )
