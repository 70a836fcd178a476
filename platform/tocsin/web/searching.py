"""Search with facets."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from tocsin.members.access import Principal
from tocsin.members.roles import READ
from tocsin.projections.following import Behind, behind
from tocsin.sealing import seal, unseal
from tocsin.search import FARTHEST, Filters, Place, Query, Results, SearchDown, parse
from tocsin.times import now_ms
from tocsin.web.asking import Offer, offers
from tocsin.web.narrowing import narrowing_in
from tocsin.web.noting import note
from tocsin.web.paging import page_number
from tocsin.web.readable import readable_titles
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("searching", __name__)

PAGE = 25
MOST_IN_FILE = 10_000
"""Hits of a file: who has more is asked to narrow the question."""

_PLACE = struct.Struct(">BQ")
_SEALED_FOR = "a place among hits"
"""A place names a number of the ledger, which counts what somebody may not see: it leaves sealed."""


def asked() -> tuple[Query, int]:
    """The question in the request's parameters, and the number of the page from 1; after a hit that was seen, 1."""
    after = _place(request.args.get("after", ""))
    number = page_number() if after is None else 1
    query = parse(
        request.args.get("q", ""),
        Filters.read(request.args),
        token=services().screening.number_token,
        country=user().country,
        offset=(number - 1) * PAGE,
        limit=PAGE,
        after=after,
        facets=True,
    )
    return query, number


def _place(text: str) -> Place | None:
    """The place of a hit, as `next_after` wrote it; None for anything else."""
    try:
        opened = unseal(services().seal_key, urlsafe_b64decode(text), _SEALED_FOR)
    except ValueError:
        return None
    return _PLACE.unpack(opened) if opened else None


def next_after(query: Query, results: Results) -> str | None:
    """What to ask for as `after` to go on behind these hits, None where nothing follows."""
    if len(results.hits) < query.limit:
        return None
    place = _PLACE.pack(*results.hits[-1].place)
    return urlsafe_b64encode(seal(services().seal_key, place, _SEALED_FOR)).decode()


def answer(query: Query, readable: frozenset[str]) -> Results | None:
    """What is found; None while search is down."""
    try:
        return services().engine.search(query, readable)
    except SearchDown:
        return None


def narrowed_by(query: Query) -> dict[str, str]:
    """The filters in the request's parameters that are on; a reason narrows nothing where no thing is looked for."""
    return {name: one for name, one in narrowing_in(request.args).items() if name != "match" or query.match is not None}


def whom_to_ask(query: Query, number: int, principal: Principal) -> Offer | None:
    """Whether others can be asked about what was searched for: one exact value, and nothing to narrow it down."""
    narrowed = query.after is not None or number > 1 or bool(narrowed_by(query))
    return None if narrowed else offers(principal, [query.text]).get(query.text)


def note_search(query: Query, results: Results) -> None:
    """Note the question that was asked, as a token, and how much it found."""
    chosen = list(narrowed_by(query))
    text = request.args.get("q", "").strip()
    note("search", values=[text] if text else [], hits=results.total, narrowed_by=chosen, page=page_number())


@pages.get("/search")
@needs(READ)
def search() -> str:
    """Hits, facets, pages."""
    query, number = asked()
    with services().database.reading() as connection:
        titles = readable_titles(connection, user())
        readable = frozenset(titles)
        waits: Behind = behind(connection, services().engine, services().data, readable, now_ms())
    results = answer(query, readable)
    if results is not None:
        note_search(query, results)
    chosen = narrowed_by(query)
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
        after=next_after(query, results) if results and (query.after or number * PAGE >= FARTHEST) else None,
        from_hit=query.after is not None,
        remarks=query.remarks,
        behind=waits,
        most_in_file=MOST_IN_FILE,
        question=urlencode({"q": request.args.get("q", ""), **chosen}),
        asking=whom_to_ask(query, number, user()) if results is not None else None,
    )
