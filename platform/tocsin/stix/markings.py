"""The Traffic Light Protocol 2.0 as OASIS publishes it for STIX: ids, objects, order of strictness."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_CREATED = "2022-10-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Marking:
    """A marking-definition: STIX id, bytes, the label people know, and its rank, higher being stricter."""

    id: str
    body: bytes
    label: str
    rank: int


def _tlp(rank: int, name: str, uuid: str) -> Marking:
    identity, label = f"marking-definition--{uuid}", f"TLP:{name.upper()}"
    body = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": identity,
        "created": _CREATED,
        "name": label,
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": name}},
    }
    return Marking(identity, orjson.dumps(body), label, rank)


TLP: dict[str, Marking] = {
    "clear": _tlp(0, "clear", "94868c89-83c2-464b-929b-a1a8aa3c8487"),
    "green": _tlp(1, "green", "bab4a63c-aed9-4cf5-a766-dfca5abac2bb"),
    "amber": _tlp(2, "amber", "55d920b0-5e8b-4f79-9ee9-91f868d9b421"),
    "amber+strict": _tlp(3, "amber+strict", "939a9414-2ddd-4d32-a0cd-375ea402b003"),
    "red": _tlp(4, "red", "e828b379-4e03-4974-9ac4-e53a884c97c1"),
}

_OTHERS = {
    # TLP 1 (STIX 2.1 section 7.2.1.4)
    "613f2e26-407d-48c7-9eca-b8e91df99dc9": "clear",
    "34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
    # OpenCTI's AMBER+STRICT, beside which it uses the ids of TLP 1
    "826578e1-40ad-459f-bc73-ede076f81f37": "amber+strict",
}
_NAMES = {marking.id: name for name, marking in TLP.items()} | {
    f"marking-definition--{uuid}": name for uuid, name in _OTHERS.items()
}


def strictest(names: Iterable[str]) -> str:
    """The strictest of these TLP names, of which there is at least one."""
    return max(names, key=lambda name: TLP[name].rank)


def tlp_of(content: Mapping[str, Any]) -> str | None:
    """The TLP name an object is marked with, the strictest where there are several, None where there is none."""
    refs = content.get("object_marking_refs")
    named = [_NAMES[ref] for ref in refs if isinstance(ref, str) and ref in _NAMES] if isinstance(refs, list) else []
    return strictest(named) if named else None
