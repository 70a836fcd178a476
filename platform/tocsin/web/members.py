"""The members: who they are, and what applies to what they hand in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import all_collections
from tocsin.members.communities import all_communities
from tocsin.members.members import (
    KINDS,
    Member,
    NoSuchMember,
    add_member,
    all_members,
    describe_member,
    find_member,
    rights_of,
    suspend_member,
)
from tocsin.members.memberships import Membership, memberships_of
from tocsin.members.roles import DECIDE, MANAGE
from tocsin.times import now_ms
from tocsin.web.community_sight import communities_seen
from tocsin.web.defaults import Defaults, defaults_of, filled_defaults, save_defaults
from tocsin.web.feedback import quality_of
from tocsin.web.forms import Errors, blamed_on, country, line, short_name
from tocsin.web.noting import noted
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("members", __name__)


@dataclass
class _New:
    """What was filled in about a new member."""

    slug: str = ""
    name: str = ""
    kind: str = ""
    country: str = ""
    region: str = ""
    trusted: bool = False
    errors: Errors = field(default_factory=dict)


@pages.get("/members")
@needs(MANAGE)
def index() -> str:
    """Everybody in the exchange."""
    now = now_ms()
    with services().database.reading() as connection:
        every = all_members(connection)
        joined = _titles_by_member(connection, now)
    return render_template(
        "members.html",
        every=every,
        joined=joined,
        voices=_voice_groups(every),
    )


@pages.get("/members/-/new")
@needs(MANAGE)
def new() -> str:
    """The form for a new member."""
    return render_template("member_new.html", filled=_New(), member_kinds=KINDS)


@pages.post("/members/-/new")
@needs(MANAGE)
@noted("member")
def add() -> Any:
    """Take an organisation in."""
    form = request.form
    filled = _New(
        slug=line(form, "slug").lower(),
        name=line(form, "name"),
        kind=line(form, "kind"),
        country=line(form, "country"),
        region=line(form, "region"),
        trusted="trusted" in form,
    )
    with services().database.writing() as connection:
        code = _checked(connection, filled)
        if not filled.errors:
            add_member(
                connection,
                filled.slug,
                filled.name,
                filled.kind,
                code,
                now_ms(),
                trusted=filled.trusted,
                region=filled.region or None,
            )
    if filled.errors:
        return render_template("member_new.html", filled=filled, member_kinds=KINDS), 400
    flash(f"{filled.name} is a member. It reads and hands in nothing yet.", "done")
    return redirect(url_for("members.member", slug=filled.slug))


@pages.get("/members/<slug>")
@needs(DECIDE)
def member(slug: str) -> str:
    """One member: all of them for administrators, one's own for its moderators."""
    with services().database.reading() as connection:
        one = _managed(connection, slug)
        return _show(connection, one, defaults_of(connection, one))


@pages.post("/members/<slug>/defaults")
@needs(DECIDE)
@noted("member", "member")
def defaults(slug: str) -> Any:
    """Set what applies to the member's reports that say nothing else."""
    with services().database.writing() as connection:
        one = _managed(connection, slug)
        filled = filled_defaults(connection, one, request.form)
        if filled.errors:
            return _show(connection, one, filled), 400
        save_defaults(connection, one, filled)
    flash("The defaults are set.", "done")
    return redirect(url_for("members.member", slug=slug))


@pages.post("/members/<slug>/standing")
@needs(MANAGE)
@noted("member", "member")
def standing(slug: str) -> Any:
    """Set what the exchange says of the member."""
    with services().database.writing() as connection:
        one = _managed(connection, slug)
        region = line(request.form, "region") or None
        describe_member(connection, one.key, trusted="trusted" in request.form, region=region)
    flash("It is set.", "done")
    return redirect(url_for("members.member", slug=slug))


@pages.post("/members/<slug>/suspend")
@needs(MANAGE)
@noted("member", "member")
def suspend(slug: str) -> Any:
    """Keep the member out, or let it in again."""
    lift = request.form.get("lift") == "yes"
    with services().database.writing() as connection:
        one = _managed(connection, slug)
        if one.key == user().member_key:
            flash("You cannot suspend your own organisation: you would be out yourself.", "error")
            return redirect(url_for("members.member", slug=slug))
        suspend_member(connection, one.key, None if lift else now_ms())
    if lift:
        flash(f"{one.name} is let in again.", "done")
    else:
        flash(f"{one.name} is suspended: its people and machines are out within five seconds.", "done")
    return redirect(url_for("members.member", slug=slug))


def _managed(connection: Connection, slug: str) -> Member:
    """The member, if it is one's own or all are managed; 404 otherwise, as for one that is not there."""
    try:
        one = find_member(connection, slug)
    except NoSuchMember:
        abort(404)
    if one.key != user().member_key and not may(MANAGE):
        abort(404)
    return one


def _show(connection: Connection, one: Member, filled: Defaults) -> str:
    now = now_ms()
    seen = {each.community.key: each.community for each in communities_seen(connection, user(), now).values()}
    rights = rights_of(connection, one.key)
    return render_template(
        "member.html",
        one=one,
        filled=filled,
        communities=[
            (seen[each.community_key], each.state(now))
            for each in memberships_of(connection, member_key=one.key)
            if each.community_key in seen
        ],
        collections=[(each, rights[each.key]) for each in all_collections(connection) if each.key in rights],
        group=_voice_groups(all_members(connection)).get(one.key, ()) if may(MANAGE) else (),
        own=one.key == user().member_key,
        quality=quality_of(connection, one.key, now, named_only=one.key != user().member_key),
    )


def _checked(connection: Connection, filled: _New) -> str | None:
    """Note what is wrong about a new member; its country's code."""
    if not filled.name:
        filled.errors["name"] = "Write the organisation’s name."
    with blamed_on(filled.errors, "slug"):
        short_name(connection, filled.slug)
    if filled.kind not in KINDS:
        filled.errors["kind"] = "Choose what kind of organisation it is."
    with blamed_on(filled.errors, "country"):
        return country(filled.country)
    return None


def _titles_by_member(connection: Connection, now: int) -> Mapping[int, list[str]]:
    """The titles of the communities that each member is in by a membership of its own."""
    titles = {one.key: one.title for one in all_communities(connection)}
    found: dict[int, list[str]] = {}
    every: list[Membership] = memberships_of(connection)
    for one in every:
        if one.state(now) == "holds":
            found.setdefault(one.member.key, []).append(titles[one.community_key])
    return found


def _voice_groups(every: list[Member]) -> dict[int, tuple[str, ...]]:
    """By member key, the names of the members that share its voice, for those that share one."""
    groups: dict[int, list[Member]] = {}
    for one in every:
        groups.setdefault(one.voice, []).append(one)
    shared = [group for group in groups.values() if len(group) > 1]
    return {one.key: tuple(other.name for other in group if other is not one) for group in shared for one in group}
