"""The follower of the ledger: it mends what can be mended, waits where it cannot, and says how far it is."""

import errno
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from house import House, build

from tocsin.ledger.collections import all_collections
from tocsin.ledger.database import Database
from tocsin.ledger.read import last_seq
from tocsin.projections import following as following_module
from tocsin.projections.following import (
    AGAIN_MS,
    LATEST_AGAIN_MS,
    LOOK_MS,
    LOST_MS,
    Behind,
    Following,
    behind,
    noted,
)
from tocsin.projections.search_index import digests
from tocsin.search import Document, OtherForm, SearchDown, parse
from tocsin.search.tantivy_engine import TantivyEngine
from tocsin.times import now_ms

NOW = 1_800_000_000_000


class Failing(TantivyEngine):
    """An engine that fails as told: by writing, by answering at all, or by being lost."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.failure: Exception | None = None
        self.lost = False
        self.written = self.built = self.looked = 0

    def broken(self) -> bool:
        return self.lost

    def checkpoint(self) -> int:
        self.looked += 1
        return super().checkpoint()

    def apply(self, documents: Sequence[Document], removed: Sequence[str], seq: int) -> None:
        if self.failure is not None:
            raise self.failure
        self.written += 1
        super().apply(documents, removed, seq)

    def rebuild(self, documents: Iterable[Document], seq: int) -> None:
        self.built += 1
        if isinstance(self.failure, OSError):
            raise SearchDown("The disk is full.") from self.failure
        self.failure, self.lost = None, False
        super().rebuild(documents, seq)


@pytest.fixture
def house(database: Database) -> House:
    house = build(database)
    house.submit("bank-a", "one.example\ntwo.example\n", to=("Scams",))
    return house


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Failing]:
    engine = Failing(tmp_path / "search")
    yield engine
    engine.close()


def everybody(house: House) -> frozenset[str]:
    with house.database.reading() as connection:
        return frozenset(one.id for one in all_collections(connection))


def is_behind(house: House, engine: Failing, home: Path, collections: frozenset[str] | None = None) -> Behind:
    with house.database.reading() as connection:
        return behind(connection, engine, home, everybody(house) if collections is None else collections, now_ms())


def test_it_catches_up_and_then_leaves_the_engine_alone(house: House, engine: Failing, tmp_path: Path) -> None:
    following = Following(house.database, engine, tmp_path)
    assert following.step(NOW) > 0
    assert is_behind(house, engine, tmp_path) == Behind(0, None)
    looked = engine.looked
    assert following.step(NOW + LOOK_MS - 1) == 0
    assert engine.looked == looked
    assert following.step(NOW + LOOK_MS) == 0
    assert engine.looked > looked
    ledger, index = digests(house.database, engine)
    assert ledger == index
    assert ledger.documents > 0


def test_while_search_is_down_it_says_how_far_behind_it_is(house: House, engine: Failing, tmp_path: Path) -> None:
    following = Following(house.database, engine, tmp_path)
    following.step(NOW)
    engine.failure = SearchDown("The search engine does not answer at present.")
    house.submit("bank-a", "three.example\n", to=("Scams",))
    assert following.step(NOW + 1) == 0
    note = noted(tmp_path)
    assert note is not None
    assert note.problem.startswith("The search engine")
    waits = is_behind(house, engine, tmp_path)
    assert waits.changes > 0
    assert waits.since is not None
    assert is_behind(house, engine, tmp_path, frozenset()) == Behind(0, None)
    engine.failure = None
    assert following.step(NOW + AGAIN_MS) == 0  # not yet: it was asked a moment ago
    assert following.step(NOW + 1 + AGAIN_MS) > 0
    assert is_behind(house, engine, tmp_path) == Behind(0, None)


def test_an_index_of_another_form_is_built_anew(house: House, engine: Failing, tmp_path: Path) -> None:
    following = Following(house.database, engine, tmp_path)
    engine.failure = OtherForm("The search index is of another version and is being built anew.")
    assert following.step(NOW) > 0
    assert engine.built == 1
    ledger, index = digests(house.database, engine)
    assert ledger == index


def test_a_lost_index_is_built_anew_after_a_minute_and_no_sooner(house: House, engine: Failing, tmp_path: Path) -> None:
    following = Following(house.database, engine, tmp_path)
    engine.failure, engine.lost = SearchDown("The index is red."), True
    now = NOW
    while now < NOW + LOST_MS:
        assert following.step(now) == 0
        assert engine.built == 0
        now += AGAIN_MS
    now = NOW + LATEST_AGAIN_MS
    assert following.step(now) > 0
    assert engine.built == 1
    assert engine.search(parse("one.example"), everybody(house)).total > 0


def test_one_that_was_only_starting_is_left_as_it_is(house: House, engine: Failing, tmp_path: Path) -> None:
    following = Following(house.database, engine, tmp_path)
    engine.failure, engine.lost = SearchDown("The index is red."), True
    following.step(NOW)
    engine.lost = False
    following.step(NOW + LOST_MS)
    engine.lost = True
    following.step(NOW + 2 * LOST_MS)
    assert engine.built == 0


def test_building_on_a_full_disk_is_tried_more_and_more_seldom(house: House, engine: Failing, tmp_path: Path) -> None:
    following = Following(house.database, engine, tmp_path)
    engine.failure, engine.lost = OSError(errno.ENOSPC, "No space left on device"), True

    def refuse(*_: object) -> None:
        raise SearchDown("The disk is full.") from engine.failure

    engine.apply = refuse  # type: ignore[method-assign]
    tries = []
    for now in range(NOW, NOW + 3_600_000, 1_000):
        before = engine.built
        following.step(now)
        if engine.built > before:
            tries.append(now)
    assert 5 < len(tries) < 30
    assert max(later - earlier for earlier, later in pairwise(tries)) <= LATEST_AGAIN_MS + 1_000


def test_what_came_a_moment_ago_is_no_delay(
    house: House, engine: Failing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Following(house.database, engine, tmp_path).step(NOW)
    house.submit("bank-a", "late.example\n", to=("Scams",))
    assert is_behind(house, engine, tmp_path) == Behind(0, None)
    monkeypatch.setattr(following_module, "SOON_MS", 0)
    assert is_behind(house, engine, tmp_path).changes > 0


def test_a_note_that_cannot_be_read_is_no_note(house: House, engine: Failing, tmp_path: Path) -> None:
    Following(house.database, engine, tmp_path).step(NOW)
    (tmp_path / "search.json").write_text("{")
    assert noted(tmp_path) is None
    assert is_behind(house, engine, tmp_path) == Behind(0, None)


def test_digests_differ_where_one_document_does(house: House, engine: Failing, tmp_path: Path) -> None:
    Following(house.database, engine, tmp_path).step(NOW)
    with house.database.reading() as connection:
        newest = last_seq(connection)
    some = next(engine.scan(parse("").wanted, None))
    engine.apply([], [some.key], newest + 1)
    ledger, index = digests(house.database, engine)
    assert ledger.documents == index.documents + 1
