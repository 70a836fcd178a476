"""What is found in texts with known contents: no less than was measured (docs/extraction.md)."""

from collections import Counter
from pathlib import Path

import pytest

from bench.extraction import judged
from bench.extraction_sets import Sample, samples
from tocsin.intake.text import named_in

MOST_WRONG = {("eset", "domain"): 1, ("eset", "ipv4"): 1, ("unit42 stix2-reports", "domain"): 1,
              ("unit42 stix2-reports", "url"): 2}  # fmt: skip
"""The five that docs/extraction.md explains."""


@pytest.fixture(scope="module")
def chosen(real_data: Path) -> list[Sample]:
    return list(samples(real_data))


def test_everything_expected_is_found_and_hardly_anything_else(chosen: list[Sample]) -> None:
    assert {sample.name.split()[0] for sample in chosen} == {"eset", "unit42", "iocsearcher"}
    wrong: Counter[tuple[str, str]] = Counter()
    for sample in chosen:
        found = frozenset((one.kind, one.value) for one in named_in(sample.text))
        assert sample.expected - found == set(), sample.source
        wrong.update(
            (sample.name, kind) for kind, _ in set(judged(sample, found)) - sample.expected if kind in sample.kinds
        )
    assert {key: count for key, count in wrong.items() if count > MOST_WRONG.get(key, 0)} == {}
