"""The page of one indicator."""

from typing import Any

import orjson
from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection

from tocsin.intake import ROLES
from tocsin.ledger.collections import Collection
from tocsin.ledger.reached import HAS_IT, reached
from tocsin.ledger.read import Entry, Match, page
from tocsin.members.access import Principal
from tocsin.members.communities import all_communities, communities_of
from tocsin.members.granting import granted_communities
from tocsin.members.roles import DECIDE, READ, SEE_POLLING
from tocsin.policy.confidence import WHYS
from tocsin.projections.search_index import document_of
from tocsin.publishing.dispute import DAYS
from tocsin.publishing.money import MONEY
from tocsin.publishing.voting import ballot_of
from tocsin.publishing.withdraw import NoSuchObject, withdraw_object
from tocsin.publishing.words import BadWords, checked
from tocsin.search import Document, SearchDown, parse
from tocsin.stix import INDICATOR_EXTENSION, is_redacted
from tocsin.times import now_ms
from tocsin.web.contesting import contest_of
from tocsin.web.forms import Errors
from tocsin.web.noting import note, note_read
from tocsin.web.readable import readable_collection, readable_titles
from tocsin.web.related import FIRST_ROWS, around
from tocsin.web.services import services
from tocsin.web.session import may, needs, user
from tocsin.web.sources import said_about
from tocsin.web.timeline import timeline

pages = Blueprint("indicators", __name__)
_MOST_VERSIONS = 500
_ELSEWHERE = 50
FEW = 5
"""Below so many subscribers a count would tell who polls."""


@pages.get("/indicators/<collection_id>/<stix_id>")
@needs(READ)
def indicator(collection_id: str, stix_id: str) -> str:
    """What it is, who says so as far as may be known, since when, where it is served."""
    return show(collection_id, stix_id)


def show(collection_id: str, stix_id: str, errors: Errors | None = None) -> str:
    """The page; with what is wrong in the form that was sent, whose fields stay as they were filled."""
    with services().database.reading() as connection:
        collection, newest = newest_version(connection, user(), collection_id, stix_id)
        every = Match(ids=(stix_id,), versions=("all",))
        versions = page(connection, collection.key, 0, _MOST_VERSIONS, every, listed=True, bodies=False)
        titles = readable_titles(connection, user())
        contacts = _contacts(connection, user(), collection)
        said = said_about(connection, collection, newest, user())
        fetched = [one for one in reached(connection, services().receipts, stix_id) if one.collection == collection]
        contest = contest_of(connection, newest, collection.id, user())
        ballot = ballot_of(connection, collection, newest, user().member_key)
        found = around(connection, user(), collection, newest)
    document = document_of(newest, collection.id)
    if document is None:
        abort(404)
    note_read(("collection", collection.id), [document.tlp], [document.value, stix_id])
    return render_template(
        "indicator.html",
        one=document,
        erased=newest.revoked and is_redacted(newest.body),
        raw=orjson.dumps(orjson.loads(newest.body), option=orjson.OPT_INDENT_2).decode(),
        collection=collection,
        versions=[(entry.version, entry.position, entry.revoked) for entry in reversed(versions)],
        cut=len(versions) == _MOST_VERSIONS,
        same=_elsewhere(document, frozenset(titles)),
        around=found,
        most_rows=FIRST_ROWS,
        follows_money=document.kind in MONEY,
        moments=timeline(document, versions, said, contest, ballot),
        titles=titles,
        contacts=contacts,
        said=said,
        fetched=fetched if may(SEE_POLLING) else [],
        counted=len({one.subscriber for one in fetched if one.state == HAS_IT}),
        few=FEW,
        contest=contest,
        ballot=ballot,
        readers=readers_say(newest),
        whys=WHYS,
        roles=[role for role in ROLES if role],
        days=DAYS,
        errors=errors or {},
        form=request.form,
        base=request.host_url.rstrip("/"),
    )


@pages.get("/indicators/<collection_id>/<stix_id>.json")
@needs(READ)
def exact(collection_id: str, stix_id: str) -> Response:
    """The newest version, byte for byte as it is served."""
    with services().database.reading() as connection:
        _, newest = newest_version(connection, user(), collection_id, stix_id)
    note_indicator(newest, collection_id)
    return Response(newest.body, mimetype="application/stix+json")


@pages.post("/indicators/<collection_id>/<stix_id>/withdraw")
@needs(DECIDE)
def withdraw(collection_id: str, stix_id: str) -> Any:
    """Withdraw it as wrong, everywhere, for a reason."""
    back = redirect(url_for("indicators.indicator", collection_id=collection_id, stix_id=stix_id))
    try:
        reason = checked(request.form.get("reason", ""), "Say why it is withdrawn: readers and contributors will ask.")
    except BadWords as error:
        flash(str(error), "error")
        return back
    with services().database.reading() as connection:
        newest_version(connection, user(), collection_id, stix_id)
    try:
        with note("withdraw", ("object", stix_id)):
            withdraw_object(services().database, services().exchange, stix_id, reason, user().login or "", now_ms())
    except NoSuchObject:
        abort(404)
    flash("It is withdrawn. Everybody who polls gets the withdrawal.", "done")
    return back


def note_indicator(newest: Entry, collection_id: str) -> None:
    """Note that an indicator's bytes were shown, if they are restricted."""
    document = document_of(newest, collection_id)
    if document is not None:
        note_read(("collection", collection_id), [document.tlp], [document.value, newest.object_id])


def newest_version(
    connection: Connection, principal: Principal, collection_id: str, stix_id: str
) -> tuple[Collection, Entry]:
    """An indicator as it stands, with its collection; 404 where the member cannot read it, as where it is not."""
    collection = readable_collection(connection, principal, collection_id)
    found = page(connection, collection.key, 0, 1, Match(ids=(stix_id,)), listed=True)
    if not found or found[0].type != "indicator":
        abort(404)
    return collection, found[0]


def readers_say(newest: Entry) -> tuple[int, int]:
    """How many readers saw an indicator and how many call it wrong, as it says itself."""
    ours = orjson.loads(newest.body).get("extensions", {}).get(INDICATOR_EXTENSION, {})
    return ours.get("seen_by", 0), ours.get("called_false_by", 0)


def _contacts(connection: Connection, principal: Principal, collection: Collection) -> list[str]:
    """Whom the agreements name that this member is under as a reader; none where it is the exchange."""
    inside = communities_of(connection, principal.member_key)
    keys = {key for _, key, reads, _ in granted_communities(connection, {collection.key}) if reads and key in inside}
    agreements = [one.agreement for one in all_communities(connection) if one.key in keys]
    return sorted({one.contact for one in agreements if one.contact is not None})


def _same(document: Document, other: Document) -> bool:
    return other.observable_id is not None and other.observable_id == document.observable_id


def _elsewhere(document: Document, readable: frozenset[str]) -> list[Document]:
    """The same thing as other collections publish it, or withdrew it."""
    try:
        hits = services().engine.search(parse(document.value, limit=_ELSEWHERE), readable).hits
    except SearchDown:
        return []
    found = [hit.document for hit in hits if hit.why == "exact" and _same(document, hit.document)]
    return [other for other in found if other.key != document.key]
