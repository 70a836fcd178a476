"""Societies and steps by chance: the same numbers give the same."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from knowing.reference import Reference, Refused
from knowing.script import (
    BASES,
    FILTERS,
    ONWARD,
    TLPS,
    VALUES,
    Approve,
    Collection,
    Community,
    Gather,
    Grant,
    HandIn,
    Join,
    Leave,
    Mark,
    Poll,
    Propose,
    Resume,
    Save,
    Say,
    Society,
    Step,
    Suspend,
    TakeBack,
    Wait,
)

_TRIES = 4
_T = TypeVar("_T")


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
    # drawn last: the same number has the same members, communities and rights as ever
    collections = [replace(one, gathers=dice.random() < 0.2) for one in collections]
    return Society(number, voices, lists, tuple(communities), tuple(collections), tuple(memberships))


def steps_in(society: Society, dice: random.Random, length: int) -> tuple[Step, ...]:
    """`length` steps that its members take; more than half hand something in, which is mostly taken."""
    reference = Reference(society)
    reports: list[int] = []
    steps: list[Step] = [Save(one) for one in society.members if dice.random() < 0.1]
    for one in steps:
        reference.do(one)
    for _ in range(length):
        if not reports or dice.random() < 0.6:
            reports.append(len(reports))
            tries = (_hand_in(dice, society, reports[-1]) for _ in range(_TRIES))
            step: Step = next((one for one in tries if reference.takes(one)), None) or _hand_in(
                dice, society, reports[-1]
            )
        else:
            step = _change(dice, society, reports, len(steps))
        with suppress(Refused):
            reference.do(step)
        steps.append(step)
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


def _change(dice: random.Random, society: Society, reports: list[int], number: int) -> Step:
    member, report = dice.choice(society.members), dice.choice(reports)
    ways: list[Callable[[], Step]] = [
        lambda: TakeBack(report),
        lambda: TakeBack(report),
        *[lambda: Mark(report, dice.choice(TLPS))] * 2,
        lambda: Approve(report),
        lambda: Poll(member),
        lambda: Suspend(member),
        lambda: Resume(member),
        lambda: Wait(dice.randint(1, 3)),
        lambda: Grant(dice.choice(society.collections).title, member),
        *[lambda: _say(dice, society, member)] * 3,
        *[lambda: Save(member)] * 2,
        *[lambda: _gather(dice, society, number)] * 2,
    ]
    if society.communities:
        community = dice.choice(society.communities).slug
        ways += [
            *[lambda: Join(member, community, _maybe_a_day(dice))] * 2,
            *[lambda: Leave(member, community)] * 2,
            lambda: Grant(dice.choice(society.collections).title, community),
        ]
    return dice.choice(ways)()


def _gather(dice: random.Random, society: Society, number: int) -> Step:
    """A collection for some who read it, most of whom fill it."""
    read = _some(dice, [*society.members, *(one.slug for one in society.communities)], 1, 4)
    write = _some(dice, sorted(read), 1, len(read))
    filtered = dice.choice(FILTERS) if dice.random() < 0.25 else None
    return Gather(Collection(f"Gathered {number}", read, write, filtered, gathers=True))


def _say(dice: random.Random, society: Society, member: str) -> Step:
    """Somebody says something of what it may be able to read, or wants it taken back."""
    title, value = dice.choice(society.collections).title, dice.choice(list(VALUES))
    what = dice.choice(("seen", "false", "false", "propose"))
    return Propose(member, title, value) if what == "propose" else Say(member, title, value, what)


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
