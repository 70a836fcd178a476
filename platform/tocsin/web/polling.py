"""How a member's own polling goes; for the exchange's administrators, everybody's."""

import threading
from dataclasses import replace
from typing import Any

import structlog
from cachetools import TTLCache
from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from tocsin.ledger.collections import all_collections
from tocsin.ledger.reached import behind
from tocsin.members.access import Principal
from tocsin.members.roles import READ, SEE_POLLING
from tocsin.members.subscribers import Subscriber, silent, subscribers
from tocsin.members.tokens import NoSuchToken, set_interval
from tocsin.times import now_ms
from tocsin.web.readable import readable_ids
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("polling", __name__)

INTERVALS = {900: "every 15 minutes", 3_600: "every hour", 21_600: "every 6 hours", 86_400: "every day"}
"""What a member can say about a token, s."""

_MANY = 10_000
"""Objects behind that are not counted further."""

_ALERT_S = 30
log = structlog.get_logger()
_alerts: TTLCache[str, int] = TTLCache(1_000, _ALERT_S)
_lock = threading.Lock()


@pages.get("/polling")
@needs(READ)
def index() -> str:
    """Last poll, how far behind, last refusal, by token and collection."""
    everybody = may(SEE_POLLING)
    with services().database.reading() as connection:
        found = subscribers(connection, services().receipts, None if everybody else user().member)
        # whoever left a collection is told neither its title nor how much came since
        seen = None if everybody else readable_ids(connection, user())
        titles = {one.id: one for one in all_collections(connection) if seen is None or one.id in seen}
        unconfirmed = {
            receipt.key: behind(connection, titles[receipt.collection_id], receipt, _MANY)
            for one in found
            for receipt in one.receipts
            if receipt.collection_id in titles
        }
    now = now_ms()
    found = [one if one.member == user().member else _without_reports(one) for one in found]
    return render_template(
        "polling.html",
        listed=[(one, one.is_silent(now), one.member == user().member and one.since_ms is not None) for one in found],
        titles=titles,
        behind=unconfirmed,
        many=_MANY,
        intervals=INTERVALS,
        everybody=everybody,
    )


@pages.post("/polling/interval")
@needs(READ)
def interval() -> Any:
    """Say how often one of the member's own tokens polls."""
    name, every = request.form.get("token", ""), request.form.get("every", "")
    offered = {"": 0, **{str(seconds): seconds for seconds in INTERVALS}}
    if every not in offered:
        abort(400)
    every_s = offered[every]
    try:
        with services().database.writing() as connection:
            set_interval(connection, user().member_key, name, every_s or None)
    except NoSuchToken:
        abort(404)
    with _lock:
        _alerts.pop(user().member, None)
    flash(f"You are told here when {name} has not asked for longer than that." if every_s else "Saved.", "done")
    return redirect(url_for("polling.index"))


def _without_reports(one: Subscriber) -> Subscriber:
    """Another member's subscriber: what it was refused when it handed in, or asked what became of it, is its own.

    The words of such a refusal can name a report that has no name, or say that it was to have none.
    """
    if one.refused is None or (one.refused.words.startswith("GET ") and "/status/" not in one.refused.words):
        return one
    method = one.refused.words.partition(" ")[0]
    return replace(one, refused=replace(one.refused, words=f"{method}; why is for its own people"))


def silent_ones() -> list[Subscriber]:
    """The member's own subscribers that fell silent; looked at every half a minute.

    On every page, those of errors too: what cannot be looked up now is no reason to show none.
    """
    principal: Principal | None = g.get("principal")
    if principal is None:
        return []
    with _lock:
        if _alerts.get(principal.member) == 0:
            return []
    try:
        with services().database.reading() as connection:
            found = silent(connection, services().receipts, now_ms(), principal.member)
    except SQLAlchemyError as error:
        log.warning("receipts could not be read", error=str(error))
        return []
    with _lock:
        _alerts[principal.member] = len(found)
    return found
