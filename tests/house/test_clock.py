"""The clock by which everything is decided."""

import time

import pytest

from tocsin import times


def test_a_clock_that_is_put_back_a_little_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "_latest", 0)
    told = []
    for second in (100.0, 101.0, 100.5, 99.0, 101.5):
        monkeypatch.setattr(time, "time_ns", lambda second=second: int(second * 1e9))
        told.append(times.now_ms())
    assert told == [100_000, 101_000, 101_000, 101_000, 101_500]


def test_a_clock_that_was_far_ahead_is_followed_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "_latest", 0)
    told = []
    for second in (7_200.0, 100.0):
        monkeypatch.setattr(time, "time_ns", lambda second=second: int(second * 1e9))
        told.append(times.now_ms())
    assert told == [7_200_000, 100_000]
