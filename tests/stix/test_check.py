"""What others send: valid objects pass, and a refusal says which property and what is wrong with it."""

import json
from typing import Any

import orjson
import pytest
from exchange_objects import SPELLINGS, identifier, three

from tocsin.identifiers import deterministic_id
from tocsin.stix import INDICATOR_EXTENSION, BadObject, check, marking_refs, observable, observed
from tocsin.stix.check import LARGEST_OBJECT

UUID4 = "0d0a2f7e-4c1b-4a53-9d0e-5b9f6f5a7c11"
INDICATOR = {
    "type": "indicator",
    "spec_version": "2.1",
    "id": f"indicator--{UUID4}",
    "created": "2026-01-01T00:00:00.000Z",
    "modified": "2026-01-01T00:00:00.000Z",
    "pattern": "[domain-name:value = 'bad.example']",
    "pattern_type": "stix",
    "valid_from": "2026-01-01T00:00:00Z",
}
DOMAIN = {
    "type": "domain-name",
    "id": deterministic_id("domain-name", {"value": "bad.example"}),
    "value": "bad.example",
}
SHA = SPELLINGS["file-hash"]


def made(**changes: Any) -> bytes:
    """An indicator with these changes; None takes a property away."""
    return orjson.dumps({name: value for name, value in {**INDICATOR, **changes}.items() if value is not None})


def of(content: dict[str, Any], **changes: Any) -> bytes:
    return orjson.dumps({**content, **changes})


def refusal(raw: bytes) -> str:
    with pytest.raises(BadObject) as caught:
        check(raw)
    message = str(caught.value)
    assert len(message) <= 400
    assert "$" not in message
    assert "{" not in message
    return message


def test_what_is_found_out() -> None:
    identity = f"identity--{UUID4}"
    checked = check(made(created_by_ref=identity, revoked=True, modified="2026-01-02T00:00:00.123456789Z"))
    assert (checked.id, checked.type, checked.spec_version) == (INDICATOR["id"], "indicator", "2.1")
    assert (checked.created, checked.version) == (INDICATOR["created"], "2026-01-02T00:00:00.123456789Z")
    assert (checked.created_by_ref, checked.revoked) == (identity, True)
    assert checked.object["pattern"] == INDICATOR["pattern"]


