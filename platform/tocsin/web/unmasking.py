"""Finding out whose an unattributed report is, and telling the contributor that somebody did."""

from typing import Any

import structlog
from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from tocsin.members.access import Principal
from tocsin.members.roles import DECIDE, READ
from tocsin.publishing.asking import count_waiting
from tocsin.reports.unmasking import (
    CannotUnmask,
    NoSuchUnmasking,
    approve_unmasking,
    ask_unmasking,
    list_unmaskings,
    mark_seen,
    notices_to,
)
from tocsin.times import end_of_day, now_ms
from tocsin.web.noting import noted
from tocsin.web.reports import visible_report
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("unmasking", __name__)
log = structlog.get_logger()


@pages.get("/unmasking")
@needs(DECIDE)
def index() -> str:
    """Who asked to know a source, what waits for a second person, and the names for the two who may know them."""
    with services().database.reading() as connection:
        listed = list_unmaskings(connection, now_ms(), user().member_key)
    named = {one.id: one.member_name for one in listed if one.reveals_to(user().login)}
    return render_template("unmasking.html", listed=listed, named=named, now=now_ms())


@pages.post("/reports/<report_id>/unmask")
@needs(DECIDE)
@noted("unmask-ask", "report")
def ask(report_id: str) -> Any:
    """Ask a second person."""
    one = visible_report(report_id)
    try:
        with services().database.writing() as connection:
            ask_unmasking(
                connection,
                one,
                user(),
                request.form.get("reason", ""),
                now_ms(),
                legal_order=request.form.get("legal_order", "").strip() or None,
                delay_until_ms=_end_of(request.form.get("delay_until", "")),
            )
    except CannotUnmask as error:
        flash(str(error), "error")
        return redirect(url_for("reports.report", report_id=report_id))
    flash("A second person has to agree. They find it under Sources made known.", "done")
    return redirect(url_for("unmasking.index"))


@pages.post("/unmasking/<identity>")
@needs(DECIDE)
@noted("unmask-approve", "unmasking")
def approve(identity: str) -> Any:
    """The second person's word."""
    try:
        with services().database.writing() as connection:
            approve_unmasking(connection, identity, user(), now_ms())
    except NoSuchUnmasking:
        abort(404)
    except CannotUnmask as error:
        flash(str(error), "error")
    return redirect(url_for("unmasking.index"))


@pages.get("/notices")
@needs(READ)
def notices() -> str:
    """What the member has to be told."""
    with services().database.reading() as connection:
        listed = notices_to(connection, user().member_key, now_ms())
    return render_template("notices.html", listed=listed)


@pages.post("/notices/<identity>")
@needs(READ)
def seen(identity: str) -> Any:
    """Note that somebody of the member read it."""
    try:
        with services().database.writing() as connection:
            mark_seen(connection, identity, user(), now_ms())
    except NoSuchUnmasking:
        abort(404)
    return redirect(url_for("unmasking.notices"))


def words_for_us() -> tuple[int, int]:
    """How many notices nobody of the member has read, and how many questions wait for its answer.

    On every page, those of errors too: what cannot be looked up now is no reason to show none.
    """
    principal: Principal | None = g.get("principal")
    if principal is None:
        return 0, 0
    try:
        with services().database.reading() as connection:
            unread = sum(one.seen_ms is None for one in notices_to(connection, principal.member_key, now_ms()))
            return unread, count_waiting(connection, principal.member_key, now_ms())
    except SQLAlchemyError as error:
        log.warning("notices could not be read", error=str(error))
        return 0, 0


def _end_of(day: str) -> int | None:
    """The end of a day that a form names, ms; 0 for what is no day, which no delay can be."""
    if not day:
        return None
    try:
        return end_of_day(day)
    except ValueError:
        return 0
