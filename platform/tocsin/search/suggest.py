"""What somebody may mean who has not finished typing."""

from dataclasses import replace

from tocsin.identifiers import Token
from tocsin.search.document import Document
from tocsin.search.engine import Engine
from tocsin.search.query import Query
from tocsin.search.spelled import thing

SHORTEST = 3
MOST = 8
_LOOKED_AT = 40


def suggestions(
    engine: Engine, text: str, readable: frozenset[str], token: Token | None, country: str | None
) -> list[Document]:
    """Different things that are or begin with `text`, best first, at most MOST; none for a text below SHORTEST.

    May raise SearchDown.
    """
    text = text.strip()
    if len(text) < SHORTEST:
        return []
    wanted = replace(thing(text, token, country), substrings=(), looks=(), lookalikes=(), words=())
    hits = engine.search(Query(text, wanted, limit=_LOOKED_AT), readable).hits
    different: dict[tuple[str, str], Document] = {}
    for hit in hits:
        different.setdefault((hit.document.kind, hit.document.value), hit.document)
    return list(different.values())[:MOST]
