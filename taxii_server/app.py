"""The application: endpoints, who may come in, and every refusal as a TAXII error."""

from collections.abc import Callable
from functools import partial

import orjson
import structlog
from flask import Flask, Request, Response, g, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from taxii_server import describing, polling, pushing
from taxii_server.answers import Refusal, error_answer, nothing_there
from taxii_server.body import read_rest
from taxii_server.compressing import packed
from taxii_server.credentials import principal_of
from taxii_server.filters import BadParameter
from taxii_server.limiting import Allowance
from taxii_server.negotiate import may_answer
from taxii_server.service import Caller, Service
from tocsin.ledger.receipts import Refused
from tocsin.members.audit import CannotNote
from tocsin.members.audit_entries import NOBODY
from tocsin.networks import CERTIFICATE
from tocsin.reports.receiving import TooLarge
from tocsin.times import now_ms

log = structlog.get_logger()

_LONGEST_PATH = 300
_COLLECTION = "/<root>/collections/<name>/"
_OBJECT = _COLLECTION + "objects/<object_id>/"
_ENDPOINTS = (
    ("/", "GET", describing.get_discovery),
    ("/<root>/", "GET", describing.get_api_root),
    ("/<root>/status/<status_id>/", "GET", pushing.get_status),
    ("/<root>/collections/", "GET", describing.get_collections),
    (_COLLECTION, "GET", describing.get_collection),
    (_COLLECTION + "manifest/", "GET", polling.get_manifest),
    (_COLLECTION + "objects/", "GET", polling.get_objects),
    (_COLLECTION + "objects/", "POST", pushing.post_objects),
    (_OBJECT, "GET", polling.get_object),
    (_OBJECT, "DELETE", pushing.delete_objects),
    (_OBJECT + "versions/", "GET", polling.get_versions),
)


def create_app(service: Service) -> Flask:
    """The TAXII server, to be mounted at `/taxii2`: discovery is its `/`, API roots are `/<root>/`."""
    app = Flask("taxii_server", static_folder=None)
    # no redirects: some clients follow none, and some lose their credentials on the way
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    for rule, method, work in _ENDPOINTS:
        app.add_url_rule(rule, work.__name__, _view(work), methods=[method])
    app.before_request(partial(_let_in, service, Allowance(service.requests_per_minute)))
    app.after_request(partial(_note_refusal, service))
    app.after_request(lambda response: read_rest(request, packed(request, response)))
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(BadParameter, _bad_parameter)
    app.register_error_handler(TooLarge, _too_large)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _no_database)
    app.register_error_handler(PoolTimeout, _no_database)
    app.register_error_handler(CannotNote, _cannot_note)
    app.register_error_handler(Exception, _broken)
    return app


def _view(work: Callable[..., Response]) -> Callable[..., Response]:
    """A view of what answers a caller: `work` sees no globals."""

    def view(**path: str) -> Response:
        return work(g.caller, **path)

    return view


def _let_in(service: Service, allowance: Allowance) -> None:
    """Whatever the path and method are, first comes who is asking, and then in what form the answer may come."""
    asking: Request = request._get_current_object()  # type: ignore[attr-defined]
    environ = asking.environ
    address, certificate = environ.get("REMOTE_ADDR", ""), environ.get(CERTIFICATE)
    principal = principal_of(service.door, environ.get("HTTP_AUTHORIZATION"), address, certificate)
    if principal is None:
        if asking.headers.get("Authorization"):
            service.audit.note(NOBODY, "sign-in-refused", details={"over": "taxii"})
        raise Refusal(401, "Who are you?", "Sign in with a user or with a token of your organisation.")
    g.caller = Caller(service, principal, asking)
    wait_s = allowance.wait(principal.member)
    if wait_s:
        raise Refusal(429, "Too many requests", f"Your organisation may ask again in {wait_s} s.", wait_s)
    if "\0" in asking.path:
        raise nothing_there("resource")
    if asking.routing_exception is None and not may_answer(asking.headers.get("Accept")):
        raise Refusal(406, "Not acceptable", "Answers are application/taxii+json;version=2.1.")


def _note_refusal(service: Service, response: Response) -> Response:
    """Keep what a subscriber was last refused, for its own people to see."""
    if response.status_code >= 400 and "caller" in g:
        said = orjson.loads(response.get_data() or b"{}").get("description", response.status)
        path = (request.script_root + request.full_path).rstrip("?")[:_LONGEST_PATH]
        words = f"{request.method} {path}: {response.status_code}, {said}"
        service.receipts.refused(Refused(g.caller.principal.subscriber, now_ms(), words))
    return response


def _refused(refusal: Refusal) -> Response:
    return error_answer(refusal.status, refusal.title, refusal.description, refusal.retry_s)


def _bad_parameter(error: BadParameter) -> Response:
    return error_answer(400, "Bad request", str(error))


def _too_large(error: TooLarge) -> Response:
    return error_answer(413, "Too large", str(error))


def _http_error(error: HTTPException) -> Response:
    """What the framework refuses: unknown paths, wrong methods, bodies that break off."""
    status = error.code or 500
    response = error_answer(status, error.name, error.description or error.name)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _no_database(error: Exception) -> Response:
    log.error("the database cannot be used", path=request.path, error=str(error))
    return error_answer(503, "Try again", "The exchange cannot be reached at the moment. Try again in a minute.")


def _cannot_note(error: Exception) -> Response:
    log.error("the audit trail cannot be written", path=request.path, error=str(error.__cause__))
    return error_answer(503, "Try again", str(error))


def _broken(error: Exception) -> Response:
    log.error("a request failed", path=request.path, method=request.method, exc_info=error)
    return error_answer(500, "Our mistake", "Something went wrong here, and was noted. Your data is as it was.")
