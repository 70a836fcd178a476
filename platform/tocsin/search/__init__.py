"""Search over what collections publish: one interface, two engines with the same answers."""

from tocsin.search.document import Document, to_json
from tocsin.search.engine import Engine, Hit, OtherForm, Results, SearchDown
from tocsin.search.expression import EVERYTHING
from tocsin.search.open import open_engine
from tocsin.search.query import FARTHEST, Filters, Place, Query, parse

__all__ = [
    "EVERYTHING",
    "FARTHEST",
    "Document",
    "Engine",
    "Filters",
    "Hit",
    "OtherForm",
    "Place",
    "Query",
    "Results",
    "SearchDown",
    "open_engine",
    "parse",
    "to_json",
]
