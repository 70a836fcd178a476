"""A moderator's correction of a row that waits: judged again like any row, and what was handed in stays beside it."""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS, Hints, Identifier, Token, Unreadable, read
from tocsin.intake import ROLES, Claim, Row
from tocsin.ledger.append import committed
from tocsin.ledger.database import Database
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.moderate import check_decider
from tocsin.publishing.process import judge
from tocsin.publishing.publish import judged_again
from tocsin.publishing.screening_of import screening_of
from tocsin.reports.decisions import CORRECTED, Change, Place, record
from tocsin.reports.reports import Report, report_by_key
from tocsin.reports.tables import ACTIVE, WITHDRAWN, assertions
from tocsin.screening import Screening, Verdict
from tocsin.stix import CRIME_TYPES


class CannotCorrect(ValueError):
    """The correction cannot be made; `field` is the one to blame, the message says why."""

    def __init__(self, message: str, field: str = "value") -> None:
        super().__init__(message)
        self.field = field


class Correction(NamedTuple):
    """What a row should say: a key of KINDS, a spelling, one of ROLES, a crime type or None where none is known."""

    kind: str
    value: str
    role: str | None
    crime_type: str | None


def correct(
    database: Database,
    exchange: Exchange,
    screening: Screening,
    place: Place,
    correction: Correction,
    by: str,
    now: int,
) -> Verdict:
    """Change what a row that waits says, and decide on it anew; the verdict. CannotCorrect where it cannot be.

    It may go on waiting: a correction is no approval.
    """

    def work(connection: Connection, now: int) -> Verdict:
        report_key, n = place
        check_decider(connection, by, report_key)
        report = report_by_key(connection, report_key)
        stored = _waiting(connection, place)
        about = _identifier(correction, report, screening.number_token)
        row = _row(stored, about, correction)
        before = {name: stored[name] for name in ("kind", "value", "role", "crime_type")}
        after = {**correction._asdict(), "value": about.value}
        if before == after:
            raise CannotCorrect("Nothing was changed.")
        # while it is judged anew the row must not be counted beside itself
        _set(connection, place, {"state": WITHDRAWN})
        own = screening_of(connection, screening, report)
        found = judged_again(connection, exchange, report, judge(row, n, report, exchange, own, old=False), now)
        if found["verdict"] == "rejected":
            raise CannotCorrect(found["reason"])
        _set(connection, place, {**found, "decided_by": by, "decided_ms": now})
        record(connection, CORRECTED, [Change(place, before, after)], by, now)
        return Verdict(found["verdict"], found["reason"], found["code"])

    return committed(database, work, now)


def _waiting(connection: Connection, place: Place) -> Any:
    query = sa.select(assertions).where(
        assertions.c.report_key == place[0],
        assertions.c.n == place[1],
        assertions.c.verdict == "held",
        assertions.c.state == ACTIVE,
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        raise CannotCorrect("It was decided on already.")
    if row["object_id"] is not None or row["kind"] is None:
        raise CannotCorrect(
            "This is a STIX object of its owner, whose bytes nobody changes: ask back, or turn it down."
        )
    return row


def _identifier(correction: Correction, report: Report, token: Token | None) -> Identifier:
    if correction.kind not in KINDS:
        raise CannotCorrect("Choose one of the list.", "kind")
    if correction.role not in ROLES:
        raise CannotCorrect("Choose one of the list.", "role")
    if correction.crime_type is not None and correction.crime_type not in CRIME_TYPES:
        raise CannotCorrect("Choose one of the list.", "crime")
    try:
        # how a number is completed would tell whoever corrects it in which country an unseen source is
        country = None if report.unattributed else report.country
        return read(correction.value, correction.kind, Hints(country=country, token=token))
    except Unreadable as refusal:
        raise CannotCorrect(str(refusal)) from refusal


def _row(stored: Any, identifier: Identifier, correction: Correction) -> Row:
    claim = Claim(
        role=correction.role,
        crime_type=correction.crime_type,
        confidence=stored["confidence"],
        first_seen=stored["first_seen"],
        last_seen=stored["last_seen"],
        note=stored["note"],
    )
    return Row(stored["row"], stored["column"], stored["raw"], identifier, None, claim)


def _set(connection: Connection, place: Place, values: dict[str, Any]) -> None:
    connection.execute(
        assertions.update().where(assertions.c.report_key == place[0], assertions.c.n == place[1]).values(**values)
    )
