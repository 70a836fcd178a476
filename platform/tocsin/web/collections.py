"""The collections, and how to poll each."""

from flask import Blueprint, render_template, request

from tocsin.members.members import readers
from tocsin.members.roles import READ
from tocsin.web.readable import visible
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("collections", __name__)


@pages.get("/collections")
@needs(READ)
def index() -> str:
    """What the member may read or hand in to, with lines to copy."""
    with services().database.reading() as connection:
        listed = [
            (one.collection, one.rights, [reader.name for reader in readers(connection, one.collection.key)])
            for one in visible(connection, user())
        ]
    return render_template("collections.html", listed=listed, base=request.host_url.rstrip("/"))
