"""What joins two things, and how much of that a reader of one collection may know: pure.

Both ends are published in the collection, and what joins them comes from assertions that it carries. What was said
without a name shows as days and a number of members; see docs/decisions/0013-edges.md.
"""

from collections import Counter
from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from tocsin.policy.carry import SMALLEST_UNATTRIBUTED_AUDIENCE
from tocsin.stix.markings import strictest
from tocsin.times import DAY_MS

ROW, MAIL, LOSS, REPORT, HOLDER, THREAD, RESOLVES, DOMAIN = (
    "row", "mail", "loss", "report", "holder", "thread", "resolves-to", "domain",
)  # fmt: skip
BASES = {
    ROW: "in one row of a report",
    MAIL: "in one mail",
    THREAD: "in mails of one thread",
    HOLDER: "accounts of one holder’s name",
    RESOLVES: "one resolves to the other",
    LOSS: "in the report of one loss",
    REPORT: "in one report",
    DOMAIN: "under one registered domain",
}
"""Why two things are joined, in words, the closest first."""

_RANK = {basis: place for place, basis in enumerate(BASES)}

FEW = 25
"""With more neighbours than so many in one report or under one domain, they are folded into one line."""


Thing = tuple[str, str]
"""An identifier: its kind and canonical value."""

Group = tuple[str, int]
"""What many things can be in together: the basis, and which report where it is one."""


class Mention(NamedTuple):
    """An assertion about one end. Moments are ms; `voice_names` are the members whose voice it is, by name.

    `report` tells reports apart and says nothing else; `voice`: False for an open list.
    """

    report: int
    voice_of: int
    voice_names: frozenset[str]
    member_name: str
    named: bool
    voice: bool
    tlp: str
    received_ms: int
    first_seen: int | None = None
    last_seen: int | None = None

    @property
    def span(self) -> tuple[int, int]:
        """From when to when it says so, as others may know it: of what has no name only the days."""
        first = self.received_ms if self.first_seen is None else self.first_seen
        last = self.last_seen if self.last_seen is not None else first
        since, until = min(first, last), max(first, last)
        return (since, until) if self.named else (since - since % DAY_MS, until - until % DAY_MS)


class Join(NamedTuple):
    """Two assertions, one on each end, with what they have in common."""

    basis: str
    here: Mention
    there: Mention


@dataclass(frozen=True, slots=True)
class End:
    """A published thing: who says so with a name, its marking, and when its own bank closed it (ms)."""

    names: frozenset[str]
    tlp: str
    closed_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """What joins two things: `bases`, closest first; from when to when that was asserted (ms); the strictest marking.

    `sources` are the members that say so with their name, `members` how many independent ones say so at all: none
    where the two names alone say it. `voices` are those of `sources`, which may be fewer, and shown to nobody.
    """

    bases: tuple[str, ...]
    since: int | None
    until: int | None
    members: int
    sources: tuple[str, ...]
    tlp: str
    voices: frozenset[int] = frozenset()

    @property
    def rank(self) -> tuple[int, int, int]:
        """The closest first, then what most members say, then the latest."""
        return _RANK[self.bases[0]], -self.members, -(self.until or 0)


def shown(joins: Iterable[Join], here: End, there: End, readers: int) -> list[Join]:
    """The joins that a collection may show which so many independent members read, without those that only say less.

    A member that says one of the two things with its name would be found out as whoever joins them without one: the
    numbers of members tell that it is the same. Such a join does not show. What is in one row is in one report too.
    """
    names = here.names | there.names
    kept: dict[tuple[int, int], Join] = {}
    for join in joins:
        pair = (join.here.report, join.there.report)
        closer = pair not in kept or _RANK[join.basis] < _RANK[kept[pair].basis]
        if closer and _may_show(join.here, names, readers) and _may_show(join.there, names, readers):
            kept[pair] = join
    return list(kept.values())


def edge_of(joins: Sequence[Join], here: End, there: End) -> Edge:
    """The edge that these joins, at least one, make; all of them may show."""
    mentions = [one for join in joins for one in (join.here, join.there)]
    edge = Edge(
        bases=in_order(one.basis for one in joins),
        since=min(one.span[0] for one in mentions),
        until=max(one.span[1] for one in mentions),
        members=len({one.voice_of for one in mentions if one.voice}),
        sources=tuple(sorted({one.member_name for one in mentions if one.named})),
        tlp=strictest([here.tlp, there.tlp, *(one.tlp for one in mentions)]),
        voices=frozenset(one.voice_of for one in mentions if one.named and one.voice),
    )
    return _bounded(edge, here, there)


def overfull(joins: Mapping[Thing, Sequence[Join]]) -> dict[Group, int]:
    """The groups that have more than FEW things in them, with how many: those are folded."""
    counts = Counter(group for some in joins.values() for group in {group_of(one) for one in some} if group is not None)
    return {group: count for group, count in counts.items() if count > FEW}


def group_of(join: Join) -> Group | None:
    """What a join has in common with others; None where it is closer than that."""
    if join.basis in (REPORT, LOSS):
        return join.basis, join.there.report
    return (join.basis, 0) if join.basis in (HOLDER, THREAD) else None


def folded(joins: Sequence[Join], over: Several[Group]) -> bool:
    """Whether nothing joins a thing but groups that are folded."""
    return all(group_of(one) in over for one in joins)


def stated_edge(
    basis: str, here: End, there: End, *, since: int | None, until: int | None, sources: Sequence[str] = ()
) -> Edge:
    """An edge that a published object states, or that the two names tell."""
    tlp, named = strictest([here.tlp, there.tlp]), tuple(sorted(set(sources)))
    return _bounded(Edge((basis,), since, until, len(named), named, tlp), here, there)


def together(one: Edge, other: Edge) -> Edge:
    """What two edges between the same two things say, to somebody who may read both collections.

    The numbers of members cannot be added up, since those without a name may be the same, or be named in the other.
    """
    voices = one.voices | other.voices
    return Edge(
        bases=in_order((*one.bases, *other.bases)),
        since=min((at for at in (one.since, other.since) if at is not None), default=None),
        until=max((at for at in (one.until, other.until) if at is not None), default=None),
        members=max(one.members, other.members, len(voices)),
        sources=tuple(sorted({*one.sources, *other.sources})),
        tlp=strictest((one.tlp, other.tlp)),
        voices=voices,
    )


def in_order(bases: Iterable[str]) -> tuple[str, ...]:
    """These bases, each once, the closest first."""
    return tuple(sorted(set(bases), key=_RANK.__getitem__))


def _may_show(one: Mention, names: frozenset[str], readers: int) -> bool:
    return one.named or (readers >= SMALLEST_UNATTRIBUTED_AUDIENCE and not one.voice_names & names)


def _bounded(edge: Edge, here: End, there: End) -> Edge:
    """An edge ends when a bank closed the account: who gets its number later is somebody else."""
    closed = [at for at in (here.closed_ms, there.closed_ms) if at is not None]
    ends = [at for at in closed if edge.since is None or edge.since < at]
    if not ends:
        return edge
    return replace(edge, until=min([*ends, *([edge.until] if edge.until is not None else [])]))
