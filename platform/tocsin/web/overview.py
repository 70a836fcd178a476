"""What is new and what grows, in what whoever asks may read; every figure opens the search behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request, url_for

from tocsin.members.roles import READ
from tocsin.search import Query, Results, SearchDown
from tocsin.search.expression import All, Has, Within
from tocsin.times import DAY_MS, now_ms, stamp
from tocsin.web.readable import readable_titles
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("overview", __name__)

PERIODS = (7, 30, 90)
WEEKS = 12
SHOWN = 12
"""Values of a facet that are shown; the search has all."""

_GROWN = 5
_TELLING = ("crime_type", "kind", "country", "member")
"""Facets in which growth says something of criminals; collections and markings say what is done with it."""

_WEEK_MS = 7 * DAY_MS
_MONDAY_MS = 4 * DAY_MS
"""The first Monday after the beginning of time (1970-01-05)."""

_LIVE = Has("revoked", ("no",))


@dataclass(frozen=True, slots=True)
class Change:
    """How many are new of one value of a facet, how many there were in the period before, and the searches for both."""

    facet: str
    value: str
    new: int
    before: int
    new_url: str
    before_url: str

    @property
    def grown(self) -> int:
        return self.new - self.before


@dataclass(frozen=True, slots=True)
class Week:
    """How many were new in the week from `monday` on."""

    monday: str
    new: int
    url: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What is new in `days`, in all and by facet, most first; what grew most; week by week, oldest first."""

    days: int
    total: Change
    facets: Mapping[str, Sequence[Change]]
    grown: Sequence[Change]
    weeks: Sequence[Week]


@pages.get("/overview")
@needs(READ)
def overview() -> str:
    """The page."""
    titles, seen = _seen()
    return render_template("overview.html", seen=seen, titles=titles, periods=PERIODS, days=_days())


@pages.get("/overview.json")
@needs(READ)
def in_json() -> Any:
    """The same for machines."""
    _, seen = _seen()
    if seen is None:
        abort(503)
    return jsonify(asdict(seen))


def _seen() -> tuple[dict[str, str], Overview | None]:
    """The titles of the collections that may be read, and the overview over them; None while search is down."""
    with services().database.reading() as connection:
        titles = readable_titles(connection, user())
    try:
        return titles, _overview(frozenset(titles), _days(), now_ms())
    except SearchDown:
        return titles, None


def _days() -> int:
    asked = request.args.get("days", "")
    return int(asked) if asked in map(str, PERIODS) else PERIODS[0]


def _overview(readable: frozenset[str], days: int, now: int) -> Overview:
    start, length = now - days * DAY_MS, days * DAY_MS
    new = _counted(readable, start, None)
    before = _counted(readable, start - length, start - 1)
    facets = {name: _changes(name, days, new, before) for name in new.facets}
    rising = sorted((one for name in _TELLING for one in facets[name]), key=lambda one: -one.grown)
    return Overview(
        days=days,
        total=_change("", "", days, new.total, before.total),
        facets={name: changes[:SHOWN] for name, changes in facets.items()},
        grown=[one for one in rising[:_GROWN] if one.grown > 0],
        weeks=_weeks(readable, now),
    )


def _counted(readable: frozenset[str], start: int, end: int | None) -> Results:
    wanted = All((Within("created", start, end), _LIVE))
    return services().engine.search(Query("", wanted, limit=0, facets=True), readable)


def _changes(name: str, days: int, new: Results, before: Results) -> list[Change]:
    """Of every value that there was in either period, most new ones first."""
    now, then = dict(new.facets[name]), dict(before.facets[name])
    changes = [_change(name, one, days, now.get(one, 0), then.get(one, 0)) for one in {**now, **then}]
    return sorted(changes, key=lambda one: (-one.new, -one.before, one.value))


def _change(facet: str, value: str, days: int, new: int, before: int) -> Change:
    chosen: dict[str, Any] = {facet: value} if facet else {}
    return Change(
        facet,
        value,
        new,
        before,
        url_for("searching.search", q=f"new:{days}d revoked:no", **chosen),
        url_for("searching.search", q=f"new:{2 * days}d NOT new:{days}d revoked:no", **chosen),
    )


def _weeks(readable: frozenset[str], now: int) -> list[Week]:
    this = now - (now - _MONDAY_MS) % _WEEK_MS
    return [_week(readable, this - back * _WEEK_MS) for back in reversed(range(WEEKS))]


def _week(readable: frozenset[str], monday: int) -> Week:
    wanted = All((Within("created", monday, monday + _WEEK_MS - 1), _LIVE))
    found = services().engine.search(Query("", wanted, limit=0), readable)
    first, following = stamp(monday)[:10], stamp(monday + _WEEK_MS)[:10]
    return Week(first, found.total, url_for("searching.search", q=f"new:{first} NOT new:{following} revoked:no"))
