"""The first page: search, what is new, what waits."""

from flask import Blueprint, render_template
from sqlalchemy.engine import Connection

from tocsin.members.communities import Community
from tocsin.members.roles import DECIDE, READ, SUBMIT
from tocsin.publishing.feedback import doubts_on
from tocsin.reports.decisions import questions_to
from tocsin.reports.disputes import count_open
from tocsin.reports.list_runs import waiting_run
from tocsin.reports.proposals import count_proposed
from tocsin.reports.reports import list_reports
from tocsin.reports.unmasking import list_unmaskings
from tocsin.search import SearchDown
from tocsin.times import now_ms
from tocsin.web.community_sight import communities_seen, requests_to_join
from tocsin.web.held import count_held
from tocsin.web.readable import visible
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("home", __name__)
_SHOWN = 5


@pages.get("/")
@needs(READ)
def home() -> str:
    """The first page."""
    with services().database.reading() as connection:
        own = list_reports(connection, member_key=user().member_key, limit=_SHOWN)
        seen = visible(connection, user())
        waiting = count_held(connection, None if may(DECIDE) else user().member_key)
        disputed, overdue = count_open(connection, now_ms()) if may(DECIDE) else (0, 0)
        requests = _requests(connection) if may(DECIDE) else []
        unmaskings = _unmaskings(connection) if may(DECIDE) else 0
        waits = waiting_run(connection) if may(DECIDE) else None
        questions = questions_to(connection, user().member_key, _SHOWN) if may(SUBMIT) else []
        readable = {one.collection.key for one in seen if one.rights.can_read}
        doubts = doubts_on(connection, user().member_key, readable, now_ms(), _SHOWN)
        proposed = count_proposed(connection, user().member_key, readable, now_ms()) if may(SUBMIT) else 0
    found = []
    for one in seen:
        if one.rights.can_read:
            found.append((one.collection, _count(one.collection.id)))
    return render_template(
        "home.html",
        own=own,
        found=found,
        waiting=waiting,
        disputed=disputed,
        overdue=overdue,
        requests=requests,
        unmaskings=unmaskings,
        questions=questions,
        lists_wait=waits.covered if waits else 0,
        doubts=doubts,
        proposed=proposed,
    )


def _requests(connection: Connection) -> list[tuple[Community, int]]:
    """Communities that somebody wants to be let into, of those where one decides."""
    now = now_ms()
    waiting = requests_to_join(connection, now)
    seen = communities_seen(connection, user(), now).values() if waiting else []
    return [(one.community, waiting[one.community.key]) for one in seen if one.decides and waiting[one.community.key]]


def _unmaskings(connection: Connection) -> int:
    """How many requests to know a source wait for a second person who is not the first."""
    listed = list_unmaskings(connection, now_ms(), user().member_key)
    return sum(one.approved_ms is None and one.asked_by != user().login for one in listed)


def _count(collection_id: str) -> int | None:
    try:
        return services().engine.count(frozenset({collection_id}))
    except SearchDown:
        return None
