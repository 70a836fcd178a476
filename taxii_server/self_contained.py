"""Pages that carry what their objects refer to, for importers that drop an object whose references are elsewhere."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy.engine import Connection

from tocsin.ledger.objects import latest_of
from tocsin.ledger.serve import Served

_TYPES = ("identity", "marking-definition", "extension-definition")
_DEEPEST = 3
"""An object's marking is made by an identity that may be marked too; nothing goes deeper."""


def completed(connection: Connection, collection_key: int, found: Served) -> Served:
    """The page with the identities, markings and extension definitions that its objects use and it does not hold.

    They come on top of its entries, behind them and without a part in its dates.
    """
    objects = orjson.loads(b"[" + b",".join(found.pieces) + b"]")
    present = {one["id"] for one in objects}
    bodies: list[bytes] = []
    for _ in range(_DEEPEST):
        wanted = sorted(set(_referred(objects)) - present)
        if not wanted:
            break
        present.update(wanted)
        entries = sorted(latest_of(connection, collection_key, wanted).values(), key=lambda one: one.position)
        bodies += [entry.body for entry in entries]
        objects = [orjson.loads(entry.body) for entry in entries]
    return found._replace(pieces=(*found.pieces, *bodies))


def _referred(objects: Iterable[dict[str, Any]]) -> Iterable[str]:
    for one in objects:
        marked = [part.get("marking_ref") for part in one.get("granular_markings", ())]
        for reference in (one.get("created_by_ref"), *one.get("object_marking_refs", ()), *marked):
            if isinstance(reference, str) and reference.startswith(_TYPES):
                yield reference
        yield from (name for name in one.get("extensions", {}) if name.startswith(_TYPES[-1]))
