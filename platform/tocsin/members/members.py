"""Members, and what each may read and write."""

import re
from collections import Counter
from collections.abc import Collection as Several
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.reach import WAYS
from tocsin.members.tables import communities, members, rights, sessions, users
from tocsin.times import now_ms

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

    What a `trusted` member pushes over TAXII is published without a moderator. `voice_key` is set where it shares the
    voice of another member. `default_basis` is a key of `policy.agreement.BASES`. `may_be_asked`: others may ask about
    what it reports (see `policy.known_of`).
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
    region: str | None = None
    voice_key: int | None = None
    default_unattributed: bool = False
    default_basis: str | None = None
    may_be_asked: bool = False

    @property
    def voice(self) -> int:
        """What tells whether it is independent of another member."""
        return self.voice_key or self.key


@dataclass(frozen=True, slots=True)
class Rights:
    """What a member may do with a collection."""

    can_read: bool
    can_write: bool


NO_RIGHTS = Rights(False, False)


def add_member(
    connection: Connection,
    slug: str,
    name: str,
    kind: str,
    country: str | None,
    now: int,
    *,
    trusted: bool = False,
    region: str | None = None,
) -> Member:
    """Take an organisation in; ValueError says what about it cannot be."""
    check_slug(connection, slug)
    if not name.strip():
        raise ValueError("A member needs a name.")
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of member; it is one of {', '.join(KINDS)}.")
    if country is not None and not _COUNTRY.fullmatch(country):
        raise ValueError(f"{country!r} is not a country code of two capital letters, such as SG.")
    connection.execute(
        members.insert().values(
            slug=slug,
            name=name.strip(),
            kind=kind,
            country=country,
            trusted=trusted,
            created_ms=now,
            region=region,
        )
    )
    return find_member(connection, slug)


def check_slug(connection: Connection, slug: str) -> None:
    """ValueError where this cannot be a short name; MemberExists where a member or community has it already."""
    if not _SLUG.fullmatch(slug):
        raise ValueError(f"{slug!r} cannot be a short name: use a to z, 0 to 9 and -, at most 48 characters.")
    for table, what in ((members, "member"), (communities, "community")):
        if connection.execute(sa.select(table.c.key).where(table.c.slug == slug)).first() is not None:
            raise MemberExists(f"There is already a {what} {slug!r}.")


def find_member(connection: Connection, slug: str) -> Member:
    """The member with this slug; NoSuchMember otherwise."""
    row = connection.execute(_NAMED, {"slug": slug}).first()
    if row is None:
        raise NoSuchMember(f"There is no member {slug!r}.")
    return Member(*row)


def member_by_key(connection: Connection, key: int) -> Member:
    """The member with this key, which is there."""
    return Member(*connection.execute(_BY_KEY, {"key": key}).one())


def all_members(connection: Connection) -> list[Member]:
    """Every member, by slug."""
    return [Member(*row) for row in connection.execute(_ALL)]


def describe_member(connection: Connection, key: int, *, trusted: bool, region: str | None) -> None:
    """Set what the exchange says of a member that can change: whether it is trusted, and where it works."""
    connection.execute(members.update().where(members.c.key == key).values(trusted=trusted, region=region))


def suspend_member(connection: Connection, key: int, at: int | None) -> None:
    """Stop (`at`, ms) or resume (None) a member: none of its users and tokens is let in meanwhile.

    Sessions that go on end for good.
    """
    connection.execute(members.update().where(members.c.key == key).values(suspended_ms=at))
    if at is not None:
        its_people = sa.select(users.c.key).where(users.c.member_key == key)
        connection.execute(sessions.delete().where(sessions.c.user_key.in_(its_people)))


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


def granted_members(connection: Connection, collection_key: int) -> list[tuple[int, bool, bool]]:
    """(member key, reads, writes) of a collection: what members may do by themselves."""
    query = sa.select(rights).where(rights.c.collection_key == collection_key)
    return [(row.member_key, bool(row.can_read), bool(row.can_write)) for row in connection.execute(query)]


def rights_of(connection: Connection, member_key: int) -> dict[int, Rights]:
    """What a member may do now, by itself or through its communities, by collection key."""
    rows = connection.execute(_RIGHTS_OF, {"member": member_key, "now": now_ms()})
    return {key: Rights(bool(reads), bool(writes)) for key, reads, writes in rows}


def readers(connection: Connection, collection_key: int) -> list[Member]:
    """The members that may read a collection now, by slug."""
    rows = connection.execute(_READERS, {"collection": collection_key, "now": now_ms()})
    return [Member(*row) for row in rows]


def voices_reading(connection: Connection, collection_keys: Several[int]) -> Counter[int]:
    """By collection key, how many may read it now: members that share a voice are one."""
    rows = connection.execute(_VOICES, {"collections": list(collection_keys), "now": now_ms()})
    return Counter(row.collection_key for row in rows)


def _any_way(column: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.max(sa.case((column, 1), else_=0))


_NAMED = sa.select(members).where(members.c.slug == sa.bindparam("slug"))
_BY_KEY = sa.select(members).where(members.c.key == sa.bindparam("key"))
_ALL = sa.select(members).order_by(members.c.slug)
_RIGHTS_OF = (
    sa.select(WAYS.c.collection_key, _any_way(WAYS.c.can_read), _any_way(WAYS.c.can_write))
    .where(WAYS.c.member_key == sa.bindparam("member"))
    .group_by(WAYS.c.collection_key)
)
_LET_IN = sa.select(WAYS.c.member_key).where(WAYS.c.collection_key == sa.bindparam("collection"), WAYS.c.can_read)
_READERS = (
    sa.select(members).where(members.c.key.in_(_LET_IN), members.c.suspended_ms.is_(None)).order_by(members.c.slug)
)
_VOICES = (
    sa.select(WAYS.c.collection_key, sa.func.coalesce(members.c.voice_key, members.c.key))
    .distinct()
    .join(members, members.c.key == WAYS.c.member_key)
    .where(
        WAYS.c.collection_key.in_(sa.bindparam("collections", expanding=True)),
        WAYS.c.can_read,
        members.c.suspended_ms.is_(None),
    )
)
