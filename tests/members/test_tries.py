"""Guessing ends, and locks nobody else out."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from house import START, House

from tocsin.members import tries
from tocsin.members.access import Door
from tocsin.members.people import Person
from tocsin.members.tables import tries as kept
from tocsin.members.tries import (
    CODE,
    PASSWORD,
    Stage,
    TooManyTries,
    forget_tries,
    note_failure,
    note_success,
    places_of,
    standing,
)
from tocsin.times import DAY_MS

HOME = places_of(None, "192.0.2.1")
DEVICE = places_of("d" * 43, "192.0.2.1")


def fails(house: House, places: Sequence[str], stage: Stage = PASSWORD, now: int = START, login: str = "clerk") -> None:
    with house.database.writing() as connection:
        note_failure(connection, stage, login, standing(connection, stage, login, places, now), now)


def may_try(house: House, places: Sequence[str], stage: Stage = PASSWORD, now: int = START) -> bool:
    with house.database.reading() as connection:
        try:
            standing(connection, stage, "clerk", places, now)
        except TooManyTries:
            return False
    return True


def proves(house: House, place: str, stage: Stage = PASSWORD, now: int = START) -> None:
    with house.database.writing() as connection:
        note_success(connection, stage, "clerk", place, now)


def from_everywhere(house: House, stage: Stage = PASSWORD, now: int = START) -> int:
    """Guess from one network after another until that is refused; how often it was not."""
    for done in range(1_000):
        places = places_of(None, f"198.51.{done // 250}.{done % 250}")
        if not may_try(house, places, stage, now):
            return done
        fails(house, places, stage, now)
    raise AssertionError("guessing never ended")


def test_guessing_at_a_place_ends_there(house: House) -> None:
    for _ in range(PASSWORD.most):
        fails(house, HOME)
    assert not may_try(house, HOME)
    assert may_try(house, places_of(None, "192.0.2.2"))
    assert may_try(house, HOME, now=START + PASSWORD.within_ms)


@pytest.mark.parametrize("stage", [PASSWORD, CODE])
def test_guessing_from_everywhere_ends(house: House, stage: Stage) -> None:
    assert from_everywhere(house, stage) == stage.most_anywhere
    assert may_try(house, HOME, stage, START + stage.anywhere_ms)


def test_it_keeps_nobody_out_where_they_are_known(house: House) -> None:
    proves(house, HOME[0])
    from_everywhere(house)
    assert may_try(house, HOME)
    assert not may_try(house, places_of(None, "203.0.113.9")), "an unknown network, while somebody guesses"


def test_somebody_in_the_same_network_locks_no_known_device_out(house: House) -> None:
    proves(house, HOME[0])
    proves(house, DEVICE[0])
    for _ in range(PASSWORD.most):
        fails(house, HOME)
    assert not may_try(house, HOME)
    assert may_try(house, DEVICE)


def test_a_made_up_device_is_no_known_one(house: House) -> None:
    for number in range(PASSWORD.most):
        fails(house, places_of(f"{number:043}", "192.0.2.1"))
    assert not may_try(house, places_of("e" * 43, "192.0.2.1"))


def test_a_known_device_guesses_no_longer_than_others(house: House) -> None:
    proves(house, DEVICE[0])
    for _ in range(PASSWORD.most):
        fails(house, DEVICE)
    assert not may_try(house, DEVICE)


def test_a_place_is_forgotten_after_a_month(house: House) -> None:
    proves(house, HOME[0])
    later = START + 30 * DAY_MS
    from_everywhere(house, now=later)
    assert not may_try(house, HOME, now=later)


def test_a_failure_does_not_make_a_known_place_unknown(house: House) -> None:
    proves(house, HOME[0])
    fails(house, HOME)
    from_everywhere(house)
    assert may_try(house, HOME)


def test_an_administrator_lets_somebody_try_again(house: House, clerk: Person) -> None:
    from_everywhere(house)
    with house.database.writing() as connection:
        forget_tries(connection, clerk.login)
    assert may_try(house, HOME)


def test_addresses_of_one_ipv6_network_are_one_place() -> None:
    assert places_of(None, "2001:db8::1") == places_of(None, "2001:db8::ffff:1")
    assert places_of(None, "2001:db8::1") != places_of(None, "2001:db8:0:1::1")
    assert places_of(None, "::ffff:192.0.2.1") == places_of(None, "192.0.2.1")


def test_the_table_does_not_grow_without_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "MOST_ROWS", 20)
    proves(house, HOME[0])
    for number in range(50):
        fails(house, HOME, login=f"made up {number}")
    with house.database.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(kept)).scalar_one() <= 20
        assert standing(connection, PASSWORD, "clerk", HOME, START).known, "who proved something is kept"
    later = START + 31 * DAY_MS
    fails(house, HOME, now=later)
    with house.database.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(kept)).scalar_one() == 2, "the old ones went"


def test_names_are_not_kept_in_the_open(house: House) -> None:
    fails(house, HOME, login="hunter2-typed-in-the-wrong-field")
    with house.database.reading() as connection:
        assert "hunter2" not in str(connection.execute(sa.select(kept)).all())


def test_every_process_counts_together(house: House, clerk: Person) -> None:
    doors = [Door(house.database), Door(house.database)]
    for number in range(PASSWORD.most):
        assert doors[number % 2].by_proof("clerk", "wrong", HOME) is None
    for door in doors:
        with pytest.raises(TooManyTries):
            door.by_proof("clerk", "a long enough password", HOME)
    assert doors[0].by_proof("clerk", "a long enough password", places_of(None, "192.0.2.2")) is not None


def test_guessing_over_basic_ends_in_silence(house: House, clerk: Person) -> None:
    door = Door(house.database)
    assert door.by_password("clerk", "a long enough password", "192.0.2.1") is not None
    for _ in range(PASSWORD.most):
        assert door.by_password("clerk", "wrong", "192.0.2.1") is None
    assert door.by_password("clerk", "also wrong", "192.0.2.1") is None
    assert door.by_password("clerk", "a long enough password", "192.0.2.1") is None, "what is remembered is no oracle"
    assert door.by_password("clerk", "a long enough password", "192.0.2.2") is not None
