"""The embedded engine: a tantivy index in a directory, shared by all processes of one machine.

tantivy makes a commit visible by replacing one file, so a killed writer leaves the last commit.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tantivy import DocAddress, Index, IndexWriter, Searcher, SearchResult
from tantivy import Query as Lookup

from tocsin.search.document import Document
from tocsin.search.engine import MOST_VALUES, Hit, Results, SearchDown, counted_whys, sorted_facet
from tocsin.search.expression import EVERYTHING, NOTHING, All, Has, Node, Not, Within, decides
from tocsin.search.fields import FACETS
from tocsin.search.query import Query
from tocsin.search.tantivy_home import IndexHome
from tocsin.search.tantivy_query import every, lookup, some, without
from tocsin.search.tantivy_schema import CHECKPOINT, SCHEMA, checkpoint, entry, put_checkpoint, read
from tocsin.search.tiers import TIERS, places, plainly, tiers

WRITER_HEAP = 50_000_000
"""Bytes that a batch may take in memory before it goes to disk; one thread needs at least 15 MB."""

_LOOKS = 3
_SCANNED = 5_000
"""Documents that a scan reads at once."""


class TantivyEngine:
    """Search in the directory `home`, which the first batch makes."""

    name = "tantivy"

    def __init__(self, home: Path) -> None:
        self._home = IndexHome(home)
        self._guard = threading.Lock()
        self._opened: tuple[str, Index] | None = None
        self._followed: str | None = None

    def ready(self) -> bool:
        """Whether the index can be read."""
        try:
            self._searcher()
        except SearchDown:
            return False
        return True

    def broken(self) -> bool:
        """Whether the index cannot be read: nothing but building it anew mends its files."""
        return not self.ready()

    def checkpoint(self) -> int:
        """The highest `seq` that was applied; 0 for an empty index."""
        searcher = self._searcher()
        self._followed = self._opened[0] if self._opened else None
        return checkpoint(searcher) if searcher else 0

    def apply(self, documents: Sequence[Document], removed: Sequence[str], seq: int) -> None:
        """Take in a batch in one commit."""
        with self._explained(), self._home.alone("lock"):
            name = self._home.current() or self._start()
            if self._followed not in (None, name):
                raise SearchDown("The search index was replaced while it was being filled; it will catch up.")
            index = Index.open(self._home.at(name))
            searcher = index.searcher()
            reached = checkpoint(searcher)
            batch = {document.key: document for document in sorted(documents, key=lambda one: one.seq)}
            gone = set(removed) - batch.keys()
            _leave_newer(searcher, batch, gone, seq, reached)
            with _writing(index) as writer:
                for key in (*gone, *batch):
                    writer.delete_documents_by_term("key", key)
                for document in batch.values():
                    writer.add_document(entry(document))
                put_checkpoint(writer, max(seq, reached))

    def search(self, query: Query, readable: frozenset[str]) -> Results:
        """Asks tier by tier, each without what a better one found."""
        searcher = self._searcher()
        if searcher is None or not readable:
            return Results()
        looks, beside = tiers(query.wanted)
        allow = _allowed(beside, readable)
        asked = [(place, lookup(SCHEMA, look)) for place, look in enumerate(looks) if look != NOTHING]
        chosen = places(query.match)
        better = [fits for place, fits in asked if place < chosen.start]
        fitting = [(place, fits) for place, fits in asked if place in chosen]
        hits: list[Hit] = []
        counts: list[tuple[int, int]] = []
        skipped, before = query.offset, list(better)
        for place, fits in fitting:
            look = without(every([fits, allow]), before)
            page = _page(searcher, look, query, place, skipped, query.limit - len(hits))
            hits += [Hit(read(searcher, address), TIERS[place]) for address in page.addresses]
            counts.append((place, page.whole))
            skipped = max(skipped - page.beyond, 0)
            before.append(fits)
        total = sum(count for _, count in counts)
        if not query.facets:
            return Results(total, tuple(hits))
        found = without(every([some([fits for _, fits in fitting]), allow]), better)
        facets = searcher.aggregate(found, _AGGREGATIONS)
        whys = counted_whys(counts) if decides(query.wanted) else {}
        return Results(total, tuple(hits), {name: _facet(facets[name]) for name in FACETS}, whys)

    def scan(self, wanted: Node, readable: frozenset[str] | None) -> Iterator[Document]:
        """Reads one snapshot, a few thousand at a time, each beginning below the last."""
        searcher = self._searcher()
        if searcher is None or readable == frozenset():
            return
        may_read = EVERYTHING if readable is None else _in(readable)
        real = All((plainly(wanted), may_read, Not(Has("key", (CHECKPOINT,)))))
        found: Sequence[Document] | None = None
        while found is None or len(found) == _SCANNED:
            rest = All((real, Within("seq", high=found[-1].seq - 1))) if found else real
            page = searcher.search(lookup(SCHEMA, rest), limit=_SCANNED, count=False, order_by_field="seq")
            found = [read(searcher, address) for _, address in page.hits]
            yield from found

    def get(self, key: str) -> Document | None:
        """The document with this key."""
        searcher = self._searcher()
        if searcher is None or key == CHECKPOINT:
            return None
        found = searcher.search(Lookup.term_query(SCHEMA, "key", key), limit=1).hits
        return read(searcher, found[0][1]) if found else None

    def count(self, readable: frozenset[str]) -> int:
        """How many documents can be found."""
        searcher = self._searcher()
        if searcher is None or not readable:
            return 0
        return _count(searcher.search(_allowed(EVERYTHING, readable), limit=1))

    def rebuild(self, documents: Iterable[Document], seq: int) -> None:
        """Builds in a directory of its own; readers notice the new name in `current`."""
        with self._explained(), self._home.alone("building"):
            name = self._home.new()
            with _writing(Index(SCHEMA, path=self._home.at(name))) as writer:
                for document in documents:
                    writer.delete_documents_by_term("key", document.key)
                    writer.add_document(entry(document))
                put_checkpoint(writer, seq)
            with self._home.alone("lock"):
                self._home.use(name)
            self._followed = name
            self._home.sweep(name)

    def close(self) -> None:
        """Let go of the index's files."""
        with self._guard:
            self._opened = None

    def _searcher(self) -> Searcher | None:
        """The last commit as it is now, by whichever process; None while there is no index."""
        problem: Exception | None = None
        for _ in range(_LOOKS):  # a rebuild may take the directory away between the looks at name and files
            try:
                with self._guard:
                    return self._reload()
            except (ValueError, OSError) as error:
                problem = error
        raise SearchDown(f"The search index in {self._home.path} cannot be read; rebuild it.") from problem

    def _reload(self) -> Searcher | None:
        name = self._home.current()
        if name is None:
            self._opened = None
            return None
        if self._opened is None or self._opened[0] != name:
            self._opened = name, Index.open(self._home.at(name))
        index = self._opened[1]
        index.reload()
        return index.searcher()

    def _start(self) -> str:
        name = self._home.new()
        Index(SCHEMA, path=self._home.at(name))
        self._home.use(name)
        self._followed = name
        return name

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OSError) as error:
            raise SearchDown(f"The search index in {self._home.path} cannot be written; rebuild it.") from error


