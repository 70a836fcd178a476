"""All hits of a question, one after another, in their order."""

from collections.abc import Iterator

from tocsin.search.engine import Engine, Hit
from tocsin.search.expression import NOTHING
from tocsin.search.query import Query
from tocsin.search.tiers import TIERS, apart, places


def every_hit(engine: Engine, query: Query, readable: frozenset[str]) -> Iterator[Hit]:
    """Every hit in the order of the pages, whatever the query's offset and limit; each tier as of one moment.

    What changes its tier meanwhile comes once. May raise SearchDown on the way.
    """
    seen: set[str] = set()
    looks = apart(query.wanted)
    for place in places(query.match):
        if looks[place] == NOTHING:
            continue
        for document in engine.scan(looks[place], readable):
            if document.key not in seen:
                seen.add(document.key)
                yield Hit(document, TIERS[place])
