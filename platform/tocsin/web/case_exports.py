"""Cases as files to hand over, and checking such a file again."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from tocsin.cases.cases import Case
from tocsin.cases.exports import note_made
from tocsin.dossiers import COLUMNS, BadExport, Dossier, as_bundle, as_pdf, check, claims_in, dossier_of, rows_of
from tocsin.members.roles import CASES, READ
from tocsin.times import now_ms
from tocsin.web.case_sight import insight_of, readable_now, the_case
from tocsin.web.csv_file import as_csv, as_file
from tocsin.web.noting import note
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("case_exports", __name__, url_prefix="/cases")

LARGEST_CHECKED = 20_000_000
"""Bytes of a file that is checked: far above the largest that is made here."""


@pages.post("/<case_id>/export")
@needs(CASES)
def export(case_id: str) -> Response:
    """The case as it is now, as far as the member may read it: PDF, CSV, STIX, or its data as JSON."""
    form = request.form.get("form", "")
    if form not in ("pdf", "csv", "stix", "json"):
        abort(404)
    now = now_ms()
    with services().database.reading(snapshot=True) as connection:
        one = the_case(connection, case_id)
        dossier = dossier_of(connection, services().exchange, one, insight_of(connection), now)
    values = [thing["value"] for thing in dossier.content["things"]]
    marking = str(dossier.content["marking"])[4:].lower()
    told = note("export", ("case", one.id), values=values, format=form, tlp=marking)
    with told:
        answer = _as(form, one, dossier)
        with services().database.writing() as connection:
            note_made(connection, one, user().member_key, dossier.sha256, user().login or "", now)
    return answer


@pages.get("/check")
@needs(READ)
def form() -> str:
    """The form that takes an export."""
    return render_template("case_check.html", error=None, checked=None, lines="")


@pages.post("/check")
@needs(READ)
def checked() -> Any:
    """Say whether the ledger still has what an export names, as far as the member may read it."""
    note("read", did="check-export")
    upload, lines = request.files.get("file"), request.form.get("lines", "")
    body = upload.read(LARGEST_CHECKED + 1) if upload is not None and upload.filename else lines.encode()
    try:
        if not body.strip():
            raise BadExport("Choose the file, or write the three numbers of each thing.")
        if len(body) > LARGEST_CHECKED:
            raise BadExport("This is larger than any export of a case.")
        claims = claims_in(body)
    except BadExport as error:
        return render_template("case_check.html", error=str(error), checked=None, lines=lines), 400
    with services().database.reading() as connection:
        readable = readable_now(connection)
        made, found = check(connection, claims, lambda key: key in readable)
    titles = {one.id: one.title for one in readable.values()}
    return render_template(
        "case_check.html", error=None, checked=found, made=made, claims=claims, titles=titles, lines=lines
    )


def _as(form: str, one: Case, dossier: Dossier) -> Response:
    name = f"case-{one.id[:8]}-{dossier.sha256[:8]}"
    match form:
        case "pdf":
            return as_file(f"{name}.pdf", as_pdf(dossier), "application/pdf")
        case "csv":
            return as_csv(f"{name}.csv", COLUMNS, rows_of(dossier))
        case "stix":
            return as_file(f"{name}.stix.json", as_bundle(dossier, services().exchange), "application/stix+json")
        case _:
            return as_file(f"{name}.json", dossier.body, "application/json")
