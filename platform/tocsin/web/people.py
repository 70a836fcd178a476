"""The people of the members, for the administrators of the exchange."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.members.invitations import (
    DAYS,
    LONGEST_DAYS,
    invite,
    take_back_invitation,
    waiting_invitations,
)
from tocsin.members.members import LIST, Member, NoSuchMember, all_members, find_member
from tocsin.members.people import (
    NoSuchUser,
    Person,
    all_people,
    disable,
    enable,
    find_person,
    reset_second_factor,
    set_role,
)
from tocsin.members.roles import MANAGE, ROLES
from tocsin.times import now_ms
from tocsin.web.languages import gettext
from tocsin.web.noting import noted
from tocsin.web.paging import page_number
from tocsin.web.sentences import said
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("people", __name__)
PAGE = 50


@pages.get("/people")
@needs(MANAGE)
def index() -> str:
    """Everybody, or the people of one member."""
    return _show({})


@pages.post("/people/invite")
@needs(MANAGE)
@noted("user")
def invited() -> Any:
    """Make an invitation; its link is shown in the answer and never again."""
    slug, role, days = (request.form.get(name, "") for name in ("member", "role", "days"))
    try:
        with services().database.writing() as connection:
            held_for = int(days) if days.isdecimal() and len(days) < 4 else 0
            name = invite(connection, find_member(connection, slug), role, user().login or "", now_ms(), held_for)
    except NoSuchMember:
        return _show({"member": "Choose a member."}), 400
    except ValueError as error:
        return _show({"role" if role not in ROLES else "days": str(error)}), 400
    return _show({}, link=url_for("account.invitation", name=name, _external=True))


@pages.post("/people/invitation")
@needs(MANAGE)
@noted("user")
def take_back() -> Any:
    """End an invitation."""
    with services().database.writing() as connection:
        done = take_back_invitation(connection, request.form.get("invitation", ""))
    flash("The invitation is taken back." if done else "It was used already, or is over.", "done")
    return redirect(url_for("people.index"))


@pages.post("/people")
@needs(MANAGE)
@noted("user")
def change() -> Any:
    """Change one thing about one person; sessions of that person end at once."""
    login, what = request.form.get("login", ""), request.form.get("do", "")
    if login == user().login:
        return _show({"people": "Another administrator has to do that for you."}), 400
    try:
        with services().database.writing() as connection:
            words = _changed(connection, find_person(connection, login), what)
    except NoSuchUser:
        abort(404)
    except ValueError as error:
        return _show({"people": str(error)}), 400
    flash(words, "done")
    return redirect(url_for("people.index", member=request.args.get("member")))


def _changed(connection: Connection, person: Person, what: str) -> str:
    match what:
        case "disable":
            disable(connection, person, now_ms())
            return f"{person.login} is kept out."
        case "enable":
            enable(connection, person)
            return f"{person.login} may sign in again."
        case "reset":
            reset_second_factor(connection, person)
            return f"{person.login} signs in with the password alone until a new second factor is set up."
        case "role":
            role = request.form.get("role", "")
            set_role(connection, person, role)
            return gettext("%(login)s is %(role)s now.", login=person.login, role=said(role))
    raise ValueError("Choose what to change.")


def _show(errors: dict[str, str], link: str | None = None) -> str:
    number = page_number()
    with services().database.reading() as connection:
        members = [one for one in all_members(connection) if one.kind != LIST]
        chosen = _chosen(members)
        found = all_people(connection, chosen.key if chosen else None, limit=PAGE + 1, offset=(number - 1) * PAGE)
        invitations = waiting_invitations(connection, now_ms())
    return render_template(
        "people.html",
        people=found[:PAGE],
        more=len(found) > PAGE,
        number=number,
        members=members,
        chosen=chosen,
        invitations=invitations,
        roles=ROLES,
        days=request.form.get("days", str(DAYS)),
        most_days=LONGEST_DAYS,
        errors=errors,
        link=link,
    )


def _chosen(members: list[Member]) -> Member | None:
    """The member whose people are looked at; 404 where the address names one that is not there."""
    slug = request.args.get("member")
    found = next((one for one in members if one.slug == slug), None)
    if slug and found is None:
        abort(404)
    return found
