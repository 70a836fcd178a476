"""Elasticsearch 8 for where one machine is not enough: an index behind an alias, filled in bulk.

It uses what the core server has: keyword fields, the whitespace analyzer, `constant_score`. A document's `seq` is its
version, so the server itself refuses an older one. The checkpoint is a document of the same index, under a name that
holds the index's own: written through the alias, it can never land in an index that it does not describe.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from elastic_transport import ObjectApiResponse, TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError
from elasticsearch.helpers import streaming_bulk

from tocsin.search.document import Document, from_json
from tocsin.search.elasticsearch_query import WHYS, allowed, lookup, question, score_of
from tocsin.search.elasticsearch_schema import MAPPING, action, version
from tocsin.search.engine import Hit, OtherForm, Results, SearchDown, counted_whys, sorted_facet
from tocsin.search.expression import EVERYTHING, NOTHING, Node, decides
from tocsin.search.fields import FACETS
from tocsin.search.form import FORM
from tocsin.search.query import Query
from tocsin.search.tiers import TIERS, Why, places, plainly, tiers

ALIAS = "tocsin"
ASK_SECONDS = 2.0
"""How long a page waits for an answer before it says that search is down."""

WRITE_SECONDS = 60.0
CHUNK = 1_000
CHUNK_BYTES = 8_000_000
BUSY_RETRIES, REBUILD_RETRIES = 2, 6
"""How often a chunk is sent again to a server that says it is busy (429), after 1, 2, 4 ... seconds.

