"""What is joined to a published thing, for a reader of some collections: computed when asked, from the thing outward.

Nothing is stored for pairs of things. How much is looked at is bounded by the constants here and in `joins`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier
from tocsin.ledger.collections import Collection
from tocsin.ledger.objects import latest_of
from tocsin.ledger.read import Entry, Match, page
from tocsin.members.members import voices_reading
from tocsin.members.tables import members
from tocsin.policy.edges import (
    DOMAIN,
    RESOLVES,
    Edge,
    End,
    Group,
    Join,
    Thing,
    edge_of,
    folded,
    group_of,
    overfull,
    shown,
    stated_edge,
)
from tocsin.policy.filters import parse_filter
from tocsin.publishing.ends import Published, identifier_in, published, subjects_about, thing_of
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.joins import candidates
from tocsin.publishing.mentions import Carrier, Head
from tocsin.publishing.resting import resting
from tocsin.publishing.standing import Claimed, load, subject_of
from tocsin.stix import INDICATOR_EXTENSION, RESOLUTION, observed, observed_identifier, resolution
from tocsin.times import parse_stamp

_MOST_RESOLUTIONS = 100


class Neighbour(NamedTuple):
    """A thing that is joined to the one that is followed, in a collection, with what joins them."""

    collection: Collection
    published: Published
    edge: Edge


class Fold(NamedTuple):
    """More things than are listed one by one, all in one group; `number` are those that were looked at."""

    collection: Collection
    group: Group
    number: int
    edge: Edge


@dataclass(slots=True)
class Relations:
    """What is joined to a thing. `cut`: there was more than is looked at."""

    neighbours: list[Neighbour] = field(default_factory=list)
    folds: list[Fold] = field(default_factory=list)
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Looking:
    """The thing that is followed, and what stands on it. `opens`: whether the reader may open a report."""

    exchange: Exchange
    identifier: Identifier
    claims: dict[bytes, list[Claimed]]
    opens: Callable[[Head], bool]

    @property
    def thing(self) -> Thing:
        """What it is called in edges."""
        return thing_of(self.identifier)


def look(connection: Connection, exchange: Exchange, entry: Entry, opens: Callable[[Head], bool]) -> Looking | None:
    """What to follow an indicator by; None where it is withdrawn or about no identifier."""
    identifier = None if entry.revoked else identifier_in(entry.body)
    if identifier is None:
        return None
    return Looking(exchange, identifier, load(connection, subjects_about(identifier).keys()), opens)


def here_in(connection: Connection, looking: Looking, collection: Collection) -> Published | None:
    """The thing that is followed, as this collection publishes it; None where it does not."""
    some = [claim for claims in looking.claims.values() for claim in claims if collection.key in claim.collections]
    objects = {one.object_id: (looking.thing, one.standing.member_name) for one in some if one.object_id is not None}
    known = subjects_about(looking.identifier)
    return published(connection, looking.exchange, collection, known, objects).get(looking.thing)


def relations_in(
    connection: Connection, looking: Looking, collection: Collection, here: Published, wide: Group | None = None
) -> Relations:
    """What is joined to the thing in a collection that publishes it; with `wide` what is in that group, unfolded."""
    claims = resting(connection, collection, looking.claims)
    carrier = Carrier(collection, parse_filter(collection.filter))
    found = candidates(connection, carrier, looking.thing, claims, looking.opens, wide)
    others = published(connection, looking.exchange, collection, found.subjects, found.objects)
    start = End(_names(claims) | here.end.names, here.end.tlp, here.end.closed_ms)
    readers = voices_reading(connection, {collection.key})[collection.key]
    joins = {thing: shown(found.joins[thing], start, one.end, readers) for thing, one in others.items()}
    joins = {thing: some for thing, some in joins.items() if some}
    edges = {thing: edge_of(some, start, others[thing].end) for thing, some in joins.items()}
    if wide is not None:
        within = [thing for thing, some in joins.items() if wide in map(group_of, some)]
        return Relations([Neighbour(collection, others[thing], edges[thing]) for thing in within], [], found.cut)
    over = overfull(joins)
    kept = [thing for thing, some in joins.items() if not folded(some, over)]
    neighbours = [Neighbour(collection, others[thing], edges[thing]) for thing in kept]
    neighbours += _resolved(connection, looking, collection, start, here)
    folds = [Fold(collection, group, number, _edge_to(group, joins, start)) for group, number in over.items()]
    return Relations(neighbours, folds, found.cut)


def under_domain(
    connection: Connection, looking: Looking, collection: Collection, here: Published, indicator_ids: Sequence[str]
) -> list[Neighbour]:
    """The neighbours among these indicators of a collection, which a reader found to be under the same domain."""
    found: list[Neighbour] = []
    for entry in latest_of(connection, collection.key, indicator_ids).values():
        one = _standing(connection, looking, collection, entry)
        if one is None or one.thing == looking.thing:
            continue
        dates = [_dates(here.entry), _dates(one.entry)]
        since, until = min(first for first, _ in dates), max(last for _, last in dates)
        edge = stated_edge(DOMAIN, here.end, one.end, since=since, until=until)
        found.append(Neighbour(collection, one, edge))
    return found


def _edge_to(group: Group, joins: Mapping[Thing, Sequence[Join]], start: End) -> Edge:
    some = [one for each in joins.values() for one in each if group_of(one) == group]
    return edge_of(some, start, start)


def _resolved(
    connection: Connection, looking: Looking, collection: Collection, start: End, here: Published
) -> Iterable[Neighbour]:
    """What a member's STIX says that the thing resolves to, or that resolves to it."""
    own = {observed(looking.identifier)["id"], here.entry.object_id}
    match = Match(fields=((RESOLUTION, tuple(sorted(own))),))
    said = page(connection, collection.key, 0, _MOST_RESOLUTIONS, match, listed=True)
    ends: dict[str, list[Entry]] = {}
    for entry in said:
        if not entry.revoked and entry.owner_key is not None:
            for end in resolution(orjson.loads(entry.body)) or ():
                if isinstance(end, str) and end not in own:
                    ends.setdefault(end, []).append(entry)
    names = _member_names(connection, {entry.owner_key or 0 for entry in said})
    for entry in latest_of(connection, collection.key, list(ends)).values():
        one = _standing(connection, looking, collection, entry)
        if one is not None and one.thing != looking.thing:
            dates = [_said_from(it) for it in ends[entry.object_id]]
            sources = [names[it.owner_key or 0] for it in ends[entry.object_id]]
            edge = stated_edge(
                RESOLVES,
                start,
                one.end,
                since=min(since for since, _ in dates),
                until=max(until for _, until in dates),
                sources=sources,
            )
            yield Neighbour(collection, one, edge)


