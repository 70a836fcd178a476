"""The native MISP feed, read back by PyMISP: nothing is lost, what ended is deleted, nothing moves."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from house import START, House
from pushing import indicator, push, with_cert
from pymisp import MISPAttribute, MISPEvent

from feeds import export_misp
from feeds.export import export_collection
from tocsin.identifiers import read
from tocsin.publishing.erase import erase
from tocsin.publishing.withdraw import withdraw_object
from tocsin.times import DAY_MS, now_ms

NOW = START + DAY_MS
VALUES = """bad.example
xn--80ak6aa92e.example
https://bad.example/login?next=%2Fpay
192.0.2.7
2001:db8::7
d41d8cd98f00b204e9800998ecf8427e
da39a3ee5e6b4b0d3255bfef95601890afd80709
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2
0x52908400098527886e0f7030069857d2e4169ee7
48daf1rG3hE1Txapcsxh6WXNe9MLNKtu7W7tKTivtSoVLHErYzvdcpea2nSTgGkz66RFP4GKVAsTV14v6G3oddBTHfxP6tU
GB33BUKB20201555555555
+442079460123
SG:DBSSSGSG:0012345678
US:021000021:AB12345
"""
MAILS = "email,role\nceo@bad.example,\nboss@bad.example,reply-to\n"
# what MISP's own checks ask of these types (its AttributeValidationTool): anything else is dropped there
VALID = {
    "bank-account-nr": r"\d+",
    "phone-number": r"\+?\d+",
    "iban": r"[A-Z0-9]+",
    "bic": r"[A-Z0-9]+",
    "btc": r"[a-zA-Z0-9]+",
    "xmr": r"[a-zA-Z0-9]+",
    "dash": r"[a-zA-Z0-9]+",
    "domain": r"[a-z0-9.\-_]+\.[a-z0-9\-]{2,}",
    "email": r".[^\s]*@.*\..*",
    "email-src": r".[^\s]*@.*\..*",
    "md5": "[0-9a-f]{32}",
    "sha1": "[0-9a-f]{40}",
    "sha256": "[0-9a-f]{64}",
    "sha512": "[0-9a-f]{128}",
}


@pytest.fixture
def full(house: House) -> House:
    """Everything of every kind by two members, some of it withdrawn; patterns that name nothing."""
    with_cert(house)
    for bank in ("bank-a", "bank-b"):
        house.submit(bank, VALUES, f"{bank}.txt")
        house.submit(bank, MAILS, f"{bank}.csv")
    house.submit("bank-a", "gone.example\n")
    withdraw_object(house.database, house.exchange, of(house, "gone.example"), "a florist", "desk", now_ms())
    return house


def of(house: House, value: str) -> str:
    return str(next(one["id"] for pattern, one in house.indicators().items() if f"'{value}'" in pattern))


def events(house: House, folder: Path, now: int = NOW) -> dict[str, MISPEvent]:
    """The events of the manifest, read back."""
    collection = house.collections["Scams"]
    export_collection(house.database, house.exchange, collection, "misp", folder, now)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    found = {}
    for identity, told in manifest.items():
        found[identity] = event = MISPEvent()
        event.load_file(folder / f"{identity}.json")
        assert event.uuid == identity
        assert event.info == told["info"]
        assert event.timestamp.timestamp() == told["timestamp"]
    return found


def attributes(event: MISPEvent) -> Iterator[MISPAttribute]:
    yield from event.attributes
    for one in event.objects:
        yield from one.attributes


def values(found: dict[str, MISPEvent], *, deleted: bool = False) -> set[str]:
    """What PyMISP reads, in our spelling: an account is named by the text of its object."""
    return {
        one.value
        for event in found.values()
        for one in attributes(event)
        if bool(one.deleted) == deleted and getattr(one, "object_relation", "text") in ("text", "address-crypto", "")
    } | {one.value for event in found.values() for one in event.attributes if bool(one.deleted) == deleted}


def test_nothing_is_lost(full: House, tmp_path: Path) -> None:
    found = events(full, tmp_path / "feed")
    named = {re.sub(r"^.* = '(.*)'\]$", r"\1", pattern) for pattern in full.indicators()}
    assert len(named) == len(VALUES.split()) + 2
    assert values(found) == named
    assert values(found, deleted=True) == {"gone.example"}


def test_every_value_passes_the_checks_of_misp(full: House, tmp_path: Path) -> None:
    seen = set()
    for event in events(full, tmp_path / "feed").values():
        for one in attributes(event):
            if one.type in VALID:
                assert re.fullmatch(VALID[one.type], one.value), one
                seen.add(one.type)
    assert seen >= VALID.keys() - {"dash", "email", "sha512"}


def test_types_say_what_a_thing_is(full: House, tmp_path: Path) -> None:
    (event,) = events(full, tmp_path / "feed").values()
    types = {one.value: one.type for one in event.attributes}
    assert types["ceo@bad.example"] == "email-src"
    assert types["boss@bad.example"] == "email-reply-to"
    assert types["2001:db8::7"] == "ip-dst"
    assert types["+442079460123"] == "phone-number"
    accounts = {
        one.get_attributes_by_relation("text")[0].value: {part.object_relation: part.value for part in one.attributes}
        for one in event.objects
        if one.name == "bank-account"
    }
    assert accounts["SG:DBSSSGSG:0012345678"]["account"] == "0012345678"
    assert accounts["SG:DBSSSGSG:0012345678"]["swift"] == "DBSSSGSG"
    assert accounts["US:021000021:AB12345"].get("account") is None
    tags = {tag.name for one in event.attributes for tag in one.tags}
    assert tags == {"tlp:green"}
    assert [tag.name for tag in event.tags] == ["tlp:green"]


def test_ids_are_those_of_the_indicators_and_hashes_lead_to_events(full: House, tmp_path: Path) -> None:
    (event,) = events(full, tmp_path / "feed").values()
    by_id = {one.uuid: one for one in event.attributes}
    assert by_id[of(full, "bad.example").partition("--")[2]].value == "bad.example"
    lines = (tmp_path / "feed" / "hashes.csv").read_text().split()
    assert f"{hashlib.md5(b'bad.example').hexdigest()},{event.uuid}" in lines


def test_patterns_that_name_nothing_go_as_patterns(full: House, tmp_path: Path) -> None:
    compound = "[domain-name:value = 'a.example' AND url:value = 'https://b.example/']"
    sigma = {"pattern_type": "sigma", "pattern": "title: x"}
    push(full, "cert", indicator("c", compound), indicator("s", "x") | sigma)
    (event,) = events(full, tmp_path / "feed").values()
    types = {one.value: one.type for one in event.attributes}
    assert types[compound] == "stix2-pattern"
    assert types["title: x"] == "sigma"


def test_what_ends_is_deleted_in_its_place_and_later_than_before(full: House, tmp_path: Path) -> None:
    def state(now: int = NOW) -> tuple[dict[str, Any], int]:
        (event,) = events(full, tmp_path / "feed", now).values()
        return {one.uuid: one for one in event.attributes}, event.timestamp.timestamp()

    before, at = state()
    identity = of(full, "bad.example").partition("--")[2]
    withdraw_object(full.database, full.exchange, f"indicator--{identity}", "wrong", "desk", now_ms())
    after, later = state()
    assert after[identity].deleted
    assert after[identity].timestamp > before[identity].timestamp
    assert later > at
    expired, _ = state(now_ms() + 1_000 * DAY_MS)
    url = next(one for one in expired.values() if one.type == "url")
    assert url.deleted
    assert url.timestamp > before[url.uuid].timestamp
    assert expired.keys() == before.keys()


def test_a_feed_that_says_nothing_new_is_not_dated_anew(full: House, tmp_path: Path) -> None:
    def files() -> dict[str, bytes]:
        events(full, tmp_path / "feed")
        return {path.name: path.read_bytes() for path in (tmp_path / "feed").iterdir()}

    withdraw_object(full.database, full.exchange, of(full, "bad.example"), "wrong", "desk", now_ms())
    assert files() == files() == files()


def test_what_was_erased_is_overwritten(full: House, tmp_path: Path) -> None:
    identity = of(full, "+442079460123").partition("--")[2]
    what = read("+442079460123", "phone")
    erase(full.database, full.exchange, what, str.encode, lambda _: None, "letter 17", "admin", now_ms())
    (event,) = events(full, tmp_path / "feed").values()
    (one,) = (one for one in event.attributes if one.uuid == identity)
    assert one.deleted
    assert "erased" in one.value
    told = b"".join(path.read_bytes() for path in (tmp_path / "feed").iterdir())
    assert b"442079460123" not in told


def test_an_indicator_stays_in_its_event(full: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_misp, "INDICATORS", 4)
    before = _places(events(full, tmp_path / "feed"))
    full.submit("bank-c", VALUES)
    full.submit("bank-c", "another.example\n")
    after = _places(events(full, tmp_path / "feed"))
    assert len(set(before.values())) > 3
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


def _places(found: dict[str, MISPEvent]) -> dict[str, str]:
    return {one.uuid: identity for identity, event in found.items() for one in [*event.attributes, *event.objects]}
