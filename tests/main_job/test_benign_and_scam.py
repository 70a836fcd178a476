"""500 benign and 500 scam addresses: nothing benign is published, and next to no scam is lost."""

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from house import House, build

from tocsin.identifiers import Unreadable, read
from tocsin.ledger.database import Database
from tocsin.places import cache_folder
from tocsin.screening import Screening, compile_allowlists, open_allowlists

pytestmark = pytest.mark.proof
BENIGN = ("bank-website", "tranco10k", "moz-top500", "university_domains", "google", "microsoft", "lots-project")


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path / 'tocsin.db'}")
    database.migrate()
    house = build(database)
    house.screening = Screening(open_allowlists(compile_allowlists(cache_folder(Path(".cache")))).hit)
    yield house
    database.close()


def picked(values: set[str], count: int) -> list[str]:
    """The same choice in every run, and no choice of ours."""
    return sorted(values, key=lambda value: hashlib.sha256(value.encode()).digest())[:count]


def benign() -> set[str]:
    folder = files("pymispwarninglists") / "data" / "misp-warninglists" / "lists"
    found = set()
    for name in BENIGN:
        for entry in json.loads((folder / name / "list.json").read_text())["list"]:
            try:
                found.add(read(entry.strip("."), "domain").value)
            except Unreadable:
                continue
    return found


def scams(real_data: Path) -> set[str]:
    """URLs with a page, as real lists name them."""
    found = set()
    with gzip.open(real_data / "bulk-scam-indicators.tsv.gz", "rt") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row[0] != "url":
                continue
            try:
                url = read(row[1], "url").value
            except Unreadable:
                continue
            if url.partition("://")[2].partition("/")[2]:
                found.add(url)
    return found


def test_no_benign_domain_is_published_and_scam_pages_are_kept(exchange: House, real_data: Path) -> None:
    harmless, harmful = picked(benign(), 500), picked(scams(real_data), 500)
    assert (len(harmless), len(harmful)) == (500, 500)
    report = exchange.submit("bank-a", "\n".join([*harmless, *harmful]), file_format="plain")
    verdicts = exchange.verdicts(report)
    assert len(verdicts) == 1_000
    published = {one.canonical for one in verdicts if one.verdict in ("accepted", "merged")}
    assert not published & set(harmless)
    assert len(published & set(harmful)) >= 495, [
        (one.value, one.reason) for one in verdicts[500:] if one.canonical not in published
    ]
    domains = {p.split("'")[1] for p in exchange.indicators() if p.startswith("[domain-name")}
    assert not domains & set(harmless)
