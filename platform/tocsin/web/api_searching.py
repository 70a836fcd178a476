"""The part of the JSON API that searches: questions, suggestions, thousands of values at once."""

from typing import Any

from flask import Blueprint, jsonify, request

from tocsin.identifiers import defang
from tocsin.members.access import Principal
from tocsin.members.roles import READ
from tocsin.search import SearchDown
from tocsin.search.suggest import suggestions
from tocsin.web.api import problem, proven
from tocsin.web.hits_file import TooMany, the_file
from tocsin.web.hits_forms import public
from tocsin.web.looking_up import lines, look_up, offered_among, response_of
from tocsin.web.noting import note
from tocsin.web.readable import readable_ids
from tocsin.web.searching import MOST_IN_FILE, asked, next_after, note_search, whom_to_ask
from tocsin.web.services import services

pages = Blueprint("api_searching", __name__, url_prefix="/api/v1")


def _down() -> Any:
    return problem(503, "Search is down", "Handing in and polling go on. Try again later.")


@pages.get("/search")
@proven(READ)
def search(principal: Principal) -> Any:
    """What the page /search shows."""
    query, number = asked()
    with services().database.reading() as connection:
        readable = readable_ids(connection, principal)
    try:
        results = services().engine.search(query, readable)
    except SearchDown:
        return _down()
    note_search(query, results)
    hits = [{**public(hit.document), "why": hit.why} for hit in results.hits]
    found = {"total": results.total, "facets": results.facets, "whys": results.whys}
    offer = whom_to_ask(query, number, principal)
    after, may_ask = next_after(query, results), offer.known if offer is not None else None
    return jsonify(**found, hits=hits, after=after, remarks=query.remarks, may_ask=may_ask)


@pages.get("/search/hits.<form>")
@proven(READ)
def hits(principal: Principal, form: str) -> Any:
    """All hits as a file: csv, jsonl or stix.json."""
    try:
        return the_file(form, principal)
    except TooMany:
        return problem(422, "Too many hits", f"A file takes {MOST_IN_FILE:,} hits at most. Narrow the search down.")
    except SearchDown:
        return _down()


@pages.get("/suggestions")
@proven(READ)
def suggested(principal: Principal) -> Any:
    """What somebody may mean who has not finished typing; values as they can be shown."""
    text = request.args.get("q", "")
    with services().database.reading() as connection:
        readable = readable_ids(connection, principal)
    try:
        token = services().screening.number_token
        found = suggestions(services().engine, text, readable, token, principal.country)
    except SearchDown:
        return _down()
    if found:
        note("search", values=[text.strip()], hits=len(found))
    return jsonify(suggestions=[{"value": defang(one.value, one.kind), "kind": one.kind} for one in found])


@pages.post("/lookup")
@proven(READ)
def looked_up(principal: Principal) -> Any:
    """Which of the values in the request's body, one a line, are known; with `ask=yes` whom others know of, too."""
    values = lines(request.get_data(as_text=False).decode("utf-8-sig", "replace"))
    with services().database.reading() as connection:
        readable = readable_ids(connection, principal)
    try:
        answers = look_up(values, readable)
    except SearchDown:
        return _down()
    offered = offered_among(principal, answers, request.args.get("ask") == "yes")
    return jsonify(values=response_of(answers, offered), left_out=len(values) - len(answers))
