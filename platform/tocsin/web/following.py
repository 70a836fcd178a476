"""The page of what is related to one thing: a table, and for whoever wants it a graph."""

from typing import NamedTuple

from flask import Blueprint, abort, render_template, request, url_for

from tocsin.ledger.collections import Collection
from tocsin.members.access import Principal
from tocsin.members.roles import READ
from tocsin.projections.search_index import document_of
from tocsin.search import Document
from tocsin.web.graph_words import graph_words
from tocsin.web.indicators import newest_version
from tocsin.web.noting import note_read
from tocsin.web.paging import page_number
from tocsin.web.readable import visible
from tocsin.web.related import Around, around
from tocsin.web.services import services
from tocsin.web.session import needs, user
from tocsin.web.trails import Payment, money_around


class Followed(NamedTuple):
    """An indicator with what is around it; `titles` are those of the collections that the viewer reads, by id."""

    collection: Collection
    document: Document
    around: Around
    money: list[Payment]
    titles: dict[str, str]


pages = Blueprint("following", __name__)
ROWS = 100
_LONGEST_VIA = 16


@pages.get("/indicators/<collection_id>/<stix_id>/related")
@needs(READ)
def index(collection_id: str, stix_id: str) -> str:
    """Everything that is joined to it, or what is in one group with it."""
    found, number, via = followed(user(), collection_id, stix_id), page_number(), _via()
    rows = found.around.rows
    return render_template(
        "following.html",
        one=found.document,
        collection=found.collection,
        around=found.around,
        rows=rows[(number - 1) * ROWS : number * ROWS],
        total=len(rows),
        number=number,
        pages=-(-len(rows) // ROWS),
        titles=found.titles,
        via=via,
        money=found.money,
        words=graph_words(),
        here_as_json=url_for("api_related.related", collection_id=collection_id, stix_id=stix_id, via=via or None),
    )


def followed(principal: Principal, collection_id: str, stix_id: str) -> Followed:
    """What is joined to an indicator, noted; 404 where the viewer may not read it."""
    via = _via()
    with services().database.reading() as connection:
        collection, newest = newest_version(connection, principal, collection_id, stix_id)
        document = document_of(newest, collection.id)
        if document is None:
            abort(404)
        listed = [one.collection for one in visible(connection, principal) if one.rights.can_read]
        found = around(connection, principal, collection, newest, via)
        money = [] if via else money_around(connection, principal, collection, newest, document.kind)
    values = {document.value, *(one.document.value for one in found.rows)}
    values |= {step.value for one in money for step in (one.source, one.target) if step.value}
    markings = [document.tlp, *(one.edge.tlp for one in found.rows), *(one.edge.tlp for one in money)]
    note_read(("collection", collection.id), markings, sorted(values))
    return Followed(collection, document, found, money, {one.id: one.title for one in listed})


def _via() -> str:
    return request.args.get("via", "")[:_LONGEST_VIA]
