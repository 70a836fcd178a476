"""Which communities somebody sees, and how much of each: all else is not there for them."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from tocsin.members.access import Principal
from tocsin.members.communities import Community, all_communities, as_policy_sees, communities_of
from tocsin.members.memberships import Membership, memberships_of
from tocsin.members.roles import DECIDE, MANAGE


@dataclass(frozen=True, slots=True)
class Sight:
    """A community as somebody sees it.

    `whole`: with its members and with what lies inside it; otherwise its title and agreement alone. `own` is the state
    of the own membership, None where there was none; `decides`: may let members in and end memberships.
    """

    community: Community
    whole: bool
    own: str | None
    decides: bool


def communities_seen(connection: Connection, principal: Principal, now: int) -> dict[str, Sight]:
    """By short name: all for administrators; for others those that their member is in, those around and inside
    these, those that it keeps; and of those that it asked to be in (again) the title and the agreement."""
    every = all_communities(connection)
    inside = communities_of(connection, principal.member_key)
    around = as_policy_sees(connection, {one.key for one in every}, now)
    asked = {one.community_key: one.state(now) for one in memberships_of(connection, member_key=principal.member_key)}
    found: dict[str, Sight] = {}
    for one in every:
        keeps = one.steward_key == principal.member_key
        whole = principal.may(MANAGE) or keeps or bool(around[one.key].within & inside)
        if whole or asked.get(one.key) in ("waits", "over"):
            decides = principal.may(MANAGE) or (keeps and principal.may(DECIDE))
            found[one.slug] = Sight(one, whole, asked.get(one.key), decides)
    return found


def shown_members(connection: Connection, sight: Sight, now: int) -> list[Membership]:
    """Its memberships: every state for those who decide, those that hold for others."""
    if not sight.whole:
        return []
    every = memberships_of(connection, community_key=sight.community.key)
    return every if sight.decides else [one for one in every if one.state(now) == "holds"]


def requests_to_join(connection: Connection, now: int) -> Counter[int]:
    """How many members wait to be let in, by the community's key."""
    return Counter(one.community_key for one in memberships_of(connection) if one.state(now) == "waits")


@dataclass(frozen=True, slots=True)
class Branch:
    """A place in the tree of the communities that somebody sees."""

    sight: Sight
    inside: "list[Branch]"


def tree(seen: dict[str, Sight]) -> list[Branch]:
    """The communities that somebody sees, each with those directly inside it; by title."""
    branches = {one.community.key: Branch(one, []) for one in seen.values()}
    top: list[Branch] = []
    for branch in sorted(branches.values(), key=lambda one: one.sight.community.title.casefold()):
        parent = branches.get(branch.sight.community.parent_key or 0)
        (parent.inside if parent is not None else top).append(branch)
    return top
