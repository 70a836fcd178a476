"""The exchange's own objects: their bytes, and that the libraries of others take them."""

import json

import orjson
import pytest
import stix2
from exchange_objects import COLLECTION, EXCHANGE, NAMESPACE, NOW, SPELLINGS, exchange, identifier, issued, three
from stix2validator import ValidationOptions, validate_instance

from tocsin.identifiers import KINDS, deterministic_id, read
from tocsin.identifiers.stix_form import NEW_SCO
from tocsin.stix import (
    ACCOUNT_EXTENSION,
    CRIME_TYPES,
    EXTENSIONS,
    INDICATOR_EXTENSION,
    TLP,
    based_on_id,
    check,
    definitions_for,
    indicator_id,
    marking_refs,
    observable,
    observed,
    register,
    revoked,
    strictest,
    tlp_of,
    version_key,
)

SORTS = [(kind, role, full) for kind in SPELLINGS for role, full in ((None, True), (None, False))]
SORTS += [("email", "reply-to", True), ("iban", "mule", True)]
ALL = {
    f"{kind} {role} {full} {place}": body
    for kind, role, full in SORTS
    for place, body in enumerate(three(kind, role, full=full))
}
ALL |= {f"withdrawn {name}": revoked(body, NOW + 5) for name, body in ALL.items()}
ALL |= {marking.label: marking.body for marking in TLP.values()} | EXTENSIONS | {"exchange": exchange()}


def test_every_kind_is_here() -> None:
    assert set(SPELLINGS) == set(KINDS)


@pytest.mark.parametrize("name", ALL)
def test_the_stix2_library_takes_it_and_says_the_same(name: str) -> None:
    register()
    parsed = stix2.parse(ALL[name].decode(), allow_custom=False, version="2.1")
    assert not isinstance(parsed, dict)
    said, ours = json.loads(parsed.serialize()), json.loads(ALL[name])
    for one in (said, ours):
        one.setdefault("revoked", False)
    assert said == ours


@pytest.mark.parametrize("name", ALL)
def test_the_oasis_validator_takes_it(name: str) -> None:
    found = validate_instance(json.loads(ALL[name]), ValidationOptions(version="2.1"))
    assert found.is_valid, found.errors


@pytest.mark.parametrize("name", ALL)
def test_our_own_check_takes_it(name: str) -> None:
    checked = check(ALL[name])
    assert checked.revoked == (name.startswith("withdrawn") and b'"modified"' in ALL[name])
    assert checked.spec_version == "2.1"


@pytest.mark.parametrize("kind", SPELLINGS)
def test_the_library_computes_the_same_id(kind: str) -> None:
    register()
    content = json.loads(observable(observed(identifier(kind)), marking_refs("green")))
    without = {name: value for name, value in content.items() if name != "id"}
    assert stix2.parse(without, version="2.1").id == content["id"] == observed(identifier(kind))["id"]


def test_registering_again_changes_nothing() -> None:
    register()
    register()


def test_an_indicator_to_the_letter() -> None:
    body = issued("domain")
    assert json.loads(body) == {
        "type": "indicator",
        "spec_version": "2.1",
        "id": indicator_id(NAMESPACE, COLLECTION, "[domain-name:value = 'bad.example']", 1),
        "created_by_ref": EXCHANGE,
        "created": "2026-01-01T00:00:00.125Z",
        "modified": "2026-01-01T00:00:00.126Z",
        "name": "Domain: bad.example",
        "indicator_types": ["malicious-activity"],
        "pattern": "[domain-name:value = 'bad.example']",
        "pattern_type": "stix",
        "pattern_version": "2.1",
        "valid_from": "2025-12-31T00:00:00.125Z",
        "valid_until": "2026-01-02T00:00:00.125Z",
        "labels": ["bec", "phishing"],
        "confidence": 70,
        "object_marking_refs": [TLP["amber+strict"].id],
        "extensions": {
            INDICATOR_EXTENSION: {
                "extension_type": "property-extension",
                "kind": "domain",
                "crime_types": ["bec", "phishing"],
                "independent_members": 2,
                "sources": ["Bank A"],
                "first_seen": "2025-12-31T00:00:00.125Z",
                "last_seen": "2026-01-01T00:00:00.125Z",
            }
        },
    }
    assert body == issued("domain"), "the same facts are the same bytes"
    assert body == orjson.dumps(orjson.loads(body)), "in one spelling, although it is put together of two parts"
    assert list(json.loads(body))[:6] == ["type", "spec_version", "id", "created_by_ref", "created", "modified"]


def test_ids_differ_by_collection_pattern_and_generation() -> None:
    ids = {
        indicator_id(NAMESPACE, collection, pattern, generation)
        for collection in (COLLECTION, COLLECTION.replace("1", "2"))
        for pattern in ("[url:value = 'a']", "[url:value = 'b']")
        for generation in (1, 2)
    }
    assert len(ids) == 8
    assert len({based_on_id(one, observed(identifier(kind))["id"]) for one in ids for kind in ("domain", "url")}) == 16


