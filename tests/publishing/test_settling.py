"""All that a collection holds is brought to what was set: in steps, and to its end whoever is killed on the way."""

import pytest
from house import START, House

from tocsin.publishing import settling
from tocsin.publishing.refilter import refilter
from tocsin.publishing.settling import Settling, is_settled, settle_all, settle_some, unsettle
from tocsin.times import now_ms

NAMES = [f"name-{number}.example" for number in range(7)]


class Killed(BaseException):
    """As if the process ended here."""


@pytest.fixture
def full(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Seven names and an address, of which two are looked at in one step."""
    monkeypatch.setattr(settling, "SUBJECTS_AT_ONCE", 2)
    house.submit("bank-a", "\n".join([*NAMES, "198.51.100.7"]))
    return house


def settled(house: House) -> bool:
    with house.database.reading() as connection:
        return is_settled(connection, house.collections["Scams"].key)


def change(house: House, text: str | None, at_most: int | None = None) -> int:
    return refilter(house.database, house.exchange, house.collections["Scams"], text, now_ms(), at_most=at_most)


def test_the_worker_goes_on_where_a_process_was_killed(full: House, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0

    def killed_in_the_third(*asked: object) -> None:
        nonlocal steps
        steps += 1
        if steps == 3:
            raise Killed
        kept(*asked)  # type: ignore[arg-type]

    kept = settling.settle_these
    with monkeypatch.context() as patch:
        patch.setattr(settling, "settle_these", killed_in_the_third)
        with pytest.raises(Killed):
            change(full, "kind:ipv4")
    assert 1 < len(full.indicators()) < 8
    assert not settled(full)
    worker = Settling(full.database, full.exchange)
    looked_at = [worker.step(now_ms()) for _ in range(4)]
    # four of the eight were looked at before
    assert looked_at == [2, 2, 0, 0]
    assert list(full.indicators()) == ["[ipv4-addr:value = '198.51.100.7']"]
    assert settled(full)


def test_a_page_waits_for_some_and_the_worker_does_the_rest(full: House) -> None:
    assert change(full, "kind:ipv4", at_most=4) == 4
    assert not settled(full)
    assert len(full.indicators()) > 1
    worker = Settling(full.database, full.exchange)
    while worker.step(now_ms()):
        pass
    assert len(full.indicators()) == 1
    assert settled(full)


def test_what_is_changed_again_meanwhile_is_looked_at_from_the_beginning(full: House) -> None:
    change(full, "kind:ipv4", at_most=6)
    assert change(full, None) == 8
    assert len(full.indicators()) == 8
    assert settled(full)


def test_two_at_once_do_nothing_twice(full: House, monkeypatch: pytest.MonkeyPatch) -> None:
    key, before = full.collections["Scams"].key, len(full.entries())
    with full.database.writing() as connection:
        unsettle(connection, key)
    kept = settling.committed

    def after_another(*asked: object) -> object:
        monkeypatch.setattr(settling, "committed", kept)
        # between reading and writing, another process does the same step
        assert settle_some(full.database, full.exchange, START) == 2
        return kept(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(settling, "committed", after_another)
    assert settle_some(full.database, full.exchange, START) == 2
    # what was done twice would have been noted as four
    assert settle_all(full.database, full.exchange, key, START) == 6
    assert settled(full)
    assert len(full.entries()) == before


def test_a_database_that_refuses_lets_it_wait(full: House, monkeypatch: pytest.MonkeyPatch) -> None:
    change(full, "kind:ipv4", at_most=2)
    worker, now = Settling(full.database, full.exchange), now_ms()
    with monkeypatch.context() as patch:
        patch.setattr(settling, "settle_some", refused)
        assert worker.step(now) == 0
    assert worker.step(now + 1_000) == 0
    assert worker.step(now + 60_000) == 2


def refused(*_: object) -> int:
    raise settling.SQLAlchemyError("no")
