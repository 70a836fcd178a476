"""The things that a collection publishes at this moment: the ends that an edge may have."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier
from tocsin.intake import ROLES
from tocsin.ledger.collections import Collection
from tocsin.ledger.objects import latest_of
from tocsin.ledger.read import Entry
from tocsin.policy.edges import End, Thing
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.settle import newest_generations
from tocsin.publishing.standing import Subject, subject_of
from tocsin.reports.statements import CLOSED
from tocsin.stix import INDICATOR_EXTENSION, comparisons, identifiers_of, strictest, tlp_of
from tocsin.times import parse_stamp


class Published(NamedTuple):
    """A thing with the newest version of its indicator in a collection."""

    thing: Thing
    entry: Entry
    end: End


def identifier_in(body: bytes) -> Identifier | None:
    """What an indicator is about, None where that is no identifier."""
    parts = comparisons(orjson.loads(body).get("pattern", "")) or []
    return next((one for _, one in identifiers_of(parts) if one is not None), None)


def subjects_about(identifier: Identifier) -> dict[bytes, Subject]:
    """By key, the subjects that an identifier is in its different roles."""
    return {one.key: one for role in ROLES if (one := subject_of(identifier, role))}


def thing_of(identifier: Identifier) -> Thing:
    """What an identifier is called in edges."""
    return identifier.kind, identifier.value


def published(
    connection: Connection,
    exchange: Exchange,
    collection: Collection,
    subjects: Mapping[bytes, Subject],
    objects: Mapping[str, tuple[Thing, str]],
) -> dict[Thing, Published]:
    """Those of these that stand in the collection: the exchange's indicators on the subjects, and pushed objects.

    `objects` are things, and the names of the members whose they are, by the id of the object.
    """
    found: dict[Thing, Published] = {}
    lasts = newest_generations(connection, exchange.namespace, collection, subjects)
    for key, (_, last) in lasts.items():
        if last is not None and not last.revoked:
            content = orjson.loads(last.body)
            ours = content.get("extensions", {}).get(INDICATOR_EXTENSION, {})
            end = End(frozenset(ours.get("sources", ())), tlp_of(content) or "amber", _closed(ours))
            _put(found, Published(thing_of(subjects[key].identifier), last, end))
    for identity, entry in latest_of(connection, collection.key, list(objects)).items():
        if entry.type == "indicator" and not entry.revoked and entry.owner_key is not None:
            thing, owner = objects[identity]
            end = End(frozenset((owner,)), tlp_of(orjson.loads(entry.body)) or "amber")
            _put(found, Published(thing, entry, end))
    return found


def _put(found: dict[Thing, Published], one: Published) -> None:
    """One line a thing, whatever its roles; who names it in one of them names it."""
    known = found.get(one.thing)
    if known is not None:
        one = known._replace(
            end=End(
                known.end.names | one.end.names,
                strictest((known.end.tlp, one.end.tlp)),
                known.end.closed_ms or one.end.closed_ms,
            )
        )
    found[one.thing] = one


def _closed(ours: Mapping[str, Any]) -> int | None:
    stated = ours.get("account_status") or {}
    return parse_stamp(f"{stated['stated_on']}T00:00:00.000Z") if stated.get("status") == CLOSED else None
