"""The history of one indicator: its versions, newest first, and what each says otherwise than the one before."""

from dataclasses import asdict, dataclass
from typing import Any

import orjson
from flask import Blueprint, abort, jsonify, render_template
from sqlalchemy.engine import Connection

from tocsin.identifiers import defang
from tocsin.ledger.collections import Collection
from tocsin.ledger.read import Entry, Match, page
from tocsin.members.roles import READ
from tocsin.projections.search_index import document_of
from tocsin.search import Document
from tocsin.stix import INDICATOR_EXTENSION, Difference, differences
from tocsin.web.indicators import newest_version
from tocsin.web.noting import note_read
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("history", __name__)

MOST = 200
"""Versions that are compared; TAXII serves them all."""

_LONGEST = 2_000
"""Characters of one property that are shown."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version: its `modified`, when it was published (ms), and what it changed; nothing for the first."""

    version: str
    published: int
    revoked: bool
    differences: list[Difference]


@pages.get("/indicators/<collection_id>/<stix_id>/history")
@needs(READ)
def history(collection_id: str, stix_id: str) -> str:
    """The page."""
    collection, document, versions = _read(collection_id, stix_id)
    return render_template(
        "history.html", one=document, collection=collection, versions=versions, cut=len(versions) == MOST
    )


@pages.get("/indicators/<collection_id>/<stix_id>/history.json")
@needs(READ)
def in_json(collection_id: str, stix_id: str) -> Any:
    """The same for machines."""
    _, _, versions = _read(collection_id, stix_id)
    return jsonify(versions=[asdict(one) for one in versions])


def _read(collection_id: str, stix_id: str) -> tuple[Collection, Document, list[Version]]:
    with services().database.reading() as connection:
        collection, newest = newest_version(connection, user(), collection_id, stix_id)
        entries = _entries(connection, collection, stix_id)
    document = document_of(newest, collection.id)
    if document is None:
        abort(404)
    note_read(("collection", collection.id), [document.tlp], [document.value, stix_id])
    return collection, document, _versions(entries, document)


def _entries(connection: Connection, collection: Collection, stix_id: str) -> list[Entry]:
    """All that may still be read of it, oldest first; an erased version has no bytes and is left out."""
    every = Match(ids=(stix_id,), versions=("all",))
    return [one for one in page(connection, collection.key, 0, MOST, every, listed=True) if one.body]


def _versions(entries: list[Entry], document: Document) -> list[Version]:
    versions: list[Version] = []
    before: dict[str, Any] | None = None
    for entry in entries:
        content = orjson.loads(entry.body)
        changed = differences(before, content) if before is not None else []
        shown = [_shown(one, document) for one in changed]
        versions.append(Version(content["modified"], entry.position, entry.revoked, shown))
        before = content
    return versions[::-1]


def _shown(one: Difference, document: Document) -> Difference:
    """In words that can be shown: our own extension without its id, the value itself de-fanged."""
    path = one.path.removeprefix(f"extensions.{INDICATOR_EXTENSION}.")
    return Difference(path, _safe(one.before, document), _safe(one.after, document))


def _safe(text: str | None, document: Document) -> str | None:
    if text is None:
        return None
    return text.replace(document.value, defang(document.value, document.kind))[:_LONGEST]
