"""Coming into a community and leaving it: asked for by a member, approved by whoever keeps the community."""

import hashlib
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.engine import Connection
from werkzeug.wrappers import Response

from tocsin.members.communities import Community, all_communities
from tocsin.members.members import Member, NoSuchMember, find_member
from tocsin.members.memberships import approve_membership, ask_to_join, end_membership, memberships_of
from tocsin.members.roles import DECIDE, MANAGE, READ
from tocsin.times import now_ms
from tocsin.web.communities import agreement_words, page_of, seen_community
from tocsin.web.community_sight import Sight
from tocsin.web.forms import Errors, blamed_on, end_of_day, line
from tocsin.web.languages import gettext
from tocsin.web.noting import noted
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("joining", __name__)

INVITED_DAYS = 30
"""How long a link that lets a member see and ask for a community works."""


@pages.post("/communities/<slug>/ask")
@needs(DECIDE)
@noted("membership", "community")
def ask(slug: str) -> Any:
    """Ask to be in a community that one sees."""
    with services().database.writing() as connection:
        return _ask(connection, seen_community(connection, slug).community, url_for("communities.community", slug=slug))


@pages.get("/communities/-/invited/<token>")
@needs(READ)
def invited(token: str) -> str:
    """What is agreed in a community that the own member was given a link to, and nothing else of it."""
    with services().database.reading() as connection:
        one = _invited_to(connection, token)
        own = [each for each in memberships_of(connection, community_key=one.key) if _is_own(each.member)]
    now = now_ms()
    return render_template(
        "invited.html",
        one=one,
        token=token,
        state=own[0].state(now) if own else None,
        now=now,
        may_ask=may(DECIDE),
        **agreement_words(),
    )


@pages.post("/communities/-/invited/<token>")
@needs(DECIDE)
@noted("membership")
def ask_invited(token: str) -> Any:
    """Ask to be in it."""
    with services().database.writing() as connection:
        return _ask(connection, _invited_to(connection, token), url_for(".invited", token=token))


@pages.post("/communities/<slug>/leave")
@needs(DECIDE)
@noted("membership", "community")
def leave(slug: str) -> Any:
    """End the own membership, or take back the own request."""
    with services().database.writing() as connection:
        one = seen_community(connection, slug).community
        member = find_member(connection, user().member)
        errors: Errors = {}
        with blamed_on(errors, "leave"):
            end_membership(connection, one, member, user().login or "", now_ms())
    if errors:
        flash(errors["leave"], "error")
    else:
        flash(f"{member.name} is not in {one.title} any more.", "done")
    return redirect(url_for("communities.index"))


@pages.post("/communities/<slug>/decide")
@needs(DECIDE)
@noted("membership", "community")
def decide(slug: str) -> Any:
    """Approve or turn down a request, or end a membership: for whoever keeps the community."""
    now, by, decision = now_ms(), user().login or "", request.form.get("decision")
    errors: Errors = {}
    with services().database.writing() as connection:
        sight, member = _decided_on(connection, slug)
        field = f"until-{member.slug}"
        if decision == "approve":
            with blamed_on(errors, field):
                until = end_of_day(line(request.form, "until"), now)
                approve_membership(connection, sight.community, member, by, now, until)
        elif decision == "end":
            with blamed_on(errors, field):
                end_membership(connection, sight.community, member, by, now)
        else:
            abort(400)
        if errors:
            return page_of(connection, sight, errors, field=field), 400
    names = {"member": member.name, "title": sight.community.title}
    if decision == "approve":
        flash(gettext("%(member)s is in %(title)s.", **names), "done")
    else:
        flash(gettext("%(member)s is not in %(title)s.", **names), "done")
    return redirect(url_for("communities.community", slug=slug))


@pages.post("/communities/<slug>/invite")
@needs(MANAGE)
@noted("membership", "community")
def invite(slug: str) -> Any:
    """Make a link for one member, or note that it asked in writing."""
    errors: Errors = {}
    with services().database.writing() as connection:
        sight = seen_community(connection, slug)
        try:
            member = find_member(connection, request.form.get("member", ""))
        except NoSuchMember:
            return page_of(connection, sight, {"member": "Choose a member."}), 400
        if request.form.get("how") == "link":
            token = _links().dumps([sight.community.key, member.key])
            link = request.host_url.rstrip("/") + url_for("joining.invited", token=token)
            return page_of(connection, sight, link=link, link_for=member, days=INVITED_DAYS)
        with blamed_on(errors, "member"):
            ask_to_join(connection, sight.community, member, user().login or "", now_ms())
        if errors:
            return page_of(connection, sight, errors), 400
    flash(f"It is noted that {member.name} asks. Approve it when the agreement is signed.", "done")
    return redirect(url_for("communities.community", slug=slug))


def _decided_on(connection: Connection, slug: str) -> tuple[Sight, Member]:
    """The community, for those who decide about it, and the member that asked or is in it; 404 for any other member."""
    sight = seen_community(connection, slug)
    if not sight.decides:
        abort(403)
    named = request.form.get("member", "")
    every = memberships_of(connection, community_key=sight.community.key)
    found = [one.member for one in every if one.member.slug == named]
    if not found:
        abort(404)
    return sight, found[0]


def _ask(connection: Connection, one: Community, back: str) -> Response:
    member = find_member(connection, user().member)
    errors: Errors = {}
    with blamed_on(errors, "ask"):
        ask_to_join(connection, one, member, user().login or "", now_ms())
    if errors:
        flash(errors["ask"], "error")
        return redirect(back)
    flash(f"You asked to be in {one.title}. Whoever keeps it decides.", "done")
    return redirect(url_for("communities.community", slug=one.slug))


def _invited_to(connection: Connection, token: str) -> Community:
    """The community of a link that was made for the own member; 404 for every other link."""
    try:
        community_key, member_key = cast("list[int]", _links().loads(token, max_age=INVITED_DAYS * 86_400))
    except (BadData, ValueError):
        abort(404)
    found = [one for one in all_communities(connection) if one.key == community_key]
    if not found or member_key != user().member_key:
        abort(404)
    return found[0]


def _is_own(member: Member) -> bool:
    return member.key == user().member_key


def _links() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        services().secret_key, salt="community", signer_kwargs={"digest_method": hashlib.sha256}
    )
