"""Saved searches: the list, what is new of one, and what changes for it."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tocsin.alerts.hits import Counts, newest_hit
from tocsin.alerts.outbox import last_trouble
from tocsin.alerts.people import chosen_by
from tocsin.alerts.saved import (
    MAILS,
    Saved,
    TooManySaved,
    delete_search,
    describe_search,
    look_at,
    pause_search,
    save_search,
    searches_of,
)
from tocsin.identifiers import cards_in
from tocsin.members.roles import READ
from tocsin.times import now_ms
from tocsin.web.case_searches import checked_question, named_in, question_in
from tocsin.web.forms import Errors, line
from tocsin.web.noting import note, noted
from tocsin.web.paging import page_number
from tocsin.web.readable import readable_titles
from tocsin.web.saved_sight import LONGEST_NAME, address_of, conditions, counts_now, new_ones, own_search
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("saved_searches", __name__, url_prefix="/searches")

PAGE = 25


@pages.get("")
@needs(READ)
def index() -> Any:
    """One's saved searches with what is new of each, and where mail goes."""
    return show_index({})


@pages.post("/save")
@needs(READ)
@noted("saved-search")
def save() -> Any:
    """Save what was asked on the search page."""
    errors: Errors = {}
    text, filters = checked_question(request.form, errors)
    name = _name(errors)
    if not errors:
        try:
            with services().database.writing() as connection:
                key, marks = user().user_key or 0, named_in(text, name, *filters.values())
                search_id = save_search(connection, key, name, text, filters, "never", marks, now_ms())
        except TooManySaved as error:
            errors["name"] = str(error)
    if errors:
        for words in errors.values():
            flash(words, "error")
        return redirect(f"{url_for('searching.search')}?{urlencode(question_in(request.form))}")
    flash("The search is saved.", "done")
    return redirect(url_for("saved_searches.search", search_id=search_id))


@pages.get("/<search_id>")
@needs(READ)
def search(search_id: str) -> Any:
    """What is new of one search, what it asks, and how it tells."""
    return show(search_id, {})


@pages.post("/<search_id>/seen")
@needs(READ)
@noted("saved-search", "search")
def seen(search_id: str) -> Any:
    """Note that what the page showed was seen."""
    until = request.form.get("until", "")
    with services().database.writing() as connection:
        one = own_search(connection, search_id)
        if until.isdecimal() and len(until) < 15:
            look_at(connection, one, int(until), now_ms())
    return redirect(url_for("saved_searches.index"))


@pages.post("/<search_id>/describe")
@needs(READ)
@noted("saved-search", "search")
def describe(search_id: str) -> Any:
    """Give a search another name, and say how often it tells by mail."""
    errors: Errors = {}
    name, mails = _name(errors), request.form.get("mails", "")
    if mails not in MAILS:
        errors["mails"] = "Choose one of these."
    if errors:
        return show(search_id, errors), 400
    with services().database.writing() as connection:
        describe_search(connection, own_search(connection, search_id), name, mails, named_in(name))
    flash("Saved.", "done")
    return _back(search_id)


@pages.post("/<search_id>/pause")
@needs(READ)
@noted("saved-search", "search")
def pause(search_id: str) -> Any:
    """Let a search rest, or go on."""
    rests = request.form.get("rests") == "yes"
    with services().database.writing() as connection:
        pause_search(connection, own_search(connection, search_id), now_ms() if rests else None)
    flash("The search is paused." if rests else "The search goes on. What came meanwhile is not told.", "done")
    return _back(search_id)


@pages.post("/<search_id>/delete")
@needs(READ)
@noted("saved-search", "search")
def delete(search_id: str) -> Any:
    """Take a search away."""
    with services().database.writing() as connection:
        delete_search(connection, own_search(connection, search_id))
    flash("The search is deleted.", "done")
    return redirect(url_for("saved_searches.index"))


def show_index(errors: Errors) -> str:
    """The page of all of one's searches."""
    with services().database.reading() as connection:
        listed = searches_of(connection, user().user_key or 0)
        counts = counts_now(connection)
        titles = readable_titles(connection, user())
        chosen = chosen_by(connection, user().user_key or 0)
        trouble = last_trouble(connection, user().user_key or 0)
    first = sorted(listed, key=lambda one: one.key not in counts)
    return render_template(
        "saved_searches.html",
        listed=[(one, counts.get(one.key, Counts()), conditions(one.filters, titles)) for one in first],
        mail=chosen,
        trouble=trouble,
        sends_mail=services().sends_mail,
        errors=errors,
    )


def show(search_id: str, errors: Errors, secret: str | None = None) -> str:
    """The page of one search; `secret` is that of its webhook, once."""
    number = page_number()
    with services().database.reading(snapshot=True) as connection:
        one = own_search(connection, search_id)
        until = newest_hit(connection, one)
        found = new_ones(connection, one, PAGE + 1, (number - 1) * PAGE)
        counts = counts_now(connection).get(one.key, Counts())
        titles = readable_titles(connection, user())
        mail = chosen_by(connection, user().user_key or 0)
    _note(one, len(found))
    return render_template(
        "saved_search.html",
        one=one,
        found=found[:PAGE],
        more=len(found) > PAGE,
        number=number,
        counts=counts,
        conditions=conditions(one.filters, titles),
        titles=titles,
        asked=address_of(one),
        until=until,
        mail=mail,
        sends_mail=services().sends_mail,
        secret=secret,
        errors=errors,
    )


def _note(one: Saved, found: int) -> None:
    if found:
        note("search", values=[one.question] if one.question else [], hits=found)


def _name(errors: Errors) -> str:
    name = line(request.form, "name", longest=LONGEST_NAME)
    if not name:
        errors["name"] = "Write what you call it."
    elif any(cards_in(name)):
        errors["name"] = "Leave out the number of the card: that is never kept."
    return name


def _back(search_id: str) -> Response:
    return redirect(url_for("saved_searches.search", search_id=search_id))
