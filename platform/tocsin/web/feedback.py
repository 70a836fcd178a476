"""What became of what one's member handed in: of one report, and of all of them in one figure."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection, all_collections
from tocsin.members.access import Principal
from tocsin.members.roles import READ, SUBMIT
from tocsin.policy.confidence import WHYS
from tocsin.policy.quality import Quality, quality
from tocsin.publishing.feedback import Doubt, Served, doubts_on, readable_keys, served_by
from tocsin.publishing.standing import collections_of
from tocsin.publishing.tally import tally_of
from tocsin.reports.reports import Decided, Report
from tocsin.reports.tables import FALSE, assertions
from tocsin.reports.votes import Said, keep_check, votes_by
from tocsin.times import now_ms, stamp
from tocsin.web.amending import own_report
from tocsin.web.attribution import counts_seen, verdicts_seen
from tocsin.web.indicators import FEW
from tocsin.web.noting import noted
from tocsin.web.paging import page_number
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("feedback", __name__)
PAGE = 50
_SAID_SHOWN = 100
_NOT_REJECTED = ("accepted", "merged", "held")


@pages.get("/feedback")
@needs(READ)
def index() -> str:
    """The member's figure with its parts, what others call wrong, and what the member says of others' indicators."""
    key, now = user().member_key, now_ms()
    with services().database.reading() as connection:
        readable = readable_keys(connection, key)
        doubts = doubts_on(connection, key, readable, now)
        figure = quality_of(connection, key, now, named_only=False)
        said = votes_by(connection, key, _SAID_SHOWN)
        collections = {one.key: one for one in all_collections(connection) if one.key in readable}
    return render_template(
        "feedback.html",
        quality=figure,
        doubts=doubts,
        said=said,
        collections=collections,
        whys=WHYS,
    )


@pages.get("/reports/<report_id>/feedback")
@needs(READ)
def report(report_id: str) -> str:
    """What became of one report: row by row, in the collections that the member reads."""
    one, number = own_report(report_id), page_number()
    with services().database.reading() as connection:
        rows = _rows(connection, one, user(), number)
        served = served_by(connection, services().exchange, services().receipts, one, [row.n for row in rows[:PAGE]])
        counts = counts_seen(connection, one, user())
        wrong = wrong_in(connection, one, [row.n for row in rows[:PAGE]])
    return render_template(
        "report_feedback.html",
        one=one,
        rows=rows[:PAGE],
        served=served,
        wrong=wrong,
        counts=counts,
        whole=fetched_whole(served),
        few=FEW,
        number=number,
        more=len(rows) > PAGE,
    )


@pages.post("/feedback/<collection_id>/<stix_id>/checked")
@needs(SUBMIT)
@noted("checked", "object")
def checked(collection_id: str, stix_id: str) -> Any:
    """Say that one looked again, and stands by it."""
    now = now_ms()
    with services().database.writing() as connection:
        found = _doubt(connection, user(), collection_id, stix_id, now)
        if found is None:
            abort(404)
        keep_check(connection, (found.collection_key, found.subject), user().member_key, user().subscriber, now)
    flash("Noted. You are told again when another member calls it wrong.", "done")
    return redirect(url_for("feedback.index"))


def quality_of(connection: Connection, member_key: int, now: int, *, named_only: bool) -> Quality:
    """A member's figure with its parts. `named_only`: for whoever may not know what it hands in without its name."""
    return quality(tally_of(connection, member_key, now, named_only=named_only))


def fetched_whole(served: dict[int, list[Served]]) -> int:
    """How many subscribers have all that these rows are published as, each in the collections that it polls."""
    by_collection: dict[int, list[frozenset[str]]] = {}
    for some in served.values():
        for one in some:
            by_collection.setdefault(one.collection.key, []).append(one.fetched)
    return len({name for some in by_collection.values() for name in frozenset.intersection(*some)})


