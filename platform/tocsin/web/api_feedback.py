"""The part of the JSON API that is about what readers say and what became of reports."""

from typing import Any

import orjson
from flask import Blueprint, jsonify, request
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection
from tocsin.ledger.read import Entry
from tocsin.members.access import Principal
from tocsin.members.roles import READ, SUBMIT
from tocsin.policy.confidence import SAYS
from tocsin.publishing.voting import Ballot, CannotVote, ballot_of, vote
from tocsin.times import now_ms, stamp
from tocsin.web.api import no_such_report, own_report, problem, proven
from tocsin.web.feedback import told_feedback, told_report
from tocsin.web.indicators import newest_version, readers_say
from tocsin.web.noting import note
from tocsin.web.services import services
from tocsin.web.voting import NOTHING

pages = Blueprint("api_feedback", __name__, url_prefix="/api/v1")
_CANNOT = "This cannot be counted"


@pages.get("/indicators/<collection_id>/<stix_id>/votes")
@proven(READ)
def votes(principal: Principal, collection_id: str, stix_id: str) -> Any:
    """How many readers saw an indicator and how many call it wrong, and what one's own member says."""
    with services().database.reading() as connection:
        collection, newest = newest_version(connection, principal, collection_id, stix_id)
        return jsonify(_told(connection, collection, newest, principal))


@pages.post("/indicators/<collection_id>/<stix_id>/votes")
@proven(SUBMIT)
def say(principal: Principal, collection_id: str, stix_id: str) -> Any:
    """Say that the member saw an indicator, that it is wrong, or nothing any more."""
    with services().database.reading() as connection:
        collection, newest = newest_version(connection, principal, collection_id, stix_id)
    try:
        says, why, known = _asked()
        with note("vote", ("object", stix_id)):
            vote(services().database, collection, newest, principal, says, why, now_ms(), known=known)
    except CannotVote as error:
        return problem(422, _CANNOT, str(error))
    with services().database.reading() as connection:
        return jsonify(_told(connection, collection, newest, principal))


@pages.get("/feedback")
@proven(READ)
def feedback(principal: Principal) -> Any:
    """The member's figure with its parts, what others call wrong of what it reports, and what it says of others'."""
    with services().database.reading() as connection:
        return jsonify(told_feedback(connection, principal))


@pages.get("/reports/<report_id>/feedback")
@proven(READ)
def report(principal: Principal, report_id: str) -> Any:
    """What became of the rows of a report of the member's own."""
    one = own_report(principal, report_id)
    if one is None:
        return no_such_report()
    with services().database.reading() as connection:
        return jsonify(told_report(connection, one, principal))


def _asked() -> tuple[str | None, str | None, bool]:
    """What the request says; CannotVote where it cannot be read."""
    try:
        said = orjson.loads(request.get_data())
    except orjson.JSONDecodeError as error:
        raise CannotVote("Send a JSON object with says, and why where it is wrong.") from error
    if not isinstance(said, dict) or said.get("says") not in (*SAYS, NOTHING):
        raise CannotVote(f"says has to be one of {', '.join((*SAYS, NOTHING))}.")
    why, known = said.get("why"), said.get("known", False)
    if not isinstance(why, str | None) or not isinstance(known, bool):
        raise CannotVote("why has to be a word of the list, and known true or false.")
    return None if said["says"] == NOTHING else said["says"], why, known


def _told(connection: Connection, collection: Collection, newest: Entry, principal: Principal) -> dict[str, Any]:
    ballot: Ballot = ballot_of(connection, collection, newest, principal.member_key)
    seen, false = readers_say(newest)
    said = ballot.said
    return {
        "seen_by": seen,
        "called_false_by": false,
        "own": None if said is None else {"says": said.says, "why": said.why, "at": stamp(said.said_ms)},
        "can_be_guessed": ballot.can_be_guessed,
    }
