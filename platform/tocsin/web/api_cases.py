"""The part of the JSON API that is about cases: for people who are signed in, since a token is for machines."""

from typing import Any

import orjson
from flask import Blueprint, Response, jsonify

from tocsin.cases.cases import Case, NoSuchCase, find_case, list_cases
from tocsin.dossiers import dossier_of
from tocsin.members.access import Principal
from tocsin.members.roles import CASES
from tocsin.stix import TLP
from tocsin.times import now_ms, stamp
from tocsin.web.api import problem, proven
from tocsin.web.case_sight import insight_of, meetings
from tocsin.web.noting import note
from tocsin.web.paging import page_number
from tocsin.web.services import services

pages = Blueprint("api_cases", __name__, url_prefix="/api/v1")

_PAGE = 100


@pages.get("/cases")
@proven(CASES)
def index(principal: Principal) -> Any:
    """The cases of the member and those shared with it, newest first."""
    with services().database.reading() as connection:
        start = (page_number() - 1) * _PAGE
        listed = list_cases(connection, principal.member_key, limit=_PAGE + 1, offset=start)
    return jsonify(cases=[_told(one) for one in listed[:_PAGE]], more=len(listed) > _PAGE)


@pages.get("/cases/<case_id>")
@proven(CASES)
def case(principal: Principal, case_id: str) -> Any:
    """One case as far as the member may read it, in the words of its export."""
    with services().database.reading(snapshot=True) as connection:
        try:
            one = find_case(connection, case_id, principal.member_key)
        except NoSuchCase:
            return problem(404, "There is no such case", "It is not there, or not for you.")
        dossier = dossier_of(connection, services().exchange, one, insight_of(connection), now_ms())
        met = meetings(connection, one)
    values = [thing["value"] for thing in dossier.content["things"]]
    note("read", ("case", one.id), values=values, tlp=str(dossier.content["marking"])[4:].lower())
    body = {**dossier.content, "right": one.right, "meets": [{"member": each.member_name} for each in met]}
    return Response(orjson.dumps(body), mimetype="application/json")


def _told(one: Case) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "marking": TLP[one.tlp].label,
        "member": one.member_name,
        "right": one.right,
        "opened": stamp(one.opened_ms),
        "closed": stamp(one.closed_ms) if one.closed_ms is not None else None,
    }
