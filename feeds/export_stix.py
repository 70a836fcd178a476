"""STIX 2.1 bundles of the stored bytes: the newest version of every object, withdrawals among them."""

import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import orjson
from sqlalchemy.engine import Connection

from feeds.files import replacing
from feeds.handling import Handling
from feeds.listed import UNMARKED_TLP, newest
from tocsin.ledger.read import EVERYTHING, Entry
from tocsin.stix import strictest, tlp_of

OBJECTS = 10_000
"""The most objects in one file."""

BYTES = 64_000_000
"""A file that has so many bytes gets no more objects: whoever reads it has a limit too."""

_UNMARKABLE = frozenset({"marking-definition", "extension-definition", "identity"})


def write(connection: Connection, handling: Handling, out: Path, now: int) -> list[Path]:
    """`bundle-0001.json` and so on, and a README; bundles of an earlier and longer export are removed.

    Expired indicators are in it as they are on the wire: they say until when they hold.
    """
    out.mkdir(parents=True, exist_ok=True)
    tlp = "clear"
    written: list[Path] = []
    for number, entries in enumerate(batches(newest(connection, handling.collection.key, EVERYTHING)), 1):
        tlp = strictest([tlp, *(marking_of(entry) for entry in entries)])
        path = out / f"bundle-{number:04}.json"
        with replacing(path) as file:
            file.write(bundle([entry.body for entry in entries]))
        written.append(path)
    for path in sorted(out.glob("bundle-*.json")):
        if path not in written:
            path.unlink()
    return [*written, handling.write_readme(out, tlp)]


def batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    """The entries in lists that fit into a file each."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += len(entry.body)
        if len(batch) == OBJECTS or size >= BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def bundle(bodies: list[bytes]) -> bytes:
    """A bundle (STIX 2.1 section 8) whose id follows from what is in it."""
    joined = b",\n".join(bodies)
    identity = uuid.UUID(bytes=sha256(joined).digest()[:16], version=5)
    return b'{"type":"bundle","id":"bundle--%b","objects":[\n%b\n]}\n' % (str(identity).encode(), joined)


def marking_of(entry: Entry) -> str:
    """The TLP marking of an entry, `amber` where it says nothing."""
    if entry.type in _UNMARKABLE:
        return "clear"
    return tlp_of(orjson.loads(entry.body)) or UNMARKED_TLP
