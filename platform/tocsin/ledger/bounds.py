"""Filters that ask for at least so much, led to their entries by few different values."""

from collections.abc import Iterable, Iterator


def bounds(at_least: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The fields that entries are found by: the value itself, or of a moment its month, of which there are few."""
    for name, value in at_least:
        yield name, _month(value) if name == "valid_until" else value


def _month(moment: str) -> str:
    """The month of a sortable moment; all before 2000 count as one, and all after 2099."""
    return min(max(moment[:7], "1999-12"), "2100-01")