_AGGREGATIONS = {name: {"terms": {"field": field, "size": MOST_VALUES}} for name, field in FACETS.items()}


class _Page(NamedTuple):
    """The hits of one tier that belong on a page, how many it has, and how many of them are behind the last seen."""

    addresses: list[DocAddress]
    whole: int
    beyond: int


def _page(searcher: Searcher, look: Lookup, query: Query, place: int, skipped: int, room: int) -> _Page:
    tier, seq = query.after or (-1, 0)
    if place != tier or room <= 0:
        wanted = room if place > tier else 0
        found = searcher.search(look, limit=max(wanted, 1), offset=skipped if wanted > 0 else 0, order_by_field="seq")
        count = _count(found)
        return _Page([address for _, address in found.hits[: max(wanted, 0)]], count, count if place > tier else 0)
    rest = searcher.search(
        every([look, lookup(SCHEMA, Within("seq", high=seq - 1))]), limit=room, offset=skipped, order_by_field="seq"
    )
    count = _count(searcher.search(look, limit=1, order_by_field="seq"))
    return _Page([address for _, address in rest.hits], count, _count(rest))


def _in(readable: frozenset[str]) -> Has:
    return Has("collection", tuple(sorted(readable)))


def _allowed(node: Node, readable: frozenset[str]) -> Lookup:
    """What may be read and holds besides."""
    return lookup(SCHEMA, _in(readable) if node == EVERYTHING else All((_in(readable), node)))


@contextmanager
def _writing(index: Index) -> Iterator[IndexWriter]:
    """A writer whose work is committed at the end, and whose merging is over before the next one starts."""
    writer = index.writer(WRITER_HEAP, 1)
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def _count(found: SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # left out of the library's own stubs


def _facet(answer: dict[str, list[dict[str, object]]]) -> list[tuple[str, int]]:
    return sorted_facet((str(bucket["key"]), int(str(bucket["doc_count"]))) for bucket in answer["buckets"])


def _leave_newer(searcher: Searcher, batch: dict[str, Document], gone: set[str], seq: int, reached: int) -> None:
    """Take out of a repeated batch what the index knows newer; a batch beyond the checkpoint has nothing of it."""
    repeated = [key for key, document in batch.items() if document.seq < reached]
    repeated += gone if seq < reached else ()
    if not repeated:
        return
    those = Lookup.term_set_query(SCHEMA, "key", repeated)
    for _, address in searcher.search(those, limit=len(repeated)).hits:
        known = read(searcher, address)
        if known.seq > seq:
            gone.discard(known.key)
        if known.key in batch and batch[known.key].seq < known.seq:
            del batch[known.key]