@pytest.mark.parametrize(
    "raw",
    [
        made(),
        made(valid_from="2026-01-01T00:00:00.5Z"),
        made(created="2026-01-01T00:00:00." + "0" * 500 + "Z", modified="2026-01-01T00:00:00." + "0" * 499 + "1Z"),
        made(created="2026-01-01T00:00:00Z", modified="2026-01-01T00:00:00.1Z"),
        made(valid_until="2026-12-31T23:59:60Z"),
        made(valid_until="9999-12-31T23:59:59.999Z"),
        made(pattern="[file:size > 10] FOLLOWEDBY [url:value LIKE 'x%'] WITHIN 5 SECONDS"),
        made(pattern="rule x { condition: true }", pattern_type="yara"),
        made(description="[" * 5_000 + '"' + "]" * 9_000),
        made(x_number=2**63, x_text="\u0000"),
        of(DOMAIN),
        of(DOMAIN, spec_version="2.1", id=f"domain-name--{UUID4}"),
        of(DOMAIN, value="under_score.example", id=f"domain-name--{UUID4}"),
        of({"type": "x-thing", "id": f"x-thing--{UUID4}"}),
        of(
            {"type": "x-thing", "id": f"x-thing--{UUID4}", "spec_version": "2.1"},
            created=INDICATOR["created"],
            modified=INDICATOR["created"],
        ),
        of(
            {"type": "payment-card", "id": f"payment-card--{UUID4}"},
            extensions={f"extension-definition--{UUID4}": {"extension_type": "new-sco"}},
        ),
        of(
            {"type": "file", "hashes": {"SHA-256": SHA, "MD5": "a" * 32}},
            id=deterministic_id("file", {"hashes": {"MD5": "a" * 32}}),
        ),
        of(
            {"type": "file", "name": "x.exe", "extensions": {"ntfs-ext": {"sid": "1"}}},
            id=deterministic_id("file", {"name": "?"}),
        ),
        of({"type": "file", "name": "x.exe"}, id=deterministic_id("file", {"name": "x.exe"})),
    ],
)
def test_what_is_taken(raw: bytes) -> None:
    assert check(raw).object == orjson.loads(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not JSON"),
        (b"{", "line 1, column 2"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (made()[:-1] + b', "x": NaN}', "not JSON"),
        (made()[:-1] + b', "x": 1e999}', "not JSON"),
        (made()[:-1] + b', "x": "\\ud800"}', "not JSON"),
        (made()[:-1] + b', "x": "\xff"}', "not JSON"),
        (made().decode().encode("utf-16"), "not JSON"),
        (b"[]", "curly brackets"),
        (b"7", "curly brackets"),
        (b"[" * 10_000 + b"]" * 10_000, "nested more than 100"),
        (b'"' + b'\\"' * 400_000, "not JSON"),
        (b'"' + b'\\"' * 400_000 + b"\\", "not JSON"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested more than 100"),
        (b'{"a":"' + b"]" * 10_000 + b'","b":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "nested more than 100"),
        (made(description="x" * LARGEST_OBJECT), "the most that is taken is 1,000,000"),
        (made()[:-1] + b',"type":"indicator"}', "type: the property stands twice"),
        (made()[:-1] + b',"x_a":[{"b":{"c":1,"c":1}}]}', "c: the property stands twice"),
        (made()[:-1] + b',"x_a":1,"x\\u005fa":1}', "x_a: the property stands twice"),
    ],
)
def test_what_is_no_object_at_all(raw: bytes, words: str) -> None:
    assert words in refusal(raw)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"type": None}, "type: a STIX object needs one"),
        ({"type": 7}, "type: a STIX object needs one"),
        ({"type": "Indicator"}, "type: a STIX object needs one"),
        ({"type": "timestamp", "id": f"timestamp--{UUID4}"}, "type: 'timestamp' is no type of STIX 2.1"),
        ({"type": "core", "id": f"core--{UUID4}"}, "type: 'core' is no type of STIX 2.1"),
        ({"type": "bundle", "id": f"bundle--{UUID4}"}, "type: a bundle inside a bundle"),
        ({"id": None}, "id: it has to be indicator--"),
        ({"id": f"malware--{UUID4}"}, "id: it has to be indicator--"),
        ({"id": f"indicator--{UUID4.upper()}"}, "id: it has to be indicator--"),
        ({"id": f"indicator--{UUID4}\n"}, "id: it has to be indicator--"),
        ({"spec_version": None}, "STIX 2.0, which is not taken here"),
        ({"spec_version": "2.0"}, "STIX 2.0, which is not taken here"),
        ({"spec_version": "3.0"}, "STIX 3.0, which is not taken here"),
        ({"created": None}, "created: STIX requires it, and it is missing"),
        ({"created": 5}, "created: it has to be a date and time in UTC"),
        ({"created": "2026-01-01"}, "created: it has to be a date"),
        ({"created": "2026-02-30T00:00:00Z"}, "created: it has to be a date"),
        ({"created": "2026-01-01T24:00:00Z"}, "created: it has to be a date"),
        ({"created": "2026-01-01T00:00:00+00:00"}, "created: it has to be a date and time in UTC"),
        ({"created": "2026-01-01t00:00:00z"}, "created: it has to be a date"),
        ({"created": "0000-01-01T00:00:00Z"}, "created: it has to be a date"),
        ({"created": "２026-01-01T00:00:00Z"}, "created: it has to be a date"),
        ({"modified": "2025-12-31T23:59:59.999Z"}, "modified: it lies before created"),
        ({"modified": "9999-12-31T23:59:59.999Z"}, "modified: it lies at the end of all dates"),
        ({"valid_until": "2025-01-01T00:00:00Z"}, "valid_until: it lies before valid_from"),
        ({"valid_from": None}, "valid_from: STIX requires it, and it is missing"),
        ({"pattern": None}, "pattern: STIX requires it, and it is missing"),
        ({"pattern": 7}, "pattern: it is of the wrong type"),
        ({"pattern_type": 7}, "pattern_type: it is of the wrong type"),
        ({"pattern": "[domain-name:value = 'bad.example'"}, "pattern: it does not follow the grammar"),
        ({"pattern": " " * 19_000 + "["}, "pattern: it does not follow the grammar"),
        ({"pattern": "[a:b = 'c'" + " " * 19_000 + "x"}, "pattern: it does not follow the grammar"),
        ({"pattern": "[a:" + "b." * 9_000 + "'"}, "pattern: it does not follow the grammar"),
        ({"pattern": "[" + "(" * 5_000 + "a:b = 'c'" + ")" * 5_000 + "]"}, "pattern: it does not follow the grammar"),
        ({"pattern": "[a:b = '" + "c" * 66_000 + "']"}, "pattern: it is longer than 65,536 characters"),
        ({"pattern": "[a:b > '" + "c" * 21_000 + "']"}, "pattern: it is longer than 20,000 characters and not a plain"),
        ({"pattern": "[a:b = '" + "\\'" * 9_000 + "]"}, "pattern: it does not follow the grammar"),
        ({"pattern": "[a:b = 'c']\\"}, "pattern: it does not follow the grammar"),
        ({"labels": []}, "labels: an empty list is not allowed"),
        ({"labels": "phishing"}, "labels: it is of the wrong type"),
        ({"confidence": 101}, "confidence: the number is too large"),
        ({"revoked": "yes"}, "revoked: it has to be true or false"),
        ({"created_by_ref": ["x"]}, "created_by_ref: it has to be the id of an identity"),
        ({"object_marking_refs": ["TLP:RED"]}, "object_marking_refs.0: "),
        ({"kill_chain_phases": [{"kill_chain_name": "x"}]}, "kill_chain_phases.0.phase_name: STIX requires it"),
        (
            {
                "extensions": {
                    INDICATOR_EXTENSION: {
                        "extension_type": "property-extension",
                        "kind": "url",
                        "independent_members": 10**9,
                        "first_seen": "2026-01-01T00:00:00Z",
                    }
                }
            },
            "independent_members: the number is too large",
        ),
        (
            {
                "extensions": {
                    INDICATOR_EXTENSION: {
                        "extension_type": "property-extension",
                        "kind": "url",
                        "independent_members": 1,
                    }
                }
            },
            "first_seen: STIX requires it",
        ),
        (
            {
                "extensions": {
                    INDICATOR_EXTENSION: {
                        "extension_type": "property-extension",
                        "kind": "url",
                        "independent_members": 1,
                        "first_seen": "2026-02-30T00:00:00Z",
                    }
                }
            },
            "first_seen: it has to be a date",
        ),
        (
            {
                "extensions": {
                    INDICATOR_EXTENSION: {
                        "extension_type": "property-extension",
                        "kind": "url",
                        "independent_members": 1,
                        "first_seen": "2026-02-20T00:00:00Z",
                        "x": 1,
                    }
                }
            },
            "x: this property is not allowed here",
        ),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], words: str) -> None:
    assert words in refusal(made(**changes))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (of(DOMAIN, value="good.example"), "id: it is not the id that STIX gives to this value"),
        (of(DOMAIN, revoked="yes"), "revoked: it has to be true or false"),
        (of({"type": "file", "id": f"file--{UUID4}", "hashes": {}}), "hashes: it is"),
        (of(json.loads(three("phone")[1]), value={}), "value: it is of the wrong type"),
        (of(DOMAIN, value=7), "value: it is of the wrong type"),
        (of({"type": "domain-name", "id": DOMAIN["id"]}), "value: STIX requires it"),
        (
            of({"type": "ipv4-addr", "id": f"ipv4-addr--{UUID4}", "value": "999.1.1.1"}),
            "value: it is not written as STIX asks",
        ),
        (of({"type": "nonsense", "id": f"nonsense--{UUID4}"}), "type: 'nonsense' is no type"),
        (of({"type": "x-thing", "id": f"x-thing--{UUID4}", "extensions": 5}), "extensions: it is of the wrong type"),
        (
            of({"type": "x-thing", "id": f"x-thing--{UUID4}", "object_marking_refs": []}),
            "object_marking_refs: an empty list",
        ),
        (
            of(
                {
                    "type": "marking-definition",
                    "spec_version": "2.1",
                    "id": f"marking-definition--{UUID4}",
                    "created": "2026-01-01T00:00:00Z",
                }
            ),
            "definition",
        ),
    ],
)
def test_observables_and_types_of_others(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_an_account_may_have_the_id_that_opencti_gives_it() -> None:
    content = json.loads(observable(observed(identifier("iban")), marking_refs("green")))
    check(of(content, account_number="55555555"))
    ours = deterministic_id("bank-account", {"iban": content["iban"], "account_number": "55555555"})
    check(of(content, account_number="55555555", id=ours))
    assert "id:" in refusal(
        of(content, account_number="55555555", id=DOMAIN["id"].replace("domain-name", "bank-account"))
    )
