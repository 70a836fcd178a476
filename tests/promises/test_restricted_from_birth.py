"""Promise 4: whatever is handed in, changed and asked, nobody learns what is not for it, and everybody what is."""

import difflib
import random
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from knowing.asking import Said, ask, guessed, same
from knowing.chance import society, steps_in
from knowing.reference import Reference, Refused
from knowing.script import VALUES, Approve, HandIn, Society, Step, TakeBack
from knowing.worlds import OUTSIDER, World, clock_in_hand, found_in, furnish, open_world, populate

from tocsin.ledger.database import Database

SOCIETIES = 150
VERDICTS_ARE_MASKED = False
"""Whether a verdict tells a submitter that may not read its collections nothing of what is there."""


@dataclass
class Court:
    """Two worlds in which cases happen, one with and one without what a member must not learn of."""

    world: World
    twin: World
    folder: Path
    cases: int = 0
    twins: int = 0
    templates: dict[int, Path] = field(default_factory=dict)

    def judge(self, society: Society, steps: tuple[Step, ...]) -> None:
        """Let a case happen, and ask everybody."""
        self.cases += 1
        everything = self.cases % 25 == 0
        searched = everything or self.cases % 3 == 0
        reference = Reference(society)
        self.enter(self.world, society)
        for step in steps:
            take(self.world, reference, step)
        known = guessed(self.world)
        told = {}
        with self.world.asked(searched=searched):
            for member in (*society.members, OUTSIDER):
                told[member] = ask(self.world, member, known, searched=searched, everything=everything)
                judge_one(self.world, reference, member, told[member])
        secret = self.secret_of(reference, steps)
        if secret is not None and searched:
            self.without(secret, society, steps, reference, told, everything)

    def secret_of(self, reference: Reference, steps: tuple[Step, ...]) -> int | None:
        """A report that somebody never could learn of."""
        if any(isinstance(step, Approve) for step in steps):
            # what a moderator decides on depends on everything that waits
            return None
        return next(
            (
                number
                for number in reversed(reference.reports)
                if any((member, number) not in reference.knew for member in reference.society.members)
            ),
            None,
        )

    def without(
        self,
        secret: int,
        society: Society,
        steps: tuple[Step, ...],
        reference: Reference,
        told: dict[str, Said],
        everything: bool,
    ) -> None:
        """The same without one report: who may not know of it is told the same, to the letter."""
        self.twins += 1
        known = guessed(self.world)
        self.enter(self.twin, society)
        for step in steps:
            left_out = isinstance(step, HandIn | TakeBack) and step.number == secret
            self.twin.do(step, skip=left_out)
        ignorant = [
            one for one in told if (one, secret) not in reference.knew and not self.blind(reference, one, secret)
        ]
        with self.twin.asked(searched=True):
            for member in ignorant:
                said, other = told[member], ask(self.twin, member, known, searched=True, everything=everything)
                different = list(same(said, other))
                assert not different, (
                    member,
                    secret,
                    [
                        (
                            one,
                            list(
                                difflib.unified_diff(
                                    said.answers[one].splitlines(), other.answers.get(one, "").splitlines(), n=0
                                )
                            ),
                        )
                        for one in different[:3]
                    ],
                )

    def blind(self, reference: Reference, member: str, secret: int) -> bool:
        """Whether a member hands in where it may not read, and the secret is: its verdicts may tell it something."""
        reach = reference.reports[secret].reach
        return not VERDICTS_ARE_MASKED and any(
            report.terms.who == member and report.reach.keys() & reach.keys() for report in reference.reports.values()
        )

    def enter(self, world: World, society: Society) -> None:
        if society.number not in self.templates:
            path = self.folder / f"society-{society.number}.db"
            shutil.copyfile(self.folder / "empty.db", path)
            with closing(Database(f"sqlite:///{path}")) as database:
                populate(database, society)
                checkpoint(database)
            self.templates[society.number] = path
        furnish(world, self.templates[society.number])


