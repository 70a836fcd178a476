"""What both engines promise, asked of both."""

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from elasticsearch import Elasticsearch
from search_world import COLLECTIONS, EVERYTHING, QUESTIONS, document, expected, world

from tocsin.search import Engine, Filters, Hit, Results, SearchDown, parse
from tocsin.search.elasticsearch_engine import ElasticsearchEngine
from tocsin.search.everything import every_hit
from tocsin.search.expression import decides
from tocsin.search.tantivy_engine import TantivyEngine
from tocsin.search.tiers import Why

Opener = Callable[[], Engine]
ENGINES = ["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]
HALF = len(QUESTIONS) // 2


@pytest.fixture(params=ENGINES)
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens the same fresh index as often as asked, as several processes would."""
    opened: list[Engine] = []
    if request.param == "tantivy":
        yield lambda: opened.append(TantivyEngine(tmp_path / "search")) or opened[-1]
    else:
        url, alias = request.getfixturevalue("elasticsearch_url"), f"test-{uuid.uuid4().hex}"
        yield lambda: opened.append(ElasticsearchEngine(url, alias)) or opened[-1]
        with Elasticsearch(url) as client:
            for name in client.indices.get(index=f"{alias}-*"):
                client.indices.delete(index=name)
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(opener: Opener) -> Engine:
    return opener()


def ask(engine: Engine, text: str) -> Results:
    return engine.search(parse(text), EVERYTHING)


def test_what_is_only_counted_has_the_same_counts(engine: Engine) -> None:
    engine.apply(world(), (), 1_000)
    for text in QUESTIONS[:40]:
        asked = parse(text, facets=True)
        whole = engine.search(asked, EVERYTHING)
        assert engine.search(replace(asked, limit=0), EVERYTHING) == replace(whole, hits=())


def test_an_empty_index_finds_nothing(engine: Engine) -> None:
    assert engine.ready()
    assert engine.checkpoint() == 0
    assert engine.count(EVERYTHING) == 0
    assert engine.get("no:such") is None
    assert ask(engine, "northbank") == Results()


def test_answers_follow_the_tier_rules(engine: Engine) -> None:
    documents = world()
    engine.apply(documents[:150], [], 150)
    engine.apply(documents[150:], [], len(documents))
    for text in QUESTIONS:
        query = parse(text, limit=100, facets=True)
        assert engine.search(query, EVERYTHING) == expected(documents, query, EVERYTHING), text


@pytest.mark.parametrize(
    "filters",
    [
        Filters(kind="domain"),
        Filters(crime_type="bec"),
        Filters(country="SG"),
        Filters(tlp="amber"),
        Filters(collection=COLLECTIONS[1]),
        Filters(revoked=True),
        Filters(revoked=False, kind="url", country="TH"),
        Filters(kind="nothing of the sort"),
    ],
)
def test_filters_and_readable_collections_hold_for_hits_counts_and_facets(engine: Engine, filters: Filters) -> None:
    documents = world(150)
    engine.apply(documents, [], 150)
    for readable in (EVERYTHING, frozenset(COLLECTIONS[:2]), frozenset([COLLECTIONS[2], str(uuid.uuid4())])):
        for text in ("", "northbank", "account"):
            query = parse(text, filters, limit=100, facets=True)
            assert engine.search(query, readable) == expected(documents, query, readable)
        assert engine.count(readable) == sum(one.collection in readable for one in documents)


@pytest.mark.parametrize("why", get_args(Why))
def test_hits_can_be_narrowed_to_one_reason(engine: Engine, why: Why) -> None:
    documents = world()
    engine.apply(documents, [], len(documents))
    for text in ("northbank", "n0rthbank.test", "ceo.1", "BUKB", "mule account", "north NOT kind:url", "kind:url", ""):
        query = parse(text, Filters(match=why), limit=100, facets=True)
        narrowed = engine.search(query, EVERYTHING)
        assert narrowed == expected(documents, query, EVERYTHING), text
        if decides(query.wanted):
            assert narrowed.total == engine.search(parse(text, facets=True), EVERYTHING).whys.get(why, 0)


def test_the_pages_of_one_reason_follow_each_other(engine: Engine) -> None:
    documents = world()
    engine.apply(documents, [], len(documents))
    for why in get_args(Why):
        query = parse("northbank", Filters(match=why), limit=100)
        whole = engine.search(query, EVERYTHING).hits
        found: list[Hit] = []
        while len(found) < len(whole):
            after = found[-1].place if found else None
            found += engine.search(replace(query, limit=7, after=after), EVERYTHING).hits
        assert tuple(found[: len(whole)]) == whole


def test_every_hit_comes_once_in_the_order_of_the_pages(engine: Engine) -> None:
    documents = world()
    engine.apply(documents, [], len(documents))
    some = frozenset(COLLECTIONS[:2])
    for text in ("northbank", "n0rthbank.test kind:domain,url", "BUKB OR kind:email", "country:SG NOT north", ""):
        for why in (None, "prefix"):
            query = parse(text, Filters(match=why), limit=100)
            found = tuple(every_hit(engine, query, some))
            whole = expected(documents, replace(query, limit=len(documents)), some)
            assert found == whole.hits, text


def test_who_may_read_nothing_finds_nothing(engine: Engine) -> None:
    engine.apply(world(50), [], 50)
    assert engine.search(parse(""), frozenset()) == Results()
    assert engine.count(frozenset()) == 0


def test_pages_follow_each_other_without_gap_or_repetition(engine: Engine) -> None:
    documents = world(200)
    engine.apply(documents, [], 200)
    whole = [
        hit for start in range(0, 200, 7) for hit in engine.search(parse("", offset=start, limit=7), EVERYTHING).hits
    ]
    assert [hit.document.key for hit in whole] == [one.key for one in sorted(documents, key=lambda one: -one.seq)]
    mixed = [
        hit
        for start in range(0, 200, 3)
        for hit in engine.search(parse("north", offset=start, limit=3), EVERYTHING).hits
    ]
    assert tuple(mixed[:100]) == expected(documents, parse("north", limit=100), EVERYTHING).hits[: len(mixed)]


def test_a_batch_can_be_repeated(engine: Engine) -> None:
    documents = world(60)
    for _ in range(2):
        engine.apply(documents, [], 60)
    engine.apply(documents[:20], [], 20)
    assert engine.checkpoint() == 60
    assert engine.count(EVERYTHING) == 60
    assert engine.get(documents[3].key) == documents[3]


def test_an_older_document_never_replaces_a_newer(engine: Engine) -> None:
    newer = document(1, value="newer.example", seq=9)
    older = document(1, value="older.example", seq=4)
    engine.apply([newer], [], 9)
    engine.apply([older], [], 4)
    engine.apply([], [older.key], 5)
    assert engine.get(newer.key) == newer
    assert ask(engine, "older.example").total == 0


def test_a_change_replaces_and_a_removal_removes(engine: Engine) -> None:
    first, other = document(1, value="first.example"), document(2, value="other.example")
    engine.apply([first, other], [], 2)
    again = document(1, value="again.example", seq=3)
    engine.apply([again], [other.key, "no:such"], 3)
    assert [hit.document for hit in ask(engine, "").hits] == [again]
    assert ask(engine, "first.example").total == 0
    back = document(2, value="back.example", seq=4)
    engine.apply([back], [again.key, back.key], 4)
    assert [hit.document for hit in ask(engine, "").hits] == [back]


def test_another_process_sees_a_batch_at_once(opener: Opener) -> None:
    writer, reader = opener(), opener()
    for number in range(1, 6):
        writer.apply([document(number)], [], number)
        assert reader.count(EVERYTHING) == number
        assert reader.checkpoint() == number


def test_a_rebuild_comes_out_the_same(engine: Engine) -> None:
    documents = world(120)
    engine.apply(documents, [], 120)
    before = [engine.search(parse(text), EVERYTHING) for text in QUESTIONS]
    engine.rebuild([document(1, value="early.example", collection=documents[0].collection), *documents], 120)
    assert [engine.search(parse(text), EVERYTHING) for text in QUESTIONS] == before
    assert engine.checkpoint() == 120
    engine.apply([document(121)], [], 121)
    assert engine.count(EVERYTHING) == 121


def test_searching_goes_on_while_the_index_is_rebuilt(opener: Opener) -> None:
    builder, reader = opener(), opener()
    documents = world(300)
    builder.apply(documents, [], 300)
    totals: list[int] = []
    done, begun = threading.Event(), threading.Event()

    def look() -> None:
        while not done.is_set():
            totals.append(ask(reader, "").total)
            begun.set()

    looker = threading.Thread(target=look)
    looker.start()
    begun.wait()
    for extra in range(1, 4):
        documents.append(document(300 + extra))
        builder.rebuild(documents, 300 + extra)
    done.set()
    looker.join()
    assert set(totals) <= {300, 301, 302, 303}
    assert all(earlier <= later for earlier, later in pairwise(totals))
    assert ask(reader, "").total == 303


def test_many_threads_may_ask_one_engine(engine: Engine) -> None:
    engine.apply(world(100), [], 100)
    questions = QUESTIONS[:HALF]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda text: ask(engine, text), questions * 4))
    assert answers == [ask(engine, text) for text in questions] * 4


def test_whoever_follows_learns_that_the_index_was_replaced(opener: Opener) -> None:
    follower, rebuilder = opener(), opener()
    follower.apply([document(1)], [], 1)
    rebuilder.rebuild([], 0)
    with pytest.raises(SearchDown, match="replaced"):
        follower.apply([document(2)], [], 2)
    assert follower.checkpoint() == 0
    follower.apply([document(1), document(2)], [], 2)
    assert rebuilder.count(EVERYTHING) == 2


@pytest.mark.elasticsearch
def test_both_engines_answer_alike(elasticsearch_url: str, tmp_path: Path) -> None:
    alias = f"test-{uuid.uuid4().hex}"
    one, other = TantivyEngine(tmp_path), ElasticsearchEngine(elasticsearch_url, alias)
    for engine in (one, other):
        engine.apply(world(300, seed=11), [], 300)
    for text in QUESTIONS:
        for filters in (Filters(), Filters(revoked=False)):
            query = parse(text, filters, offset=2, limit=50, facets=True)
            assert one.search(query, EVERYTHING) == other.search(query, EVERYTHING), text
    with Elasticsearch(elasticsearch_url) as client:
        for name in client.indices.get(index=f"{alias}-*"):
            client.indices.delete(index=name)
    one.close()
    other.close()
