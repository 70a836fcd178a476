"""Cases: the list of them, one of them, and what its own member changes about it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection
from werkzeug.datastructures import MultiDict

from tocsin.cases.cases import Case, change_case, close_case, delete_case, list_cases, open_case
from tocsin.cases.files import files_of
from tocsin.cases.searches import searches_of
from tocsin.cases.sharing import shares_of
from tocsin.cases.things import things_of
from tocsin.cases.words import notes_of, tasks_due, tasks_of
from tocsin.dossiers.dossier import marks_of
from tocsin.members.members import find_member
from tocsin.members.roles import CASES
from tocsin.publishing.words import BadWords, checked
from tocsin.stix import TLP
from tocsin.times import now_ms, stamp
from tocsin.web.case_sight import all_meetings, insight_of, meetings, own_case, seen, the_case
from tocsin.web.forms import Errors, line
from tocsin.web.noting import note, note_read
from tocsin.web.paging import page_number
from tocsin.web.services import services
from tocsin.web.session import needs, user
from tocsin.web.sharing import choices_for

pages = Blueprint("cases", __name__, url_prefix="/cases")

PAGE = 25
THINGS = 50
_TASKS = 100
_FIRST_TASKS = 5
LONGEST_TITLE, LONGEST_ABOUT = 120, 2_000


@pages.get("")
@needs(CASES)
def index() -> str:
    """The cases of the member and those shared with it, what is due, and whom they meet."""
    return _index({})


@pages.post("")
@needs(CASES)
def begin() -> Any:
    """Open a case."""
    errors: Errors = {}
    title, about, tlp = stated(request.form, errors)
    if errors:
        return _index(errors), 400
    with note("case", did="open"), services().database.writing() as connection:
        case_id = open_case(connection, user().member_key, title, about, tlp, user().login or "", now_ms())
    return redirect(url_for("cases.case", case_id=case_id))


@pages.get("/tasks")
@needs(CASES)
def tasks() -> str:
    """What is to be done in all open cases, the first due first."""
    with services().database.reading() as connection:
        due = tasks_due(connection, user().member_key, _TASKS + 1)
    return render_template("case_tasks.html", due=due[:_TASKS], more=len(due) > _TASKS, now=now_ms())


@pages.get("/<case_id>")
@needs(CASES)
def case(case_id: str) -> str:
    """One case, as far as the member may read what lies in it."""
    return show(case_id)


@pages.post("/<case_id>/change")
@needs(CASES)
def change(case_id: str) -> Any:
    """Give it another title, description or marking."""
    errors: Errors = {}
    title, about, tlp = stated(request.form, errors)
    with services().database.reading() as connection:
        one = own_case(connection, case_id)
    if errors:
        return show(case_id, errors), 400
    with note("case", ("case", one.id), did="change"), services().database.writing() as connection:
        change_case(connection, own_case(connection, case_id), title, about, tlp)
    flash("Changed.", "done")
    return back(case_id)


@pages.post("/<case_id>/close")
@needs(CASES)
def close(case_id: str) -> Any:
    """Close it, or open it again."""
    closing = request.form.get("do") != "reopen"
    with services().database.reading() as connection:
        one = own_case(connection, case_id)
    told = note("case", ("case", one.id), did="close" if closing else "reopen")
    with told, services().database.writing() as connection:
        close_case(connection, own_case(connection, case_id), now_ms() if closing else None)
    flash("It is closed." if closing else "It is open again.", "done")
    return back(case_id)


@pages.post("/<case_id>/delete")
@needs(CASES)
def delete(case_id: str) -> Any:
    """Delete a closed case with all that lies in it."""
    with services().database.reading() as connection:
        one = own_case(connection, case_id)
    if one.closed_ms is None:
        flash("Close it first.", "error")
        return back(case_id)
    if request.form.get("sure") != "yes":
        return show(case_id, {"sure": "Tick that you want to delete it: it cannot be brought back."}), 400
    with note("case", ("case", one.id), did="delete"), services().database.writing() as connection:
        delete_case(connection, own_case(connection, case_id).key)
    flash("It is deleted.", "done")
    return redirect(url_for("cases.index"))


def show(case_id: str, errors: Errors | None = None) -> str:
    """The page; with what is wrong in the form that was sent, whose fields stay as they were filled."""
    number = page_number()
    with services().database.reading() as connection:
        one = the_case(connection, case_id)
        insight = insight_of(connection)
        chosen = things_of(
            connection, one, insight.member_key, insight.readable, limit=THINGS + 1, offset=(number - 1) * THINGS
        )
        shown = seen(chosen[:THINGS])
        marks = marks_of(one, [(each.thing, each.document) for each in shown if each.document is not None])
        if number > 1 and not chosen:
            abort(404)
        parts = _parts(connection, one, insight.readable)
    tlps = [one.tlp, *(each.document.tlp for each in shown if each.document)]
    note_read(("case", one.id), tlps, [each.document.value for each in shown if each.document])
    return render_template(
        "case.html",
        case=one,
        shown=shown,
        marks=marks,
        number=number,
        more=len(chosen) > THINGS,
        now=now_ms(),
        today=stamp(now_ms())[:10],
        markings=TLP,
        errors=errors or {},
        form=request.form if errors else MultiDict(),
        **parts,
    )


def _parts(connection: Connection, one: Case, readable: frozenset[int]) -> dict[str, Any]:
    me = user().member_key
    member = find_member(connection, user().member)
    met = meetings(connection, one)
    return {
        "notes": notes_of(connection, one, me),
        "tasks": tasks_of(connection, one, me),
        "files": files_of(connection, one, me),
        "searches": searches_of(connection, one, me, readable),
        "shares": shares_of(connection, one.key) if one.own else [],
        "choices": [each for each in choices_for(connection, member) if not each.community] if one.own else [],
        "met": met,
        "met_on": {seq for each in met for seq in each.seqs},
    }


def stated(form: Any, errors: Errors) -> tuple[str, str, str]:
    """Title, description and marking that a form states, with what is wrong in `errors`."""
    title, about = line(form, "title", longest=LONGEST_TITLE), form.get("about", "").strip()
    try:
        title = checked(title, "Write a title, such as the name of the operation.", LONGEST_TITLE)
    except BadWords as error:
        errors["title"] = str(error)
    if about:
        try:
            about = checked(about, "", LONGEST_ABOUT)
        except BadWords as error:
            errors["about"] = str(error)
    tlp = form.get("tlp", "amber")
    if tlp not in TLP:
        errors["tlp"] = "Choose one of the markings."
    return title, about, tlp


def back(case_id: str, anchor: str | None = None) -> Any:
    """To the page of a case."""
    return redirect(url_for("cases.case", case_id=case_id, _anchor=anchor))


def _index(errors: Errors) -> str:
    number, closed = page_number(), request.args.get("closed") == "yes"
    with services().database.reading() as connection:
        listed = list_cases(connection, user().member_key, closed=closed, limit=PAGE + 1, offset=(number - 1) * PAGE)
        due = tasks_due(connection, user().member_key, _FIRST_TASKS)
    return render_template(
        "cases.html",
        listed=listed[:PAGE],
        number=number,
        more=len(listed) > PAGE,
        closed=closed,
        due=due,
        meetings=all_meetings(),
        now=now_ms(),
        markings=TLP,
        errors=errors,
        form=request.form,
    )
