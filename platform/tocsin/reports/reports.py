"""Reports, and what became of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import ACCOUNTS
from tocsin.members.tables import members
from tocsin.reports.tables import ERASED, RECEIVED, assertions, report_bytes, reports
from tocsin.reports.terms import Terms, read_terms, spelled
from tocsin.times import DAY_MS

_LOOKED_AT = 10_000


class NoSuchReport(LookupError):
    """No report has that id."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report as stored. Moments are ms; `rows_done` counts the rows that have their verdict.

    `rows_expected` is about how many there are; None for small ones, and where that is not known.
    """

    key: int
    id: str
    member_key: int
    member: str
    member_name: str
    country: str | None
    trusted: bool
    voice_of: int
    handed_in_by: str
    received_ms: int
    sha256: str
    size: int
    name: str | None
    format: str
    terms: Terms
    state: str
    rows_done: int
    notices: tuple[str, ...]
    withdrawn_ms: int | None
    rows_expected: int | None = None

    @property
    def unattributed(self) -> bool:
        """Whether others may not know whose it is."""
        return self.terms.unattributed


@dataclass(frozen=True, slots=True)
class Decided:
    """One row of a report with its verdict."""

    n: int
    row: int
    column: str
    value: str
    kind: str | None
    canonical: str | None
    verdict: str
    reason: str
    stix_id: str | None
    observable_id: str | None


def find_report(connection: Connection, report_id: str) -> Report:
    """The report with this id; NoSuchReport otherwise."""
    row = connection.execute(_NAMED, {"id": report_id}).first()
    if row is None:
        raise NoSuchReport(f"There is no report {report_id!r}.")
    return _report(row)


def report_by_key(connection: Connection, key: int) -> Report:
    """The report with this key, which is there."""
    return _report(connection.execute(_KEYED, {"key": key}).one())


def finish(
    connection: Connection, report_key: int, state: str, file_format: str, notices: Sequence[str], now: int
) -> None:
    """Set a report's last state: every row has its verdict, or the file cannot be read and `notices` say why."""
    connection.execute(
        reports.update()
        .where(reports.c.key == report_key, reports.c.state == RECEIVED)
        .values(state=state, format=file_format, notices=json.dumps(list(notices)), completed_ms=now)
    )


def expect(connection: Connection, report_key: int, rows: int) -> None:
    """Note about how many rows a report has."""
    connection.execute(reports.update().where(reports.c.key == report_key).values(rows_expected=rows))


def mark_withdrawn(connection: Connection, report_key: int, reason: str, now: int) -> None:
    """Note that a report was taken back. The same bytes may then be handed in again as a new report."""
    connection.execute(
        reports.update()
        .where(reports.c.key == report_key, reports.c.withdrawn_ms.is_(None))
        .values(withdrawn_ms=now, withdrawn_reason=reason, fingerprint=reports.c.fingerprint + f" withdrawn {now}")
    )


def change_markings(connection: Connection, report: Report, *, tlp: str, pap: str | None, handling: str | None) -> None:
    """Give a report these markings. The same bytes under the terms it was handed in on are still the same report."""
    terms = replace(report.terms, tlp=tlp, pap=pap, handling=handling)
    connection.execute(
        reports.update()
        .where(reports.c.key == report.key)
        .values(tlp=tlp, pap=pap, handling=handling, terms=spelled(terms))
    )


def let_again(connection: Connection, object_id: str, now: int) -> None:
    """Note that an object that reports brought was deleted: the same bytes, handed in again, are judged anew."""
    brought = sa.select(assertions.c.report_key).where(assertions.c.object_id == object_id)
    connection.execute(
        reports.update().where(reports.c.key.in_(brought)).values(fingerprint=reports.c.fingerprint + f" deleted {now}")
    )


