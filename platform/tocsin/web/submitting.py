"""Handing in: a form, what would happen, and then doing it."""

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.intake import CannotRead, Claim
from tocsin.ledger.collections import Collection
from tocsin.members.members import find_member, readers
from tocsin.members.roles import SUBMIT
from tocsin.publishing.hand_in import Refused, preview, take_in, terms_for
from tocsin.publishing.process import process
from tocsin.reports.reports import Terms, TooLarge
from tocsin.stix import CRIME_TYPES
from tocsin.times import now_ms
from tocsin.web.display import TLP_MEANING
from tocsin.web.drafts import Draft, drop_draft, find_draft, keep_draft
from tocsin.web.readable import visible
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("submitting", __name__)

INLINE_BYTES = 500_000
"""Up to this size a report is processed while the page waits; a larger one by the worker."""

PREVIEW_ROWS = 1_000
_SHOWN_ROWS = 50
_SHOWN_OBJECTS = 3


@dataclass
class _Form:
    """What was filled in, and what is wrong with it, by field."""

    text: str = ""
    tlp: str = ""
    crime: str = ""
    collections: list[str] = field(default_factory=list)
    unattributed: bool = False
    draft: str = ""
    file_name: str | None = None
    errors: dict[str, str] = field(default_factory=dict)


@pages.get("/submit")
@needs(SUBMIT)
def form() -> str:
    """The empty form, or a draft to be changed."""
    filled = _Form()
    with services().database.reading() as connection:
        member = find_member(connection, user().member)
        targets = _targets(connection)
    filled.tlp = member.default_tlp or ""
    filled.unattributed = member.default_unattributed
    filled.collections = [one.id for one, _ in targets if one.key == member.default_collection_key]
    token = request.args.get("draft", "")
    kept = find_draft(token)
    if kept is not None:
        filled = _refilled(token, *kept)
    elif token:
        filled.errors["text"] = "What you had here was kept for an hour and is gone. Paste it or choose it again."
    return _show(filled, targets)


@pages.post("/submit")
@needs(SUBMIT)
def check() -> Any:
    """What would happen: every row's verdict, the objects, who will receive them."""
    filled, body = _filled()
    # an inbox may have to be made
    with services().database.writing() as connection:
        targets = _targets(connection)
        member = find_member(connection, user().member)
        if not set(filled.collections) <= {one.id for one, _ in targets}:
            filled.errors["collection"] = "Choose from the list."
        terms = _terms(connection, filled) if not filled.errors else None
    if terms is None:
        if filled.file_name is not None:
            # what was uploaded is not asked for a second time
            filled.draft = keep_draft(_draft(filled), body)
        return _show(filled, targets), 400
    name = filled.file_name
    try:
        seen = preview(
            services().database,
            services().exchange,
            services().screening,
            member,
            user().subscriber,
            body,
            name,
            terms,
            now_ms(),
            most_rows=PREVIEW_ROWS,
        )
    except (CannotRead, TooLarge) as error:
        filled.errors["text" if name is None else "file"] = str(error)
        filled.draft = ""
        return _show(filled, targets), 400
    draft = _draft(filled)
    counts = dict.fromkeys(("accepted", "merged", "held", "rejected"), 0)
    for one in seen.verdicts:
        counts[one.verdict] += 1
    return render_template(
        "preview.html",
        token=keep_draft(draft, body),
        draft=draft,
        seen=seen,
        counts=counts,
        rows=seen.verdicts[:_SHOWN_ROWS],
        cut=len(seen.verdicts) >= PREVIEW_ROWS,
        objects=[entry.body.decode() for entry in seen.objects if entry.type == "indicator"][:_SHOWN_OBJECTS],
        targets=[(one, names) for one, names in targets if one.id in filled.collections],
        size=len(body),
    )


@pages.post("/submit/<token>")
@needs(SUBMIT)
def hand_in(token: str) -> Any:
    """Do it."""
    kept = find_draft(token)
    if kept is None:
        flash("That was handed in already, or was checked more than an hour ago. Here you see which.", "error")
        return redirect(url_for("reports.index"))
    (draft, body), filled = kept, _refilled(token, *kept)
    with services().database.writing() as connection:
        member = find_member(connection, user().member)
        terms = _terms(connection, filled)
        if terms is not None:
            by = user().subscriber
            report_id, _ = take_in(connection, member, by, body, draft.name, terms, now_ms())
        targets = _targets(connection)
    if terms is None:
        return _show(filled, targets), 400
    if len(body) <= INLINE_BYTES:
        process(services().database, services().exchange, services().screening, report_id)
    drop_draft(token)
    return redirect(url_for("reports.report", report_id=report_id))


def _show(filled: _Form, targets: list[tuple[Collection, list[str]]]) -> str:
    return render_template("submit.html", filled=filled, targets=targets, meanings=TLP_MEANING)


def _targets(connection: Connection) -> list[tuple[Collection, list[str]]]:
    """The collections that may be handed in to, each with the names of who will receive it."""
    return [
        (one.collection, [reader.name for reader in readers(connection, one.collection.key)])
        for one in visible(connection, user())
        if one.rights.can_write and one.collection.frozen_ms is None
    ]


def _filled() -> tuple[_Form, bytes]:
    form = request.form
    upload = request.files.get("file")
    filled = _Form(
        text=form.get("text", ""),
        tlp=form.get("tlp", ""),
        crime=form.get("crime", ""),
        collections=form.getlist("collection"),
        unattributed="unattributed" in form,
        draft=form.get("draft", ""),
    )
    body = filled.text.encode()
    if upload is not None and upload.filename:
        filled.file_name, body = upload.filename[-200:], upload.read()
        if filled.text.strip():
            filled.errors["text"] = "You pasted something and chose a file. Hand in one, then the other."
    elif filled.draft and not filled.text.strip():
        kept = find_draft(filled.draft)
        if kept is not None:
            filled.file_name, body = kept[0].name, kept[1]
        else:
            filled.draft, filled.errors["file"] = "", "The file was kept for an hour and is gone. Choose it again."
    elif not filled.text.strip():
        filled.errors["text"] = "Paste something, or choose a file."
    if filled.tlp not in TLP_MEANING:
        filled.errors["tlp"] = "Choose how far it may be shared."
    if not filled.collections:
        filled.errors["collection"] = "Choose at least one collection."
    if filled.crime and filled.crime not in CRIME_TYPES:
        filled.errors["crime"] = "Choose one of the list."
    return filled, body


def _draft(filled: _Form) -> Draft:
    return Draft(
        login=user().login or "",
        name=filled.file_name,
        pasted=filled.file_name is None,
        tlp=filled.tlp,
        collections=filled.collections,
        crime=filled.crime or None,
        unattributed=filled.unattributed,
    )


def _refilled(token: str, draft: Draft, body: bytes) -> _Form:
    """The form as it was when the draft was kept."""
    return _Form(
        text=body.decode(errors="replace") if draft.pasted else "",
        tlp=draft.tlp,
        crime=draft.crime or "",
        collections=draft.collections,
        unattributed=draft.unattributed,
        draft="" if draft.pasted else token,
        file_name=draft.name,
    )


def _terms(connection: Connection, filled: _Form) -> Terms | None:
    try:
        return terms_for(
            connection,
            find_member(connection, user().member),
            tlp=filled.tlp,
            collections=filled.collections,
            claim=Claim(crime_type=filled.crime or None),
            unattributed=filled.unattributed,
        )
    except Refused as error:
        filled.errors["collection"] = str(error)
        return None
