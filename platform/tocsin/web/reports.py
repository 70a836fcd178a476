"""Reports: what became of what was handed in."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import collections_by_key
from tocsin.ledger.tables import EVERYWHERE, entries
from tocsin.members.roles import DECIDE, READ, SEE_ALL, SUBMIT
from tocsin.publishing.moderate import NothingAsked, answer
from tocsin.publishing.withdraw import withdraw_report
from tocsin.publishing.words import BadWords, checked
from tocsin.reports.additions import additions_of
from tocsin.reports.asked_about import word_on
from tocsin.reports.decisions import decisions_on, questions_to
from tocsin.reports.exhibits import LARGEST, MOST, exhibits_of
from tocsin.reports.reports import Decided, NoSuchReport, Report, find_report, list_reports, names_account
from tocsin.reports.tables import COMPLETE
from tocsin.times import now_ms
from tocsin.web.attribution import as_seen, counts_seen, hides, verdicts_seen
from tocsin.web.csv_file import as_file
from tocsin.web.exceptions import as_csv_lines, as_xlsx, exceptions_of, to_correct
from tocsin.web.figures import number
from tocsin.web.forms import Errors
from tocsin.web.languages import gettext, ngettext
from tocsin.web.noting import note, note_read
from tocsin.web.paging import page_number
from tocsin.web.readable import visible
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("reports", __name__)

PAGE = 100
_QUESTIONS = 20
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VERDICTS = ("accepted", "merged", "held", "rejected")


class _Home(NamedTuple):
    """A collection in which something can be read, and the position at which it came there."""

    collection_id: str
    since_ms: int


@pages.get("/reports")
@needs(READ)
def index() -> str:
    """One's member's reports; every member's for those who answer for the exchange."""
    number = page_number()
    own = None if may(SEE_ALL) else user().member_key
    with services().database.reading() as connection:
        found = list_reports(
            connection, member_key=own, seen_by=user().member_key, limit=PAGE + 1, offset=(number - 1) * PAGE
        )
        counts = {one.id: counts_seen(connection, one, user()) for one in found[:PAGE]}
    listed = [(as_seen(one, user()), hides(one, user())) for one in found[:PAGE]]
    return render_template("reports.html", listed=listed, counts=counts, number=number, more=len(found) > PAGE)


@pages.get("/reports/<report_id>")
@needs(READ)
def report(report_id: str) -> str:
    """The receipt: every row with its verdict."""
    return show(report_id)


@pages.post("/reports/<report_id>/answer/<int:n>")
@needs(SUBMIT)
def answer_question(report_id: str, n: int) -> Any:
    """Answer what moderators asked about a row: by its own member's people."""
    one = visible_report(report_id)
    if one.member_key != user().member_key:
        abort(404)
    words = request.form.get("answer", "")
    try:
        with note("answer", ("report", one.id), unattributed=one.unattributed):
            answer(services().database, (one.key, n), user().login or "", now_ms(), words)
    except BadWords as error:
        return show(report_id, (n, str(error), words)), 400
    except NothingAsked as error:
        flash(str(error), "error")
    else:
        flash("Answered. The moderators read it with the row.", "done")
    return redirect(url_for("reports.report", report_id=report_id))


def show(
    report_id: str, error: tuple[int, str, str] | None = None, *, errors: Errors | None = None, added: str = ""
) -> str:
    """The page; with the number, words and answer of a mistaken answer, or what is wrong with what is `added`."""
    one = visible_report(report_id)
    _note_reading(one)
    chosen = request.args.get("verdict")
    number = page_number()
    with services().database.reading() as connection:
        counts = counts_seen(connection, one, user())
        rows = verdicts_seen(
            connection,
            one,
            user(),
            verdicts=[chosen] if chosen in VERDICTS else (),
            offset=(number - 1) * PAGE,
            limit=PAGE + 1,
        )
        targets = collections_by_key(connection, set(one.terms.collections))
        homes = _homes(connection, rows)
        taken = decisions_on(connection, [(one.key, row.n) for row in rows])
        own = one.member_key == user().member_key
        recall = (own or (may(DECIDE) and not hides(one, user()))) and names_account(connection, one.key)
        adds_to, additions = additions_of(connection, one.key, _QUESTIONS) if own else (None, [])
        correctable = one.state == COMPLETE and not hides(one, user()) and bool(counts["rejected"])
        correctable = correctable and to_correct(connection, one)
        questions = questions_to(connection, user().member_key, _QUESTIONS, one.key) if own else []
        asked_about = word_on(connection, one.key) if own else None
        attached = exhibits_of(connection, one.key) if not hides(one, user()) else []
    return render_template(
        "report.html",
        one=as_seen(one, user()),
        hidden=hides(one, user()),
        counts=counts,
        rows=rows[:PAGE],
        decisions={n: some for (_, n), some in taken.items()},
        questions=[question for _, question in questions],
        error=error,
        errors=errors or {},
        added=added,
        chosen=chosen,
        number=number,
        more=len(rows) > PAGE,
        targets=list(targets.values()),
        homes={object_id: home.collection_id for object_id, home in homes.items()},
        since={object_id: home.since_ms for object_id, home in homes.items()},
        left=_time_left(one),
        to_correct=correctable,
        own=own,
        recall=recall,
        adds_to=adds_to,
        additions=additions,
        asked_about=asked_about,
        attached=attached,
        most=MOST,
        largest=LARGEST,
    )


