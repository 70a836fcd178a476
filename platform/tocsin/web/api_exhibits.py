"""The part of the JSON API that is about evidence: files attached to a report of the member's own."""

from typing import Any

from flask import Blueprint, jsonify, request

from tocsin.members.access import Principal
from tocsin.members.roles import READ, SUBMIT
from tocsin.reports.exhibits import BadExhibit, Exhibit, NoSuchExhibit, attach, exhibits_of, opened
from tocsin.reports.reports import Report
from tocsin.times import now_ms, stamp
from tocsin.web.api import no_such_report, own_report, problem, proven
from tocsin.web.exhibits import as_download
from tocsin.web.noting import note
from tocsin.web.services import services

pages = Blueprint("api_exhibits", __name__, url_prefix="/api/v1")


@pages.get("/reports/<report_id>/evidence")
@proven(READ, SUBMIT)
def index(principal: Principal, report_id: str) -> Any:
    """What is attached to a report of the member's own."""
    one = own_report(principal, report_id)
    return no_such_report() if one is None else jsonify(_listed(one))


@pages.post("/reports/<report_id>/evidence")
@proven(SUBMIT)
def add(principal: Principal, report_id: str) -> Any:
    """Attach the bytes of the request, with the name in the address."""
    one = own_report(principal, report_id)
    if one is None:
        return no_such_report()
    files = [(request.args.get("name", ""), request.get_data())]
    try:
        told = note("attach", ("report", one.id), unattributed=one.unattributed)
        with told, services().database.writing() as connection:
            new = attach(connection, services().seal_key, one, files, principal.subscriber, now_ms())
    except BadExhibit as error:
        return problem(422, "This cannot be attached", str(error))
    return jsonify(_listed(one)), 201 if new else 200


@pages.get("/reports/<report_id>/evidence/<sha256>")
@proven(READ, SUBMIT)
def file(principal: Principal, report_id: str, sha256: str) -> Any:
    """An attached file, byte for byte."""
    one = own_report(principal, report_id)
    if one is None:
        return no_such_report()
    with services().database.reading() as connection:
        try:
            found, body = opened(connection, services().seal_key, one, sha256)
        except NoSuchExhibit:
            return problem(404, "There is no such file", "Nothing with this hash is attached, or it had to go.")
    note("export", ("report", one.id), unattributed=one.unattributed, tlp=one.terms.tlp)
    return as_download(found.name, body)


def _listed(one: Report) -> dict[str, Any]:
    with services().database.reading() as connection:
        return {"evidence": [_told(found) for found in exhibits_of(connection, one.key)]}


def _told(found: Exhibit) -> dict[str, Any]:
    return {
        "sha256": found.sha256,
        "name": found.name or None,
        "size": found.size,
        "added": stamp(found.added_ms),
        "gone": found.gone,
    }
