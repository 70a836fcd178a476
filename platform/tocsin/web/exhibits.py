"""Evidence: files that a member attaches to its report, for itself and those who decide."""

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, send_file, url_for

from tocsin.members.roles import READ, SUBMIT
from tocsin.reports.exhibits import BadExhibit, NoSuchExhibit, attach, detach, opened
from tocsin.reports.reports import Report
from tocsin.times import now_ms
from tocsin.web.amending import own_report
from tocsin.web.attribution import hides
from tocsin.web.noting import note
from tocsin.web.reports import visible_report
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("exhibits", __name__)


@pages.post("/reports/<report_id>/evidence")
@needs(SUBMIT)
def add(report_id: str) -> Any:
    """Attach files to a report of one's own member."""
    one = own_report(report_id)
    files = [(upload.filename or "", upload.read()) for upload in request.files.getlist("files") if upload.filename]
    if not files:
        flash("Choose a file first.", "error")
        return _back(one)
    try:
        told = note("attach", ("report", one.id), unattributed=one.unattributed)
        with told, services().database.writing() as connection:
            new = attach(connection, services().seal_key, one, files, user().login or "", now_ms())
    except BadExhibit as error:
        flash(f"{error} Nothing was attached.", "error")
    else:
        flash("Attached." if new else "That is attached already.", "done")
    return _back(one)


@pages.get("/reports/<report_id>/evidence/<sha256>")
@needs(READ)
def file(report_id: str, sha256: str) -> Response:
    """An attached file, to be kept and never shown: nobody here has looked at what is in it."""
    one = visible_report(report_id)
    if hides(one, user()):
        # a picture tells whose it is
        abort(404)
    with services().database.reading() as connection:
        try:
            found, body = opened(connection, services().seal_key, one, sha256)
        except NoSuchExhibit:
            abort(404)
    source = one.unattributed and one.member_key == user().member_key
    note("export", ("report", one.id), unattributed=source, tlp=one.terms.tlp)
    return as_download(found.name, body)


@pages.post("/reports/<report_id>/evidence/<sha256>/remove")
@needs(SUBMIT)
def remove(report_id: str, sha256: str) -> Any:
    """Take a file away that one's own member attached."""
    one = own_report(report_id)
    told = note("attach", ("report", one.id), unattributed=one.unattributed)
    with told, services().database.writing() as connection:
        done = detach(connection, one.key, sha256)
    flash("Taken away." if done else "It is not there any more.", "done" if done else "error")
    return _back(one)


def as_download(name: str, body: bytes) -> Response:
    """Bytes of which nothing is known, under their name."""
    answer = send_file(BytesIO(body), "application/octet-stream", as_attachment=True, download_name=name, max_age=0)
    # in one piece, as every file (see `as_file`)
    answer.direct_passthrough = False
    answer.set_data(body)
    return answer


def _back(one: Report) -> Any:
    return redirect(url_for("reports.report", report_id=one.id, _anchor="evidence"))
