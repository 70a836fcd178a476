"""The embedded engine: a tantivy index in a directory, shared by all processes of one machine.

In the index home, `current` names the directory of the index in use, `lock` is held by whoever writes and `building`
by whoever rebuilds: locks of the operating system, which end with their process, so a killed one leaves none behind.
tantivy itself makes a commit visible by replacing one file, so a killed writer leaves the last commit.
"""

import fcntl
import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tantivy import DocAddress, Index, IndexWriter, Schema, SchemaBuilder, Searcher, SearchResult
from tantivy import Document as Entry
from tantivy import Query as Lookup

from tocsin.search.document import Document, from_json, terms_of, to_json
from tocsin.search.engine import FACETS, MOST_VALUES, WHYS, Hit, Results, SearchDown, sorted_facet
from tocsin.search.query import Query
from tocsin.search.tantivy_query import allowed, anything, only, tiers

WRITER_HEAP = 50_000_000
"""Bytes that a batch may take in memory before it goes to disk; one thread needs at least 15 MB."""

_CHECKPOINT = "checkpoint"
_LOOKS = 3


def _schema() -> Schema:
    builder = SchemaBuilder()
    for name in ("kind", "crime_types", "country", "tlp", "collection"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("key", "revoked"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("exact", "lookalikes", "words"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("trigrams", tokenizer_name="whitespace", index_option="position")
    for name in ("rank", "seq"):
        builder.add_integer_field(name, fast=True)
    builder.add_bytes_field("body", stored=True)
    return builder.build()


SCHEMA = _schema()


class TantivyEngine:
    """Search in the directory `home`, which the first batch makes."""

    name = "tantivy"

    def __init__(self, home: Path) -> None:
        self._home = home
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

    def checkpoint(self) -> int:
        """The highest `seq` that was applied; 0 for an empty index."""
        searcher = self._searcher()
        self._followed = self._opened[0] if self._opened else None
        return _checkpoint(searcher) if searcher else 0

    def apply(self, documents: Sequence[Document], removed: Sequence[str], seq: int) -> None:
        """Take in a batch in one commit."""
        with _locked(self._home / "lock"), self._explained():
            generation = self._current() or self._start()
            if self._followed not in (None, generation):
                raise SearchDown("The search index was replaced while it was being filled; it will catch up.")
            index = Index.open(str(self._home / generation))
            searcher = index.searcher()
            reached = _checkpoint(searcher)
            batch = {document.key: document for document in sorted(documents, key=lambda one: one.seq)}
            gone = set(removed) - batch.keys()
            _leave_newer(searcher, batch, gone, seq, reached)
            with _writing(index) as writer:
                for key in (*gone, *batch):
                    writer.delete_documents_by_term("key", key)
                for document in batch.values():
                    writer.add_document(_entry(document))
                _put_checkpoint(writer, max(seq, reached))

    def search(self, query: Query, readable: frozenset[str]) -> Results:
        """Asks tier by tier, each without what a better one found."""
        searcher = self._searcher()
        if searcher is None or not readable:
            return Results()
        allow = allowed(SCHEMA, query.filters, readable)
        hits: list[Hit] = []
        total = 0
        asked: list[Lookup] = []
        for why, lookup in zip(WHYS, tiers(SCHEMA, query), strict=True):
            if lookup is None:
                continue
            wanted = query.limit - len(hits)
            start = max(query.offset - total, 0)
            found = searcher.search(
                only(lookup, allow, asked), limit=max(wanted, 1), offset=start, order_by_field="rank"
            )
            hits += [Hit(_document(searcher, address), why) for _, address in found.hits[:wanted]]
            total += _count(found)
            asked.append(lookup)
        facets = searcher.aggregate(only(anything(asked), allow, []), _AGGREGATIONS)
        return Results(total, tuple(hits), {name: _facet(facets[name]) for name in FACETS})

    def get(self, key: str) -> Document | None:
        """The document with this key."""
        searcher = self._searcher()
        if searcher is None or key == _CHECKPOINT:
            return None
        found = searcher.search(Lookup.term_query(SCHEMA, "key", key), limit=1).hits
        return _document(searcher, found[0][1]) if found else None

    def count(self, readable: frozenset[str]) -> int:
        """How many documents can be found."""
        searcher = self._searcher()
        if searcher is None or not readable:
            return 0
        lookup = Lookup.term_set_query(SCHEMA, "collection", sorted(readable))
        return _count(searcher.search(lookup, limit=1))

    def rebuild(self, documents: Iterable[Document], seq: int) -> None:
        """Builds in a directory of its own; readers notice the new name in `current`."""
        self._home.mkdir(parents=True, exist_ok=True)
        with _locked(self._home / "building"), self._explained():
            generation = self._new_directory()
            with _writing(Index(SCHEMA, path=str(self._home / generation))) as writer:
                for document in documents:
                    writer.delete_documents_by_term("key", document.key)
                    writer.add_document(_entry(document))
                _put_checkpoint(writer, seq)
            with _locked(self._home / "lock"):
                self._point_to(generation)
            self._followed = generation
            for other in self._home.glob("index-*"):
                if other.name != generation:
                    shutil.rmtree(other, ignore_errors=True)

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
        raise SearchDown(f"The search index in {self._home} cannot be read; rebuild it.") from problem

    def _reload(self) -> Searcher | None:
        generation = self._current()
        if generation is None:
            self._opened = None
            return None
        if self._opened is None or self._opened[0] != generation:
            self._opened = generation, Index.open(str(self._home / generation))
        index = self._opened[1]
        index.reload()
        return index.searcher()

    def _current(self) -> str | None:
        try:
            return (self._home / "current").read_text().strip()
        except FileNotFoundError:
            return None

    def _start(self) -> str:
        generation = self._new_directory()
        Index(SCHEMA, path=str(self._home / generation))
        self._point_to(generation)
        self._followed = generation
        return generation

    def _new_directory(self) -> str:
        generation = f"index-{time.time_ns()}"
        (self._home / generation).mkdir()
        return generation

    def _point_to(self, generation: str) -> None:
        fresh = self._home / "current.new"
        with fresh.open("w") as file:
            file.write(generation)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._home / "current")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OSError) as error:
            raise SearchDown(f"The search index in {self._home} cannot be written; rebuild it.") from error


_AGGREGATIONS = {name: {"terms": {"field": field, "size": MOST_VALUES}} for name, field in FACETS.items()}


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


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


def _entry(document: Document) -> Entry:
    terms = terms_of(document)
    entry = Entry(
        key=document.key,
        collection=document.collection,
        kind=document.kind,
        tlp=document.tlp,
        crime_types=list(terms.crime_types),
        revoked=_word(document.revoked),
        exact=" ".join(terms.exact),
        trigrams=" ".join(terms.trigrams),
        lookalikes=" ".join(terms.lookalikes),
        words=" ".join(terms.words),
        rank=terms.rank,
        seq=document.seq,
        body=to_json(document),
    )
    if document.country is not None:
        entry.add_text("country", document.country)
    return entry


def _word(flag: bool) -> str:
    return "yes" if flag else "no"


def _count(found: SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # left out of the library's own stubs


def _document(searcher: Searcher, address: DocAddress) -> Document:
    return from_json(bytes(searcher.doc(address).get_first("body") or b""))


def _facet(answer: dict[str, list[dict[str, object]]]) -> list[tuple[str, int]]:
    return sorted_facet((str(bucket["key"]), int(str(bucket["doc_count"]))) for bucket in answer["buckets"])


def _checkpoint(searcher: Searcher) -> int:
    found = searcher.search(Lookup.term_query(SCHEMA, "key", _CHECKPOINT), limit=1).hits
    values = searcher.fast_field_values("seq", [address for _, address in found])
    return int(values[0] or 0) if values else 0


def _put_checkpoint(writer: IndexWriter, seq: int) -> None:
    writer.delete_documents_by_term("key", _CHECKPOINT)
    writer.add_document(Entry(key=_CHECKPOINT, seq=seq))


def _leave_newer(searcher: Searcher, batch: dict[str, Document], gone: set[str], seq: int, reached: int) -> None:
    """Take out of a repeated batch what the index knows newer; a batch beyond the checkpoint has nothing of it."""
    repeated = [key for key, document in batch.items() if document.seq < reached]
    repeated += gone if seq < reached else ()
    if not repeated:
        return
    lookup = Lookup.term_set_query(SCHEMA, "key", repeated)
    for _, address in searcher.search(lookup, limit=len(repeated)).hits:
        known = _document(searcher, address)
        if known.seq > seq:
            gone.discard(known.key)
        if known.key in batch and batch[known.key].seq < known.seq:
            del batch[known.key]
