"""The part of the JSON API that is about saved searches: for people who are signed in, and for what webhooks wake."""

from typing import Any

from flask import Blueprint, jsonify

from tocsin.alerts.hits import Counts, hits_between, new_counts
from tocsin.alerts.saved import Saved, search_by_id, searches_of
from tocsin.members.access import Principal
from tocsin.members.roles import READ
from tocsin.projections.search_index import document_of
from tocsin.times import stamp
from tocsin.web.api import problem, proven
from tocsin.web.noting import note
from tocsin.web.paging import page_number
from tocsin.web.readable import visible
from tocsin.web.services import services

pages = Blueprint("api_searches", __name__, url_prefix="/api/v1")

_PAGE = 100


@pages.get("/searches")
@proven(READ)
def index(principal: Principal) -> Any:
    """One's saved searches with how much is new of each; a token is no person and has none."""
    with services().database.reading() as connection:
        places = {one.collection.key for one in visible(connection, principal) if one.rights.can_read}
        listed = searches_of(connection, principal.user_key) if principal.user_key is not None else []
        counts = new_counts(connection, principal.user_key, places) if principal.user_key is not None else {}
    return jsonify(searches=[_told(one, counts.get(one.key, Counts())) for one in listed])


@pages.get("/searches/<search_id>/new")
@proven(READ)
def found(principal: Principal, search_id: str) -> Any:
    """What is new of a saved search, newest first, of what whoever asks may read.

    A search is its person's own; one with a webhook answers tokens of the same member as well: with what it found in
    the last 30 days.
    """
    with services().database.reading() as connection:
        one = search_by_id(connection, search_id)
        if one is None or not _may_ask(principal, one):
            return problem(404, "There is no such search", "It is not there, or not for you.")
        seen = [each for each in visible(connection, principal) if each.rights.can_read]
        places = {each.collection.key: each.collection for each in seen}
        # whether the person has looked is nothing to a machine
        after = one.looked_seq if principal.user_key is not None else 0
        start = (page_number() - 1) * _PAGE
        entries = hits_between(connection, one.key, after, None, places.keys(), _PAGE + 1, start)
    hits = []
    for entry, gone in entries[:_PAGE]:
        document = document_of(entry, places[entry.collection_key].id)
        if document is not None:
            told = {"collection": document.collection, "stix_id": document.stix_id, "kind": document.kind}
            hits.append({**told, "value": document.value, "marking": document.tlp, "withdrawn": gone})
    note("search", values=[one.question] if one.question else [], hits=len(hits))
    return jsonify(hits=hits, more=len(entries) > _PAGE)


def _may_ask(principal: Principal, one: Saved) -> bool:
    if principal.user_key is not None:
        return one.user_key == principal.user_key
    return one.hook is not None and one.member_key == principal.member_key


def _told(one: Saved, counts: Counts) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "question": one.question,
        "filters": dict(one.filters),
        "new": counts.new,
        "withdrawn": counts.gone,
        "or_more": counts.or_more,
        "looked": stamp(one.looked_ms),
        "paused": one.paused_ms is not None,
        "mails": one.mails,
        "webhook": one.hook is not None,
    }
