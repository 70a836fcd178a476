"""Bringing collections to what the assertions on some subjects support. Callers hold the writer lock.

Everything that can change what is published ends here: rows handed in, approvals, withdrawals. The same assertions
always give the same objects.
"""

from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import ACCOUNTS, kept
from tocsin.ledger.append import Version, append
from tocsin.ledger.collections import Collection, collections_by_key
from tocsin.ledger.objects import latest_of
from tocsin.ledger.read import Entry
from tocsin.members.granting import agreements_over
from tocsin.policy.agreement import Agreement, voices_needed
from tocsin.policy.confidence import UNVOTED, Vote, weighed
from tocsin.policy.filters import Filter, parse_filter
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.facts import computed, voices_among
from tocsin.publishing.screening_of import imitable
from tocsin.publishing.standing import Claimed, Subject, fitting, subject_of, support_enough
from tocsin.publishing.versions import ended, published, support, version_of
from tocsin.publishing.whole import end_whole
from tocsin.reports.disputes import disputed_values
from tocsin.reports.statements import standing_statements
from tocsin.reports.tables import CHANGE_ROW
from tocsin.reports.votes import Spot, votes_on
from tocsin.screening import Protected, imitation
from tocsin.stix import IndicatorFacts, based_on_id, indicator_id, observable

Place = tuple[int, int]
"""A report's key and a row count in it."""


