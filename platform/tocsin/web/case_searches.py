"""Keeping a search in a case: it is asked again at that moment, so that what is kept is what was found."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from tocsin.cases.cases import Case
from tocsin.cases.searches import TooManySearches, keep_search, positions_at
from tocsin.dossiers.tokens import tokens_in
from tocsin.identifiers import cards_in
from tocsin.search import Filters, SearchDown, parse
from tocsin.times import now_ms
from tocsin.web.case_sight import readable_now
from tocsin.web.forms import Errors
from tocsin.web.narrowing import narrowing_in
from tocsin.web.services import services
from tocsin.web.session import user

_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer: how much was found over which collections, up to which entry of the ledger."""

    question: str
    filters: Mapping[str, str]
    found: int
    seq: int
    places: Mapping[int, int | None]
    at_ms: int


def question_in(form: Mapping[str, str]) -> dict[str, str]:
    """The fields of a search, as they were sent."""
    return ({"q": form["q"]} if form.get("q") else {}) | narrowing_in(form)


def asked_again(form: Mapping[str, str], errors: Errors) -> Asked | None:
    """Ask what a form holds; None, with the reason in `errors`, where it cannot be asked or kept."""
    text, filters = checked_question(form, errors)
    if errors.get("q"):
        return None
    try:
        return _ask(text, filters)
    except SearchDown:
        errors["q"] = "Search is down at the moment. Try again in a few minutes."
        return None


def checked_question(form: Mapping[str, str], errors: Errors) -> tuple[str, dict[str, str]]:
    """The text and the filters of a question that is to be kept; in `errors` why it cannot be."""
    text = form.get("q", "").strip()
    filters = narrowing_in(form)
    # a filter is a text of whoever sends the form, too
    said = (text, *filters.values())
    if sum(map(len, said)) > _LONGEST:
        errors["q"] = f"A question that is kept has {_LONGEST:,} characters at most."
    elif any(any(cards_in(one)) for one in said):
        errors["q"] = "Leave out the number of the card: that is never kept."
    elif not text and not filters:
        errors["q"] = "Ask something first."
    return text, filters


def named_in(*texts: str) -> list[bytes]:
    """The tokens of what these texts name, by which a search that says them is emptied when that is erased."""
    token = services().screening.token
    return [one for text in texts for one in tokens_in(text, token)] if token is not None else []


def keep(connection: Connection, one: Case, asked: Asked) -> str:
    """Keep it in a case; why that cannot be, empty where it is done."""
    try:
        keep_search(
            connection,
            one,
            user().member_key,
            asked.question,
            asked.filters,
            found=asked.found,
            seq=asked.seq,
            places=asked.places,
            tokens=named_in(asked.question, *asked.filters.values()),
            by=user().login or "",
            now=asked.at_ms,
        )
    except TooManySearches as error:
        return str(error)
    return ""


def _ask(text: str, filters: Mapping[str, str]) -> Asked:
    now = now_ms()
    # what the index knew before it was asked, it knew when it answered
    seq = services().engine.checkpoint()
    with services().database.reading() as connection:
        readable = readable_now(connection)
        places = positions_at(connection, readable, seq)
    ids = frozenset(one.id for one in readable.values())
    query = parse(text, Filters.read(filters), token=services().screening.number_token, country=user().country, limit=1)
    found = services().engine.search(query, ids).total
    return Asked(text, filters, found, seq, places, now)
