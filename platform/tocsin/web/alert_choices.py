"""Where alerts are mailed to: the address, the code that shows that it is one's own, and whether of cases too."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from tocsin.alerts.case_news import meetings_now
from tocsin.alerts.people import NotNow, choose_address, choose_cases, confirm_address
from tocsin.alerts.readers import readers_now
from tocsin.members.roles import CASES, READ
from tocsin.times import now_ms
from tocsin.web.noting import noted
from tocsin.web.saved_searches import show_index
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("alert_choices", __name__, url_prefix="/searches")


@pages.post("/mail")
@needs(READ)
@noted("alerts")
def address() -> Any:
    """Have mail sent to another address, or, where nothing is written, to none."""
    wanted = request.form.get("address", "").strip()
    if wanted and not services().sends_mail:
        return show_index({"address": "Mail is not set up here. Ask whoever runs the exchange."}), 400
    try:
        with services().database.writing() as connection:
            choose_address(connection, _key(), wanted, now_ms())
    except NotNow as error:
        return show_index({"address": str(error)}), 400
    flash("A code is on its way. Enter it below." if wanted else "No more mail is sent.", "done")
    return _back()


@pages.post("/mail/code")
@needs(READ)
@noted("alerts")
def code() -> Any:
    """Show that the address is one's own."""
    given = "".join(request.form.get("code", "").split())
    with services().database.writing() as connection:
        right = confirm_address(connection, services().seal_key, _key(), given, now_ms())
    if not right:
        return show_index({"code": "This code is not right, or holds no longer. Have another one sent."}), 400
    flash("Mail goes to this address now.", "done")
    return _back()


@pages.post("/mail/cases")
@needs(CASES)
@noted("alerts")
def cases() -> Any:
    """Say whether alerts of cases come by mail."""
    wanted = request.form.get("cases") == "yes"
    with services().database.reading() as connection:
        reader = readers_now(connection, [_key()]).get(_key())
        met = meetings_now(connection, reader) if reader is not None else 0
    with services().database.writing() as connection:
        choose_cases(connection, _key(), met, now_ms(), wanted=wanted)
    flash("You get mail about cases." if wanted else "You get no mail about cases.", "done")
    return _back()


def _key() -> int:
    return user().user_key or 0


def _back() -> Response:
    return redirect(url_for("saved_searches.index") + "#mail")
