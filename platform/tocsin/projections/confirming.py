"""Hits beside what the ledger says now: an index may be seconds behind, and what leaves must not be."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection
from tocsin.ledger.objects import latest_of
from tocsin.ledger.read import Entry
from tocsin.ledger.tables import EVERYWHERE
from tocsin.projections.search_index import document_of
from tocsin.search import Hit
from tocsin.stix import is_redacted


class Confirmed(NamedTuple):
    """A hit whose document says what the newest version says, with that version and where it is."""

    hit: Hit
    entry: Entry
    collection: Collection


def confirmed(connection: Connection, hits: Iterable[Hit], readable: Mapping[str, Collection]) -> list[Confirmed]:
    """The hits that still stand in collections that may be read, by id, in their order, as they are now.

    What was withdrawn, deleted or erased since the index knew it is not among them.
    """
    listed = [hit for hit in hits if hit.document.collection in readable]
    wanted: defaultdict[str, list[str]] = defaultdict(list)
    for hit in listed:
        wanted[hit.document.collection].append(hit.document.stix_id)
    newest = {one: latest_of(connection, readable[one].key, ids) for one, ids in wanted.items()}
    found = []
    for hit in listed:
        collection = readable[hit.document.collection]
        entry = newest[collection.id].get(hit.document.stix_id)
        one = _now(hit, entry, collection) if entry is not None else None
        if entry is not None and one is not None:
            found.append(Confirmed(one, entry, collection))
    return found


def _now(hit: Hit, entry: Entry, collection: Collection) -> Hit | None:
    """The hit as the ledger has it; None where it came to an end meanwhile."""
    if entry.visibility != EVERYWHERE or (entry.revoked and (not hit.document.revoked or is_redacted(entry.body))):
        return None
    if entry.seq == hit.document.seq:
        return hit
    document = document_of(entry, collection.id)
    return replace(hit, document=document) if document is not None else None
