"""Questions in tantivy's terms; pure."""

from collections.abc import Sequence

from tantivy import FieldType, Occur, Schema
from tantivy import Query as Lookup

from tocsin.search.expression import All, Begins, Has, Node, Not, Row, Some, Thing, Within


def lookup(schema: Schema, node: Node) -> Lookup:
    """A question without things."""
    match node:
        case Has(field, terms):
            return _any_of(schema, field, terms)
        case Begins(field, prefix):
            # With an edit distance of zero it walks through the terms that begin so, and nothing needs escaping.
            return Lookup.fuzzy_term_query(schema, field, prefix, distance=0, prefix=True)
        case Row(field, terms):
            if len(terms) == 1:
                return Lookup.term_query(schema, field, terms[0])
            return Lookup.phrase_query(schema, field, list(terms))
        case Within(field, low, high):
            return Lookup.range_query(schema, field, FieldType.Integer, low, high)
        case All(parts):
            return every([lookup(schema, part) for part in parts if part != All()])
        case Some(parts):
            return some([lookup(schema, part) for part in parts])
        case Not(part):
            return without(Lookup.all_query(), [lookup(schema, part)])
        case Thing():
            raise TypeError("a thing is looked for tier by tier")


def some(lookups: Sequence[Lookup]) -> Lookup:
    """What one of them finds."""
    if len(lookups) == 1:
        return lookups[0]
    return Lookup.boolean_query([(Occur.Should, one) for one in lookups]) if lookups else Lookup.empty_query()


def every(lookups: Sequence[Lookup]) -> Lookup:
    """What all of them find."""
    if len(lookups) == 1:
        return lookups[0]
    return Lookup.boolean_query([(Occur.Must, one) for one in lookups]) if lookups else Lookup.all_query()


def without(one: Lookup, others: Sequence[Lookup]) -> Lookup:
    """What `one` finds and none of the others."""
    if not others:
        return one
    return Lookup.boolean_query([(Occur.Must, one), *((Occur.MustNot, other) for other in others)])


def _any_of(schema: Schema, field: str, terms: Sequence[str]) -> Lookup:
    if len(terms) == 1:
        return Lookup.term_query(schema, field, terms[0])
    return Lookup.term_set_query(schema, field, list(terms)) if terms else Lookup.empty_query()
