"""Communities: who is in which, under which agreement, and what they may do with collections."""

from collections import defaultdict
from collections.abc import Collection as Several
from dataclasses import asdict, dataclass, replace
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS as IDENTIFIERS
from tocsin.members.members import KINDS, LIST, Member, check_slug
from tocsin.members.reach import belonging, in_force
from tocsin.members.tables import communities, community_ancestors, community_rights, members, memberships, rights
from tocsin.policy import carry
from tocsin.policy.agreement import Agreement, check_agreement
from tocsin.policy.carry import Reader
from tocsin.times import now_ms

_PERSONAL = {name: kind.personal for name, kind in IDENTIFIERS.items()}
_PARTIES = frozenset(KINDS) - {LIST}


class NoSuchCommunity(LookupError):
    """No community has that slug."""


class CannotJoin(ValueError):
    """A membership cannot be asked for, approved or ended; the message says why."""


@dataclass(frozen=True, slots=True)
class Community:
    """A named set of members under an agreement, which ends at `until_ms` (None: not by itself).

    Whoever is in a community is in those that it lies in, while these hold. `steward_key` is the member that keeps it.
    """

    key: int
    slug: str
    title: str
    parent_key: int | None
    steward_key: int | None
    agreement: Agreement
    created_ms: int
    until_ms: int | None

    def holds(self, now: int) -> bool:
        """Whether its agreement is in force."""
        return self.until_ms is None or self.until_ms > now


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


def add_community(
    connection: Connection,
    slug: str,
    title: str,
    now: int,
    *,
    agreement: Agreement = Agreement(),  # noqa: B008 - a frozen value
    parent: Community | None = None,
    steward_key: int | None = None,
    until_ms: int | None = None,
) -> Community:
    """Make a community, inside `parent` where one is given; ValueError says what about it cannot be."""
    check_slug(connection, slug)
    if not title.strip():
        raise ValueError("A community needs a title.")
    check_agreement(agreement, _PARTIES, _PERSONAL)
    key = connection.execute(
        communities.insert()
        .values(
            slug=slug,
            title=title.strip(),
            parent_key=parent.key if parent else None,
            steward_key=steward_key,
            agreement=_spelled(agreement),
            created_ms=now,
            until_ms=until_ms,
        )
        .returning(communities.c.key)
    ).scalar_one()
    around = {key} | (_ancestors(connection, {parent.key})[parent.key] if parent else frozenset())
    connection.execute(
        community_ancestors.insert(), [{"community_key": key, "ancestor_key": one} for one in sorted(around)]
    )
    return find_community(connection, slug)


def change_community(
    connection: Connection, community: Community, agreement: Agreement, *, title: str, until_ms: int | None
) -> None:
    """Set title, end and agreement, all but how far its members may pass on: that was what others shared under."""
    check_agreement(agreement, _PARTIES, _PERSONAL)
    if agreement.onward != community.agreement.onward:
        raise ValueError(
            "How far members may pass on what they get cannot be changed: it was shared under the present words. "
            "Make a new community."
        )
    connection.execute(
        communities.update()
        .where(communities.c.key == community.key)
        .values(title=title.strip() or community.title, agreement=_spelled(agreement), until_ms=until_ms)
    )


def find_community(connection: Connection, slug: str) -> Community:
    """The community with this slug; NoSuchCommunity otherwise."""
    row = connection.execute(sa.select(communities).where(communities.c.slug == slug)).first()
    if row is None:
        raise NoSuchCommunity(f"There is no community {slug!r}.")
    return _community(row)


def all_communities(connection: Connection) -> list[Community]:
    """Every community, by slug."""
    return [_community(row) for row in connection.execute(sa.select(communities).order_by(communities.c.slug))]


def communities_of(connection: Connection, member_key: int) -> frozenset[int]:
    """The keys of the communities that a member is in now, those around its own included."""
    query = (
        sa.select(community_ancestors.c.ancestor_key)
        .distinct()
        .select_from(belonging)
        .where(memberships.c.member_key == member_key, in_force(now_ms()))
    )
    return frozenset(connection.execute(query).scalars())


def members_in(connection: Connection, community_keys: Several[int]) -> set[int]:
    """The keys of the members that are in one of these communities now."""
    query = (
        sa.select(memberships.c.member_key)
        .distinct()
        .select_from(belonging)
        .where(community_ancestors.c.ancestor_key.in_(community_keys), in_force(now_ms()))
    )
    return set(connection.execute(query).scalars())


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


