"""STIX objects, sliced out of their envelope."""

import json
from typing import Any

import pytest

from tocsin.intake import CannotRead, Row, read

UUID = "6f9a3b43-7c5b-4c5b-9a8e-0c6c0f4f3e3e"
DOMAIN = (
    b'{ "type":"domain-name",\r\n "spec_version":"2.1", "id":"domain-name--%b",  "value":"bad.example.com" }'
    % UUID.encode()
)
INDICATOR = {
    "type": "indicator",
    "spec_version": "2.1",
    "id": f"indicator--{UUID}",
    "created": "2024-01-01T00:00:00.000Z",
    "modified": "2024-01-01T00:00:00.000Z",
    "valid_from": "2024-01-01T00:00:00Z",
    "pattern_type": "stix",
    "pattern": "[domain-name:value = 'bad.example.com']",
}


def observable(kind: str, **properties: Any) -> dict[str, Any]:
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{UUID}"} | properties


def one(value: Any) -> Row:
    (row,) = read(json.dumps(value).encode(), format="stix").rows
    return row


@pytest.mark.parametrize(
    "envelope",
    [
        b'{"type":"bundle","id":"bundle--%b","objects":[%%b , %%b]}' % UUID.encode(),
        b'\xef\xbb\xbf \r\n{"more":false,"objects":\n[%b,\n%b\n],"next":"abc"}\n',
        b" [%b,%b]",
    ],
)
def test_the_bytes_of_each_object_come_out_as_they_went_in(envelope: bytes) -> None:
    reading = read(envelope % (DOMAIN, json.dumps(INDICATOR).encode()))
    assert reading.format == "stix"
    first, second = reading.rows
    assert (first.row, first.column, first.object_type, first.raw) == (1, "domain-name", "domain-name", DOMAIN)
    assert (second.row, second.value, second.raw) == (2, INDICATOR["id"], json.dumps(INDICATOR).encode())
    assert first.identifier == second.identifier
    assert first.identifier is not None


def test_a_single_object_is_an_envelope_of_one() -> None:
    (row,) = read(DOMAIN + b"\n").rows
    assert row.raw == DOMAIN


@pytest.mark.parametrize(
    ("pattern", "kind", "value", "role"),
    [
        ("[url:value='https://bad.example.com/']", "url", "https://bad.example.com/", None),
        (" [ ipv4-addr:value  = '192.0.2.1' ] ", "ipv4", "192.0.2.1", None),
        ("[domain-name:value = '192.0.2.1']", "ipv4", "192.0.2.1", None),
        ("[email-addr:value = 'a@example.com']", "email", "a@example.com", None),
        ("[email-message:from_ref.value = 'a@example.com']", "email", "a@example.com", "sender"),
        (
            "[email-message:additional_header_fields.'Reply-To' = 'a@example.com']",
            "email",
            "a@example.com",
            "reply-to",
        ),
        ("[phone-number:value = '+442079460123']", "phone", "+442079460123", None),
        ("[bank-account:iban = 'GB33BUKB20201555555555']", "iban", "GB33BUKB20201555555555", None),
        ("[bank-account:account_number = 'DE:DEUTDEFF:00123456']", "bank-account", "DE:DEUTDEFF:00123456", None),
        (
            "[cryptocurrency-wallet:value = '0x52908400098527886e0f7030069857d2e4169ee7']",
            "wallet",
            "0x52908400098527886e0f7030069857d2e4169ee7",
            None,
        ),
        (
            "[file:hashes.'MD5' = 'd41d8cd98f00b204e9800998ecf8427e']",
            "file-hash",
            "d41d8cd98f00b204e9800998ecf8427e",
            None,
        ),
        (
            "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
            "file-hash",
            "d41d8cd98f00b204e9800998ecf8427e",
            None,
        ),
    ],
)
def test_an_indicator_about_one_identifier_has_it(pattern: str, kind: str, value: str, role: str | None) -> None:
    row = one(INDICATOR | {"pattern": pattern, "confidence": 70})
    assert row.identifier is not None
    assert (row.identifier.kind, row.identifier.value, row.claim.role, row.claim.confidence) == (kind, value, role, 70)
    assert row.object_type == "indicator"


@pytest.mark.parametrize(
    "change",
    [
        {"pattern": "[domain-name:value = 'a.example.com' OR domain-name:value = 'b.example.com']"},
        {"pattern": "[domain-name:value = 'a.example.com'] AND [domain-name:value = 'b.example.com']"},
        {"pattern": "[domain-name:value != 'a.example.com']"},
        {"pattern": "[domain-name:value LIKE 'a.example.com']"},
        {"pattern": "[process:name = 'x']"},
        {"pattern": "[domain-name:value = 'it''s']"},
        {"pattern": "[domain-name:value = 'no domain']"},
        {"pattern": "bad.example.com"},
        {"pattern": 7},
        {"pattern_type": "sigma"},
    ],
)
def test_other_patterns_go_on_as_objects_without_identifier(change: dict[str, Any]) -> None:
    row = one(INDICATOR | change)
    assert (row.identifier, row.problem, row.object_type) == (None, None, "indicator")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (observable("url", value="https://bad.example.com/"), "url"),
        (observable("ipv6-addr", value="2001:db8::1"), "ipv6"),
        (observable("email-addr", value="a@example.com"), "email"),
        (observable("phone-number", value="442079460123"), "phone"),
        (observable("bank-account", iban="GB33BUKB20201555555555"), "iban"),
        (observable("bank-account", account_number="00123456", bic="DEUTDEFF"), "bank-account"),
        (observable("file", hashes={"MD5": "d41d8cd98f00b204e9800998ecf8427e"}), "file-hash"),
        (observable("domain-name", value=["x"]), None),
        (observable("domain-name", value="no domain"), None),
        (observable("file", hashes={}), None),
        (observable("software", name="x"), None),
    ],
)
def test_observables_of_our_kinds_have_their_identifier(value: dict[str, Any], kind: str | None) -> None:
    row = one(value)
    assert (row.identifier.kind if row.identifier else None) == kind
    assert row.problem is None


