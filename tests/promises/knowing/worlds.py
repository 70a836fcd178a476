"""Real exchanges in which a case happens: database, pages and TAXII in this process."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import taxii_world
from house import no_lists
from werkzeug.test import Client

from knowing.furnishing import MODERATOR, START, id_of, make, moment, token_of
from knowing.instead import Clock, ForgetfulDoor, ListEngine, QuietAudit, QuietReceipts
from knowing.script import (
    Approve,
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
    Step,
    Suspend,
    TakeBack,
    Wait,
)
from taxii_server import Service
from tocsin import web
from tocsin.alerts.saved import save_search
from tocsin.ledger.collections import all_collections, find_collection
from tocsin.ledger.database import Database
from tocsin.ledger.read import Match, page
from tocsin.members.access import find_user
from tocsin.members.communities import find_community
from tocsin.members.granting import grant_community, readers_named
from tocsin.members.members import NO_RIGHTS, find_member, grant, rights_of, suspend_member
from tocsin.members.memberships import CannotJoin, approve_membership, ask_to_join, end_membership
from tocsin.members.tables import community_rights, rights
from tocsin.projections.alerting import Alerting
from tocsin.projections.search_index import catch_up
from tocsin.publishing.exchange import load_exchange
from tocsin.publishing.hand_in import Refused, take_in, terms_for
from tocsin.publishing.moderate import approve
from tocsin.publishing.process import process
from tocsin.publishing.propose import CannotPropose, Wanted, propose
from tocsin.publishing.redecide import remark
from tocsin.publishing.refilter import fill
from tocsin.publishing.told import told_verdicts
from tocsin.publishing.voting import CannotVote, vote
from tocsin.publishing.weigh import weigh
from tocsin.publishing.withdraw import withdraw_report
from tocsin.reports.reports import find_report
from tocsin.screening import Screening
from tocsin.times import DAY_MS

SCREENING = Screening(hit=no_lists, demonstration=True)


class World:
    """One exchange, which becomes another with every `furnish`.

    `reports` are the ids of those that were taken, `refusals` what was said of others, by number; `searches` the ids of
    those that were saved, by member.
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
        audit: Any = QuietAudit()
        self.pages = web.create_app(
            web.Services(
                database=database,
                exchange=exchange,
                screening=SCREENING,
                engine=engine,
                door=self.door,
                receipts=kept,
                audit=audit,
                secret_key=b"k" * 32,
                seal_key=b"s" * 32,
                data=folder,
                pseudonyms=b"p" * 32,
            )
        )
        self.taxii = taxii_world.mounted(
            Service(
                database=database, door=self.door, receipts=kept, audit=audit, hand_in=lambda *_: "", exchange=exchange
            )
        )
        self.begin()

    def begin(self) -> None:
        """Go on from what is in the database now, with nothing polled and nothing indexed."""
        self.clock.at = START
        self.engine.empty()
        self.receipts.empty()
        self.reports: dict[int, str] = {}
        self.refusals: dict[int, str] = {}
        self.searches: dict[str, str] = {}
        self._alerting = Alerting(self.database, self.engine, None)  # type: ignore[arg-type]
        self._titles: dict[str, str] = {}

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
        self._titles = {}
        self.clock.at += 1_000 + (step.days * DAY_MS if isinstance(step, Wait) else 0)
        if skip:
            return
        match step:
            case HandIn():
                self._hand_in(step)
            case TakeBack(number) if number in self.reports:
                key = self._key_of(number)
                withdraw_report(self.database, self.exchange, key, "mistake", "desk", self.clock.at)
            case Mark(number, tlp) if number in self.reports:
                remark(self.database, self.exchange, self._key_of(number), self.clock.at, owner=True, tlp=tlp)
            case Approve(number) if number in self.reports:
                approve(self.database, self.exchange, self._key_of(number), None, MODERATOR, self.clock.at)
            case Poll(who):
                self._poll(who)
            case Say() | Propose():
                self._say(step)
            case Gather(wanted):
                with self.database.writing() as connection:
                    made = make(connection, wanted, id_of(wanted.title), self.clock.at)
                fill(self.database, self.exchange, made, self.clock.at)
            case Save(who):
                self._save(who)
            case Join() | Leave() | Suspend() | Resume():
                with self.database.writing() as connection:
                    _change(connection, step, self.clock.at)
            case Grant(title, reader):
                with self.database.writing() as connection:
                    collection = find_collection(connection, title)
                    _let_read(connection, collection.key, reader)
                if collection.gathers:
                    fill(self.database, self.exchange, collection, self.clock.at)
        self._tell()

    def verdicts(self, number: int) -> dict[str, str]:
        """What became of each value of a report, as its member is told."""
        with self.database.reading() as connection:
            report = find_report(connection, self.reports[number])
            return {one.value: one.verdict for one in told_verdicts(connection, report)}

    def _key_of(self, number: int) -> int:
        with self.database.reading() as connection:
            return find_report(connection, self.reports[number]).key

    def titles(self) -> dict[str, str]:
        """The titles of all collections by id: asked often, and the same until the next step."""
        if not self._titles:
            with self.database.reading() as connection:
                self._titles = {one.id: one.title for one in all_collections(connection)}
        return self._titles

    def _save(self, who: str) -> None:
        """Somebody of a member, once, saves a search for everything."""
        with self.database.writing() as connection:
            user = find_user(connection, who)
            if user is not None and who not in self.searches:
                everything = ("All", "", dict[str, str](), "never", ())
                self.searches[who] = save_search(connection, user.user_key or 0, *everything, self.clock.at)

    def _tell(self) -> None:
        """Hold what is new against the searches."""
        engine: Any = self.engine
        if self.searches:
            catch_up(self.database, engine)
            while self._alerting.step(self.clock.at):
                pass

    def _poll(self, who: str) -> None:
        """A poll of everything that the member may read, which leaves receipts."""
        self.door.forget()
        client = Client(self.taxii)
        headers = {"Authorization": f"Bearer {token_of(who)}", "Accept": taxii_world.TAXII}
        listed = client.get("/taxii2/exchange/collections/", headers=headers)
        for one in (listed.json or {}).get("collections", ()):
            client.get(f"/taxii2/exchange/collections/{one['id']}/objects/", headers=headers)

    def _say(self, step: Say | Propose) -> None:
        """A word on an indicator, by whoever reads it; it is weighed at once."""
        with self.database.reading() as connection:
            who = find_user(connection, step.who)
            collection = find_collection(connection, step.collection)
            reads = who is not None and rights_of(connection, who.member_key).get(collection.key, NO_RIGHTS).can_read
            standing = page(connection, collection.key, 0, 1_000, Match(types=("indicator",)))
        found = [one for one in standing if step.value in one.body.decode() and not one.revoked]
        if who is None or not reads or not found:
            return
        with suppress(CannotVote, CannotPropose):
            if isinstance(step, Say):
                vote(self.database, collection, found[0], who, step.says, "honest", self.clock.at, known=True)
            else:
                wanted = Wanted(None, "It is mine.", named=False)
                propose(self.database, collection, found[0], who, wanted, self.clock.at)
        while weigh(self.database, self.exchange, self.clock.at):
            pass

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


def _change(connection: sa.Connection, step: Join | Leave | Suspend | Resume, now: int) -> None:
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
            approve_membership(connection, community, member, MODERATOR, now, moment(step.until))
    except CannotJoin:
        pass


def _let_read(connection: sa.Connection, key: int, reader: str) -> None:
    """Let one more read a collection, which goes on handing in where it did."""
    named = next(iter(readers_named(connection, [reader])))
    table, column, put = (
        (rights, rights.c.member_key, grant)
        if named.kind == "member"
        else (community_rights, community_rights.c.community_key, grant_community)
    )
    writes = sa.select(table.c.can_write).where(table.c.collection_key == key, column == named.key)
    put(connection, key, named.key, read=True, write=bool(connection.execute(writes).scalar()))


@contextmanager
def open_world(database: Database, folder: Path, clock: Clock) -> Iterator[World]:
    """A place for one exchange after another."""
    with closing(QuietReceipts(f"sqlite:///{folder / 'receipts.db'}")) as kept, closing(database):
        kept.prepare()
        yield World(database, kept, clock, folder)
