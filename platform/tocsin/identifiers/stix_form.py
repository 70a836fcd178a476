"""How identifiers appear in STIX 2.1: deterministic ids, observables and the one pattern spelling of each kind."""

from collections.abc import Mapping
from hashlib import sha1
from typing import Any
from uuid import UUID

import orjson

_OBSERVABLES = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")

NEW_SCO = {
    "bank-account": "extension-definition--f19f3291-6a84-5674-b311-d75a925d5bd9",
    "phone-number": "extension-definition--14a97ee2-e666-5ada-a6bd-b7177f79e211",
    "cryptocurrency-wallet": "extension-definition--be78509e-6958-51b1-8b26-d17ee0eba2d7",
    "entity-identifier": "extension-definition--3aceaddd-50d1-4e90-9520-6a878f5868b0",
}
"""The extensions that define the object types which STIX itself lacks: stix2extensions published all but the last."""


def deterministic_id(object_type: str, contributing: Mapping[str, Any]) -> str:
    """The id of a STIX observable: UUIDv5 over the canonical JSON of its id contributing properties.

    STIX 2.1 section 2.9; the JSON is that of RFC 8785, whose rules for texts are the only ones needed here.
    """
    text = orjson.dumps(dict(contributing), option=orjson.OPT_SORT_KEYS).decode()
    return f"{object_type}--{named_uuid(_OBSERVABLES, text)}"


def named_uuid(namespace: UUID, name: str) -> str:
    """The text of a UUIDv5 (RFC 9562 section 5.5): `str(uuid.uuid5(namespace, name))` in a third of the time.

    An exchange makes three a row, and `uuid` goes by way of an object with checks of its own.
    """
    made = sha1(namespace.bytes + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(made[16], 16) & 3]
    return f"{made[:8]}-{made[8:12]}-5{made[13:16]}-{variant}{made[17:20]}-{made[20:32]}"


def observable(object_type: str, contributing: Mapping[str, Any]) -> dict[str, Any]:
    """A STIX observable of `object_type` that has no other properties than the id contributing ones."""
    made: dict[str, Any] = {
        "type": object_type,
        "spec_version": "2.1",
        "id": deterministic_id(object_type, contributing),
        **contributing,
    }
    if object_type in NEW_SCO:
        made["extensions"] = {NEW_SCO[object_type]: {"extension_type": "new-sco"}}
    return made


def pattern(path: str, value: str) -> str:
    """`[path = 'value']` with the value escaped (STIX 2.1 section 9.2, string literals)."""
    return f"[{_equal(path, value)}]"


def pattern_of_all(parts: Mapping[str, str]) -> str:
    """`[path = 'value' AND path = 'value']`: what means something only together, in the order given."""
    return f"[{' AND '.join(_equal(path, value) for path, value in parts.items())}]"


def _equal(path: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{path} = '{escaped}'"
