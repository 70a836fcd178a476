"""Memberships: who asked to be in a community, who let it in, and until when."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.communities import Community
from tocsin.members.members import LIST, Member
from tocsin.members.tables import members, memberships


class CannotJoin(ValueError):
    """A membership cannot be asked for, approved or ended; the message says why."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A member's place in a community: asked for, approved, ended. Moments are ms."""

    community_key: int
    member: Member
    asked_ms: int
    asked_by: str
    approved_ms: int | None
    approved_by: str | None
    until_ms: int | None
    ended_ms: int | None

    def state(self, now: int) -> str:
        """`waits`, `holds`, `over` or `ended`."""
        if self.ended_ms is not None:
            return "ended"
        if self.approved_ms is None:
            return "waits"
        return "holds" if self.until_ms is None or self.until_ms > now else "over"


def memberships_of(
    connection: Connection, *, community_key: int | None = None, member_key: int | None = None
) -> list[Membership]:
    """All memberships of a community or of a member, by member and community."""
    query = sa.select(memberships, members).join(members, members.c.key == memberships.c.member_key)
    if community_key is not None:
        query = query.where(memberships.c.community_key == community_key)
    if member_key is not None:
        query = query.where(memberships.c.member_key == member_key)
    width = len(memberships.c)
    return [
        _membership(tuple(row)[:width], Member(*tuple(row)[width:]))
        for row in connection.execute(query.order_by(members.c.slug, memberships.c.community_key))
    ]


def ask_to_join(connection: Connection, community: Community, member: Member, by: str, now: int) -> None:
    """Ask for a membership, or for one that is over again: it holds when it is approved. CannotJoin otherwise."""
    parties = community.agreement.parties
    if member.kind == LIST or (parties and member.kind not in parties):
        raise CannotJoin(f"{community.title} is for {', '.join(sorted(parties)) or 'organisations'}.")
    if not community.holds(now):
        raise CannotJoin(f"The agreement of {community.title} has ended.")
    this = _this(community.key, member.key)
    there = connection.execute(sa.select(memberships.c.ended_ms, memberships.c.until_ms).where(this)).first()
    if there is not None and there.ended_ms is None and (there.until_ms is None or there.until_ms > now):
        raise CannotJoin(f"{member.name} is in {community.title} or has asked for it already.")
    connection.execute(memberships.delete().where(this))
    connection.execute(
        memberships.insert().values(community_key=community.key, member_key=member.key, asked_ms=now, asked_by=by)
    )


def approve_membership(
    connection: Connection, community: Community, member: Member, by: str, now: int, until_ms: int | None = None
) -> None:
    """Let a member in that asked, until `until_ms` at the latest; it reads from the start. CannotJoin otherwise."""
    this = sa.and_(
        _this(community.key, member.key), memberships.c.approved_ms.is_(None), memberships.c.ended_ms.is_(None)
    )
    values = {"approved_ms": now, "approved_by": by, "until_ms": until_ms}
    if not connection.execute(memberships.update().where(this).values(values)).rowcount:
        raise CannotJoin(f"{member.name} has not asked to be in {community.title}.")


def end_membership(connection: Connection, community: Community, member: Member, by: str, now: int) -> None:
    """End a membership, or turn down a request for one: at once nothing of the community is there for the member."""
    this = sa.and_(_this(community.key, member.key), memberships.c.ended_ms.is_(None))
    if not connection.execute(memberships.update().where(this).values(ended_ms=now, ended_by=by)).rowcount:
        raise CannotJoin(f"{member.name} is not in {community.title}.")


def _this(community_key: int, member_key: int) -> sa.ColumnElement[bool]:
    return sa.and_(memberships.c.community_key == community_key, memberships.c.member_key == member_key)


def _membership(values: tuple[Any, ...], member: Member) -> Membership:
    community_key, _, asked_ms, asked_by, approved_ms, approved_by, until_ms, ended_ms, _ = values
    return Membership(community_key, member, asked_ms, asked_by, approved_ms, approved_by, until_ms, ended_ms)
