"""Thousands of values at once: which of them are known."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tocsin.identifiers import Token
from tocsin.search.document import Document, whole_terms
from tocsin.search.engine import Engine
from tocsin.search.expression import Has
from tocsin.search.spelled import thing

MOST_VALUES = 10_000
MOST_FOUND = 20
"""Documents that are kept of one value, the newest ones."""

_TERMS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Known:
    """A value as it was asked, and the documents of that very thing, newest first; none where it is not known."""

    asked: str
    found: tuple[Document, ...]


def known(
    engine: Engine, values: Sequence[str], readable: frozenset[str], token: Token | None, country: str | None
) -> list[Known]:
    """What is known of `values`, in their order; at most MOST_VALUES are looked at. May raise SearchDown."""
    asked = values[:MOST_VALUES]
    wanted: dict[str, list[int]] = defaultdict(list)
    for place, value in enumerate(asked):
        for term in thing(value, token, country).whole:
            wanted[term].append(place)
    found: list[dict[str, Document]] = [{} for _ in asked]
    for document in _having(engine, list(wanted), readable):
        for place in {place for term in whole_terms(document.kind, document.value) for place in wanted.get(term, ())}:
            if len(found[place]) < MOST_FOUND:
                found[place][document.key] = document
    newest = [sorted(one.values(), key=lambda document: -document.seq) for one in found]
    return [Known(value, tuple(documents)) for value, documents in zip(asked, newest, strict=True)]


def _having(engine: Engine, terms: list[str], readable: frozenset[str]) -> Iterator[Document]:
    for start in range(0, len(terms), _TERMS_AT_ONCE):
        yield from engine.scan(Has("whole", tuple(terms[start : start + _TERMS_AT_ONCE])), readable)
