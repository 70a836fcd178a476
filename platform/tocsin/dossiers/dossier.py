"""What a case says at one moment to one member, as data: every form that leaves is made of this alone."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.engine import Connection

from tocsin.cases.cases import Case
from tocsin.cases.files import CaseFile, files_of
from tocsin.cases.searches import Kept, searches_of
from tocsin.cases.things import Thing, things_of
from tocsin.cases.words import notes_of, tasks_of
from tocsin.ledger.read import Entry
from tocsin.ledger.tables import EVERYWHERE
from tocsin.projections.search_index import document_of
from tocsin.publishing.exchange import Exchange
from tocsin.search import Document
from tocsin.stix import HANDLING, PAP, TLP, strictest, strictest_of
from tocsin.times import stamp, taxii_stamp

FORMAT = "tocsin-case/1"
NOTICE = "This is intelligence, not evidence."


@dataclass(frozen=True, slots=True)
class Insight:
    """Who looks at a case, and what that member may read: collections by key, with whom to ask about each."""

    member_key: int
    member_name: str
    login: str
    contacts: Mapping[int, Sequence[str]]

    @property
    def readable(self) -> frozenset[int]:
        """The keys of the collections that may be read."""
        return frozenset(self.contacts)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case as data: `content` as JSON has it, `body` its exact bytes, `objects` those of the pinned versions."""

    content: Mapping[str, Any]
    body: bytes
    objects: tuple[bytes, ...]

    @property
    def sha256(self) -> str:
        """The hash of its data, by which it is known again."""
        return hashlib.sha256(self.body).hexdigest()


def dossier_of(connection: Connection, exchange: Exchange, case: Case, insight: Insight, now: int) -> Dossier:
    """The case at `now` (ms), as far as this member may read of it. The same case and moment give the same bytes."""
    things = things_of(connection, case, insight.member_key, insight.readable)
    shown = [(one, document_in(one)) for one in things if one.available]
    marks = marks_of(case, shown)
    collections = {one.collection_key for one, _ in shown}
    content = {
        **_head(exchange, insight, _contacts(exchange, insight, collections), now),
        "marking": TLP[marks["tlp"] or "amber"].label,
        "permissible_actions": PAP[marks["pap"]].label if marks["pap"] else None,
        "handling": marks["handling"],
        "case": _case(case),
        "things": [_thing(n, one, document) for n, (one, document) in enumerate(shown, 1)],
        "no_longer_available": sum(not one.available for one in things),
        **_words(connection, case, insight.member_key),
        "files": [_file(one) for one in files_of(connection, case, insight.member_key)],
        "searches": [_search(one) for one in searches_of(connection, case, insight.member_key, insight.readable)],
    }
    body = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return Dossier(content, body, tuple(one.body for one, _ in shown))


def document_in(thing: Thing) -> Document:
    """What a pinned version says."""
    entry = Entry(
        *(thing.seq, thing.collection_key, thing.position, thing.object_id, "indicator", "2.1", thing.version),
        *(False, False, EVERYWHERE, None, thing.body),
    )
    found = document_of(entry, thing.collection_id)
    if found is None:
        raise ValueError("Only indicators lie in a case.")
    return found


def marks_of(case: Case, shown: Iterable[tuple[Thing, Document]]) -> dict[str, str | None]:
    """The strictest TLP, PAP and handling of these things, as they were pinned and as they are now, and of the case."""
    documents = []
    for one, document in shown:
        documents.append(document)
        if one.newest is not None and not one.is_newest and one.newest.body:
            now = document_of(one.newest, one.collection_id)
            documents += [now] if now is not None else []
    return {
        "tlp": strictest([case.tlp, *(one.tlp for one in documents)]),
        "pap": strictest_of(PAP, [one.pap for one in documents]),
        "handling": strictest_of(HANDLING, [one.handling for one in documents]),
    }


