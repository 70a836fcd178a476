"""Opening, finding, changing, closing and deleting cases."""

import uuid
from collections.abc import Collection as Several
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.cases.meetings import gather
from tocsin.cases.tables import (
    case_files,
    case_meetings,
    case_notes,
    case_search_places,
    case_search_tokens,
    case_searches,
    case_shares,
    case_tasks,
    case_things,
    cases,
)
from tocsin.ledger.database import storable
from tocsin.members.tables import members

Right = Literal["own", "write", "read"]
OWN: Literal["own"] = "own"
WRITE: Literal["write"] = "write"
READ: Literal["read"] = "read"
"""What a member may do with a case: everything; add to it; look at it."""


class NoSuchCase(LookupError):
    """There is no such case, or it is not this member's to see."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case as one member has it. `member_name` is whose it is, `tlp` marks what is written in it; moments in ms."""

    key: int
    id: str
    member_key: int
    member_name: str
    title: str
    about: str
    tlp: str
    opened_ms: int
    opened_by: str
    closed_ms: int | None
    meets_ms: int | None
    right: Right

    @property
    def own(self) -> bool:
        return self.right == OWN

    @property
    def takes(self) -> bool:
        """Whether the member may add to it now."""
        return self.right != READ and self.closed_ms is None


def open_case(connection: Connection, member_key: int, title: str, about: str, tlp: str, by: str, now: int) -> str:
    """Open a case of a member; its id."""
    identity = str(uuid.uuid4())
    connection.execute(
        cases.insert().values(
            id=identity,
            member_key=member_key,
            title=storable(title),
            about=storable(about),
            tlp=tlp,
            opened_ms=now,
            opened_by=by,
        )
    )
    return identity


def find_case(connection: Connection, case_id: str, member_key: int) -> Case:
    """The case with this id, as a member has it: its own, or shared with it; NoSuchCase otherwise."""
    row = connection.execute(_seen_by(member_key).where(cases.c.id == case_id)).first()
    if row is None:
        raise NoSuchCase(case_id)
    return _case(row, member_key)


def list_cases(
    connection: Connection,
    member_key: int,
    *,
    closed: bool | None = None,
    meeting: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[Case]:
    """A member's cases and those shared with it, newest first; only the closed or open ones where it is said.

    `meeting`: only those that want to meet others.
    """
    query = _seen_by(member_key)
    if meeting:
        query = query.where(cases.c.meets_ms.is_not(None))
    if closed is not None:
        query = query.where(cases.c.closed_ms.is_not(None) if closed else cases.c.closed_ms.is_(None))
    query = query.order_by(cases.c.opened_ms.desc(), cases.c.key.desc()).limit(limit).offset(offset)
    return [_case(row, member_key) for row in connection.execute(query)]


def open_cases(member_key: int) -> sa.Select[Any]:
    """The keys of the open cases that a member sees, for queries over what lies in them."""
    return _seen_by(member_key).where(cases.c.closed_ms.is_(None)).with_only_columns(cases.c.key)


def cases_by_key(connection: Connection, member_key: int, keys: Several[int]) -> dict[int, Case]:
    """The cases with these keys that a member sees."""
    rows = connection.execute(_seen_by(member_key).where(cases.c.key.in_(keys)))
    return {row.key: _case(row, member_key) for row in rows}


def change_case(connection: Connection, case: Case, title: str, about: str, tlp: str) -> None:
    """Give a case another title, description and marking."""
    values = {"title": storable(title), "about": storable(about), "tlp": tlp}
    connection.execute(cases.update().where(cases.c.key == case.key).values(**values))


def close_case(connection: Connection, case: Case, at: int | None) -> None:
    """Close a case at `at` (ms), or open it again (None). A closed one takes nothing and meets nobody."""
    connection.execute(cases.update().where(cases.c.key == case.key).values(closed_ms=at))
    gather(connection, case.key)


def let_meet(connection: Connection, case: Case, since: int | None) -> None:
    """Let a case meet others that want to, from `since` (ms) on, or no longer (None)."""
    connection.execute(cases.update().where(cases.c.key == case.key).values(meets_ms=since))
    gather(connection, case.key)


def delete_case(connection: Connection, case_key: int) -> None:
    """Take a case away with all that lies in it; that something of it was exported stays."""
    searches = sa.select(case_searches.c.id).where(case_searches.c.case_key == case_key)
    for table in (case_search_places, case_search_tokens):
        connection.execute(table.delete().where(table.c.search_id.in_(searches)))
    for table in (case_searches, case_files, case_tasks, case_notes, case_meetings, case_things, case_shares):
        connection.execute(table.delete().where(table.c.case_key == case_key))
    connection.execute(cases.delete().where(cases.c.key == case_key))


def _seen_by(member_key: int) -> sa.Select[Any]:
    """The cases that a member sees: others' only while their members are let in."""
    with_it = sa.select(case_shares.c.case_key).where(case_shares.c.member_key == member_key).correlate(None)
    shared = sa.and_(case_shares.c.case_key == cases.c.key, case_shares.c.member_key == member_key)
    return (
        sa.select(cases, members.c.name, case_shares.c.can_write)
        .join(members, members.c.key == cases.c.member_key)
        .outerjoin(case_shares, shared)
        .where(
            sa.or_(
                cases.c.member_key == member_key,
                # not by the join above: a database finds either side of this by its index
                sa.and_(cases.c.key.in_(with_it), members.c.suspended_ms.is_(None)),
            )
        )
    )


def _case(row: Any, member_key: int) -> Case:
    right: Right = READ if row.member_key != member_key else OWN
    if right == READ and row.can_write:
        right = WRITE
    return Case(
        *(row.key, row.id, row.member_key, row.name, row.title, row.about, row.tlp),
        *(row.opened_ms, row.opened_by, row.closed_ms, row.meets_ms),
        right,
    )
