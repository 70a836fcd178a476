"""Questions in tantivy's terms; pure."""

from collections.abc import Sequence

from tantivy import Occur, Schema
from tantivy import Query as Lookup

from tocsin.search.query import Filters, Query


def tiers(schema: Schema, query: Query) -> tuple[Lookup | None, ...]:
    """One look-up a tier, in the order of WHYS; None where the question has nothing for it."""
    if not query.text:
        return None, None, None, None, Lookup.all_query()
    return (
        _any_of(schema, "exact", query.exact),
        anything([_begins(schema, prefix) for prefix in query.prefixes]),
        anything([_follow(schema, trigrams) for trigrams in query.substrings]),
        _any_of(schema, "lookalikes", query.lookalikes),
        _all_of(schema, "words", query.words),
    )


def anything(lookups: Sequence[Lookup]) -> Lookup | None:
    """What one of them finds."""
    return Lookup.boolean_query([(Occur.Should, lookup) for lookup in lookups]) if lookups else None


def only(lookup: Lookup | None, allow: Lookup, without: Sequence[Lookup]) -> Lookup:
    """What `lookup` finds, `allow` lets through and none of `without` finds."""
    if lookup is None:
        return Lookup.empty_query()
    return Lookup.boolean_query(
        [(Occur.Must, lookup), (Occur.Must, allow), *((Occur.MustNot, other) for other in without)]
    )


def allowed(schema: Schema, filters: Filters, readable: frozenset[str]) -> Lookup:
    """What may be read and passes the filters."""
    wanted = {
        "kind": filters.kind,
        "crime_types": filters.crime_type,
        "country": filters.country,
        "tlp": filters.tlp,
        "collection": filters.collection,
        "revoked": None if filters.revoked is None else "yes" if filters.revoked else "no",
    }
    parts = [Lookup.term_set_query(schema, "collection", sorted(readable))]
    parts += [Lookup.term_query(schema, name, value) for name, value in wanted.items() if value is not None]
    return Lookup.boolean_query([(Occur.Must, Lookup.const_score_query(part, 0.0)) for part in parts])


def _any_of(schema: Schema, name: str, terms: Sequence[str]) -> Lookup | None:
    return Lookup.term_set_query(schema, name, list(terms)) if terms else None


def _all_of(schema: Schema, name: str, terms: Sequence[str]) -> Lookup | None:
    if not terms:
        return None
    return Lookup.boolean_query([(Occur.Must, Lookup.term_query(schema, name, term)) for term in terms])


def _begins(schema: Schema, prefix: str) -> Lookup:
    # An edit distance of zero with `prefix` is a plain walk through the terms that begin so; nothing needs escaping.
    return Lookup.fuzzy_term_query(schema, "exact", prefix, distance=0, prefix=True)


def _follow(schema: Schema, trigrams: Sequence[str]) -> Lookup:
    if len(trigrams) == 1:
        return Lookup.term_query(schema, "trigrams", trigrams[0])
    return Lookup.phrase_query(schema, "trigrams", list(trigrams))
