"""Handing in: a box, what was found in what was put there and what would become of it, and then doing it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.intake import CannotRead
from tocsin.members.members import Member, find_member
from tocsin.members.roles import SUBMIT
from tocsin.policy.agreement import BASES
from tocsin.publishing.filings import StatesFiling
from tocsin.publishing.hand_in import take_in
from tocsin.publishing.process import process
from tocsin.reports.loss import currencies
from tocsin.reports.receiving import TooLarge, check_size
from tocsin.stix import CRIME_GROUPS
from tocsin.times import now_ms, stamp
from tocsin.web import hand_in_form
from tocsin.web.display import HANDLING_MEANING, PAP_MEANING, TLP_MEANING
from tocsin.web.drafts import (
    Draft,
    became_of,
    begun_elsewhere,
    change_draft,
    drop_draft,
    find_draft,
    keep_draft,
    open_drafts,
    replace_draft,
)
from tocsin.web.hand_in_form import Form
from tocsin.web.looking import Looked, Read, look, read
from tocsin.web.noting import note
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("submitting", __name__)

INLINE_BYTES = 500_000
"""Up to this size a report is processed while the page waits; a larger one by the worker."""

GONE = "What you had here was kept for an hour and is gone. Paste it or choose it again."
SEALED = (
    "This was begun in another browser, or before this one was closed, and is shown there alone: it may hold numbers "
    "that are never kept. Paste it or choose it again to hand it in here."
)
TWICE = "That was handed in already. Nothing was added a second time."
_LOOK_AGAIN = "You changed with whom it is shared. Look at what will happen now, then hand it in."


@pages.get("/submit")
@needs(SUBMIT)
def form() -> Any:
    """The empty box, or what is in a draft."""
    token = request.args.get("draft", "")
    kept = find_draft(token)
    filled = hand_in_form.refilled(token, *kept) if kept is not None else Form()
    if token and kept is None:
        filled.errors["text"] = SEALED if begun_elsewhere(token) else GONE
    return _box(filled)


@pages.post("/submit")
@needs(SUBMIT)
def check() -> Any:
    """Read what was put there, and lead to what was found in it."""
    filled, body = _put_there()
    before = find_draft(filled.draft)
    with services().database.reading() as connection:
        member = find_member(connection, user().member)
        choices = _choices(connection, member, filled, before)
    # what was not read may hold numbers that are never kept
    sealed = True
    try:
        if not filled.errors:
            check_size(body)
            sealed = read(body, filled.file_name, member).sealed
    except (CannotRead, TooLarge) as error:
        if isinstance(error, StatesFiling) and before is not None:
            # what may not be kept at all is not kept here either
            drop_draft(filled.draft)
            filled.draft = ""
        filled.errors["text" if filled.file_name is None else "file"] = str(error)
        filled.file_name = None
        return _box(filled), 400
    token = filled.draft if before is not None else ""
    if filled.errors:
        if filled.file_name is not None:
            # what was uploaded is not asked for a second time
            filled.draft = _keep(token, choices, body, sealed=sealed)
        return _box(filled), 400
    choices.draft = _keep(token, choices, body, sealed=sealed)
    return _found(choices, body) if choices.chosen else redirect(url_for("submitting.found", token=choices.draft))


def _choices(connection: Connection, member: Member, filled: Form, before: tuple[Draft, bytes] | None) -> Form:
    """The choices for what was put there: those of the request, of the draft that it replaces, or the defaults."""
    if hand_in_form.is_filled():
        choices = hand_in_form.filled(filled)
    elif before is not None:
        choices = hand_in_form.refilled(filled.draft, *before)
        # roles belong to the rows of the other text
        choices.roles = {}
    else:
        choices = hand_in_form.empty(connection, member, hand_in_form.offered(connection, member))
    choices.file_name = filled.file_name
    return choices


@pages.get("/submit/<token>")
@needs(SUBMIT)
def found(token: str) -> Any:
    """What was found, what would become of it, and what is asked of it."""
    kept = find_draft(token)
    return _over(token) if kept is None else _found(hand_in_form.refilled(token, *kept), kept[1])


@pages.post("/submit/<token>")
@needs(SUBMIT)
def hand_in(token: str) -> Any:
    """Do it; or look again with what was chosen; or throw it away."""
    kept = find_draft(token)
    if kept is None:
        return _over(token)
    before = hand_in_form.refilled(token, *kept)
    body = kept[1]
    filled = hand_in_form.filled(before) if hand_in_form.is_filled() else before
    if request.form.get("do") == "drop":
        drop_draft(token)
        flash("Thrown away. Nothing was handed in.", "done")
        return redirect(url_for("submitting.form"))
    filled.chosen = True
    change_draft(token, hand_in_form.draft_of(filled))
    if request.form.get("do") == "look":
        return redirect(url_for("submitting.found", token=token))
    if filled.reach() != before.reach():
        seen, looked = _looked(filled, body)
        if filled.errors:
            return _show_found(filled, seen, looked), 400
        if looked.surprising:
            return _show_found(filled, seen, looked, notice=_LOOK_AGAIN)
    return _take(token, filled, body)


@pages.errorhandler(CannotRead)
def unreadable(error: CannotRead) -> Any:
    """What could be read when it was put there and can no more, as after an update of the software."""
    return _box(Form(errors={"text": str(error)})), 400


class _Mistaken(Exception):
    """Something is wrong in the form, so that nothing of this transaction stays, no inbox either."""


def _take(token: str, filled: Form, body: bytes) -> Any:
    try:
        with services().database.writing() as connection:
            member = find_member(connection, user().member)
            hand_in_form.check(filled, hand_in_form.offered(connection, member))
            terms = hand_in_form.terms(connection, filled)
            if terms is None:
                raise _Mistaken
            report_id, new = take_in(connection, member, user().subscriber, body, filled.file_name, terms, now_ms())
    except _Mistaken:
        return _found(filled, body)
    note("hand-in", ("report", report_id), unattributed=terms.unattributed, tlp=terms.tlp)
    if len(body) <= INLINE_BYTES:
        process(services().database, services().exchange, services().screening, report_id)
    drop_draft(token, report_id)
    flash("Handed in. Thank you." if new else TWICE, "done")
    return redirect(url_for("reports.report", report_id=report_id))


def _put_there() -> tuple[Form, bytes]:
    """What the request has to be handed in: a file, a draft's, or what was pasted."""
    found = Form(text=request.form.get("text", ""), draft=request.form.get("draft", ""))
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        found.file_name = upload.filename[-200:]
        if found.text.strip():
            found.errors["text"] = "You pasted something and chose a file. Hand in one, then the other."
        return found, bytes(upload.read())
    if found.text.strip():
        return found, found.text.encode()
    kept = find_draft(found.draft)
    if kept is not None and not kept[0].pasted:
        found.file_name = kept[0].name
        return found, kept[1]
    if found.draft and kept is None:
        gone = "The file was kept for an hour and is gone. Choose it again."
        found.errors["file"] = SEALED if begun_elsewhere(found.draft) else gone
        found.draft = ""
    else:
        found.errors["text"] = "Paste something, or choose a file."
    return found, b""