def grant_community(
    connection: Connection, collection_key: int, community_key: int, *, read: bool = False, write: bool = False
) -> None:
    """Set what whoever is in a community may do with a collection, in place of what it was before."""
    this = sa.and_(
        community_rights.c.collection_key == collection_key, community_rights.c.community_key == community_key
    )
    connection.execute(community_rights.delete().where(this))
    if read or write:
        values = {"collection_key": collection_key, "community_key": community_key, "can_read": read}
        connection.execute(community_rights.insert().values(**values, can_write=write))


def granted_communities(connection: Connection, collection_keys: Several[int]) -> list[tuple[int, int, bool, bool]]:
    """(collection key, community key, reads, writes) of these collections."""
    query = sa.select(community_rights).where(community_rights.c.collection_key.in_(collection_keys))
    return [(row[0], row[1], bool(row[2]), bool(row[3])) for row in connection.execute(query)]


def granted(connection: Connection, collection_key: int) -> tuple[list[str], list[str]]:
    """The short names of the members and communities that may read a collection, and of those that may hand in."""
    found: tuple[list[str], list[str]] = ([], [])
    own = sa.select(members.c.slug, rights.c.can_read, rights.c.can_write).join(
        rights, rights.c.member_key == members.c.key
    )
    joined = sa.select(communities.c.slug, community_rights.c.can_read, community_rights.c.can_write).join(
        community_rights, community_rights.c.community_key == communities.c.key
    )
    for query, column in ((own, rights.c.collection_key), (joined, community_rights.c.collection_key)):
        for slug, reads, writes in connection.execute(query.where(column == collection_key)):
            for listed, may in zip(found, (reads, writes), strict=True):
                listed += [slug] if may else []
    return sorted(found[0]), sorted(found[1])


def agreements_over(connection: Connection, collection_keys: Several[int]) -> defaultdict[int, tuple[Agreement, ...]]:
    """By collection key, the agreements that its readers are under."""
    query = (
        sa.select(community_rights.c.collection_key, communities.c.agreement)
        .join(communities, communities.c.key == community_rights.c.community_key)
        .where(community_rights.c.collection_key.in_(collection_keys), community_rights.c.can_read)
        .order_by(communities.c.key)
    )
    found: defaultdict[int, tuple[Agreement, ...]] = defaultdict(tuple)
    for key, agreement in connection.execute(query) if collection_keys else ():
        found[key] += (read_agreement(agreement),)
    return found


def as_policy_sees(connection: Connection, keys: Several[int], now: int) -> dict[int, carry.Community]:
    """These communities by key, with all that each lies in."""
    if not keys:
        return {}
    around = _ancestors(connection, keys)
    rows = connection.execute(sa.select(communities).where(communities.c.key.in_(keys)))
    found = [_community(row) for row in rows]
    return {one.key: carry.Community(one.title, around[one.key], one.agreement, one.holds(now)) for one in found}


def read_agreement(text: str) -> Agreement:
    """The agreement that is kept as JSON."""
    return msgspec.json.decode(text, type=Agreement)


def _spelled(agreement: Agreement) -> str:
    kept = replace(agreement, parties=frozenset(agreement.parties), bases=frozenset(agreement.bases))
    return msgspec.json.encode(asdict(kept), order="deterministic").decode()


def _ancestors(connection: Connection, keys: Several[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {key: set() for key in keys}
    query = sa.select(community_ancestors).where(community_ancestors.c.community_key.in_(keys))
    for community_key, ancestor_key in connection.execute(query):
        found[community_key].add(ancestor_key)
    return {key: frozenset(some) for key, some in found.items()}


def _this(community_key: int, member_key: int) -> sa.ColumnElement[bool]:
    return sa.and_(memberships.c.community_key == community_key, memberships.c.member_key == member_key)


def _community(row: sa.Row[Any]) -> Community:
    values = row._asdict()
    return Community(**{**values, "agreement": read_agreement(values["agreement"])})


def _membership(values: tuple[Any, ...], member: Member) -> Membership:
    community_key, _, asked_ms, asked_by, approved_ms, approved_by, until_ms, ended_ms, _ = values
    return Membership(community_key, member, asked_ms, asked_by, approved_ms, approved_by, until_ms, ended_ms)


def readers_named(connection: Connection, slugs: Several[str]) -> frozenset[Reader]:
    """The members and communities with these slugs; NoSuchCommunity names one that is neither."""
    found: set[Reader] = set()
    for slug in slugs:
        for table, kind in ((members, "member"), (communities, "community")):
            key = connection.execute(sa.select(table.c.key).where(table.c.slug == slug)).scalar()
            if key is not None:
                found.add(Reader(kind, key))  # type: ignore[arg-type]
                break
        else:
            raise NoSuchCommunity(f"There is no member or community {slug!r}.")
    return frozenset(found)
