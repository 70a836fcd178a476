"""Invitation links: whoever has one becomes a user of a member, once, under a name and password of their own choice."""

import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.access import add_user, digest_of
from tocsin.members.members import Member
from tocsin.members.roles import ROLES
from tocsin.members.tables import invitations, members
from tocsin.times import DAY_MS

DAYS = 7
"""How long an invitation holds where nothing else is said."""

LONGEST_DAYS = 90


class NoSuchInvitation(LookupError):
    """The link is unknown, over or used: which, nobody is told."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that waits; moments in ms."""

    sha256: str
    member_key: int
    member: str
    member_name: str
    role: str
    made_ms: int
    made_by: str
    until_ms: int


def invite(connection: Connection, member: Member, role: str, by: str, now: int, days: int = DAYS) -> str:
    """Make an invitation; what names it in a link, once: only its SHA-256 is kept. ValueError says what cannot be."""
    if role not in ROLES:
        raise ValueError(f"{role!r} is not a role; it is one of {', '.join(ROLES)}.")
    if not 1 <= days <= LONGEST_DAYS:
        raise ValueError(f"An invitation holds for 1 to {LONGEST_DAYS} days.")
    connection.execute(invitations.delete().where(invitations.c.until_ms <= now))
    name = secrets.token_urlsafe(32)
    connection.execute(
        invitations.insert().values(
            sha256=digest_of(name),
            member_key=member.key,
            role=role,
            made_ms=now,
            made_by=by,
            until_ms=now + days * DAY_MS,
        )
    )
    return name


def find_invitation(connection: Connection, name: str, now: int) -> Invitation:
    """The invitation that a link names; NoSuchInvitation where it cannot be used."""
    row = connection.execute(
        _WAITING.where(invitations.c.sha256 == digest_of(name), invitations.c.until_ms > now)
    ).first()
    if row is None:
        raise NoSuchInvitation
    return Invitation(*row)


def waiting_invitations(connection: Connection, now: int) -> list[Invitation]:
    """The invitations that can still be used, the newest first."""
    query = _WAITING.where(invitations.c.until_ms > now).order_by(invitations.c.made_ms.desc())
    return [Invitation(*row) for row in connection.execute(query)]


def accept(connection: Connection, name: str, login: str, password: str, now: int) -> None:
    """Use an invitation, on a writing connection: the user is there and the link worth nothing any more, or neither.

    NoSuchInvitation where it cannot be used; ValueError and UserExists say what is wrong with name or password.
    """
    found = find_invitation(connection, name, now)
    add_user(connection, login, found.member_key, found.role, password, now)
    this = sa.and_(invitations.c.sha256 == found.sha256, invitations.c.used_ms.is_(None))
    if not connection.execute(invitations.update().where(this).values(used_ms=now, used_by=login)).rowcount:
        raise NoSuchInvitation


def take_back_invitation(connection: Connection, sha256: str) -> bool:
    """End an invitation; whether it was there."""
    this = sa.and_(invitations.c.sha256 == sha256, invitations.c.used_ms.is_(None))
    return bool(connection.execute(invitations.delete().where(this)).rowcount)


def take_back_invitations(connection: Connection, made_by: str) -> None:
    """End what somebody invited to and nobody used."""
    connection.execute(invitations.delete().where(invitations.c.made_by == made_by, invitations.c.used_ms.is_(None)))


_WAITING = (
    sa.select(
        invitations.c.sha256,
        invitations.c.member_key,
        members.c.slug,
        members.c.name,
        invitations.c.role,
        invitations.c.made_ms,
        invitations.c.made_by,
        invitations.c.until_ms,
    )
    .join(members, members.c.key == invitations.c.member_key)
    .where(invitations.c.used_ms.is_(None), members.c.suspended_ms.is_(None))
)
