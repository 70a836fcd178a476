"""The types of crime: whole, known by words, and called as others call them."""

import json
from pathlib import Path

import pytest

from tocsin.intake.claims import crime_type
from tocsin.policy.filters import Facts, lets_through, parse_filter
from tocsin.stix import CRIME_GROUPS, CRIME_TYPES, with_broader

OPENCTI = {
    "alert", "compromise", "cybercrime", "data-leak", "information-system-disruption", "phishing", "ransomware",
    "reputation-damage", "typosquatting",
}  # fmt: skip
"""The incident types that OpenCTI comes with (its vocabulary incident_type_ov)."""

ASEANAPOL = {
    "terrorism", "drug-trafficking", "arms-smuggling", "human-trafficking", "cybercrime", "counterfeiting",
    "economic-crime", "card-fraud",
}  # fmt: skip


def test_every_type_is_whole() -> None:
    for slug, one in CRIME_TYPES.items():
        assert one.group in CRIME_GROUPS, slug
        assert one.broader is None or (one.broader in CRIME_TYPES and slug.startswith(one.broader)), slug
        assert one.opencti is None or one.opencti in OPENCTI, slug
    assert {slug for slug, one in CRIME_TYPES.items() if one.aseanapol} == ASEANAPOL
    assert sum(one.broader == "bec" for one in CRIME_TYPES.values()) == 6


@pytest.mark.parametrize("slug", CRIME_TYPES)
def test_every_type_is_known_by_its_name(slug: str) -> None:
    assert crime_type(slug) == crime_type(slug.replace("-", " ").upper()) == slug


def test_whoever_asks_for_a_crime_gets_its_variants() -> None:
    facts = Facts("domain", "a.example", "bec-invoice", None, "green", "member")
    assert lets_through(parse_filter("crime:bec"), facts)
    assert lets_through(parse_filter("crime:bec-invoice"), facts)
    assert not lets_through(parse_filter("crime:bec-payroll"), facts)
    assert not lets_through(parse_filter("kind:bec"), facts)
    broad = Facts("domain", "a.example", "bec", None, "green", "member")
    assert not lets_through(parse_filter("crime:bec-invoice"), broad)
    assert with_broader("bec-invoice") == ("bec-invoice", "bec")
    assert with_broader("phishing") == ("phishing",)
    assert with_broader(None) == ()


def test_the_tags_are_those_of_misps_taxonomies_and_galaxies(real_data: Path) -> None:
    known = set()
    for path in (real_data / "misp-galaxy").glob("*.json"):
        galaxy = json.loads(path.read_bytes())
        known |= {f'misp-galaxy:{galaxy["type"]}="{one["value"]}"' for one in galaxy["values"]}
    for path in (real_data / "misp-taxonomies").glob("*.json"):
        taxonomy = json.loads(path.read_bytes())
        for one in taxonomy.get("values", ()):
            known |= {f'{taxonomy["namespace"]}:{one["predicate"]}="{entry["value"]}"' for entry in one["entry"]}
    tags = {one.misp for one in CRIME_TYPES.values() if one.misp is not None}
    assert len(tags) >= 18
    assert tags <= known
