"""What members may do with collections, by themselves or through communities: in one place, as SQL."""

from typing import Any

import sqlalchemy as sa

from tocsin.members.tables import communities, community_ancestors, community_rights, memberships, rights

_around = communities.alias("around")


def in_force(now: Any) -> sa.ColumnElement[bool]:
    """Whether a membership holds at `now` (ms): approved, not ended, and neither it nor the agreements over.

    For queries over `belonging`.
    """
    return sa.and_(
        memberships.c.approved_ms.is_not(None),
        memberships.c.ended_ms.is_(None),
        _holds(memberships.c.until_ms, now),
        _holds(communities.c.until_ms, now),
        _holds(_around.c.until_ms, now),
    )


belonging = (
    memberships.join(communities, communities.c.key == memberships.c.community_key)
    .join(community_ancestors, community_ancestors.c.community_key == memberships.c.community_key)
    .join(_around, _around.c.key == community_ancestors.c.ancestor_key)
)
"""Memberships, each with every community that it reaches: `community_ancestors.ancestor_key`."""


def rights_over(now: Any) -> sa.CompoundSelect[Any]:
    """Rows (member_key, collection_key, can_read, can_write), several for a pair where a member has several ways in."""
    own = sa.select(rights.c.member_key, rights.c.collection_key, rights.c.can_read, rights.c.can_write)
    joined = (
        sa.select(
            memberships.c.member_key,
            community_rights.c.collection_key,
            community_rights.c.can_read,
            community_rights.c.can_write,
        )
        .select_from(
            belonging.join(community_rights, community_rights.c.community_key == community_ancestors.c.ancestor_key)
        )
        .where(in_force(now))
    )
    return sa.union_all(own, joined)


def _holds(until: Any, now: Any) -> sa.ColumnElement[bool]:
    return sa.or_(until.is_(None), until > now)


WAYS = rights_over(sa.bindparam("now", type_=sa.BigInteger)).subquery()
"""`rights_over` at `:now`, put together once: to build it costs more than to ask it."""