def test_an_account_without_iban_says_its_bank() -> None:
    told = json.loads(observable(observed(identifier("bank-account")), marking_refs("green")))
    assert told["account_number"] == "SG:DBSSSGSG:12345678"
    assert told["extensions"][ACCOUNT_EXTENSION]["bank_code"] == "DBSSSGSG"
    assert definitions_for(told) == [NEW_SCO["bank-account"], ACCOUNT_EXTENSION]


@pytest.mark.parametrize("name", ALL)
def test_what_an_object_refers_to_is_here_too(name: str) -> None:
    content = json.loads(ALL[name])
    known = {EXCHANGE} | set(EXTENSIONS) | {marking.id for marking in TLP.values()}
    assert {*content.get("object_marking_refs", ()), content.get("created_by_ref", EXCHANGE)} <= known
    assert definitions_for(content) == list(content.get("extensions", ()))


def test_a_withdrawal_repeats_everything_else() -> None:
    last = json.loads(issued("url"))
    ended = json.loads(revoked(issued("url"), NOW + 10))
    assert ended.pop("revoked") is True
    assert ended.pop("modified") == "2026-01-01T00:00:00.135Z"
    last.pop("modified")
    assert ended == last


@pytest.mark.parametrize(
    "modified", ["2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.500000001Z", "2099-01-01T00:00:00Z"]
)
def test_a_withdrawal_is_later_than_what_it_ends(modified: str) -> None:
    body = orjson.dumps({"type": "x-one", "modified": modified, "revoked": False, "big": 1e300})
    ended = json.loads(revoked(body, NOW))
    assert version_key(ended["modified"]) > version_key(modified)
    assert ended["revoked"] is True
    assert ended["big"] == 1e300


def test_what_has_no_versions_comes_back_as_it_is() -> None:
    body = observable(observed(identifier("ipv4")), marking_refs("red"))
    assert revoked(body, NOW) == body


@pytest.mark.parametrize(
    ("name", "uuid"),
    [
        ("clear", "94868c89-83c2-464b-929b-a1a8aa3c8487"),
        ("green", "bab4a63c-aed9-4cf5-a766-dfca5abac2bb"),
        ("amber", "55d920b0-5e8b-4f79-9ee9-91f868d9b421"),
        ("amber+strict", "939a9414-2ddd-4d32-a0cd-375ea402b003"),
        ("red", "e828b379-4e03-4974-9ac4-e53a884c97c1"),
    ],
)
def test_markings_are_those_of_oasis(name: str, uuid: str) -> None:
    assert TLP[name].id == f"marking-definition--{uuid}"
    assert TLP[name].label == f"TLP:{name.upper()}"
    assert tlp_of({"object_marking_refs": [TLP[name].id]}) == name


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["clear"], "clear"),
        (["green", "amber", "clear"], "amber"),
        (["amber+strict", "amber"], "amber+strict"),
        (list(TLP), "red"),
    ],
)
def test_the_strictest(names: list[str], expected: str) -> None:
    assert strictest(names) == strictest(reversed(names)) == expected


@pytest.mark.parametrize(
    ("marking", "expected"),
    [
        (str(stix2.TLP_WHITE.id), "clear"),
        (str(stix2.TLP_GREEN.id), "green"),
        (str(stix2.TLP_AMBER.id), "amber"),
        (str(stix2.TLP_RED.id), "red"),
        ("marking-definition--826578e1-40ad-459f-bc73-ede076f81f37", "amber+strict"),
        ("marking-definition--00000000-0000-4000-8000-000000000000", None),
        (["unhashable"], None),
    ],
)
def test_markings_of_others_are_understood(marking: object, expected: str | None) -> None:
    assert tlp_of({"object_marking_refs": [marking]}) == expected
    assert tlp_of({"object_marking_refs": marking}) is None
    assert tlp_of({}) is None


def test_crimes_have_a_label_and_a_sentence() -> None:
    assert "bec" in CRIME_TYPES
    assert len(CRIME_TYPES) == 29
    assert all(one.label and one.meaning.endswith(".") for one in CRIME_TYPES.values())


def test_facts_may_say_nothing_more_than_needed() -> None:
    told = json.loads(issued("ipv6", full=False))
    assert "labels" not in told
    assert set(told["extensions"][INDICATOR_EXTENSION]) == {
        "extension_type",
        "kind",
        "independent_members",
        "first_seen",
    }


def test_ids_agree_with_other_tools() -> None:
    account = read("GB33BUKB20201555555555", "iban")
    assert observed(account)["id"] == "bank-account--0ffc7644-b03a-5c13-94aa-22816e581fc9"
    assert deterministic_id("phone-number", {"value": "+4407890129093"}).startswith("phone-number--28d9db23")
