"""Questions in Elasticsearch's language; pure."""

from typing import Any

from tocsin.search.engine import FACETS, MOST_VALUES, WHYS
from tocsin.search.query import Filters, Query

AGGREGATIONS = {name: {"terms": {"field": field, "size": MOST_VALUES}} for name, field in FACETS.items()}


def question(query: Query, readable: frozenset[str]) -> dict[str, Any]:
    """The body of a search; a hit's score is 5 for the best tier down to 1."""
    return {
        "query": {
            "bool": {
                "must": {"dis_max": {"queries": _tiers(query)}},
                "filter": allowed(query.filters, readable),
            }
        },
        "sort": [{"_score": "desc"}, {"rank": "desc"}],
        "from": query.offset,
        "size": query.limit,
        "track_total_hits": True,
        "track_scores": True,
        "source_includes": ["body"],
        "aggregations": AGGREGATIONS,
    }


def allowed(filters: Filters, readable: frozenset[str]) -> list[dict[str, Any]]:
    """What may be read and passes the filters."""
    wanted = {
        "kind": filters.kind,
        "crime_types": filters.crime_type,
        "country": filters.country,
        "tlp": filters.tlp,
        "collection": filters.collection,
        "revoked": filters.revoked,
    }
    terms = [{"term": {name: value}} for name, value in wanted.items() if value is not None]
    return [{"terms": {"collection": sorted(readable)}}, *terms]


def _tiers(query: Query) -> list[dict[str, Any]]:
    if not query.text:
        return [_worth(1, [{"match_all": {}}])]
    lookups: tuple[list[dict[str, Any]], ...] = (
        [{"terms": {"exact": query.exact}}] if query.exact else [],
        [{"prefix": {"exact": prefix}} for prefix in query.prefixes],
        [{"match_phrase": {"trigrams": " ".join(trigrams)}} for trigrams in query.substrings],
        [{"terms": {"lookalikes": query.lookalikes}}] if query.lookalikes else [],
        [{"bool": {"filter": [{"term": {"words": word}} for word in query.words]}}] if query.words else [],
    )
    return [_worth(len(WHYS) - place, lookup) for place, lookup in enumerate(lookups) if lookup]


def _worth(score: int, lookups: list[dict[str, Any]]) -> dict[str, Any]:
    return {"constant_score": {"filter": {"bool": {"should": lookups}}, "boost": score}}
