"""The 720,544 values that real lists publish: what is read, and how much is refused."""

import gzip
import os
from collections import Counter
from pathlib import Path

import pytest

from tocsin.identifiers import Unreadable, meant, read, recognise, registrable_domain

DATA = Path(os.environ.get("TOCSIN_REAL_DATA", Path(__file__).parents[3] / "shared/data"))
BULK = DATA / "bulk-scam-indicators.tsv.gz"
KIND_OF = {"domain-port": "domain", "ipv4-port": "ipv4", "crypto": "wallet"}
MOST_REFUSED = {"domain": 200, "url": 0, "ipv4": 0, "domain-port": 41, "ipv4-port": 0, "crypto": 2}


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, str]]:
    if not BULK.exists():
        pytest.skip("real data is not here")
    with gzip.open(BULK, "rt", encoding="utf-8") as lines:
        return [(kind, value) for kind, value, _ in (line.split("\t", 2) for line in lines)]


def test_nearly_everything_that_lists_publish_is_read(rows: list[tuple[str, str]]) -> None:
    refused: Counter[str] = Counter()
    for named, value in rows:
        kind = KIND_OF.get(named, named)
        try:
            found = read(value, kind)
        except Unreadable:
            refused[named] += 1
            continue
        assert read(found.value, kind) == found
    assert all(refused[named] <= most for named, most in MOST_REFUSED.items()), refused


def test_recognition_finds_the_kind_that_the_list_names(rows: list[tuple[str, str]]) -> None:
    other: Counter[str] = Counter()
    for named, value in rows[::7]:
        try:
            found = recognise(value)
        except Unreadable:
            continue
        if found != meant(read(value, KIND_OF.get(named, named)), value):
            other[named] += 1
    assert other.total() <= 1, other


@pytest.mark.parametrize(
    ("host", "registered"),
    [
        ("a.b.example.co.uk", "example.co.uk"),
        ("example.com", "example.com"),
        ("x.evil.github.io", "evil.github.io"),
        ("github.io", "github.io"),
        ("a.b.example", "b.example"),
        ("www.ck", "www.ck"),
        ("a.www.ck", "www.ck"),
        ("a.b.c.ck", "b.c.ck"),
        ("192.0.2.1", "192.0.2.1"),
    ],
)
def test_the_registrable_domain(host: str, registered: str) -> None:
    assert registrable_domain(host) == registered
