"""MISP events."""

import json
from pathlib import Path
from typing import Any

import pytest

from tocsin.intake import CannotRead, Reading, read
from tocsin.times import parse_stamp


def event(*attributes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Event": {"info": "Phishing of a bank", "date": "2024-01-02", "Attribute": list(attributes)} | more}


def attribute(kind: str, value: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "category": "Network activity", "value": value, "to_ids": True} | more


def reading(parsed: Any) -> Reading:
    return read(json.dumps(parsed).encode())


def found(parsed: Any) -> list[tuple[str, str, str | None]]:
    return [(row.column, row.identifier.value if row.identifier else f"! {row.value}", row.claim.role)
            for row in reading(parsed).rows]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "read_as"),
    [
        ("domain", "bad.example.org", [("bad.example.org", None)]),
        ("hostname", "www.bad.example.org", [("www.bad.example.org", None)]),
        ("url", "http://bad.example.org/x", [("http://bad.example.org/x", None)]),
        ("ip-dst", "2001:db8::1", [("2001:db8::1", None)]),
        ("ip-dst|port", "192.0.2.1|443", [("192.0.2.1", None)]),
        ("hostname|port", "bad.example.org|443", [("bad.example.org", None)]),
        ("domain|ip", "bad.example.org|192.0.2.1", [("bad.example.org", None), ("192.0.2.1", None)]),
        ("email-src", "boss@example.org", [("boss@example.org", "sender")]),
        ("email-reply-to", "boss@example.org", [("boss@example.org", "reply-to")]),
        ("email-dst", "ann@example.com", [("ann@example.com", "victim")]),
        (
            "filename|md5",
            "a|b.exe|d41d8cd98f00b204e9800998ecf8427e",
            [("! b.exe|d41d8cd98f00b204e9800998ecf8427e", None)],
        ),
        ("filename|md5", "a.exe|d41d8cd98f00b204e9800998ecf8427e", [("d41d8cd98f00b204e9800998ecf8427e", None)]),
        ("malware-sample", "a.exe|d41d8cd98f00b204e9800998ecf8427e", [("d41d8cd98f00b204e9800998ecf8427e", None)]),
        ("iban", "GB33BUKB20201555555555", [("GB33BUKB20201555555555", None)]),
        ("phone-number", "447700900123", [("+447700900123", None)]),
        ("cc-number", "4111111111111111", [("! (not repeated)", None)]),
        ("mutex", "Global", [("! Global", None)]),
        ("domain", "not a domain", [("! not a domain", None)]),
    ],
)
def test_attributes_by_type(kind: str, value: str, read_as: list[tuple[str, str | None]]) -> None:
    assert [one[1:] for one in found(event(attribute(kind, value)))] == read_as


def test_a_card_number_is_neither_shown_nor_kept() -> None:
    one = reading(event(attribute("cc-number", "4111111111111111"), attribute("domain", "bad.example.org")))
    assert not one.keepable
    assert "4111" not in repr(list(one.rows))


def test_what_an_event_says_of_all_its_attributes() -> None:
    marked = event(
        attribute("domain", "bad.example.org", comment="seen twice", first_seen="2024-01-05T00:00:00.000000+00:00"),
        attribute("domain", "worse.example.org", Tag=[{"name": "tlp:red"}]),
        Tag=[{"name": "tlp:amber"}, {"name": "misp-galaxy:x"}],
    )
    first, second = reading(marked).rows
    assert (first.tlp, second.tlp) == ("amber", "red")
    assert (first.claim.crime_type, first.claim.note) == ("phishing", "seen twice")
    assert first.claim.first_seen == parse_stamp("2024-01-05T00:00:00.000Z")
    assert second.claim.first_seen == parse_stamp("2024-01-02T00:00:00.000Z")


def test_deleted_attributes_and_sightings_are_left_aside_and_counted() -> None:
    one = reading(
        event(
            attribute("domain", "gone.example.org", deleted=True),
            attribute("domain", "bad.example.org", Sighting=[{"type": "0"}, {"type": "1"}]),
            Object=[{"name": "x", "deleted": "1", "Attribute": [attribute("domain", "also.example.org")]}],
        )
    )
    assert [row.value for row in one.rows] == ["bad.example.org"]
    assert {"Deleted attributes left aside: 2.", "Sightings left aside: 2."} <= set(one.notices)


def test_context_is_no_detection_but_a_persons_number_is_read() -> None:
    parsed = event(
        attribute("domain", "bad.example.org"),
        attribute("url", "http://context.example.net/", to_ids=False),
        attribute("link", "https://vendor.example.net/blog", to_ids=False),
        attribute("phone-number", "+44 7700 900123", to_ids=False),
    )
    _, context, link, phone = reading(parsed).rows
    assert "to_ids is off" in (context.problem or "")
    assert "to_ids is off" in (link.problem or "")
    assert phone.identifier is not None


def test_where_an_event_sets_the_flag_nowhere_only_references_are_context() -> None:
    one = reading(
        event(
            attribute("domain", "bad.example.org", to_ids=False),
            attribute("link", "https://vendor.example.net/blog", to_ids=False, category="External analysis"),
        )
    )
    assert [row.identifier is None for row in one.rows] == [False, True]
    assert "An event sets to_ids nowhere: all but its references was read." in one.notices


def test_an_account_takes_its_bank_from_its_object() -> None:
    parts = [
        attribute("bank-account-nr", "00123456", object_relation="account"),
        attribute("bic", "DBSSSGSG", object_relation="swift"),
    ]
    rows = found(event(Object=[{"name": "bank-account", "Attribute": parts}]))
    assert rows[0] == ("bank-account account", "SG:DBSSSGSG:00123456", None)


@pytest.mark.parametrize(
    "wrap", [lambda one: one, lambda one: {"response": [one, one]}, lambda one: [one], lambda one: one["Event"]]
)
def test_every_envelope_of_a_misp_server(wrap: Any) -> None:
    one = reading(wrap(event(attribute("domain", "bad.example.org"))))
    assert one.format == "misp"
    assert {row.value for row in one.rows} == {"bad.example.org"}


def test_an_event_without_attributes_is_refused() -> None:
    with pytest.raises(CannotRead, match="no attributes"):
        reading(event())


def test_odd_parts_harm_nobody() -> None:
    odd: list[Any] = [None, 1, {"type": 1, "value": [], "Tag": {}}, {"type": "ip-dst|port", "value": {}}, {}]
    parsed = event(
        attribute("domain", "bad.example.org"), *odd, Object=[1, {"Attribute": 2}, {"name": []}], Tag=[{"name": 1}, 2]
    )
    assert ("domain", "bad.example.org", None) in found(parsed)


@pytest.mark.parametrize(
    ("name", "rows", "least"),
    [
        ("eset/kryptocibule/misp-kryptocibule.json", 191, 100),
        ("eset/xdspy/misp-xdspy-event.json", 71, 40),
    ],
)
def test_events_that_are_published(real_data: Path, name: str, rows: int, least: int) -> None:
    one = read((real_data / name).read_bytes(), name)
    made = list(one.rows)
    assert one.format == "misp"
    assert len(made) >= rows
    assert sum(row.identifier is not None for row in made) >= least