def told_served(one: Served) -> dict[str, Any]:
    """Where something is published, for programs; few subscribers are not counted, as on pages."""
    return {
        "collection": one.collection.id,
        "stix_id": one.stix_id,
        "confidence": one.confidence,
        "fetched_by": len(one.fetched) if len(one.fetched) >= FEW else None,
        "seen_by": one.seen_by,
        "called_false_by": one.called_false_by,
    }


def told_feedback(connection: Connection, viewer: Principal) -> dict[str, Any]:
    """What the page says of a member, for programs, as far as a token's limits reach."""
    now = now_ms()
    every = readable_keys(connection, viewer.member_key)
    readable = {key for key in every if viewer.limits.covers(key)}
    # the figure counts over all collections: a token for some of them is not told it
    whole = readable == every
    ids = {one.key: one.id for one in all_collections(connection)}
    figure = quality_of(connection, viewer.member_key, now, named_only=False)
    return {
        "quality": asdict(figure) if whole else None,
        "called_false": [_told_doubt(one, ids) for one in doubts_on(connection, viewer.member_key, readable, now)],
        "said": [
            _told_said(one, ids)
            for one in votes_by(connection, viewer.member_key, _SAID_SHOWN)
            if one.collection_key in readable
        ],
    }


def told_report(connection: Connection, one: Report, viewer: Principal) -> dict[str, Any]:
    """What became of a report's rows, for programs: a page of them."""
    number = page_number()
    rows = _rows(connection, one, viewer, number)
    shown = [row.n for row in rows[:PAGE]]
    served = served_by(connection, services().exchange, services().receipts, one, shown)
    wrong = wrong_in(connection, one, shown)
    return {
        "report": one.id,
        "rows": [
            {
                "row": row.row,
                "kind": row.kind,
                "value": row.canonical,
                "verdict": row.verdict,
                "withdrawn_as_wrong": row.n in wrong,
                "published": [
                    told_served(place) for place in served.get(row.n, ()) if viewer.limits.covers(place.collection.key)
                ],
            }
            for row in rows[:PAGE]
        ],
        "more": len(rows) > PAGE,
    }


def wrong_in(connection: Connection, one: Report, rows: list[int]) -> frozenset[int]:
    """Which of these rows were withdrawn as wrong, where the member may know: it reads all that carries the report."""
    if not rows or not reads_whole(connection, one):
        return frozenset()
    query = assertions.select().with_only_columns(assertions.c.n)
    these = (assertions.c.report_key == one.key, assertions.c.n.in_(rows), assertions.c.state == FALSE)
    return frozenset(connection.execute(query.where(*these)).scalars())


def reads_whole(connection: Connection, one: Report) -> bool:
    """Whether a report's member reads every collection that it is for."""
    return collections_of(connection, {one.key}) <= readable_keys(connection, one.member_key)


def _rows(connection: Connection, one: Report, viewer: Principal, number: int) -> list[Decided]:
    return verdicts_seen(connection, one, viewer, verdicts=_NOT_REJECTED, offset=(number - 1) * PAGE, limit=PAGE + 1)


def _doubt(connection: Connection, viewer: Principal, collection_id: str, stix_id: str, now: int) -> Doubt | None:
    ids = {one.id: one for one in all_collections(connection)}
    collection: Collection | None = ids.get(collection_id)
    if collection is None:
        return None
    readable = readable_keys(connection, viewer.member_key) & {collection.key}
    found = doubts_on(connection, viewer.member_key, readable, now)
    return next((one for one in found if one.object_id == stix_id), None)


def _told_doubt(one: Doubt, ids: dict[int, str]) -> dict[str, Any]:
    return {
        "collection": ids[one.collection_key],
        "stix_id": one.object_id,
        "kind": one.kind,
        "value": one.value,
        "members": one.voices,
        "why": dict(one.whys),
        "since": stamp(one.since_ms)[:10],
        "reports": [report_id for report_id, _ in one.rows],
    }


def _told_said(one: Said, ids: dict[int, str]) -> dict[str, Any]:
    return {
        "collection": ids[one.collection_key],
        "stix_id": one.object_id,
        "says": one.says,
        "why": one.why,
        "on": stamp(one.said_ms)[:10],
    }
