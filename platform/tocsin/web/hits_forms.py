"""Hits of a search in the forms in which they are kept: a table, lines of JSON, a STIX bundle."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

import orjson

from tocsin.cells import plain_cell
from tocsin.dossiers import NOTICE
from tocsin.identifiers import defang
from tocsin.projections.confirming import Confirmed
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.versions import rarer_support, support
from tocsin.search import Document
from tocsin.stix import HANDLING, PAP, TLP, strictest
from tocsin.times import stamp
from tocsin.web.csv_file import csv_lines

COLUMNS = (
    *("value", "kind", "why", "tlp", "pap", "handling", "disputed", "withdrawn", "crime types", "confidence"),
    *("members", "first seen", "last seen", "last changed", "collection", "collection id", "stix id", "link"),
    *("question", "asked", "asked by", "notice", "contact"),
)

_DATES = ("created", "modified", "valid_from", "valid_until", "first_seen", "last_seen")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a file says of itself: the question, when it was asked (ms), by whom; `base` is where the pages are.

    `sought`: whether it looks for a thing, so that there is a reason why each hit is one.
    """

    question: str
    sought: bool
    at_ms: int
    by: str
    base: str

    def link(self, one: Document) -> str:
        """The address of a hit's page."""
        return f"{self.base}/indicators/{one.collection}/{one.stix_id}"


def as_table(found: Iterable[Confirmed], heading: Heading, exchange: Exchange) -> Iterator[bytes]:
    """A CSV file; values cannot be clicked, and no cell is a formula."""
    about = (heading.question, stamp(heading.at_ms), heading.by, NOTICE, exchange.contact)
    rows = ([plain_cell(str(cell)) for cell in (*_cells(one, heading), *about)] for one in found)
    return (line.encode() for line in csv_lines(COLUMNS, rows))


def as_lines(found: Iterable[Confirmed], heading: Heading, exchange: Exchange) -> Iterator[bytes]:
    """A JSON object a line: first the question, then the hits as the JSON API gives them."""
    about = {"question": heading.question, "asked": stamp(heading.at_ms), "asked_by": heading.by}
    yield orjson.dumps({**about, "notice": NOTICE, "contact": exchange.contact}) + b"\n"
    for one in found:
        document = one.hit.document
        told = {**public(document), "why": one.hit.why, "title": one.collection.title, "link": heading.link(document)}
        yield orjson.dumps(told) + b"\n"


def as_bundle(found: Iterable[Confirmed], heading: Heading, exchange: Exchange) -> Iterator[bytes]:
    """A STIX 2.1 bundle: the newest versions byte for byte, then a report that says what was asked, when, by whom."""
    yield b'{"type":"bundle","id":"bundle--%s","objects":[' % str(uuid.uuid4()).encode()
    yield b",".join(one.body for one in support(exchange))
    written: set[str] = {one.object_id for one in support(exchange)}
    hits: list[str] = []
    markings: set[str] = set()
    for one in found:
        content = orjson.loads(one.entry.body)
        rarer = rarer_support({*content.get("object_marking_refs", ()), content.get("created_by_ref", "")})
        bodies = [(each.object_id, each.body) for each in rarer]
        for identity, body in (*bodies, (one.entry.object_id, one.entry.body)):
            if identity not in written:
                written.add(identity)
                yield b"," + body
        hits.append(one.entry.object_id)
        markings.add(one.hit.document.tlp)
    if hits:
        yield b"," + orjson.dumps(_report(list(dict.fromkeys(hits)), strictest(markings), heading, exchange))
    yield b"]}"


def public(document: Document) -> dict[str, object]:
    """A document without what only the index needs, its moments as STIX writes them."""
    shown = {name: value for name, value in asdict(document).items() if name not in ("key", "seq")}
    return shown | {name: stamp(shown[name]) if shown[name] is not None else None for name in _DATES}


def _cells(one: Confirmed, heading: Heading) -> tuple[object, ...]:
    about = one.hit.document
    return (
        defang(about.value, about.kind),
        about.kind,
        one.hit.why if heading.sought else "",
        TLP[about.tlp].label,
        PAP[about.pap].label if about.pap is not None else "",
        HANDLING[about.handling].label if about.handling is not None else "",
        "yes" if about.disputed else "",
        "yes" if about.revoked else "",
        " ".join(about.crime_types),
        about.confidence if about.confidence is not None else "",
        about.members,
        stamp(about.first_seen) if about.first_seen is not None else "",
        stamp(about.last_seen) if about.last_seen is not None else "",
        stamp(about.modified),
        one.collection.title,
        about.collection,
        about.stix_id,
        heading.link(about),
    )


def _report(hits: list[str], tlp: str, heading: Heading, exchange: Exchange) -> dict[str, object]:
    at = stamp(heading.at_ms)
    return {
        "type": "report",
        "spec_version": "2.1",
        "id": f"report--{uuid.uuid4()}",
        "created_by_ref": exchange.identity,
        "created": at,
        "modified": at,
        "name": f"Hits of a search: {heading.question}"[:200],
        "description": f"{heading.question}\n\nAsked on {at} by {heading.by}. {NOTICE} Whom to ask: {exchange.contact}",
        "report_types": ["indicator"],
        "published": at,
        "object_refs": hits,
        "object_marking_refs": [TLP[tlp].id],
    }
