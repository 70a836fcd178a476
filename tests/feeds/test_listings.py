"""What a feed hands in says exactly what the list said."""

from dataclasses import replace

import pytest
from feed_house import Feeds
from hypothesis import given
from hypothesis import strategies as st

from feeds.known import Known
from feeds.lines import one_line
from feeds.listing import Listing, read_listing, report_body
from feeds.recipe import Attribution, Recipe
from tocsin.identifiers import KINDS
from tocsin.intake import ROLES, Claim, Defaults, Row, read
from tocsin.screening import Screening
from tocsin.stix import CRIME_TYPES

VALUES = {
    "domain": "bücher.example",
    "url": "https://bad.example/a,b?c=%22d%22#e;f",
    "ipv4": "192.0.2.7",
    "ipv6": "2001:db8::7",
    "email": "=cmd'x@bad.example",
    "phone": "+44 20 7946 0123",
    "iban": "GB33 BUKB 2020 1555 5555 55",
    "wallet": "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "file-hash": "D41D8CD98F00B204E9800998ECF8427E",
    "social-account": "https://t.me/Bad_Trader",
    "app": "com.example.bad_app",
    "listing": "https://www.carousell.sg/p/phone-1234567890/",
    "sms-sender": "Bad-Bank",
}
RECIPE = Recipe(
    name="scam-watch",
    title="Scam Watch",
    source="list.csv",
    format="csv",
    defaults=Defaults(),
    tlp="clear",
    licence="MIT",
    attribution=Attribution("A", "https://a.example"),
    collection="Open lists",
    member="scam-watch",
    absence="withdraw",
    at_least=1,
    shrink=0.5,
    every=None,
)


def listing_of(body: bytes, defaults: Defaults, file_format: str = "csv") -> Listing:
    recipe = replace(RECIPE, defaults=defaults, format=file_format)
    return read_listing(recipe, body, Known(), Screening(hit=lambda _: None), 0)


def handed_in(listing: Listing) -> list[Row]:
    return list(read(report_body(RECIPE, listing, "00", 0), "scam-watch.csv", "csv").rows)


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("role", [None, "reply-to", "hosting"])
def test_every_kind_comes_back_as_it_was(kind: str, role: str | None) -> None:
    defaults = Defaults(kind=kind, claim=Claim(role=role))
    (before,) = read(VALUES[kind].encode(), None, "plain", defaults).rows
    (after,) = handed_in(listing_of(VALUES[kind].encode(), defaults, "plain"))
    assert before.identifier is not None
    assert after.identifier == before.identifier
    assert after.claim == before.claim
    one = KINDS[kind]
    assert one.observable(after.identifier) == one.observable(before.identifier)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("crime", [None, *CRIME_TYPES])
def test_every_claim_comes_back_as_it_was(role: str | None, crime: str | None) -> None:
    claim = Claim(role, crime, 35, 1_700_000_000_123, 1_700_000_009_456, "seen, twice")
    (row,) = handed_in(listing_of(b"bad.example\n", Defaults(claim=claim), "plain"))
    assert row.claim == claim


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_note_comes_back_on_one_line(note: str) -> None:
    plain = one_line(note)
    (row,) = handed_in(listing_of(b"bad.example\n", Defaults(claim=Claim(note=note)), "plain"))
    assert row.claim == Claim(note=plain or None)


def test_an_entry_that_is_listed_twice_is_handed_in_once(feeds: Feeds) -> None:
    outcome = feeds.run("one.example\nONE.example.\none.example\n")
    assert (outcome.entries, outcome.new, outcome.counts["accepted"]) == (1, 1, 1)


def test_two_runs_never_hand_in_the_same_bytes() -> None:
    listing = listing_of(b"bad.example\n", Defaults(), "plain")
    assert report_body(RECIPE, listing, "00", 1) != report_body(RECIPE, listing, "00", 2)


def test_a_table_with_claims_of_its_own() -> None:
    body = (
        b"domain,from,reply to,category,first seen,comment\n"
        b"bad.example,boss@bad.example,thief@bad.example,CEO fraud,2026-01-31,=x\n"
    )
    rows = handed_in(listing_of(body, Defaults(claim=Claim(confidence=40))))
    assert [(row.identifier and row.identifier.kind, row.claim.role) for row in rows] == [
        ("domain", None),
        ("email", "sender"),
        ("email", "reply-to"),
    ]
    assert {(row.claim.crime_type, row.claim.confidence, row.claim.note) for row in rows} == {("bec", 40, "=x")}
