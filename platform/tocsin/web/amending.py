"""Editing one's own report: correct or take back a row, add rows."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.intake import ROLES
from tocsin.members.members import find_member
from tocsin.members.roles import READ, SUBMIT
from tocsin.publishing.correct import CannotCorrect, Correction, amend, left_as_it_is
from tocsin.publishing.hand_in import Refused, take_in
from tocsin.publishing.process import process
from tocsin.publishing.withdraw import take_back
from tocsin.publishing.words import BadWords, checked
from tocsin.reports.additions import keep_addition
from tocsin.reports.asked_about import let_ask_about
from tocsin.reports.decisions import decisions_on
from tocsin.reports.receiving import TooLarge
from tocsin.reports.reports import Decided, Report
from tocsin.reports.tables import ACTIVE, COMPLETE, UNREADABLE, assertions
from tocsin.reports.terms import Terms
from tocsin.times import now_ms
from tocsin.web.attribution import verdicts_seen
from tocsin.web.forms import Errors
from tocsin.web.noting import note
from tocsin.web.reports import show, visible_report
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("amending", __name__)

_SAYS: dict[str, bool | None] = {"yes": True, "no": False, "as-all": None}

LONGEST_ADDITION = 100_000
"""Characters that can be added at once; more is a report of its own."""


@pages.get("/reports/<report_id>/rows/<int:n>")
@needs(READ)
def row(report_id: str, n: int) -> str:
    """One row of one's own report, with what can be done about it."""
    return _show(own_report(report_id), n)


@pages.post("/reports/<report_id>/rows/<int:n>/correct")
@needs(SUBMIT)
def correct(report_id: str, n: int) -> Any:
    """Correct what the row says; it is judged again."""
    one, form = own_report(report_id), request.form
    value, role = form.get("value", ""), form.get("role") or None
    correction = Correction(form.get("kind", ""), value, role, form.get("crime") or None)
    database, exchange, screening = services().database, services().exchange, services().screening
    _find(one, n)
    try:
        with note("amend", ("report", one.id), unattributed=one.unattributed, rows=[n]):
            amend(database, exchange, screening, (one.key, n), correction, user().login or "", now_ms())
    except CannotCorrect as error:
        return _show(one, n, {error.field: str(error)}), 400
    said = _find(one, n)
    flash(f"Corrected. It is {said.verdict} now: {said.reason}", "done")
    return redirect(url_for("amending.row", report_id=report_id, n=n))


@pages.post("/reports/<report_id>/asking")
@needs(SUBMIT)
def asking(report_id: str) -> Any:
    """Say whether others may ask about the report, or leave it to what the member says of all."""
    one, word = own_report(report_id), request.form.get("may_be_asked", "")
    if word not in _SAYS:
        abort(400)
    with (
        note("amend", ("report", one.id), unattributed=one.unattributed, change="asking"),
        services().database.writing() as connection,
    ):
        let_ask_about(connection, one.key, _SAYS[word])
    flash("It is set.", "done")
    return redirect(url_for("reports.report", report_id=report_id) + "#asking")


@pages.post("/reports/<report_id>/rows/<int:n>/take-back")
@needs(SUBMIT)
def take_row_back(report_id: str, n: int) -> Any:
    """Take the row back: what rests on it alone ends."""
    one = own_report(report_id)
    _find(one, n)
    try:
        reason = checked(request.form.get("reason", ""), "Say why it is taken back.")
    except BadWords as error:
        return _show(one, n, {"reason": str(error)}), 400
    with note("withdraw", ("report", one.id), unattributed=one.unattributed, rows=[n]):
        done = take_back(services().database, services().exchange, one.key, [n], reason, user().login or "", now_ms())
    flash("It is taken back. Everybody who polls gets the withdrawal." if done else "It stood no more.", "done")
    return redirect(url_for("amending.row", report_id=report_id, n=n))


@pages.post("/reports/<report_id>/add")
@needs(SUBMIT)
def add(report_id: str) -> Any:
    """Hand in what was missing, on the terms of the report."""
    one, text = own_report(report_id), request.form.get("text", "")
    if not text.strip() or len(text) > LONGEST_ADDITION:
        return _not_added(one, text, f"Write what is added, in at most {LONGEST_ADDITION:,} characters.")
    terms, now = _terms_of_addition(one), now_ms()
    try:
        with services().database.writing() as connection:
            member = find_member(connection, user().member)
            added, new = take_in(connection, member, user().subscriber, text.encode(), None, terms, now)
            if new:
                keep_addition(connection, added, one.key)
    except (Refused, TooLarge) as error:
        return _not_added(one, text, str(error))
    note("hand-in", ("report", added), unattributed=one.unattributed, tlp=terms.tlp)
    done = process(services().database, services().exchange, services().screening, added)
    if done.state == UNREADABLE:
        return _not_added(one, text, f"It could not be read, so nothing of it was published. {' '.join(done.notices)}")
    flash("Added as a report of its own, on the same terms." if new else "You handed in the same before.", "done")
    return redirect(url_for("reports.report", report_id=added))


def _terms_of_addition(one: Report) -> Terms:
    """The terms of a report without what was said of its own text: its form, its rows' roles, its loss, its reason."""
    return replace(one.terms, format="auto", kind=None, roles=(), loss=None, override=None)


def _not_added(one: Report, text: str, why: str) -> Any:
    return show(one.id, errors={"added": why}, added=text), 400


def own_report(report_id: str) -> Report:
    """The report, if it is the member's own; 404 otherwise, as for one that is not there."""
    one = visible_report(report_id)
    if one.member_key != user().member_key:
        abort(404)
    return one


def _find(one: Report, n: int) -> Decided:
    """The row as its member is told of it; 404 where there is none."""
    if n >= one.rows_done:
        abort(404)
    with services().database.reading() as connection:
        found = verdicts_seen(connection, one, user(), offset=n, limit=1)
    if not found or found[0].n != n:
        abort(404)
    return found[0]


def _show(one: Report, n: int, errors: Errors | None = None) -> str:
    said = _find(one, n)
    with services().database.reading() as connection:
        stored = _stored(connection, one, n)
        taken = decisions_on(connection, [(one.key, n)])[one.key, n]
    stands = stored["state"] == ACTIVE and one.withdrawn_ms is None and one.state == COMPLETE
    kept_out = left_as_it_is(one, stored["code"])
    return render_template(
        "row.html",
        one=one,
        said=said,
        stored=stored,
        decisions=taken,
        may_correct=stands and stored["object_id"] is None and not kept_out and may(SUBMIT),
        kept_out=kept_out,
        may_take_back=stands and said.verdict != "rejected" and may(SUBMIT),
        whole=stored["object_id"] is not None,
        roles=[role for role in ROLES if role],
        errors=errors or {},
        form=request.form,
    )


def _stored(connection: Connection, one: Report, n: int) -> Any:
    names = ("role", "crime_type", "first_seen", "last_seen", "state", "object_id", "code")
    columns = [assertions.c[name] for name in names]
    query = (
        assertions.select().with_only_columns(*columns).where(assertions.c.report_key == one.key, assertions.c.n == n)
    )
    return connection.execute(query).mappings().one()
