"""Handing in: a form, what would happen, and then doing it."""

from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.intake import CannotRead
from tocsin.members.members import Member, find_member
from tocsin.members.roles import SUBMIT
from tocsin.policy.agreement import BASES
from tocsin.publishing.filings import StatesFiling
from tocsin.publishing.hand_in import Preview, preview, take_in
from tocsin.publishing.process import process
from tocsin.reports.receiving import TooLarge
from tocsin.reports.terms import Terms
from tocsin.times import now_ms
from tocsin.web import hand_in_form
from tocsin.web.display import HANDLING_MEANING, PAP_MEANING, TLP_MEANING
from tocsin.web.drafts import drop_draft, find_draft, keep_draft
from tocsin.web.hand_in_form import Form, Offer
from tocsin.web.noting import note
from tocsin.web.readable import visible
from tocsin.web.receivers import Receiver, passed_over, receivers
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("submitting", __name__)

INLINE_BYTES = 500_000
"""Up to this size a report is processed while the page waits; a larger one by the worker."""

PREVIEW_ROWS = 1_000
_SHOWN_ROWS = 50
_SHOWN_OBJECTS = 3


class _Rehearsed(NamedTuple):
    """What would happen, who would receive it, and titles of collections that would not carry it with the reason."""

    seen: Preview
    receivers: list[Receiver]
    passed_over: list[tuple[str, str]]


@pages.get("/submit")
@needs(SUBMIT)
def form() -> str:
    """The empty form, or a draft to be changed."""
    with services().database.reading() as connection:
        member = find_member(connection, user().member)
        offer = hand_in_form.offered(connection, member)
        filled = hand_in_form.empty(connection, member, offer)
    token = request.args.get("draft", "")
    kept = find_draft(token)
    if kept is not None:
        filled = hand_in_form.refilled(token, *kept)
    elif token:
        filled.errors["text"] = "What you had here was kept for an hour and is gone. Paste it or choose it again."
    return _show(filled, offer)


@pages.post("/submit")
@needs(SUBMIT)
def check() -> Any:
    """What would happen: every row's verdict, the objects, who will receive them."""
    filled, body = hand_in_form.filled()
    try:
        # an inbox may have to be made, which nobody should find before anything is in it
        with services().database.rehearsing() as connection:
            member = find_member(connection, user().member)
            offer = hand_in_form.offered(connection, member)
            hand_in_form.check_audience(filled, offer)
            terms = hand_in_form.terms(connection, filled) if not filled.errors else None
            rehearsed = _rehearsed(connection, filled, body, member, terms) if terms is not None else None
    except (CannotRead, TooLarge) as error:
        if isinstance(error, StatesFiling) and find_draft(filled.draft) is not None:
            drop_draft(filled.draft)
        filled.errors["text" if filled.file_name is None else "file"] = str(error)
        filled.draft = ""
        return _show(filled, offer), 400
    if terms is None or rehearsed is None:
        if filled.file_name is not None:
            # what was uploaded is not asked for a second time
            filled.draft = keep_draft(hand_in_form.draft_of(filled), body)
        return _show(filled, offer), 400
    return _show_preview(filled, body, terms, rehearsed)


@pages.post("/submit/<token>")
@needs(SUBMIT)
def hand_in(token: str) -> Any:
    """Do it."""
    kept = find_draft(token)
    if kept is None:
        flash("That was handed in already, or was checked more than an hour ago. Here you see which.", "error")
        return redirect(url_for("reports.index"))
    (draft, body), filled = kept, hand_in_form.refilled(token, *kept)
    with services().database.writing() as connection:
        member = find_member(connection, user().member)
        offer = hand_in_form.offered(connection, member)
        hand_in_form.check_audience(filled, offer)
        terms = hand_in_form.terms(connection, filled) if not filled.errors else None
        if terms is not None:
            by = user().subscriber
            report_id, _ = take_in(connection, member, by, body, draft.name, terms, now_ms())
    if terms is None:
        return _show(filled, offer), 400
    note("hand-in", ("report", report_id), unattributed=terms.unattributed, tlp=terms.tlp)
    if len(body) <= INLINE_BYTES:
        process(services().database, services().exchange, services().screening, report_id)
    drop_draft(token)
    return redirect(url_for("reports.report", report_id=report_id))


def _show(filled: Form, offer: Offer) -> str:
    return render_template(
        "submit.html",
        filled=filled,
        targets=offer.targets,
        choices=offer.choices,
        meanings=TLP_MEANING,
        paps=PAP_MEANING,
        handlings=HANDLING_MEANING,
        bases=BASES,
    )


def _rehearsed(connection: Connection, filled: Form, body: bytes, member: Member, terms: Terms) -> _Rehearsed:
    now = now_ms()
    writable = [one for one in visible(connection, user()) if one.rights.can_write]
    carrying = receivers(connection, member, terms, now)
    not_carrying = passed_over(connection, member, terms, writable, now)
    by, name, rows = user().subscriber, filled.file_name, PREVIEW_ROWS
    exchange, screening = services().exchange, services().screening
    seen = preview(connection, exchange, screening, member, by, body, name, terms, now, most_rows=rows)
    return _Rehearsed(seen, carrying, not_carrying)


def _show_preview(filled: Form, body: bytes, terms: Terms, rehearsed: _Rehearsed) -> str:
    draft, seen = hand_in_form.draft_of(filled), rehearsed.seen
    counts = dict.fromkeys(("accepted", "merged", "held", "rejected"), 0)
    for one in seen.verdicts:
        counts[one.verdict] += 1
    return render_template(
        "preview.html",
        token=keep_draft(draft, body),
        draft=draft,
        terms=terms,
        seen=seen,
        counts=counts,
        rows=seen.verdicts[:_SHOWN_ROWS],
        cut=len(seen.verdicts) >= PREVIEW_ROWS,
        objects=[entry.body.decode() for entry in seen.objects if entry.type == "indicator"][:_SHOWN_OBJECTS],
        receivers=rehearsed.receivers,
        passed_over=rehearsed.passed_over,
    )
