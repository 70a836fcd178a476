"""Search with facets."""

from flask import Blueprint, render_template, request

from tocsin.ledger.collections import all_collections
from tocsin.members.roles import READ
from tocsin.search import Filters, Query, Results, SearchDown, parse
from tocsin.web.noting import note
from tocsin.web.paging import page_number
from tocsin.web.readable import readable_ids
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("searching", __name__)

PAGE = 25
_FACETS = ("kind", "crime_type", "country", "tlp", "collection")
FARTHEST = 10_000


def asked() -> tuple[Query, int]:
    """The question in the request's parameters, and the number of the page from 1."""
    number = page_number()
    chosen = {name: request.args.get(name) or None for name in _FACETS}
    revoked = {"yes": True, "no": False}.get(request.args.get("revoked", ""))
    filters = Filters(**chosen, revoked=revoked)
    token = services().screening.number_token
    asked = parse(request.args.get("q", ""), filters, token=token, offset=(number - 1) * PAGE, limit=PAGE)
    return asked, number


def answer(query: Query, readable: frozenset[str]) -> Results | None:
    """What is found; None while search is down."""
    try:
        return services().engine.search(query, readable)
    except SearchDown:
        return None


def note_search(results: Results) -> None:
    """Note the question that was asked, as a token, and how much it found."""
    chosen = [name for name in (*_FACETS, "revoked") if request.args.get(name)]
    text = request.args.get("q", "").strip()
    note("search", values=[text] if text else [], hits=results.total, narrowed_by=chosen, page=page_number())


@pages.get("/search")
@needs(READ)
def search() -> str:
    """Hits, facets, pages."""
    query, number = asked()
    with services().database.reading() as connection:
        readable = readable_ids(connection, user())
        titles = {one.id: one.title for one in all_collections(connection) if one.id in readable}
    results = answer(query, readable)
    if results is not None:
        note_search(results)
    chosen = {name: request.args[name] for name in (*_FACETS, "revoked") if request.args.get(name)}
    last = min(results.total, FARTHEST) if results else 0
    return render_template(
        "search.html",
        text=request.args.get("q", ""),
        results=results,
        chosen=chosen,
        titles=titles,
        number=number,
        pages=-(-last // PAGE),
        too_many=bool(results and results.total > FARTHEST),
    )