def list_reports(
    connection: Connection,
    *,
    member_key: int | None = None,
    state: str | None = None,
    seen_by: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Report]:
    """Reports, newest first.

    `seen_by`: the key of the member that will see them. What others handed in without a name stands, in no order, at
    the beginning of its day: its place between the others would tell when it came.
    """
    hidden = sa.and_(reports.c.unattributed, reports.c.member_key != (seen_by or reports.c.member_key))
    day = reports.c.received_ms - reports.c.received_ms % DAY_MS
    shown = sa.case((hidden, day), else_=reports.c.received_ms).desc()
    query = _REPORT.order_by(shown, sa.case((hidden, 0), else_=reports.c.key).desc(), reports.c.id)
    query = query.limit(limit).offset(offset)
    if member_key is not None:
        query = query.where(reports.c.member_key == member_key)
    if state is not None:
        query = query.where(reports.c.state == state)
    return [_report(row) for row in connection.execute(query)]


def waiting(connection: Connection) -> list[str]:
    """The ids of the reports that are not through yet, oldest first."""
    query = sa.select(reports.c.id).where(reports.c.state == RECEIVED).order_by(reports.c.key)
    return list(connection.execute(query).scalars())


def body_of(connection: Connection, report_key: int) -> bytes:
    """A report's bytes as they were handed in."""
    return bytes(connection.execute(_BODY, {"report": report_key}).scalar_one())


def counts_of(connection: Connection, report_key: int) -> dict[str, int]:
    """How many rows of a report have each verdict so far."""
    counts = dict.fromkeys(("accepted", "merged", "held", "rejected"), 0)
    query = (
        sa.select(assertions.c.verdict, sa.func.count())
        .where(assertions.c.report_key == report_key)
        .group_by(assertions.c.verdict)
    )
    counts.update((row[0], row[1]) for row in connection.execute(query))
    return counts


def names_account(connection: Connection, report_key: int) -> bool:
    """Whether a report that is kept names the account of anybody, among its first rows."""
    first = sa.and_(assertions.c.report_key == report_key, assertions.c.n < _LOOKED_AT)
    kept = sa.exists().where(report_bytes.c.report_key == report_key, sa.func.length(report_bytes.c.body) > 0)
    query = sa.select(assertions.c.n).where(first, assertions.c.kind.in_(ACCOUNTS), assertions.c.state != ERASED, kept)
    return connection.execute(query.limit(1)).first() is not None


def verdicts_of(
    connection: Connection,
    report_key: int,
    *,
    verdicts: Sequence[str] = (),
    offset: int = 0,
    limit: int | None = None,
) -> list[Decided]:
    """The rows of a report with their verdicts, in the order of the file."""
    columns = ["n", "row", "column", "raw", "kind", "value", "verdict", "reason", "stix_id", "observable_id"]
    query = (
        sa.select(*[assertions.c[name] for name in columns])
        .where(assertions.c.report_key == report_key)
        .order_by(assertions.c.n)
    )
    if verdicts:
        query = query.where(assertions.c.verdict.in_(verdicts)).offset(offset)
    else:
        # rows are counted without gaps, so that the last page of a million is found as fast as the first
        query = query.where(assertions.c.n >= offset)
    if limit is not None:
        query = query.limit(limit)
    return [Decided(*row) for row in connection.execute(query)]


_REPORT = sa.select(
    reports,
    members.c.slug.label("member"),
    members.c.name.label("member_name"),
    members.c.country,
    members.c.trusted,
    sa.func.coalesce(members.c.voice_key, members.c.key).label("voice_of"),
).join(members, members.c.key == reports.c.member_key)
_NAMED = _REPORT.where(reports.c.id == sa.bindparam("id"))
_KEYED = _REPORT.where(reports.c.key == sa.bindparam("key"))
_BODY = sa.select(report_bytes.c.body).where(report_bytes.c.report_key == sa.bindparam("report"))


def _report(row: sa.Row[Any]) -> Report:
    return Report(
        key=row.key,
        id=row.id,
        member_key=row.member_key,
        member=row.member,
        member_name=row.member_name,
        country=row.country,
        trusted=row.trusted,
        voice_of=row.voice_of,
        handed_in_by=row.handed_in_by,
        received_ms=row.received_ms,
        sha256=row.sha256,
        size=row.size,
        name=row.name,
        format=row.format,
        terms=read_terms(row.terms),
        state=row.state,
        rows_done=row.rows_done,
        notices=tuple(json.loads(row.notices)),
        withdrawn_ms=row.withdrawn_ms,
        rows_expected=row.rows_expected,
    )
