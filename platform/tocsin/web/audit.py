"""The audit trail: one's own member's; for whoever oversees the exchange, what may be known of every member's."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request

from tocsin.members.audit_actions import ACTIONS, OPEN
from tocsin.members.audit_seeing import Asked, Seen, viewer_of
from tocsin.members.roles import READ, SEE_TRAIL
from tocsin.publishing.known_as import known_as
from tocsin.times import DAY_MS, parse_stamp, stamp
from tocsin.web.csv_file import as_csv
from tocsin.web.noting import note
from tocsin.web.paging import page_number
from tocsin.web.readable import visible
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("audit", __name__)
_COLUMNS = ("at", "actor", "action", "target_kind", "target", "tokens", "details", "batch", "n")
PAGE = 50
MOST_IN_FILE = 10_000
FARTHEST = 200
"""Pages: whoever looks further back narrows the question."""

DECISIONS = "decisions"
"""Chosen in place of one action: all that decide or change rights."""

_LONGEST = 500
_NAMES = ("actor", "action", "value", "since", "until")
_POSITIONS = frozenset({"from", "to", "since", "start"})


@dataclass
class _Form:
    """The question as it was filled in, and what is wrong with it, by field."""

    actor: str
    action: str
    value: str
    since: str
    until: str
    errors: dict[str, str] = field(default_factory=dict, init=False)

    @property
    def query(self) -> str:
        """The question as the query of a URL, empty for none."""
        asked = {name: getattr(self, name) for name in _NAMES}
        return urlencode({name: value for name, value in asked.items() if value})


@pages.get("/audit")
@needs(READ)
def index() -> Any:
    """The entries, newest first, and a form to narrow them."""
    form, number = _form(), min(page_number(), FARTHEST)
    asked = _asked(form, PAGE + 1, (number - 1) * PAGE)
    rows = _seen(asked) if asked is not None else []
    if rows and may(SEE_TRAIL):
        note("read", ("page", "audit"))
    page = render_template(
        "audit.html",
        form=form,
        rows=[(one, told(one.details)) for one in rows[:PAGE]],
        query=form.query,
        number=number,
        more=len(rows) > PAGE and number < FARTHEST,
        too_many=len(rows) > PAGE and number == FARTHEST,
        most_in_file=MOST_IN_FILE,
        actions=ACTIONS,
        decisions=DECISIONS,
        titles=_titles(),
        oversees=may(SEE_TRAIL),
    )
    return page, 400 if asked is None else 200


@pages.get("/audit.json")
@needs(READ)
def in_json() -> Any:
    """The same as JSON: the newest entries, and whether there are more."""
    found, more = _for_file()
    return jsonify(entries=[{**asdict(one), "at": stamp(one.at_ms)} for one in found], more=more)


@pages.get("/audit.csv")
@needs(READ)
def in_csv() -> Response:
    """The same as a table for a spreadsheet."""
    found, _ = _for_file()
    return as_csv("audit.csv", _COLUMNS, map(_cells, found))


def told(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """An entry's details as words: positions as moments, what belongs together behind commas."""
    return [(name.replace("_", " "), _words(name, value)) for name, value in details.items()]


def _cells(one: Seen) -> tuple[object, ...]:
    details = "; ".join(f"{name} {words}" for name, words in told(one.details))
    said = (one.actor, one.action, one.target_kind or "", one.target or "", " ".join(one.tokens), details)
    return (stamp(one.at_ms), *said, one.batch, one.n)


def _words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in _POSITIONS:
        return stamp(value) if value else "the beginning"
    if isinstance(value, dict):
        # a number is how many words a filter had that are kept as tokens
        return ", ".join(
            f"{key} ({one})" if isinstance(one, int) else f"{key} {_words(key, one)}" for key, one in value.items()
        )
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _titles() -> dict[str, str]:
    """What the collections are called that whoever looks may know of, by id."""
    with services().database.reading() as connection:
        return {one.collection.id: one.collection.title for one in visible(connection, user())}


def _for_file() -> tuple[list[Seen], bool]:
    asked = _asked(_form(), MOST_IN_FILE + 1, 0)
    found = _seen(asked) if asked is not None else []
    note("export", ("page", "audit"), entries=len(found[:MOST_IN_FILE]))
    return found[:MOST_IN_FILE], len(found) > MOST_IN_FILE


def _seen(asked: Asked) -> list[Seen]:
    return services().audit.seen_by(viewer_of(user()), asked)


def _form() -> _Form:
    actor, action, value, since, until = (request.args.get(name, "").strip()[:_LONGEST] for name in _NAMES)
    return _Form(actor, action, value, since, until)


def _asked(form: _Form, limit: int, offset: int) -> Asked | None:
    """The question, None where something in the form cannot be."""
    actions = OPEN if form.action == DECISIONS else (form.action,) if form.action else ()
    if not set(actions) <= set(ACTIONS):
        form.errors["action"] = "Choose one of the list."
    since, until = _day(form, "since", form.since), _day(form, "until", form.until)
    if since is not None and until is not None and until < since:
        form.errors["until"] = "The last day lies before the first."
    if form.errors:
        return None
    values: tuple[str, ...] = ()
    if form.value:
        with services().database.reading() as connection:
            values = known_as(connection, services().exchange, form.value)
    ended = until + DAY_MS if until is not None else None
    return Asked(since, ended, form.actor or None, actions, values, limit, offset)


def _day(form: _Form, name: str, text: str) -> int | None:
    try:
        return parse_stamp(f"{text}T00:00:00Z") if text else None
    except ValueError:
        form.errors[name] = "Write the day as year, month, day: 2026-01-31."
        return None
