"""What people change about themselves: password, second factor, sessions. And how somebody becomes a user."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup

from tocsin.members.access import UserExists
from tocsin.members.invitations import NoSuchInvitation, accept, find_invitation
from tocsin.members.people import find_person, reset_second_factor, set_password
from tocsin.members.roles import READ
from tocsin.members.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    new_recovery_codes,
    pending_enrolment,
    recovery_codes_left,
)
from tocsin.members.sessions import end_session, end_sessions, sessions_of
from tocsin.members.tries import TooManyTries
from tocsin.times import now_ms
from tocsin.web.noting import noted
from tocsin.web.services import services
from tocsin.web.session import is_proven, needs, places, this_session, user

pages = Blueprint("account", __name__)

_WRONG = "This is not your password."


@pages.get("/account")
@needs(READ)
def index() -> str:
    """One's own page."""
    return _show({})


@pages.post("/account/password")
@needs(READ)
@noted("user")
def password() -> Any:
    """Choose another password; sessions elsewhere end."""
    chosen, errors = request.form.get("new", ""), _checked("old")
    if not errors and chosen != request.form.get("again", ""):
        errors["again"] = "This is not the same as above."
    if not errors:
        try:
            with services().database.writing() as connection:
                person = find_person(connection, _login())
                set_password(connection, person, chosen, but=this_session().sha256)
        except ValueError as error:
            errors["new"] = str(error)
    if errors:
        return _show(errors), 400
    flash("Your password is changed. You are signed out everywhere else.", "done")
    return redirect(url_for("account.index"))


@pages.post("/account/second-factor")
@needs(READ)
@noted("user")
def begin() -> Any:
    """Begin to set up a second factor."""
    errors = _checked("password-on")
    if not errors:
        try:
            with services().database.writing() as connection:
                begin_enrolment(connection, services().seal_key, _key(), _login(), services().exchange.name)
        except ValueError as error:
            errors["password-on"] = str(error)
    return (_show(errors), 400) if errors else redirect(url_for("account.enrol"))


@pages.get("/account/second-factor")
@needs(READ)
def enrol() -> Any:
    """What the authenticator has to be told, and the form for its first code."""
    return _show_enrolment(None)


@pages.post("/account/second-factor/confirm")
@needs(READ)
@noted("user")
def confirm() -> Any:
    """Turn the second factor on; the recovery codes are shown in the answer and never again."""
    code = "".join(request.form.get("code", "").split())
    with services().database.writing() as connection:
        codes = confirm_enrolment(connection, services().seal_key, _key(), code, now_ms())
        if codes is not None:
            end_sessions(connection, _key(), this_session().sha256)
    if codes is None:
        return _show_enrolment("This code is not right. Enter the one that your authenticator shows now.")
    return render_template("recovery_codes.html", codes=codes)


@pages.post("/account/second-factor/remove")
@needs(READ)
@noted("user")
def remove() -> Any:
    """Turn the second factor off, with the password and a last code."""
    errors = _checked("password-off")
    if not errors and not is_proven(user(), request.form.get("code", "")):
        errors["code"] = "This code is not right, or was used already."
    if errors:
        return _show(errors), 400
    with services().database.writing() as connection:
        reset_second_factor(connection, find_person(connection, _login()), but=this_session().sha256)
    flash("The second factor is off. You are signed out everywhere else.", "done")
    return redirect(url_for("account.index"))


@pages.post("/account/recovery-codes")
@needs(READ)
@noted("user")
def recovery_codes() -> Any:
    """Make new recovery codes in place of those from before."""
    if not user().second_factor:
        abort(404)
    errors = _checked("password-codes")
    if errors:
        return _show(errors), 400
    with services().database.writing() as connection:
        codes = new_recovery_codes(connection, _key())
    return render_template("recovery_codes.html", codes=codes)


@pages.post("/account/sessions")
@needs(READ)
@noted("user")
def end() -> Any:
    """End one of the sessions, or all others."""
    chosen = request.form.get("session", "")
    with services().database.writing() as connection:
        if chosen:
            done = int(end_session(connection, _key(), chosen))
        else:
            done = end_sessions(connection, _key(), this_session().sha256)
    flash("Signed out there." if done else "There was no such session any more.", "done")
    return redirect(url_for("account.index"))


@pages.get("/invitation/<name>")
def invitation(name: str) -> Any:
    """The form for somebody who was invited."""
    return _show_invitation(name, {})


def _invited(view: Callable[[str], Any]) -> Callable[[str], Any]:
    """A view that made-up links do not reach: strangers could fill the trail with them."""

    @wraps(view)
    def reached(name: str) -> Any:
        try:
            with services().database.reading() as connection:
                find_invitation(connection, name, now_ms())
        except NoSuchInvitation:
            return _show_invitation(name, {})
        return view(name)

    return reached


@pages.post("/invitation/<name>")
@_invited
@noted("user")
def accepted(name: str) -> Any:
    """Become a user."""
    login, chosen = request.form.get("login", "").strip(), request.form.get("new", "")
    if chosen != request.form.get("again", ""):
        return _show_invitation(name, {"again": "This is not the same as above."})
    try:
        with services().database.writing() as connection:
            accept(connection, name, login, chosen, now_ms())
    except NoSuchInvitation:
        return _show_invitation(name, {})
    except UserExists:
        return _show_invitation(name, {"login": "This name is taken. Choose another."})
    except ValueError as error:
        return _show_invitation(name, {"login" if "sign-in name must" in str(error) else "new": str(error)})
    flash("You may sign in now.", "done")
    return redirect(url_for("session.sign_in"))


def _show_invitation(name: str, errors: dict[str, str]) -> Any:
    try:
        with services().database.reading() as connection:
            found = find_invitation(connection, name, now_ms())
    except NoSuchInvitation:
        words = "It may be used or over, or was cut off on its way. Ask whoever sent it to you for another."
        return render_template("error.html", title="This link does not work", words=words, status=404), 404
    filled = request.form.get("login", "")
    page = render_template("invitation.html", invitation=found, name=name, errors=errors, login=filled)
    return (page, 400) if errors else page


def _show(errors: dict[str, str]) -> str:
    with services().database.reading() as connection:
        listed = sessions_of(connection, _key(), now_ms())
        left = recovery_codes_left(connection, _key())
    return render_template("account.html", errors=errors, sessions=listed, this=this_session(), left=left)


def _show_enrolment(error: str | None) -> Any:
    with services().database.reading() as connection:
        found = pending_enrolment(connection, services().seal_key, _key(), _login(), services().exchange.name)
    if found is None:
        return redirect(url_for("account.index"))
    # no link: a page that asks the system to open one could be used to open others
    page = render_template("second_factor.html", groups=found.groups, uri=Markup.escape(found.uri), error=error)
    return (page, 400) if error else page


def _checked(field: str) -> dict[str, str]:
    """Whether the field has the password of whoever is signed in: a session alone changes nothing here."""
    try:
        found = services().door.by_proof(_login(), request.form.get(field, ""), places())
    except TooManyTries:
        abort(429)
    return {} if found is not None else {field: _WRONG}


def _login() -> str:
    return user().login or ""


def _key() -> int:
    return user().user_key or 0
