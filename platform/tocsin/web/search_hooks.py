"""The webhook of a saved search: set, tested, taken away."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tocsin.alerts.hooks import remove_hook, send_test, set_hook
from tocsin.alerts.posting import BadUrl, check_url
from tocsin.members.roles import READ
from tocsin.times import now_ms
from tocsin.web.noting import noted
from tocsin.web.saved_searches import show
from tocsin.web.saved_sight import own_search
from tocsin.web.services import services
from tocsin.web.session import needs

pages = Blueprint("search_hooks", __name__, url_prefix="/searches")


@pages.post("/<search_id>/hook")
@needs(READ)
@noted("search-hook", "search")
def put(search_id: str) -> Any:
    """Let a search tell by a webhook; its secret is shown in the answer and never again."""
    try:
        url = check_url(request.form.get("url", "").strip(), services().hooks_inside)
    except BadUrl as error:
        return show(search_id, {"url": str(error)}), 400
    with services().database.writing() as connection:
        secret = set_hook(connection, services().seal_key, own_search(connection, search_id), url, now_ms())
    return show(search_id, {}, secret)


@pages.post("/<search_id>/hook/test")
@needs(READ)
@noted("search-hook", "search")
def test(search_id: str) -> Any:
    """Send a delivery that says that it is a test."""
    with services().database.writing() as connection:
        sent = send_test(connection, own_search(connection, search_id), now_ms())
    flash(*(("A test is on its way. Reload this page in a few seconds.", "done") if sent else _WAIT))
    return _back(search_id)


@pages.post("/<search_id>/hook/remove")
@needs(READ)
@noted("search-hook", "search")
def remove(search_id: str) -> Any:
    """Take the webhook away."""
    with services().database.writing() as connection:
        remove_hook(connection, own_search(connection, search_id))
    flash("The webhook is taken away.", "done")
    return _back(search_id)


_WAIT = ("A test is on its way already. Wait a minute.", "error")


def _back(search_id: str) -> Response:
    return redirect(url_for("saved_searches.search", search_id=search_id) + "#hook")
