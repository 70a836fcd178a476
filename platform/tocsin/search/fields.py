"""The fields of an index, the same in both engines."""

COUNTED = ("kind", "crime_types", "country", "tlp", "collection", "members")
"""Terms kept whole that are also counted, as facets."""

TOKENS = ("roles", "source", "sources", "revoked", "whole", "exact", "looks", "lookalikes")
"""Terms kept whole, several to a document."""

TEXTS = ("trigrams", "words")
"""Terms in their order, so that some of them can be asked for in a row."""

NUMBERS = ("seq", "created", "modified", "confidence")
"""Whole numbers; `seq` is the order of hits."""

FACETS = {
    "kind": "kind",
    "crime_type": "crime_types",
    "country": "country",
    "tlp": "tlp",
    "collection": "collection",
    "member": "members",
}
"""Facets and the fields that they count."""
