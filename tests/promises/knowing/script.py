"""What a case is made of: a society that shares, and the steps that its members take. Plain data, and random."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

VALUES = {
    "zebrafinch-pay.example": "domain",
    "login.umbrellabird.example": "domain",
    "payments@kookaburra.example": "email",
    "198.51.100.77": "ipv4",
    "+6591230001": "phone",
    "+6591230002": "phone",
    "DE75512108001245126199": "iban",
}
"""Few, so that members meet in them. No two share a part that is long enough to be found."""

PERSONAL = frozenset({"phone", "iban"})
BASES = ("fraud-prevention-law", "law-enforcement", "consent")
ONWARD = ("none", "clients", "partners", "public")
TLPS = ("clear", "green", "amber", "amber+strict", "red")
FILTERS = ("kind:domain,email", "kind:phone,iban", "tlp:clear,green")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Community:
    """`until`: the day on which its agreement ends."""

    slug: str
    parent: str | None
    onward: str
    bases: frozenset[str]
    voices: int | None
    until: int | None


@dataclass(frozen=True)
class Collection:
    title: str
    read: frozenset[str]
    write: frozenset[str]
    filter: str | None


@dataclass(frozen=True)
class Society:
    """`voices` has the member whose voice each one shares; `memberships` (member, community, until which day)."""

    number: int
    voices: dict[str, str]
    lists: frozenset[str]
    communities: tuple[Community, ...]
    collections: tuple[Collection, ...]
    memberships: tuple[tuple[str, str, int | None], ...]

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(self.voices)


@dataclass(frozen=True)
class HandIn:
    """A report: to collections, or to whom it names and wherever that leads."""

    number: int
    who: str
    values: tuple[str, ...]
    tlp: str = "green"
    to: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    handling: str | None = None
    basis: str | None = None
    unattributed: bool = False


@dataclass(frozen=True)
class Join:
    who: str
    community: str
    until: int | None = None


@dataclass(frozen=True)
class Leave:
    who: str
    community: str


@dataclass(frozen=True)
class Suspend:
    who: str


@dataclass(frozen=True)
class Resume:
    who: str


@dataclass(frozen=True)
class Wait:
    days: int


@dataclass(frozen=True)
class Poll:
    """The member polls all that it may read."""

    who: str


@dataclass(frozen=True)
class TakeBack:
    """The member takes back the report with this number."""

    number: int


@dataclass(frozen=True)
class Approve:
    """A moderator approves what this report holds."""

    number: int


@dataclass(frozen=True)
class Grant:
    """Somebody more may read a collection; done only where nothing was ever handed in to it."""

    collection: str
    reader: str


Step = HandIn | Join | Leave | Suspend | Resume | Wait | Poll | TakeBack | Approve | Grant


@dataclass(frozen=True)
class Case:
    society: Society
    steps: tuple[Step, ...] = field(default=())


def society(number: int) -> Society:
    """The society with this number: 3 to 7 members, up to 5 communities, 2 to 5 collections."""
    dice = random.Random(number)
    members = [f"member-{one}" for one in range(dice.randint(3, 7))]
    voices = {one: one for one in members}
    if dice.random() < 0.4:
        voices[members[1]] = voices[members[0]]
    lists = frozenset({members[-1]}) if dice.random() < 0.25 else frozenset[str]()
    communities: list[Community] = []
    for one in range(dice.randint(0, 5)):
        parent = dice.choice(communities).slug if communities and dice.random() < 0.5 else None
        communities.append(_community(dice, f"circle-{one}", parent))
    readers = members + [one.slug for one in communities] * 2
    collections = [
        Collection(
            title=f"Collection {one}",
            read=_some(dice, readers, 0 if dice.random() < 0.1 else 1, 3),
            write=_some(dice, readers, 1, 4),
            filter=dice.choice(FILTERS) if dice.random() < 0.25 else None,
        )
        for one in range(dice.randint(2, 5))
    ]
    memberships = [
        (member, one.slug, _maybe_a_day(dice))
        for one in communities
        for member in members
        if member not in lists and dice.random() < 0.45
    ]
    return Society(number, voices, lists, tuple(communities), tuple(collections), tuple(memberships))


def steps_in(society: Society, dice: random.Random, length: int) -> tuple[Step, ...]:
    """`length` steps that its members may take; more than half of them hand something in."""
    reports: list[int] = []
    steps: list[Step] = []
    for _ in range(length):
        if not reports or dice.random() < 0.6:
            reports.append(len(reports))
            steps.append(_hand_in(dice, society, reports[-1]))
        else:
            steps.append(_change(dice, society, reports))
    return tuple(steps)


def _hand_in(dice: random.Random, society: Society, number: int) -> HandIn:
    who = dice.choice(society.members)
    titles = [one.title for one in society.collections if dice.random() < 0.15 or _may_write(society, who, one)]
    names = [*society.members, *(one.slug for one in society.communities)]
    shares = bool(names) and dice.random() < 0.35
    named = dice.random() < (0.3 if shares else 1.0)
    return HandIn(
        number=number,
        who=who,
        values=tuple(sorted(_some(dice, list(VALUES), 1, 3))),
        tlp=dice.choices(TLPS, (3, 4, 4, 2, 1))[0],
        to=tuple(sorted(_some(dice, titles, 1, 2))) if named and titles else (),
        share=tuple(sorted(_some(dice, names, 1, 3))) if shares else (),
        handling=dice.choice(("H0", "H1", "H2", "H3")) if dice.random() < 0.15 else None,
        basis=dice.choice(BASES) if dice.random() < 0.7 else None,
        unattributed=dice.random() < 0.2,
    )


def _change(dice: random.Random, society: Society, reports: list[int]) -> Step:
    member, report = dice.choice(society.members), dice.choice(reports)
    ways: list[Callable[[], Step]] = [
        lambda: TakeBack(report),
        lambda: TakeBack(report),
        lambda: Approve(report),
        lambda: Poll(member),
        lambda: Suspend(member),
        lambda: Resume(member),
        lambda: Wait(dice.randint(1, 3)),
        lambda: Grant(dice.choice(society.collections).title, member),
    ]
    if society.communities:
        community = dice.choice(society.communities).slug
        ways += [
            *[lambda: Join(member, community, _maybe_a_day(dice))] * 2,
            *[lambda: Leave(member, community)] * 2,
            lambda: Grant(dice.choice(society.collections).title, community),
        ]
    return dice.choice(ways)()


def _community(dice: random.Random, slug: str, parent: str | None) -> Community:
    return Community(
        slug=slug,
        parent=parent,
        onward=dice.choices(ONWARD, (5, 3, 2, 1))[0],
        bases=_some(dice, list(BASES), 0 if dice.random() < 0.3 else 1, 3),
        voices=dice.choice((2, 3)) if dice.random() < 0.3 else None,
        until=_maybe_a_day(dice),
    )


def _may_write(society: Society, who: str, collection: Collection) -> bool:
    circles = {community for member, community, _ in society.memberships if member == who}
    return bool(collection.write & (circles | {who}))


def _maybe_a_day(dice: random.Random) -> int | None:
    return dice.randint(1, 5) if dice.random() < 0.25 else None


def _some(dice: random.Random, among: list[_T], least: int, most: int) -> frozenset[_T]:
    size = min(dice.randint(least, most), len(among))
    return frozenset(dice.sample(among, size))
