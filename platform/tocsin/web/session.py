"""Signing in and out, and views that need a right."""

import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response

from tocsin.members.access import Principal
from tocsin.members.audit_entries import NOBODY, actor_of
from tocsin.members.second_factor import prove, recovery_codes_left
from tocsin.members.sessions import Session, begin_session, end_session, find_session, note_seen
from tocsin.members.tries import CODE, PASSWORD, TooManyTries, note_failure, note_success, places_of, standing
from tocsin.times import now_ms
from tocsin.web.services import services

pages = Blueprint("session", __name__)

DEVICE = "tocsin-device"
"""The cookie by which a browser is known again: it opens nothing, but failures elsewhere do not count against it."""

_DEVICE_S = 30 * 86_400
_DEVICE = re.compile(r"[A-Za-z0-9_-]{43}")
_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
_P = ParamSpec("_P")
_R = TypeVar("_R")


class _Cookies(SecureCookieSessionInterface):
    """The cookie is kept to HTTPS wherever it was given over HTTPS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


cookies = _Cookies()


def recognise() -> None:
    """Note who is asking, looked up anew at every request: who left is out at once."""
    g.session = g.principal = None
    name = session.get("name") if request.endpoint != "static" else None
    if not isinstance(name, str):
        return
    now = now_ms()
    with services().database.reading() as connection:
        found = find_session(connection, name, now)
    if found is not None:
        g.session = found
        g.principal = found.person if found.proven else None
        note_seen(services().database, found, now)


def user() -> Principal:
    """Who is signed in; only for views that need a right."""
    principal: Principal = g.principal
    return principal


def this_session() -> Session:
    """The session of whoever is signed in; only for views that need a right."""
    found: Session = g.session
    return found


def may(right: str) -> bool:
    """Whether whoever is signed in has this right."""
    principal: Principal | None = g.get("principal")
    return principal is not None and principal.may(right)


def needs(right: str) -> Callable[[Callable[_P, _R]], Callable[_P, Any]]:
    """A view for people with this right: others are asked to sign in, or told that they may not."""

    def decorate(view: Callable[_P, _R]) -> Callable[_P, Any]:
        @wraps(view)
        def guarded(*args: _P.args, **kwargs: _P.kwargs) -> Any:
            if g.principal is None:
                target = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("session.sign_in", next=target))
            if not may(right):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


def places() -> tuple[str, ...]:
    """From where the request comes, as tries are counted."""
    device = request.cookies.get(DEVICE, "")
    return places_of(device if _DEVICE.fullmatch(device) else None, request.remote_addr or "")


@pages.get("/sign-in")
def sign_in() -> str:
    """The form."""
    return render_template("sign_in.html", target=local(request.args.get("next")), error=None, login="")


@pages.post("/sign-in")
def signed_in() -> Any:
    """Check name and password."""
    login, target = request.form.get("login", "").strip(), local(request.form.get("next"))
    try:
        principal = services().door.by_proof(login, request.form.get("password", ""), places())
    except TooManyTries:
        abort(429)
    if principal is None:
        known = services().door.by_login(login)
        # a name that nobody has may be a password in the wrong field
        actor = actor_of(known) if known is not None else NOBODY
        services().audit.note(actor, "sign-in-refused", values=[] if known else [login], details={"over": "pages"})
        error = "The name or the password is not right."
        return render_template("sign_in.html", target=target, error=error, login=login), 401
    if principal.second_factor:
        _begin(principal, proven=False)
        return redirect(url_for("session.code", next=target))
    return _let_in(principal, target)


@pages.get("/sign-in/code")
def code() -> Any:
    """The form for the second factor."""
    if _awaited() is None:
        return redirect(url_for("session.sign_in", next=local(request.args.get("next"))))
    return render_template("sign_in_code.html", target=local(request.args.get("next")), error=None)


@pages.post("/sign-in/code")
def coded() -> Any:
    """Check the code of the second factor, or a recovery code."""
    awaited, target, given = _awaited(), local(request.form.get("next")), request.form.get("code", "")
    if awaited is None:
        flash("The code was awaited for five minutes. Sign in again.", "error")
        return redirect(url_for("session.sign_in", next=target))
    if not is_proven(awaited, given):
        services().audit.note(actor_of(awaited), "sign-in-refused", details={"over": "pages", "at": "code"})
        error = "This code is not right, or was used already. Wait for the next one."
        return render_template("sign_in_code.html", target=target, error=error), 401
    if not _is_totp(given):
        _say_what_is_left(awaited)
    return _let_in(awaited, target)


@pages.post("/sign-out")
def sign_out() -> Response:
    """End the session, here and wherever a copy of its cookie is."""
    if g.session is not None:
        services().audit.note(actor_of(g.session.person), "sign-out")
        with services().database.writing() as connection:
            end_session(connection, g.session.person.user_key, g.session.sha256)
    session.clear()
    return redirect(url_for("session.sign_in"))


def is_proven(person: Principal, given: str) -> bool:
    """Whether this is a code of the person's second factor, which is taken once; 429 after too many that were not."""
    login, key, now = person.login or "", person.user_key or 0, now_ms()
    try:
        with services().database.writing() as connection:
            at = standing(connection, CODE, login, places(), now)
            right = prove(connection, services().seal_key, key, given, now)
            if not right:
                note_failure(connection, CODE, login, at, now)
    except TooManyTries:
        abort(429)
    return right


def _awaited() -> Principal | None:
    """Who gave the password and not yet the code."""
    found: Session | None = g.session
    return found.person if found is not None and not found.proven else None


def _begin(person: Principal, *, proven: bool) -> None:
    """Begin a session under a new name, in place of the one before."""
    agent, address = request.user_agent.string, request.remote_addr or ""
    with services().database.writing() as connection:
        if g.session is not None:
            end_session(connection, g.session.person.user_key, g.session.sha256)
        name = begin_session(connection, person.user_key or 0, now_ms(), proven=proven, address=address, agent=agent)
    flashed = session.get("_flashes")
    session.clear()
    session.permanent = True
    session["name"] = name
    if flashed:
        session["_flashes"] = flashed


def _let_in(person: Principal, target: str) -> Response:
    """Begin the session of somebody who proved everything, and know the browser from now on."""
    services().audit.note(actor_of(person), "sign-in")
    _begin(person, proven=True)
    device = request.cookies.get(DEVICE, "")
    if not _DEVICE.fullmatch(device):
        device = secrets.token_urlsafe(32)
    with services().database.writing() as connection:
        for stage in (PASSWORD, CODE):
            note_success(connection, stage, person.login or "", places_of(device, "")[0], now_ms())
    answer = redirect(target)
    answer.set_cookie(DEVICE, device, _DEVICE_S, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer


def _is_totp(given: str) -> bool:
    return "".join(given.split()).isdigit()


def _say_what_is_left(person: Principal) -> None:
    with services().database.reading() as connection:
        left = recovery_codes_left(connection, person.user_key or 0)
    flash(f"You used a recovery code; {left} are left. Make new ones on your page when few are.", "done")


def local(target: str | None) -> str:
    """A page of ours to go on to: never another host's."""
    # browsers leave out tabs and line ends: "/<tab>/other.example" would be another host
    return target if target and _LOCAL.fullmatch(target) else "/"
