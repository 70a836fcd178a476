"""Managing collections: making one, who may do what with it, what it takes."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.identifiers import PUBLISHED as IDENTIFIERS
from tocsin.ledger.collections import (
    DEFAULT_ROOT,
    Collection,
    NoSuchCollection,
    add_collection,
    find_collection,
    freeze_collection,
)
from tocsin.members.circles import circle_of, set_circle
from tocsin.members.communities import all_communities
from tocsin.members.granting import granted_communities
from tocsin.members.members import all_members, granted_members
from tocsin.members.roles import MANAGE
from tocsin.policy.carry import Reader
from tocsin.policy.filters import KEYS, parse_filter
from tocsin.publishing.redecide import admit
from tocsin.publishing.refilter import fill, leaving, refilter, release, would_hold
from tocsin.times import now_ms
from tocsin.web.audiences import readership
from tocsin.web.circles import filled_circle
from tocsin.web.feed_of_search import searched
from tocsin.web.forms import Errors, blamed_on, line
from tocsin.web.languages import gettext
from tocsin.web.noting import noted
from tocsin.web.sentences import said
from tocsin.web.services import services
from tocsin.web.session import needs

pages = Blueprint("collection_desk", __name__)
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


@dataclass(frozen=True, slots=True)
class Party:
    """A member or community that may be given rights."""

    slug: str
    name: str
    reader: Reader

    @property
    def community(self) -> bool:
        return self.reader.kind == "community"


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
        fill(services().database, services().exchange, made, now_ms())
    flash(f"{made.title} is there.", "done")
    return redirect(url_for("collection_desk.collection", collection_id=made.id))


@pages.get("/collections/<collection_id>")
@needs(MANAGE)
def collection(collection_id: str) -> str:
    """One collection: its audience, its rights, what it takes."""
    with services().database.reading() as connection:
        return _show(connection, _found(connection, collection_id))


@pages.post("/collections/<collection_id>/right")
@needs(MANAGE)
@noted("grant", "collection")
def right(collection_id: str) -> Any:
    """Set what a member or community may do with it."""
    errors: Errors = {}
    reads, writes = "read" in request.form, "write" in request.form
    with services().database.reading() as connection:
        one = _found(connection, collection_id)
        party = _parties(connection).get(request.form.get("who", ""))
        if party is None:
            return _show(connection, one, {"who": "Choose a member or community."}), 400
    # what is refused has to leave the block that writes, or it would be kept
    with blamed_on(errors, "who"), services().database.writing() as connection:
        admit(connection, one, party.reader, now_ms(), read=reads, write=writes)
    if one.gathers and writes and not errors:
        fill(services().database, services().exchange, one, now_ms())
    if errors:
        with services().database.reading() as connection:
            return _show(connection, one, errors), 400
    flash(gettext("%(name)s %(rights)s.", name=party.name, rights=said(_may_do(reads, writes))), "done")
    return redirect(url_for("collection_desk.collection", collection_id=one.id))


@pages.post("/collections/<collection_id>/circle")
@needs(MANAGE)
@noted("collection", "collection")
def circle(collection_id: str) -> Any:
    """Say who may know of what it carries without reading it."""
    errors: Errors = {}
    with services().database.writing() as connection:
        one = _found(connection, collection_id)
        with blamed_on(errors, "circle"):
            set_circle(connection, one, filled_circle(connection, request.form))
        if errors:
            return _show(connection, one, errors), 400
    flash("It is set, for what is in it already, too.", "done")
    return redirect(url_for("collection_desk.collection", collection_id=one.id))


@pages.post("/collections/<collection_id>/freeze")
@needs(MANAGE)
@noted("collection", "collection")
def freeze(collection_id: str) -> Any:
    """Let nothing more in, or let it go on."""
    with services().database.writing() as connection:
        one = _found(connection, collection_id)
        if request.form.get("release") != "yes":
            freeze_collection(connection, one.key, now_ms())
    if request.form.get("release") == "yes":
        release(services().database, services().exchange, one, now_ms())
        flash(f"{one.title} is released. What was decided meanwhile is in it.", "done")
    else:
        flash(f"{one.title} is frozen. Withdrawals and polls go on.", "done")
    return redirect(url_for("collection_desk.collection", collection_id=one.id))


@pages.post("/collections/<collection_id>/filter")
@needs(MANAGE)
@noted("collection", "collection")
def change_filter(collection_id: str) -> Any:
    """Say what another filter would end; and, when that was seen, set it."""
    text, errors = line(request.form, "filter", longest=1_000), Errors()
    with services().database.reading() as connection:
        one = _found(connection, collection_id)
        with blamed_on(errors, "filter"):
            gone, standing = leaving(connection, one, text or None)
            if request.form.get("step") != "set" or request.form.get("seen") != request.form.get("filter"):
                return _show(connection, one, preview=(gone, standing))
    with blamed_on(errors, "filter"):
        if not errors:
            refilter(services().database, services().exchange, one, text or None, now_ms())
    if errors:
        with services().database.reading() as connection:
            return _show(connection, one, errors), 400
    flash(f"{one.title} takes {text or 'everything'} from now on.", "done")
    return redirect(url_for("collection_desk.collection", collection_id=one.id))


def _found(connection: Connection, collection_id: str) -> Collection:
    try:
        one = find_collection(connection, collection_id)
    except NoSuchCollection:
        abort(404)
    if one.id != collection_id:
        abort(404)
    return one


def _show(connection: Connection, one: Collection, errors: Errors | None = None, **more: Any) -> str:
    parties = _parties(connection)
    return render_template(
        "collection.html",
        one=one,
        readership=readership(connection, one.key),
        rights=_rights(connection, one, parties),
        parties=parties.values(),
        circle=circle_of(connection, one.key),
        circles=all_communities(connection),
        errors=errors or {},
        form=request.form,
        **_filter_help(),
        **more,
    )


def _rights(connection: Connection, one: Collection, parties: dict[str, Party]) -> list[tuple[Party, str]]:
    """Who was given what, in words; communities first."""
    given = {Reader("member", key): rights for key, *rights in granted_members(connection, one.key)}
    given |= {Reader("community", key): rights for _, key, *rights in granted_communities(connection, {one.key})}
    return [(party, _may_do(*given[party.reader])) for party in parties.values() if party.reader in given]


def _parties(connection: Connection) -> dict[str, Party]:
    """By short name, all communities and then all members, each by title."""
    found = [Party(one.slug, one.title, Reader("community", one.key)) for one in all_communities(connection)]
    found += [Party(one.slug, one.name, Reader("member", one.key)) for one in all_members(connection)]
    return {one.slug: one for one in sorted(found, key=lambda one: (not one.community, one.name.casefold()))}


def _new_form(connection: Connection, filled: _New, preview: tuple[int, int | None] | None = None) -> str:
    parties = _parties(connection).values()
    more = {"parties": parties, "search": searched(), "preview": preview}
    return render_template("collection_new.html", filled=filled, **more, **_filter_help())


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
    parties = _parties(connection)
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


def _may_do(reads: bool, writes: bool) -> str:
    words = ["reads"] * reads + ["hands in"] * writes
    return " and ".join(words) or "may do nothing with it any more"


def _filter_help() -> dict[str, Any]:
    return {"filter_keys": KEYS, "identifier_kinds": IDENTIFIERS}
