"""What is joined to the thing on a page, in every collection that the viewer reads it in."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy.engine import Connection

from tocsin.identifiers import WEBMAIL, Identifier, defang, registrable_domain
from tocsin.ledger.collections import Collection
from tocsin.ledger.read import Entry
from tocsin.members.access import Principal
from tocsin.members.roles import SEE_ALL
from tocsin.policy.edges import BASES, DOMAIN, FEW, HOLDER, LOSS, REPORT, THREAD, Edge, Group, Thing, together
from tocsin.projections.search_index import document_of
from tocsin.publishing.ends import Published
from tocsin.publishing.joins import MOST_REPORTS, additions_around
from tocsin.publishing.mentions import Head
from tocsin.publishing.relations import Fold, Looking, Neighbour, here_in, look, relations_in, under_domain
from tocsin.reports.terms import read_terms
from tocsin.search import Document, Filters, SearchDown, parse
from tocsin.search.query import LARGEST_PAGE
from tocsin.web import edge_words
from tocsin.web.readable import visible
from tocsin.web.services import services

MOST_COLLECTIONS = 8
"""Collections in which one thing is followed: the one of the page, then those by title."""

FIRST_ROWS = 10
"""Rows on the page of the thing itself; the others have a page of their own."""

_HOSTED = ("domain", "url", "email")


class Related(NamedTuple):
    """A thing that is joined to the one of the page, as the collection says it that joins it best."""

    document: Document
    edge: Edge
    collection: Collection


@dataclass(frozen=True, slots=True)
class Folded:
    """More things than are listed one by one. `via` opens them; `domain` is searched for instead.

    `shared`: it is on a list of what many use, so that being under it says nothing.
    """

    basis: str
    number: int
    edge: Edge | None = None
    collection: Collection | None = None
    via: str = ""
    domain: str = ""
    shared: bool = False


@dataclass(slots=True)
class Around:
    """What is around a thing, the closest first. `searched`: False while search is down, which finds hosts."""

    rows: list[Related] = field(default_factory=list)
    folds: list[Folded] = field(default_factory=list)
    cut: bool = False
    searched: bool = True

    def __bool__(self) -> bool:
        return bool(self.rows or self.folds)


def around(connection: Connection, principal: Principal, collection: Collection, entry: Entry, via: str = "") -> Around:
    """What is joined to an indicator that the viewer may read; with `via` only what is folded under that."""
    looking = look(connection, services().exchange, entry, opens(principal))
    if looking is None:
        return Around()
    places = _places(connection, principal, collection, looking)
    found = Around()
    neighbours: list[Neighbour] = []
    folds: list[Fold] = []
    for place, here in places:
        wide = _group_called(connection, principal, place, looking, via) if via else None
        if via and wide is None:
            continue
        one = relations_in(connection, looking, place, here, wide)
        neighbours += one.neighbours
        folds += one.folds
        found.cut = found.cut or one.cut
    if not via:
        neighbours += _hosts(connection, looking, places, found)
        found.folds += [_folded(principal, fold) for fold in folds]
    found.rows = _rows(neighbours)
    return found


def told(found: Around) -> dict[str, Any]:
    """The same for programs."""
    return {
        "related": [
            {
                "stix_id": one.document.stix_id,
                "collection": one.document.collection,
                "kind": one.document.kind,
                "value": one.document.value,
                "shown": defang(one.document.value, one.document.kind),
                "crime_types": list(one.document.crime_types),
                "tlp": one.document.tlp,
                "pap": one.document.pap,
                "handling": one.document.handling,
                "disputed": one.document.disputed,
                **_said(one.edge),
            }
            for one in found.rows
        ],
        "folded": [
            {
                "basis": one.basis,
                "what": _what(one),
                "at_least": one.number,
                "domain": one.domain or None,
                "shown": defang(one.domain, "domain") if one.domain else None,
                "via": one.via or None,
                **(_said(one.edge) if one.edge is not None else {}),
            }
            for one in found.folds
        ],
        "more": found.cut,
        "searched": found.searched,
    }


def _what(one: Folded) -> str:
    if one.domain:
        name = defang(one.domain, "domain")
        return f"under {name}, which many use: not followed" if one.shared else f"under {name}"
    return BASES[one.basis]


def _said(edge: Edge) -> dict[str, Any]:
    return {
        "bases": list(edge.bases),
        "why": edge_words.why(edge),
        "since": edge_words.day(edge.since),
        "until": edge_words.day(edge.until),
        "when": edge_words.when(edge),
        "members": edge.members,
        "sources": list(edge.sources),
        "who": edge_words.who(edge),
        "marking": edge.tlp,
    }


def domain_of(kind: str, value: str) -> str | None:
    """The registrable domain that a thing is under; None for what has none."""
    if kind not in _HOSTED:
        return None
    host = (urlsplit(value).hostname or "") if kind == "url" else value.rpartition("@")[2]
    return registrable_domain(host) or None


def opens(principal: Principal) -> Callable[[Head], bool]:
    """Whether this viewer may open a report, and so learn what it says beside its rows."""

    def may_open(head: Head) -> bool:
        own = head.member_key == principal.member_key
        if not own and (head.unattributed or not principal.may(SEE_ALL)):
            return False
        # a token may be limited to some collections
        return all(principal.limits.covers(key) for key in read_terms(head.terms).collections)

    return may_open


def _places(
    connection: Connection, principal: Principal, collection: Collection, looking: Looking
) -> list[tuple[Collection, Published]]:
    """The collections that the viewer reads the thing in, the one of the page first."""
    readable = [one.collection for one in visible(connection, principal) if one.rights.can_read]
    claimed = {key for claims in looking.claims.values() for claim in claims for key in claim.collections}
    first = [one for one in readable if one.key == collection.key]
    others = sorted((one for one in readable if one.key in claimed - {collection.key}), key=lambda one: one.title)
    found: list[tuple[Collection, Published]] = []
    for one in [*first, *others]:
        here = here_in(connection, looking, one) if len(found) < MOST_COLLECTIONS else None
        if here is not None:
            found.append((one, here))
    return found


def _hosts(
    connection: Connection, looking: Looking, places: list[tuple[Collection, Published]], found: Around
) -> list[Neighbour]:
    """What is under the same registrable domain; folded where that is much, or nobody's in particular."""
    domain = domain_of(*looking.thing)
    if domain is None or not places:
        return []
    hit = services().screening.hit(Identifier("domain", domain))
    if hit is not None or domain in WEBMAIL:
        found.folds.append(Folded(DOMAIN, 0, domain=domain, shared=True))
        return []
    titled = {one.id: (one, here) for one, here in places}
    try:
        query = parse(domain, Filters(revoked=False), limit=LARGEST_PAGE)
        hits = services().engine.search(query, frozenset(titled)).hits
    except SearchDown:
        found.searched = False
        return []
    same = [hit.document for hit in hits if domain_of(hit.document.kind, hit.document.value) == domain]
    neighbours: list[Neighbour] = []
    for identity, (collection, here) in titled.items():
        ids = [one.stix_id for one in same if one.collection == identity]
        neighbours += under_domain(connection, looking, collection, here, ids)
    if len({one.published.thing for one in neighbours}) <= FEW:
        return neighbours
    found.folds.append(Folded(DOMAIN, len({one.published.thing for one in neighbours}), domain=domain))
    return []


