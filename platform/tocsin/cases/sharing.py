"""Sharing a case with another member: it gets references and words, and reads of the things what it may read itself."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.cases.tables import case_shares
from tocsin.members.tables import members


@dataclass(frozen=True, slots=True)
class Share:
    """With whom a case is shared since `shared_ms`, and whether that member may add to it."""

    member_key: int
    slug: str
    name: str
    can_write: bool
    shared_ms: int
    shared_by: str


def share(connection: Connection, case_key: int, member_key: int, *, can_write: bool, by: str, now: int) -> None:
    """Share a case with a member, or change what that member may do with it."""
    take_back(connection, case_key, member_key)
    connection.execute(
        case_shares.insert().values(
            case_key=case_key, member_key=member_key, can_write=can_write, shared_ms=now, shared_by=by
        )
    )


def take_back(connection: Connection, case_key: int, member_key: int) -> bool:
    """End what a member may do with a case; whether it could do anything. What it added stays."""
    this = sa.and_(case_shares.c.case_key == case_key, case_shares.c.member_key == member_key)
    return bool(connection.execute(case_shares.delete().where(this)).rowcount)


def shares_of(connection: Connection, case_key: int) -> list[Share]:
    """With whom a case is shared, by name."""
    query = (
        sa.select(case_shares.c.member_key, members.c.slug, members.c.name)
        .add_columns(case_shares.c.can_write, case_shares.c.shared_ms, case_shares.c.shared_by)
        .join(members, members.c.key == case_shares.c.member_key)
        .where(case_shares.c.case_key == case_key)
        .order_by(members.c.name, members.c.slug)
    )
    return [Share(*row) for row in connection.execute(query)]
