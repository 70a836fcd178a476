"""STIX 2.0 objects as 2.1."""

import json
from pathlib import Path
from typing import Any

import pytest

from tocsin.stix import BadObject, check, upgraded

UUID = "6f9a3b43-7c5b-4c5b-9a8e-0c6c0f4f3e3e"
DATES = {"created": "2024-01-01T00:00:00.000Z", "modified": "2024-01-01T00:00:00.000Z"}


def old(kind: str, **properties: Any) -> bytes:
    return json.dumps({"type": kind, "id": f"{kind}--{UUID}"} | DATES | properties).encode()


@pytest.mark.parametrize(
    ("raw", "added", "gone"),
    [
        (
            old("indicator", labels=["malicious-activity"], pattern="[domain-name:value = 'bad.example.org']",
                valid_from="2024-01-01T00:00:00Z", x_vendor_score=7),
            {"indicator_types": ["malicious-activity"], "pattern_type": "stix", "x_vendor_score": 7},
            {"labels"},
        ),
        (old("malware", labels=["trojan"], name="x"), {"malware_types": ["trojan"], "is_family": False}, {"labels"}),
        (
            old("report", labels=["campaign"], name="x", published="2024-01-01T00:00:00Z",
                object_refs=[f"malware--{UUID}"]),
            {"report_types": ["campaign"]},
            {"labels"},
        ),
        (
            old("threat-actor", labels=["crime-syndicate"], name="x"),
            {"threat_actor_types": ["crime-syndicate"]},
            {"labels"},
        ),
        (
            old("identity", labels=["finance"], name="x", identity_class="organization"),
            {"roles": ["finance"]},
            {"labels"},
        ),
        (old("campaign", name="x", labels=["kept"]), {"labels": ["kept"]}, set()),
    ],
)  # fmt: skip
def test_what_changed_between_the_versions(raw: bytes, added: dict[str, Any], gone: set[str]) -> None:
    made = json.loads(upgraded(raw))
    before = json.loads(raw)
    assert made == {name: value for name, value in before.items() if name not in gone} | {"spec_version": "2.1"} | added
    assert check(upgraded(raw)).spec_version == "2.1"


@pytest.mark.parametrize("raw", [b"{", b"[]", b"1", b'{"type":"domain-name"}', b'{"spec_version":"2.1","created":"x"}'])
def test_anything_else_stays_as_it_is(raw: bytes) -> None:
    assert upgraded(raw) == raw


def test_bundles_that_are_published(real_data: Path) -> None:
    objects = [
        one
        for path in sorted((real_data / "unit42" / "stix2-reports").rglob("*.json"))
        for one in json.loads(path.read_bytes())["objects"]
    ]
    refused = []
    for one in objects:
        try:
            check(upgraded(json.dumps(one).encode()))
        except BadObject as error:
            refused.append((one["type"], str(error)))
    assert len(objects) > 500
    assert len(refused) <= 0.06 * len(objects), refused[:10]
