"""The confidence of an indicator: what moves it, how far, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.policy.confidence import (
    FALSE,
    FRESH_DAYS,
    HIGHEST,
    LASTING_DAYS,
    LOWEST,
    ONE_IS_LITTLE,
    SAYS,
    SEEN,
    UNVOTED,
    Vote,
    Weighed,
    against,
    confidence,
    weighed,
    weight,
)
from tocsin.times import DAY_MS

NOW = 1_700_000_000_000
AGES = st.integers(0, 400)
VOTES = st.lists(
    st.builds(
        lambda voice, says, age: Vote(voice, says, NOW - age * DAY_MS), st.integers(1, 8), st.sampled_from(SAYS), AGES
    )
)
STATED, VOICES = st.integers(0, 100), st.integers(0, 9)
SOURCES = st.sets(st.integers(1, 8), max_size=3)


def fresh(says: str, *voices: int) -> list[Vote]:
    return [Vote(voice, says, NOW) for voice in voices]


@pytest.mark.parametrize(
    ("stated", "voices", "seen", "false", "expected"),
    [
        (0, 0, 0, 0, 30),
        (0, 1, 0, 0, 50),
        (0, 2, 0, 0, 70),
        (0, 9, 0, 0, 85),
        (60, 1, 0, 0, 60),
        (100, 1, 0, 0, 95),
        (0, 1, 1, 0, 55),
        (0, 1, 3, 0, 65),
        (0, 1, 9, 0, 65),
        (0, 9, 3, 0, 95),
        (0, 1, 0, 1, 40),
        (0, 1, 0, 2, 20),
        (0, 1, 0, 3, 5),
        (0, 9, 0, 3, 35),
        (100, 9, 3, 9, 5),
        (0, 2, 2, 1, 70),
        (0, 1, 2, 2, 30),
    ],
)
def test_the_table(stated: int, voices: int, seen: int, false: int, expected: int) -> None:
    votes = fresh(SEEN, *range(100, 100 + seen)) + fresh(FALSE, *range(200, 200 + false))
    assert confidence(stated, voices, weighed(votes, (), NOW)) == expected


@given(STATED, VOICES, VOTES, SOURCES)
def test_it_stays_within_its_bounds(stated: int, voices: int, votes: list[Vote], sources: set[int]) -> None:
    found = weighed(votes, sources, NOW)
    assert LOWEST <= confidence(stated, voices, found) <= HIGHEST
    assert 0 <= found.seen_by <= 3
    assert 0 <= found.called_false_by <= 5


@given(STATED, VOICES, VOTES, SOURCES, st.sampled_from(SAYS))
def test_a_new_voice_never_moves_it_the_wrong_way(
    stated: int, voices: int, votes: list[Vote], sources: set[int], says: str
) -> None:
    before = confidence(stated, voices, weighed(votes, sources, NOW))
    after = confidence(stated, voices, weighed([*votes, Vote(99, says, NOW)], sources, NOW))
    assert after >= before if says == SEEN else after <= before


@given(STATED, VOICES, VOTES, st.integers(0, 100))
def test_more_from_its_sources_never_lowers_it(stated: int, voices: int, votes: list[Vote], more: int) -> None:
    found = weighed(votes, (), NOW)
    before = confidence(stated, voices, found)
    assert confidence(max(stated, more), voices, found) >= before
    assert confidence(stated, voices + 1, found) >= before


@given(STATED, VOICES, VOTES)
def test_one_voice_alone_moves_it_little(stated: int, voices: int, votes: list[Vote]) -> None:
    alone = [vote._replace(voice=7) for vote in votes]
    assert abs(confidence(stated, voices, weighed(alone, (), NOW)) - confidence(stated, voices)) <= ONE_IS_LITTLE


@given(VOTES, SOURCES)
def test_only_the_newest_word_of_a_voice_counts_and_none_of_a_source(votes: list[Vote], sources: set[int]) -> None:
    last: dict[int, Vote] = {}
    for vote in sorted(votes, key=lambda one: (one.said_ms, one.says == FALSE)):
        last[vote.voice] = vote
    kept = [vote for voice, vote in last.items() if voice not in sources]
    assert weighed(votes, sources, NOW) == weighed(kept, (), NOW)
    assert weighed(list(reversed(votes)), sources, NOW) == weighed(votes, sources, NOW)


@given(VOTES, st.integers(0, 400))
def test_votes_only_lose_weight_with_time(votes: list[Vote], days: int) -> None:
    now, later = weighed(votes, (), NOW), weighed(votes, (), NOW + days * DAY_MS)
    assert later.seen <= now.seen
    assert later.false <= now.false


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, 2), (FRESH_DAYS - 1, 2), (FRESH_DAYS, 1), (LASTING_DAYS - 1, 1), (LASTING_DAYS, 0), (4_000, 0)],
)
def test_how_votes_age(days: int, expected: int) -> None:
    assert weight(NOW - days * DAY_MS, NOW) == expected


def test_two_old_words_are_one_fresh_one() -> None:
    old = [
        Vote(voice, says, NOW - FRESH_DAYS * DAY_MS) for says, voice in ((SEEN, 1), (SEEN, 2), (FALSE, 3), (FALSE, 4))
    ]
    found = weighed(old, (), NOW)
    assert (found.seen_by, found.called_false_by) == (1, 1)
    assert weighed(old[:1], (), NOW).seen_by == 0
    assert weighed(old[2:3], (), NOW).called_false_by == 1, "half a word against it is told"


def test_a_sighting_is_remembered_when_it_weighs_nothing_any_more() -> None:
    found = weighed([Vote(1, SEEN, NOW - 300 * DAY_MS)], (), NOW)
    assert (found.seen, found.last_seen) == (0, NOW - 300 * DAY_MS)
    assert weighed([], (), NOW) == UNVOTED == Weighed()


def test_against_counts_voices_that_still_say_so() -> None:
    votes = [
        *fresh(FALSE, 1, 2, 3),
        Vote(4, FALSE, NOW - LASTING_DAYS * DAY_MS),
        Vote(3, SEEN, NOW + 1),
        Vote(2, FALSE, NOW - 5),
    ]
    assert against(votes, {1}, NOW) == 1
    assert against(votes, (), NOW) == 2
