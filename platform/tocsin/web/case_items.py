"""What goes into cases and out of them: things, searches, notes, tasks, files."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection
from werkzeug.exceptions import NotFound

from tocsin.cases.cases import Case, open_case
from tocsin.cases.files import BadFile, NoSuchFile, attach_file, note_hash, opened_file
from tocsin.cases.searches import remove_search
from tocsin.cases.tables import case_files, case_notes, case_tasks
from tocsin.cases.things import CaseFull, add_things, entry_of_newest, remove_thing, things_of
from tocsin.cases.words import LONGEST_NOTE, LONGEST_TASK, TooMuchSaid, remove_words, set_task, tick_task, write_note
from tocsin.ledger.read import Entry
from tocsin.members.roles import CASES
from tocsin.publishing.words import BadWords, checked
from tocsin.times import now_ms
from tocsin.web.case_searches import Asked, asked_again, keep, question_in
from tocsin.web.case_sight import case_that_takes, readable_now, the_case, token_of
from tocsin.web.cases import LONGEST_TITLE, back, show
from tocsin.web.exhibits import as_download
from tocsin.web.forms import Errors, blamed_on, end_of_day, line
from tocsin.web.indicators import newest_version
from tocsin.web.noting import note
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("case_items", __name__, url_prefix="/cases")

NEW = "new"
_MOST_AT_ONCE = 100


@pages.post("/add")
@needs(CASES)
def add() -> Any:
    """Add what was chosen on a page, as it stands now, to a case or to a new one."""
    names = list(dict.fromkeys(request.form.getlist("thing")))[:_MOST_AT_ONCE]
    errors: Errors = {} if names else {"thing": "Tick what goes into the case."}
    with services().database.reading() as connection:
        picks = _picked(connection, names)
    if names and not picks:
        errors["thing"] = "Nothing of that is there for you any longer."
    case_id = _chosen(errors)
    if errors:
        return _ask_again(errors, names), 400
    values = [name.partition(":")[2] for name in names]
    told = note("case", ("case", case_id) if case_id != NEW else None, values=values, did="add", things=len(picks))
    try:
        with told, services().database.writing() as connection:
            one = _case_or_new(connection, case_id)
            pinned = [(entry.seq, token_of(entry.body)) for entry in picks]
            new = add_things(connection, one, user().member_key, pinned, user().login or "", now_ms())
    except CaseFull as error:
        return _ask_again({"case": str(error)}, names), 400
    flash(f"{new} added." if new else "All of that is in it already, as it stands now.", "done")
    return back(one.id, "things")


@pages.post("/keep")
@needs(CASES)
def keep_it() -> Any:
    """Ask again what was asked on the search page, and keep question and outcome in a case."""
    errors: Errors = {}
    asked = asked_again(request.form, errors)
    case_id = _chosen(errors)
    if errors or asked is None:
        return _ask_again(errors, [], asked), 400
    told = note("case", ("case", case_id) if case_id != NEW else None, values=[asked.question], did="keep-search")
    with told, services().database.writing() as connection:
        one = _case_or_new(connection, case_id)
        refusal = keep(connection, one, asked)
    if refusal:
        return _ask_again({"case": refusal}, [], asked), 400
    flash("Nothing was found, and that is kept." if asked.found == 0 else "The search is kept.", "done")
    return back(one.id, "searches")


@pages.post("/<case_id>/things/<thing_id>/renew")
@needs(CASES)
def renew(case_id: str, thing_id: str) -> Any:
    """Pin the newest version of a thing beside the one that is pinned."""
    with note("case", ("case", case_id), did="renew"), services().database.writing() as connection:
        one = case_that_takes(connection, case_id)
        found = things_of(connection, one, user().member_key, readable_now(connection).keys(), thing_id=thing_id)
        if not found or not found[0].available:
            abort(404)
        newest = entry_of_newest(connection, found[0].collection_key, found[0].object_id)
        if newest is None:
            abort(404)
        token = token_of(newest.body)
        try:
            new = add_things(connection, one, user().member_key, [(newest.seq, token)], user().login or "", now_ms())
        except CaseFull as error:
            return show(case_id, {"things": str(error)}), 400
    flash("The newest version is pinned too." if new else "The newest version is pinned already.", "done")
    return back(case_id, "things")


@pages.post("/<case_id>/notes")
@needs(CASES)
def write(case_id: str) -> Any:
    """Write a note."""

    def work(connection: Connection, one: Case) -> None:
        words = checked(request.form.get("note", ""), "Write something first.", LONGEST_NOTE)
        write_note(connection, one, user().member_key, words, user().login or "", now_ms())

    return _noted(case_id, "note", "notes", work)


@pages.post("/<case_id>/tasks")
@needs(CASES)
def task(case_id: str) -> Any:
    """Set a task, with the day by which it is due."""
    errors: Errors = {}
    due = None
    with blamed_on(errors, "due"):
        due = end_of_day(line(request.form, "due", longest=10), now_ms())
    if errors:
        with services().database.reading() as connection:
            case_that_takes(connection, case_id)
        return show(case_id, errors), 400

    def work(connection: Connection, one: Case) -> None:
        words = checked(line(request.form, "task", longest=LONGEST_TASK), "Say what is to be done.", LONGEST_TASK)
        set_task(connection, one, user().member_key, words, due, user().login or "", now_ms())

    return _noted(case_id, "task", "tasks", work)


@pages.post("/<case_id>/tasks/<task_id>/tick")
@needs(CASES)
def tick(case_id: str, task_id: str) -> Any:
    """Say that a task is done, or that it is not."""
    at = now_ms() if request.form.get("do") != "undo" else None
    with note("case", ("case", case_id), did="tick"), services().database.writing() as connection:
        one = case_that_takes(connection, case_id)
        if not tick_task(connection, one, task_id, at, user().login or "", user().member_key):
            abort(404)
    if request.form.get("from") == "tasks":
        return redirect(url_for("cases.tasks"))
    return back(case_id, "tasks")


@pages.post("/<case_id>/files")
@needs(CASES)
def attach(case_id: str) -> Any:
    """Attach files, sealed, or note one that is kept elsewhere by its hash."""
    files = [(upload.filename or "", upload.read()) for upload in request.files.getlist("files") if upload.filename]
    sha256 = request.form.get("sha256", "").strip()

    def work(connection: Connection, one: Case) -> None:
        me, by, now = user().member_key, user().login or "", now_ms()
        if not files and not sha256:
            raise BadFile("Choose a file, or write the SHA-256 of one that is kept elsewhere.")
        for name, body in files:
            attach_file(connection, services().seal_key, one, me, name, body, by, now)
        if sha256:
            note_hash(connection, one, me, sha256, line(request.form, "name"), by, now)

    return _noted(case_id, "files", "files", work)


@pages.get("/<case_id>/files/<file_id>")
@needs(CASES)
def file(case_id: str, file_id: str) -> Response:
    """A file that one's own member attached, to be kept and never shown: nobody here has looked at what is in it."""
    with services().database.reading() as connection:
        one = the_case(connection, case_id)
        try:
            name, body = opened_file(connection, services().seal_key, one, user().member_key, file_id)
        except NoSuchFile:
            abort(404)
    note("export", ("case", one.id), tlp=one.tlp)
    return as_download(name, body)


