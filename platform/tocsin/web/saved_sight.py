"""What whoever is signed in sees of saved searches: every view of them starts from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from flask import abort, g, url_for
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from tocsin.alerts.hits import Counts, has_new, new_counts, new_entries, searches_with_new
from tocsin.alerts.saved import NoSuchSearch, Saved, find_search
from tocsin.members.access import Principal
from tocsin.projections.search_index import document_of
from tocsin.search import Document
from tocsin.web.case_sight import readable_now
from tocsin.web.narrowing import label, worded
from tocsin.web.services import services
from tocsin.web.session import user

LONGEST_NAME = 80

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Shown:
    """A new hit, as the entry with which it came says it; `gone` where that withdraws it."""

    document: Document
    gone: bool


def own_search(connection: Connection, search_id: str) -> Saved:
    """One's own search with this id; 404 where there is none."""
    try:
        return find_search(connection, user().user_key or 0, search_id)
    except NoSuchSearch:
        abort(404)


def counts_now(connection: Connection) -> dict[int, Counts]:
    """By the key of one's search, how much is new."""
    return new_counts(connection, user().user_key or 0, readable_now(connection).keys())


def new_ones(connection: Connection, one: Saved, limit: int, offset: int = 0) -> list[Shown]:
    """What is new of a search, newest first."""
    places = readable_now(connection)
    found = []
    for entry, gone in new_entries(connection, one, places.keys(), limit, offset):
        document = document_of(entry, places[entry.collection_key].id)
        if document is not None:
            found.append(Shown(document, gone))
    return found


def searches_with_news() -> int:
    """How many of one's searches found something since one looked.

    On every page, those of errors too: what cannot be looked up now is no reason to show none.
    """
    principal: Principal | None = g.get("principal")
    if principal is None or principal.user_key is None:
        return 0
    try:
        with services().database.reading() as connection:
            if not has_new(connection, principal.user_key):
                return 0
            return searches_with_new(connection, principal.user_key, readable_now(connection).keys())
    except SQLAlchemyError as error:
        log.warning("saved searches could not be read", error=str(error))
        return 0


def address_of(one: Saved) -> str:
    """The address of the search page that asks what was saved."""
    return f"{url_for('searching.search')}?{urlencode({'q': one.question, **one.filters})}"


def conditions(filters: Mapping[str, str], titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters of a search in words: what is narrowed, and to what."""
    return [(label(name), worded(name, value, titles)) for name, value in filters.items()]


def name_proposed(text: str, filters: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """What a search may be called: its words, or what it is narrowed to."""
    name = " ".join(text.split()) or ", ".join(words for _, words in conditions(filters, titles))
    return name[:LONGEST_NAME]
