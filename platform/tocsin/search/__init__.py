"""Search over what collections publish: one interface, two engines with the same answers."""

from tocsin.search.document import Document
from tocsin.search.engine import Engine, Hit, Results, SearchDown, Why
from tocsin.search.open import open_engine
from tocsin.search.query import Filters, Query, parse

__all__ = [
    "Document",
    "Engine",
    "Filters",
    "Hit",
    "Query",
    "Results",
    "SearchDown",
    "Why",
    "open_engine",
    "parse",
]
