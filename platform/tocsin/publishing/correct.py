"""Correcting a row: judged again like any row, and what was handed in stays beside it.

A moderator corrects what waits; people of its own member correct whatever stands, waits or was not taken.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS, Hints, Identifier, Token, Unreadable, read
from tocsin.intake import ROLES, Claim, Row
from tocsin.ledger.append import committed
from tocsin.ledger.database import Database
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.filings import FILING
from tocsin.publishing.moderate import check_decider
from tocsin.publishing.process import judge
from tocsin.publishing.publish import judged_again
from tocsin.publishing.screening_of import screening_of
from tocsin.publishing.secrets import SECRET
from tocsin.publishing.settle import settle, subjects_of
from tocsin.publishing.standing import collections_of, load
from tocsin.publishing.whole import release_whole
from tocsin.reports.decisions import AMENDED, CORRECTED, Change, Place, decisions_on, record
from tocsin.reports.reports import Report, report_by_key
from tocsin.reports.tables import ACTIVE, COMPLETE, WITHDRAWN, assertions
from tocsin.screening import Screening, Verdict
from tocsin.stix import CRIME_TYPES

_STRICTER = "stricter"
"""The code of rows that the file itself marks stricter than their report."""

_MARKED_STRICTER = (
    "The file marks this row stricter than its report, so it is not published from here whatever it says. "
    "Hand it in again under its own marking."
)

_MAY_BE_STRICTER = "This kind of file marks each row, and the marking of this one is not kept. Hand it in again."
_MARKING = ("misp", "stix")
_UNMARKED = (FILING, SECRET, "no-identifier")
"""Codes of rows that were refused before anybody looked at their own marking."""


class CannotCorrect(ValueError):
    """The correction cannot be made; `field` is the one to blame, the message says why."""

    def __init__(self, message: str, field: str = "value") -> None:
        super().__init__(message)
        self.field = field


class SaysSo(CannotCorrect):
    """The row says already what it should."""


class Correction(NamedTuple):
    """What a row should say: a key of KINDS, a spelling, one of ROLES, a crime type or None where none is known."""

    kind: str
    value: str
    role: str | None
    crime_type: str | None


def left_as_it_is(report: Report, code: str | None) -> str:
    """Why a row with this code is corrected by nobody, in a sentence; empty where it can be.

    Its own marking is not kept with the row, so that a correction would publish it under the report's.
    """
    if code == _STRICTER:
        return _MARKED_STRICTER
    return _MAY_BE_STRICTER if report.format in _MARKING and code in _UNMARKED else ""


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
        check_decider(connection, by, place[0])
        report = report_by_key(connection, place[0])
        stored = _waiting(connection, place)
        found = _changed(connection, exchange, screening, report, stored, correction, now)
        _set(connection, place, {**found, "decided_by": by, "decided_ms": now})
        record(connection, CORRECTED, [_change(stored, found)], by, now)
        return Verdict(found["verdict"], found["reason"], found["code"])

    return committed(database, work, now)


def amend(
    database: Database,
    exchange: Exchange,
    screening: Screening,
    place: Place,
    correction: Correction,
    by: str,
    now: int,
) -> None:
    """Change what a row says for people of its own member, whatever became of it; CannotCorrect where it cannot be.

    What rested on it as it was, and on nothing else, ends. Who may is for callers to see, and what is told of the
    verdict too.
    """

    def work(connection: Connection, now: int) -> None:
        amend_within(connection, exchange, screening, place, correction, by, now)

    committed(database, work, now)


def amend_within(
    connection: Connection,
    exchange: Exchange,
    screening: Screening,
    place: Place,
    correction: Correction,
    by: str,
    now: int,
) -> None:
    """`amend` as a part of a transaction."""
    report = report_by_key(connection, place[0])
    stored = _own(connection, report, place)
    before = subjects_of(load(connection, {stored["subject"]} - {None}))
    found = _changed(connection, exchange, screening, report, stored, correction, now)
    _set(connection, place, {**found, "decided_by": by, "decided_ms": now})
    record(connection, AMENDED, [_change(stored, found)], by, now)
    if before and found["subject"] not in before:
        claims, keys = load(connection, before.keys()), collections_of(connection, {report.key})
        settled = settle(connection, exchange, before, claims, keys, now)
        release_whole(connection, exchange, settled.released, now)


def _changed(
    connection: Connection,
    exchange: Exchange,
    screening: Screening,
    report: Report,
    stored: Any,
    correction: Correction,
    now: int,
) -> dict[str, Any]:
    """The columns of a stored row once it says this; CannotCorrect where it would not be taken."""
    row = _row(stored, _identifier(correction, report, screening.number_token), correction)
    about = row.identifier
    if about is not None and _said(stored) == {**correction._asdict(), "value": about.value}:
        raise SaysSo("Nothing was changed.")
    place = (report.key, stored["n"])
    # while it is judged anew the row must not be counted beside itself
    _set(connection, place, {"state": WITHDRAWN})
    own = screening_of(connection, screening, report)
    if about is None or not _handed_in_so(connection, stored, about):
        # the reason to set lists aside was given for what was handed in, for nothing else
        own = replace(own, override=None)
    judged = judge(row, stored["n"], report, exchange, own, old=False)
    found = judged_again(connection, exchange, report, judged, now)
    if found["verdict"] == "rejected":
        raise CannotCorrect(found["reason"])
    return found


def _handed_in_so(connection: Connection, stored: Any, about: Identifier) -> bool:
    """Whether a row names what it named when it was handed in."""
    place = (stored["report_key"], stored["n"])
    said = [(stored["kind"], stored["value"])]
    for one in decisions_on(connection, [place])[place]:
        if one.what in (AMENDED, CORRECTED):
            said += [(some.get("kind"), some.get("value")) for some in (one.before, one.after)]
    return all(one == (about.kind, about.value) for one in said)


def _said(stored: Any) -> dict[str, Any]:
    return {name: stored[name] for name in Correction._fields}


def _change(stored: Any, found: dict[str, Any]) -> Change:
    """What a correction changed. Of what was not taken nobody but its own member knows, so it is not told."""
    before = {} if stored["verdict"] == "rejected" else _said(stored)
    return Change((stored["report_key"], stored["n"]), before, _said(found))


def _own(connection: Connection, report: Report, place: Place) -> Any:
    """The stored row, if it can be corrected by its own member."""
    query = sa.select(assertions).where(assertions.c.report_key == place[0], assertions.c.n == place[1])
    row = connection.execute(query).mappings().first()
    if row is None or report.state != COMPLETE:
        raise CannotCorrect("It is being read still. Try again when the report is through.")
    if row["state"] != ACTIVE or report.withdrawn_ms is not None:
        raise CannotCorrect("It was withdrawn. Hand it in again if it is right after all.")
    if row["object_id"] is not None:
        raise CannotCorrect("This is a STIX object, whose bytes nobody changes: push its next version instead.")
    if why := left_as_it_is(report, row["code"]):
        raise CannotCorrect(why)
    return row


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