def take(world: World, reference: Reference, step: Step) -> None:
    """Take a step here and there; what is said of a report has to be the same."""
    told_before = {}
    if isinstance(step, HandIn):
        told_before = {title: set(reference.says(title)) for title in reference.collections}
    refused = False
    try:
        reference.do(step)
    except Refused:
        refused = True
    world.do(step)
    if not isinstance(step, HandIn):
        return
    assert (step.number in world.refusals) == refused, (step, world.refusals.get(step.number))
    if refused:
        return
    verdicts = world.verdicts(step.number)
    if not VERDICTS_ARE_MASKED and not all(
        reference.reads(step.who, one) for one in reference.reports[step.number].reach
    ):
        return
    for claim in reference.reports[step.number].claims:
        own = any(
            one.value == claim.value and one.standing
            for number, report in reference.reports.items()
            if number != step.number and report.terms.who == step.who
            for one in report.claims
        )
        seen = any(
            claim.value in told_before.get(title, ()) for title in claim.carried if reference.reads(step.who, title)
        )
        expected = {"published": "merged" if own or seen else "accepted"}.get(claim.verdict, claim.verdict)
        if expected == "accepted" and verdicts[claim.value] == "merged":
            expected = "merged" if released(reference, claim) else expected
        assert verdicts[claim.value] == expected, (step, claim.value, verdicts, expected)


def released(reference: Reference, claim: object) -> bool:
    return any(
        other.value == claim.value
        and other.standing
        and other.report.number != claim.report.number
        and any(other in reference._resting(title, claim.value) for title in claim.carried & other.carried)
        for other in reference._every()
    )


def judge_one(world: World, reference: Reference, member: str, said: Said) -> None:
    """Nothing that it may not know, all that it may."""
    titles = world.titles()
    may_see = reference.sees(member) if member != OUTSIDER else set()
    own = {one for report in reference.reports.values() if report.terms.who == member for one in report.reach}
    may_know = reference.may_know(member) if member != OUTSIDER else set()
    for value in VALUES:
        if value not in may_know:
            assert not said.names(value), (member, value, said.names(value))
    for identity, title in titles.items():
        if title not in may_see:
            assert not said.hidden(identity), (member, title, said.hidden(identity))
            told = [one for one, answer in said.answers.items() if title in answer]
            assert title in own or not told, (member, title, told)
    readable = {title for title in titles.values() if member != OUTSIDER and reference.reads(member, title)}
    assert said.stands.keys() == readable, (member, said.stands.keys(), readable)
    for title in readable:
        expected = {value: (one.members, one.sources, one.tlp) for value, one in reference.says(title).items()}
        assert said.stands[title] == expected, (member, title, said.stands[title], expected)
        assert sorted(said.ended[title]) == sorted(reference.revoked.get(title, [])), (member, title)


def checkpoint(database: Database) -> None:
    """Bring everything into the one file, which is then copied."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def court(folder: Path) -> Iterator[Court]:
    empty = folder / "empty.db"
    with closing(Database(f"sqlite:///{empty}")) as database:
        database.migrate()
        found_in(database)
        checkpoint(database)
    with ExitStack() as stack:
        clock = stack.enter_context(clock_in_hand())
        worlds = []
        for name in ("world", "twin"):
            (folder / name).mkdir()
            worlds.append(stack.enter_context(open_world(folder / name, clock, empty)))
        yield Court(*worlds, folder)


def run(court: Court, runs: int) -> None:
    @settings(
        max_examples=runs,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, SOCIETIES - 1), st.integers(2, 9), st.integers(0, 2**32))
    def case(number: int, length: int, seed: int) -> None:
        made = society(number)
        court.judge(made, steps_in(made, random.Random(seed), length))

    case()


@pytest.mark.parametrize("runs", [2_000, pytest.param(50_000, marks=pytest.mark.proof)])
def test_everybody_learns_what_it_may_and_nobody_more(tmp_path: Path, runs: int) -> None:
    with court(tmp_path) as judging:
        run(judging, runs)
        assert judging.twins > runs // 10
