"""Making a collection: its form, of a search too, and a look at what would be in it."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import DEFAULT_ROOT, Collection, add_collection
from tocsin.members.roles import MANAGE
from tocsin.policy.filters import parse_filter
from tocsin.publishing.redecide import admit
from tocsin.publishing.refilter import fill, would_hold
from tocsin.times import now_ms
from tocsin.web.collection_desk import MOST_WAITED_FOR, filter_help, parties_of
from tocsin.web.feed_of_search import searched
from tocsin.web.forms import Errors, blamed_on, line
from tocsin.web.noting import noted
from tocsin.web.services import services
from tocsin.web.session import needs

pages = Blueprint("collection_new", __name__)
_ADDRESS = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass
class _New:
    """What was filled in about a new collection."""

    title: str = ""
    alias: str = ""
    root: str = DEFAULT_ROOT
    description: str = ""
    filter: str = ""
    read: list[str] = field(default_factory=list)
    write: list[str] = field(default_factory=list)
    stix20: bool = False
    self_contained: bool = False
    gathers: bool = False
    errors: Errors = field(default_factory=dict)


@pages.get("/collections/new")
@needs(MANAGE)
def new() -> str:
    """The form for a new collection; with a search in the address, for a feed of what that finds."""
    search = searched()
    filled = (
        _New(title=search.title, filter=search.fit.filter, gathers=bool(search.fit.filter))
        if search is not None
        else _New()
    )
    with services().database.reading() as connection:
        return _new_form(connection, filled)


@pages.post("/collections/new")
@needs(MANAGE)
@noted("collection")
def add() -> Any:
    """Make a collection, and say who may do what with it."""
    filled = _filled()
    if request.form.get("step") == "look":
        return _looked(filled)
    with services().database.writing() as connection:
        made = _made(connection, filled)
        if made is None:
            return _new_form(connection, filled), 400
    if made.gathers:
        fill(services().database, services().exchange, made, now_ms(), at_most=MOST_WAITED_FOR)
    flash(f"{made.title} is there.", "done")
    return redirect(url_for("collection_desk.collection", collection_id=made.id))


def _new_form(connection: Connection, filled: _New, preview: tuple[int, int | None] | None = None) -> str:
    parties = parties_of(connection).values()
    more = {"parties": parties, "search": searched(), "preview": preview}
    return render_template("collection_new.html", filled=filled, **more, **filter_help())


def _looked(filled: _New) -> Any:
    """The form with what would be in the collection; nothing of it is kept."""
    with services().database.rehearsing() as connection:
        made = _made(connection, filled)
        if made is None:
            return _new_form(connection, filled), 400
        found = would_hold(connection, made, now_ms()) if made.gathers else (0, 0)
        return _new_form(connection, filled, found)


def _filled() -> _New:
    form = request.form
    return _New(
        title=line(form, "title"),
        alias=line(form, "alias"),
        root=line(form, "root") or DEFAULT_ROOT,
        description=line(form, "description", longest=1_000),
        filter=line(form, "filter", longest=1_000),
        read=form.getlist("read"),
        write=form.getlist("write"),
        stix20="stix20" in form,
        self_contained="self_contained" in form,
        gathers="gathers" in form,
    )


def _made(connection: Connection, filled: _New) -> Collection | None:
    """The collection that was asked for; None with what is wrong in the form."""
    parties = parties_of(connection)
    for name, chosen in (("read", filled.read), ("write", filled.write)):
        if not set(chosen) <= parties.keys():
            filled.errors[name] = "Choose from the list."
    for name, text in (("alias", filled.alias), ("root", filled.root)):
        if text and not _ADDRESS.fullmatch(text):
            filled.errors[name] = "Use letters, digits, - and _ only: it is part of an address."
    with blamed_on(filled.errors, "filter"):
        parse_filter(filled.filter)
    if filled.errors:
        return None
    try:
        made = add_collection(
            connection,
            filled.title,
            now_ms(),
            alias=filled.alias or None,
            root=filled.root,
            description=filled.description or None,
            filter_text=filled.filter or None,
            stix20=filled.stix20,
            self_contained=filled.self_contained,
            gathers=filled.gathers,
        )
    except ValueError as error:
        filled.errors["title"] = str(error)
        return None
    for slug in sorted({*filled.read, *filled.write}):
        admit(connection, made, parties[slug].reader, now_ms(), read=slug in filled.read, write=slug in filled.write)
    return made
