"""Communities: what their members agree on, which lies in which, and who is in one now."""

from collections.abc import Collection as Several
from dataclasses import asdict, dataclass, replace
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS as IDENTIFIERS
from tocsin.members.members import KINDS, LIST, check_slug
from tocsin.members.reach import belonging, in_force
from tocsin.members.tables import communities, community_ancestors, memberships
from tocsin.policy import carry
from tocsin.policy.agreement import Agreement, check_agreement
from tocsin.times import now_ms

_PERSONAL = {name: kind.personal for name, kind in IDENTIFIERS.items()}
_PARTIES = frozenset(KINDS) - {LIST}


class NoSuchCommunity(LookupError):
    """No community has that slug."""


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
    row = connection.execute(_NAMED, {"slug": slug}).first()
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


def as_policy_sees(connection: Connection, keys: Several[int], now: int) -> dict[int, carry.Community]:
    """These communities by key, with all that each lies in."""
    if not keys:
        return {}
    around = _ancestors(connection, keys)
    rows = connection.execute(_KEYED, {"keys": list(keys)})
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
    for community_key, ancestor_key in connection.execute(_AROUND, {"keys": list(keys)}):
        found[community_key].add(ancestor_key)
    return {key: frozenset(some) for key, some in found.items()}


def _community(row: sa.Row[Any]) -> Community:
    values = row._asdict()
    return Community(**{**values, "agreement": read_agreement(values["agreement"])})


_NAMED = sa.select(communities).where(communities.c.slug == sa.bindparam("slug"))
_KEYED = sa.select(communities).where(communities.c.key.in_(sa.bindparam("keys", expanding=True)))
_AROUND = sa.select(community_ancestors).where(
    community_ancestors.c.community_key.in_(sa.bindparam("keys", expanding=True))
)
