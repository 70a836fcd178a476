"""Real exchanges in which a case happens: database, pages and TAXII in this process, the clock in the test's hand."""

import hashlib
import shutil
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import taxii_world
from house import no_lists
from search.search_world import expected
from werkzeug.test import Client

from knowing.script import (
    Approve,
    Grant,
    HandIn,
    Join,
    Leave,
    Poll,
    Resume,
    Society,
    Step,
    Suspend,
    TakeBack,
    Wait,
)
from taxii_server import Service
from tocsin import web
from tocsin.ledger.collections import Collection, add_collection, all_collections, find_collection
from tocsin.ledger.database import Database
from tocsin.ledger.receipts import Receipt, Receipts, receipts, refusals
from tocsin.ledger.receipts import Refused as Noted
from tocsin.members.access import Door
from tocsin.members.communities import add_community, find_community
from tocsin.members.granting import grant_community
from tocsin.members.members import LIST, add_member, all_members, find_member, grant, suspend_member
from tocsin.members.memberships import CannotJoin, approve_membership, ask_to_join, end_membership
from tocsin.members.tables import members, tokens, users
from tocsin.policy.agreement import Agreement
from tocsin.projections.search_index import catch_up
from tocsin.publishing import audience
from tocsin.publishing.audience import readers_of
from tocsin.publishing.exchange import found, load_exchange
from tocsin.publishing.hand_in import Refused, take_in, terms_for
from tocsin.publishing.moderate import approve
from tocsin.publishing.process import process
from tocsin.publishing.withdraw import withdraw_report
from tocsin.reports.reports import find_report, verdicts_of
from tocsin.reports.tables import report_collections
from tocsin.screening import Screening
from tocsin.search import Document, Query, Results
from tocsin.times import DAY_MS, now_ms

START = 1_790_000_000_000
OUTSIDER = "outsider"
"""A member that is in nothing and may read nothing."""

MODERATOR = "desk"
SCREENING = Screening(hit=no_lists, demonstration=True)


@dataclass
class Clock:
    """What `now_ms` says everywhere: each step has a moment of its own, the same in every world."""

    at: int = START

    def __call__(self) -> int:
        return self.at


@contextmanager
def clock_in_hand() -> Iterator[Clock]:
    """The clock of all modules, and inboxes with ids that follow from their titles."""
    clock = Clock()
    touched = [one for name, one in list(sys.modules.items()) if _is_ours(name) and vars(one).get("now_ms") is now_ms]
    audience.add_collection = _named_by_title
    for module in touched:
        module.now_ms = clock  # type: ignore[attr-defined]
    try:
        yield clock
    finally:
        audience.add_collection = add_collection
        for module in touched:
            module.now_ms = now_ms  # type: ignore[attr-defined]


def _named_by_title(connection: sa.Connection, title: str, now: int, **said: Any) -> Collection:
    identity = uuid.UUID(bytes=uuid.uuid5(uuid.NAMESPACE_DNS, title).bytes, version=4)
    return add_collection(connection, title, now, collection_id=str(identity), **said)


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in ("tocsin", "taxii_server", "feeds")


@dataclass
class ListEngine:
    """A search engine that looks at every document, after the rules that the real ones are compared with."""

    name = "list"
    documents: dict[str, Document] = field(default_factory=dict)
    seq: int = 0

    def empty(self) -> None:
        self.documents, self.seq = {}, 0

    def checkpoint(self) -> int:
        return self.seq

    def apply(self, documents: Sequence[Document], removed: Sequence[str], seq: int) -> None:
        for key in removed:
            self.documents.pop(key, None)
        self.documents |= {one.key: one for one in documents}
        self.seq = seq

    def search(self, query: Query, readable: frozenset[str]) -> Results:
        return expected(list(self.documents.values()), query, readable)

    def count(self, readable: frozenset[str]) -> int:
        return sum(one.collection in readable for one in self.documents.values())


class ForgetfulDoor(Door):
    """A door that can be made to forget whom it let in, as happens by itself after two seconds."""

    def forget(self) -> None:
        self._answers.clear()


class QuietReceipts(Receipts):
    """Receipts in which whoever asks quietly leaves no trace."""

    quiet = False

    def note(self, receipt: Receipt) -> None:
        if not self.quiet:
            super().note(receipt)

    def refused(self, refusal: Noted) -> None:
        if not self.quiet:
            super().refused(refusal)

    def empty(self) -> None:
        self.flush()
        with self._database.writing() as connection:
            for table in (receipts, refusals):
                connection.execute(table.delete())