def _folded(principal: Principal, fold: Fold) -> Folded:
    via = _via(principal, fold.collection, fold.group)
    return Folded(fold.group[0], fold.number, fold.edge, fold.collection, via)


def _group_called(
    connection: Connection, principal: Principal, collection: Collection, looking: Looking, via: str
) -> Group | None:
    """The group that this member calls so, None where there is none around the thing that is followed."""
    claims = (claim for claims in looking.claims.values() for claim in claims)
    newest = sorted({(-one.standing.received_ms, one.place[0]) for one in claims})
    keys = [key for _, key in newest[:MOST_REPORTS]]
    keys += [key for some in additions_around(connection, keys).values() for key in some]
    groups = [*((basis, key) for key in keys for basis in (REPORT, LOSS)), (HOLDER, 0), (THREAD, 0)]
    return next((one for one in groups if _via(principal, collection, one) == via), None)


def _via(principal: Principal, collection: Collection, group: Group) -> str:
    """What this member calls a group: nobody can tell from it which report it is."""
    text = f"group\n{principal.member_key}\n{collection.key}\n{group[0]}\n{group[1]}"
    return hmac.digest(services().pseudonyms, text.encode(), "sha256").hex()[:16]


def _rows(neighbours: list[Neighbour]) -> list[Related]:
    """One row a thing: with what all collections say that join it, under the one that joins it best."""
    best: dict[Thing, Neighbour] = {}
    edges: dict[Thing, Edge] = {}
    for one in neighbours:
        thing = one.published.thing
        edges[thing] = together(edges[thing], one.edge) if thing in edges else one.edge
        if thing not in best or one.edge.rank < best[thing].edge.rank:
            best[thing] = one
    return sorted(_documents(best, edges), key=lambda one: (one.edge.rank, one.document.kind, one.document.value))


def _documents(best: Mapping[Thing, Neighbour], edges: Mapping[Thing, Edge]) -> list[Related]:
    rows = []
    for thing, one in best.items():
        document = document_of(one.published.entry, one.collection.id)
        if document is not None:
            rows.append(Related(document, edges[thing], one.collection))
    return rows
