"""Taking reports in, and reading what became of them."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.intake import NO_CLAIM, Claim
from tocsin.ledger.database import storable
from tocsin.members.tables import members
from tocsin.policy.carry import Reach, Reader, Shared
from tocsin.reports.audiences import keep_audience
from tocsin.reports.tables import RECEIVED, assertions, report_bytes, report_collections, reports
from tocsin.times import DAY_MS

LARGEST_REPORT = 128 * 1024 * 1024
"""Bytes that may be handed in at once."""


class TooLarge(ValueError):
    """A report is larger than can be taken."""


class NoSuchReport(LookupError):
    """No report has that id."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what terms a report is handed in; with the bytes and the member they make a report the same report.

    `kind` and `claim` apply to every row that says nothing itself. `voice` is False for open lists. `whole`: STIX
    objects are published with the id and bytes they came with. `override` is the reason why allow lists are set
    aside, given by somebody who may. `audience` is who may know, None where only collections were named; `pap` and
    `handling` are names of markings; `basis` a key of `policy.agreement.BASES`; `with_text`: free text may leave.
    """

    tlp: str
    collections: tuple[int, ...]
    format: str = "auto"
    kind: str | None = None
    claim: Claim = NO_CLAIM
    unattributed: bool = False
    voice: bool = True
    whole: bool = False
    override: str | None = None
    audience: tuple[Reader, ...] | None = None
    pap: str | None = None
    handling: str | None = None
    basis: str | None = None
    with_text: bool = False

    def shared(self, owner: int, audience: frozenset[Reader] | None) -> Shared:
        """What policy decides on; `owner` is the member's key, `audience` who may know, None for everybody."""
        return Shared(
            tlp=self.tlp,
            owner=owner,
            audience=audience,
            unattributed=self.unattributed,
            handling=self.handling,
            basis=self.basis,
        )


_LATER = ("audience", "pap", "handling", "basis", "with_text")
"""Terms that reports of the first versions lack: left out where nothing was said, so that a retry stays one."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report as stored. Moments are ms; `rows_done` counts the rows that have their verdict."""

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


def receive(
    connection: Connection,
    member_key: int,
    handed_in_by: str,
    body: bytes,
    name: str | None,
    terms: Terms,
    now: int,
    reach: Mapping[int, Reach] | None = None,
    audience: frozenset[Reader] | None = None,
) -> tuple[str, bool]:
    """Keep a report's bytes, with who and when; its id, and whether it is new.

    `reach`: what policy decided, by collection key; everything where it says nothing. `audience`: who may know, None
    for everybody. The same bytes from the same member under the same terms are the same report: a retry adds nothing.
    The report is durable when the transaction is committed.
    """
    if len(body) > LARGEST_REPORT:
        raise TooLarge(
            f"This is {len(body) / 1e6:.0f} MB; the most that can be handed in at once is "
            f"{LARGEST_REPORT / 1e6:.0f} MB."
        )
    sha256 = hashlib.sha256(body).hexdigest()
    spelled = _spelled(terms)
    fingerprint = hashlib.sha256(f"{member_key}\n{sha256}\n{spelled}".encode()).hexdigest()
    known = connection.execute(sa.select(reports.c.id).where(reports.c.fingerprint == fingerprint)).scalar()
    if known is not None:
        return known, False
    identity = str(uuid.uuid4())
    key = connection.execute(
        reports.insert()
        .values(
            id=identity,
            member_key=member_key,
            handed_in_by=handed_in_by,
            received_ms=now,
            sha256=sha256,
            size=len(body),
            name=storable(name) if name is not None else None,
            format=terms.format,
            terms=spelled,
            fingerprint=fingerprint,
            tlp=terms.tlp,
            unattributed=terms.unattributed,
            voice=terms.voice,
            state=RECEIVED,
            rows_done=0,
            notices="[]",
            audience_key=keep_audience(connection, audience),
            pap=terms.pap,
            handling=terms.handling,
            basis=terms.basis,
            with_text=terms.with_text,
        )
        .returning(reports.c.key)
    ).scalar_one()
    connection.execute(report_bytes.insert().values(report_key=key, body=body))
    connection.execute(
        report_collections.insert(),
        [
            {
                "report_key": key,
                "collection_key": collection,
                "reach": (reach or {}).get(collection, Reach.EVERYTHING),
            }
            for collection in terms.collections
        ],
    )
    return identity, True


def _spelled(terms: Terms) -> str:
    said = asdict(terms)
    defaults = {one.name: one.default for one in fields(Terms)}
    kept = {name: value for name, value in said.items() if name not in _LATER or value != defaults[name]}
    return json.dumps(kept, sort_keys=True)


def find_report(connection: Connection, report_id: str) -> Report:
    """The report with this id; NoSuchReport otherwise."""
    row = connection.execute(_REPORT.where(reports.c.id == report_id)).first()
    if row is None:
        raise NoSuchReport(f"There is no report {report_id!r}.")
    return _report(row)


def report_by_key(connection: Connection, key: int) -> Report:
    """The report with this key, which is there."""
    return _report(connection.execute(_REPORT.where(reports.c.key == key)).one())


def finish(
    connection: Connection, report_key: int, state: str, file_format: str, notices: Sequence[str], now: int
) -> None:
    """Set a report's last state: every row has its verdict, or the file cannot be read and `notices` say why."""
    connection.execute(
        reports.update()
        .where(reports.c.key == report_key, reports.c.state == RECEIVED)
        .values(state=state, format=file_format, notices=json.dumps(list(notices)), completed_ms=now)
    )


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
        .values(tlp=tlp, pap=pap, handling=handling, terms=_spelled(terms))
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
    query = sa.select(report_bytes.c.body).where(report_bytes.c.report_key == report_key)
    return bytes(connection.execute(query).scalar_one())


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
        .offset(offset)
    )
    if verdicts:
        query = query.where(assertions.c.verdict.in_(verdicts))
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


def _report(row: sa.Row[Any]) -> Report:
    terms = json.loads(row.terms)
    terms["claim"] = Claim(**terms["claim"])
    terms["collections"] = tuple(terms["collections"])
    if terms.get("audience") is not None:
        terms["audience"] = tuple(Reader(*one) for one in terms["audience"])
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
        terms=Terms(**terms),
        state=row.state,
        rows_done=row.rows_done,
        notices=tuple(json.loads(row.notices)),
        withdrawn_ms=row.withdrawn_ms,
    )
