"""The lists of a member: what is its own, what it knows to be harmless; and changes of lists that wait."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from tocsin.identifiers import KINDS
from tocsin.members.lists import BadEntry, add_entries, entries_of, entry_named, remove_entries
from tocsin.members.members import find_member
from tocsin.members.roles import DECIDE, READ, SUBMIT
from tocsin.reports.list_runs import NothingWaits, decide_run, most_at_once, waiting_run
from tocsin.screening import BRAND, HARMLESS, NETWORK, OWN, ListEntry
from tocsin.times import now_ms
from tocsin.web.forms import Errors
from tocsin.web.languages import gettext
from tocsin.web.noting import noted
from tocsin.web.sentences import said
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("lists", __name__)

_MOST_LINES = 500
_KINDS = {BRAND: "Brands", **{name: kind.label for name, kind in KINDS.items()}, NETWORK: "Networks, as 192.0.2.0/24"}


@pages.get("/lists")
@needs(READ)
def index() -> str:
    """One's member's lists, and for moderators what waits."""
    return _show({})


@pages.post("/lists")
@needs(SUBMIT)
@noted("member")
def add() -> Any:
    """Put what was written, one entry a line, on one of the member's lists."""
    form = request.form
    which = HARMLESS if form.get("list") == HARMLESS else OWN
    lines = [line.strip() for line in form.get("entries", "").splitlines() if line.strip()]
    if not lines:
        return _show({"entries": "Write at least one entry, each on a line of its own."}), 400
    if len(lines) > _MOST_LINES:
        return _show({"entries": f"Write at most {_MOST_LINES} entries at once."}), 400
    try:
        with services().database.writing() as connection:
            country = find_member(connection, user().member).country
            entries = [_entry(number, line, which, country) for number, line in enumerate(lines, 1)]
            done = len(add_entries(connection, user().member_key, entries, user().login or "", now_ms()))
    except BadEntry as error:
        return _show({"entries": str(error)}), 400
    flash(f"{done} added. What stands is looked through again within a minute." if done else _THERE, "done")
    return redirect(url_for("lists.index"))


@pages.post("/lists/remove")
@needs(SUBMIT)
@noted("member")
def remove() -> Any:
    """Take the ticked entries off the lists."""
    with services().database.writing() as connection:
        every = {_name(one): one for one in entries_of(connection, user().member_key)}
        chosen = [every[name] for name in request.form.getlist("entry") if name in every]
        done = remove_entries(connection, user().member_key, chosen)
    flash(f"{done} taken off." if done else "Tick what is to be taken off.", "done" if done else "error")
    return redirect(url_for("lists.index"))


@pages.post("/lists/decide")
@needs(DECIDE)
@noted("lists")
def decide() -> Any:
    """Let a change of lists end what it covers, or leave what stands as it is."""
    approve = request.form.get("decision") == "approve"
    try:
        with services().database.writing() as connection:
            decide_run(connection, approve, user().login or "", now_ms())
    except NothingWaits as error:
        flash(str(error), "error")
    else:
        flash("It is being withdrawn." if approve else "What stands stays as it is.", "done")
    return redirect(url_for("lists.index"))


def _entry(number: int, line: str, which: str, country: str | None) -> ListEntry:
    kind = request.form.get("kind", "")
    try:
        return entry_named(f"{kind}:{line}" if kind in _KINDS else line, which, country, "open" in request.form)
    except BadEntry as problem:
        raise BadEntry(gettext("Line %(number)s: %(problem)s", number=number, problem=said(problem))) from None


def _show(errors: Errors) -> str:
    with services().database.reading() as connection:
        entries = entries_of(connection, user().member_key)
        waits = waiting_run(connection)
        most = most_at_once(connection)
    return render_template(
        "lists.html",
        lists={name: [(_name(one), one) for one in entries if one.list == name] for name in (OWN, HARMLESS)},
        waits=waits,
        most=most,
        offered=_KINDS,
        errors=errors,
        form=request.form,
    )


def _name(one: ListEntry) -> str:
    return f"{one.list} {one.kind} {one.value}"


_THERE = "All of that was there already."
