"""For those who keep it running: is it up, is it ready, what does it do."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from tocsin.ledger.read import last_seq
from tocsin.networks import is_within
from tocsin.projections.search_index import lag
from tocsin.reports.tables import COMPLETE, RECEIVED, UNREADABLE, reports
from tocsin.search import SearchDown
from tocsin.web.services import services

pages = Blueprint("health", __name__)

_registry = CollectorRegistry()
_requests = Counter("tocsin_requests", "Answers of this process", ("page", "status"), registry=_registry)
_entries = Gauge("tocsin_ledger_entries", "Entries in the ledger", registry=_registry)
_reports = Gauge("tocsin_reports", "Reports by how far they are", ("state",), registry=_registry)
_lag = Gauge(
    "tocsin_search_lag_entries", "Entries that the search index lacks; -1 while it is down", registry=_registry
)
_STATES = sa.select(reports.c.state, sa.func.count()).group_by(reports.c.state)


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
    """The database answers and has its tables. Search may be down: submitting and polling go on without it."""
    search = "ok" if services().engine.ready() else "down"
    try:
        tables = "ok" if services().database.has_tables() else "missing"
    except SQLAlchemyError:
        return jsonify(status="not ready", database="down", search=search), 503
    if tables != "ok":
        return jsonify(status="not ready", database="ok", tables=tables, search=search), 503
    return jsonify(status="ok", database="ok", tables=tables, search=search)


@pages.get("/metrics")
def metrics() -> Response:
    """Figures in the format of Prometheus; requests are this process's alone.

    How much there is and when more comes tells of what somebody may not see: only those who keep the exchange running
    are answered, from `metrics_from` and never through a proxy, whose clients anybody can be.
    """
    if not is_within(request.remote_addr or "", services().metrics_from) or "X-Forwarded-For" in request.headers:
        abort(404)
    with services().database.reading() as connection:
        _entries.set(last_seq(connection))
        states = dict.fromkeys((RECEIVED, COMPLETE, UNREADABLE), 0)
        states.update((row[0], row[1]) for row in connection.execute(_STATES))
    for state, count_of in states.items():
        _reports.labels(state).set(count_of)
    try:
        _lag.set(lag(services().database, services().engine))
    except SearchDown:
        _lag.set(-1)
    return Response(generate_latest(_registry), mimetype="text/plain; version=0.0.4")