@pages.post("/<case_id>/remove/<what>/<item_id>")
@needs(CASES)
def remove(case_id: str, what: str, item_id: str) -> Any:
    """Take something out of a case: what one's own member put there, or anything out of its own case."""
    if what not in _REMOVE:
        abort(404)
    with note("case", ("case", case_id), did=f"remove-{what}"), services().database.writing() as connection:
        one = case_that_takes(connection, case_id)
        done = _REMOVE[what](connection, one, user().member_key, item_id)
    flash("Taken away." if done else "It is not there any more.", "done" if done else "error")
    return back(case_id, what)


_REMOVE: dict[str, Callable[[Connection, Case, int, str], bool]] = {
    "things": remove_thing,
    "searches": remove_search,
    "notes": lambda connection, *rest: remove_words(connection, case_notes, *rest),
    "tasks": lambda connection, *rest: remove_words(connection, case_tasks, *rest),
    "files": lambda connection, *rest: remove_words(connection, case_files, *rest),
}


def _noted(case_id: str, field: str, anchor: str, work: Callable[[Connection, Case], None]) -> Any:
    """Put something into a case; the page again where that cannot be, with the reason at its field."""
    with services().database.reading() as connection:
        case_that_takes(connection, case_id)
    try:
        with note("case", ("case", case_id), did=field), services().database.writing() as connection:
            work(connection, case_that_takes(connection, case_id))
    except (BadWords, BadFile, TooMuchSaid) as error:
        return show(case_id, {field: str(error)}), 400
    return back(case_id, anchor)


def _picked(connection: Connection, names: list[str]) -> list[Entry]:
    """The newest versions of what was chosen, as far as the member may read it."""
    found = []
    for name in names:
        collection_id, _, stix_id = name.partition(":")
        try:
            found.append(newest_version(connection, user(), collection_id, stix_id)[1])
        except NotFound:
            continue
    return found


def _chosen(errors: Errors) -> str:
    """Which case was chosen, with what is wrong in `errors`."""
    case_id = request.form.get("case", "")
    if case_id == NEW:
        try:
            checked(
                line(request.form, "title", longest=LONGEST_TITLE), "Write a title for the new case.", LONGEST_TITLE
            )
        except BadWords as error:
            errors["title"] = str(error)
        return NEW
    with services().database.reading() as connection:
        try:
            case_that_takes(connection, case_id)
        except NotFound:
            errors["case"] = "Choose a case that is open."
    return case_id


def _case_or_new(connection: Connection, case_id: str) -> Case:
    if case_id == NEW:
        title = line(request.form, "title", longest=LONGEST_TITLE)
        case_id = open_case(connection, user().member_key, title, "", "amber", user().login or "", now_ms())
    return case_that_takes(connection, case_id)


def _ask_again(errors: Errors, names: list[str], asked: Asked | None = None) -> str:
    """The form by itself, with what is wrong and nothing lost."""
    with services().database.reading() as connection:
        picks = _picked(connection, names)
        ids = {key: one.id for key, one in readable_now(connection).items()}
    return render_template(
        "case_add.html",
        errors=errors,
        form=request.form,
        picked=[(f"{ids[entry.collection_key]}:{entry.object_id}", entry) for entry in picks],
        question=question_in(request.form) if asked is not None or not names else None,
    )
