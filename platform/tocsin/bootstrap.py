"""Where real things are wired together; tests call the same functions with things of their own."""

import hmac
import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.dispatcher import DispatcherMiddleware

import taxii_server
from tocsin import web
from tocsin.alerts.delivering import Delivering
from tocsin.alerts.posting import Posting
from tocsin.allocator import keep_freed_memory
from tocsin.identifiers import Identifier
from tocsin.keys import Keys, load_keys
from tocsin.ledger.collections import Collection
from tocsin.ledger.database import Database, beside
from tocsin.ledger.receipts import Receipts
from tocsin.logs import log_plainly
from tocsin.members.access import Door, Principal
from tocsin.members.audit import Audit, CannotNote
from tocsin.members.audit_actions import ACTIONS
from tocsin.members.audit_seeing import OWNER, Asked
from tocsin.members.members import find_member
from tocsin.networks import behind_proxies
from tocsin.places import cache_folder, only_one
from tocsin.projections.alerting import Alerting
from tocsin.projections.alerts import Alerts
from tocsin.projections.following import Following
from tocsin.publishing.exchange import Exchange, found, load_exchange
from tocsin.publishing.forget import Daily
from tocsin.publishing.hand_in import take_in, terms_for
from tocsin.publishing.known_as import known_as
from tocsin.publishing.process import process
from tocsin.publishing.relist import Relisting
from tocsin.publishing.settling import Settling
from tocsin.publishing.weigh import Hourly
from tocsin.reports.reports import waiting
from tocsin.screening import Screening, compile_allowlists, open_allowlists, with_shared_host
from tocsin.search import Engine, open_engine
from tocsin.settings import Settings, settings
from tocsin.times import now_ms, stamp
from tocsin.web import alert_mails

INLINE_BYTES = 1_000_000
"""A pushed envelope up to this size is processed before it is answered; a larger one by the worker."""

WHOLE_TLP = "amber"
"""How a pushed object without a marking is treated: STIX says nothing about it, so caution does."""

_FLUSH_S = 1.0
_MOST_SEARCHES = 10_000

log = structlog.get_logger()


class NotInitialised(RuntimeError):
    """There is no exchange in the data directory yet, or an older version's."""