class World:
    """One exchange, which becomes another with every `furnish`.

    `reports` are the ids of those that were taken, `refusals` what was said of others, by number.
    """

    def __init__(self, database: Database, kept: QuietReceipts, clock: Clock, folder: Path) -> None:
        with database.reading() as connection:
            exchange = load_exchange(connection)
        assert exchange is not None
        self.database = database
        self.clock = clock
        self.folder = folder
        self.exchange = exchange
        self.engine = ListEngine()
        self.receipts = kept
        self.door = ForgetfulDoor(database)
        engine: Any = self.engine
        self.pages = web.create_app(
            web.Services(database, exchange, SCREENING, engine, self.door, kept, b"k" * 32, folder)
        )
        self.taxii = taxii_world.mounted(Service(database, self.door, kept, lambda *_: "", exchange))
        self.begin()

    def begin(self) -> None:
        """Go on from what is in the database now, with nothing polled and nothing indexed."""
        self.clock.at = START
        self.engine.empty()
        self.receipts.empty()
        self.reports: dict[int, str] = {}
        self.refusals: dict[int, str] = {}

    @contextmanager
    def asked(self, *, searched: bool) -> Iterator[None]:
        """Open for questions, which leave no trace."""
        self.door.forget()
        if searched:
            engine: Any = self.engine
            catch_up(self.database, engine)
        self.receipts.quiet = True
        try:
            yield
        finally:
            self.receipts.quiet = False

    def do(self, step: Step, *, skip: bool = False) -> None:
        """Take a step, or let its time pass."""
        self.clock.at += 1_000 + (step.days * DAY_MS if isinstance(step, Wait) else 0)
        if skip:
            return
        match step:
            case HandIn():
                self._hand_in(step)
            case TakeBack(number) if number in self.reports:
                with self.database.reading() as connection:
                    key = find_report(connection, self.reports[number]).key
                withdraw_report(self.database, self.exchange, key, "mistake", "desk", self.clock.at)
            case Approve(number) if number in self.reports:
                with self.database.reading() as connection:
                    key = find_report(connection, self.reports[number]).key
                approve(self.database, self.exchange, key, None, MODERATOR, self.clock.at)
            case Poll(who):
                self._poll(who)
            case Join() | Leave() | Suspend() | Resume() | Grant():
                with self.database.writing() as connection:
                    _change(connection, step, self.clock.at)

    def verdicts(self, number: int) -> dict[str, str]:
        """What became of each value of a report."""
        with self.database.reading() as connection:
            key = find_report(connection, self.reports[number]).key
            return {one.value: one.verdict for one in verdicts_of(connection, key)}

    def titles(self) -> dict[str, str]:
        """The titles of all collections by id."""
        with self.database.reading() as connection:
            return {one.id: one.title for one in all_collections(connection)}

    def _poll(self, who: str) -> None:
        """A poll of everything that the member may read, which leaves receipts."""
        self.door.forget()
        client = Client(self.taxii)
        headers = {"Authorization": f"Bearer {token_of(who)}", "Accept": taxii_world.TAXII}
        listed = client.get("/taxii2/exchange/collections/", headers=headers)
        for one in (listed.json or {}).get("collections", ()):
            client.get(f"/taxii2/exchange/collections/{one['id']}/objects/", headers=headers)

    def _hand_in(self, step: HandIn) -> None:
        body = f"# {step.number}\n" + "\n".join(step.values) + "\n"
        try:
            with self.database.writing() as connection:
                member = find_member(connection, step.who)
                terms = terms_for(
                    connection,
                    member,
                    tlp=step.tlp,
                    collections=step.to,
                    share=step.share,
                    handling=step.handling,
                    basis=step.basis,
                    unattributed=step.unattributed,
                )
                name = f"{step.who}-{step.number}.txt"
                identity, _ = take_in(connection, member, step.who, body.encode(), name, terms, self.clock.at)
        except Refused as refused:
            self.refusals[step.number] = str(refused)
            return
        self.reports[step.number] = identity
        process(self.database, self.exchange, SCREENING, identity)


def _change(connection: sa.Connection, step: Join | Leave | Suspend | Resume | Grant, now: int) -> None:
    if isinstance(step, Grant):
        collection = find_collection(connection, step.collection)
        carried = sa.select(report_collections).where(report_collections.c.collection_key == collection.key)
        if connection.execute(carried).first() is None:
            _let_read(connection, collection.key, step.reader)
        return
    member = find_member(connection, step.who)
    if isinstance(step, Suspend | Resume):
        suspend_member(connection, member.key, now if isinstance(step, Suspend) else None)
        return
    community = find_community(connection, step.community)
    try:
        if isinstance(step, Leave):
            end_membership(connection, community, member, MODERATOR, now)
        else:
            ask_to_join(connection, community, member, step.who, now)
            approve_membership(connection, community, member, MODERATOR, now, _day(step.until))
    except CannotJoin:
        pass


