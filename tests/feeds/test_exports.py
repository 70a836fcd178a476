"""Exports: every form says what the ledger says, no more and no less."""

import csv
from pathlib import Path
from typing import Any

import orjson
import pytest
from house import START, House

from feeds import export_stix
from feeds.export import FORMATS, export_collection
from tocsin.ledger.append import append
from tocsin.members.members import add_member, grant
from tocsin.publishing.versions import version_of
from tocsin.publishing.withdraw import withdraw_object
from tocsin.stix import INDICATOR_EXTENSION, TLP
from tocsin.times import DAY_MS, now_ms

NOW = START + DAY_MS
ALL_KINDS = """bad.example
https://bad.example/login
192.0.2.7
2001:db8::7
ceo@bad.example
d41d8cd98f00b204e9800998ecf8427e
1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2
GB33BUKB20201555555555
+442079460123
"""


def exported(house: House, folder: Path, file_format: str, now: int | None = None) -> list[Path]:
    out = folder / file_format
    return export_collection(house.database, house.exchange, house.collections["Scams"], file_format, out, now or NOW)


def content(path: Path) -> list[str]:
    """The lines of a list without its comments."""
    return [line for line in path.read_text().splitlines() if not line.startswith("#")]


def table(folder: Path, house: House) -> list[dict[str, str]]:
    path, _ = exported(house, folder, "csv")
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def full(house: House) -> House:
    """Everything of every kind, reported by two members, and some of it withdrawn."""
    house.submit("bank-a", ALL_KINDS, tlp="green")
    house.submit("bank-b", ALL_KINDS, tlp="amber", name="b.txt")
    house.submit("bank-a", "worse.example\ngone.example\n", tlp="green")
    gone = house.indicators()["[domain-name:value = 'gone.example']"]["id"]
    withdraw_object(house.database, house.exchange, gone, "a florist", "desk", now_ms())
    return house


def test_csv_says_what_the_ledger_says(full: House, tmp_path: Path) -> None:
    rows = {row["stix id"]: row for row in table(tmp_path, full)}
    standing = {one["id"]: one for one in full.indicators().values()}
    assert rows.keys() == standing.keys()
    names = {marking.id: name for name, marking in TLP.items()}
    for identity, row in rows.items():
        one = standing[identity]
        ours: dict[str, Any] = one["extensions"][INDICATOR_EXTENSION]
        assert one["name"].endswith(f": {row['value']}")
        assert row["kind"] == ours["kind"]
        assert row["tlp"] == names[one["object_marking_refs"][0]]
        assert row["confidence"] == str(one["confidence"])
        assert row["members"] == str(ours["independent_members"])
        assert row["first seen"] == ours["first_seen"]
        assert row["last seen"] == ours.get("last_seen", "")
        assert row["valid until"] == one.get("valid_until", "")
        assert row["crime types"].split() == ours.get("crime_types", [])


def test_plain_lists_say_the_same_as_csv(full: House, tmp_path: Path) -> None:
    paths = exported(full, tmp_path, "plain")
    assert content(tmp_path / "plain" / "domains.txt") == ["bad.example", "worse.example"]
    assert content(tmp_path / "plain" / "ips.txt") == ["192.0.2.7", "2001:db8::7"]
    assert content(tmp_path / "plain" / "phones.txt") == ["+442079460123"]
    listed = sorted(value for path in paths for value in content(path))
    assert listed == sorted(row["value"] for row in table(tmp_path, full))


def test_hosts_holds_domains_alone(full: House, tmp_path: Path) -> None:
    (path,) = exported(full, tmp_path, "hosts")
    assert content(path) == ["0.0.0.0 bad.example", "0.0.0.0 worse.example"]