@pages.get("/reports/<report_id>/exceptions.csv")
@needs(READ)
def exceptions_csv(report_id: str) -> Response:
    """What came back, with reasons, ready to be corrected and handed in again."""
    one = _taken_along(report_id)
    with services().database.reading() as connection:
        lines = as_csv_lines(exceptions_of(connection, one, user(), sheets=False))
        return as_file(f"exceptions-{one.id}.csv", lines, "text/csv")


@pages.get("/reports/<report_id>/exceptions.xlsx")
@needs(READ)
def exceptions_xlsx(report_id: str) -> Response:
    """The same as a spreadsheet."""
    one = _taken_along(report_id)
    with (
        services().database.reading() as connection,
        as_xlsx(exceptions_of(connection, one, user(), sheets=True)) as file,
    ):
        return as_file(f"exceptions-{one.id}.xlsx", file.read(), _XLSX)


def _taken_along(report_id: str) -> Report:
    one = visible_report(report_id)
    source = one.unattributed and one.member_key == user().member_key
    note("export", ("report", one.id), unattributed=source, tlp=one.terms.tlp)
    return one


@pages.post("/reports/<report_id>/withdraw")
@needs(SUBMIT)
def withdraw(report_id: str) -> Any:
    """Take a report back: one's own, or anybody's for those who decide."""
    one = visible_report(report_id)
    if one.member_key != user().member_key and not may(DECIDE):
        abort(403)
    back = redirect(url_for("reports.report", report_id=report_id))
    try:
        reason = checked(request.form.get("reason", ""), "Say why the report is withdrawn.")
    except BadWords as error:
        flash(str(error), "error")
        return back
    source = one.terms.unattributed and one.member_key == user().member_key
    with note("withdraw", ("report", one.id), unattributed=source):
        done = withdraw_report(services().database, services().exchange, one.key, reason, user().login or "", now_ms())
    words = ngettext(
        "%(rows)s row is withdrawn. Everybody who polls gets the withdrawals.",
        "%(rows)s rows are withdrawn. Everybody who polls gets the withdrawals.",
        done,
        rows=number(done),
    )
    flash(words, "done")
    return back


def visible_report(report_id: str) -> Report:
    """The report, if it is the member's own or all may be seen; 404 otherwise, as for one that is not there."""
    with services().database.reading() as connection:
        try:
            one = find_report(connection, report_id)
        except NoSuchReport:
            abort(404)
    if one.member_key != user().member_key and not may(SEE_ALL):
        abort(404)
    return one


def _note_reading(one: Report) -> None:
    if one.member_key != user().member_key:
        note_read(("report", one.id), [one.terms.tlp])


def _homes(connection: Connection, rows: Sequence[Decided]) -> dict[str, _Home]:
    """Where the member can read the rows' indicators, and since when they are there for it: by indicator id."""
    readable = {one.collection.key: one.collection.id for one in visible(connection, user()) if one.rights.can_read}
    ids = {row.stix_id for row in rows if row.stix_id is not None}
    query = (
        sa.select(entries.c.object_id, entries.c.collection_key, sa.func.min(entries.c.position))
        .where(entries.c.collection_key.in_(readable), entries.c.object_id.in_(ids))
        .where(entries.c.type == "indicator", entries.c.visibility == EVERYWHERE)
        .group_by(entries.c.object_id, entries.c.collection_key)
    )
    found: dict[str, _Home] = {}
    for object_id, key, since in connection.execute(query):
        if object_id not in found or since < found[object_id].since_ms:
            found[object_id] = _Home(readable[key], since)
    return found


def _time_left(one: Report) -> str:
    """About how long a report in progress will take, in words; empty where that cannot be said."""
    if one.rows_expected is None or not one.rows_done:
        return ""
    left_ms = (one.rows_expected - one.rows_done) * (now_ms() - one.received_ms) // one.rows_done
    minutes = max(round(left_ms / 60_000), 0)
    if minutes == 0:
        return gettext("Less than a minute left")
    return ngettext("About %(minutes)s minute left", "About %(minutes)s minutes left", minutes, minutes=minutes)
