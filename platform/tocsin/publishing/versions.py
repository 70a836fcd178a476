"""The object versions that say what was computed: an indicator, its observable, and what joins the two."""

from collections.abc import Collection as Several
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson

from tocsin.identifiers import KINDS
from tocsin.ledger.append import Version
from tocsin.ledger.read import Entry
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.standing import Subject
from tocsin.stix import (
    DISPUTED,
    EXTENSIONS,
    TLP,
    IndicatorFacts,
    at_least,
    based_on,
    based_on_id,
    fields,
    indicator,
    is_value_id,
    marking_refs,
    observable,
    rarer_markings,
    revoked,
    spec_version_of,
    version_key,
)
from tocsin.times import parse_stamp, stamp


@lru_cache(maxsize=8)
def support(exchange: Exchange) -> tuple[Version, ...]:
    """The objects that others refer to: the exchange's identity, the markings, the extension definitions."""
    bodies = [exchange.body(), *(marking.body for marking in TLP.values()), *EXTENSIONS.values()]
    return tuple(version_of(body) for body in bodies)


def rarer_support(refs: Several[str]) -> list[Version]:
    """The markings among these that not every collection has, with what they refer to."""
    return [version_of(body) for body in rarer_markings(refs).values()]


def version_of(body: bytes, owner: int | None = None) -> Version:
    """The ledger's view of one object, read from its bytes."""
    content: dict[str, Any] = orjson.loads(body)
    stamp = content.get("modified") or content.get("created")
    return Version(
        object_id=content["id"],
        type=content["type"],
        body=body,
        version=stamp,
        version_key=version_key(stamp) if stamp else None,
        spec_version=spec_version_of(content),
        owner=owner,
        revoked=content.get("revoked", False),
        fields=tuple(fields(content)),
        at_least=tuple(at_least(content)),
        shared=not stamp and is_value_id(content["id"]),
    )


def published(
    exchange: Exchange, subject: Subject, facts: IndicatorFacts, indicator_id: str, last: Entry | None, now: int
) -> list[Version]:
    """What has to be appended so that the collection says `facts`; nothing where it says so already.

    `last` is the newest version of the indicator there. Later versions keep its `created` and have a later `modified`.
    """
    created, modified = (now, now) if last is None else _dates(last.body)
    name = f"{KINDS[subject.identifier.kind].label}: {subject.identifier.value}"

    def issue(at: int) -> bytes:
        return indicator(indicator_id, created, at, exchange.identity, name, subject.pattern, facts)

    body = issue(modified)
    if last is not None:
        if body == last.body:
            return []
        modified = max(now, modified + 1)
        body = issue(modified)
    tlp = ("tlp", facts.tlp)
    value = ("value", subject.identifier.value)
    labels = [("labels", crime) for crime in facts.crime_types]
    if facts.disputed:
        labels.append(("labels", DISPUTED))
    seen = subject.seen["id"]
    refs = marking_refs(facts.tlp, facts.pap, facts.handling)
    versions = [
        *(rarer_support(refs[1:]) if len(refs) > 1 else ()),
        _own(seen, subject.seen["type"], observable(subject.seen, refs), None, (tlp, value)),
        _own(indicator_id, "indicator", body, modified, (tlp, ("name", name), value, *labels), _at_least(facts)),
    ]
    if last is None or _markings(last.body) != refs:
        joint = based_on_id(indicator_id, seen)
        joined = based_on(joint, indicator_id, seen, created, modified, exchange.identity, refs)
        versions.append(_own(joint, "relationship", joined, modified, (tlp,)))
    return versions


def ended(lasts: Iterable[Entry], now: int) -> list[Version]:
    """The withdrawals of these entries: revoked versions that otherwise repeat the last ones.

    None of what STIX knows no revocation of: markings, and objects without `modified`.
    """
    return [
        version_of(body, last.owner_key)
        for last in lasts
        if not last.revoked and last.type not in _CANNOT_BE_REVOKED
        if (body := revoked(last.body, now)) != last.body
    ]


_CANNOT_BE_REVOKED = frozenset({"marking-definition"})


def _own(
    object_id: str,
    kind: str,
    body: bytes,
    modified: int | None,
    found_by: tuple[tuple[str, str], ...],
    compared: tuple[tuple[str, str], ...] = (),
) -> Version:
    """`version_of` for what was just made: it need not be read again to know what it says."""
    text = stamp(modified) if modified is not None else None
    key = _sortable(text) if text is not None else None
    shared = modified is None
    return Version(object_id, kind, body, text, key, fields=found_by, at_least=compared, shared=shared)


def _sortable(text: str) -> str:
    return text[:-1].rstrip("0").rstrip(".")


def _at_least(facts: IndicatorFacts) -> tuple[tuple[str, str], ...]:
    confidence = ("confidence", f"{facts.confidence:03d}")
    if facts.valid_until is None:
        return (confidence,)
    return confidence, ("valid_until", _sortable(stamp(facts.valid_until)))


def _dates(body: bytes) -> tuple[int, int]:
    content = orjson.loads(body)
    return parse_stamp(content["created"]), parse_stamp(content["modified"])


def _markings(body: bytes) -> list[str]:
    return list(orjson.loads(body)["object_marking_refs"])
