"""What is held, and deciding on it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.members.tables import members
from tocsin.publishing.moderate import approve, reject
from tocsin.reports.tables import ACTIVE, assertions, reports
from tocsin.times import now_ms
from tocsin.web.services import services
from tocsin.web.session import DECIDE, READ, may, needs, user

pages = Blueprint("held", __name__)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Held:
    """One row that waits."""

    report_id: str
    report_key: int
    row: int
    raw: str
    kind: str | None
    value: str | None
    reason: str
    crime_type: str | None
    note: str | None
    tlp: str
    member: str
    received_ms: int


@pages.get("/held")
@needs(READ)
def index() -> str:
    """What waits: everything for those who decide, one's member's own rows for others."""
    number = max(request.args.get("page", 1, type=int), 1)
    own = None if may(DECIDE) else user().member_key
    with services().database.reading() as connection:
        rows = list_held(connection, own, PAGE + 1, (number - 1) * PAGE)
        total = count_held(connection, own)
    return render_template("held.html", rows=rows[:PAGE], total=total, number=number, more=len(rows) > PAGE)


@pages.post("/held")
@needs(DECIDE)
def decide() -> Any:
    """Approve or turn down the rows that were ticked."""
    places = [place.rpartition(":") for place in request.form.getlist("place")]
    chosen = [(int(key), int(row)) for key, _, row in places if key.isdecimal() and row.isdecimal()]
    if not chosen:
        flash("Tick at least one row.", "error")
        return redirect(url_for("held.index"))
    database, exchange, by, now = services().database, services().exchange, user().login or "", now_ms()
    approving = request.form.get("decision") == "approve"
    reason = request.form.get("reason", "").strip()
    if not approving and not reason:
        flash("Say why it is turned down: the contributor reads it.", "error")
        return redirect(url_for("held.index"))
    done = 0
    for key in sorted({key for key, _ in chosen}):
        rows = [row for other, row in chosen if other == key]
        if approving:
            done += approve(database, exchange, key, rows, by, now)
        else:
            done += reject(database, key, rows, by, now, reason)
    flash(f"{done} {'approved and published' if approving else 'turned down'}.", "done")
    return redirect(url_for("held.index"))


def count_held(connection: Connection, member_key: int | None) -> int:
    """How many rows wait, of one member or of all."""
    query = sa.select(sa.func.count()).select_from(_joined()).where(*_waiting(member_key))
    return connection.execute(query).scalar_one()


def list_held(connection: Connection, member_key: int | None, limit: int, offset: int) -> list[Held]:
    """The rows that wait, oldest report first."""
    query = (
        sa.select(
            reports.c.id,
            assertions.c.report_key,
            assertions.c.row,
            assertions.c.raw,
            assertions.c.kind,
            assertions.c.value,
            assertions.c.reason,
            assertions.c.crime_type,
            assertions.c.note,
            reports.c.tlp,
            members.c.name,
            reports.c.received_ms,
        )
        .select_from(_joined())
        .where(*_waiting(member_key))
        .order_by(assertions.c.report_key, assertions.c.n)
        .limit(limit)
        .offset(offset)
    )
    return [Held(*row) for row in connection.execute(query)]


def _joined() -> Any:
    return assertions.join(reports, reports.c.key == assertions.c.report_key).join(
        members, members.c.key == reports.c.member_key
    )


def _waiting(member_key: int | None) -> list[Any]:
    conditions: list[Any] = [sa.text("verdict = 'held'"), assertions.c.state == ACTIVE]
    return [*conditions, reports.c.member_key == member_key] if member_key is not None else conditions
