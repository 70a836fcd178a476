"""Markings: the Traffic Light Protocol 2.0 and the Permissible Actions Protocol as OASIS publishes them for STIX, and
police handling codes; ids, objects, order of strictness."""

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

PAP_EXTENSION = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"


def _pap(rank: int, name: str, uuid: str, day: str) -> Marking:
    identity, label = f"marking-definition--{uuid}", f"PAP:{name.upper()}"
    body = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": identity,
        "created": f"{day}T00:00:00.000Z",
        "name": label,
        "extensions": {PAP_EXTENSION: {"extension_type": "property-extension", "pap": name}},
    }
    return Marking(identity, orjson.dumps(body), label, rank)


PAP: dict[str, Marking] = {
    "clear": _pap(0, "clear", "ad15a0cd-55b6-4588-a14c-a66105329b92", "2022-10-01"),
    "green": _pap(1, "green", "c43594d1-4b11-4c59-93ab-1c9b14d53ce9", "2022-10-09"),
    "amber": _pap(2, "amber", "60f8932b-e51e-4458-b265-a2e8be9a80ab", "2022-10-02"),
    "red": _pap(3, "red", "740d36e5-7714-4c30-961a-3ae632ceee0e", "2022-10-06"),
}
"""What may be done with it: CLEAR anything; GREEN also what a criminal can notice, such as blocking; AMBER look-ups
that the criminal cannot notice; RED nothing outside one's own systems."""

BLOCKING_PAP = frozenset({"clear", "green"})
"""Under which blocking is allowed: a criminal notices that."""


def _handling(rank: int, code: str, uuid: str, words: str) -> Marking:
    identity = f"marking-definition--{uuid}"
    body = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": identity,
        "created": "2026-01-01T00:00:00.000Z",
        "name": f"Handling code {code}",
        "definition_type": "statement",
        "definition": {"statement": f"Handling code {code}: {words}"},
    }
    return Marking(identity, orjson.dumps(body), code, rank)


HANDLING: dict[str, Marking] = {
    "H0": _handling(
        0,
        "H0",
        "0b6a4f5e-7a53-4d1c-9a53-3f4f1d2f8a10",
        "for preventing and combating crime, with no further condition.",
    ),
    "H1": _handling(
        1,
        "H1",
        "5c1d9f0a-0d63-4f0e-8f3b-6b7f2c0f4e21",
        "not to be used in court or disclosed in judicial proceedings without its source's permission.",
    ),
    "H2": _handling(
        2, "H2", "a9d3b1c7-56c4-4a68-b8a1-2e9d7c5b3f32", "not to be passed on without its source's permission."
    ),
    "H3": _handling(
        3, "H3", "e4f7c2d8-9b15-4c7f-a6d4-7c8e1a0b6d43", "further conditions apply: ask the exchange before any use."
    ),
}
"""Police handling codes as definitions of our own; the codes are the ones that Europol's partners use."""

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


def strictest_of(markings: Mapping[str, Marking], names: Iterable[str | None]) -> str | None:
    """The strictest of the names that are given, None where none is."""
    given = [name for name in names if name is not None]
    return max(given, key=lambda name: markings[name].rank) if given else None


def pap_of(content: Mapping[str, Any]) -> str | None:
    """The PAP name an object is marked with, the strictest where there are several."""
    refs = content.get("object_marking_refs")
    marked = refs if isinstance(refs, list) else []
    return strictest_of(PAP, [name for name, marking in PAP.items() if marking.id in marked])


def handling_of(content: Mapping[str, Any]) -> str | None:
    """The police handling code an object is marked with, the strictest where there are several."""
    refs = content.get("object_marking_refs")
    marked = refs if isinstance(refs, list) else []
    return strictest_of(HANDLING, [code for code, marking in HANDLING.items() if marking.id in marked])


def tlp_of(content: Mapping[str, Any]) -> str | None:
    """The TLP name an object is marked with, the strictest where there are several, None where there is none."""
    refs = content.get("object_marking_refs")
    named = [_NAMES[ref] for ref in refs if isinstance(ref, str) and ref in _NAMES] if isinstance(refs, list) else []
    return strictest(named) if named else None
