"""The audit trail: who read, searched, polled, decided and changed what; append-only, in a database of its own.

Polls and questions are noted in memory and written every second, so that nobody waits for the trail. What decides or
changes rights is written before it is done. `audit_chain` says how the entries hold together.
"""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import orjson
from sqlalchemy.exc import SQLAlchemyError

from tocsin.ledger.database import storable
from tocsin.members.audit_actions import ACTIONS
from tocsin.members.audit_chain import Broken, append_batch, broken, make_tables, open_trail
from tocsin.members.audit_entries import (
    UNATTRIBUTED,
    Actor,
    Detail,
    Noted,
    Secret,
    Target,
    in_json,
    tokens_of,
)
from tocsin.members.audit_heads import append_head
from tocsin.members.audit_seeing import Asked, Seen, Viewer, seen
from tocsin.stix import TLP, is_value_id
from tocsin.times import now_ms

MOST_WAITING = 50_000
"""Notes that wait to be written; while there are so many, nothing goes on that would have to be noted."""

_CLOSED = frozenset({"confidence-gte", "revoked", "spec_version", "valid_until-gte", "version"})
"""Filters of a poll that take no free text."""

OBJECT = "object"
"""The kind of a target that is a STIX id."""

_STIX_ID = re.compile(r"[a-z0-9][a-z0-9-]*--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TYPES = """artifact attack-pattern autonomous-system bank-account campaign course-of-action cryptocurrency-wallet
directory domain-name email-addr email-message extension-definition file grouping identity incident indicator
infrastructure intrusion-set ipv4-addr ipv6-addr language-content location mac-addr malware malware-analysis
marking-definition mutex network-traffic note observed-data opinion phone-number process relationship report sighting
software threat-actor tool url user-account vulnerability windows-registry-key x509-certificate"""
_NAMED = {"tlp": frozenset(TLP), "type": frozenset(_TYPES.split())}
"""Words that other filters may have and be kept as they are; all else that they name is a token."""

Filters = tuple[tuple[str, tuple[str, ...]], ...]


_T = TypeVar("_T")
_Poll = tuple[Actor, str, str, Filters, int, int]


class CannotNote(RuntimeError):
    """The trail cannot be written, so what would have to stand in it is not done."""

    def __init__(self) -> None:
        super().__init__("This could not be recorded in the audit trail, so it was not done. Try again in a minute.")


class CannotSeal(CannotNote):
    """A batch stands in the trail, and its seal could not be written beside it."""


@dataclass(frozen=True, slots=True)
class Doing:
    """What was noted. As a context it adds an entry that says so when what is done in it fails."""

    audit: "Audit"
    actor: Actor
    action: str
    target: Target | None
    tokens: str | None
    details: Mapping[str, Detail]
    at_ms: int

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.failed()

    def failed(self) -> None:
        """Add an entry that says that it was not done."""
        self.audit.add(replace(self, details={**self.details, "failed": True}, at_ms=now_ms()).noted())

    def noted(self) -> Noted:
        """The entry."""
        kind, name = self.target or (None, None)
        told = storable(name) if name is not None else None
        actor, member = self.actor
        return Noted(self.at_ms, storable(actor), member, self.action, kind, told, self.tokens, in_json(self.details))


class Audit:
    """Writes the trail and reads it. `heads` is the file of seals; every process of the exchange has one of these."""

    def __init__(self, url: str, heads: Path, key: bytes) -> None:
        self.url = url
        self.heads = heads
        self.secret = Secret(key)
        self._database = open_trail(url)
        self._there = False
        self._lock = threading.Lock()
        self._unwritten: list[Noted] = []
        self._waiting: dict[Noted, list[int]] = {}
        self._polls: dict[_Poll, list[int]] = {}

    def close(self) -> None:
        """Write what waits, and let go of the database."""
        try:
            self.flush()
        finally:
            self._database.close()

    def note(
        self,
        actor: Actor,
        action: str,
        target: Target | None = None,
        *,
        values: Sequence[str] = (),
        unattributed: bool = False,
        at_once: bool | None = None,
        details: Mapping[str, Detail] | None = None,
    ) -> Doing:
        """Note an action of `ACTIONS`, before it is done where that is at once; CannotNote where that cannot be.

        `values` are kept as tokens. `unattributed`: the actor's member wants to stay unseen, and stands as a token.
        """
        if unattributed and actor.member is not None:
            actor = Actor(UNATTRIBUTED, self.secret.source(actor.member))
        if target is not None and target[0] == OBJECT:
            # an id that is made of a value tells the value to whoever guesses it
            values, target = [*values, target[1]], target if _tells_nothing(target[1]) else None
        tokens = tokens_of(self.secret, values)
        doing = Doing(self, actor, action, target, tokens, details or {}, now_ms())
        if ACTIONS[action].at_once if at_once is None else at_once:
            self._write([doing.noted()])
        else:
            self.add(doing.noted())
        return doing

    def add(self, noted: Noted) -> None:
        """Keep an entry that is written within a second. The same again until then counts up."""
        with self._lock:
            self._count(self._waiting, noted._replace(at_ms=0), noted.at_ms)

    def poll(self, actor: Actor, endpoint: str, collection_id: str, filters: Filters, start: int, end: int) -> None:
        """Note a poll that was served from a position (ms) to another. The same again within a second counts up."""
        with self._lock:
            self._count(self._polls, (actor, endpoint, collection_id, filters, start, end), now_ms())

    def flush(self) -> None:
        """Write what waits; CannotNote, and all of it is kept, where that cannot be."""
        with self._lock:
            noted, self._unwritten = self._unwritten, []
            waiting, self._waiting = self._waiting, {}
            polls, self._polls = self._polls, {}
        noted += [_counted(one, at_ms, times) for one, (at_ms, times) in waiting.items()]
        noted += [_polled(self.secret, poll, at_ms, times) for poll, (at_ms, times) in polls.items()]
        if not noted:
            return
        try:
            self._write(sorted(noted, key=lambda one: one.at_ms))
        except CannotSeal:
            raise
        except CannotNote:
            with self._lock:
                self._unwritten = noted + self._unwritten
            raise

    def seen_by(self, viewer: Viewer, asked: Asked) -> list[Seen]:
        """The entries that somebody asked for, newest first, as far as they may be known."""
        self.flush()
        self._make_tables()
        with self._database.reading() as connection:
            return seen(connection, self.secret, viewer, asked)

    def broken(self) -> Iterator[Broken]:
        """What is wrong with the trail, the earliest batch first."""
        self.flush()
        self._make_tables()
        return broken(self._database, self.secret, self.heads)

    def _write(self, noted: Sequence[Noted]) -> None:
        try:
            self._make_tables()
            with self._database.writing() as connection:
                head = append_batch(connection, self.secret, noted)
        except SQLAlchemyError as error:
            raise CannotNote from error
        try:
            append_head(self.heads, head)
        except OSError as error:
            raise CannotSeal from error

    def _make_tables(self) -> None:
        if not self._there:
            make_tables(self._database)
            self._there = True

    def _count(self, waiting: dict[_T, list[int]], key: _T, at_ms: int) -> None:
        known = waiting.get(key)
        if known is not None:
            known[1] += 1
            return
        if len(self._unwritten) + len(self._waiting) + len(self._polls) >= MOST_WAITING:
            raise CannotNote
        waiting[key] = [at_ms, 1]


def _tells_nothing(object_id: str) -> bool:
    """Whether this is a STIX id that nobody can make from a value: others stand in the trail as tokens."""
    return _STIX_ID.fullmatch(object_id) is not None and not is_value_id(object_id)


def _counted(noted: Noted, at_ms: int, times: int) -> Noted:
    if times > 1:
        noted = noted._replace(details=in_json({**orjson.loads(noted.details), "times": times}))
    return noted._replace(at_ms=at_ms)


def _polled(secret: Secret, poll: _Poll, at_ms: int, times: int) -> Noted:
    """The entry of a poll: which filters it had, and the tokens of what it looked for."""
    actor, endpoint, collection_id, filters, start, end = poll
    told: dict[str, object] = {}
    sought: list[str] = []
    for name, values in filters:
        if name in _CLOSED or (name in _NAMED and _NAMED[name].issuperset(values)):
            told[name] = list(values)
        else:
            told[name] = len(values)
            sought += values
    details: dict[str, Detail] = {"endpoint": endpoint, "filter": told, "from": start, "to": end}
    tokens = tokens_of(secret, sought)
    noted = Noted(0, storable(actor.name), actor.member, "poll", "collection", collection_id, tokens, in_json(details))
    return _counted(noted, at_ms, times)
