"""For those who keep it running: is it up, is it ready, what does it do."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from tocsin.ledger.read import last_seq
from tocsin.projections.search_index import lag
from tocsin.reports.reports import waiting
from tocsin.search import SearchDown
from tocsin.web.services import services

pages = Blueprint("health", __name__)

_registry = CollectorRegistry()
_requests = Counter("tocsin_requests", "Answers of this process", ("page", "status"), registry=_registry)
_entries = Gauge("tocsin_ledger_entries", "Entries in the ledger", registry=_registry)
_waiting = Gauge("tocsin_reports_waiting", "Reports that are not through yet", registry=_registry)
_lag = Gauge("tocsin_search_lag_entries", "Entries that the search index lacks; -1 while it is down", registry=_registry)


def count(response: Response) -> Response:
    """Count an answer."""
    _requests.labels(request.endpoint or "none", str(response.status_code)).inc()
    return response


@pages.get("/healthz")
def healthy() -> Any:
    """The process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
def ready() -> Any:
    """The database answers. Search may be down: submitting and polling go on without it."""
    try:
        with services().database.reading() as connection:
            last_seq(connection)
    except SQLAlchemyError:
        return jsonify(status="not ready", database="down"), 503
    return jsonify(status="ok", database="ok", search="ok" if services().engine.ready() else "down")


@pages.get("/metrics")
def metrics() -> Response:
    """Figures in the format of Prometheus; requests are this process's alone."""
    with services().database.reading() as connection:
        _entries.set(last_seq(connection))
        _waiting.set(len(waiting(connection)))
    try:
        _lag.set(lag(services().database, services().engine))
    except SearchDown:
        _lag.set(-1)
    return Response(generate_latest(_registry), mimetype="text/plain; version=0.0.4")