def _standing(connection: Connection, looking: Looking, collection: Collection, entry: Entry) -> Published | None:
    """The published thing that an entry is: an indicator, or an observable of which there is one."""
    content = orjson.loads(entry.body)
    identifier = identifier_in(entry.body) if entry.type == "indicator" else observed_identifier(content)
    if identifier is None or entry.revoked:
        return None
    thing = thing_of(identifier)
    subject = subject_of(identifier, None)
    objects = {entry.object_id: (thing, "")} if entry.type == "indicator" and entry.owner_key is not None else {}
    subjects = subjects_about(identifier) if entry.type == "indicator" else {subject.key: subject}
    return published(connection, looking.exchange, collection, subjects, objects).get(thing)


def _names(claims: Iterable[Claimed]) -> frozenset[str]:
    return frozenset(one.standing.member_name for one in claims if one.standing.named)


def _member_names(connection: Connection, keys: Iterable[int]) -> dict[int, str]:
    query = sa.select(members.c.key, members.c.name).where(members.c.key.in_(set(keys)))
    return {row.key: row.name for row in connection.execute(query)}


def _dates(entry: Entry) -> tuple[int, int]:
    """From when to when an indicator says that it was seen, or else since when it holds."""
    content = orjson.loads(entry.body)
    ours = content.get("extensions", {}).get(INDICATOR_EXTENSION, {})
    first = parse_stamp(ours.get("first_seen") or content["valid_from"])
    last = ours.get("last_seen")
    return first, max(first, parse_stamp(last)) if last else first


def _said_from(entry: Entry) -> tuple[int, int]:
    content = orjson.loads(entry.body)
    since = content.get("start_time") or content.get("created")
    until = content.get("stop_time") or content.get("modified") or since
    return (parse_stamp(since), parse_stamp(until)) if since and until else (entry.position, entry.position)
