"""The communities: what is agreed in each, and who is in it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.identifiers import PUBLISHED as IDENTIFIERS
from tocsin.members.communities import Community, add_community, all_communities, change_community, members_in
from tocsin.members.members import all_members
from tocsin.members.roles import MANAGE, READ
from tocsin.policy.agreement import EVERY_KIND
from tocsin.publishing.redecide import change_agreement
from tocsin.times import now_ms
from tocsin.web.community_form import (
    PARTIES,
    CommunityForm,
    check_place,
    check_terms,
    filled_community,
    form_of,
    least_voices,
)
from tocsin.web.community_sight import Sight, communities_seen, requests_to_join, shown_members, tree
from tocsin.web.forms import blamed_on
from tocsin.web.languages import gettext
from tocsin.web.noting import noted
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("communities", __name__)


@pages.get("/communities")
@needs(READ)
def index() -> str:
    """Those that one sees, as a tree."""
    now = now_ms()
    with services().database.reading() as connection:
        seen = communities_seen(connection, user(), now)
        counts = {one.community.key: len(members_in(connection, {one.community.key})) for one in seen.values()}
        waiting = requests_to_join(connection, now)
    return render_template("communities.html", branches=tree(seen), counts=counts, waiting=waiting, now=now)


@pages.get("/communities/<slug>")
@needs(READ)
def community(slug: str) -> str:
    """One community: agreement, members, and what may be done about them."""
    with services().database.reading() as connection:
        return page_of(connection, seen_community(connection, slug))


@pages.get("/communities/-/new")
@needs(MANAGE)
def new() -> str:
    """The form for a new community."""
    filled = CommunityForm(parent=request.args.get("inside", ""))
    with services().database.reading() as connection:
        return _form(connection, filled, None)


@pages.post("/communities/-/new")
@needs(MANAGE)
@noted("community")
def add() -> Any:
    """Make a community."""
    now, filled = now_ms(), filled_community(request.form)
    with services().database.writing() as connection:
        parent, steward = check_place(connection, filled)
        agreement, until = check_terms(filled, now)
        if filled.errors:
            return _form(connection, filled, None), 400
        made = add_community(
            connection,
            filled.slug,
            filled.title,
            now,
            agreement=agreement,
            parent=parent,
            steward_key=steward.key if steward else None,
            until_ms=until,
        )
    flash(f"{made.title} is there. Nobody is in it yet.", "done")
    return redirect(url_for("communities.community", slug=made.slug))


@pages.get("/communities/<slug>/change")
@needs(MANAGE)
def change_form(slug: str) -> str:
    """The form that says what a community is now."""
    with services().database.reading() as connection:
        one = seen_community(connection, slug).community
        return _form(connection, form_of(one), one)


@pages.post("/communities/<slug>/change")
@needs(MANAGE)
@noted("community", "community")
def change(slug: str) -> Any:
    """Change what may be changed."""
    filled = filled_community(request.form)
    with services().database.reading() as connection:
        one = seen_community(connection, slug).community
    filled.slug, filled.onward, now = one.slug, filled.onward or one.agreement.onward, now_ms()
    agreement, until = check_terms(filled, now, one.until_ms)
    if not filled.errors:
        database, exchange = services().database, services().exchange
        with blamed_on(filled.errors, "onward"):
            change_agreement(database, exchange, slug, agreement, now, title=filled.title, until_ms=until)
    if filled.errors:
        with services().database.reading() as connection:
            return _form(connection, filled, one), 400
    flash("It is changed.", "done")
    return redirect(url_for("communities.community", slug=slug))


@pages.post("/communities/<slug>/end")
@needs(MANAGE)
@noted("community", "community")
def end(slug: str) -> Any:
    """End the agreement now: nobody reads anything through the community any more."""
    with services().database.writing() as connection:
        one = seen_community(connection, slug).community
        change_community(connection, one, one.agreement, title=one.title, until_ms=now_ms())
    flash(f"The agreement of {one.title} has ended. Nobody reads anything through it any more.", "done")
    return redirect(url_for("communities.community", slug=slug))


def seen_community(connection: Connection, slug: str) -> Sight:
    """The community as whoever is signed in sees it; 404 where they do not, as where it is not there."""
    sight = communities_seen(connection, user(), now_ms()).get(slug)
    if sight is None:
        abort(404)
    return sight


def page_of(connection: Connection, sight: Sight, errors: dict[str, str] | None = None, **more: Any) -> str:
    """The page of a community; with `errors`, what was filled in stays."""
    now, one = now_ms(), sight.community
    seen = communities_seen(connection, user(), now)
    names = {member.key: member for member in all_members(connection)}
    shown = shown_members(connection, sight, now)
    known = {each.member.key for each in shown if each.state(now) in ("waits", "holds")}
    others = [each for each in names.values() if each.key not in known and _may_be_in(one, each.kind)]
    return render_template(
        "community.html",
        sight=sight,
        one=one,
        now=now,
        path=_around(seen, one),
        inside=[each.community for each in seen.values() if each.community.parent_key == one.key],
        steward=names.get(one.steward_key or 0),
        memberships=[(each, each.state(now)) for each in shown],
        all_of_it=len(members_in(connection, {one.key})),
        others=others,
        may_ask=one.holds(now) and _may_be_in(one, names[user().member_key].kind),
        errors=errors or {},
        form=request.form,
        **agreement_words(),
        **more,
    )


def agreement_words() -> dict[str, Any]:
    """What the agreement's table needs: the kinds of identifier for which a number of members can be said."""
    labels = {kind: one.label for kind, one in IDENTIFIERS.items()}
    return {"voice_kinds": {**labels, EVERY_KIND: gettext("Every other kind that may be a person’s")}}


def _may_be_in(one: Community, kind: str) -> bool:
    return kind in (one.agreement.parties or PARTIES)


def _around(seen: dict[str, Sight], one: Community) -> list[Community]:
    """What it lies in as far as that is seen, outermost first."""
    by_key = {each.community.key: each.community for each in seen.values()}
    path: list[Community] = []
    parent = by_key.get(one.parent_key or 0)
    while parent is not None:
        path.insert(0, parent)
        parent = by_key.get(parent.parent_key or 0)
    return path


def _form(connection: Connection, filled: CommunityForm, one: Community | None) -> str:
    return render_template(
        "community_form.html",
        filled=filled,
        one=one,
        parents=all_communities(connection),
        stewards=[each for each in all_members(connection) if each.kind in PARTIES],
        party_kinds=PARTIES,
        least_voices=least_voices,
        **agreement_words(),
    )
