"""An entry of the audit trail, and the keyed tokens that stand in it for values and for unseen sources."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from tocsin.identifiers import Unreadable, recognise
from tocsin.ledger.database import storable
from tocsin.members.access import Principal

Detail = str | int | bool | None | Sequence[str] | Sequence[int] | Mapping[str, object]
"""What an entry tells besides: ids, numbers, words of closed lists. Never what somebody wrote."""

Target = tuple[str, str]
"""What an action is about: its kind (collection, report, user ...) and its id, alias, slug or login."""

UNATTRIBUTED = "unattributed"
_TOKEN_BYTES = 16


class Actor(NamedTuple):
    """Who did it: `member/login` or `member/token`, and the member's slug; None for the exchange itself."""

    name: str
    member: str | None


OPERATOR = Actor("the command line", None)
NOBODY = Actor("nobody", None)
"""Whoever did not prove to be anybody."""


class Noted(NamedTuple):
    """An entry before it has its place. `tokens`: those of the values it is about; `details`: a JSON object."""

    at_ms: int
    actor: str
    member: str | None
    action: str
    target_kind: str | None
    target: str | None
    tokens: str | None
    details: str


class Entry(NamedTuple):
    """An entry in its place: the batch's number, its own in the batch, both from 1."""

    batch: int
    n: int
    noted: Noted


@dataclass(frozen=True, slots=True)
class Secret:
    """The key of the trail: it makes tokens that tell nothing without it, and seals that nobody else can make."""

    key: bytes = field(repr=False)

    def value(self, text: str) -> str:
        """The token of a value, the same for every spelling that is recognised; of a STIX id; of any other text."""
        return self._made("value", canonical(text))

    def source(self, slug: str) -> str:
        """What stands for a member that wants to stay unseen."""
        return f"{UNATTRIBUTED}:{self._made('source', slug)}"

    def seal(self, number: int, chained: bytes) -> bytes:
        """What proves that a batch's hash was written by somebody who has the key."""
        return hmac.digest(self.key, b"seal\0%d\0" % number + chained, hashlib.sha256)

    def _made(self, what: str, text: str) -> str:
        digest = hmac.digest(self.key, f"{what}\0{text}".encode(errors="replace"), hashlib.sha256)
        return digest[:_TOKEN_BYTES].hex()


def actor_of(principal: Principal | None) -> Actor:
    """How the trail names who is asking."""
    return NOBODY if principal is None else Actor(principal.subscriber, principal.member)


def canonical(text: str) -> str:
    """What counts as the same value: the canonical spelling of an identifier, without differences of case."""
    with suppress(Unreadable):
        text = recognise(text).value
    return " ".join(text.casefold().split())


def tokens_of(secret: Secret, values: Iterable[str]) -> str | None:
    """The tokens of several values as one text, None for no value."""
    return " ".join(dict.fromkeys(secret.value(one) for one in values)) or None


def in_json(details: Mapping[str, Detail]) -> str:
    """Details as they are stored, what says nothing left out."""
    told = {name: value for name, value in details.items() if value not in (None, (), [], {})}
    return storable(orjson.dumps(told, default=list).decode())


def chained(previous: bytes, number: int, entries: Sequence[Noted]) -> bytes:
    """The hash of a batch: over the hash before, its number, and each entry in its order."""
    lines = [orjson.dumps([number, len(entries)]), *(orjson.dumps([n, *one]) for n, one in enumerate(entries, 1))]
    return hashlib.sha256(previous + b"\n".join(lines)).digest()
