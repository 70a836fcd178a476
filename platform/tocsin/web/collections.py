"""The collections, and how to poll each."""

from flask import Blueprint, render_template, request

from tocsin.ledger.collections import all_collections
from tocsin.members.roles import MANAGE, READ
from tocsin.web.audiences import readership
from tocsin.web.readable import visible
from tocsin.web.services import services
from tocsin.web.session import may, needs, user

pages = Blueprint("collections", __name__)


@pages.get("/collections")
@needs(READ)
def index() -> str:
    """What the member may read or hand in to, with lines to copy."""
    with services().database.reading() as connection:
        listed = [
            (one.collection, one.rights, readership(connection, one.collection.key))
            for one in visible(connection, user())
        ]
        every = [(one, readership(connection, one.key)) for one in all_collections(connection)] if may(MANAGE) else []
    every.sort(key=lambda pair: (pair[0].inbox_of is not None, pair[0].title.casefold()))
    return render_template("collections.html", listed=listed, every=every, base=request.host_url.rstrip("/"))
