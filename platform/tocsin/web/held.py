"""What is held, and deciding on it."""

import re
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.members.access import Principal
from tocsin.members.members import rights_of
from tocsin.members.roles import DECIDE, READ
from tocsin.members.tables import members
from tocsin.publishing.moderate import approve, reject
from tocsin.publishing.told import waits_openly
from tocsin.reports.tables import ACTIVE, assertions, reports
from tocsin.times import DAY_MS, now_ms
from tocsin.web.attribution import hides, source_name
from tocsin.web.paging import page_number
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("held", __name__)
PAGE = 50
_PLACE = re.compile(r"[0-9]{1,15}:[0-9]{1,9}")


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
    member_name: str
    received_ms: int
    member_key: int
    voice_of: int
    unattributed: bool

    def seen_by(self, viewer: Principal) -> "Held":
        """The row without what would tell the viewer whose it is."""
        if not hides(self, viewer):
            return self
        day = self.received_ms - self.received_ms % DAY_MS
        return replace(self, raw="", note=None, member_name=source_name(self, viewer), received_ms=day)


_COLUMNS: list[Any] = [
    reports.c.id,
    *(assertions.c[name] for name in ("report_key", "row", "raw", "kind", "value", "reason", "crime_type", "note")),
    reports.c.tlp,
    members.c.name,
    reports.c.received_ms,
    reports.c.member_key,
    sa.func.coalesce(members.c.voice_key, members.c.key),
    reports.c.unattributed,
]


@pages.get("/held")
@needs(READ)
def index() -> str:
    """What waits: everything for those who decide, one's member's own rows for others."""
    return _show()


@pages.post("/held")
@needs(DECIDE)
def decide() -> Any:
    """Approve or turn down the rows that were ticked."""
    places = [place.partition(":") for place in request.form.getlist("place") if _PLACE.fullmatch(place)]
    chosen = [(int(key), int(row)) for key, _, row in places]
    if not chosen:
        return _show(("pick-all", "Tick at least one row.")), 400
    approving = request.form.get("decision") == "approve"
    reason = request.form.get("reason", "").strip()
    if not approving and not reason:
        return _show(("reason", "Say why it is turned down: the contributor reads it.")), 400
    database, exchange, by, now = services().database, services().exchange, user().login or "", now_ms()
    done = 0
    for key in sorted({key for key, _ in chosen}):
        rows = [row for other, row in chosen if other == key]
        if approving:
            done += approve(database, exchange, key, rows, by, now)
        else:
            done += reject(database, key, rows, by, now, reason)
    words = "approved and published" if approving else "turned down"
    flash(f"{done:,} {words}." if done else "They were decided on already.", "done")
    return redirect(url_for("held.index"))


def _show(error: tuple[str, str] | None = None) -> str:
    """The list; with the field and words of a mistake what was ticked and written stays."""
    number = page_number()
    own = None if may(DECIDE) else user().member_key
    with services().database.reading() as connection:
        rows = list_held(connection, own, PAGE + 1, (number - 1) * PAGE)
        total = count_held(connection, own)
    return render_template(
        "held.html",
        rows=[one.seen_by(user()) for one in rows[:PAGE]],
        total=total,
        number=number,
        more=len(rows) > PAGE,
        error=error,
        ticked=frozenset(request.form.getlist("place")),
        reason=request.form.get("reason", ""),
    )


def count_held(connection: Connection, member_key: int | None) -> int:
    """How many rows wait, of one member or of all."""
    query = sa.select(sa.func.count()).select_from(_joined()).where(*_waiting(connection, member_key))
    return connection.execute(query).scalar_one()


def list_held(connection: Connection, member_key: int | None, limit: int, offset: int) -> list[Held]:
    """The rows that wait, oldest report first."""
    query = (
        sa.select(*_COLUMNS)
        .select_from(_joined())
        .where(*_waiting(connection, member_key))
        .order_by(assertions.c.report_key, assertions.c.n)
        .limit(limit)
        .offset(offset)
    )
    return [Held(*row) for row in connection.execute(query)]


def _joined() -> Any:
    return assertions.join(reports, reports.c.key == assertions.c.report_key).join(
        members, members.c.key == reports.c.member_key
    )


def _waiting(connection: Connection, member_key: int | None) -> list[Any]:
    conditions: list[Any] = [sa.text("verdict = 'held'"), assertions.c.state == ACTIVE]
    if member_key is None:
        return conditions
    readable = [key for key, right in rights_of(connection, member_key).items() if right.can_read]
    return [*conditions, reports.c.member_key == member_key, waits_openly(readable)]
