"""The figure of what a member hands in: its parts, its bounds, and which way each moves it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.policy.quality import BEST, FEWEST_ROWS, Tally, quality

GOOD = Tally(rows=1_000, published=900)


def _tallies() -> st.SearchStrategy[Tally]:
    counts = st.integers(0, 100_000)
    return st.builds(
        lambda rows, faulty, published, wrong, doubted, seen, disputed, lost: Tally(
            rows=rows,
            faulty=min(faulty, rows),
            published=min(published, rows),
            wrong=min(wrong, published, rows),
            doubted=min(doubted, published, rows),
            seen=min(seen, published, rows),
            disputed=disputed,
            lost=min(lost, disputed),
        ),
        *[counts] * 8,
    )


def figure(tally: Tally) -> int:
    found = quality(tally).figure
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 100),
        ({"faulty": 100}, 96),
        ({"faulty": 1_000}, 80),
        ({"wrong": 9}, 97),
        ({"wrong": 900}, 50),
        ({"doubted": 90}, 90),
        ({"disputed": 1, "lost": 1}, 95),
        ({"disputed": 1, "lost": 0}, 100),
        ({"disputed": 10, "lost": 10}, 85),
        ({"seen": 900}, 100),
        ({"wrong": 90, "seen": 90}, 80),
        ({"faulty": 1_000, "wrong": 900, "doubted": 900, "disputed": 900, "lost": 900}, 0),
    ],
)
def test_the_table(changes: dict[str, int], expected: int) -> None:
    assert figure(replace(GOOD, **changes)) == expected


@given(_tallies())
def test_it_stays_within_its_bounds_and_is_the_sum_of_its_parts(tally: Tally) -> None:
    found = quality(tally)
    total = BEST + sum(part.points for part in found.parts)
    assert (found.figure is None) == (tally.rows < FEWEST_ROWS)
    assert found.figure is None or found.figure == max(0, min(BEST, total))
    assert -100 <= total - BEST <= 10


@given(_tallies(), st.sampled_from(["faulty", "wrong", "doubted", "lost"]))
def test_a_fault_never_raises_it_and_a_sighting_never_lowers_it(tally: Tally, fault: str) -> None:
    tally = replace(tally, rows=tally.rows + FEWEST_ROWS, published=tally.published + 1, disputed=tally.disputed + 1)
    assert figure(replace(tally, **{fault: getattr(tally, fault) + 1})) <= figure(tally)
    assert figure(replace(tally, seen=tally.seen + 1)) >= figure(tally)


@given(_tallies())
def test_it_does_not_depend_on_what_is_held(tally: Tally) -> None:
    held = replace(tally, rows=tally.rows + FEWEST_ROWS)
    assert figure(replace(held, rows=held.rows + 1_000)) >= figure(held)


def test_of_few_rows_nothing_is_said() -> None:
    assert quality(Tally(rows=FEWEST_ROWS - 1, published=5, wrong=5)).figure is None
