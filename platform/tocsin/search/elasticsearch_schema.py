"""How a document is kept in an index of Elasticsearch."""

from typing import Any

from tocsin.search.document import Document, to_json
from tocsin.search.fields import COUNTED, NUMBERS, TEXTS, TOKENS, fields_of
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
    fields = fields_of(document)
    return {
        "_id": document.key,
        **version(document.seq),
        **fields.terms,
        **{name: " ".join(row) for name, row in fields.rows.items()},
        **fields.numbers,
        "body": to_json(document).decode(),
    }
