"""Cases: a society, what happens in it, and everybody asked afterwards, beside the reference."""

import difflib
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from knowing.asking import Guessed, Said, ask, guessed, same
from knowing.furnishing import OUTSIDER, empty, found_in, populate, sqlite_at
from knowing.instead import clock_in_hand
from knowing.reference import Reference, Refused
from knowing.script import VALUES, Approve, HandIn, Mark, Society, Step, TakeBack
from knowing.worlds import World, open_world
from tocsin.ledger.database import Database

SEARCHED, EVERYTHING = 4, 100
"""Each so many cases the search is asked and a report left out for comparison; every way out is asked."""


@dataclass
class Court:
    """Two worlds in which cases happen: one with, and one without what somebody must not learn of.

    `enter` makes a world the exchange of a society.
    """

    world: World
    twin: World
    enter: Callable[[World, Society], None]
    cases: int = 0
    compared: int = 0

    def judge(self, society: Society, steps: tuple[Step, ...]) -> None:
        """Let a case happen and ask everybody; AssertionError for whatever leaks or is kept from whom it is for."""
        self.cases += 1
        everything = self.cases % EVERYTHING == 0
        searched = everything or self.cases % SEARCHED == 0
        reference = Reference(society)
        self.enter(self.world, society)
        steps = tuple(step for step in steps if _taken(self.world, reference, step))
        known = guessed(self.world)
        told: dict[str, Said] = {}
        with self.world.asked(searched=searched):
            for member in (*society.members, OUTSIDER):
                told[member] = ask(self.world, member, known, searched=searched, everything=everything)
                _judge(self.world, reference, member, told[member])
        secret = _secret(reference, steps)
        if secret is not None and searched:
            self._compare(secret, steps, reference, told, known, everything=everything)

    def _compare(
        self,
        secret: int,
        steps: tuple[Step, ...],
        reference: Reference,
        told: dict[str, Said],
        known: Guessed,
        *,
        everything: bool,
    ) -> None:
        """The same without one report: who may not know of it is told the same, to the letter."""
        self.enter(self.twin, reference.society)
        for step in steps:
            self.twin.do(step, skip=isinstance(step, HandIn | TakeBack | Mark) and step.number == secret)
        with self.twin.asked(searched=True):
            for member, said in told.items():
                if (member, secret) not in reference.knew:
                    self.compared += 1
                    other = ask(self.twin, member, known, searched=True, everything=everything)
                    differing = [_difference(question, said, other) for question in same(said, other)]
                    assert not differing, f"{member} can tell whether report {secret} is there: {differing[:3]}"


def _taken(world: World, reference: Reference, step: Step) -> bool:
    """Take a step here and there; what becomes of a report has to be the same. Whether it can be taken at all."""
    if not reference.applies(step):
        return False
    try:
        reference.do(step)
        refused = False
    except Refused:
        refused = True
    world.do(step)
    if isinstance(step, HandIn):
        assert (step.number in world.refusals) == refused, f"{step}: {world.refusals.get(step.number)}"
        if not refused:
            _judge_verdicts(world, reference, step)
    return True


def _judge_verdicts(world: World, reference: Reference, step: HandIn) -> None:
    report = reference.reports[step.number]
    if all(reference.reads(step.who, one) for one in report.reach):
        # who does not read all of it is told less, and the comparison of the two worlds says that it is little enough
        said = world.verdicts(step.number)
        expected = {claim.value: reference.verdict(claim) for claim in report.claims}
        assert said == expected, f"{step}: {said}, and not {expected}"