def test_stix_is_the_stored_bytes(full: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_stix, "OBJECTS", 10)
    *bundles, _ = exported(full, tmp_path, "stix")
    entries = full.entries()
    assert [path.name for path in bundles] == [f"bundle-{n:04}.json" for n in range(1, -(-len(entries) // 10) + 1)]
    read = [orjson.loads(path.read_bytes()) for path in bundles]
    assert [one for bundle in read for one in bundle["objects"]] == [orjson.loads(entry.body) for entry in entries]
    assert all(entry.body in b"".join(path.read_bytes() for path in bundles) for entry in entries)
    assert any(one.get("revoked") for bundle in read for one in bundle["objects"])
    assert len({bundle["id"] for bundle in read}) == len(bundles)
    assert {bundle["type"] for bundle in read} == {"bundle"}


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_ledger_gives_the_same_bytes(full: House, tmp_path: Path, file_format: str) -> None:
    first = {path.name: path.read_bytes() for path in exported(full, tmp_path / "a", file_format)}
    second = {path.name: path.read_bytes() for path in exported(full, tmp_path / "b", file_format, NOW + 1)}
    assert first == second


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_form_says_what_it_is(full: House, tmp_path: Path, file_format: str) -> None:
    told = b"".join(path.read_bytes() for path in exported(full, tmp_path, file_format)).decode()
    for words in ("intelligence, not evidence", "desk@exchange.example", "TLP:AMBER", "Test exchange"):
        assert words in told
    assert all(oct(path.stat().st_mode)[-3:] in ("644", "640", "600") for path in (tmp_path / file_format).iterdir())


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_empty_collection_gives_empty_files(house: House, tmp_path: Path, file_format: str) -> None:
    paths = exported(house, tmp_path, file_format)
    assert paths
    assert all(path.exists() for path in paths)


@pytest.mark.parametrize("file_format", FORMATS)
def test_nothing_of_a_longer_export_stays(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_format: str
) -> None:
    monkeypatch.setattr(export_stix, "OBJECTS", 5)
    report = house.submit("bank-a", "bad.example\nhttps://bad.example/x\n")
    exported(house, tmp_path, file_format)
    monkeypatch.setattr(export_stix, "OBJECTS", 100)
    for one in list(house.indicators().values()):
        withdraw_object(house.database, house.exchange, one["id"], "wrong", "desk", now_ms())
    paths = exported(house, tmp_path, file_format)
    assert sorted(paths) == sorted((tmp_path / file_format).iterdir())
    if file_format not in ("stix", "misp"):  # these two tell of what ended
        assert b"bad.example" not in b"".join(path.read_bytes() for path in paths)
    assert report.state == "complete"


def test_what_has_expired_is_left_out(house: House, tmp_path: Path) -> None:
    house.submit("bank-a", "bad.example\n192.0.2.7\n")
    later = START + 60 * DAY_MS
    (path,) = exported(house, tmp_path, "hosts", later)
    assert content(path) == ["0.0.0.0 bad.example"]
    exported(house, tmp_path, "plain", later)
    assert content(tmp_path / "plain" / "ips.txt") == []
    (path,) = exported(house, tmp_path, "hosts", START + 300 * DAY_MS)
    assert content(path) == []


def test_one_value_in_two_roles_is_listed_once(house: House, tmp_path: Path) -> None:
    house.submit("bank-a", "from,reply to\nceo@bad.example,ceo@bad.example\n", name="a.csv")
    assert len(house.indicators()) == 2
    exported(house, tmp_path, "plain")
    assert content(tmp_path / "plain" / "emails.txt") == ["ceo@bad.example"]


def pushed(pattern: str, **said: Any) -> dict[str, Any]:
    number = sum(map(ord, pattern)) % 10**12
    return {
        "type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{number:012}",
        "created": "2023-01-01T00:00:00.000Z", "modified": "2023-01-01T00:00:00.000Z", "pattern_type": "stix",
        "pattern": pattern, "valid_from": "2023-01-01T00:00:00Z", "indicator_types": ["malicious-activity"], **said,
    }  # fmt: skip


def test_objects_of_members_are_listed_by_what_they_mean(house: House, tmp_path: Path) -> None:
    objects = [
        pushed("[domain-name:value = 'either.example' OR domain-name:value = 'or.example']"),
        pushed("[domain-name:value = 'both.example' AND url:value = 'https://and.example/']"),
        pushed("[domain-name:value = 'florist.example']", indicator_types=["benign"]),
        pushed("[domain-name:value = 'past.example']", valid_until="2023-01-02T00:00:00Z"),
        pushed("[domain-name:value = 'taken-back.example']", revoked=True),
        pushed("[domain-name:value LIKE '%.example']"),
        pushed("[url:value = 'https://tagged.example/']", labels=["phishing", "=cmd()"], confidence=70),
    ]
    with house.database.writing() as connection:
        append(
            connection, house.collections["Scams"].key, [version_of(orjson.dumps(one), 1) for one in objects], now_ms()
        )
    (path,) = exported(house, tmp_path, "hosts")
    assert content(path) == ["0.0.0.0 either.example", "0.0.0.0 or.example"]
    rows = {row["value"]: row for row in table(tmp_path, house)}
    assert set(rows) == {"either.example", "or.example", "https://tagged.example/"}
    tagged = rows["https://tagged.example/"]
    assert (tagged["crime types"], tagged["confidence"], tagged["tlp"], tagged["members"]) == (
        "phishing",
        "70",
        "amber",
        "",
    )


def test_no_cell_is_a_formula(house: House, tmp_path: Path) -> None:
    house.submit("bank-a", "=cmd@bad.example\n-x@bad.example\n+x@bad.example\n", kind="email")
    house.submit("bank-a", "+442079460123\n")
    house.submit("bank-b", "+442079460123\n")
    values = [row["value"] for row in table(tmp_path, house)]
    assert {"'=cmd@bad.example", "'-x@bad.example"} <= set(values)
    assert all(value.startswith("'") or value == "+442079460123" for value in values)
    assert "+442079460123" in values


def test_who_hands_in_without_a_name_is_in_no_form(house: House, tmp_path: Path) -> None:
    with house.database.writing() as connection:
        for number in range(3):
            member = add_member(connection, f"reader-{number}", f"Reader {number}", "bank", "SG", 0)
            grant(connection, house.collections["Scams"].key, member.key, read=True)
    house.submit("bank-a", "secret.example\n", name="our-mule-case.txt", unattributed=True)
    for file_format in FORMATS:
        told = (
            b"".join(path.read_bytes() for path in exported(house, tmp_path, file_format))
            .decode()
            .replace("bank-account", "")
        )
        assert "secret.example" in told
        assert not any(word in told for word in ("Bank A", "bank-a", "our-mule-case"))


def test_a_title_cannot_smuggle_in_a_line(house: House, tmp_path: Path) -> None:
    house.collection("Scams\n0.0.0.0 florist.example".replace(".", "\u2024"))
    house.collections["Scams"] = house.collections.pop("Scams\n0\u20240\u20240\u20240 florist\u2024example")
    for file_format in ("plain", "hosts"):
        for path in exported(house, tmp_path, file_format):
            assert content(path) == []


def test_a_failed_export_leaves_the_last_one(full: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = exported(full, tmp_path, "hosts")
    before = path.read_bytes()

    def broken(*_: object) -> bytes:
        raise OSError("no space left")

    monkeypatch.setattr("feeds.handling.Handling.comment", broken)
    with pytest.raises(OSError, match="no space left"):
        exported(full, tmp_path, "hosts")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