What follows is tried again anyway, a rebuild would begin at its beginning.
"""

_JUST_REPLACED = frozenset((404, 503))
"""Answers to a search in an index that was removed a moment ago, besides others."""

_WRONG_FORM = 400
"""Answer to a question or a document that does not fit the index: somebody else made it, or a former version."""

_SCANNED = 5_000
_SCAN_OPEN = "2m"
"""How many documents a scan reads at once, and how long the server keeps its view for the next."""

_HARMLESS = frozenset((404, 409))
"""Answers to one item of a bulk: there was nothing to delete; a newer version is there."""

_SETTINGS = {"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "-1"}


class ElasticsearchEngine:
    """Search at `url`, in indexes whose names begin with `alias`; the alias itself has the form's name behind it, so
    that versions side by side do not ask each other's index.
    """

    name = "elasticsearch"

    def __init__(self, url: str, alias: str = ALIAS) -> None:
        self._url = url
        self.names = f"{alias}-*"
        self._alias = f"{alias}-{FORM}"
        self._followed: str | None = None
        self._client = Elasticsearch(url, request_timeout=ASK_SECONDS, max_retries=0, retry_on_timeout=False)
        self._writer = self._client.options(request_timeout=WRITE_SECONDS)

    def ready(self) -> bool:
        """Whether the server answers and can search."""
        try:
            with self._explained():
                health = self._client.cluster.health()
        except SearchDown:
            return False
        return bool(health["status"] != "red")

    def broken(self) -> bool:
        """Whether the server answers and the index in use is lost: one that was just started says so for a while."""
        try:
            with self._explained():
                index = self._index()
                return index is not None and self._client.cluster.health(index=index)["status"] == "red"
        except SearchDown:
            return False

    def checkpoint(self) -> int:
        """The highest `seq` that was applied; 0 for an empty index."""
        with self._explained():
            self._followed = self._index()
            if self._followed is None:
                self._see_no_other()
                return 0
            mapping = self._client.indices.get_mapping(index=self._followed)[self._followed]["mappings"]
            if mapping.get("_meta", {}).get("form") != FORM:
                raise OtherForm(_BEING_BUILT)
            return self._reached(self._followed)

    def apply(self, documents: Sequence[Document], removed: Sequence[str], seq: int) -> None:
        """Take in a batch; the checkpoint follows when all of it is in."""
        with self._explained():
            index = self._index() or self._start()
            if self._followed not in (None, index):
                raise SearchDown("The search index was replaced while it was being filled; it will catch up.")
            kept = {document.key for document in documents}
            gone = ({"_op_type": "delete", "_id": key, **version(seq)} for key in removed if key not in kept)
            self._send(self._alias, (*gone, *map(action, documents)), BUSY_RETRIES, require_alias=True)
            reached = max(seq, self._reached(index))
            self._writer.update(index=self._alias, id=_checkpoint(index), doc={"seq": reached}, require_alias=True)
            self._writer.indices.refresh(index=self._alias)

    def search(self, query: Query, readable: frozenset[str]) -> Results:
        """One request: the tier is the score, the order within it a number."""
        if not readable:
            return Results()
        answer = self._ask(lambda: self._client.search(index=self._alias, **question(query, readable)))
        if answer is None:
            return Results()
        hits = tuple(map(_hit, answer["hits"]["hits"]))
        total = answer["hits"]["total"]["value"]
        if not query.facets:
            return Results(total, hits)
        facets = {name: _facet(answer["aggregations"][name]) for name in FACETS}
        return Results(total, hits, facets, _whys(query, total, answer["aggregations"]))

    def scan(self, wanted: Node, readable: frozenset[str] | None) -> Iterator[Document]:
        """Reads one point in time, a few thousand at a time."""
        conditions = [lookup(plainly(wanted)), {"exists": {"field": "collection"}}]
        if readable is not None:
            conditions += allowed(EVERYTHING, readable)
        opened = self._ask(lambda: self._writer.open_point_in_time(index=self._alias, keep_alive=_SCAN_OPEN))
        if opened is None:
            return
        view, after = {"id": opened["id"], "keep_alive": _SCAN_OPEN}, None
        try:
            while True:
                with self._explained():
                    answer = self._writer.search(
                        pit=view,
                        query={"bool": {"filter": conditions}},
                        sort=[{"seq": "desc"}],
                        size=_SCANNED,
                        search_after=after,
                        source_includes=["body"],
                        track_total_hits=False,
                    )
                found = answer["hits"]["hits"]
                yield from (from_json(one["_source"]["body"]) for one in found)
                if len(found) < _SCANNED:
                    return
                after = found[-1]["sort"]
        finally:
            with suppress(ApiError, TransportError):
                self._client.close_point_in_time(id=view["id"])

    def get(self, key: str) -> Document | None:
        """The document with this key."""
        answer = self._ask(lambda: self._client.get(index=self._alias, id=key))
        body = answer["_source"].get("body") if answer else None
        return from_json(body) if body else None

    def count(self, readable: frozenset[str]) -> int:
        """How many documents can be found."""
        query = {"terms": {"collection": sorted(readable)}}
        answer = self._ask(lambda: self._client.count(index=self._alias, query=query))
        return int(answer["count"]) if answer else 0

    def rebuild(self, documents: Iterable[Document], seq: int) -> None:
        """Fills a new index and moves the alias to it in one step that removes the old ones."""
        with self._explained():
            index = self._create(aliases={})
            self._send(index, map(action, documents), REBUILD_RETRIES)
            self._writer.index(index=index, id=_checkpoint(index), document={"seq": seq})
            self._writer.indices.refresh(index=index)
            removal = {"remove": {"index": self.names, "alias": self._alias, "must_exist": False}}
            addition = {"add": {"index": index, "alias": self._alias}}
            self._writer.indices.update_aliases(actions=[removal, addition])
            self._followed = index
            for other in self._client.indices.get(index=self.names):
                if other != index:
                    self._writer.indices.delete(index=other, ignore_unavailable=True)

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _ask(self, request: Callable[[], ObjectApiResponse[Any]]) -> ObjectApiResponse[Any] | None:
        """The answer, or None where there is nothing. Asks twice: a rebuild may take the index away in between."""
        with self._explained():
            try:
                return request()
            except ApiError as error:
                if error.status_code not in _JUST_REPLACED:
                    raise
            try:
                return request()
            except NotFoundError:
                self._see_no_other()
                return None

    def _see_no_other(self) -> None:
        """Raise where there is no index of this form, but one of another."""
        if any(self._client.indices.get(index=self.names, filter_path=_NAMES)):
            raise OtherForm(_BEING_BUILT)

    def _index(self) -> str | None:
        try:
            return str(next(iter(self._client.indices.get_alias(name=self._alias))))
        except NotFoundError:
            return None

    def _start(self) -> str:
        index = self._create(aliases={self._alias: {}})
        self._writer.index(index=index, id=_checkpoint(index), document={"seq": 0})
        self._followed = index
        return index

    def _create(self, aliases: dict[str, Any]) -> str:
        index = f"{self._alias}-{time.time_ns()}"
        self._writer.indices.create(index=index, mappings=MAPPING, settings=_SETTINGS, aliases=aliases)
        return index

    def _reached(self, index: str) -> int:
        return int(self._client.get(index=index, id=_checkpoint(index))["_source"]["seq"])

    def _send(self, index: str, actions: Iterable[dict[str, Any]], retries: int, **options: Any) -> None:
        answers = streaming_bulk(
            self._writer,
            actions,
            index=index,
            chunk_size=CHUNK,
            max_chunk_bytes=CHUNK_BYTES,
            max_retries=retries,
            initial_backoff=1,
            raise_on_error=False,
            **options,
        )
        for done, item in answers:
            status = next(iter(item.values()))["status"]
            if not done and status == _WRONG_FORM:
                raise OtherForm(_BEING_BUILT)
            if not done and status not in _HARMLESS:
                raise SearchDown(f"The search engine at {self._url} did not take everything in (status {status}).")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (TransportError, ApiError) as error:
            if isinstance(error, ApiError) and error.status_code == _WRONG_FORM:
                raise OtherForm(_BEING_BUILT) from error
            raise SearchDown(f"The search engine at {self._url} does not answer at present.") from error


_BEING_BUILT = "The search index is of another version and is being built anew."
_NAMES = "*.settings.index.uuid"


def _checkpoint(index: str) -> str:
    return f"checkpoint of {index}"


def _hit(found: dict[str, Any]) -> Hit:
    return Hit(from_json(found["_source"]["body"]), TIERS[score_of(round(found["_score"]))])


def _whys(query: Query, total: int, counted: dict[str, Any]) -> dict[Why, int]:
    """How many hits each reason has; without a count for each tier all hits have the same."""
    if not total or not decides(query.wanted):
        return {}
    if WHYS not in counted:
        only = [place for place, look in enumerate(tiers(query.wanted)[0]) if look != NOTHING]
        return counted_whys([(only[0] if query.match is None else places(query.match).start, total)])
    return counted_whys((int(place), one["doc_count"]) for place, one in counted[WHYS]["buckets"].items())


def _facet(answer: dict[str, Any]) -> list[tuple[str, int]]:
    return sorted_facet((bucket["key"], bucket["doc_count"]) for bucket in answer["buckets"])