def _judge(world: World, reference: Reference, member: str, said: Said) -> None:
    """Nothing that it may not know, all that it may."""
    there = member != OUTSIDER
    may_see = reference.sees(member) if there else set()
    may_know = reference.may_know(member) if there else set()
    own = {title for report in reference.reports.values() if report.terms.who == member for title in report.reach}
    for value in VALUES.keys() - may_know:
        assert not said.names(value), f"{member} learns of {value}: {said.names(value)}"
    titles = world.titles()
    for identity, title in titles.items():
        if title not in may_see:
            assert not said.hidden(identity), f"{member} learns of {title}: {said.hidden(identity)}"
        if title not in may_see | own:
            assert not said.naming(title), f"{member} learns of {title}: {said.naming(title)}"
    readable = {title for title in titles.values() if there and reference.reads(member, title)}
    assert said.stands.keys() == readable, f"{member} reads {sorted(said.stands)}, and not {sorted(readable)}"
    if said.counted is not None:
        there_is = {title: len(said.stands[title]) + len(said.ended[title]) for title in readable}
        counts = {title: count for title, count in there_is.items() if count}
        assert said.counted == counts, f"{member} finds {said.counted}, and not {counts}"
    if said.exported is not None:
        assert said.exported.keys() == readable, f"{member} gets files of {sorted(said.exported)}"
        for title, text in said.exported.items():
            values = {value for value in VALUES if value in text}
            assert values == said.stands[title].keys(), f"{member} gets {values} in a file of {title}"
    _judge_hits(reference, member, said, readable)
    for title in readable:
        stands = {value: (one.members, one.sources, one.tlp) for value, one in reference.says(title).items()}
        assert said.stands[title] == stands, f"{member} gets from {title} {said.stands[title]}, and not {stands}"
        ended = sorted(reference.revoked.get(title, []))
        assert sorted(said.ended[title]) == ended, f"{member} gets from {title} {said.ended[title]}, and not {ended}"


def _judge_hits(reference: Reference, member: str, said: Said, readable: set[str]) -> None:
    """Its person is told of what is new and may be read, and finds in a file what stands and what was withdrawn."""
    if said.new is not None:
        new = sorted((one.title, one.value, one.gone) for one in reference.new_for(member))
        assert sorted(said.new) == new, f"{member} is told of {said.new}, and not of {new}"
    if said.filed is not None:
        there_is = [(title, value, False) for title in readable for value in said.stands[title]]
        there_is += [(title, value, True) for title in readable for value in said.ended[title]]
        assert sorted(said.filed) == sorted(there_is), f"{member} finds in a file {said.filed}, and not {there_is}"


def _secret(reference: Reference, steps: tuple[Step, ...]) -> int | None:
    """The newest report that somebody never could learn of."""
    if any(isinstance(step, Approve) for step in steps):
        # what a moderator decides on depends on everything that waits, and on the moderator
        return None
    members = reference.society.members
    secrets = (one for one in reversed(reference.reports) if any((it, one) not in reference.knew for it in members))
    return next(secrets, None)


def _difference(question: str, said: Said, other: Said) -> tuple[str, list[str]]:
    one, two = (it.answers.get(question, "").splitlines() for it in (said, other))
    return question, list(difflib.unified_diff(one, two, n=0))


class Prepared:
    """A folder of databases with a society in each: made once, and copied for every case."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.empty = folder / "empty.db"
        with closing(Database(f"sqlite:///{self.empty}")) as database:
            database.migrate()
            found_in(database)
            _into_one_file(database)

    def of(self, society: Society) -> Path:
        """The database with this society, in which nothing happened yet."""
        path = self.folder / f"society-{society.number}.db"
        if not path.exists():
            shutil.copyfile(self.empty, path)
            with closing(sqlite_at(path)) as database:
                populate(database, society)
                _into_one_file(database)
        return path


@contextmanager
def on_sqlite(folder: Path, prepared: Prepared) -> Iterator[Court]:
    """A court whose worlds are copies of prepared files."""

    def enter(world: World, society: Society) -> None:
        path = prepared.of(society)
        world.database.engine.dispose()
        for end in ("-wal", "-shm"):
            (world.folder / f"tocsin.db{end}").unlink(missing_ok=True)
        shutil.copyfile(path, world.folder / "tocsin.db")
        world.begin()

    with ExitStack() as stack:
        clock = stack.enter_context(clock_in_hand())
        worlds = []
        for name in ("world", "twin"):
            (folder / name).mkdir()
            database = sqlite_at(shutil.copyfile(prepared.empty, folder / name / "tocsin.db"))
            worlds.append(stack.enter_context(open_world(database, folder / name, clock)))
        yield Court(worlds[0], worlds[1], enter)


@contextmanager
def on_postgresql(urls: tuple[str, str], folder: Path) -> Iterator[Court]:
    """A court whose worlds are two databases, emptied for every case."""

    def enter(world: World, society: Society) -> None:
        empty(world.database)
        populate(world.database, society)
        world.begin()

    with ExitStack() as stack:
        clock = stack.enter_context(clock_in_hand())
        worlds = []
        for url in urls:
            database = Database(url)
            database.migrate()
            found_in(database)
            path = folder / f"world-{len(worlds)}"
            path.mkdir()
            worlds.append(stack.enter_context(open_world(database, path, clock)))
        yield Court(worlds[0], worlds[1], enter)


def _into_one_file(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
