"""Rows with their verdicts become assertions and entries: one chunk, one transaction, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier
from tocsin.intake import Claim
from tocsin.ledger.collections import collections_by_key
from tocsin.ledger.database import insert_rows, storable
from tocsin.ledger.objects import latest_of
from tocsin.members.members import rights_of
from tocsin.members.voices import voice_of
from tocsin.policy.carry import Reach
from tocsin.policy.edges import HOLDER
from tocsin.policy.filters import Facts, Filter, lets_through, parse_filter
from tocsin.publishing.audience import reach_of
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.facts import Standing
from tocsin.publishing.judged import OPAQUE, Judged, WholeObject
from tocsin.publishing.retract import end_assertions, end_below, refuse_early, retract
from tocsin.publishing.settle import Settled, settle
from tocsin.publishing.standing import ONE_VOICE, Claimed, Subject, erased_before, load, reached, withdrawn_as_wrong
from tocsin.publishing.whole import append_whole, release_whole
from tocsin.reports.joints import keep_joints
from tocsin.reports.reports import Report
from tocsin.reports.tables import ACTIVE, WITHDRAWN, assertions, reports
from tocsin.screening import Verdict
from tocsin.stix import HANDLING, strictest, strictest_of

WITHDRAWN_BEFORE = Verdict(
    "held", "It was withdrawn as wrong before, so a moderator has to look at it first.", "withdrawn-before"
)
_ERASED_BEFORE = Verdict(
    "held", "What was known of it was erased before, so a moderator has to look at it first.", "erased-before"
)
_WAITS = Verdict("held", "It waits for a second member's report or a moderator's approval.", ONE_VOICE)
_NOWHERE = Verdict("rejected", "None of the collections you chose takes this kind of report.", "filter")
_MARKED = Verdict(
    "rejected",
    "Its own marking is stricter than what the collection's readers may do with what they get.",
    "marked",
)
_NO_BASIS = Verdict(
    "rejected",
    "It may be a person's: hand it in again with a lawful basis that everybody who would receive it accepts.",
    "basis",
)


def publish_chunk(
    connection: Connection, exchange: Exchange, report: Report, judged: Sequence[Judged], now: int
) -> bool:
    """Write those of these rows, which follow one another, that nobody wrote, with their final verdicts.

    False when somebody else did already, or the report was taken back meanwhile.
    """
    done = connection.execute(sa.select(reports.c.rows_done).where(reports.c.key == report.key)).scalar_one()
    # by rows, not by chunks: another version's process, which runs beside this one, may have others
    judged = [one for one in judged if one.n >= done]
    if not judged:
        return False
    first = judged[0].n
    advanced = connection.execute(
        reports.update()
        .where(reports.c.key == report.key, reports.c.rows_done == first, reports.c.withdrawn_ms.is_(None))
        .values(rows_done=first + len(judged))
    ).rowcount
    if not advanced:
        return False
    chunk = _Chunk(connection, exchange, report, now)
    records = chunk.records(judged)
    insert_rows(connection, assertions, list(records[0]), [tuple(record.values()) for record in records])
    # the first token is that of the pattern, and a name's pattern is the name
    holders = [(one.n, one.tokens[0]) for one in judged if one.tokens and one.names_holder]
    keep_joints(connection, HOLDER, report.key, holders)
    return True


def judged_again(
    connection: Connection, exchange: Exchange, report: Report, judged: Judged, now: int
) -> dict[str, Any]:
    """Decide anew on one row that is stored, whose assertion stands no more meanwhile; its columns as they are now."""
    (found,) = _Chunk(connection, exchange, report, now).records([judged])
    return {name: value for name, value in found.items() if name not in ("report_key", "n")}


class _Chunk:
    """The decision on the rows of one chunk, made under the writer lock from what stands at that moment."""

    def __init__(self, connection: Connection, exchange: Exchange, report: Report, now: int) -> None:
        self.connection = connection
        self.exchange = exchange
        self.report = report
        self.now = now
        self.first_rows: dict[bytes, int] = {}
        self.standing: dict[tuple[Claim, bool, bool], Standing] = {}
        self.reach = reached(connection, {report.key})[report.key]
        targets = collections_by_key(connection, set(self.reach.impersonal))
        self.targets = list(targets.values())
        self.keeping: dict[tuple[str, str | None], bool] = {(report.terms.tlp, report.terms.handling): True}
        self.filters: dict[int, Filter] = {key: parse_filter(one.filter) for key, one in targets.items()}
        # asked under the lock: who is one voice may have changed since the report was read
        self.voice_of = voice_of(connection, report.member_key)
        self.readable = {key for key, right in rights_of(connection, report.member_key).items() if right.can_read}

    def records(self, judged: Sequence[Judged]) -> list[dict[str, Any]]:
        judged = refuse_early(self.connection, self.report, end_below(judged))
        ended = end_assertions(self.connection, self.report, judged, self.now)
        subjects = {one.about.key: one.about for one in judged if one.about is not None and one.claims}
        claims = load(self.connection, subjects.keys() | ended.subjects.keys())
        names = {name for one in judged if one.whole is not None for name in one.whole.names}
        wrong = withdrawn_as_wrong(self.connection, subjects.keys() | names)
        seen = self._seen({name for one in judged if one.whole is not None for name in one.whole.refers})
        erased = erased_before(self.connection, [token for one in judged for token in one.tokens])
        judged = [self._admit(one, wrong, erased, seen) for one in judged]
        fresh = {one.n: self._claim(one, one.about) for one in judged if one.about is not None and one.claims}
        earlier = {key: list(some) for key, some in claims.items()}
        for n, claim in fresh.items():
            claims[claim.subject].append(claim)
            self.first_rows.setdefault(claim.subject, n)
        touched = {**ended.subjects, **{key: subject for key, subject in subjects.items() if key in claims}}
        settled = settle(self.connection, self.exchange, touched, claims, ended.collections, self.now)
        decided = self._publish_whole(judged, fresh, settled)
        release_whole(self.connection, self.exchange, settled.released, self.now)
        decided |= retract(self.connection, self.report, judged, ended, self.now)
        return [self._record(one, fresh, earlier, settled, decided) for one in judged]

    def _seen(self, object_ids: set[str]) -> set[str]:
        """Those of these objects that all collections of the report serve to whoever handed it in."""
        seen = set(object_ids) if self.readable.issuperset(self.report.terms.collections) else set()
        for key in self.report.terms.collections if object_ids else ():
            seen &= latest_of(self.connection, key, list(object_ids)).keys()
        return seen

    def _admit(self, one: Judged, wrong: set[bytes], erased: set[bytes], seen: set[str]) -> Judged:
        """The row with the verdict that its own marking, what was decided before, and filters put on it."""
        if one.verdict.verdict in ("accepted", "held") and not erased.isdisjoint(one.tokens):
            return one._replace(verdict=_ERASED_BEFORE)
        if one.verdict.verdict != "rejected" and one.whole is not None and not self._kept_as_marked(one.whole):
            return one._replace(verdict=_MARKED)
        if one.verdict.verdict == "accepted" and one.whole is not None and not one.retracts:
            if not wrong.isdisjoint(one.whole.names):
                return one._replace(verdict=WITHDRAWN_BEFORE)
            if not seen.issuperset(one.whole.refers):
                return one._replace(verdict=OPAQUE)
        if one.about is None or not one.claims:
            return one
        if not self.reach.of(one.about.identifier.kind):
            return one._replace(verdict=_NO_BASIS)
        if not self._taken(one.about.identifier, one.row.claim):
            return one._replace(verdict=_NOWHERE)
        if one.about.key in wrong and one.verdict.verdict == "accepted":
            return one._replace(verdict=WITHDRAWN_BEFORE)
        return one

    def _kept_as_marked(self, whole: WholeObject) -> bool:
        """Whether every collection of the report can keep what an object says itself of how far it may go."""
        terms = self.report.terms
        tlp = strictest([terms.tlp, whole.tlp or terms.tlp])
        handling = strictest_of(HANDLING, [terms.handling, whole.handling])
        if (tlp, handling) not in self.keeping:
            shared = replace(terms.shared(self.report.member_key, None), tlp=tlp, handling=handling)
            reach = reach_of(self.connection, self.targets, shared, self.now)
            self.keeping[tlp, handling] = Reach.NOTHING not in reach.values()
        return self.keeping[tlp, handling]

    def _taken(self, about: Identifier, claim: Claim) -> bool:
        filters = [self.filters[key] for key in self.reach.of(about.kind)]
        if () in filters:
            return True
        source = "member" if self.report.terms.voice else "open-list"
        facts = Facts(about.kind, about.value, claim.crime_type, claim.role, self.report.terms.tlp, source)
        return any(lets_through(terms, facts) for terms in filters)

    def _claim(self, one: Judged, subject: Subject) -> Claimed:
        return Claimed(
            place=(self.report.key, one.n),
            subject=subject.key,
            kind=subject.identifier.kind,
            value=subject.identifier.value,
            code=one.verdict.code,
            stix_id=None,
            collections=self.reach.of(subject.identifier.kind),
            standing=self._standing(one.row.claim, one.verdict.verdict == "held", one.whole is not None),
        )

    def _standing(self, claim: Claim, held: bool, whole: bool) -> Standing:
        """What a row of the report says: the same for all rows that claim the same."""
        if (claim, held, whole) not in self.standing:
            terms = self.report.terms
            self.standing[claim, held, whole] = Standing(
                member_key=self.report.member_key,
                voice_of=self.voice_of,
                member_name=self.report.member_name,
                named=not terms.unattributed,
                voice=terms.voice,
                approved=False,
                whole=whole,
                verdict="held" if held else "",
                tlp=terms.tlp,
                role=claim.role,
                crime_type=claim.crime_type,
                confidence=claim.confidence,
                first_seen=claim.first_seen,
                last_seen=claim.last_seen,
                received_ms=self.report.received_ms,
                pap=terms.pap,
                handling=terms.handling,
                note=claim.note if terms.with_text and not terms.unattributed else None,
            )
        return self.standing[claim, held, whole]

    def _publish_whole(
        self, judged: Sequence[Judged], fresh: dict[int, Claimed], settled: Settled
    ) -> dict[int, Verdict]:
        """Append the STIX objects that are published as they came; the refusals by row."""
        every = self.reach.impersonal
        ready = [
            (one.n, one.row.raw or b"", settled.supported[self.report.key, one.n] if one.n in fresh else every)
            for one in judged
            if one.whole is not None
            and not one.retracts
            and one.verdict.verdict == "accepted"
            and (one.n not in fresh or (self.report.key, one.n) in settled.supported)
        ]
        return append_whole(self.connection, self.exchange, self.report, ready, self.now)

    def _record(
        self,
        one: Judged,
        fresh: dict[int, Claimed],
        earlier: dict[bytes, list[Claimed]],
        settled: Settled,
        decided: dict[int, Verdict],
    ) -> dict[str, Any]:
        row, verdict, subject = one.row, one.verdict, one.about
        indicator = None
        if subject is not None and one.n in fresh:
            indicator = settled.indicator_in(subject.key, self.reach.of(subject.identifier.kind))
            if verdict.verdict == "accepted":
                verdict = self._final(one, subject, fresh, earlier, settled)
        verdict = decided.get(one.n, verdict)
        return {
            "report_key": self.report.key,
            "n": one.n,
            "row": row.row,
            "column": storable(row.column),
            "raw": storable(row.value),
            "kind": subject.identifier.kind if subject else None,
            "value": subject.identifier.value if subject else None,
            "subject": subject.key if subject and one.claims else None,
            "role": row.claim.role,
            "crime_type": row.claim.crime_type,
            "confidence": row.claim.confidence,
            "first_seen": row.claim.first_seen,
            "last_seen": row.claim.last_seen,
            "note": storable(row.claim.note) if row.claim.note is not None else None,
            "verdict": verdict.verdict,
            "code": verdict.code,
            "reason": storable(verdict.reason),
            "stix_id": one.whole.id if one.whole else indicator,
            "observable_id": subject.seen["id"] if subject and one.claims else None,
            "object_id": one.whole.id if one.whole else None,
            "state": WITHDRAWN if one.retracts or one.ended else ACTIVE,
            "decided_by": None,
            "decided_ms": None,
        }

    def _final(
        self,
        one: Judged,
        subject: Subject,
        fresh: dict[int, Claimed],
        earlier: dict[bytes, list[Claimed]],
        settled: Settled,
    ) -> Verdict:
        """Accepted, merged or held, for a row that screening let through.

        `merged` is said only where the submitter may see what was there before.
        """
        if (self.report.key, one.n) not in settled.supported:
            return _WAITS
        if one.n != self.first_rows[subject.key] and not one.whole:
            return Verdict("merged", "The same stands further up in this report.", "merged")
        seen = self.readable.intersection(self.filters)
        for claim in earlier.get(subject.key, ()):
            own = claim.standing.member_key == self.report.member_key
            # what a filter keeps out, or what waits, is in none that the submitter reads
            if claim.blocked or not (own or settled.supported.get(claim.place, set()) & seen):
                continue
            if own:
                return Verdict("merged", "You reported it before; this was added to it.", "merged")
            return Verdict("merged", "It is known already; your report was added to it.", "merged")
        return one.verdict
