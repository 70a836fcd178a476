"""Disputes, and what the account's own bank states."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from tocsin.members.answerable import MayNot
from tocsin.members.roles import DECIDE, READ, SEE_ALL, SUBMIT
from tocsin.publishing.account_status import NotItsBank, state_account
from tocsin.publishing.dispute import CannotDispute, contested, decide_dispute, deciders, hand_over, open_dispute
from tocsin.publishing.words import BadWords
from tocsin.reports.disputes import CORRECTED, UPHELD, WITHDRAWN, NoSuchDispute, list_disputes
from tocsin.times import DAY_MS, end_of_day, now_ms
from tocsin.web.contesting import about_what
from tocsin.web.indicators import newest_version
from tocsin.web.noting import noted
from tocsin.web.paging import page_number
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("disputes", __name__)
PAGE = 50
_OUTCOME_WORDS = {
    UPHELD: "It is right, and stands without the mark",
    CORRECTED: "What was wrong in it was put right, and it stands without the mark",
    WITHDRAWN: "It is wrong: it is withdrawn everywhere, and whoever reports it again waits for a moderator",
}


@pages.get("/disputes")
@needs(READ)
def index() -> str:
    """What is disputed, overdue first: everything for people of the exchange, one's member's own for others."""
    return _show()


@pages.post("/disputes/<dispute_id>/decide")
@needs(DECIDE)
@noted("dispute-decide", "dispute")
def decide(dispute_id: str) -> Any:
    """End a dispute."""
    outcome, reason = request.form.get("outcome", ""), request.form.get("reason", "")
    try:
        decided = decide_dispute(
            services().database, services().exchange, dispute_id, outcome, reason, user().login or "", now_ms()
        )
    except NoSuchDispute as error:
        return _refused(dispute_id, "", str(error)), 404
    except BadWords as error:
        return _refused(dispute_id, "reason", str(error)), 400
    except CannotDispute as error:
        return _refused(dispute_id, "outcome", str(error) if outcome else "Choose how it ends."), 400
    except MayNot as error:
        return _refused(dispute_id, "", str(error)), 403
    flash(f"Decided: {decided.outcome}. Everybody who polls gets what follows from it.", "done")
    return redirect(url_for("disputes.index"))


@pages.post("/disputes/<dispute_id>/hand-over")
@needs(DECIDE)
@noted("dispute-decide", "dispute")
def give(dispute_id: str) -> Any:
    """Name somebody else who decides."""
    decider = request.form.get("decider", "")
    try:
        changed = hand_over(services().database, dispute_id, decider, user().login or "", now_ms())
    except NoSuchDispute as error:
        return _refused(dispute_id, "", str(error)), 404
    except CannotDispute as error:
        return _refused(dispute_id, "decider", str(error)), 400
    flash(f"{changed.decider} decides it.", "done")
    return redirect(url_for("disputes.index"))


@pages.post("/indicators/<collection_id>/<stix_id>/dispute")
@needs(READ)
@noted("dispute-open", "object")
def contest(collection_id: str, stix_id: str) -> Any:
    """Contest what one can read; moderators also name who decides, and by when."""
    form, back = request.form, redirect(url_for("indicators.indicator", collection_id=collection_id, stix_id=stix_id))
    with services().database.reading() as connection:
        newest_version(connection, user(), collection_id, stix_id)
    try:
        with services().database.reading() as connection:
            about = contested(connection, stix_id)
        made = open_dispute(
            services().database,
            services().exchange,
            about,
            form.get("reason", ""),
            user().login or "",
            user().member_key,
            now_ms(),
            decider=form.get("decider") or None if may(DECIDE) else None,
            due_ms=_day(form.get("due", "")) if may(DECIDE) and form.get("due") else None,
        )
    except (CannotDispute, BadWords) as error:
        flash(str(error), "error")
        return back
    days = (made.due_ms - made.opened_ms) // DAY_MS
    flash(f"It is marked as disputed and left out of blocking lists. It is decided within {days} days.", "done")
    return back


@pages.post("/indicators/<collection_id>/<stix_id>/state")
@needs(SUBMIT)
@noted("statement", "object")
def state(collection_id: str, stix_id: str) -> Any:
    """State what the account's own bank knows."""
    form, back = request.form, redirect(url_for("indicators.indicator", collection_id=collection_id, stix_id=stix_id))
    with services().database.reading() as connection:
        _, newest = newest_version(connection, user(), collection_id, stix_id)
        about = about_what(newest, collection_id)
    try:
        if about is None:
            raise NotItsBank("Only the account's own bank can state that.")
        state_account(
            services().database,
            services().exchange,
            about,
            form.get("status", ""),
            form.get("source", ""),
            user().member_key,
            user().login or "",
            now_ms(),
        )
    except (NotItsBank, BadWords, CannotDispute) as error:
        flash(str(error), "error")
        return back
    flash("Stated. Everybody who polls gets the state and the day, and nothing else of it.", "done")
    return back


def _refused(dispute_id: str, field: str, message: str) -> str:
    return _show((dispute_id, field, message))


def _show(error: tuple[str, str, str] | None = None) -> str:
    number, now = page_number(), now_ms()
    own = None if may(SEE_ALL) else user().member_key
    with services().database.reading() as connection:
        found = list_disputes(connection, member_key=own, limit=PAGE + 1, offset=(number - 1) * PAGE)
        people = [login for login, _ in deciders(connection)] if may(DECIDE) else []
    return render_template(
        "disputes.html",
        found=found[:PAGE],
        more=len(found) > PAGE,
        number=number,
        now=now,
        staff=own is None,
        people=people,
        outcome_words=_OUTCOME_WORDS,
        error=error,
        form=request.form,
    )


def _day(text: str) -> int:
    try:
        return end_of_day(text)
    except ValueError as error:
        raise CannotDispute("Give the day by which it is decided as year, month and day.") from error