@dataclass
class Tocsin:
    """One exchange, opened. Parts are made when they are first asked for."""

    settings: Settings

    @cached_property
    def keys(self) -> Keys:
        return load_keys(self.settings.keys)

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.database_url)

    @cached_property
    def exchange(self) -> Exchange:
        there = self.database.has_tables()
        if there and not self.database.is_current():
            raise NotInitialised("The tables have another version's form. Bring them to this one's with: tocsin init")
        if there:
            with self.database.reading() as connection:
                exchange = load_exchange(connection)
            if exchange is not None:
                return exchange
        raise NotInitialised("There is no exchange here yet. Make one with: tocsin init")

    @cached_property
    def receipts(self) -> Receipts:
        return Receipts(beside(self.settings.database_url, self.settings.home, "receipts.db"))

    @cached_property
    def audit(self) -> Audit:
        home = self.settings.home
        return Audit(beside(self.settings.database_url, home, "audit.db"), home / "audit.heads", self.keys.audit)

    @cached_property
    def screening(self) -> Screening:
        path = compile_allowlists(cache_folder(self.settings.home))
        lists = open_allowlists(path)
        demonstration = self.exchange.demonstration
        hit = with_shared_host(lists.hit) if demonstration else lists.hit
        return Screening(
            hit, demonstration=demonstration, token=self.token, number_token=self.number_token, lists_are=path.stem
        )

    @cached_property
    def engine(self) -> Engine:
        return open_engine(self.settings.search_url, self.settings.home)

    @cached_property
    def following(self) -> Following:
        return Following(self.database, self.engine, self.settings.home)

    @cached_property
    def alerts(self) -> Alerts:
        said = self.settings
        texts = alert_mails.texts(self.exchange.name, said.url)
        posting, key = Posting(said.hooks_inside), self.keys.secrets
        delivering = Delivering(self.database, posting, said.mails, texts, said.url, key)
        return Alerts(Alerting(self.database, self.engine, self.number_token), delivering)

    @cached_property
    def door(self) -> Door:
        return Door(self.database)

    def searches(self, identifier: Identifier) -> Iterable[str]:
        """On which days it was looked for or read, newest first: by whom is the business of whoever did."""
        with self.database.reading() as connection:
            values = known_as(connection, self.exchange, identifier.value)
        found = self.audit.seen_by(OWNER, Asked(values=values, limit=_MOST_SEARCHES))
        words = [f"{stamp(one.at_ms)[:10]}: a member {ACTIONS[one.action].words}" for one in found]
        return [f"{line} ({times})" if times > 1 else line for line, times in Counter(words).items()]

    @cached_property
    def chores(self) -> tuple[Settling | Hourly | Relisting | Daily, ...]:
        """What the worker does beside what is handed in, a step of each at a time."""
        return (
            Settling(self.database, self.exchange),
            Hourly(self.database, self.exchange),
            Relisting(self.database, self.exchange, self.screening),
            Daily(self.database, self.exchange, self.token),
        )

    def initialise(self, name: str, contact: str, *, demonstration: bool = False) -> Exchange:
        """Make data directory, keys, tables and the exchange's identity; harmless when they are there."""
        self.settings.home.mkdir(parents=True, exist_ok=True)
        _ = self.keys
        self.database.migrate()
        self.receipts.prepare()
        with self.database.writing() as connection:
            return found(connection, name, contact, now_ms(), demonstration=demonstration)

    def push(self, principal: Principal, collection: Collection, body: bytes) -> str:
        """Keep what was pushed over TAXII, and process it now when it is small; the report's id."""
        with self.database.writing() as connection:
            member = find_member(connection, principal.member)
            terms = terms_for(
                connection,
                member,
                tlp=member.default_tlp or WHOLE_TLP,
                collections=[collection.id],
                file_format="stix",
                whole=True,
            )
            report_id, _ = take_in(connection, member, principal.subscriber, body, None, terms, now_ms())
        if len(body) <= INLINE_BYTES:
            process(self.database, self.exchange, self.screening, report_id)
        return report_id

    def token(self, text: str) -> bytes:
        """The keyed hash by which `text` is known again once it was erased."""
        return hmac.digest(self.keys.tombstones, text.encode(), "sha256")

    def number_token(self, text: str) -> str:
        """What stands for a number that is never kept: 128 bits of a keyed hash, in hexadecimal digits."""
        return hmac.digest(self.keys.numbers, text.encode(), "sha256").hex()[:32]

    def work_once(self) -> int:
        """Process what waits, do some of the chores, index; how much there was to do."""
        with self.database.reading() as connection:
            ids = waiting(connection)
        done = 0
        for report_id in ids:
            try:
                process(self.database, self.exchange, self.screening, report_id)
                done += 1
            except SQLAlchemyError as error:
                log.error("a report has to wait, the database refused", report=report_id, error=str(error)[:500])
        now = now_ms()
        return done + sum(one.step(now) for one in self.chores) + self.index()

    def index(self) -> int:
        """Bring the search index up to the ledger, unless another process is at it; how many entries were read."""
        with only_one(self.settings.home / "search.lock") as alone:
            return self.following.step(now_ms()) if alone else 0

    def alert(self) -> int:
        """Find and put down what people are to be told, unless another process is at it; how much there was to do."""
        with only_one(self.settings.home / "alerts.lock") as alone:
            return self.alerts.find(now_ms()) if alone else 0

    def deliver(self) -> int:
        """Deliver some of what is to be told; how much that was."""
        return self.alerts.deliver(now_ms())

    def close(self) -> None:
        """Let go of databases and index."""
        for name in ("engine", "receipts", "audit", "database"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()


def open_tocsin() -> Tocsin:
    """The exchange that the environment names."""
    log_plainly()
    return Tocsin(settings())


def create_wsgi(tocsin: Tocsin | None = None) -> Any:
    """The members' pages at `/` and TAXII at `/taxii2/`: two Flask applications in one server process."""
    keep_freed_memory()
    tocsin = tocsin or open_tocsin()
    pages = create_pages(tocsin)
    taxii = taxii_server.create_app(taxii_service(tocsin))
    both = DispatcherMiddleware(pages, {"/taxii2": in_one_piece(taxii)})
    proxies = tocsin.settings.proxies
    return behind_proxies(both, proxies) if proxies else both


def taxii_service(tocsin: Tocsin | None = None) -> taxii_server.Service:
    """What the TAXII server works with; over the exchange that the environment names where none is given."""
    tocsin = tocsin or open_tocsin()
    threading.Thread(target=_keep_notes, args=(tocsin.receipts, tocsin.audit), daemon=True).start()
    return taxii_server.Service(
        database=tocsin.database,
        door=tocsin.door,
        receipts=tocsin.receipts,
        hand_in=tocsin.push,
        exchange=tocsin.exchange,
        audit=tocsin.audit,
    )


def in_one_piece(application: Any) -> Any:
    """The WSGI application with every answer as a list.

    The server sends a list at once; from any other iterable it takes piece after piece, which costs as much as the
    rest of an idle poll.
    """

    def answered(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with closing(application(environ, start_response)) as pieces:
            return list(pieces)

    return answered


def _keep_notes(receipts: Receipts, audit: Audit) -> None:
    """Write every second what requests noted."""
    while True:
        time.sleep(_FLUSH_S)
        try:
            receipts.flush()
        except SQLAlchemyError as error:
            log.warning("receipts could not be written", error=str(error))
        try:
            audit.flush()
        except CannotNote as error:
            log.error("the audit trail cannot be written", error=str(error.__cause__))


def create_pages(tocsin: Tocsin) -> Flask:
    """The members' pages."""
    return web.create_app(
        web.Services(
            database=tocsin.database,
            exchange=tocsin.exchange,
            screening=tocsin.screening,
            engine=tocsin.engine,
            door=tocsin.door,
            receipts=tocsin.receipts,
            audit=tocsin.audit,
            secret_key=tocsin.keys.sessions,
            seal_key=tocsin.keys.secrets,
            data=tocsin.settings.home,
            searches=tocsin.searches,
            pseudonyms=tocsin.keys.pseudonyms,
            metrics_from=tocsin.settings.metrics_from,
            sends_mail=tocsin.settings.mails is not None,
            hooks_inside=tocsin.settings.hooks_inside,
        )
    )
