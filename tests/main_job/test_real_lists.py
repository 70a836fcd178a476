"""Lists as partners publish them, through everything: what is accepted, merged, held and rejected, and why."""

import json
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
import stix2
from house import House, build

from tocsin.intake import CannotRead, read
from tocsin.ledger.database import Database
from tocsin.places import cache_folder
from tocsin.reports.reports import Decided
from tocsin.screening import Screening, compile_allowlists, open_allowlists, screen
from tocsin.stix import check, register

ACCEPTED, MERGED, HELD, REJECTED = "accepted", "merged", "held", "rejected"

LISTS = [
    ("unit42/silverterrier/domains.csv", "csv", {ACCEPTED: 2577}),
    ("unit42/silverterrier/domains17.csv", "csv", {ACCEPTED: 6273, HELD: 3}),
    ("unit42/silverterrier/domains18.csv", "csv", {ACCEPTED: 18586, MERGED: 27, HELD: 10}),
    ("usom/incident-2026-06-01/ips-1-before.txt", "plain", {ACCEPTED: 14676, HELD: 46}),
    ("blocklistproject/scam.txt", "hosts", {ACCEPTED: 8175, HELD: 341, REJECTED: 11}),
    ("eth-phishing-detect/2021-06/config.json", "json", {ACCEPTED: 12542, HELD: 14, REJECTED: 3}),
    ("discord-phishing/2022-12/domain-list.json", "json", {ACCEPTED: 17329, HELD: 14, REJECTED: 13}),
    ("ofac-crypto/2023-03/sanctioned_addresses_XBT.txt", "plain", {ACCEPTED: 341}),
    ("ofac-crypto/2023-03/sanctioned_addresses_ETH.txt", "plain", {ACCEPTED: 132}),
    ("ofac-crypto/2023-03/sanctioned_addresses_XMR.txt", "plain", {ACCEPTED: 3}),
    ("ofac-crypto/2023-03/sanctioned_addresses_BTG.txt", "plain", {REJECTED: 1}),
]

INCIDENTS = [
    ("usom/incident-2026-06-01/ips-2-incident-empty.txt", "empty"),
    ("usom/incident-2026-06-01/urls-2-incident-html.txt", "web page"),
    ("blocklistproject/incident-2026-06-22/scam-header-only.txt", "no entries"),
    ("discord-phishing/incident-badjson/7ea1caa07ddf.json", "line 808"),
    ("discord-phishing/incident-badjson/b195d1132b91.json", "line 873"),
]

SCAM_SYNTAXES = ("scam.txt", "adguard/scam-ags.txt", "alt-version/scam-nl.txt", "dnsmasq-version/scam-dnsmasq.txt")

GASO = "gaso/2023-12/global-anti-scam-org-scam-"
GASO_SYNTAXES = {
    "urls.txt": "plain",
    "urls-pihole.txt": "plain",
    "urls-ABP.txt": "adblock",
    "urls-UBO.txt": "adblock",
    "urls-UBL.txt": "ublacklist",
    "ips.txt": "plain",
}


@pytest.fixture(scope="module")
def screening() -> Screening:
    lists = open_allowlists(compile_allowlists(cache_folder(Path(".cache"))))
    return Screening(lists.hit)


@pytest.fixture
def exchange(tmp_path: Path, screening: Screening) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path / 'tocsin.db'}")
    database.migrate()
    house = build(database)
    house.screening = screening
    yield house
    database.close()


@pytest.fixture(scope="module")
def banks() -> frozenset[str]:
    path = files("pymispwarninglists") / "data" / "misp-warninglists" / "lists" / "bank-website" / "list.json"
    return frozenset(entry.strip(".").lower() for entry in json.loads(path.read_text())["list"])


def of_a_bank(value: str, banks: frozenset[str]) -> bool:
    labels = value.split(".")
    return any(".".join(labels[start:]) in banks for start in range(len(labels)))


