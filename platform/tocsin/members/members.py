"""Members, and what each may read and write."""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.tables import members, rights

LIST = "list"
"""The kind of an open list, which is no voice."""

KINDS = (
    "bank",
    "agency",
    "company",
    "regulator",
    "customs",
    "fiu",
    "telco",
    "platform",
    "ngo",
    "secretariat",
    LIST,
)
"""What a member can be; a `list` is an open list that a feed reads, and never a voice."""

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?")
_COUNTRY = re.compile(r"[A-Z]{2}")


class NoSuchMember(LookupError):
    """No member has that slug."""


class MemberExists(ValueError):
    """A member with that slug is there already."""


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation in the exchange. `country` is ISO 3166 alpha-2; `suspended_ms` when it was suspended, ms.

    What a `trusted` member pushes over TAXII is published without a moderator.
    """

    key: int
    slug: str
    name: str
    kind: str
    country: str | None
    trusted: bool
    created_ms: int
    suspended_ms: int | None
    default_tlp: str | None
    default_collection_key: int | None


@dataclass(frozen=True, slots=True)
class Rights:
    """What a member may do with a collection."""

    can_read: bool
    can_write: bool


def add_member(
    connection: Connection,
    slug: str,
    name: str,
    kind: str,
    country: str | None,
    now: int,
    *,
    trusted: bool = False,
) -> Member:
    """Take an organisation in; ValueError says what about it cannot be."""
    if not _SLUG.fullmatch(slug):
        raise ValueError(f"{slug!r} cannot be a short name: use a to z, 0 to 9 and -, at most 48 characters.")
    if not name.strip():
        raise ValueError("A member needs a name.")
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of member; it is one of {', '.join(KINDS)}.")
    if country is not None and not _COUNTRY.fullmatch(country):
        raise ValueError(f"{country!r} is not a country code of two capital letters, such as SG.")
    if connection.execute(sa.select(members.c.key).where(members.c.slug == slug)).first() is not None:
        raise MemberExists(f"There is already a member {slug!r}.")
    connection.execute(
        members.insert().values(
            slug=slug, name=name.strip(), kind=kind, country=country, trusted=trusted, created_ms=now
        )
    )
    return find_member(connection, slug)


def find_member(connection: Connection, slug: str) -> Member:
    """The member with this slug; NoSuchMember otherwise."""
    row = connection.execute(sa.select(members).where(members.c.slug == slug)).first()
    if row is None:
        raise NoSuchMember(f"There is no member {slug!r}.")
    return Member(*row)


def all_members(connection: Connection) -> list[Member]:
    """Every member, by slug."""
    return [Member(*row) for row in connection.execute(sa.select(members).order_by(members.c.slug))]


def suspend_member(connection: Connection, key: int, at: int | None) -> None:
    """Stop (`at`, ms) or resume (None) a member: none of its users and tokens is let in meanwhile."""
    connection.execute(members.update().where(members.c.key == key).values(suspended_ms=at))


def set_default(connection: Connection, key: int, tlp: str | None, collection_key: int | None) -> None:
    """What applies to a member's reports that name no marking or collection."""
    connection.execute(
        members.update().where(members.c.key == key).values(default_tlp=tlp, default_collection_key=collection_key)
    )


def grant(
    connection: Connection, collection_key: int, member_key: int, *, read: bool = False, write: bool = False
) -> None:
    """Set what a member may do with a collection, in place of what it might before."""
    this = sa.and_(rights.c.collection_key == collection_key, rights.c.member_key == member_key)
    connection.execute(rights.delete().where(this))
    if read or write:
        connection.execute(
            rights.insert().values(collection_key=collection_key, member_key=member_key, can_read=read, can_write=write)
        )


def rights_of(connection: Connection, member_key: int) -> dict[int, Rights]:
    """What a member may do, by collection key."""
    rows = connection.execute(sa.select(rights).where(rights.c.member_key == member_key))
    return {row.collection_key: Rights(row.can_read, row.can_write) for row in rows}


def readers(connection: Connection, collection_key: int) -> list[Member]:
    """The members that may read a collection, by slug."""
    query = (
        sa.select(members)
        .join(rights, rights.c.member_key == members.c.key)
        .where(rights.c.collection_key == collection_key, rights.c.can_read, members.c.suspended_ms.is_(None))
        .order_by(members.c.slug)
    )
    return [Member(*row) for row in connection.execute(query)]
