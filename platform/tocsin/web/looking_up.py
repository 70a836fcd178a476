"""Paste thousands of values: which of them are known, as a table and as a file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, request

from tocsin.identifiers import defang
from tocsin.members.access import Principal
from tocsin.members.roles import READ
from tocsin.search import Document, SearchDown
from tocsin.search.known import MOST_VALUES, Known, known
from tocsin.times import stamp
from tocsin.web.asking import Offer, can_ask, offers
from tocsin.web.csv_file import as_csv
from tocsin.web.noting import note
from tocsin.web.readable import readable_titles
from tocsin.web.services import services
from tocsin.web.session import needs, user

pages = Blueprint("looking_up", __name__)

Offered = Mapping[str, Offer]
"""By value as it was asked, what others can be asked about."""

_ASK_WORDS = {True: "yes", False: "no", None: ""}

SHOWN = 500
"""Rows of the table on the page; the file has all."""

COLUMNS = (
    *("asked", "known", "kind", "value", "crimes", "members"),
    *("marking", "withdrawn", "last_changed", "collection", "id"),
)
MAY_ASK = "may_ask"
"""One more column, where it was wanted."""


@pages.get("/lookup")
@needs(READ)
def form() -> str:
    """The empty box."""
    return render_template("lookup.html", text="", answers=None)


@pages.post("/lookup")
@needs(READ)
def answer() -> Any:
    """The table, or the same as a file."""
    text = request.form.get("values", "")
    file = request.files.get("file")
    if file is not None and file.filename:
        text = f"{text}\n{file.read().decode('utf-8-sig', 'replace')}"
    values = lines(text)
    try:
        with services().database.reading() as connection:
            titles = readable_titles(connection, user())
        answers = look_up(values, frozenset(titles))
    except SearchDown:
        return render_template("lookup.html", text=text, answers=None, down=True), 503
    offered = offered_among(user(), answers, "ask" in request.form)
    if "csv" in request.form:
        columns = COLUMNS if offered is None else (*COLUMNS, MAY_ASK)
        return as_csv("known.csv", columns, _rows(answers, titles, offered))
    return render_template(
        "lookup.html",
        text="\n".join(values),
        answers=answers[:SHOWN],
        known=sum(bool(one.found) for one in answers),
        asked=len(answers),
        cut=len(values) - len(answers),
        hidden=len(answers) - SHOWN,
        titles=titles,
        most=MOST_VALUES,
        offered=offered,
        spent=any(one.known is None for one in (offered or {}).values()),
    )


def lines(text: str) -> list[str]:
    """The different values in a text, one a line."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def look_up(values: Sequence[str], readable: frozenset[str]) -> list[Known]:
    """What is known of them, which is noted as any search is."""
    answers = known(services().engine, values, readable, services().screening.number_token, user().country)
    note("search", values=values[:MOST_VALUES], hits=sum(bool(one.found) for one in answers))
    return answers


def offered_among(principal: Principal, answers: Sequence[Known], wanted: bool) -> Offered | None:
    """What others can be asked about of these values, where somebody who can ask wants to know."""
    return offers(principal, [one.asked for one in answers]) if wanted and can_ask(principal) else None


def _rows(answers: Sequence[Known], titles: dict[str, str], offered: Offered | None) -> Iterator[Sequence[object]]:
    """One line a document, and one for each value that is not known."""
    for one in answers:
        more = () if offered is None else (_ASK_WORDS[_may_ask(one, offered)],)
        if not one.found:
            yield (one.asked, "no", *[""] * (len(COLUMNS) - 2), *more)
        for document in one.found:
            yield one.asked, "yes", *_cells(document, titles), *more


def _may_ask(one: Known, offered: Offered) -> bool | None:
    offer = offered.get(one.asked)
    return offer.known if offer is not None else None


def _cells(one: Document, titles: dict[str, str]) -> Sequence[object]:
    return (
        one.kind,
        defang(one.value, one.kind),
        " ".join(one.crime_types),
        one.members,
        f"TLP:{one.tlp.upper()}",
        "yes" if one.revoked else "no",
        stamp(one.modified)[:10],
        titles.get(one.collection, ""),
        one.stix_id,
    )


def response_of(answers: Sequence[Known], offered: Offered | None = None) -> list[dict[str, object]]:
    """The answers as the JSON API gives them; with what others can be asked about where that was wanted."""
    return [
        {
            **({} if offered is None else {MAY_ASK: _may_ask(one, offered)}),
            "asked": one.asked,
            "known": bool(one.found),
            "found": [
                {
                    "stix_id": document.stix_id,
                    "collection": document.collection,
                    "kind": document.kind,
                    "value": document.value,
                    "tlp": document.tlp,
                    "revoked": document.revoked,
                }
                for document in one.found
            ],
        }
        for one in answers
    ]
