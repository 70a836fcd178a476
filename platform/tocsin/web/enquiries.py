"""Asking a source without a name, and answering without giving one."""

from typing import Any

import orjson
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import all_collections
from tocsin.members.access import Principal
from tocsin.members.pseudonyms import ASKER, pseudonym
from tocsin.members.roles import DECIDE, READ, SEE_SOURCES, SUBMIT
from tocsin.publishing.asking import answer as answer_asked
from tocsin.publishing.asking import living
from tocsin.publishing.standing import subject_key
from tocsin.reports.askings import Asking, askings_by
from tocsin.reports.enquiries import (
    CannotAsk,
    Enquiry,
    NoSuchEnquiry,
    ask_source,
    enquiries_between,
    enquiries_by,
    enquiries_to,
)
from tocsin.times import now_ms
from tocsin.web.attribution import pseudonym_of
from tocsin.web.circles import circle_words
from tocsin.web.indicators import newest_version
from tocsin.web.noting import noted
from tocsin.web.services import services
from tocsin.web.session import may, needs, user
from tocsin.web.sources import asked_of, day_of

pages = Blueprint("enquiries", __name__)
_SHOWN = 200


@pages.post("/indicators/<collection_id>/<stix_id>/ask")
@needs(SUBMIT)
@noted("enquiry", "object")
def ask(collection_id: str, stix_id: str) -> Any:
    """Ask a source that has no name."""
    if not may(SEE_SOURCES):
        abort(403)
    back = redirect(url_for("indicators.indicator", collection_id=collection_id, stix_id=stix_id) + "#sources")
    with services().database.writing() as connection:
        collection, newest = newest_version(connection, user(), collection_id, stix_id)
        source = asked_of(connection, collection, newest, user(), request.form.get("source", ""))
        if source is None:
            flash("That source no longer says so, so it cannot be asked about it.", "error")
            return back
        subject = subject_key(orjson.loads(newest.body)["pattern"])
        question, now = request.form.get("question", ""), now_ms()
        try:
            ask_source(connection, user(), collection.key, stix_id, subject, source.member_key, question, now)
        except CannotAsk as error:
            flash(str(error), "error")
            return back
    flash("Your question is with the source. Its answer will be under Questions.", "done")
    return redirect(url_for("enquiries.index"))


@pages.get("/enquiries")
@needs(READ)
def index() -> str:
    """What the member is asked, what it asked, and for those who decide that others ask."""
    return _show()


@pages.post("/enquiries/<identity>")
@needs(SUBMIT)
@noted("enquiry-answer", "enquiry")
def answer(identity: str) -> Any:
    """Answer, or decline."""
    text = None if request.form.get("decline") else request.form.get("answer", "")
    try:
        with services().database.writing() as connection:
            answer_asked(connection, identity, user(), text, now_ms(), agrees="agrees" in request.form)
    except NoSuchEnquiry:
        abort(404)
    except CannotAsk as error:
        return _show((identity, str(error))), 400
    flash("Your answer is with whoever asked." if text is not None else "You declined to answer.", "done")
    return redirect(url_for("enquiries.index"))


def told_enquiries(connection: Connection, viewer: Principal) -> dict[str, list[dict[str, Any]]]:
    """The questions that a member is asked and those that it asked, neither with a name, for programs.

    Those alone on what is in the collections that a token is limited to. What went through the exchange is in none
    that its asker may read.
    """
    asked, own = enquiries_to(connection, viewer.member_key), enquiries_by(connection, viewer.member_key)
    now = now_ms()
    through = askings_by(connection, viewer.member_key, now) if viewer.limits.collections is None else []
    alive = living(connection, asked, now)
    return {
        "asked_of_us": [_told(one, viewer, alive) for one in asked if viewer.limits.covers(one.collection_key)],
        "asked_by_us": [_told(one, viewer, alive) for one in own if viewer.limits.covers(one.collection_key)],
        "asked_through_the_exchange": [_told_asking(one) for one in through],
    }


def other_side(one: Enquiry, viewer: Principal) -> str:
    """What the viewer's member calls the other side of a question."""
    if one.source_key == viewer.member_key:
        return pseudonym(services().pseudonyms, viewer.member_key, one.asker_voice, ASKER)
    return pseudonym_of(one.source_voice, viewer)


def state_of(one: Enquiry, alive: frozenset[str]) -> str:
    """The state of a question for whoever is asked: `ended` where it can be answered no more."""
    state = one.state(now_ms())
    return "ended" if state == "open" and one.asking is not None and one.id not in alive else state


def _told(one: Enquiry, viewer: Principal, alive: frozenset[str]) -> dict[str, Any]:
    asked = one.source_key == viewer.member_key
    told = {
        "id": one.id,
        "asker" if asked else "source": one.asker_name or other_side(one, viewer),
        "stix_id": one.object_id or None,
        "kind": one.kind,
        "value": one.value,
        "asked": day_of(one.asked_ms),
        "state": state_of(one, alive),
        "question": one.question,
        "answered": day_of(one.answered_ms),
        "answer": one.answer,
    }
    if one.asking is None:
        return told
    return told | {"case_number": one.case_number, "basis": one.basis, "through_the_exchange": True}


def _told_asking(one: Asking) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "value": one.value,
        "asked": day_of(one.asked_ms),
        "state": one.state,
        "question": one.question,
        "case_number": one.case_number,
        "basis": one.basis,
        "answers": [
            {
                "id": answer.id,
                "answered": day_of(answer.answered_ms),
                "answer": answer.answer,
                "offers_its_name": answer.source_agrees,
                "member": answer.source_name,
            }
            for answer in one.answers
        ],
    }


def _show(error: tuple[str, str] | None = None) -> str:
    """The page; with the id and words of a mistake what was written stays."""
    member_key, now = user().member_key, now_ms()
    with services().database.reading() as connection:
        # what waits comes first: however many were answered since, it can be
        asked = sorted(enquiries_to(connection, member_key), key=lambda one: one.answered_ms is not None)
        own = enquiries_by(connection, member_key)
        through = askings_by(connection, member_key, now)
        others = enquiries_between(connection, member_key, now) if may(DECIDE) else []
        alive = living(connection, asked[:_SHOWN], now)
        circles = {key: circle_words(connection, key) for key in {one.collection_key for one in asked if one.asking}}
        ids = {one.key: one.id for one in all_collections(connection)}
    return render_template(
        "enquiries.html",
        asked=asked,
        own=own,
        through=through,
        others=others,
        shown=_SHOWN,
        collections=ids,
        other_side=lambda one: other_side(one, user()),
        state_of=lambda one: state_of(one, alive),
        circles=circles,
        error=error,
        answer=request.form.get("answer", ""),
        agrees="agrees" in request.form,
    )
