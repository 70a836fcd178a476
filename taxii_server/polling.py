"""Reading: objects, manifest, one object, its versions. A page of objects is a join of stored bytes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import orjson
from flask import Response

from taxii_server.answers import Refusal, answer_bytes, forbidden, nothing_there, unchanged
from taxii_server.cursor import BadCursor, Cursor, decode, encode
from taxii_server.filters import (
    NO_QUERY,
    OBJECT_FILTERS,
    POLL_FILTERS,
    VERSIONS_FILTERS,
    Filters,
    Poll,
    match_of,
    read_poll,
)
from taxii_server.self_contained import completed
from taxii_server.service import DEFAULT_PAGE, LARGEST_PAGE, Caller
from taxii_server.visible import Visible, visible_collection
from tocsin.ledger.collections import Collection
from tocsin.ledger.matching import described
from tocsin.ledger.read import Entry, Match, page
from tocsin.ledger.receipts import Receipt
from tocsin.ledger.serve import Served, served
from tocsin.members.audit_entries import actor_of
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
    same = caller.request.if_none_match.contains_weak(_tag(asked))
    found = _NOTHING if same else _bodies(caller, asked)
    _audit(caller, asked, found)
    if caller.request.method == "GET" and not any(name in _LOOKS_UP for name, _ in asked.filters):
        _note(caller, asked, found.last if found.entries else 0)
    return unchanged(f'W/"{_tag(asked)}"') if same else _answer(asked, "objects", found)


def get_manifest(caller: Caller, root: str, name: str) -> Response:
    """TAXII 2.1 section 5.3."""
    asked = _asked(caller, root, name, "manifest", None)
    found = _described(caller, asked, _manifest_record)
    _audit(caller, asked, found)
    return _answer(asked, "objects", found)


def get_object(caller: Caller, root: str, name: str, object_id: str) -> Response:
    """TAXII 2.1 section 5.6."""
    asked = _asked(caller, root, name, "object", object_id)
    found = _bodies(caller, asked)
    _audit(caller, asked, found)
    _see_that_it_is_there(caller, asked, found)
    return _answer(asked, "objects", found)


def get_versions(caller: Caller, root: str, name: str, object_id: str) -> Response:
    """TAXII 2.1 section 5.8."""
    asked = _asked(caller, root, name, "versions", object_id)
    found = _described(caller, asked, lambda entry: orjson.dumps(entry.version))
    _audit(caller, asked, found)
    _see_that_it_is_there(caller, asked, found)
    return _answer(asked, "versions", found)


def seen(caller: Caller, root: str, name: str) -> Visible:
    """The collection of a request; 404 where the caller does not see it."""
    found = visible_collection(caller.database, caller.principal, root, name)
    if found is None:
        raise nothing_there("collection")
    return found


_LOOKS_UP = frozenset({"id", "value", "external_id", "name"})
"""Filters that ask about single things: nobody follows a collection under them, so no receipt is kept of them."""

_NOTHING = Served(0, 0, 0, (), False)

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


def _bodies(caller: Caller, asked: Asked) -> Served:
    """This page of objects."""
    if asked.after >= asked.collection.last_position:
        # nothing was added since: the idle poll, which most polls are, ends here
        return _NOTHING
    listed = asked.endpoint != "objects"
    with caller.database.reading() as connection:
        found = served(connection, asked.collection.key, asked.after, asked.limit, asked.match(), listed=listed)
        if asked.collection.self_contained and found.entries:
            found = completed(connection, asked.collection.key, found)
    return found


def _described(caller: Caller, asked: Asked, record: Callable[[Entry], bytes]) -> Served:
    """This page of what is told about objects: a record each."""
    if asked.after >= asked.collection.last_position:
        return _NOTHING
    with caller.database.reading() as connection:
        key, match = asked.collection.key, asked.match()
        found = page(connection, key, asked.after, asked.limit + 1, match, listed=True, bodies=False)
    if not found:
        return _NOTHING
    shown = found[: asked.limit]
    body = b",".join([record(entry) for entry in shown])
    return Served(len(shown), shown[0].position, shown[-1].position, (body,), len(found) > asked.limit)


def _see_that_it_is_there(caller: Caller, asked: Asked, found: Served) -> None:
    """404 where a page about one object is empty because there is no such version of it at all."""
    if not found.entries and not _described(caller, replace(asked, after=0, limit=1), _manifest_record).entries:
        raise nothing_there("object")


def _tag(asked: Asked) -> str:
    """The same while nothing was added to the collection or hidden in it: then every URL in it answers the same."""
    return f"{asked.collection.last_position:x}"


def _answer(asked: Asked, name: str, found: Served) -> Response:
    if not found.entries:
        there = asked.after or asked.collection.created_ms
        return answer_bytes(b"{}", added=(there, there), tag=f'W/"{_tag(asked)}"')
    start = b'{"'
    if found.more:
        cursor = Cursor(asked.collection.id, asked.endpoint, asked.object_id, asked.filters, found.last)
        start = b'{"more":true,"next":"%s","' % encode(cursor).encode()
    commas = [b","] * (2 * len(found.pieces) - 1)
    commas[::2] = found.pieces
    body = b"".join((start, name.encode(), b'":[', *commas, b"]}"))
    return answer_bytes(body, added=(found.first, found.last), tag=f'W/"{_tag(asked)}"')


def _manifest_record(entry: Entry) -> bytes:
    return orjson.dumps(
        {
            "id": entry.object_id,
            "date_added": taxii_stamp(entry.position),
            "version": entry.version,
            "media_type": f"application/stix+json;version={entry.spec_version}",
        }
    )


def _audit(caller: Caller, asked: Asked, found: Served) -> None:
    """Note in the audit trail who was served what; CannotNote where too much waits to be written there."""
    if asked.filters:
        asked.match()  # a `next` that somebody made up is refused before its words are kept
    actor = actor_of(caller.principal)
    if asked.object_id is None:
        sent = found.last if found.entries else asked.after
        caller.service.audit.poll(actor, asked.endpoint, asked.collection.id, asked.filters, asked.after, sent)
    else:
        target, details = ("collection", asked.collection.id), {"endpoint": asked.endpoint}
        caller.service.audit.note(actor, "read", target, values=[asked.object_id], details=details)


def _note(caller: Caller, asked: Asked, sent: int) -> None:
    """What starts after a position confirms it; more than was ever published, nobody can have."""
    start = min(asked.after, asked.collection.last_position)
    caller.service.receipts.note(
        Receipt(
            caller.principal.subscriber,
            asked.collection.id,
            described(asked.match()) if asked.filters else "",
            sent=sent,
            confirmed=start,
            polled_ms=now_ms(),
            began=start,
        )
    )
