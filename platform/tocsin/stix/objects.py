"""The exchange's own objects, as the bytes that are served (STIX 2.1 sections 4.5, 4.7, 5.1, 6)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from tocsin.identifiers import KINDS, Identifier, named_uuid
from tocsin.stix.extensions import INDICATOR_EXTENSION
from tocsin.stix.markings import HANDLING, PAP, TLP
from tocsin.times import parse_stamp, stamp

_RELATIONSHIPS = UUID("7cd62c2e-4f4b-4d39-92ad-32eb15393aad")


class IndicatorFacts(NamedTuple):
    """What an indicator says of its thing. Moments are ms; `confidence` 0 to 100 (STIX 2.1 appendix A).

    `notes` is free text that its contributors let out. `disputed`: somebody contests it, and it is not to be blocked.
    `account_status` is what the account's own bank states of it, and when (ms); `impersonates` what it imitates.
    `seen_by` and `called_false_by` count independent readers that report nothing of it themselves, as
    `policy.confidence.Weighed` has them.
    """

    kind: str
    tlp: str
    crime_types: tuple[str, ...]
    roles: tuple[str, ...]
    members: int
    sources: tuple[str, ...]
    confidence: int
    first_seen: int
    last_seen: int | None
    valid_from: int
    valid_until: int | None
    pap: str | None = None
    handling: str | None = None
    notes: tuple[str, ...] = ()
    disputed: bool = False
    account_status: tuple[str, int] | None = None
    impersonates: str | None = None
    seen_by: int = 0
    called_false_by: int = 0


DISPUTED = "disputed"
"""The label of an indicator that somebody contests."""


def indicator_id(namespace: UUID, collection_id: str, pattern: str, generation: int) -> str:
    """The id of a collection's indicator: one a pattern, and a new one each time it returns after a withdrawal.

    `namespace` is the exchange's secret: an id that could be guessed could be taken by another, and would tell of
    whom it is.
    """
    return f"indicator--{named_uuid(namespace, f'{collection_id}|{pattern}|{generation}')}"


def indicator(
    identity: str, created: int, modified: int, created_by: str, name: str, pattern: str, facts: IndicatorFacts
) -> bytes:
    """An indicator object; moments are ms, and `identity` its `indicator_id`."""
    made: dict[str, Any] = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": identity,
        "created_by_ref": created_by,
        "created": stamp(created),
        "modified": stamp(modified),
        "name": name,
    }
    if facts.notes:
        made["description"] = "\n".join(facts.notes)
    made["indicator_types"] = ["malicious-activity"]
    made["pattern"] = pattern
    return b"%b,%b" % (orjson.dumps(made)[:-1], _further(facts)[1:])


# most things of one report have the same facts
@lru_cache(maxsize=256)
def _further(facts: IndicatorFacts) -> bytes:
    """What an indicator says after its pattern, as an object of its own."""
    made: dict[str, Any] = {"pattern_type": "stix", "pattern_version": "2.1", "valid_from": stamp(facts.valid_from)}
    if facts.valid_until is not None:
        made["valid_until"] = stamp(facts.valid_until)
    labels = facts.crime_types + ((DISPUTED,) if facts.disputed else ())
    if labels:
        made["labels"] = labels
    made["confidence"] = facts.confidence
    made["object_marking_refs"] = marking_refs(facts.tlp, facts.pap, facts.handling)
    made["extensions"] = {INDICATOR_EXTENSION: _extension(facts)}
    return orjson.dumps(made)


def _extension(facts: IndicatorFacts) -> dict[str, Any]:
    ours: dict[str, Any] = {"extension_type": "property-extension", "kind": facts.kind}
    if facts.roles:
        ours["roles"] = facts.roles
    if facts.crime_types:
        ours["crime_types"] = facts.crime_types
    ours["independent_members"] = facts.members
    if facts.sources:
        ours["sources"] = facts.sources
    ours["first_seen"] = stamp(facts.first_seen)
    if facts.last_seen is not None:
        ours["last_seen"] = stamp(facts.last_seen)
    if facts.seen_by:
        ours["seen_by"] = facts.seen_by
    if facts.called_false_by:
        ours["called_false_by"] = facts.called_false_by
    if facts.disputed:
        ours["disputed"] = True
    if facts.account_status is not None:
        status, stated = facts.account_status
        ours["account_status"] = {"status": status, "stated_on": stamp(stated)[:10]}
    if facts.impersonates is not None:
        ours["impersonates"] = facts.impersonates
    return ours


def marking_refs(tlp: str, pap: str | None = None, handling: str | None = None) -> list[str]:
    """The ids of these markings."""
    refs = [TLP[tlp].id]
    if pap is not None:
        refs.append(PAP[pap].id)
    if handling is not None:
        refs.append(HANDLING[handling].id)
    return refs


def observed(identifier: Identifier) -> dict[str, Any]:
    """The properties of an identifier's observable, its deterministic id among them."""
    return KINDS[identifier.kind].observable(identifier)


def observable(seen: Mapping[str, Any], refs: Sequence[str]) -> bytes:
    """An observable with these properties, marked with these markings (ids)."""
    return orjson.dumps({**seen, "object_marking_refs": list(refs)})


def based_on_id(source: str, target: str) -> str:
    """The id of the relationship `source based-on target`: of an indicator's id and an observable's."""
    return f"relationship--{named_uuid(_RELATIONSHIPS, f'{source}|{target}')}"


def based_on(
    identity: str, source: str, target: str, created: int, modified: int, created_by: str, refs: Sequence[str]
) -> bytes:
    """The relationship `source based-on target`, from an indicator's id to an observable's, with these markings.

    `identity` is its `based_on_id`.
    """
    return orjson.dumps(
        {
            "type": "relationship",
            "spec_version": "2.1",
            "id": identity,
            "created_by_ref": created_by,
            "created": stamp(created),
            "modified": stamp(modified),
            "relationship_type": "based-on",
            "source_ref": source,
            "target_ref": target,
            "object_marking_refs": list(refs),
        }
    )


def exchange_identity(identity: str, name: str, created: int, contact: str) -> bytes:
    """The exchange itself, as the creator of its objects."""
    return orjson.dumps(
        {
            "type": "identity",
            "spec_version": "2.1",
            "id": identity,
            "created": stamp(created),
            "modified": stamp(created),
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
    content["modified"] = stamp(max(at, parse_stamp(content["modified"]) + 1))
    content["revoked"] = True
    return orjson.dumps(content)
