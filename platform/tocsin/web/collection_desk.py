"""Managing collections: who may do what with one, who may know of it, what it takes."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.identifiers import PUBLISHED as IDENTIFIERS
from tocsin.ledger.collections import (
    Collection,
    NoSuchCollection,
    find_collection,
    freeze_collection,
)
from tocsin.members.circles import circle_of, set_circle
from tocsin.members.communities import all_communities
from tocsin.members.granting import granted_communities
from tocsin.members.members import all_members, granted_members
from tocsin.members.roles import MANAGE
from tocsin.policy.carry import Reader
from tocsin.policy.filters import KEYS
from tocsin.publishing.redecide import admit
from tocsin.publishing.refilter import fill, leaving, refilter, release
from tocsin.publishing.settling import is_settled
from tocsin.times import now_ms
from tocsin.web.audiences import readership
from tocsin.web.circles import filled_circle
from tocsin.web.forms import Errors, blamed_on, line
from tocsin.web.languages import gettext
from tocsin.web.noting import noted
from tocsin.web.sentences import said
from tocsin.web.services import services
from tocsin.web.session import needs

pages = Blueprint("collection_desk", __name__)

MOST_WAITED_FOR = 5_000
"""Subjects that are looked at while the page waits; the worker goes on."""


@dataclass(frozen=True, slots=True)
class Party:
    """A member or community that may be given rights."""

    slug: str
    name: str
    reader: Reader

    @property
    def community(self) -> bool:
        return self.reader.kind == "community"


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
        party = parties_of(connection).get(request.form.get("who", ""))
        if party is None:
            return _show(connection, one, {"who": "Choose a member or community."}), 400
    # what is refused has to leave the block that writes, or it would be kept
    with blamed_on(errors, "who"), services().database.writing() as connection:
        admit(connection, one, party.reader, now_ms(), read=reads, write=writes)
    if one.gathers and writes and not errors:
        fill(services().database, services().exchange, one, now_ms(), at_most=MOST_WAITED_FOR)
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
        release(services().database, services().exchange, one, now_ms(), at_most=MOST_WAITED_FOR)
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
            refilter(services().database, services().exchange, one, text or None, now_ms(), at_most=MOST_WAITED_FOR)
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
    parties = parties_of(connection)
    return render_template(
        "collection.html",
        one=one,
        readership=readership(connection, one.key),
        rights=_rights(connection, one, parties),
        parties=parties.values(),
        circle=circle_of(connection, one.key),
        circles=all_communities(connection),
        settled=is_settled(connection, one.key),
        errors=errors or {},
        form=request.form,
        **filter_help(),
        **more,
    )


def _rights(connection: Connection, one: Collection, parties: dict[str, Party]) -> list[tuple[Party, str]]:
    """Who was given what, in words; communities first."""
    given = {Reader("member", key): rights for key, *rights in granted_members(connection, one.key)}
    given |= {Reader("community", key): rights for _, key, *rights in granted_communities(connection, {one.key})}
    return [(party, _may_do(*given[party.reader])) for party in parties.values() if party.reader in given]


def parties_of(connection: Connection) -> dict[str, Party]:
    """By short name, all communities and then all members, each by title."""
    found = [Party(one.slug, one.title, Reader("community", one.key)) for one in all_communities(connection)]
    found += [Party(one.slug, one.name, Reader("member", one.key)) for one in all_members(connection)]
    return {one.slug: one for one in sorted(found, key=lambda one: (not one.community, one.name.casefold()))}


def _may_do(reads: bool, writes: bool) -> str:
    words = ["reads"] * reads + ["hands in"] * writes
    return " and ".join(words) or "may do nothing with it any more"


def filter_help() -> dict[str, Any]:
    return {"filter_keys": KEYS, "identifier_kinds": IDENTIFIERS}
