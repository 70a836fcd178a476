"""Promise 4, its one exception: who may know of what, in random exchanges, is what a few lines of plain sets say."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from knowing.chance import society, steps_in
from knowing.court import Court, Prepared, _taken, on_postgresql, on_sqlite
from knowing.furnishing import MODERATOR, OUTSIDER
from knowing.reference import Reference
from knowing.script import VALUES
from knowing.worlds import World
from services.postgresql_server import drop_database, fresh_database

from tocsin.identifiers import recognise
from tocsin.ledger.collections import find_collection
from tocsin.members.circles import set_circle
from tocsin.members.communities import find_community
from tocsin.members.defaults import let_ask
from tocsin.members.members import all_members, find_member
from tocsin.policy.known_of import Circle
from tocsin.publishing import known_of
from tocsin.publishing.known_of import asker_of, subjects_asked, who_knows
from tocsin.reports.asked_about import let_ask_about
from tocsin.reports.reports import find_report

FEWEST_OTHERS = 5
SOCIETIES = 150


@dataclass
class Wishes:
    """Who lets others ask, which reports say something else, and by collection who may know of it: None, everybody."""

    members: set[str]
    reports: dict[int, bool]
    circles: dict[str, frozenset[str] | None]
    asked: int = 0
    known: int = 0


def wishes(dice: random.Random, reference: Reference) -> Wishes:
    circles: dict[str, frozenset[str] | None] = {}
    for title in reference.collections:
        if not title.startswith("Inbox") and dice.random() < 0.8:
            some = [one for one in reference.communities if dice.random() < 0.4]
            circles[title] = None if dice.random() < 0.5 else frozenset(some)
    return Wishes(
        members={one for one in reference.society.members if dice.random() < 0.6},
        reports={one: dice.random() < 0.5 for one in reference.reports if dice.random() < 0.4},
        circles=circles,
    )


def grant(world: World, said: Wishes) -> None:
    with world.database.writing() as connection:
        for slug in said.members:
            let_ask(connection, find_member(connection, slug).key, True)
        for number, word in said.reports.items():
            let_ask_about(connection, find_report(connection, world.reports[number]).key, word)
        for title, names in said.circles.items():
            keys = frozenset(find_community(connection, one).key for one in names or ())
            circle = Circle(everybody=names is None, communities=keys)
            set_circle(connection, find_collection(connection, title), circle)


def expected(reference: Reference, said: Wishes, member: str, value: str) -> set[str]:
    """Whom a member can ask about a value."""
    voices = {**reference.society.voices, OUTSIDER: OUTSIDER, MODERATOR: MODERATOR}
    there = {one for one in voices if one not in reference.suspended and one not in reference.society.lists}
    others = {voices[one] for one in there} - {voices[member]}
    if member in reference.suspended or len(others) < FEWEST_OTHERS:
        return set()
    found: set[str] = set()
    for title, names in said.circles.items():
        within = names is None or bool(names & reference._circles(member))
        if not within or reference.reads(member, title):
            continue
        for claim in reference.resting(title, value):
            report = claim.report
            word = said.reports.get(report.number, report.who in said.members and report.tlp != "amber+strict")
            marked = report.tlp == "red" or report.handling in ("H2", "H3")
            if word and not marked and report.who in there and voices[report.who] != voices[member]:
                found.add(report.who)
    return found


def judge(court: Court, number: int, seed: int) -> Wishes:
    """Let a case happen; everybody asks about everything."""
    dice, made = random.Random(seed), society(number)
    reference = Reference(made)
    court.enter(court.world, made)
    for step in steps_in(made, dice, dice.randint(2, 6)):
        _taken(court.world, reference, step)
    said = wishes(dice, reference)
    grant(court.world, said)
    with court.world.database.reading() as connection:
        slugs = {one.key: one.slug for one in all_members(connection)}
        for key, slug in slugs.items():
            asker = asker_of(connection, key)
            for value in VALUES:
                told = who_knows(connection, asker, subjects_asked(recognise(value))) if asker is not None else []
                found = {slugs[one.member_key] for one in told}
                assert found == expected(reference, said, slug, value), f"{slug} about {value}"
                said.asked += 1
                said.known += bool(found)
    return said


def hear(court: Court, cases: int, seed: int = 7) -> Iterable[Wishes]:
    dice = random.Random(seed)
    return [judge(court, dice.randrange(SOCIETIES), dice.randrange(2**48)) for _ in range(cases)]


def test_whom_everybody_can_ask_is_what_policy_says(tmp_path: Path, prepared: Prepared) -> None:
    with on_sqlite(tmp_path, prepared) as court:
        heard = list(hear(court, 150))
    assert sum(one.known for one in heard) > 50, "cases in which nobody can be asked would show nothing"
    assert sum(one.asked - one.known for one in heard) > 1_000


@pytest.mark.postgresql
def test_the_same_on_postgresql(postgresql_url: str, tmp_path: Path) -> None:
    urls = fresh_database(postgresql_url), fresh_database(postgresql_url)
    try:
        with on_postgresql(urls, tmp_path) as court:
            hear(court, 10)
    finally:
        for url in urls:
            drop_database(url)


def markings_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    def word(_tlp: str, _handling: str | None, *, member: bool, report: bool | None) -> bool:
        return member if report is None else report

    monkeypatch.setattr(known_of, "lets_ask", word)


def whatever_was_handed_in_is_known_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(_connection: object, _collection: object, claims: dict[bytes, list[object]]) -> list[object]:
        return [one for some in claims.values() for one in some]

    monkeypatch.setattr(known_of, "resting", everything)


def everybody_is_in_every_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Circle, "takes_in", lambda *_: True)


def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_of, "FEWEST_OTHERS", 1)


@pytest.mark.parametrize(
    "broken",
    [markings_do_not_count, whatever_was_handed_in_is_known_of, everybody_is_in_every_circle, few_are_many],
)
def test_it_would_be_found(tmp_path: Path, prepared: Prepared, broken: Callable[[pytest.MonkeyPatch], None]) -> None:
    with on_sqlite(tmp_path, prepared) as court, pytest.MonkeyPatch.context() as monkeypatch:
        broken(monkeypatch)
        with pytest.raises(AssertionError):
            hear(court, 300)
