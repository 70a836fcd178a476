"""Reading: objects, manifest, one object, its versions. A page of objects is a join of stored bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Response

from taxii_server.answers import Refusal, answer_bytes, forbidden, nothing_there
from taxii_server.cursor import BadCursor, Cursor, decode, encode
from taxii_server.filters import (
    NO_QUERY,
    OBJECT_FILTERS,
    POLL_FILTERS,
    VERSIONS_FILTERS,
    Filters,
    Poll,
    canonical,
    match_of,
    read_poll,
)
from taxii_server.service import DEFAULT_PAGE, LARGEST_PAGE, Caller
from taxii_server.visible import Visible, visible_collection
from tocsin.ledger.collections import Collection
from tocsin.ledger.read import Entry, Match, page, served
from tocsin.ledger.receipts import Receipt
from tocsin.times import now_ms, taxii_stamp


@dataclass(frozen=True, slots=True)
class Asked:
    """A poll with what its `next` says filled in. It starts after position `after` (ms), 0 where it names none."""

    collection: Collection
    endpoint: str
    object_id: str | None
    filters: Filters
    after: int
    limit: int

    def match(self) -> Match:
        """What the ledger is asked for."""
        match = match_of(self.filters)
        if self.object_id is None:
            return match
        versions = ("all",) if self.endpoint == "versions" else match.versions
        return Match(ids=(self.object_id,), versions=versions, spec_versions=match.spec_versions)


def get_objects(caller: Caller, root: str, name: str) -> Response:
    """TAXII 2.1 section 5.4."""
    asked = _asked(caller, root, name, "objects", None)
    entries, more = _page(caller, asked)
    if caller.request.method == "GET" and not any(name == "id" for name, _ in asked.filters):
        _note(caller, asked, entries)
    return _answer(asked, "objects", [entry.body for entry in entries], entries, more)


def get_manifest(caller: Caller, root: str, name: str) -> Response:
    """TAXII 2.1 section 5.3."""
    asked = _asked(caller, root, name, "manifest", None)
    entries, more = _page(caller, asked)
    return _answer(asked, "objects", [_manifest_record(entry) for entry in entries], entries, more)


def get_object(caller: Caller, root: str, name: str, object_id: str) -> Response:
    """TAXII 2.1 section 5.6."""
    asked = _asked(caller, root, name, "object", object_id)
    entries, more = _page_of_one(caller, asked)
    return _answer(asked, "objects", [entry.body for entry in entries], entries, more)


def get_versions(caller: Caller, root: str, name: str, object_id: str) -> Response:
    """TAXII 2.1 section 5.8."""
    asked = _asked(caller, root, name, "versions", object_id)
    entries, more = _page_of_one(caller, asked)
    return _answer(asked, "versions", [orjson.dumps(entry.version) for entry in entries], entries, more)


def seen(caller: Caller, root: str, name: str) -> Visible:
    """The collection of a request; 404 where the member does not see it."""
    found = visible_collection(caller.database, caller.principal.member_key, root, name)
    if found is None:
        raise nothing_there("collection")
    return found


_FILTERS = {
    "objects": POLL_FILTERS,
    "manifest": POLL_FILTERS,
    "object": OBJECT_FILTERS,
    "versions": VERSIONS_FILTERS,
}


def _asked(caller: Caller, root: str, name: str, endpoint: str, object_id: str | None) -> Asked:
    found = seen(caller, root, name)
    if not found.rights.can_read:
        raise forbidden("You may not read this collection.")
    poll = read_poll(caller.request.args, _FILTERS[endpoint]) if caller.request.query_string else NO_QUERY
    filters, after = poll.filters, poll.added_after or 0
    if poll.next is not None:
        cursor = _cursor(poll, found.collection, endpoint, object_id)
        filters, after = cursor.filters, cursor.position
    limit = min(poll.limit or DEFAULT_PAGE, LARGEST_PAGE)
    return Asked(found.collection, endpoint, object_id, filters, after, limit)


def _cursor(poll: Poll, collection: Collection, endpoint: str, object_id: str | None) -> Cursor:
    try:
        cursor = decode(poll.next or "")
    except BadCursor as error:
        raise _bad_next("is not one that this server gave") from error
    if (cursor.collection, cursor.endpoint, cursor.object_id) != (collection.id, endpoint, object_id):
        raise _bad_next("belongs to another collection, endpoint or object")
    if not set(poll.filters) <= set(cursor.filters):
        raise _bad_next("was given for other match filters than this request names")
    return cursor


def _bad_next(problem: str) -> Refusal:
    return Refusal(400, "Bad request", f"The parameter next {problem}.")


def _page(caller: Caller, asked: Asked) -> tuple[Sequence[Any], bool]:
    """The entries of this page, and whether there are more."""
    if asked.after >= asked.collection.last_position:
        # nothing was added since: the idle poll, which most polls are, ends here
        return [], False
    entries = _entries(caller, asked, asked.after, asked.limit + 1, bodies=asked.endpoint in ("objects", "object"))
    return entries[: asked.limit], len(entries) > asked.limit


def _page_of_one(caller: Caller, asked: Asked) -> tuple[Sequence[Any], bool]:
    """A page about one object; 404 where it has no such version at all."""
    entries, more = _page(caller, asked)
    if not entries and not _entries(caller, asked, 0, 1, bodies=False):
        raise nothing_there("object")
    return entries, more


def _entries(caller: Caller, asked: Asked, after: int, limit: int, *, bodies: bool) -> Sequence[Any]:
    match, listed = asked.match(), asked.endpoint != "objects"
    key = asked.collection.key
    with caller.database.reading() as connection:
        if bodies:
            return served(connection, key, after, limit, match, listed=listed)
        return page(connection, key, after, limit, match, listed=listed, bodies=False)


def _answer(asked: Asked, name: str, parts: list[bytes], entries: Sequence[Any], more: bool) -> Response:
    if not entries:
        there = asked.after or asked.collection.created_ms
        return answer_bytes(b"{}", added=(there, there))
    start = b'{"'
    if more:
        last = entries[-1].position
        cursor = Cursor(asked.collection.id, asked.endpoint, asked.object_id, asked.filters, last)
        start = b'{"more":true,"next":"%s","' % encode(cursor).encode()
    body = b"".join((start, name.encode(), b'":[', b",".join(parts), b"]}"))
    return answer_bytes(body, added=(entries[0].position, entries[-1].position))


def _manifest_record(entry: Entry) -> bytes:
    return orjson.dumps(
        {
            "id": entry.object_id,
            "date_added": taxii_stamp(entry.position),
            "version": entry.version,
            "media_type": f"application/stix+json;version={entry.spec_version}",
        }
    )


def _note(caller: Caller, asked: Asked, entries: Sequence[Any]) -> None:
    """What starts after a position confirms it; more than was ever published, nobody can have."""
    caller.service.receipts.note(
        Receipt(
            caller.principal.subscriber,
            asked.collection.id,
            canonical(asked.filters),
            sent=entries[-1].position if entries else 0,
            confirmed=min(asked.after, asked.collection.last_position),
            polled_ms=now_ms(),
        )
    )
