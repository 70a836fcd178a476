"""The page of what is related to one thing: a table, and for whoever wants it a graph."""

from flask import Blueprint, abort, render_template, request, url_for

from tocsin.identifiers import KINDS
from tocsin.ledger.collections import Collection
from tocsin.ledger.read import Entry
from tocsin.members.access import Principal
from tocsin.members.roles import READ
from tocsin.policy.edges import BASES
from tocsin.projections.search_index import document_of
from tocsin.search import Document
from tocsin.web.indicators import newest_version
from tocsin.web.noting import note_read
from tocsin.web.paging import page_number
from tocsin.web.readable import visible
from tocsin.web.related import Around, around
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("following", __name__)
ROWS = 100
_LONGEST_VIA = 16


@pages.get("/indicators/<collection_id>/<stix_id>/related")
@needs(READ)
def index(collection_id: str, stix_id: str) -> str:
    """Everything that is joined to it, or what is in one group with it."""
    collection, _, document, found, titles = _found(user(), collection_id, stix_id)
    number, via = page_number(), _via()
    return render_template(
        "following.html",
        one=document,
        collection=collection,
        around=found,
        rows=found.rows[(number - 1) * ROWS : number * ROWS],
        total=len(found.rows),
        number=number,
        pages=-(-len(found.rows) // ROWS),
        titles=titles,
        via=via,
        words={"bases": BASES, "kinds": {name: kind.label for name, kind in KINDS.items()}},
        here_as_json=url_for("api_related.related", collection_id=collection_id, stix_id=stix_id, via=via or None),
    )


def looked_up(principal: Principal, collection_id: str, stix_id: str) -> Around:
    """What is joined to an indicator, noted; 404 where the viewer may not read it."""
    return _found(principal, collection_id, stix_id)[3]


def _found(
    principal: Principal, collection_id: str, stix_id: str
) -> tuple[Collection, Entry, Document, Around, dict[str, str]]:
    with services().database.reading() as connection:
        collection, newest = newest_version(connection, principal, collection_id, stix_id)
        listed = [one for one in visible(connection, principal) if one.rights.can_read]
        found = around(connection, principal, collection, newest, _via())
    document = document_of(newest, collection.id)
    if document is None:
        abort(404)
    markings = [document.tlp, *(one.edge.tlp for one in found.rows)]
    note_read(("collection", collection.id), markings, [document.value, *(one.document.value for one in found.rows)])
    return collection, newest, document, found, {one.collection.id: one.collection.title for one in listed}


def _via() -> str:
    return request.args.get("via", "")[:_LONGEST_VIA]
