"""The fields of an index, the same in both engines, and what of a document is in them."""

from dataclasses import dataclass

from tocsin.search.document import Document, terms_of

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


@dataclass(frozen=True, slots=True)
class Fields:
    """What a document is found by, by field: `terms` of COUNTED and TOKENS, `rows` of TEXTS, `numbers` of NUMBERS."""

    terms: dict[str, tuple[str, ...]]
    rows: dict[str, tuple[str, ...]]
    numbers: dict[str, int | None]


def fields_of(document: Document) -> Fields:
    """What this document is found by, in every engine and without one."""
    found = terms_of(document)
    terms = {
        "kind": (document.kind,),
        "crime_types": found.crime_types,
        "country": (document.country,) if document.country is not None else (),
        "tlp": (document.tlp,),
        "collection": (document.collection,),
        "members": found.members,
        "roles": document.roles,
        "source": (document.source,),
        "sources": found.sources,
        "revoked": ("yes" if document.revoked else "no",),
        **{name: getattr(found, name) for name in ("whole", "exact", "looks", "lookalikes")},
    }
    return Fields(
        terms,
        {name: getattr(found, name) for name in TEXTS},
        {name: getattr(document, name) for name in NUMBERS},
    )
