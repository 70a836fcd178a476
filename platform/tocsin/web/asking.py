"""Asking through the exchange: whether somebody knows of one exact value, the question, naming each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from tocsin.identifiers import Hints, Identifier, Unreadable, recognise
from tocsin.members.access import Principal
from tocsin.members.rations import MOST_A_DAY, take
from tocsin.members.roles import SEE_SOURCES, SUBMIT
from tocsin.policy.known_of import may_be_asked_about
from tocsin.publishing import asking
from tocsin.publishing.known_of import asker_of, known_of
from tocsin.reports.askings import LONGEST_CASE_NUMBER, Question, agree, checked
from tocsin.reports.enquiries import LONGEST_TEXT, CannotAsk, NoSuchEnquiry
from tocsin.times import now_ms
from tocsin.web.forms import Errors
from tocsin.web.noting import note, noted
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("asking", __name__)
log = structlog.get_logger()

NO_MORE = "Your organisation looked for as many values as it may in a day. Ask about this one tomorrow."
_MOST_WORDS = 12
"""A longer text is prose, which is no identifier."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A value as it was typed. `known`: somebody can be asked about it; None after the member looked for too many."""

    text: str
    kind: str
    known: bool | None


@dataclass
class _Form:
    """What was filled in."""

    question: str = ""
    case_number: str = ""
    basis: str = ""
    agrees: bool = False
    errors: Errors = field(default_factory=dict)


def can_ask(principal: Principal) -> bool:
    """Whether somebody can ask through the exchange: a token that is for some collections alone cannot."""
    return principal.may(SUBMIT) and principal.may(SEE_SOURCES) and principal.limits.collections is None


def offers(principal: Principal, texts: Sequence[str]) -> dict[str, Offer]:
    """What can be asked about, of the texts that are each one exact identifier; none for whoever cannot ask.

    Each of these counts for the member's day and stands in the trail, whatever comes of it. While the database takes
    no note, nobody looks, and searching goes on.
    """
    exact = {text: one for text in texts if (one := _exact(text, principal)) is not None} if can_ask(principal) else {}
    if not exact:
        return {}
    with services().database.reading() as connection:
        asker = asker_of(connection, principal.member_key)
    if asker is None:
        return {text: Offer(text, one.kind, False) for text, one in exact.items()}
    try:
        with services().database.writing() as connection:
            granted = take(connection, principal.member_key, len(exact), now_ms())
    except SQLAlchemyError as error:
        log.warning("nobody could look whom to ask", error=str(error)[:500])
        return {}
    looked = dict(list(exact.items())[:granted])
    with services().database.reading() as connection:
        known = known_of(connection, asker, looked.values())
    if looked:
        note("known-of", values=list(looked), hits=len({text for text, one in looked.items() if one in known}))
    return {text: Offer(text, one.kind, one in known if text in looked else None) for text, one in exact.items()}


@pages.get("/ask")
@needs(SUBMIT)
def form() -> Any:
    """The form for a question to whoever knows of one exact value; where that is nobody there is no such page."""
    return _looked() or _show(_Form())


@pages.post("/ask")
@needs(SUBMIT)
@noted("enquiry")
def ask() -> Any:
    """Put the question to all who know of it."""
    turned_away = _looked()
    if turned_away is not None:
        return turned_away
    filled = _filled()
    question = Question(filled.question, filled.case_number, filled.basis or None, filled.agrees)
    found = _exact(_value(), user())
    try:
        checked(question)
        with services().database.writing() as connection:
            asking.ask(connection, user(), found or abort(404), question, now_ms())
    except asking.NobodyToAsk:
        abort(404)
    except CannotAsk as error:
        filled.errors[_blamed(str(error))] = str(error)
        return _show(filled), 400
    flash("Your question is with whoever knows of it. What they answer will be here.", "done")
    return redirect(url_for("enquiries.index") + "#through")


@pages.post("/enquiries/<identity>/name")
@needs(SUBMIT)
@noted("enquiry-name", "enquiry")
def name(identity: str) -> Any:
    """Let one's member be named to the other side of an answer, or not after all."""
    yes = request.form.get("agree") == "yes"
    try:
        with services().database.writing() as connection:
            agree(connection, identity, user(), yes)
    except NoSuchEnquiry:
        abort(404)
    flash("Your organisation is named once the other side agrees too." if yes else "You are not named.", "done")
    return redirect(url_for("enquiries.index"))


def _exact(text: str, principal: Principal) -> Identifier | None:
    """The identifier that this text is and nothing else, if others may ever be asked about its kind."""
    if not text or len(text.split()) > _MOST_WORDS:
        return None
    try:
        found = recognise(text, Hints(country=principal.country))
    except Unreadable:
        return None
    return found if may_be_asked_about(found.kind) else None


def _looked() -> Any:
    """Where whoever asks goes instead of on; None where somebody can be asked. 404 is like what is not there."""
    if not may(SEE_SOURCES):
        abort(403)
    text = _value()
    offer = offers(user(), [text]).get(text)
    if offer is not None and offer.known is None:
        flash(NO_MORE, "error")
        return redirect(url_for("searching.search", q=text))
    if offer is None or not offer.known:
        abort(404)
    return None


def _value() -> str:
    return request.values.get("q", "").strip()


def _filled() -> _Form:
    given = request.form
    return _Form(
        question=given.get("question", ""),
        case_number=given.get("case_number", ""),
        basis=given.get("basis", ""),
        agrees="agrees" in given,
    )


def _blamed(words: str) -> str:
    """The field that a mistake belongs to."""
    for name, part in (("case_number", "case number"), ("basis", "lawful basis")):
        if part in words:
            return name
    return "question"


def _show(filled: _Form) -> str:
    found = _exact(_value(), user())
    return render_template(
        "ask.html",
        text=_value(),
        found=found,
        filled=filled,
        longest=LONGEST_TEXT,
        longest_case=LONGEST_CASE_NUMBER,
        most_a_day=MOST_A_DAY,
    )
