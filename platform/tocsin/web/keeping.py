"""How long things are kept, what is held, and what is known of somebody: for the exchange's administrators."""

import io
import zipfile
from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS, Hints, Identifier, Unreadable, read, recognise
from tocsin.members.members import NoSuchMember, all_members
from tocsin.members.roles import KEEP
from tocsin.policy.keeping import Rule
from tocsin.publishing.forget import due
from tocsin.publishing.hold import hold_member, hold_report, hold_value
from tocsin.publishing.subject_access import Sources, known_of
from tocsin.publishing.withdraw import NoSuchObject
from tocsin.reports.holds import NoSuchHold, all_holds, lift_hold, report_ids, values_held
from tocsin.reports.keeping import all_kept, last_run, remove_rule, set_rule
from tocsin.reports.reports import NoSuchReport
from tocsin.stix import TLP
from tocsin.times import DAY_MS, now_ms, stamp
from tocsin.web.forms import end_of_day
from tocsin.web.knowing import as_files
from tocsin.web.noting import noted
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("keeping", __name__)

_STEPS = 40
"""How much of what is there is looked at for a page: some 20,000 things."""

_MOST_VALUES = 50
_FIELDS = ("kind", "tlp", "days", "what", "on", "hold_kind", "reason", "until", "values", "values_kind")


class _Mistake(ValueError):
    """What cannot be in a form: the field, and what to say."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@pages.get("/keeping")
@needs(KEEP)
def index() -> str:
    """Rules, what would go next, holds, and the form for what is known."""
    return _show()


@pages.post("/keeping/rules")
@needs(KEEP)
@noted("retention")
def put_rule() -> Any:
    """Set a rule, or take one away."""
    kind, tlp = (request.form.get(name) or None for name in ("kind", "tlp"))

    def work(connection: Connection, now: int) -> str:
        if request.form.get("do") == "remove":
            removed = remove_rule(connection, kind, tlp)
            return "The rule is gone." if removed else "That rule was gone already."
        days = request.form.get("days", "").strip()
        if not (days.isascii() and days.isdecimal()):
            raise _Mistake("days", "Say for how many days, as a number.")
        try:
            set_rule(connection, Rule(int(days[:9]), kind, tlp), user().login or "", now)
        except ValueError as error:
            raise _Mistake("days", str(error)) from error
        return "The rule is set. It applies from the next run."

    return _done(work)


@pages.post("/keeping/holds")
@needs(KEEP)
@noted("hold-set")
def put_hold() -> Any:
    """Hold a value, an object, a report or all of a member."""

    def work(connection: Connection, now: int) -> str:
        on, reason = (request.form.get(name, "").strip() for name in ("on", "reason"))
        if not on:
            raise _Mistake("on", "Say what is held.")
        if not reason:
            raise _Mistake("reason", "Say why it is held: whoever is refused an erasure is told.")
        said = (reason, user().login or "", now, _until(now))
        try:
            match request.form.get("what"):
                case "report":
                    hold_report(connection, on, *said)
                case "member":
                    hold_member(connection, on, *said)
                case _:
                    what = on if "--" in on else _identifier(on, request.form.get("hold_kind"), "on")
                    hold_value(connection, what, _token(), *said)
        except (NoSuchReport, NoSuchMember, NoSuchObject) as error:
            raise _Mistake("on", str(error.args[0])) from error
        return "It is held: it will be neither forgotten nor erased."

    return _done(work)


@pages.post("/keeping/holds/<hold_id>/lift")
@needs(KEEP)
@noted("hold-lift", "hold")
def lift(hold_id: str) -> Any:
    """End a hold."""

    def work(connection: Connection, now: int) -> str:
        reason = request.form.get("lift_reason", "").strip()
        if not reason:
            raise _Mistake(f"lift-{hold_id}", "Say why the hold is lifted.")
        try:
            lift_hold(connection, hold_id, reason, user().login or "", now)
        except NoSuchHold:
            return "It was lifted already."
        return "The hold is lifted."

    return _done(work)


@pages.post("/keeping/known")
@needs(KEEP)
@noted("subject-access")
def known() -> Any:
    """All that is known of some values, as two files in a packed one."""
    lines = [line.strip() for line in request.form.get("values", "").splitlines() if line.strip()]
    try:
        if not lines:
            raise _Mistake("values", "Write at least one value.")
        if len(lines) > _MOST_VALUES:
            raise _Mistake("values", f"These are {len(lines)} values; ask for {_MOST_VALUES} at a time.")
        asked = [_identifier(line, request.form.get("values_kind"), "values") for line in lines]
    except _Mistake as mistake:
        return _show(mistake), 400
    sources = Sources(services().exchange, services().receipts, services().searches)
    now = now_ms()
    with services().database.reading(snapshot=True) as connection:
        found = known_of(connection, sources, asked, user().login or "", now)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in as_files(found).items():
            archive.writestr(name, body)
    answer = Response(packed.getvalue(), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f"attachment; filename=known-{stamp(now)[:10]}.zip"
    return answer


def _done(work: Callable[[Connection, int], str]) -> Any:
    """Do it, and say so on the page; or show the page with the mistake and all that was written."""
    try:
        with services().database.writing() as connection:
            words = work(connection, now_ms())
    except _Mistake as mistake:
        return _show(mistake), 400
    flash(words, "done")
    return redirect(url_for("keeping.index"))


def _show(mistake: _Mistake | None = None) -> str:
    now = now_ms()
    with services().database.reading() as connection:
        kept, last = all_kept(connection), last_run(connection)
        holds = all_holds(connection)
        values, ids = values_held(connection, holds), report_ids(connection, holds)
        slugs = {one.key: one.slug for one in all_members(connection)}
    steps = list(islice(due(services().database, _token(), now), _STEPS + 1))
    seen: Counter[str] = sum((one.kinds for one in steps[:_STEPS]), Counter())
    return render_template(
        "keeping.html",
        kept=kept,
        last=last,
        next_ms=(last.began_ms + DAY_MS) if last else None,
        going=sorted(seen.items()),
        staying=sum(one.held for one in steps[:_STEPS]),
        cut=len(steps) > _STEPS,
        holds=[one for one in holds if one.lasts(now)],
        over=[one for one in holds if not one.lasts(now)],
        values=values,
        report_ids=ids,
        slugs=slugs,
        markings=TLP,
        mistake=mistake,
        filled={name: request.form.get(name, "") for name in _FIELDS},
        today=stamp(now)[:10],
    )


def _identifier(text: str, kind: str | None, field: str) -> Identifier:
    try:
        hints = Hints(token=services().screening.number_token)
        return read(text, kind, hints) if kind in KINDS else recognise(text, hints)
    except Unreadable as problem:
        raise _Mistake(field, str(problem)) from problem


def _until(now: int) -> int | None:
    """The end of the day on which the hold ends, ms."""
    try:
        return end_of_day(request.form.get("until", "").strip(), now)
    except ValueError as error:
        raise _Mistake("until", str(error)) from error


def _token() -> Callable[[str], bytes]:
    token = services().screening.token
    if token is None:
        raise RuntimeError("the pages were wired without the key that tokens are made with")
    return token
