"""What members revoke of the objects they pushed: it ends at once, also where a moderator looks at the rest."""

from collections.abc import Collection as Several
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.append import Version, append
from tocsin.ledger.database import chunks
from tocsin.ledger.objects import latest_of
from tocsin.ledger.read import Entry
from tocsin.publishing.judged import Judged
from tocsin.publishing.settle import subjects_of
from tocsin.publishing.standing import Subject, collections_of, load
from tocsin.publishing.versions import ended, version_of
from tocsin.publishing.whole import REFUSED
from tocsin.reports.reports import Report
from tocsin.reports.tables import ACTIVE, CHANGE_ROW, NOT_HELD, WITHDRAWN, assertions, report_collections, reports
from tocsin.screening import Verdict
from tocsin.stix import version_key

_WITHDRAWN = Verdict("accepted", "It is withdrawn, and every reader is told.", "withdrawal")
_WITHDRAWN_ONLY = Verdict(
    "accepted",
    "It is withdrawn, and every reader is told. What else you changed in it was not taken over.",
    "withdrawal",
)
_AS_HISTORY = Verdict("accepted", "Published as withdrawn.", "withdrawal")
_NOTHING = Verdict("merged", "Nothing of yours stands here under this id: there is nothing to withdraw.", "withdrawal")
_TOO_EARLY = Verdict(
    "rejected", "A withdrawal needs a later 'modified' than the version that it ends.", "early-withdrawal"
)
_TAKEN_BACK = "Withdrawn, or given another meaning, by who handed it in."
_FURTHER_DOWN = Verdict("rejected", "It is withdrawn further down in the same file.", "withdrawn-below")
_RANKS = ("merged", "accepted", "rejected")


@dataclass(slots=True)
class Ended:
    """Subjects that lost an assertion, and the collections in which it counted."""

    subjects: Mapping[bytes, Subject] = field(default_factory=dict)
    collections: set[int] = field(default_factory=set)


def end_below(judged: Sequence[Judged]) -> list[Judged]:
    """The rows of a chunk, with those marked as ended that a later row of it revokes."""
    last = {one.whole.id: one.n for one in judged if one.whole is not None and one.retracts}
    found = []
    for one in judged:
        if one.whole is not None and not one.retracts and one.n < last.get(one.whole.id, 0):
            personal = one.about is not None and one.about.personal
            one = one._replace(ended=True, verdict=_FURTHER_DOWN if personal else one.verdict)
        found.append(one)
    return found


def refuse_early(connection: Connection, report: Report, judged: Sequence[Judged]) -> list[Judged]:
    """The rows, with withdrawals refused that are no later than the version they would end."""
    revoking = {one.whole.id: one for one in judged if one.whole is not None and one.retracts}
    early = set()
    for key in report.terms.collections if revoking else ():
        for last in latest_of(connection, key, list(revoking)).values():
            version = version_of(revoking[last.object_id].row.raw or b"")
            own = last.owner_key == report.member_key and not last.revoked
            if own and (version.version_key or "") <= version_key(last.version):
                early.add(last.object_id)
    return [_refused(one) if one.retracts and one.whole and one.whole.id in early else one for one in judged]


def _refused(one: Judged) -> Judged:
    return one._replace(verdict=_TOO_EARLY, whole=None, row=replace(one.row, revoked=False))


def end_assertions(connection: Connection, report: Report, judged: Sequence[Judged], now: int) -> Ended:
    """End what the member said before by way of the objects that `judged` revokes, or gives another meaning."""
    taken = [one for one in judged if one.retracts or one.verdict.verdict != "rejected"]
    whole = {one.whole.id: one for one in taken if one.whole is not None}
    by_id = [row for some in chunks(list(whole)) for row in connection.execute(_standing(report, object_id=some))]
    rows = [row for row in by_id if _is_over(row, whole[row.object_id])]
    named = {one.about.key for one in judged if one.retracts and one.whole is None and one.about is not None}
    rows += [row for some in chunks(list(named)) for row in connection.execute(_standing(report, subject=some))]
    if not rows:
        return Ended()
    subjects = subjects_of(load(connection, {row.subject for row in rows if row.subject is not None}))
    connection.execute(
        CHANGE_ROW.values(state=WITHDRAWN, verdict=NOT_HELD, reason=_TAKEN_BACK, decided_ms=now),
        [{"this_report": row.report_key, "this_n": row.n} for row in rows],
    )
    return Ended(subjects, collections_of(connection, {row.report_key for row in rows}))


