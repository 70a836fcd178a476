"""The things of a case: versions of indicators, pinned by their place in the ledger.

A thing shows to whoever may read its collection now. To the member that added it and may read it no longer, or once
it is erased, its place shows and nothing of what it said.
"""

import uuid
from collections.abc import Collection as Several
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.cases.cases import Case
from tocsin.cases.meetings import gather
from tocsin.cases.tables import case_things
from tocsin.ledger.database import chunks
from tocsin.ledger.objects import latest_of
from tocsin.ledger.read import Entry
from tocsin.ledger.tables import EVERYWHERE, collections, entries
from tocsin.members.tables import members

MOST_THINGS = 500
"""Of one case by one member: another member's number tells nothing of what is there that one may not read."""


class CaseFull(ValueError):
    """Nothing more goes into the case; the message says why."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A pinned version in a case, as one member sees it.

    `seq` and `position` (ms) are its place in the ledger, `sha256` (hexadecimal) that of its exact bytes, `body`;
    `newest` the newest version there is of it. Of one that is no longer `available` only `id`, `added_ms` and who added
    it are set.
    """

    id: str
    member_name: str
    added_ms: int
    added_by: str
    own: bool
    available: bool = False
    seq: int = 0
    collection_key: int = 0
    collection_id: str = ""
    collection_title: str = ""
    object_id: str = ""
    version: str = ""
    position: int = 0
    sha256: str = ""
    body: bytes = b""
    newest: Entry | None = None

    @property
    def is_newest(self) -> bool:
        """Whether nothing came after the version that was pinned."""
        return self.newest is not None and self.newest.seq == self.seq


def add_things(
    connection: Connection, case: Case, member_key: int, picks: Iterable[tuple[int, bytes | None]], by: str, now: int
) -> int:
    """Pin versions, each an entry (`seq`) and the token of what it is about; how many were not in the case.

    CaseFull where that is too many; the caller's transaction ends with it. The caller decides what the member may read.
    """
    there = _pinned(connection, case.key)
    fresh = {seq: token for seq, token in picks if seq not in there}
    mine = sum(key == member_key for key in there.values())
    if mine + len(fresh) > MOST_THINGS:
        raise CaseFull(f"A case takes {MOST_THINGS} things of one member. Open another case for what comes now.")
    rows = [
        {
            "id": uuid.uuid4().hex,
            "case_key": case.key,
            "seq": seq,
            "token": token,
            "member_key": member_key,
            "added_ms": now,
            "added_by": by,
        }
        for seq, token in fresh.items()
    ]
    if rows:
        connection.execute(case_things.insert(), rows)
        gather(connection, case.key)
    return len(rows)


def things_of(
    connection: Connection,
    case: Case,
    member_key: int,
    readable: Several[int],
    *,
    limit: int | None = None,
    offset: int = 0,
    thing_id: str | None = None,
) -> list[Thing]:
    """What a member sees of a case, in the order in which it came; `readable` are the collections that it may read."""
    query = _things(case.key, member_key, readable).order_by(case_things.c.added_ms, case_things.c.seq)
    if thing_id is not None:
        query = query.where(case_things.c.id == thing_id)
    rows = connection.execute(query.limit(limit).offset(offset)).all()
    return _with_newest(connection, [_thing(row, member_key, readable) for row in rows])


def remove_thing(connection: Connection, case: Case, member_key: int, thing_id: str) -> bool:
    """Take a thing out of a case: one's own, or any out of one's own case; whether it was there."""
    this = sa.and_(case_things.c.case_key == case.key, case_things.c.id == thing_id)
    if not case.own:
        this = sa.and_(this, case_things.c.member_key == member_key)
    removed = bool(connection.execute(case_things.delete().where(this)).rowcount)
    if removed:
        gather(connection, case.key)
    return removed


def entry_of_newest(connection: Connection, collection_key: int, object_id: str) -> Entry | None:
    """The newest version of an object that a collection serves, None where it serves none, or its deletion alone."""
    found = latest_of(connection, collection_key, [object_id]).get(object_id)
    return found if found is not None and found.visibility == EVERYWHERE else None


def _pinned(connection: Connection, case_key: int) -> dict[int, int]:
    query = sa.select(case_things.c.seq, case_things.c.member_key).where(case_things.c.case_key == case_key)
    return {row.seq: row.member_key for row in connection.execute(query)}


def _things(case_key: int, member_key: int, readable: Several[int]) -> sa.Select[Any]:
    columns = [case_things.c[name] for name in ("id", "member_key", "added_ms", "added_by", "seq")]
    columns += [entries.c[name] for name in ("collection_key", "object_id", "version", "position", "sha256", "body")]
    return (
        sa.select(*columns, entries.c.visibility, collections.c.id.label("collection_id"), collections.c.title)
        .add_columns(members.c.name)
        .join(entries, entries.c.seq == case_things.c.seq)
        .join(collections, collections.c.key == entries.c.collection_key)
        .join(members, members.c.key == case_things.c.member_key)
        .where(
            case_things.c.case_key == case_key,
            sa.or_(entries.c.collection_key.in_(list(readable)), case_things.c.member_key == member_key),
        )
    )


def _thing(row: Any, member_key: int, readable: Several[int]) -> Thing:
    own = row.member_key == member_key
    place = Thing(row.id, row.name, row.added_ms, row.added_by if own else "", own)
    if row.collection_key not in readable or row.visibility != EVERYWHERE or not row.body:
        return place
    return replace(
        place,
        available=True,
        seq=row.seq,
        collection_key=row.collection_key,
        collection_id=row.collection_id,
        collection_title=row.title,
        object_id=row.object_id,
        version=row.version,
        position=row.position,
        sha256=bytes(row.sha256).hex(),
        body=bytes(row.body),
    )


def _with_newest(connection: Connection, things: list[Thing]) -> list[Thing]:
    newest: dict[tuple[int, str], Entry] = {}
    for key in {one.collection_key for one in things if one.available}:
        ids = list({one.object_id for one in things if one.collection_key == key})
        for some in chunks(ids):
            newest |= {(key, name): entry for name, entry in latest_of(connection, key, some).items()}
    return [replace(one, newest=newest.get((one.collection_key, one.object_id))) for one in things]
