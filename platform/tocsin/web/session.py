"""Signing in and out, and views that need a right."""

import re
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from cachetools import TTLCache
from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from tocsin.members.access import Principal
from tocsin.members.audit_entries import NOBODY, actor_of
from tocsin.web.services import services

pages = Blueprint("session", __name__)

_MOST_FAILURES = 10
_failures: TTLCache[tuple[str, str], int] = TTLCache(10_000, 600)
"""Failed tries by name and address: whoever guesses locks out nobody but themselves."""

_lock = threading.Lock()
_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
_P = ParamSpec("_P")
_R = TypeVar("_R")


def recognise() -> None:
    """Note who is asking, looked up anew at every request: who left is out at once."""
    login = session.get("login")
    g.principal = services().door.by_login(login) if login else None


def user() -> Principal:
    """Who is signed in; only for views that need a right."""
    principal: Principal = g.principal
    return principal


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


@pages.get("/sign-in")
def sign_in() -> str:
    """The form."""
    return render_template("sign_in.html", target=_local(request.args.get("next")), error=None, login="")


@pages.post("/sign-in")
def signed_in() -> Any:
    """Check name and password."""
    login, target = request.form.get("login", "").strip(), _local(request.form.get("next"))
    who = (login, request.remote_addr or "")
    with _lock:
        if _failures.get(who, 0) >= _MOST_FAILURES:
            abort(429)
    principal = services().door.by_password(login, request.form.get("password", ""))
    if principal is None or principal.login is None:
        known = services().door.by_login(login)
        # a name that nobody has may be a password in the wrong field
        actor = actor_of(known) if known is not None else NOBODY
        services().audit.note(actor, "sign-in-refused", values=[] if known else [login], details={"over": "pages"})
        with _lock:
            _failures[who] = _failures.get(who, 0) + 1
        error = "The name or the password is not right."
        return render_template("sign_in.html", target=target, error=error, login=login), 401
    services().audit.note(actor_of(principal), "sign-in")
    session.clear()
    session.permanent = True
    session["login"] = principal.login
    return redirect(target)


@pages.post("/sign-out")
def sign_out() -> Response:
    """Forget who this is."""
    if g.principal is not None:
        services().audit.note(actor_of(g.principal), "sign-out")
    session.clear()
    return redirect(url_for("session.sign_in"))


def _local(target: str | None) -> str:
    """A page of ours to go on to: never another host's."""
    # browsers leave out tabs and line ends: "/<tab>/other.example" would be another host
    return target if target and _LOCAL.fullmatch(target) else "/"
