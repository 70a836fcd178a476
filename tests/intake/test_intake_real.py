"""Files as real partners publish them. They are hostile: nothing in them is resolved, opened or fetched."""

import os
from collections import Counter
from pathlib import Path

import pytest

from tocsin.intake import CannotRead, Reading, read
from tocsin.stix import check

DATA = Path(os.environ.get("TOCSIN_REAL_DATA", Path(__file__).parents[2] / "../shared/data"))

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="real data is not here")


def reading_of(path: str) -> Reading:
    return read((DATA / path).read_bytes(), Path(path).name)


def counted(path: str) -> tuple[str, int, int]:
    """Format, rows, and rows with a problem."""
    reading = reading_of(path)
    problems = [row.problem is not None for row in reading.rows]
    return reading.format, len(problems), sum(problems)


def names(path: str) -> set[str]:
    return {row.identifier.value for row in reading_of(path).rows if row.identifier}


@pytest.mark.parametrize(
    ("path", "kind", "rows", "problems"),
    [
        ("unit42/silverterrier/domains.csv", "csv", 2_577, 0),
        ("unit42/silverterrier/domains17.csv", "csv", 6_276, 0),
        ("unit42/silverterrier/domains18.csv", "csv", 18_623, 0),
        ("usom/ips.txt", "plain", 12_084, 0),
        ("usom/incident-2026-06-01/ips-1-before.txt", "plain", 14_722, 0),
        ("usom/incident-2026-06-01/ips-3-after.txt", "plain", 15_072, 0),
        ("blocklistproject/scam.txt", "hosts", 8_527, 0),
        ("blocklistproject/adguard/scam-ags.txt", "adblock", 8_527, 0),
        ("blocklistproject/dnsmasq-version/scam-dnsmasq.txt", "dnsmasq", 8_527, 0),
        ("blocklistproject/alt-version/scam-nl.txt", "plain", 8_527, 0),
        ("gaso/2023-12/global-anti-scam-org-scam-urls.txt", "plain", 41_312, 43),
        ("gaso/2023-12/global-anti-scam-org-scam-urls-ABP.txt", "adblock", 41_267, 2),
        ("gaso/2023-12/global-anti-scam-org-scam-urls-UBO.txt", "adblock", 41_267, 2),
        ("gaso/2023-12/global-anti-scam-org-scam-urls-UBL.txt", "ublacklist", 40_703, 1),
        ("gaso/2023-12/global-anti-scam-org-scam-urls-pihole.txt", "plain", 41_267, 2),
        ("gaso/2023-12/global-anti-scam-org-scam-ips.txt", "plain", 27, 0),
        ("durablenapkin/2024-12/raw.txt", "hosts", 13_188, 9),
        ("durablenapkin/2024-12/hosts.txt", "hosts", 2_392, 0),
        ("durablenapkin/2024-12/adguard.txt", "adblock", 1_059, 9),
        ("ukr-ema/2024-06/urls.txt", "plain", 1_846, 0),
        ("discord-phishing/2022-12/domain-list.json", "json", 17_356, 11),
        ("discord-phishing/2022-12/suspicious-list.json", "json", 783, 1),
        ("eth-phishing-detect/2021-06/config.json", "json", 12_559, 3),
        ("polkadot-phishing/2025-06/all.json", "json", 45_687, 8),
        ("polkadot-phishing/2025-06/address.json", "json", 279, 0),
        ("maltrail/malware/silverterrier.txt", "plain", 34, 0),
    ],
)
def test_every_row_of_a_published_list_is_accounted_for(path: str, kind: str, rows: int, problems: int) -> None:
    assert counted(path) == (kind, rows, problems)


@pytest.mark.parametrize(
    ("path", "objects", "identifiers"),
    [
        ("amnesty/2021-12-16_cytrox/cytrox.stix2", 687, 335),
        ("amnesty/2024-05-02_wintego_helios/wintego_helios.stix2", 352, 175),
    ],
)
def test_published_stix_bundles(path: str, objects: int, identifiers: int) -> None:
    rows = list(reading_of(path).rows)
    assert len(rows) == objects
    assert all(row.raw and row.problem is None for row in rows)
    assert sum(row.identifier is not None for row in rows) == identifiers


def test_published_bundles_of_stix_20_are_read_object_by_object() -> None:
    rows = [
        row
        for path in sorted((DATA / "unit42/stix2-reports/report_json").iterdir())
        for row in read(path.read_bytes()).rows
    ]
    assert len(rows) > 500
    assert {row.problem for row in rows} == {None}
    for row in rows:
        assert check(row.raw or b"", old=True).spec_version == "2.0"


def test_the_labels_of_the_silverterrier_lists_become_crime_types() -> None:
    reading = reading_of("unit42/silverterrier/domains.csv")
    assert Counter(row.claim.crime_type for row in reading.rows) == {"malware": 2_354, "other-fraud": 223}


def test_stray_bytes_of_silverterrier_are_told_and_their_rows_read() -> None:
    reading = reading_of("unit42/silverterrier/domains18.csv")
    assert reading.notices == ("Stray bytes 0xCA, the blanks of an old Mac spreadsheet, read as blanks: 79.",)
    assert sum("\xca" in row.value or "\xa0" in row.value for row in reading.rows) == 0


def test_four_syntaxes_give_one_set() -> None:
    paths = ("scam.txt", "adguard/scam-ags.txt", "dnsmasq-version/scam-dnsmasq.txt", "alt-version/scam-nl.txt")
    first, *others = (names(f"blocklistproject/{path}") for path in paths)
    assert len(first) == 8_527
    assert all(other == first for other in others)


def test_one_list_in_two_syntaxes_of_the_same_program_is_the_same() -> None:
    stem = "gaso/2023-12/global-anti-scam-org-scam-urls"
    assert names(f"{stem}-ABP.txt") == names(f"{stem}-UBO.txt") == names(f"{stem}-pihole.txt")


def test_allowed_and_fuzzy_names_are_counted_and_not_listed() -> None:
    assert reading_of("eth-phishing-detect/2021-06/config.json").notices == (
        "Entries of “fuzzylist” are no listings and were left aside: 15.",
        "Entries of “whitelist” are no listings and were left aside: 720.",
    )


def test_html_entities_in_addresses_are_undone() -> None:
    assert not [value for value in names("ukr-ema/2024-06/urls.txt") if "#038" in value]


def test_sanctioned_wallets() -> None:
    kinds: Counter[str] = Counter()
    for path in sorted((DATA / "ofac-crypto/2023-03").iterdir()):
        for row in read(path.read_bytes(), path.name).rows:
            kinds[row.identifier.kind if row.identifier else "problem"] += 1
    assert kinds == {"wallet": 982, "file-hash": 2, "problem": 2}


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("usom/incident-2026-06-01/ips-2-incident-empty.txt", "empty"),
        ("usom/incident-2026-06-01/urls-2-incident-html.txt", "web page"),
        ("blocklistproject/incident-2026-06-22/scam-header-only.txt", "no entries"),
        ("discord-phishing/incident-badjson/7ea1caa07ddf.json", "line 808"),
        ("discord-phishing/incident-badjson/b195d1132b91.json", "not valid"),
    ],
)
def test_what_went_wrong_at_the_source_is_refused_whole(path: str, message: str) -> None:
    with pytest.raises(CannotRead, match=message):
        reading_of(path)
