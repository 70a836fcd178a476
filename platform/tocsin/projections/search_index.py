"""Feeds the search index from the ledger, by `seq` from the index's own checkpoint."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.engine import Connection

from tocsin.identifiers import country_of
from tocsin.ledger.collections import all_collections
from tocsin.ledger.database import Database
from tocsin.ledger.read import Entry, follow, last_seq
from tocsin.ledger.tables import EVERYWHERE
from tocsin.search import EVERYTHING, Document, Engine, to_json
from tocsin.stix import (
    DISPUTED,
    INDICATOR_EXTENSION,
    comparisons,
    handling_of,
    identifiers_of,
    is_redacted,
    observed,
    pap_of,
    tlp_of,
)
from tocsin.times import parse_stamp

BATCH = 5_000
"""Entries that are read at once: a few megabytes."""


def catch_up(database: Database, engine: Engine, reached: Callable[[int], None] = lambda _: None) -> int:
    """Apply what the index lacks; how many entries were read. `reached` is told the `seq` after each batch."""
    total = 0
    for seq, documents, removed, count in _batches(database, engine.checkpoint()):
        engine.apply(documents, removed, seq)
        reached(seq)
        total += count
    return total


def rebuild(database: Database, engine: Engine) -> int:
    """Build the index anew from the whole ledger beside the one in use, and put it in its place; its `seq`."""
    with database.reading() as connection:
        newest = last_seq(connection)
    engine.rebuild(_all_documents(database, newest), newest)
    catch_up(database, engine)
    return newest


@dataclass(frozen=True, slots=True)
class Digest:
    """What a set of documents is, whatever their order: how many, and the sum of their hashes (SHA-256, 64 bits)."""

    documents: int
    hashes: int


def digest(documents: Iterable[Document]) -> Digest:
    """The digest of `documents`."""
    count = total = 0
    for document in documents:
        count += 1
        total += int.from_bytes(hashlib.sha256(to_json(document)).digest()[:8])
    return Digest(count, total % 2**64)


def digests(database: Database, engine: Engine) -> tuple[Digest, Digest]:
    """Of what the ledger says that can be found, and of what the index has: equal once the index has caught up."""
    with database.reading() as connection:
        newest = last_seq(connection)
    return digest(_all_documents(database, newest)), digest(engine.scan(EVERYTHING, None))


def lag(database: Database, engine: Engine) -> int:
    """How many entries the index is behind the ledger."""
    with database.reading() as connection:
        return last_seq(connection) - engine.checkpoint()


def document_of(entry: Entry, collection_id: str) -> Document | None:
    """What is searched of an entry: indicators only."""
    if entry.type != "indicator":
        return None
    content: dict[str, Any] = orjson.loads(entry.body)
    ours = content.get("extensions", {}).get(INDICATOR_EXTENSION, {})
    parts = comparisons(content.get("pattern", "")) or []
    identifier = next((one for _, one in identifiers_of(parts) if one is not None), None)
    labels = [label for label in content.get("labels", []) if isinstance(label, str)]
    return Document(
        key=f"{collection_id}:{entry.object_id}",
        collection=collection_id,
        stix_id=entry.object_id,
        observable_id=observed(identifier)["id"] if identifier else None,
        kind=identifier.kind if identifier else "other",
        value=identifier.value if identifier else str(content.get("pattern", ""))[:500],
        crime_types=tuple(ours.get("crime_types", [label for label in labels if label != DISPUTED])),
        country=country_of(identifier.kind, identifier.value) if identifier else None,
        tlp=tlp_of(content) or "amber",
        sources=tuple(ours.get("sources", ())),
        name=str(content.get("name", "")),
        text=" ".join([str(content.get("description", "")), *labels]).strip(),
        confidence=content.get("confidence"),
        created=parse_stamp(content["created"]),
        modified=parse_stamp(content["modified"]),
        valid_from=parse_stamp(content["valid_from"]),
        valid_until=_stamp(content.get("valid_until")),
        first_seen=_stamp(ours.get("first_seen")),
        last_seen=_stamp(ours.get("last_seen")),
        revoked=bool(content.get("revoked", False)),
        members=int(ours.get("independent_members", 0)),
        seq=entry.seq,
        pap=pap_of(content),
        handling=handling_of(content),
        disputed=DISPUTED in labels,
        roles=tuple(ours.get("roles", ())),
    )


def _batches(database: Database, after: int) -> Iterator[tuple[int, list[Document], list[str], int]]:
    while True:
        with database.reading() as connection:
            entries = follow(connection, after, BATCH)
            ids = _collection_ids(connection)
        if not entries:
            return
        documents: dict[str, Document] = {}
        removed: list[str] = []
        for entry in entries:
            key = f"{ids[entry.collection_key]}:{entry.object_id}"
            if entry.visibility != EVERYWHERE or (entry.revoked and is_redacted(entry.body)):
                documents.pop(key, None)
                removed.append(key)
            elif entry.is_last:
                document = document_of(entry, ids[entry.collection_key])
                if document is not None:
                    documents[key] = document
        after = entries[-1].seq
        yield after, list(documents.values()), removed, len(entries)


def _all_documents(database: Database, newest: int) -> Iterator[Document]:
    for seq, documents, _, _ in _batches(database, 0):
        yield from documents
        if seq >= newest:
            return


def _collection_ids(connection: Connection) -> dict[int, str]:
    return {collection.key: collection.id for collection in all_collections(connection)}


def _stamp(text: str | None) -> int | None:
    return parse_stamp(text) if text else None
