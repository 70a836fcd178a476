"""Elasticsearch that goes away: a plain answer, no waiting, and all is there when it comes back."""

import socket
import uuid
from pathlib import Path

import pytest
from search_world import EVERYTHING, document
from services.elasticsearch_node import ElasticsearchNode

from tocsin.search import Engine, SearchDown, open_engine, parse
from tocsin.search.elasticsearch_engine import ElasticsearchEngine
from tocsin.search.tantivy_engine import TantivyEngine


def assert_down(engine: Engine) -> None:
    assert not engine.ready()
    for ask in (
        engine.checkpoint,
        lambda: engine.search(parse("x.example"), EVERYTHING),
        lambda: engine.count(EVERYTHING),
        lambda: engine.get("a:b"),
        lambda: engine.apply([document(3)], [], 3),
        lambda: engine.rebuild([], 0),
    ):
        with pytest.raises(SearchDown, match="does not answer"):
            ask()


@pytest.mark.elasticsearch
def test_a_node_that_stops_and_comes_back(elasticsearch_node: ElasticsearchNode) -> None:
    engine = ElasticsearchEngine(elasticsearch_node.url, f"test-{uuid.uuid4().hex}")
    engine.apply([document(1), document(2)], [], 2)
    elasticsearch_node.stop()
    try:
        assert_down(engine)
    finally:
        elasticsearch_node.start()
    assert engine.ready()
    assert engine.checkpoint() == 2
    engine.apply([document(3)], [], 3)
    assert engine.count(EVERYTHING) == 3
    engine.close()


def test_a_server_that_never_answers_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = ElasticsearchEngine(f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert not engine.ready()
        with pytest.raises(SearchDown, match="does not answer"):
            engine.search(parse("x.example"), EVERYTHING)
        engine.close()


def test_the_address_chooses_the_engine(tmp_path: Path) -> None:
    assert isinstance(open_engine(None, tmp_path), TantivyEngine)
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    engine = open_engine(f"http://127.0.0.1:{port}", tmp_path)
    assert isinstance(engine, ElasticsearchEngine)
    assert_down(engine)
    engine.close()
