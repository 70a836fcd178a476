"""Questions in Elasticsearch's language; pure."""

from collections.abc import Sequence
from typing import Any

from tocsin.search.engine import MOST_VALUES
from tocsin.search.expression import NOTHING, All, Begins, Has, Node, Not, Row, Some, Thing, Within
from tocsin.search.fields import FACETS
from tocsin.search.query import Query
from tocsin.search.tiers import TIERS, places, tiers

AGGREGATIONS = {name: {"terms": {"field": field, "size": MOST_VALUES}} for name, field in FACETS.items()}
WHYS = "whys"
ORDER = [{"_score": "desc"}, {"seq": "desc"}]


def question(query: Query, readable: frozenset[str]) -> dict[str, Any]:
    """The body of a search; a hit's score is that of its tier."""
    looks, beside = tiers(query.wanted)
    chosen = places(query.match)
    better = [lookup(look) for look in looks[: chosen.start] if look != NOTHING]
    return {
        "query": {
            "bool": {
                "must": {"dis_max": {"queries": [_worth(place, looks[place]) for place in chosen]}},
                "filter": allowed(beside, readable),
                **({"must_not": better} if better else {}),
            }
        },
        "sort": ORDER,
        **({"search_after": [score_of(query.after[0]), query.after[1]]} if query.after else {"from": query.offset}),
        "size": query.limit,
        "track_total_hits": True,
        "track_scores": True,
        "source_includes": ["body"],
        **({"aggregations": {**AGGREGATIONS, **_whys(query, looks)}} if query.facets else {}),
    }


def _whys(query: Query, looks: Sequence[Node]) -> dict[str, Any]:
    """What counts the hits of each tier, by its number: what a better one finds is not among them."""
    asked = [(place, lookup(look)) for place, look in enumerate(looks) if look != NOTHING]
    if query.match is not None or len(asked) < 2:  # then all hits have one reason
        return {}
    tiers_apart = {
        str(place): {"bool": {"filter": [look], "must_not": [better for _, better in asked[:n]]}}
        for n, (place, look) in enumerate(asked)
    }
    return {WHYS: {"filters": {"filters": tiers_apart}}}


def score_of(tier: int) -> int:
    """The score of a hit of the tier with this number; the other way about as well."""
    return len(TIERS) - tier


def allowed(node: Node, readable: frozenset[str]) -> list[dict[str, Any]]:
    """What may be read and holds besides."""
    return [{"terms": {"collection": sorted(readable)}}, lookup(node)]


def lookup(node: Node) -> dict[str, Any]:
    """A question without things."""
    match node:
        case Has(field, terms):
            return {"terms": {field: terms}}
        case Begins(field, prefix):
            return {"prefix": {field: prefix}}
        case Row(field, terms):
            return {"match_phrase": {field: " ".join(terms)}}
        case Within(field, low, high):
            bounds = {"gte": low, "lte": high}
            return {"range": {field: {name: bound for name, bound in bounds.items() if bound is not None}}}
        case All(parts):
            return {"bool": {"filter": [*map(lookup, parts)]}} if parts else {"match_all": {}}
        case Some(parts):
            # a bool without clauses would find everything
            return {"bool": {"should": [*map(lookup, parts)]}} if parts else {"match_none": {}}
        case Not(part):
            return {"bool": {"must_not": [lookup(part)]}}
        case Thing():
            raise TypeError("a thing is looked for tier by tier")


def _worth(tier: int, look: Node) -> dict[str, Any]:
    if look == NOTHING:
        return {"match_none": {}}
    return {"constant_score": {"filter": lookup(look), "boost": score_of(tier)}}