@dataclass(slots=True)
class Settled:
    """What settling found: which assertions are published now, and the indicator of each subject by collection.

    `supported` names the keys of the collections; `waiting` are those that some collection would take, were they more
    voices; `released` the objects that may now be published there as they came, by place and collection.
    """

    supported: defaultdict[Place, set[int]] = field(default_factory=lambda: defaultdict(set))
    waiting: set[Place] = field(default_factory=set)
    indicators: dict[bytes, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    released: defaultdict[Place, set[int]] = field(default_factory=lambda: defaultdict(set))

    def indicator_in(self, subject: bytes, collection_keys: Several[int]) -> str | None:
        """The id of a subject's indicator in one of these collections: of others nobody is told."""
        return next((one for key, one in self.indicators.get(subject, {}).items() if key in collection_keys), None)


@dataclass(frozen=True, slots=True)
class _Place:
    """A collection with its filter, the agreements that its readers are under, and what is known of the subjects."""

    collection: Collection
    terms: Filter
    agreements: tuple[Agreement, ...]
    disputed: frozenset[tuple[str, str]]
    stated: Mapping[bytes, tuple[str, int]]
    imitable: Protected
    votes: Mapping[Spot, list[Vote]]

    def needed(self, subject: Subject) -> int:
        """How many voices publish this subject here."""
        return voices_needed(self.agreements, subject.identifier.kind, personal=subject.personal)

    def facts(self, subject: Subject, resting: Iterable[Claimed], now: int) -> IndicatorFacts:
        """What these assertions on a subject say here, with what is contested, what its bank and what readers say."""
        about = subject.identifier
        looks_like = imitation(about, self.imitable)
        standing = [claim.standing for claim in resting]
        votes = self.votes.get((self.collection.key, subject.key), ())
        return computed(
            about.kind,
            standing,
            disputed=(about.kind, about.value) in self.disputed,
            account_status=self.stated.get(subject.key),
            impersonates=looks_like.of if looks_like is not None else None,
            votes=weighed(votes, voices_among(standing), now) if votes else UNVOTED,
        )


def settle(
    connection: Connection,
    exchange: Exchange,
    subjects: Mapping[bytes, Subject],
    claims: Mapping[bytes, list[Claimed]],
    collection_keys: Several[int],
    now: int,
) -> Settled:
    """Publish, change or withdraw the indicators of these subjects so that they say what their assertions support.

    `collection_keys`: where something may have to end although no assertion that stands names it any more.
    """
    settled = Settled()
    reached = {key for some in claims.values() for claim in some for key in claim.collections}
    agreements = agreements_over(connection, reached | set(collection_keys))
    disputed = disputed_values(connection)
    stated = standing_statements(connection, [key for key, one in subjects.items() if one.identifier.kind in ACCOUNTS])
    votes, names = votes_on(connection, subjects.keys()), imitable(connection)
    for collection in collections_by_key(connection, reached | set(collection_keys)).values():
        terms = parse_filter(collection.filter)
        place = _Place(collection, terms, agreements[collection.key], disputed, stated, names, votes)
        _settle_collection(connection, exchange, place, subjects, claims, settled, now)
    _settle_whole(connection, claims, settled, now)
    _record(connection, claims, settled, now)
    return settled


def observe_again(
    connection: Connection, exchange: Exchange, collection_key: int, subjects: Mapping[bytes, Subject], now: int
) -> None:
    """Publish the observables of these subjects' standing indicators where somebody took them away."""
    (collection,) = collections_by_key(connection, {collection_key}).values()
    found = newest_generations(connection, exchange.namespace, collection, subjects)
    versions = [
        version_of(observable(subjects[key].seen, orjson.loads(last.body)["object_marking_refs"]))
        for key, (_, last) in found.items()
        if last is not None and not last.revoked
    ]
    append(connection, collection_key, versions, now)


def subjects_of(claims: Mapping[bytes, list[Claimed]]) -> dict[bytes, Subject]:
    """The subjects of stored assertions, in an order that tells nothing of what is not published."""
    subjects = {}
    for key, some in sorted(claims.items()):
        for claim in some[:1]:
            subjects[key] = subject_of(kept(claim.kind, claim.value), claim.standing.role)
    return subjects


def _settle_collection(
    connection: Connection,
    exchange: Exchange,
    place: "_Place",
    subjects: Mapping[bytes, Subject],
    claims: Mapping[bytes, list[Claimed]],
    settled: Settled,
    now: int,
) -> None:
    collection = place.collection
    lasts = newest_generations(connection, exchange.namespace, collection, subjects)
    versions: list[Version] = []
    ends: list[str] = []
    for key, subject in subjects.items():
        fit = fitting(claims.get(key, ()), collection.key, place.terms)
        resting = fit if support_enough(fit, place.needed(subject)) else []
        identity, last = lasts[key]
        for claim in resting:
            settled.supported[claim.place].add(collection.key)
        settled.waiting.update(claim.place for claim in fit if not resting)
        if any(not claim.standing.whole for claim in resting):
            if collection.frozen_ms is None:
                versions += published(exchange, subject, place.facts(subject, resting, now), identity, last, now)
            settled.indicators[key][collection.key] = identity
        elif last is not None and not last.revoked:
            ends += [identity, based_on_id(identity, subject.seen["id"])]
    if ends:
        versions += ended(latest_of(connection, collection.key, ends).values(), now)
    if versions:
        append(connection, collection.key, [*support(exchange), *versions], now)


def _settle_whole(connection: Connection, claims: Mapping[bytes, list[Claimed]], settled: Settled, now: int) -> None:
    """End the pushed objects that are supported no more, and find those that are now and stand nowhere yet."""
    stored = [claim for some in claims.values() for claim in some if claim.object_id is not None]
    for key in {key for claim in stored for key in claim.collections}:
        here = [claim for claim in stored if key in claim.collections]
        lasts = latest_of(connection, key, list({claim.object_id or "" for claim in here}))
        kept = {claim.object_id for claim in here if key in settled.supported.get(claim.place, ())}
        for claim in here:
            last = lasts.get(claim.object_id or "")
            if claim.object_id not in kept:
                if last is not None and last.owner_key == claim.standing.member_key:
                    end_whole(connection, [last], now)
            elif last is None and key in settled.supported.get(claim.place, ()):
                settled.released[claim.place].add(key)


def newest_generations(
    connection: Connection, namespace: UUID, collection: Collection, subjects: Mapping[bytes, Subject]
) -> dict[bytes, tuple[str, Entry | None]]:
    """Each subject's indicator id to go on with, and its newest version where it has one.

    STIX makes a revocation final: after one, the next generation of the id begins; so it does where a member took it.
    """
    found: dict[bytes, tuple[str, Entry | None]] = {}
    pending = {key: indicator_id(namespace, collection.id, subject.pattern, 1) for key, subject in subjects.items()}
    for generation in count(2):
        lasts = latest_of(connection, collection.key, list(pending.values()))
        following = {}
        for key, identity in pending.items():
            last = lasts.get(identity)
            if last is None or not (last.revoked or last.owner_key is not None):
                found[key] = (identity, last)
            else:
                following[key] = indicator_id(namespace, collection.id, subjects[key].pattern, generation)
        if not following:
            break
        pending = following
    return found


def _record(connection: Connection, claims: Mapping[bytes, list[Claimed]], settled: Settled, now: int) -> None:
    """Write the verdicts of earlier assertions that changed: released by a second voice, or waiting for one again."""
    changes = []
    for key, some in claims.items():
        for claim in some:
            one = claim.standing
            supported = claim.place in settled.supported
            if supported and one.verdict == "held":
                verdict, reason = "accepted", "Another member reported it too, so it was published."
            elif not supported and claim.place in settled.waiting and one.verdict in ("accepted", "merged"):
                verdict, reason = "held", "It waits for a second member's report or a moderator's approval."
            else:
                continue
            identity = settled.indicator_in(key, claim.collections)
            changes.append(
                {
                    "this_report": claim.place[0],
                    "this_n": claim.place[1],
                    "verdict": verdict,
                    "code": "released" if supported else "one-voice",
                    "reason": reason,
                    "stix_id": claim.object_id or identity or claim.stix_id,
                    "decided_ms": now,
                }
            )
    if changes:
        connection.execute(_CHANGE, changes)


_CHANGE = CHANGE_ROW.values(
    {name: sa.bindparam(name) for name in ("verdict", "code", "reason", "stix_id", "decided_ms")}
)