@pytest.mark.parametrize(("name", "found_as", "counts"), LISTS, ids=[path for path, _, _ in LISTS])
def test_every_row_has_the_verdict_it_should_have(
    exchange: House, real_data: Path, banks: frozenset[str], name: str, found_as: str, counts: dict[str, int]
) -> None:
    path = real_data / name
    report = exchange.submit("bank-a", path.read_bytes(), path.name, voice=False)
    assert (report.state, report.format, exchange.counts(report)) == ("complete", found_as, counts)
    verdicts = exchange.verdicts(report)
    assert all(one.reason for one in verdicts)
    published = [one for one in verdicts if one.verdict in (ACCEPTED, MERGED)]
    assert not [one.canonical for one in published if one.kind == "domain" and of_a_bank(one.canonical or "", banks)]
    assert {one.stix_id for one in published} == {one["id"] for one in exchange.indicators().values()}
    register()
    for entry in exchange.entries()[:: max(1, len(published) // 50)]:
        check(entry.body)
        stix2.parse(entry.body.decode(), allow_custom=False)


@pytest.mark.parametrize(("name", "words"), INCIDENTS, ids=[path for path, _ in INCIDENTS])
def test_a_broken_download_changes_nothing_and_says_why(
    exchange: House, real_data: Path, name: str, words: str
) -> None:
    report = exchange.submit("bank-a", (real_data / name).read_bytes(), voice=False)
    assert report.state == "unreadable"
    assert words in " ".join(report.notices)
    assert exchange.entries() == []
    assert exchange.verdicts(report) == []


def test_one_list_in_four_syntaxes_is_one_list(exchange: House, real_data: Path) -> None:
    seen: list[dict[str | None, str]] = []
    for syntax in SCAM_SYNTAXES:
        path = real_data / "blocklistproject" / syntax
        report = exchange.submit("bank-a", path.read_bytes(), path.name, voice=False)
        verdicts: list[Decided] = exchange.verdicts(report)
        assert len(verdicts) == 8527
        seen.append({one.canonical: one.verdict.replace(MERGED, ACCEPTED) for one in verdicts})
    assert all(other == seen[0] for other in seen[1:])


def test_six_syntaxes_that_differ_on_purpose(real_data: Path, screening: Screening, banks: frozenset[str]) -> None:
    counts = {}
    for name, found_as in GASO_SYNTAXES.items():
        reading = read((real_data / (GASO + name)).read_bytes(), name)
        assert reading.format == found_as, name
        verdicts = Counter()  # type: Counter[str]
        for row in reading.rows:
            verdict = screen(row, screening)
            verdicts[verdict.verdict] += 1
            if verdict.verdict == ACCEPTED and row.identifier is not None and row.identifier.kind == "domain":
                assert not of_a_bank(row.identifier.value, banks)
        counts[name] = dict(verdicts)
    assert counts == GASO_COUNTS


GASO_COUNTS = {
    "urls.txt": {ACCEPTED: 41031, HELD: 216, REJECTED: 65},
    "urls-pihole.txt": {ACCEPTED: 41027, HELD: 216, REJECTED: 24},
    "urls-ABP.txt": {ACCEPTED: 41027, HELD: 216, REJECTED: 24},
    "urls-UBO.txt": {ACCEPTED: 41027, HELD: 216, REJECTED: 24},
    "urls-UBL.txt": {ACCEPTED: 40399, HELD: 242, REJECTED: 62},
    "ips.txt": {ACCEPTED: 27},
}


@pytest.mark.parametrize(
    "body",
    [
        b"\0\0\0",
        b"PK\x03\x04 not a sheet",
        b'{"objects": [{"type": "indi',
        b"\xff\xfe" + "<html>".encode("utf-16-le"),
        b"value\n",
    ],
)
def test_garbage_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(CannotRead):
        read(body, "list.csv")


def test_a_line_of_200_megabytes_is_refused_before_it_is_kept(exchange: House) -> None:
    from tocsin.reports.receiving import TooLarge

    with pytest.raises(TooLarge, match="200 MB"):
        exchange.submit("bank-a", b"a" * 200_000_000)
    assert exchange.entries() == []


def test_a_line_of_100_megabytes_is_refused_with_its_place(exchange: House) -> None:
    report = exchange.submit("bank-a", b"good.example\n" + b"a" * 100_000_000)
    assert report.state == "unreadable"
    assert "ine 2" in " ".join(report.notices)
    assert exchange.entries() == []