def state_of(thing: Thing) -> str:
    """What became of a pinned version since, in words."""
    if thing.newest is None:
        return "no longer served"
    if thing.is_newest:
        return "withdrawn, and nothing came after" if thing.newest.revoked else "the newest version"
    what = "withdrawn" if thing.newest.revoked else "a newer version"
    return f"{what} since {thing.newest.version}"


def _head(exchange: Exchange, insight: Insight, contacts: list[str], now: int) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "exchange": exchange.name,
        "exchange_id": exchange.identity,
        "contacts": contacts,
        "notice": NOTICE,
        "made": stamp(now),
        "made_by": {"login": insight.login, "member": insight.member_name},
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "title": case.title,
        "about": case.about,
        "marking": TLP[case.tlp].label,
        "member": case.member_name,
        "opened": stamp(case.opened_ms),
        "closed": _stamp(case.closed_ms),
    }


def _words(connection: Connection, case: Case, member_key: int) -> dict[str, Any]:
    return {
        "notes": [
            {"at": stamp(one.added_ms), "by": _by(one.member_name, one.added_by), "words": one.words}
            for one in notes_of(connection, case, member_key)
        ],
        "tasks": [
            {
                "words": one.words,
                "due": _stamp(one.due_ms),
                "set": stamp(one.added_ms),
                "by": one.member_name,
                "done": _stamp(one.done_ms),
            }
            for one in tasks_of(connection, case, member_key)
        ],
    }


def _thing(n: int, one: Thing, document: Document) -> dict[str, Any]:
    return {
        "n": n,
        "value": document.value,
        "kind": document.kind,
        "crime_types": list(document.crime_types),
        "collection": {"id": one.collection_id, "title": one.collection_title},
        "object": one.object_id,
        "version": one.version,
        "added": taxii_stamp(one.position),
        "position": one.position,
        "sha256": one.sha256,
        "size": len(one.body),
        "marking": TLP[document.tlp].label,
        "permissible_actions": PAP[document.pap].label if document.pap else None,
        "handling": document.handling,
        "disputed": document.disputed,
        "revoked": document.revoked,
        "confidence": document.confidence,
        "independent_members": document.members,
        "sources": list(document.sources),
        "first_seen": _stamp(document.first_seen),
        "last_seen": _stamp(document.last_seen),
        "valid_from": stamp(document.valid_from),
        "valid_until": _stamp(document.valid_until),
        "taken": stamp(one.added_ms),
        "taken_by": _by(one.member_name, one.added_by),
        "now": state_of(one),
    }


def _file(one: CaseFile) -> dict[str, Any]:
    return {
        "name": one.name,
        "sha256": one.sha256,
        "size": one.size,
        "at": stamp(one.added_ms),
        "by": _by(one.member_name, one.added_by),
        "kept": "sealed in the exchange" if one.kept else "elsewhere; only its hash is noted here",
        "reports": list(one.reports),
    }


def _search(one: Kept) -> dict[str, Any]:
    titles = {place.collection_id: place.title for place in one.places}
    filters = dict(one.filters)
    if "collection" in filters:
        filters["collection"] = titles.get(filters["collection"], "no longer available")
    return {
        "question": None if one.erased else one.question,
        "filters": filters,
        "asked": stamp(one.asked_ms),
        "by": one.asked_by,
        "found": one.found,
        "collections": [
            {
                "id": place.collection_id,
                "title": place.title,
                "up_to": taxii_stamp(place.position) if place.position is not None else None,
                "position": place.position,
            }
            for place in one.places
        ],
        "others_no_longer_available": one.hidden,
    }


def _contacts(exchange: Exchange, insight: Insight, collections: Iterable[int]) -> list[str]:
    named = {contact for key in collections for contact in insight.contacts[key]}
    return sorted(named) or [exchange.contact]


def _by(member_name: str, login: str) -> str:
    return f"{login}, {member_name}" if login else member_name


def _stamp(ms: int | None) -> str | None:
    return None if ms is None else stamp(ms)
