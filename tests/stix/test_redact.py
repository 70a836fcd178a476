"""What an erasure leaves of an object: valid, revoked, later, and without a word of what it said."""

import uuid
from typing import Any

import orjson
import pytest

from tocsin.stix import INDICATOR_EXTENSION, check, is_redacted, redacted
from tocsin.times import parse_stamp

AT = "2026-01-01T00:00:00.000Z"
SECRET = "Tan Ah Kow"
REF = "indicator--6fb1b5c6-6f3a-4e0b-9d3b-8a3d7b5a2c12"
SEEN = "email-addr--6fb1b5c6-6f3a-5e0b-9d3b-8a3d7b5a2c12"
REPLY_TO = "email-message:additional_header_fields.'Reply-To'"
FREE: dict[str, Any] = {
    "description": SECRET,
    "external_references": [{"source_name": SECRET, "description": SECRET}],
    "labels": [SECRET],
}
TYPES: dict[str, dict[str, Any]] = {
    "attack-pattern": {"name": SECRET, "aliases": [SECRET]},
    "campaign": {"name": SECRET, "objective": SECRET},
    "course-of-action": {"name": SECRET},
    "grouping": {"context": "suspicious-activity", "object_refs": [REF], "name": SECRET},
    "identity": {"name": SECRET, "contact_information": SECRET, "roles": [SECRET]},
    "incident": {"name": SECRET},
    "indicator": {
        "name": SECRET,
        "pattern": f"[user-account:display_name = '{SECRET}']",
        "pattern_type": "stix",
        "valid_from": AT,
    },
    "infrastructure": {"name": SECRET},
    "intrusion-set": {"name": SECRET, "goals": [SECRET]},
    "location": {"name": SECRET, "latitude": 1.29, "longitude": 103.85, "street_address": SECRET},
    "malware": {"name": SECRET, "is_family": True},
    "malware-analysis": {"product": "scanner", "result": "malicious", "result_name": SECRET},
    "note": {"content": SECRET, "abstract": SECRET, "authors": [SECRET], "object_refs": [REF]},
    "observed-data": {
        "first_observed": AT,
        "last_observed": AT,
        "number_observed": 1,
        "objects": {"0": {"type": "email-addr", "id": SEEN, "value": "tan@mail.example", "display_name": SECRET}},
    },
    "opinion": {"explanation": SECRET, "opinion": "agree", "object_refs": [REF]},
    "report": {"name": SECRET, "published": AT, "object_refs": [REF]},
    "threat-actor": {"name": SECRET, "aliases": [SECRET]},
    "tool": {"name": SECRET},
    "vulnerability": {"name": SECRET},
    "relationship": {
        "relationship_type": "indicates",
        "source_ref": REF,
        "target_ref": SEEN,
    },
    "sighting": {"sighting_of_ref": REF, "summary": True},
    "x-case": {"title": SECRET},
}


def made(kind: str, **more: Any) -> bytes:
    content = {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid.UUID(int=7, version=4)}"}
    return orjson.dumps(content | {"created": AT, "modified": AT} | FREE | TYPES[kind] | more)


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_stays_valid_and_says_nothing(kind: str) -> None:
    body = made(kind)
    check(body)
    left = redacted(body, parse_stamp(AT))
    assert left is not None
    content = orjson.loads(left)
    check(left)
    assert SECRET.encode() not in left
    assert b"103.85" not in left
    assert content["revoked"] is True
    assert content["id"] == orjson.loads(body)["id"]
    assert parse_stamp(content["modified"]) == parse_stamp(AT) + 1


@pytest.mark.parametrize("kind", TYPES)
def test_what_is_redacted_is_known_as_such(kind: str) -> None:
    body = made(kind)
    assert not is_redacted(body)
    left = redacted(body, parse_stamp(AT))
    assert left is not None
    assert is_redacted(left)


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        (r"[phone-number:value = '+6591234567']", "[phone-number:value = 'erased']"),
        (f"[{REPLY_TO} = 'a@b.example']", f"[{REPLY_TO} = 'erased']"),
        (r"[user-account:user_id = 'it\'s \\ me']", "[user-account:user_id = 'erased']"),
        ("[phone-number:value = '1' OR phone-number:value = '2']", "[x-erased:value = 'erased']"),
        ("[phone-number:value LIKE '+65%']", "[x-erased:value = 'erased']"),
        ("[a:b = '1'] FOLLOWEDBY [c:d = '2']", "[x-erased:value = 'erased']"),
    ],
)  # fmt: skip
def test_a_pattern_keeps_the_kind_of_thing_at_most(pattern: str, left: str) -> None:
    body = redacted(made("indicator", pattern=pattern), parse_stamp(AT))
    assert body is not None
    check(body)
    assert orjson.loads(body)["pattern"] == left


def test_other_pattern_languages_and_extensions_keep_nothing() -> None:
    ours = {
        "extension_type": "property-extension",
        "kind": "phone",
        "independent_members": 2,
        "first_seen": AT,
        "sources": [SECRET],
    }
    other = "extension-definition--6fb1b5c6-6f3a-4e0b-9d3b-8a3d7b5a2c19"
    body = redacted(
        made(
            "indicator",
            pattern_type="sigma",
            pattern=SECRET,
            labels=["bec", SECRET],
            extensions={INDICATOR_EXTENSION: ours, other: {"extension_type": "property-extension", "holder": SECRET}},
        ),
        parse_stamp(AT),
    )
    assert body is not None
    check(body)
    content = orjson.loads(body)
    assert content["pattern"] == "erased"
    assert content["labels"] == ["bec"]
    assert content["extensions"][other] == {"extension_type": "property-extension"}
    assert content["extensions"][INDICATOR_EXTENSION]["independent_members"] == 2
    assert SECRET.encode() not in body


def test_what_cannot_be_revoked_gets_no_last_version() -> None:
    assert redacted(orjson.dumps({"type": "email-addr", "id": "email-addr--x", "value": SECRET}), 0) is None
