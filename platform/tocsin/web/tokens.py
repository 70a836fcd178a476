"""The tokens of a member: for those of its people who may make them, and for the exchange's administrators."""

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection, all_collections
from tocsin.members.limits import Limits
from tocsin.members.members import Member, NoSuchMember, all_members, find_member, rights_of
from tocsin.members.roles import MANAGE, OF_MACHINES, READ, SUBMIT, TOKENS
from tocsin.members.tokens import NoSuchToken, all_tokens, new_token, revoke_token
from tocsin.networks import Network, parse_networks
from tocsin.times import DAY_MS, now_ms
from tocsin.web.noting import noted
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("tokens", __name__)

DAYS = {"30": "30 days", "90": "90 days", "365": "a year", "": "no end"}
SCOPES = {READ: "Read: poll collections, search", SUBMIT: "Submit: hand in reports, push objects"}
_LONGEST_NAME = 100


@dataclass
class _Form:
    """What was filled in, and what is wrong with it, by field."""

    name: str = ""
    scope: list[str] = field(default_factory=lambda: [READ])
    collections: list[str] = field(default_factory=list)
    networks: str = ""
    days: str = "365"
    errors: dict[str, str] = field(default_factory=dict)


@pages.get("/tokens")
@needs(TOKENS)
def index() -> str:
    """The member's tokens, and the form for a new one."""
    return _show(_Form())


@pages.post("/tokens")
@needs(TOKENS)
@noted("token")
def make() -> Any:
    """Make a token; it is shown in the answer and never again."""
    form = request.form
    filled = _Form(
        name=form.get("name", "").strip(),
        scope=[one for one in form.getlist("scope") if one in OF_MACHINES],
        collections=form.getlist("collection"),
        networks=form.get("networks", ""),
        days=form.get("days", ""),
    )
    networks = _checked(filled)
    if filled.errors:
        return _show(filled), 400
    now = now_ms()
    with services().database.writing() as connection:
        member = _member(connection)
        keys = {one.id: one.key for one in _reached(connection, member)}
        if not set(filled.collections) <= set(keys):
            filled.errors["collection"] = "Choose from the list."
        else:
            limits = Limits(
                frozenset(filled.scope),
                frozenset(keys[one] for one in filled.collections) or None,
                networks,
                now + int(filled.days) * DAY_MS if filled.days else None,
            )
            try:
                token = new_token(connection, member.key, filled.name, now, limits=limits, by=user().login)
            except ValueError as error:
                filled.errors["name"] = str(error)
    return (_show(filled), 400) if filled.errors else _show(_Form(), token)


@pages.post("/tokens/revoke")
@needs(TOKENS)
@noted("token")
def revoke() -> Any:
    """End a token."""
    name = request.form.get("token", "")
    try:
        with services().database.writing() as connection:
            member = _member(connection)
            revoke_token(connection, name, now_ms(), member.key)
    except NoSuchToken:
        flash("It is revoked already.", "done")
    else:
        flash(f"{name} is revoked: within five seconds it opens nothing any more.", "done")
    return redirect(url_for("tokens.index", member=request.args.get("member")))


def _checked(filled: _Form) -> tuple[Network, ...]:
    if not filled.name or len(filled.name) > _LONGEST_NAME:
        filled.errors["name"] = f"Give it a name of up to {_LONGEST_NAME} characters that says what uses it."
    if not filled.scope:
        filled.errors["scope"] = "Choose what it may do."
    if filled.days not in DAYS:
        filled.errors["days"] = "Choose from the list."
    try:
        return parse_networks(filled.networks.replace(",", " ").split())
    except ValueError as error:
        filled.errors["networks"] = str(error)
        return ()


def _show(filled: _Form, token: str | None = None) -> str:
    with services().database.reading() as connection:
        member = _member(connection)
        listed = all_tokens(connection, member.key)
        reached = _reached(connection, member)
        titles = {one.key: one.title for one in all_collections(connection)}
        members = all_members(connection) if may(MANAGE) else []
    polled: dict[str, int] = {}
    for receipt in services().receipts.all(member.slug):
        polled[receipt.subscriber] = max(receipt.polled_ms, polled.get(receipt.subscriber, 0))
    now = now_ms()
    return render_template(
        "tokens.html",
        member=member,
        members=members,
        listed=[(one, one.state(now), polled.get(f"{one.member}/{one.name}")) for one in listed],
        titles=titles,
        reached=reached,
        filled=filled,
        scopes=SCOPES,
        days=DAYS,
        token=token,
    )


def _member(connection: Connection) -> Member:
    """One's own member; for administrators the one that the address names. 404 for any other."""
    slug = request.args.get("member") or user().member
    if slug != user().member and not may(MANAGE):
        abort(404)
    try:
        return find_member(connection, slug)
    except NoSuchMember:
        abort(404)


def _reached(connection: Connection, member: Member) -> list[Collection]:
    """The collections that the member may read or hand in to."""
    rights = rights_of(connection, member.key)
    return [one for one in all_collections(connection) if one.key in rights]
