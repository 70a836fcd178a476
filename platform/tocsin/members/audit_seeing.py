"""Who sees what of the audit trail: whoever oversees the exchange sees decisions and rights, and of another member's
questions, polls and comings and goings nothing but that there were some."""

from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.access import Principal
from tocsin.members.audit_actions import OPEN
from tocsin.members.audit_chain import entries, find_entries
from tocsin.members.audit_entries import Entry, Secret
from tocsin.members.roles import SEE_TRAIL

ANOTHER = "another member"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a member's slug, and whether its right goes beyond that member. No member is the machine's owner."""

    member: str | None
    oversees: bool


OWNER = Viewer(None, oversees=True)
"""Whoever has the machine, its database and its key."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries: moments in ms (`until` excluded), an actor or a member's slug, any of several
    actions, the texts of values."""

    since: int | None = None
    until: int | None = None
    actor: str | None = None
    actions: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as far as somebody may know it. `veiled`: another member's, of which only moment and action are told."""

    batch: int
    n: int
    at_ms: int
    action: str
    actor: str
    target_kind: str | None
    target: str | None
    tokens: tuple[str, ...]
    details: dict[str, Any]
    veiled: bool


def viewer_of(principal: Principal) -> Viewer:
    """The viewer that somebody signed in is."""
    return Viewer(principal.member, principal.may(SEE_TRAIL))


def seen(connection: Connection, secret: Secret, viewer: Viewer, asked: Asked) -> list[Seen]:
    """The entries that were asked for, newest first, as the viewer may know them."""
    own = (viewer.member, secret.source(viewer.member)) if viewer.member is not None else ()
    chosen = sa.and_(*_when(asked), _may_match(viewer, own, asked), *_who_and_what(secret, own, asked))
    return [_shown(one, viewer, own) for one in find_entries(connection, chosen, asked.limit, asked.offset)]


def _when(asked: Asked) -> list[Any]:
    conditions: list[Any] = [sa.true()]
    if asked.since is not None:
        conditions.append(entries.c.at_ms >= asked.since)
    if asked.until is not None:
        conditions.append(entries.c.at_ms < asked.until)
    if asked.actions:
        conditions.append(entries.c.action.in_(asked.actions))
    return conditions


def _who_and_what(secret: Secret, own: tuple[str, ...], asked: Asked) -> list[Any]:
    conditions: list[Any] = []
    if asked.actor is not None:
        # one's own member is found as itself where it handed in without its name, too
        slugs = own if asked.actor in own else (asked.actor,)
        conditions.append(sa.or_(entries.c.actor == asked.actor, entries.c.member.in_(slugs)))
    if asked.values:
        tokens = {secret.value(one) for one in asked.values}
        conditions.append(sa.or_(*(entries.c.tokens.contains(token) for token in sorted(tokens))))
    return conditions


def _may_match(viewer: Viewer, own: tuple[str, ...], asked: Asked) -> Any:
    if viewer.member is None:
        return sa.true()
    if not viewer.oversees:
        return entries.c.member.in_(own)
    if asked.actor is None and not asked.values:
        return sa.true()
    # a filter on what is veiled would lift the veil
    return sa.or_(entries.c.member.in_(own), entries.c.member.is_(None), entries.c.action.in_(OPEN))


def _shown(entry: Entry, viewer: Viewer, own: tuple[str, ...]) -> Seen:
    noted = entry.noted
    mine = viewer.member is None or noted.member in own
    if not (mine or noted.member is None or noted.action in OPEN):
        return Seen(entry.batch, entry.n, noted.at_ms, noted.action, ANOTHER, None, None, (), {}, veiled=True)
    # equal tokens in entries of two members would join them
    tokens = tuple((noted.tokens or "").split()) if mine else ()
    details = orjson.loads(noted.details)
    return Seen(
        *(entry.batch, entry.n, noted.at_ms, noted.action, noted.actor),
        *(noted.target_kind, noted.target, tokens),
        details if mine or noted.tokens is None else {**details, "value": "kept as a token"},
        veiled=False,
    )
