"""Makes the application: pages, their safety headers, their errors."""

from datetime import timedelta
from typing import Any

import structlog
from flask import Flask, Response, abort, g, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from tocsin.members.audit import CannotNote
from tocsin.members.sessions import LONGEST_MS
from tocsin.reports.receiving import LARGEST_REPORT
from tocsin.search import SearchDown
from tocsin.web import (
    account,
    alert_choices,
    amending,
    api,
    api_cases,
    api_exhibits,
    api_feedback,
    api_related,
    api_searches,
    api_searching,
    asking,
    audit,
    case_exports,
    case_items,
    case_sharing,
    cases,
    collection_desk,
    collection_new,
    collections,
    communities,
    display,
    disputes,
    enquiries,
    exhibits,
    feedback,
    following,
    health,
    held,
    history,
    hits_file,
    home,
    indicators,
    joining,
    keeping,
    languages,
    lists,
    looking_up,
    members,
    overview,
    people,
    polling,
    proposals,
    recalling,
    reports,
    saved_searches,
    search_hooks,
    searching,
    session,
    submitting,
    tokens,
    unmasking,
    voting,
)
from tocsin.web.services import Services

_FORM_BYTES = 1_000_000
_LARGE = frozenset(
    {
        "submitting.check",
        "exhibits.add",
        "api.hand_in",
        "api_exhibits.add",
        "looking_up.answer",
        "api_searching.looked_up",
        "case_items.attach",
        "case_exports.checked",
    }
)
"""Where files are sent. Everywhere else, and before anybody has signed in, a request is small."""
_FOR_MACHINES = frozenset(
    {"api", "api_cases", "api_exhibits", "api_feedback", "api_related", "api_searches", "api_searching"}
)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

_WORDS = {
    400: ("That did not work", "The page that you came from may be too old. Go back, reload it and try again."),
    403: ("You may not do this", "Your role does not include it. Ask your administrator if you think it should."),
    404: ("There is no such page", "It is not there, or not for you. If you copied the address, check its end."),
    405: ("That did not work", "This address cannot be used in this way."),
    413: ("That is too large", "The file is larger than can be handed in at once. Split it into several."),
    429: ("Too many tries", "Wait a few minutes and try again."),
    503: ("Search is not available at the moment", "Handing in and polling go on. Search catches up by itself."),
}

_PAGES = (
    session,
    home,
    searching,
    saved_searches,
    search_hooks,
    alert_choices,
    hits_file,
    looking_up,
    overview,
    indicators,
    following,
    history,
    submitting,
    reports,
    exhibits,
    recalling,
    cases,
    case_items,
    case_sharing,
    case_exports,
    held,
    disputes,
    collections,
    polling,
    audit,
    keeping,
    lists,
    members,
    communities,
    joining,
    collection_desk,
    collection_new,
    account,
    people,
    tokens,
    enquiries,
    asking,
    unmasking,
    amending,
    voting,
    proposals,
    feedback,
    health,
    api,
    api_cases,
    api_exhibits,
    api_feedback,
    api_related,
    api_searches,
    api_searching,
)

log = structlog.get_logger()


def create_app(services: Services) -> Flask:
    """The members' pages over these services."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=services.secret_key,
        SESSION_COOKIE_NAME="tocsin",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(milliseconds=LONGEST_MS),
        MAX_CONTENT_LENGTH=LARGEST_REPORT + _FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_REPORT,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = session.cookies
    app.extensions["tocsin"] = services
    # in this order: who it is, how much that may send, and only then is the form read
    app.before_request(session.recognise)
    app.before_request(_limit)
    protect = CSRFProtect(app)
    app.before_request(_refuse_nul)
    for module in _PAGES:
        app.register_blueprint(module.pages)
    # machines prove themselves by a token in each request; a cookie alone does not reach these
    for module in (api, api_cases, api_exhibits, api_feedback, api_related, api_searches, api_searching):
        protect.exempt(module.pages)
    display.install(app)
    languages.install(app)
    app.after_request(_safe)
    app.after_request(health.count)
    app.register_error_handler(Exception, _problem)
    return app


def _limit() -> None:
    # machines prove themselves before anything is read
    known = g.principal is not None or request.blueprint in _FOR_MACHINES
    if not known or request.endpoint not in _LARGE:
        request.max_content_length = _FORM_BYTES


def _refuse_nul() -> None:
    """PostgreSQL keeps no NUL in a text, and no honest request has one outside of what is handed in."""
    texts = [request.path, *(value for values in request.args.listvalues() for value in values)]
    if request.blueprint not in _FOR_MACHINES:
        texts += [value for name, values in request.form.lists() if name != "text" for value in values]
    if any("\0" in text for text in texts):
        abort(400)


def _safe(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if g.get("principal") is not None and request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _problem(error: Exception) -> Any:
    status = _status(error)
    if status == 500:
        log.exception("a page failed", path=request.path, exc_info=error)
    if isinstance(error, HTTPException) and status < 400:
        return error
    title, words = _WORDS.get(
        status, ("Something went wrong here", "It is our mistake. Nothing that you handed in is lost.")
    )
    if isinstance(error, CannotNote):
        log.error("the audit trail cannot be written", path=request.path, error=str(error.__cause__))
        title, words = "Not done", str(error)
    if request.path.startswith("/api/"):
        return api.problem(status, title, words)
    return render_template("error.html", title=title, words=words, status=status), status


def _status(error: Exception) -> int:
    if isinstance(error, CSRFError):
        return 400
    if isinstance(error, SearchDown | CannotNote):
        return 503
    if isinstance(error, HTTPException):
        return error.code or 500
    return 500
