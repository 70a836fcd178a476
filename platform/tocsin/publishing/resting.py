"""The assertions that a collection's indicators rest on: what its readers may know that members said."""

from collections.abc import Mapping, Sequence

from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection
from tocsin.members.granting import agreements_over
from tocsin.policy.agreement import voices_needed
from tocsin.policy.filters import parse_filter
from tocsin.publishing.settle import subjects_of
from tocsin.publishing.standing import Claimed, fitting, support_enough


def resting(connection: Connection, collection: Collection, claims: Mapping[bytes, Sequence[Claimed]]) -> list[Claimed]:
    """The assertions among these, by subject, that the collection's indicators on those subjects rest on."""
    terms = parse_filter(collection.filter)
    agreements = agreements_over(connection, {collection.key})[collection.key]
    # what came after a freeze is in no version that anybody has
    until = collection.frozen_ms
    found: list[Claimed] = []
    for key, subject in subjects_of({key: list(some) for key, some in claims.items()}).items():
        fit = fitting(claims[key], collection.key, terms)
        if support_enough(fit, voices_needed(agreements, subject.identifier.kind, personal=subject.personal)):
            found += [one for one in fit if until is None or one.standing.received_ms <= until]
    return found
