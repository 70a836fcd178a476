"""Checking an export again: whether the ledger still has the bytes that it names, in the places that it names."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.cases.exports import Made, find_made
from tocsin.dossiers.dossier import FORMAT
from tocsin.ledger.tables import collections, entries
from tocsin.times import parse_stamp

MOST = 5_000
"""Places that are checked at once."""

_MARK = FORMAT.encode()
_END = re.compile(rb"\r?\nendstream")
_LINE = re.compile(
    r"(?P<collection>[0-9a-fA-F-]{36})[\s,;]{1,20}(?P<added>\d{4}-[0-9T:.-]{1,30}Z)[\s,;]{1,20}(?P<sha256>[0-9a-fA-F]{64})"
)

State = Literal["there", "emptied", "other", "missing"]
WORDS: dict[State, str] = {
    "there": "The ledger has exactly these bytes in this place.",
    "emptied": "These bytes were in this place and had to go since: their hash is there still.",
    "other": "The ledger has something else in this place.",
    "missing": "There is nothing in this place that you may read.",
}


class BadExport(ValueError):
    """This is no export of a case; the message says so."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A place in the ledger, position in ms, and the SHA-256 (hexadecimal) of what an export says was there."""

    collection_id: str
    position: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What a file or some lines claim. `sha256` is that of the data of a file, None for lines."""

    places: tuple[Claim, ...]
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a place that is claimed; `words` say it."""

    claim: Claim
    state: State

    @property
    def words(self) -> str:
        return WORDS[self.state]


def claims_in(body: bytes) -> Claims:
    """What an export claims: a PDF, its data as JSON, or lines of collection, date added and hash; BadExport.

    Nothing of a PDF is opened: its data lies in it as it is.
    """
    data = _data_in(body)
    if data is not None:
        return _of_data(data)
    text = body[:1_000_000].decode("utf-8", "replace")
    found = [_of_line(match) for match in _LINE.finditer(text)]
    if not found:
        raise BadExport("This is no export of a case: neither its PDF nor its JSON, and no line with three numbers.")
    return Claims(_bounded(found))


def check(
    connection: Connection, claims: Claims, may_read: Callable[[int], bool] = lambda _: True
) -> tuple[Made | None, list[Finding]]:
    """Whether this exchange made the document, and what became of each place; `may_read` tells by collection key.

    What may not be read answers like what is not there.
    """
    made = find_made(connection, claims.sha256) if claims.sha256 is not None else None
    keys = {row.id: row.key for row in connection.execute(sa.select(collections.c.id, collections.c.key))}
    found = []
    for one in claims.places:
        key = keys.get(one.collection_id)
        found.append(Finding(one, _state(connection, key, one) if key is not None and may_read(key) else "missing"))
    return made, found


def _state(connection: Connection, key: int, claim: Claim) -> State:
    here = sa.and_(entries.c.collection_key == key, entries.c.position == claim.position)
    row = connection.execute(sa.select(entries.c.sha256, entries.c.body).where(here)).first()
    if row is None:
        return "missing"
    if bytes(row.sha256).hex() != claim.sha256:
        return "other"
    if not row.body:
        return "emptied"
    # what was noted is not enough: the bytes themselves are what is claimed
    return "there" if hashlib.sha256(row.body).hexdigest() == claim.sha256 else "other"


def _data_in(body: bytes) -> bytes | None:
    """The data of an export: the file itself, or what lies in a PDF."""
    if body.lstrip()[:1] == b"{":
        return body.strip()
    if not body.startswith(b"%PDF"):
        return None
    found = []
    at = body.find(b"stream")
    while at != -1:
        start = at + len(b"stream")
        start += 2 if body[start : start + 2] == b"\r\n" else 1
        if body[start : start + 1] == b"{":
            end = _END.search(body, start)
            if end is None:
                break
            if _MARK in body[start : end.start()]:
                found.append(body[start : end.start()])
            start = end.end()
        at = body.find(b"stream", start)
    if len(found) != 1:
        raise BadExport("This PDF is no export of a case, or it was changed: its data is not in it, or more than once.")
    return found[0]


def _of_data(data: bytes) -> Claims:
    try:
        content: Any = orjson.loads(data)
        if content["format"] != FORMAT:
            raise BadExport(f"This is no export of a case: its format is not {FORMAT}.")
        places = [
            Claim(str(one["collection"]["id"]), _place(one["position"]), str(one["sha256"]))
            for one in content["things"]
        ]
    except BadExport:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise BadExport("This is no export of a case: its data cannot be read.") from error
    return Claims(_bounded(places), hashlib.sha256(data).hexdigest())


def _of_line(match: re.Match[str]) -> Claim:
    try:
        position = _place(parse_stamp(match["added"]))
    except ValueError as error:
        raise BadExport(f"{match['added'][:40]!r} is not a date and time.") from error
    return Claim(match["collection"].lower(), position, match["sha256"].lower())


def _place(position: Any) -> int:
    if not isinstance(position, int) or not 0 <= position < 2**53:
        raise BadExport("This is no export of a case: a place in it cannot be.")
    return position


def _bounded(places: Sequence[Claim]) -> tuple[Claim, ...]:
    if len(places) > MOST:
        raise BadExport(f"More than {MOST:,} places cannot be checked at once.")
    return tuple(dict.fromkeys(places))
