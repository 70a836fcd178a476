"""Search at size, on each engine, beside the engine itself: the same look-ups, sent by hand, and its own bulk."""

import random
import shutil
import statistics
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path

import tantivy
from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from bench.measures import Figure, real_data, timed, values
from tocsin.search import Document, Engine, Filters, Query, parse
from tocsin.search.elasticsearch_engine import CHUNK, ElasticsearchEngine
from tocsin.search.elasticsearch_query import question
from tocsin.search.elasticsearch_schema import action
from tocsin.search.expression import NOTHING, All, Has
from tocsin.search.fields import FACETS
from tocsin.search.tantivy_engine import WRITER_HEAP, TantivyEngine
from tocsin.search.tantivy_query import every, lookup, some, without
from tocsin.search.tantivy_schema import SCHEMA, entry
from tocsin.search.tiers import tiers

GOAL = "at most 2"
NEEDLES = 200
COLLECTIONS = tuple(str(uuid.UUID(int=number)) for number in range(1, 6))
READABLE = frozenset(COLLECTIONS)
BATCH = 5_000
"""As the follower of the ledger feeds it."""


def documents(count: int) -> Iterator[Document]:
    """`count` documents: real values where they are at hand, and as many more in further collections as it takes."""
    listed = list(values(count, real_data()))
    for number in range(1, count + 1):
        value = listed[(number - 1) % len(listed)]
        collection = COLLECTIONS[(number - 1) // len(listed) % len(COLLECTIONS)]
        stix_id = f"indicator--{uuid.UUID(int=number)}"
        yield Document(
            key=f"{collection}:{stix_id}",
            collection=collection,
            stix_id=stix_id,
            observable_id=None,
            kind=_kind(value),
            value=value,
            crime_types=(("phishing", "bec", "investment-fraud")[number % 3],),
            country=("SG", "GB", None)[number % 3],
            tlp=("clear", "green", "amber")[number % 3],
            sources=("Bench",),
            name=value,
            text="Reported by members",
            confidence=50,
            created=number,
            modified=1_700_000_000_000 + number,
            valid_from=number,
            valid_until=None,
            first_seen=None,
            last_seen=None,
            revoked=False,
            members=1,
            seq=number,
        )


def _kind(value: str) -> str:
    return "url" if "/" in value else "email" if "@" in value else "domain"


def questions(count: int, seed: int = 3) -> dict[str, list[Query]]:
    """Questions of each sort about what is there."""
    chance = random.Random(seed)
    listed = list(values(count, real_data()))
    chosen = chance.sample(listed, NEEDLES)
    return {
        "exact": [parse(one) for one in chosen],
        "substring": [parse(one[2:11]) for one in chosen],
        "look-alike": [parse(misspelt(one, chance)) for one in chosen],
        "facets": [parse(one[2:11], Filters(), facets=True) for one in chosen],
    }


def misspelt(value: str, chance: random.Random) -> str:
    """With one character less in its first label, as people remember names."""
    place = chance.randrange(1, max(len(value.partition(".")[0]), 2))
    return value[:place] + value[place + 1 :]


def embedded(count: int) -> list[Figure]:
    """The embedded engine."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        engine = TantivyEngine(Path(folder) / "ours")
        fed = count / timed(lambda: engine.rebuild(documents(count), count))
        bare = count / timed(lambda: _bare_build(Path(folder) / "bare", count))
        shutil.rmtree(Path(folder) / "bare")
        index = tantivy.Index.open(str(next((Path(folder) / "ours").glob("index-*"))))
        figures = [Figure("embedded: reindex", fed, "documents/s", "the bare engine's bulk", bare, "at least 0.5")]
        figures += _asked("embedded", engine, questions(count), lambda query: partial(_bare_embedded, index, query))
        engine.close()
        return figures


def _bare_build(home: Path, count: int) -> None:
    home.mkdir()
    writer = tantivy.Index(SCHEMA, path=str(home)).writer(WRITER_HEAP, 1)
    for document in documents(count):
        writer.add_document(entry(document))
    writer.commit()
    writer.wait_merging_threads()


def _bare_embedded(index: tantivy.Index, query: Query) -> Callable[[], None]:
    """The same look-ups, made beforehand."""
    looks, beside = tiers(query.wanted)
    allow = lookup(SCHEMA, All((Has("collection", tuple(sorted(READABLE))), beside)))
    asked = [lookup(SCHEMA, look) for look in looks if look != NOTHING]
    made = [without(every([look, allow]), asked[:place]) for place, look in enumerate(asked)]
    whole = every([some(asked), allow])
    counts = {name: {"terms": {"field": field, "size": 1_000}} for name, field in FACETS.items()}

    def ask() -> None:
        searcher = index.searcher()
        room = query.limit
        for look in made:
            found = searcher.search(look, limit=max(room, 1), order_by_field="seq").hits
            for _, address in found[:room]:
                searcher.doc(address)
            room = max(room - len(found), 0)
        if query.facets:
            searcher.aggregate(whole, counts)

    return ask


def elasticsearch(count: int) -> list[Figure]:
    """Elasticsearch, where a node can be put together here."""
    with node() as url, Elasticsearch(url, request_timeout=120) as client:
        alias = f"bench-{uuid.uuid4().hex}"
        engine = ElasticsearchEngine(url, alias)
        fed = count / timed(lambda: engine.rebuild(documents(count), count))
        (index,) = client.indices.get(index=engine.names)
        bare = count / timed(lambda: _bare_bulk(client, index, count))
        figures = [Figure("elasticsearch: reindex", fed, "documents/s", "the bare engine's bulk", bare, "at least 0.5")]
        figures += _asked(
            "elasticsearch", engine, questions(count), lambda query: partial(_bare_elasticsearch, client, index, query)
        )
        client.indices.delete(index=index)
        engine.close()
        return figures


def _bare_bulk(client: Elasticsearch, like: str, count: int) -> None:
    made = client.indices.get(index=like)[like]
    settings = {"number_of_shards": 1, "refresh_interval": -1}
    client.indices.create(index="bare", mappings=made["mappings"], settings=settings)
    for _ in streaming_bulk(client, map(action, documents(count)), index="bare", chunk_size=CHUNK):
        pass
    client.indices.refresh(index="bare")
    client.indices.delete(index="bare")


def _bare_elasticsearch(client: Elasticsearch, index: str, query: Query) -> Callable[[], None]:
    body = question(query, READABLE)

    def ask() -> None:
        client.search(index=index, **body)

    return ask


def _asked(
    name: str, engine: Engine, asked: dict[str, list[Query]], bare: Callable[[Query], Callable[[], Callable[[], None]]]
) -> list[Figure]:
    figures = []
    for what, queries in asked.items():
        ours, theirs = [], []
        for query in queries:
            by_hand = bare(query)()
            by_hand()
            theirs.append(timed(by_hand))
            ours.append(timed(partial(engine.search, query, READABLE)))
        for label, place in (("p50", 49), ("p95", 94)):
            figure, reference = (statistics.quantiles(times, n=100)[place] * 1000 for times in (ours, theirs))
            title = f"{name}: {what} {label}"
            figures.append(Figure(title, figure, "ms", "the same look-ups by hand", reference, GOAL))
    return figures


@contextmanager
def node() -> Iterator[str]:
    """A node as the tests put it together."""
    tests = Path(__file__).parents[1] / "tests"
    sys.path.insert(0, str(tests))
    services = import_module("services.elasticsearch_node")
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        started = services.ElasticsearchNode(services.assembled(services.cache()), Path(folder))
        started.start()
        try:
            yield started.url
        finally:
            started.stop()