def _keep(token: str, choices: Form, body: bytes, *, sealed: bool) -> str:
    draft = hand_in_form.draft_of(choices)
    if not token:
        return keep_draft(draft, body, sealed=sealed)
    replace_draft(token, draft, body, sealed=sealed)
    return token


def _over(token: str) -> Any:
    """Where somebody is led whose draft is gone: to what became of it, or back to the box."""
    report_id = became_of(token)
    if report_id is not None:
        flash(TWICE, "done")
        return redirect(url_for("reports.report", report_id=report_id))
    return redirect(url_for("submitting.form", draft=token))


def _box(filled: Form) -> str:
    with services().database.reading() as connection:
        offer = hand_in_form.offered(connection, find_member(connection, user().member))
    begun = [one for one in open_drafts() if one.token != filled.draft]
    return render_template("submit.html", filled=filled, offer=offer, begun=begun)


def _found(filled: Form, body: bytes) -> Any:
    page = _show_found(filled, *_looked(filled, body))
    return page, 400 if filled.errors else 200


def _looked(filled: Form, body: bytes) -> tuple[Read, Looked]:
    with services().database.reading() as connection:
        member = find_member(connection, user().member)
        if not filled.errors:
            hand_in_form.check(filled, hand_in_form.offered(connection, member))
    plain = hand_in_form.without_mistakes(filled)
    seen = read(body, filled.file_name, member, hand_in_form.claim_of(plain))
    # an inbox may have to be made, which nobody should find before anything is in it
    with services().database.rehearsing() as connection:
        looked = look(connection, plain, body, member, seen)
    filled.errors |= plain.errors
    return seen, looked


def _show_found(filled: Form, seen: Read, looked: Looked, notice: str = "") -> str:
    if not filled.chosen:
        # nobody was asked yet, so nothing is a mistake yet
        filled.errors.clear()
    with services().database.reading() as connection:
        offer = hand_in_form.offered(connection, find_member(connection, user().member))
    return render_template(
        "found.html",
        filled=filled,
        seen=seen,
        looked=looked,
        notice=notice,
        targets=offer.targets,
        choices=offer.choices,
        groups=CRIME_GROUPS,
        currencies=currencies(),
        today=stamp(now_ms())[:10],
        meanings=TLP_MEANING,
        paps=PAP_MEANING,
        handlings=HANDLING_MEANING,
        bases=BASES,
    )