def _let_read(connection: sa.Connection, key: int, reader: str) -> None:
    member = next((one for one in all_members(connection) if one.slug == reader), None)
    if member is not None:
        rights = {one.key for one in readers_of(connection, key) if one.kind == "member"}
        writes = connection.execute(
            sa.text("SELECT can_write FROM rights WHERE collection_key = :c AND member_key = :m"),
            {"c": key, "m": member.key},
        ).scalar()
        if member.key not in rights:
            grant(connection, key, member.key, read=True, write=bool(writes))
        return
    community = find_community(connection, reader)
    writes = connection.execute(
        sa.text("SELECT can_write FROM community_rights WHERE collection_key = :c AND community_key = :m"),
        {"c": key, "m": community.key},
    ).scalar()
    grant_community(connection, key, community.key, read=True, write=bool(writes))


def _day(day: int | None) -> int | None:
    """The moment at which a day begins; steps take seconds, so it lies between two of them."""
    return None if day is None else START + day * DAY_MS


def populate(database: Database, society: Society) -> None:
    """Make the society in an empty database; everybody has a token and a person."""
    with database.writing() as connection:
        for slug in (*society.members, OUTSIDER, MODERATOR):
            kind = LIST if slug in society.lists else "bank"
            member = add_member(connection, slug, slug, kind, "SG", START)
            connection.execute(
                tokens.insert().values(
                    member_key=member.key,
                    name="machine",
                    sha256=hashlib.sha256(token_of(slug).encode()).hexdigest(),
                    created_ms=START,
                )
            )
            role = "moderator" if slug == MODERATOR else "contributor"
            who = {"login": slug, "member_key": member.key, "role": role}
            connection.execute(users.insert().values(**who, password_hash="none", created_ms=START))
        keys = {one.slug: one.key for one in all_members(connection)}
        for slug, voice in society.voices.items():
            if voice != slug:
                connection.execute(members.update().where(members.c.slug == slug).values(voice_key=keys[voice]))
        for one in society.communities:
            add_community(
                connection,
                one.slug,
                one.slug,
                START,
                agreement=Agreement(onward=one.onward, bases=one.bases, voices={"*": one.voices} if one.voices else {}),
                parent=find_community(connection, one.parent) if one.parent else None,
                until_ms=_day(one.until),
            )
        for who, slug, until in society.memberships:
            community, member = find_community(connection, slug), find_member(connection, who)
            ask_to_join(connection, community, member, who, START)
            approve_membership(connection, community, member, MODERATOR, START, _day(until))
        for wanted in society.collections:
            made = add_collection(connection, wanted.title, START, filter_text=wanted.filter)
            for name in sorted(wanted.read | wanted.write):
                rights = {"read": name in wanted.read, "write": name in wanted.write}
                if name in keys:
                    grant(connection, made.key, keys[name], **rights)
                else:
                    grant_community(connection, made.key, find_community(connection, name).key, **rights)


def token_of(slug: str) -> str:
    return f"token-of-{slug}"


def found_in(database: Database) -> None:
    """Make the exchange that all societies have: everything but who is in it."""
    with database.writing() as connection:
        found(connection, "Test exchange", "desk@exchange.example", START, demonstration=True)


@contextmanager
def open_world(folder: Path, clock: Clock, template: Path) -> Iterator[World]:
    """A place for one exchange after another, on SQLite."""
    database = Database(f"sqlite:///{folder / 'tocsin.db'}")
    shutil.copyfile(template, folder / "tocsin.db")
    # nothing here has to survive a power cut
    sa.event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF").close())
    with closing(QuietReceipts(f"sqlite:///{folder / 'receipts.db'}")) as kept, closing(database):
        kept.prepare()
        yield World(database, kept, clock, folder)


def furnish(world: World, template: Path) -> None:
    """Make the world the exchange in `template`, as it was at the beginning."""
    world.database.engine.dispose()
    for end in ("-wal", "-shm"):
        (world.folder / f"tocsin.db{end}").unlink(missing_ok=True)
    shutil.copyfile(template, world.folder / "tocsin.db")
    world.begin()
