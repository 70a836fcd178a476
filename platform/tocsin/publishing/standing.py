"""The assertions on one subject: read from the reports, and what they support in a collection."""

import hashlib
from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS, Identifier
from tocsin.ledger.database import rows_among
from tocsin.policy.carry import Reach
from tocsin.policy.filters import Facts, Filter, lets_through
from tocsin.publishing.facts import Standing
from tocsin.reports.tables import ACTIVE, FALSE, assertions, report_collections, reports, tombstones
from tocsin.screening import Voice, corroborated
from tocsin.stix import observed

ONE_VOICE = "one-voice"
APPROVED = "approved"


class Subject(NamedTuple):
    """What assertions agree on: an identifier in a role that shows in its pattern.

    `seen` are the properties of the identifier's observable.
    """

    key: bytes
    identifier: Identifier
    pattern: str
    seen: Mapping[str, Any]

    @property
    def personal(self) -> bool:
        return KINDS[self.identifier.kind].personal


class Claimed(NamedTuple):
    """A standing assertion with its subject's key and the collections it was handed in for.

    `place` is its report's key and its row count; `collections` are those that policy lets carry it. `object_id` is set
    for an object that was pushed whole, once it is stored.
    """

    place: tuple[int, int]
    subject: bytes
    kind: str
    value: str
    code: str
    stix_id: str | None
    collections: frozenset[int]
    standing: Standing
    object_id: str | None = None

    @property
    def blocked(self) -> bool:
        """Held for another reason than that it is one voice: it supports nothing until a moderator approves."""
        return self.standing.verdict == "held" and self.code != ONE_VOICE


def subject_of(identifier: Identifier, role: str | None) -> Subject:
    """The subject that this identifier in this role belongs to."""
    pattern = KINDS[identifier.kind].pattern(identifier, role)
    return Subject(subject_key(pattern), identifier, pattern, observed(identifier))


def subject_key(pattern: str) -> bytes:
    """The key of the subject with this pattern."""
    return hashlib.sha256(pattern.encode()).digest()[:16]


def load(connection: Connection, subjects: Several[bytes]) -> defaultdict[bytes, list[Claimed]]:
    """What stands on these subjects, in the order in which it was handed in."""
    rows = list(rows_among(connection, _STANDING, subjects, ACTIVE))
    targets = reached(connection, {row.report_key for row in rows})
    found: defaultdict[bytes, list[Claimed]] = defaultdict(list)
    for row in rows:
        found[row.subject].append(_claimed(row, targets[row.report_key].of(row.kind)))
    return found


@dataclass(slots=True)
class Reached:
    """The collections that may carry a report: everything in it, or what is no person's as well."""

    everything: frozenset[int] = frozenset()
    impersonal: frozenset[int] = frozenset()

    def of(self, kind: str | None) -> frozenset[int]:
        """Those that may carry an identifier of this kind; what is of no kind may be a person's."""
        return self.everything if kind is None or KINDS[kind].personal else self.impersonal


def reached(connection: Connection, report_keys: Several[int]) -> defaultdict[int, Reached]:
    """By report key, where what it says may go."""
    found: defaultdict[int, Reached] = defaultdict(Reached)
    for row in rows_among(connection, _REACHED, report_keys):
        one = found[row.report_key]
        if row.reach == Reach.EVERYTHING:
            one.everything |= {row.collection_key}
        if row.reach != Reach.NOTHING:
            one.impersonal |= {row.collection_key}
    return found


def collections_of(connection: Connection, report_keys: Several[int]) -> set[int]:
    """The keys of the collections that these reports were handed in for."""
    return {row.collection_key for row in rows_among(connection, _REACHED, report_keys)}


def withdrawn_as_wrong(connection: Connection, subjects: Several[bytes]) -> set[bytes]:
    """The subjects of which an assertion was once withdrawn because it was wrong."""
    return {row.subject for row in rows_among(connection, _WRONG, subjects, FALSE)}


def erased_before(connection: Connection, tokens: Several[bytes]) -> set[bytes]:
    """The tokens among these of what was once erased."""
    if connection.execute(sa.select(tombstones.c.token).limit(1)).first() is None:
        return set()
    return {row.token for row in rows_among(connection, _ERASED, set(tokens))}


def standing_subjects(connection: Connection, member_key: int, collection_key: int) -> set[bytes]:
    """The keys of the subjects that a member's assertions in a collection stand on."""
    query = (
        sa.select(assertions.c.subject)
        .distinct()
        .join(reports, reports.c.key == assertions.c.report_key)
        .join(report_collections, report_collections.c.report_key == reports.c.key)
        .where(
            reports.c.member_key == member_key,
            report_collections.c.collection_key == collection_key,
            assertions.c.subject.is_not(None),
            assertions.c.state == ACTIVE,
            assertions.c.verdict != "rejected",
        )
    )
    return set(connection.execute(query).scalars())


def fitting(claims: Iterable[Claimed], collection_key: int, terms: Filter) -> list[Claimed]:
    """The assertions that were handed in for a collection, and that its filter lets through."""
    return [
        claim
        for claim in claims
        if collection_key in claim.collections
        and not claim.blocked
        and (not terms or lets_through(terms, _facts(claim)))
    ]


def support_enough(fitting: Iterable[Claimed], needed: int) -> bool:
    """Whether these assertions may publish something, which they do together. `needed`: how many voices that takes."""
    voices = [Voice(claim.standing.voice_of, claim.standing.voice, claim.standing.approved) for claim in fitting]
    return corroborated(voices, needed)


def _facts(claim: Claimed) -> Facts:
    one = claim.standing
    return Facts(claim.kind, claim.value, one.crime_type, one.role, one.tlp, "member" if one.voice else "open-list")


_STANDING = """
    SELECT a.report_key, a.n, a.subject, a.kind, a.value, a.role, a.crime_type, a.confidence, a.first_seen, a.last_seen,
        a.verdict, a.code, a.stix_id, a.object_id, a.note, r.member_key, r.tlp, r.voice, r.unattributed, r.received_ms,
        r.pap, r.handling, r.with_text, m.name AS member_name, COALESCE(m.voice_key, m.key) AS voice_of
    FROM assertions a JOIN reports r ON r.key = a.report_key JOIN members m ON m.key = r.member_key
    WHERE a.state = ? AND a.verdict <> 'rejected' AND a.subject IN ({})
    ORDER BY a.report_key, a.n
"""
_WRONG = "SELECT subject FROM assertions WHERE state = ? AND subject IN ({})"
_ERASED = "SELECT token FROM tombstones WHERE token IN ({})"
_REACHED = "SELECT report_key, collection_key, reach FROM report_collections WHERE report_key IN ({})"


def _claimed(row: Any, targets: frozenset[int]) -> Claimed:
    return Claimed(
        place=(row.report_key, row.n),
        subject=row.subject,
        kind=row.kind,
        value=row.value,
        code=row.code,
        stix_id=row.stix_id,
        collections=targets,
        standing=Standing(
            member_key=row.member_key,
            voice_of=row.voice_of,
            member_name=row.member_name,
            named=not row.unattributed,
            voice=bool(row.voice),
            approved=row.code == APPROVED,
            whole=row.object_id is not None,
            verdict=row.verdict,
            tlp=row.tlp,
            role=row.role,
            crime_type=row.crime_type,
            confidence=row.confidence,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
            received_ms=row.received_ms,
            pap=row.pap,
            handling=row.handling,
            note=row.note if row.with_text and not row.unattributed else None,
        ),
        object_id=row.object_id,
    )