def test_an_observable_may_leave_its_version_out() -> None:
    row = one({"type": "url", "id": f"url--{UUID}", "value": "https://bad.example.com/"})
    assert row.problem is None
    assert row.identifier is not None


DEEP = b'{"type":"x-deep","spec_version":"2.1","id":"x-deep--%b","a":' % UUID.encode() + b"[" * 300 + b"]" * 300 + b"}"
WITHOUT_VERSION = {key: value for key, value in INDICATOR.items() if key != "spec_version"}


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (DOMAIN[:-1] + b',"value":"good.example.com"}', "“value” twice"),
        (DOMAIN[:-1] + b',"x_a":{"b":1,"b":2}}', "“b” twice"),
        (DEEP, "more than 100 levels"),
        (b"[" * 20_000 + b"]" * 20_000, "more than 100 levels"),
        (DOMAIN[:-1] + b',"x_a":"\\ud800"}', "half a character"),
        (DOMAIN[:-1] + b',"x_a":1e999}', "too large"),
        (DOMAIN[:-1] + b',"x_a":' + b"9" * 6_000 + b"}", "too large"),
        (json.dumps(INDICATOR | {"spec_version": "3.0"}).encode(), "STIX 3.0"),
        (json.dumps(INDICATOR | {"spec_version": 2.1}).encode(), "unknown version"),
        (json.dumps(INDICATOR | {"id": f"domain-name--{UUID}"}).encode(), "The id of this object"),
        (json.dumps(INDICATOR | {"id": "indicator--1"}).encode(), "The id of this object"),
        (b'{"id":1}', "no type and id"),
        (b"7", "not in braces"),
    ],
)
def test_one_bad_object_leaves_the_others(raw: bytes, problem: str) -> None:
    bad, good = read(b'{"objects":[' + raw + b"," + DOMAIN + b"]}", format="stix").rows
    assert problem in (bad.problem or "")
    assert (bad.object_type, bad.raw) == (None, None)
    assert good.raw == DOMAIN


@pytest.mark.parametrize("beside", [b'"x":"objects"', b'"x":["\\"objects\\":[7]"]', b'"x":1e999,"y":"\\ud800"'])
@pytest.mark.parametrize("name", [b'"objects"', b'"\\u006fbjects"'])
def test_what_stands_beside_the_objects_does_not_matter(name: bytes, beside: bytes) -> None:
    for data in (b"{%b,%b: [ %b ]}" % (beside, name, DOMAIN), b"{ %b:[%b] ,%b}" % (name, DOMAIN, beside)):
        (row,) = read(data, format="stix").rows
        assert row.raw == DOMAIN


def test_an_object_that_has_objects_of_its_own_is_one_object() -> None:
    data = json.dumps({"type": "observed-data", "id": f"observed-data--{UUID}", "created": "x", "objects": {}}).encode()
    (row,) = read(data, format="stix").rows
    assert (row.raw, row.problem) == (data, None)


def test_a_bundle_of_stix_20_is_read_as_far_as_its_patterns_say_what_it_is_about() -> None:
    bundle = {"type": "bundle", "id": f"bundle--{UUID}", "spec_version": "2.0", "objects": [WITHOUT_VERSION]}
    (row,) = read(json.dumps(bundle).encode()).rows
    assert row.problem is None
    assert row.value == INDICATOR["id"]
    assert row.identifier is not None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"type":"bundle","objects":[' + DOMAIN + b",", "cut off"),
        (b'{"type":"bundle","objects":[]}', "no objects"),
        (b'{"objects":[%b],"objects":[%b]}' % (DOMAIN, DOMAIN), "“objects” twice"),
        (b'{"objects":{"a":1}}', "valid JSON|no list"),
        (b'{"x":' + b"[" * 10_000 + b"]" * 10_000 + b',"objects":[%b]}' % DOMAIN, "nested too deep"),
        (b'{"x":{"a":1,"a":2},"objects":[%b]}' % DOMAIN, "“a” twice"),
        (b'{"a\\u0000":1,"a\\u0000":2,"objects":[%b]}' % DOMAIN, "“a\ufffd” twice"),
        (b'{"objects":[%b,{"a":NaN}]}' % DOMAIN, "not valid on line"),
        (b'{"objects":[%b]}{"objects":[%b]}' % (DOMAIN, DOMAIN), "not valid on line"),
        (b"[]", "no objects"),
        (b'["\xe4"]', "not in UTF-8|valid"),
    ],
)
def test_envelopes_that_cannot_be_read_say_why(data: bytes, message: str) -> None:
    with pytest.raises(CannotRead, match=message):
        read(data, format="stix")
