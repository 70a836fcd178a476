"""Delivers what waits in the outbox: a few at a time, on a lease, each made anew from what is there now."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import orjson
import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from tocsin.alerts.answers import Answer
from tocsin.alerts.case_news import CaseNews, meetings_now, news_of
from tocsin.alerts.contents import Told, reader_of, told_of
from tocsin.alerts.hooks import hook_of
from tocsin.alerts.mail import MailServer, Text, message, send
from tocsin.alerts.outbox import HOOKS, Delivery, finish, is_due, lease
from tocsin.alerts.people import address_of, new_code
from tocsin.alerts.posting import Letter, Posting, post
from tocsin.ledger.database import Database
from tocsin.times import now_ms, stamp

AT_ONCE = 16
"""Deliveries that are taken in one step."""

OF_ONE_MEMBER = 4
"""How many of these may be one member's."""

_THREADS = 4

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Texts:
    """What mails say, in a language by its code (None: the exchange's): of searches, of cases, and a code."""

    of_searches: Callable[[str | None, list[Told]], Text]
    of_cases: Callable[[str | None, CaseNews], Text]
    of_code: Callable[[str | None, str], Text]


@dataclass(frozen=True, slots=True)
class Delivering:
    """Everything that deliveries need. Without a mail server mails wait; `base` is where the pages are, `key` opens
    the secrets of webhooks."""

    database: Database
    posting: Posting
    mails: MailServer | None
    texts: Texts
    base: str
    key: bytes

    def step(self, now: int) -> int:
        """Deliver some of what is due; how much that was. `now` is in ms."""
        with self.database.reading() as connection:
            if not is_due(connection, now):
                return 0
        with self.database.writing() as connection:
            taken = lease(connection, now, AT_ONCE, OF_ONE_MEMBER)
        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(self._deliver, taken))
        return len(taken)

    def _deliver(self, one: Delivery) -> None:
        try:
            answer = self._posted(one) if one.kind in HOOKS else self._mailed(one)
        except SQLAlchemyError as error:
            # its lease ends, and it is tried again
            log.error("an alert has to wait, the database refused", delivery=one.id, error=str(error)[:500])
            return
        except Exception as error:  # one that cannot be made must not keep the others from being sent
            log.exception("an alert failed", delivery=one.id, exc_info=error)
            answer = Answer(False, "It could not be made. Whoever runs the exchange can see why.")
        with self.database.writing() as connection:
            finish(connection, one, answer, now_ms())

    def _posted(self, one: Delivery) -> Answer:
        with self.database.reading() as connection:
            hook = hook_of(connection, self.key, one.parts[0].search_key) if one.parts else None
            reader = reader_of(connection, one)
            told = told_of(connection, one, reader) if reader is not None and one.kind == "hook" else []
        if hook is None or reader is None or (one.kind == "hook" and not told):
            return Answer(True)
        url, secret = hook
        body = self._body(one, told[0] if told else None)
        return post(self.posting, url, secret, Letter(one.id, now_ms() // 1000, body))

    def _body(self, one: Delivery, told: Told | None) -> bytes:
        said: dict[str, object] = {"id": one.id, "timestamp": stamp(one.made_ms)}
        if told is None:
            return orjson.dumps({"type": "saved-search.test", **said, "data": {}})
        data = {
            "search": {"id": told.search_id, "name": told.name},
            "new": told.counts.new,
            "or_more": told.counts.or_more,
            "withdrawn": told.counts.gone,
            "stix_ids": told.ids,
            "url": f"{self.base}/api/v1/searches/{told.search_id}/new" if self.base else None,
        }
        return orjson.dumps({"type": "saved-search.found", **said, "data": data})

    def _mailed(self, one: Delivery) -> Answer:
        if self.mails is None:
            return Answer(False, "Mail is not set up here.")
        made = self._code(one) if one.kind == "address" else self._news(one)
        if made is None:
            return Answer(True)
        address, text = made
        return send(self.mails, message(self.mails, address, text, one.id, now_ms() // 1000))

    def _code(self, one: Delivery) -> tuple[str, Text] | None:
        with self.database.writing() as connection:
            reader = reader_of(connection, one)
            found = new_code(connection, self.key, one.user_key, now_ms()) if reader is not None else None
        if found is None or reader is None:
            return None
        address, code = found
        return address, self.texts.of_code(reader.person.language, code)

    def _news(self, one: Delivery) -> tuple[str, Text] | None:
        with self.database.reading() as connection:
            address, text = address_of(connection, one.user_key), self._text(connection, one)
        return (address, text) if address is not None and text is not None else None

    def _text(self, connection: Connection, one: Delivery) -> Text | None:
        """What a mail says, None where nothing is left to say."""
        reader = reader_of(connection, one)
        if reader is None:
            return None
        if one.kind == "cases":
            more = meetings_now(connection, reader) - (one.met or 0)
            news = news_of(connection, reader, one.after_ms or 0, one.made_ms, more)
            return self.texts.of_cases(reader.person.language, news) if news.any else None
        told = told_of(connection, one, reader)
        return self.texts.of_searches(reader.person.language, told) if told else None
