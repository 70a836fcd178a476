"""What others send: valid objects pass, and a refusal says which property and what is wrong with it."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from exchange_objects import SPELLINGS, facts, identifier, three
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.identifiers import deterministic_id
from tocsin.stix import INDICATOR_EXTENSION, BadObject, check, indicator, observable, revoked
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
        made(valid_until="2026-12-31T23:59:60Z"),
        made(valid_until="9999-12-31T23:59:59.999Z"),
        made(pattern="[file:size > 10] FOLLOWEDBY [url:value LIKE 'x%'] WITHIN 5 SECONDS"),
        made(pattern="rule x { condition: true }", pattern_type="yara"),
        made(description="[" * 5_000 + '"' + "]" * 9_000),
        made(x_number=2**70, x_text="\u0000"),
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
        ({"pattern": "[" + "(" * 5_000 + "a:b = 'c'" + ")" * 5_000 + "]"}, "pattern: it does not follow the grammar"),
        ({"pattern": "[a:b = '" + "c" * 66_000 + "']"}, "pattern: it is longer than 65,536 characters"),
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
    content = json.loads(observable(identifier("iban"), "green"))
    check(of(content, account_number="55555555"))
    ours = deterministic_id("bank-account", {"iban": content["iban"], "account_number": "55555555"})
    check(of(content, account_number="55555555", id=ours))
    assert "id:" in refusal(
        of(content, account_number="55555555", id=DOMAIN["id"].replace("domain-name", "bank-account"))
    )


@given(
    st.sampled_from([json.loads(body) for kind in SPELLINGS for body in three(kind)]),
    st.data(),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
        lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(), s, max_size=3),
        max_leaves=5,
    ),
)
@settings(max_examples=300, deadline=None)
def test_whatever_a_property_becomes_the_answer_is_a_sentence(
    content: dict[str, Any], data: st.DataObject, value: Any
) -> None:
    name = data.draw(st.sampled_from(sorted(content)))
    raw = json.dumps({**content, name: value}).encode()
    try:
        checked = check(raw)
    except BadObject as error:
        assert str(error).endswith(".")
    else:
        revoked(raw, 0)
        assert checked.object == orjson.loads(raw)


@given(st.binary(max_size=200), st.integers(0, 600), st.integers(0, 20))
@settings(max_examples=300, deadline=None)
def test_whatever_the_bytes_the_answer_is_a_sentence(noise: bytes, place: int, cut: int) -> None:
    body = indicator(facts("domain"))
    for raw in (noise, body[:place] + noise + body[place + cut :]):
        try:
            check(raw)
        except BadObject as error:
            assert str(error).endswith(".")


def objects_in(path: Path) -> list[bytes]:
    """The objects of a file, or the file where it cannot be read."""
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        return [path.read_bytes()]
    if isinstance(content, dict):
        content = content["objects"] if content["type"] == "bundle" else [content]
    return [orjson.dumps(one) for one in content]


@pytest.mark.parametrize(
    ("pattern", "taken", "refused"),
    [
        ("oasis-schemas/examples/**/*.json", 259, ["id: it has to be relationship--"]),
        (
            "oasis-validator/**/*.json",
            6,
            [
                "The object is not JSON",
                "The object is not JSON",
                "modified: STIX requires it",
                "modified: it lies before created",
            ],
        ),
        ("oasis-python-stix2/**/*.json", 30, ["spec_version: this object is STIX 2.0"]),
        ("stix2extensions/**/extension-definitions/**/*.json", 11, []),
        # ids that the rules published beside them do not give
        ("stix2extensions/automodel_generated/examples/**/*.json", 4, ["id: it is not the id"] * 3),
        ("amnesty/**/*.stix2", 1039, []),
    ],
)
def test_examples_of_others(real_data: Path, pattern: str, taken: int, refused: list[str]) -> None:
    passed, sentences = 0, []
    for path in sorted(real_data.glob(pattern)):
        for raw in objects_in(path):
            try:
                check(raw)
                passed += 1
            except BadObject as error:
                sentences.append(str(error))
    assert passed == taken
    assert len(sentences) == len(refused)
    assert all(one.startswith(words) for one, words in zip(sorted(sentences), sorted(refused), strict=True))
