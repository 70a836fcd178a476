"""Promise 9: with search killed, its disk full, its index lost or of a wrong form, submitting and polling go on.

Search says how far it is behind, catches up by itself, and then has what the ledger says, byte for byte.
"""

import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from house import House, build
from services.elasticsearch_node import ElasticsearchNode

from tocsin.ledger.database import Database
from tocsin.ledger.read import EVERYTHING, page
from tocsin.projections.following import AGAIN_MS, LOST_MS, SOON_MS, Behind, Following, behind
from tocsin.projections.search_index import digests
from tocsin.search import Engine, SearchDown, parse
from tocsin.search.elasticsearch_engine import ElasticsearchEngine
from tocsin.search.form import FORM
from tocsin.search.tantivy_engine import TantivyEngine
from tocsin.times import now_ms

PATIENCE_S = 90.0
TITLE = "Scams"


@dataclass
class Desk:
    """An exchange with an index that is followed, on a clock that can be put on."""

    house: House
    engine: Engine
    home: Path
    following: Following
    ahead_ms: int = 0
    number: int = 0

    def step(self) -> int:
        return self.following.step(now_ms() + self.ahead_ms)

    def submit(self, count: int) -> str:
        """Hand in new names, as always; the last of them."""
        names = [f"name-{self.number + n}.example" for n in range(count)]
        self.number += count
        self.house.submit("bank-a", "\n".join(names) + "\n", to=(TITLE,))
        return names[-1]

    def polled(self) -> int:
        """How many objects a subscriber gets."""
        with self.house.database.reading() as connection:
            return len(page(connection, self.house.collections[TITLE].key, 0, 100_000, EVERYTHING))

    def behind(self) -> Behind:
        with self.house.database.reading() as connection:
            return behind(connection, self.engine, self.home, self.readable, now_ms() + SOON_MS)

    @property
    def readable(self) -> frozenset[str]:
        return frozenset({self.house.collections[TITLE].id})

    def assert_all_else_goes_on(self) -> None:
        before = self.polled()
        self.submit(3)
        assert self.polled() > before
        self.step()
        waits = self.behind()
        assert waits.changes > 0
        assert waits.since is not None

    def assert_it_catches_up(self) -> None:
        last = self.submit(2)
        until(lambda: self.step() >= 0 and self.behind().changes == 0, self)
        ledger, index = digests(self.house.database, self.engine)
        assert ledger == index
        assert ledger.documents == self.number
        hits = self.engine.search(parse(last), self.readable).hits
        assert [hit.document.value for hit in hits[:1]] == [last]


def until(done: Callable[[], bool], desk: Desk) -> None:
    """Wait for something that comes by itself; the desk's clock runs faster, so that pauses are short."""
    end = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < end, "it did not come"
        desk.ahead_ms += AGAIN_MS
        time.sleep(0.2)


@pytest.fixture
def client(elasticsearch_node: ElasticsearchNode) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_node.url, request_timeout=30) as client:
        yield client


@pytest.fixture
def desk(database: Database, elasticsearch_node: ElasticsearchNode, tmp_path: Path) -> Iterator[Desk]:
    alias = f"test-{uuid.uuid4().hex}"
    engine = ElasticsearchEngine(elasticsearch_node.url, alias)
    desk = Desk(build(database), engine, tmp_path, Following(database, engine, tmp_path))
    desk.submit(40)
    until(lambda: desk.step() >= 0 and desk.behind().changes == 0, desk)
    yield desk
    with Elasticsearch(elasticsearch_node.url) as client:
        for name in client.indices.get(index=f"{alias}-*"):
            client.indices.delete(index=name)
    engine.close()


def index_of(client: Elasticsearch, desk: Desk) -> str:
    assert isinstance(desk.engine, ElasticsearchEngine)
    (name,) = client.indices.get(index=desk.engine.names)
    return str(name)


@pytest.mark.elasticsearch
def test_elasticsearch_is_killed_in_the_middle_of_feeding(desk: Desk, elasticsearch_node: ElasticsearchNode) -> None:
    desk.submit(600)
    feeding = threading.Thread(target=lambda: [desk.step() for _ in range(3)])
    feeding.start()
    elasticsearch_node.kill()
    try:
        feeding.join()
        desk.assert_all_else_goes_on()
        with pytest.raises(SearchDown):
            desk.engine.search(parse("name"), desk.readable)
    finally:
        elasticsearch_node.start()
    desk.assert_it_catches_up()


@pytest.mark.elasticsearch
def test_the_disk_of_elasticsearch_is_full(desk: Desk, client: Elasticsearch) -> None:
    # what the server itself does to every index of a node whose disk passes the flood stage
    index, block = index_of(client, desk), "index.blocks.read_only_allow_delete"
    client.indices.put_settings(index=index, settings={block: True})
    desk.assert_all_else_goes_on()
    assert desk.engine.search(parse("name-1.example"), desk.readable).total > 0
    client.indices.put_settings(index=index, settings={block: None})
    desk.assert_it_catches_up()
    assert index_of(client, desk) == index


@pytest.mark.elasticsearch
def test_the_index_is_red(desk: Desk, client: Elasticsearch, elasticsearch_node: ElasticsearchNode) -> None:
    index = index_of(client, desk)
    uuid_of_index = client.indices.get_settings(index=index)[index]["settings"]["index"]["uuid"]
    elasticsearch_node.kill()
    elasticsearch_node.lose(uuid_of_index)
    elasticsearch_node.start()
    assert client.cluster.health(index=index)["status"] == "red"
    desk.assert_all_else_goes_on()
    assert desk.engine.broken()
    desk.ahead_ms += LOST_MS
    desk.assert_it_catches_up()
    assert index_of(client, desk) != index


@pytest.mark.elasticsearch
def test_the_mapping_is_wrong(desk: Desk, client: Elasticsearch) -> None:
    # somebody deleted the index, and another program made one of that name out of the first thing it wrote
    index = index_of(client, desk)
    client.indices.delete(index=index)
    client.index(index=index, document={"modified": "yesterday", "seq": "first"}, refresh=True)
    client.indices.put_alias(index=index, name=index.rpartition("-")[0])
    assert FORM in index
    desk.assert_it_catches_up()


LIMITED = """
import resource, sys
from pathlib import Path
from search_world import document
from tocsin.search import SearchDown
from tocsin.search.tantivy_engine import TantivyEngine
engine = TantivyEngine(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    engine.apply([document(n, value=f"d{n}.example") for n in range(1_000, 6_000)], [], 6_000)
except SearchDown:
    print("down")
"""


def test_the_disk_of_the_embedded_index_is_full(database: Database, tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "search")
    desk = Desk(build(database), engine, tmp_path, Following(database, engine, tmp_path))
    desk.submit(40)
    desk.step()
    # no file of that process may grow beyond this, as on a disk with no more room
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "search"), "20000"],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": ":".join([*sys.path, str(Path(__file__).parents[1] / "search")])},
    )
    assert ended.stdout.strip() == "down", ended.stderr
    assert engine.search(parse("name-1.example"), desk.readable).total > 0
    desk.assert_it_catches_up()
    engine.close()


def test_a_damaged_embedded_index_is_built_anew(database: Database, tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "search")
    desk = Desk(build(database), engine, tmp_path, Following(database, engine, tmp_path))
    desk.submit(10)
    desk.step()
    next((tmp_path / "search").glob("index-*/meta.json")).write_text("{")
    desk.assert_all_else_goes_on()
    desk.ahead_ms += LOST_MS
    desk.assert_it_catches_up()
    engine.close()
