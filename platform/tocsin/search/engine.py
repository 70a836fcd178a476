"""What a search engine does for Tocsin, whichever it is."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tocsin.search.document import Document
from tocsin.search.expression import Node
from tocsin.search.fields import FACETS
from tocsin.search.query import Place, Query
from tocsin.search.tiers import TIERS, WHY, Tier, Why

MOST_VALUES = 1_000
"""Different values of a facet that are counted: far above the kinds, countries, crime types that there are."""


class SearchDown(Exception):
    """The search engine cannot be asked at present; the message says so in plain words. Trying again later helps."""


class OtherForm(SearchDown):
    """The index is of another form than this version asks and writes: it has to be built anew."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found, and by which tier."""

    document: Document
    tier: Tier

    @property
    def why(self) -> Why:
        """Why it was found, in the words of the interface."""
        return WHY[self.tier]

    @property
    def place(self) -> Place:
        """Where it stands in the order of hits."""
        return TIERS.index(self.tier), self.document.seq


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits. `total` and `facets` (value, count; most frequent first) are of all hits, not of the page.

    `whys` says of how many of them each reason holds, best first; a hit counts for its first tier. Facets and reasons
    that were not asked for are empty, and so are the reasons of a question that looks for no thing.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, list[tuple[str, int]]] = field(default_factory=lambda: {name: [] for name in FACETS})
    whys: Mapping[Why, int] = field(default_factory=dict)


class Engine(Protocol):
    """A search index that follows the ledger. All but `ready` may raise SearchDown, and OtherForm where it is one.

    `readable` are the ids of the collections that whoever asks may read: nothing of any other collection shows,
    neither as hit nor in a count. No readable collection finds nothing.
    """

    name: str

    def ready(self) -> bool:
        """Whether searching is possible now."""
        ...

    def broken(self) -> bool:
        """Whether the index is lost while its engine answers, so that only building it anew helps. Never raises."""
        ...

    def checkpoint(self) -> int:
        """The highest `seq` that was applied; 0 for an empty index."""
        ...

    def apply(self, documents: Sequence[Document], removed: Sequence[str], seq: int) -> None:
        """Take in a batch up to `seq`, searchable on return.

        Doing it again changes nothing; an older document never replaces a newer one. A key in both lists stays.
        Raises SearchDown too when another process replaced the index since `checkpoint` was asked: ask it again.
        """
        ...

    def search(self, query: Query, readable: frozenset[str]) -> Results:
        """The thing itself first, then what it is part of, prefix, substring, look-alike, text.

        In each the newest first: what came into the ledger last.
        """
        ...

    def scan(self, wanted: Node, readable: frozenset[str] | None) -> Iterator[Document]:
        """Every document that `wanted` finds, newest first, as of one moment; in all collections for None."""
        ...

    def get(self, key: str) -> Document | None:
        """The document with this key; asks nobody whether it may be read."""
        ...

    def count(self, readable: frozenset[str]) -> int:
        """How many documents can be found."""
        ...

    def rebuild(self, documents: Iterable[Document], seq: int) -> None:
        """Build a new index up to `seq` beside the present one and put it in its place; searching goes on meanwhile.

        Of several documents with one key the last counts.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


def counted_whys(by_tier: Iterable[tuple[int, int]]) -> dict[Why, int]:
    """How many hits each reason has, from the numbers of tiers and their counts; reasons without any are left out."""
    found: Counter[Why] = Counter()
    for place, count in by_tier:
        found[WHY[TIERS[place]]] += count
    return {why: found[why] for why in dict.fromkeys(WHY.values()) if found[why]}


def sorted_facet(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Most frequent first, then by value."""
    return sorted(counts, key=lambda pair: (-pair[1], pair[0]))