def _is_over(row: Any, one: Judged) -> bool:
    """Whether an earlier assertion by the same object is over: taken back, or given another meaning.

    What is published goes on counting while its next version waits.
    """
    if one.retracts:
        return True
    another = row.subject != (one.about.key if one.about is not None else None)
    return another and (row.verdict == "held" or one.verdict.verdict == "accepted")


def retract(
    connection: Connection, report: Report, judged: Sequence[Judged], ended: Ended, now: int
) -> dict[int, Verdict]:
    """Publish the withdrawals among these rows in the report's collections; their verdicts by row count."""
    found: dict[int, Verdict] = {}
    revoking = [one for one in judged if one.retracts]
    for one in revoking:
        if one.whole is None and one.about is not None:
            found[one.n] = _WITHDRAWN if one.about.key in ended.subjects else _NOTHING
    revoking = [one for one in revoking if one.whole is not None]
    for key in report.terms.collections if revoking else ():
        lasts = latest_of(connection, key, [one.whole.id for one in revoking if one.whole is not None])
        for one in revoking:
            verdict = _retract_one(connection, report, one, lasts.get(one.whole.id if one.whole else ""), key, now)
            before = found.get(one.n, verdict)
            found[one.n] = max(before, verdict, key=lambda each: _RANKS.index(each.verdict))
    return found


def _retract_one(
    connection: Connection, report: Report, one: Judged, last: Entry | None, collection_key: int, now: int
) -> Verdict:
    if last is not None and last.owner_key != report.member_key:
        return _NOTHING  # in the words for an id that is not here at all
    version = version_of(one.row.raw or b"", report.member_key)
    if last is None or last.revoked:
        if one.verdict.verdict != "accepted" or (one.about is not None and one.about.personal):
            return _NOTHING
        return _append(connection, collection_key, version, _AS_HISTORY, now)
    if _is_as_harmless(one, last):
        return _append(connection, collection_key, version, _WITHDRAWN, now)
    append(connection, collection_key, ended([last], now), now)
    return _WITHDRAWN_ONLY


def _append(connection: Connection, collection_key: int, version: Version, verdict: Verdict, now: int) -> Verdict:
    (outcome,) = append(connection, collection_key, [version], now)
    return REFUSED.get(outcome, verdict)


def _is_as_harmless(one: Judged, last: Entry) -> bool:
    """Whether the revoked version may be shown as it came: it says nothing new, or nothing that has to wait."""
    now, before = (orjson.loads(body) for body in (one.row.raw or b"{}", last.body))
    same = {**now, "modified": None, "revoked": None} == {**before, "modified": None, "revoked": None}
    personal = one.about is not None and one.about.personal
    return same or (one.verdict.verdict == "accepted" and (not personal or now.get("pattern") == before.get("pattern")))


def _standing(report: Report, **chosen: Several[Any]) -> sa.Select[Any]:
    """The member's assertions by these objects or subjects, in reports for one of this report's collections."""
    here = sa.select(report_collections.c.report_key).where(
        report_collections.c.collection_key.in_(report.terms.collections)
    )
    return (
        sa.select(*[assertions.c[name] for name in ("report_key", "n", "subject", "object_id", "verdict")])
        .join(reports, reports.c.key == assertions.c.report_key)
        .where(
            *(assertions.c[name].in_(values) for name, values in chosen.items()),
            assertions.c.state == ACTIVE,
            assertions.c.verdict != "rejected",
            reports.c.member_key == report.member_key,
            assertions.c.report_key.in_(here),
        )
    )
