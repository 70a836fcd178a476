"""Documents through everything: what a chat, a report, an event and an old bundle publish, and what they do not."""

import json
from typing import Any

import pytest
from house import House
from pushing import release, verdict, with_cert

from tocsin.reports.reports import Report, body_of

CHAT = """31/12/2023, 21:05 - +65 8123 4567: Invest at bad.example
31/12/2023, 21:06 - Ann: I am ann@home.example
"""
UUID = "6f9a3b43-7c5b-4c5b-9a8e-0c6c0f4f3e3e"
OLD = {
    "type": "indicator",
    "id": f"indicator--{UUID}",
    "created": "2024-01-01T00:00:00.000Z",
    "modified": "2024-01-01T00:00:00.000Z",
    "valid_from": "2024-01-01T00:00:00Z",
    "labels": ["malicious-activity"],
    "pattern": "[domain-name:value = 'bad.example']",
    "x_vendor_score": 7,
}


def reasons(house: House, report: Report) -> dict[str, str]:
    return {one.value: one.verdict for one in house.verdicts(report)}


def kept(house: House, report: Report) -> bytes:
    with house.database.reading() as connection:
        return body_of(connection, report.key)


def test_a_chat_publishes_the_site_holds_the_number_and_keeps_the_victim_back(house: House) -> None:
    report = house.submit("bank-a", CHAT, "_chat.txt")
    assert report.format == "chat"
    assert reasons(house, report) == {
        "+65 8123 4567": "held",
        "bad.example": "accepted",
        "ann@home.example": "rejected",
    }
    assert "+65" not in str(report.notices)


def test_what_is_the_reporters_own_is_kept_and_not_published(house: House) -> None:
    text = "Our customer got a suspicious mail that leads to bad.example\n\nKind regards\nAnn\nann@desk.example\n"
    report = house.submit("bank-a", text, "note.txt", file_format="text")
    assert reasons(house, report) == {"bad.example": "accepted", "ann@desk.example": "rejected"}
    assert "belongs to whoever reports" in house.verdicts(report)[1].reason


def event(*attributes: dict[str, Any], tags: tuple[str, ...] = ()) -> str:
    return json.dumps({"Event": {"info": "x", "Attribute": attributes, "Tag": [{"name": tag} for tag in tags]}})


BAD = {"type": "domain", "category": "Network activity", "value": "bad.example", "to_ids": True}


def test_an_event_that_is_marked_stricter_than_it_was_handed_in_goes_no_further(house: House) -> None:
    wide = house.submit("bank-a", event(BAD, tags=("tlp:red",)), tlp="green")
    assert [one.verdict for one in house.verdicts(wide)] == ["rejected"]
    assert "marked stricter" in house.verdicts(wide)[0].reason
    assert reasons(house, house.submit("bank-a", event(BAD, tags=("tlp:clear",)), tlp="green")) == {
        "bad.example": "accepted"
    }


def test_the_bytes_of_an_event_with_a_card_number_are_not_kept(house: House) -> None:
    card = BAD | {"type": "cc-number", "value": "4111111111111111"}
    report = house.submit("bank-a", event(BAD, card))
    assert [one.verdict for one in house.verdicts(report)] == ["accepted", "rejected"]
    assert kept(house, report) == b""


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("<html><body><p>See bad.example.</p><p>An STR was filed.</p></body></html>", "report.html"),
        ("31/12/2023, 21:05 - Ann: An STR was filed on bad.example\n", "_chat.txt"),
    ],
)
def test_what_says_that_a_transaction_was_reported_is_refused_in_every_form(house: House, body: str, name: str) -> None:
    report = house.submit("bank-a", body, name)
    assert report.state == "unreadable"
    assert "suspicious transaction report" in report.notices[0]
    assert kept(house, report) == b""


def bundle(*objects: dict[str, Any]) -> bytes:
    return json.dumps(
        {"type": "bundle", "id": f"bundle--{UUID}", "spec_version": "2.0", "objects": list(objects)}
    ).encode()


NEW = {name: value for name, value in OLD.items() if name != "labels"} | {
    "spec_version": "2.1",
    "indicator_types": ["malicious-activity"],
    "pattern_type": "stix",
}


def published(house: House) -> list[dict[str, Any]]:
    return [json.loads(entry.body) for entry in house.entries() if entry.owner_key is not None]


def test_an_old_bundle_in_a_trusted_members_file_becomes_new_objects_with_the_vendors_properties(house: House) -> None:
    report = with_cert(house).submit("cert", bundle(OLD), "old.json", whole=True)
    assert verdict(house, report) == ("accepted", "Published.")
    assert published(house) == [NEW]


def test_an_old_object_that_waited_comes_out_as_a_new_one(house: House) -> None:
    report = with_cert(house).submit("bank-a", bundle(OLD), "old.json", whole=True)
    assert verdict(house, report)[0] == "held"
    assert release(house, report) == 1
    assert published(house) == [NEW]


def test_an_old_object_that_is_pushed_is_refused_as_before(house: House) -> None:
    report = with_cert(house).submit("cert", bundle(OLD), file_format="stix", whole=True)
    assert verdict(house, report)[0] == "rejected"
    assert "send STIX 2.1" in verdict(house, report)[1]


def test_an_old_indicator_in_a_file_of_any_member_is_a_claim(house: House) -> None:
    report = house.submit("bank-a", bundle(OLD), "old.json")
    assert verdict(house, report)[0] == "accepted"
    assert "[domain-name:value = 'bad.example']" in house.indicators()
