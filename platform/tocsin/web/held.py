"""What is held, and deciding on it."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.intake import ROLES
from tocsin.members.answerable import MayNot
from tocsin.members.roles import DECIDE, READ
from tocsin.publishing.correct import CannotCorrect, Correction, correct
from tocsin.publishing.exchange import four_eyes
from tocsin.publishing.moderate import approve, ask, proposed_in, reject
from tocsin.publishing.words import BadWords, checked
from tocsin.reports.reports import NoSuchReport, find_report, report_by_key
from tocsin.reports.tables import assertions, reports
from tocsin.times import now_ms
from tocsin.web.evidence import Held, alike, own_rows_held, rows_held, waiting
from tocsin.web.figures import number
from tocsin.web.languages import ngettext
from tocsin.web.noting import note, note_read
from tocsin.web.paging import page_number
from tocsin.web.readable import readable_ids, visible
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("held", __name__)
PAGE = 50
_MOST_IN_ROW = 20
_PLACE = re.compile(r"[0-9]{1,15}:[0-9]{1,9}")
_LACKING = {
    "reject": "Say why it is turned down: the contributor reads it.",
    "ask": "Write what you want to know: the contributor reads it.",
}
_NOTED = {"approve": "approve", "reject": "reject", "ask": "ask-back"}
"""How the audit trail calls each decision."""


@pages.get("/held")
@needs(READ)
def index() -> str:
    """What waits: everything for those who decide, one's member's own rows for others."""
    return _show()


@pages.post("/held")
@needs(DECIDE)
def decide() -> Any:
    """Approve, turn down or ask back the rows that were ticked."""
    places = [place.partition(":") for place in request.form.getlist("place") if _PLACE.fullmatch(place)]
    chosen = [(int(key), int(row)) for key, _, row in places]
    if not chosen:
        return _show(("pick-all", "Tick at least one row.")), 400
    try:
        what, words = _decision()
    except BadWords as error:
        return _show(("reason", str(error))), 400
    rows = {key: [row for other, row in chosen if other == key] for key, _ in chosen}
    for category, message in _decided(what, words, rows):
        flash(message, category)
    return redirect(url_for("held.index"))


@pages.get("/held/<report_id>/<int:row>")
@needs(DECIDE)
def one(report_id: str, row: int) -> str:
    """One row with all that is known about it, decided or not."""
    return _show_one(report_id, row)


@pages.post("/held/<report_id>/<int:row>")
@needs(DECIDE)
def decide_one(report_id: str, row: int) -> Any:
    """Approve, turn down or ask back one row."""
    report_key = _report_key(report_id)
    try:
        what, words = _decision()
    except BadWords as error:
        return _show_one(report_id, row, {"reason": str(error)}), 400
    for category, message in _decided(what, words, {report_key: [row]}):
        flash(message, category)
    return redirect(url_for("held.one", report_id=report_id, row=row))


@pages.post("/held/<report_id>/<int:row>/correct/<int:n>")
@needs(DECIDE)
def correct_one(report_id: str, row: int, n: int) -> Any:
    """Correct what a row says; it is judged again."""
    form = request.form
    correction = Correction(
        form.get("kind", ""), form.get("value", ""), form.get("role") or None, form.get("crime") or None
    )
    place = (_report_key(report_id), n)
    database, exchange, screening = services().database, services().exchange, services().screening
    try:
        with note("correct", ("report", report_id), rows=[row]):
            verdict = correct(database, exchange, screening, place, correction, user().login or "", now_ms())
    except CannotCorrect as error:
        return _show_one(report_id, row, {f"{error.field}-{n}": str(error)}), 400
    except MayNot as error:
        return _show_one(report_id, row, {f"value-{n}": str(error)}), 400
    flash(f"Corrected. It is {verdict.verdict} now: {verdict.reason}", "done")
    return redirect(url_for("held.one", report_id=report_id, row=row))


def count_held(connection: Connection, member_key: int | None) -> int:
    """How many rows wait, of one member or of all."""
    joined = assertions.join(reports, reports.c.key == assertions.c.report_key)
    query = sa.select(sa.func.count()).select_from(joined).where(*waiting(connection, member_key))
    return connection.execute(query).scalar_one()


def _done(what: str, rows: int) -> str:
    some = number(rows)
    if what == "approve":
        return ngettext("%(some)s approved and published.", "%(some)s approved and published.", rows, some=some)
    if what == "reject":
        return ngettext("%(some)s turned down.", "%(some)s turned down.", rows, some=some)
    return ngettext(
        "%(some)s asked back; the contributor finds the question on the report.",
        "%(some)s asked back; the contributor finds the question on the report.",
        rows,
        some=some,
    )


def _decision() -> tuple[str, str]:
    """What was pressed, and the words that go with it; BadWords where they lack or cannot be."""
    what = request.form.get("decision", "reject")
    if what not in _NOTED:
        abort(400)
    words = request.form.get("reason", "")
    return what, checked(words, _LACKING[what]) if what in _LACKING else ""


def _decided(what: str, words: str, rows: dict[int, list[int]]) -> Iterator[tuple[str, str]]:
    """Decide on rows by report key; what to say of it, with the category of each message."""
    database, exchange, by, now = services().database, services().exchange, user().login or "", now_ms()
    act: dict[str, Callable[[int, list[int]], int]] = {
        "approve": lambda key, some: approve(database, exchange, key, some, by, now),
        "reject": lambda key, some: reject(database, key, some, by, now, words),
        "ask": lambda key, some: ask(database, key, some, by, now, words),
    }
    done, refused, proposed = 0, set(), 0
    for key, report_id in _ids(rows):
        try:
            with note(_NOTED[what], ("report", report_id), rows=rows[key]):
                done += act[what](key, rows[key])
        except MayNot as error:
            refused.add(str(error))
            continue
        if what == "approve":
            with database.reading() as connection:
                proposed += proposed_in(connection, key, rows[key])
    if done:
        yield "done", _done(what, done)
    if proposed:
        yield (
            "done",
            f"{proposed:,} proposed. Four eyes is on: another moderator has to approve what may be a person’s.",
        )
    yield from (("error", message) for message in sorted(refused))
    if not (done or proposed or refused):
        yield "done", "They were decided on already."


def _show(error: tuple[str, str] | None = None) -> str:
    """The list; with the field and words of a mistake what was ticked and written stays."""
    number = page_number()
    own = None if may(DECIDE) else user().member_key
    start = (number - 1) * PAGE
    with services().database.reading() as connection:
        if own is None:
            rows = rows_held(connection, waiting(connection, None), PAGE + 1, start)
        else:
            rows = own_rows_held(connection, own, PAGE + 1, start)
        total = count_held(connection, own)
        both = four_eyes(connection)
    note_read(("page", "held"), {one.report.terms.tlp for one in rows if one.report.member_key != user().member_key})
    return render_template(
        "held.html",
        rows=rows[:PAGE],
        total=total,
        number=number,
        more=len(rows) > PAGE,
        error=error,
        four_eyes=both,
        ticked=frozenset(request.form.getlist("place")),
        reason=request.form.get("reason", ""),
    )


def _show_one(report_id: str, row: int, errors: dict[str, str] | None = None) -> str:
    report_key = _report_key(report_id)
    with services().database.reading() as connection:
        here = [assertions.c.report_key == report_key, assertions.c.row == row]
        rows = [one for one in rows_held(connection, here, _MOST_IN_ROW) if one.waits or one.decisions]
        if not rows:
            abort(404)
        both = four_eyes(connection)
        readable = readable_ids(connection, user())
        titles = {one.collection.id: one.collection.title for one in visible(connection, user())}
        others = {key: report_by_key(connection, key) for one in rows for key, _ in one.elsewhere[:_MOST_IN_ROW]}
        elsewhere = {one.n: _elsewhere(connection, one) for one in rows}
    if rows[0].report.member_key != user().member_key:
        note_read(("report", report_id), [rows[0].report.terms.tlp])
    return render_template(
        "held_row.html",
        rows=rows,
        one=rows[0].report,
        row=row,
        waits=any(one.waits for one in rows),
        alike={one.n: alike(one.value, readable) for one in rows},
        elsewhere=elsewhere,
        others=others,
        titles=titles,
        roles=[role for role in ROLES if role],
        four_eyes=both,
        errors=errors or {},
        form=request.form,
    )


def _ids(keys: Iterable[int]) -> list[tuple[int, str]]:
    """Keys of reports with their ids, those that there are."""
    query = sa.select(reports.c.key, reports.c.id).where(reports.c.key.in_(list(keys))).order_by(reports.c.key)
    with services().database.reading() as connection:
        return [(key, report_id) for key, report_id in connection.execute(query)]


def _elsewhere(connection: Connection, one: Held) -> list[tuple[int, int]]:
    """The other rows that wait with the same value: report keys and numbers of rows."""
    found = []
    for report_key, n in one.elsewhere[:_MOST_IN_ROW]:
        query = sa.select(assertions.c.row).where(assertions.c.report_key == report_key, assertions.c.n == n)
        found.append((report_key, connection.execute(query).scalar_one()))
    return found


def _report_key(report_id: str) -> int:
    with services().database.reading() as connection:
        try:
            return find_report(connection, report_id).key
        except NoSuchReport:
            abort(404)
