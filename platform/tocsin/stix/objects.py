"""The exchange's own objects, as the bytes that are served (STIX 2.1 sections 4.5, 4.7, 5.1, 6)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

import orjson

from tocsin.identifiers import KINDS, Identifier
from tocsin.stix.extensions import INDICATOR_EXTENSION
from tocsin.stix.markings import TLP
from tocsin.times import parse_stamp
from tocsin.times import stamp as uncached_stamp

_EXCHANGE = UUID("7cd62c2e-4f4b-4d39-92ad-32eb15393aad")

# The objects of one batch share most of their moments.
_stamp = lru_cache(maxsize=4_096)(uncached_stamp)


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """Everything an indicator says. Moments are ms; `confidence` 0 to 100 (STIX 2.1 appendix A)."""

    id: str
    created: int
    modified: int
    created_by: str
    name: str
    pattern: str
    kind: str
    valid_from: int
    valid_until: int | None
    confidence: int
    crime_types: tuple[str, ...]
    tlp: str
    roles: tuple[str, ...]
    members: int
    sources: tuple[str, ...]
    first_seen: int
    last_seen: int | None


def indicator_id(collection_id: str, pattern: str, generation: int) -> str:
    """The id of a collection's indicator: one a pattern, and a new one each time it returns after a withdrawal."""
    return f"indicator--{uuid5(_EXCHANGE, f'{collection_id}|{pattern}|{generation}')}"


def indicator(facts: IndicatorFacts) -> bytes:
    """An indicator object."""
    ours: dict[str, Any] = {"extension_type": "property-extension", "kind": facts.kind}
    if facts.roles:
        ours["roles"] = facts.roles
    if facts.crime_types:
        ours["crime_types"] = facts.crime_types
    ours["independent_members"] = facts.members
    if facts.sources:
        ours["sources"] = facts.sources
    ours["first_seen"] = _stamp(facts.first_seen)
    if facts.last_seen is not None:
        ours["last_seen"] = _stamp(facts.last_seen)
    made: dict[str, Any] = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": facts.id,
        "created_by_ref": facts.created_by,
        "created": _stamp(facts.created),
        "modified": _stamp(facts.modified),
        "name": facts.name,
        "indicator_types": ["malicious-activity"],
        "pattern": facts.pattern,
        "pattern_type": "stix",
        "pattern_version": "2.1",
        "valid_from": _stamp(facts.valid_from),
    }
    if facts.valid_until is not None:
        made["valid_until"] = _stamp(facts.valid_until)
    if facts.crime_types:
        made["labels"] = facts.crime_types
    made["confidence"] = facts.confidence
    made["object_marking_refs"] = [TLP[facts.tlp].id]
    made["extensions"] = {INDICATOR_EXTENSION: ours}
    return orjson.dumps(made)


def observable(identifier: Identifier, tlp: str) -> bytes:
    """The observable of an identifier, marked."""
    return orjson.dumps({**_observed(identifier), "object_marking_refs": [TLP[tlp].id]})


def observed_id(identifier: Identifier) -> str:
    """The deterministic id of an identifier's observable."""
    return str(_observed(identifier)["id"])


def based_on_id(source: str, identifier: Identifier) -> str:
    """The id of the relationship that joins the indicator with id `source` and an observable."""
    return f"relationship--{uuid5(_EXCHANGE, f'{source}|{observed_id(identifier)}')}"


def based_on(source: str, identifier: Identifier, created: int, modified: int, created_by: str, tlp: str) -> bytes:
    """The relationship `source based-on observable`, `source` being the id of an indicator."""
    return orjson.dumps(
        {
            "type": "relationship",
            "spec_version": "2.1",
            "id": based_on_id(source, identifier),
            "created_by_ref": created_by,
            "created": _stamp(created),
            "modified": _stamp(modified),
            "relationship_type": "based-on",
            "source_ref": source,
            "target_ref": observed_id(identifier),
            "object_marking_refs": [TLP[tlp].id],
        }
    )


def exchange_identity(identity: str, name: str, created: int, contact: str) -> bytes:
    """The exchange itself, as the creator of its objects."""
    return orjson.dumps(
        {
            "type": "identity",
            "spec_version": "2.1",
            "id": identity,
            "created": _stamp(created),
            "modified": _stamp(created),
            "name": name,
            "description": "What this exchange publishes is intelligence, not evidence.",
            "identity_class": "organization",
            "contact_information": contact,
        }
    )


def revoked(body: bytes, at: int) -> bytes:
    """The withdrawal of an object: its last version again, with `revoked` and a later `modified`.

    What has no `modified` cannot be revoked (STIX 2.1 section 3.7): its bytes come back as they are.
    """
    content: dict[str, Any] = orjson.loads(body)
    if "modified" not in content:
        return body
    content["modified"] = _stamp(max(at, parse_stamp(content["modified"]) + 1))
    content["revoked"] = True
    return orjson.dumps(content)


def _observed(identifier: Identifier) -> dict[str, Any]:
    return _remembered(identifier.kind, identifier.value, tuple(identifier.properties.items()))


@lru_cache(maxsize=4_096)
def _remembered(kind: str, value: str, properties: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """An observable, which an identifier's three objects need several times; nobody changes it."""
    return KINDS[kind].observable(Identifier(kind, value, dict(properties)))
