"""The part of the JSON API that is about evidence: files attached to a report of the member's own."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from tocsin.members.access import Principal
from tocsin.members.roles import READ, SUBMIT
from tocsin.reports.exhibits import BadExhibit, Exhibit, NoSuchExhibit, attach, exhibits_of, opened
from tocsin.reports.reports import NoSuchReport, Report, find_report
from tocsin.times import now_ms, stamp
from tocsin.web.api import problem, proven, reaches
from tocsin.web.exhibits import as_download
from tocsin.web.noting import note
from tocsin.web.services import services

pages = Blueprint("api_exhibits", __name__, url_prefix="/api/v1")


@pages.get("/reports/<report_id>/evidence")
@proven(READ, SUBMIT)
def index(principal: Principal, report_id: str) -> Any:
    """What is attached to a report of the member's own."""
    one = _own(principal, report_id)
    return _unknown() if one is None else jsonify(_listed(one))


@pages.post("/reports/<report_id>/evidence")
@proven(SUBMIT)
def add(principal: Principal, report_id: str) -> Any:
    """Attach the bytes of the request, with the name in the address."""
    one = _own(principal, report_id)
    if one is None:
        return _unknown()
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
    one = _own(principal, report_id)
    if one is None:
        return _unknown()
    with services().database.reading() as connection:
        try:
            found, body = opened(connection, services().seal_key, one, sha256)
        except NoSuchExhibit:
            return problem(404, "There is no such file", "Nothing with this hash is attached, or it had to go.")
    note("export", ("report", one.id), unattributed=one.unattributed, tlp=one.terms.tlp)
    return as_download(found.name, body)


def _own(principal: Principal, report_id: str) -> Report | None:
    """The report, where it is the member's own and the token reaches it."""
    with services().database.reading() as connection:
        try:
            one = find_report(connection, report_id)
        except NoSuchReport:
            return None
    return one if one.member_key == principal.member_key and reaches(principal, one.terms) else None


def _unknown() -> Response:
    return problem(404, "There is no such report", "It is not there, or not yours.")


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
