"""All hits of a search as a file, under the rights and with the ledger of one moment."""

from dataclasses import replace
from itertools import islice
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for

from tocsin.identifiers import without_cards
from tocsin.members.access import Principal
from tocsin.members.roles import READ
from tocsin.projections.confirming import Confirmed, confirmed
from tocsin.search import Hit, Query
from tocsin.search.everything import every_hit
from tocsin.search.expression import decides
from tocsin.times import now_ms
from tocsin.web.csv_file import as_file
from tocsin.web.hits_forms import Heading, as_bundle, as_lines, as_table
from tocsin.web.noting import note
from tocsin.web.readable import readable_ids, visible
from tocsin.web.searching import MOST_IN_FILE, asked, narrowed_by
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("hits_file", __name__)

_FORMS = {
    "csv": (as_table, "text/csv"),
    "jsonl": (as_lines, "application/jsonl"),
    "stix.json": (as_bundle, "application/stix+json"),
}


class TooMany(Exception):
    """There are more hits than a file takes."""


@pages.get("/search/hits.<form>")
@needs(READ)
def page(form: str) -> Any:
    """The file, for whoever is signed in."""
    try:
        return the_file(form, user())
    except TooMany:
        flash("More hits than a file takes: narrow the search down with a filter.", "error")
        return redirect(f"{url_for('searching.search')}?{request.query_string.decode('latin-1')}")


def the_file(form: str, principal: Principal) -> Response:
    """The hits of the question in the request's parameters; TooMany, SearchDown, 404 for a form that there is not."""
    if form not in _FORMS:
        abort(404)
    query = replace(asked()[0], offset=0, after=None, limit=0, facets=False)
    with services().database.reading() as connection:
        readable = readable_ids(connection, principal)
    if services().engine.search(query, readable).total > MOST_IN_FILE:
        raise TooMany
    hits = list(islice(every_hit(services().engine, query, readable), MOST_IN_FILE))
    values = [query.text] if query.text else []
    note("export", ("page", "search"), values=values, hits=len(hits), format=form, narrowed_by=list(narrowed_by(query)))
    write, mimetype = _FORMS[form]
    standing = _standing(hits, principal)
    return as_file(f"hits.{form}", write(standing, _heading(query, principal), services().exchange), mimetype)


def _heading(query: Query, principal: Principal) -> Heading:
    question = " ".join((query.text, *(f"{name}={one}" for name, one in narrowed_by(query).items()))).strip()
    return Heading(
        question=without_cards(question),
        sought=decides(query.wanted),
        at_ms=now_ms(),
        by=f"{principal.login or principal.token}, {principal.member_name}",
        base=request.host_url.rstrip("/"),
    )


def _standing(hits: list[Hit], principal: Principal) -> list[Confirmed]:
    """The hits, as far as they may be read and stand now."""
    with services().database.reading(snapshot=True) as connection:
        may_read = {one.collection.id: one.collection for one in visible(connection, principal) if one.rights.can_read}
        return confirmed(connection, hits, may_read)
