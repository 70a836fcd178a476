"""How a document is kept in an index of Elasticsearch."""

from typing import Any

from tocsin.search.document import Document, terms_of, to_json
from tocsin.search.fields import COUNTED, NUMBERS, TEXTS, TOKENS
from tocsin.search.form import FORM

_KEYWORD = {"type": "keyword"}
_TERMS = {"type": "text", "analyzer": "whitespace", "norms": False, "index_options": "positions"}
_NUMBER = {"type": "long"}
MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "_meta": {"form": FORM},
    "_source": {"includes": ["body", "seq"]},
    "properties": {
        **dict.fromkeys((*COUNTED, *TOKENS), _KEYWORD),
        **dict.fromkeys(TEXTS, _TERMS),
        **dict.fromkeys(NUMBERS, _NUMBER),
        "body": {"type": "keyword", "index": False, "doc_values": False},
    },
}


def version(seq: int) -> dict[str, Any]:
    """What makes the server refuse an older document than it has."""
    return {"version": seq, "version_type": "external_gte"}


def action(document: Document) -> dict[str, Any]:
    """What puts the document into an index, as the bulk helpers take it."""
    terms = terms_of(document)
    return {
        "_id": document.key,
        **version(document.seq),
        "collection": document.collection,
        "kind": document.kind,
        "tlp": document.tlp,
        "country": document.country,
        "crime_types": terms.crime_types,
        "roles": document.roles,
        "source": document.source,
        "sources": terms.sources,
        "members": terms.members,
        "revoked": "yes" if document.revoked else "no",
        "whole": terms.whole,
        "exact": terms.exact,
        "looks": terms.looks,
        "lookalikes": terms.lookalikes,
        "trigrams": " ".join(terms.trigrams),
        "words": " ".join(terms.words),
        "seq": document.seq,
        "created": document.created,
        "modified": document.modified,
        "confidence": document.confidence,
        "body": to_json(document).decode(),
    }
