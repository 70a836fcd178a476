"""No one is accused by one voice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.screening import Voice, corroborated

A, B = Voice(1, True, False), Voice(2, True, False)
LIST, OTHER_LIST = Voice(3, False, False), Voice(4, False, False)
APPROVED = Voice(1, True, True)

voices = st.lists(st.builds(Voice, st.integers(1, 4), st.booleans(), st.booleans()), max_size=6)


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ([], False),
        ([A], False),
        ([A, A, A], False),
        ([A, B], True),
        ([LIST], False),
        ([LIST, OTHER_LIST], False),
        ([A, LIST], False),
        ([A, B, LIST], True),
        ([APPROVED], True),
        ([LIST, Voice(3, False, True)], True),
    ],
)
def test_what_may_be_a_persons_needs_two_members_or_an_approval(said: list[Voice], published: bool) -> None:
    assert corroborated(said, 2) is published


@pytest.mark.parametrize(("said", "published"), [([], False), ([A], True), ([LIST], True)])
def test_what_is_nobodys_in_particular_needs_one_of_any_kind(said: list[Voice], published: bool) -> None:
    assert corroborated(said, 1) is published


@given(voices, voices, st.integers(1, 4))
def test_another_voice_never_takes_an_indicator_back(said: list[Voice], more: list[Voice], needed: int) -> None:
    assert corroborated([*said, *more], needed) >= corroborated(said, needed)


@given(voices, st.randoms(), st.integers(1, 4))
def test_the_order_of_voices_decides_nothing(said: list[Voice], chance: object, needed: int) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert corroborated(shuffled, needed) is corroborated(said, needed)


@given(st.lists(st.builds(Voice, st.just(1), st.booleans(), st.just(False)), max_size=20))
def test_one_member_alone_accuses_nobody_however_often(said: list[Voice]) -> None:
    assert not corroborated(said, 2)
