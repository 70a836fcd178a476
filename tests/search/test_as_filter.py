"""A search as the filter of a collection: what fits means the same in both places, what does not is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from search_world import document, expected

from tocsin.identifiers import country_of
from tocsin.intake.row import ROLES
from tocsin.policy.filters import Facts, lets_through, parse_filter
from tocsin.search import EVERYTHING, Filters, parse
from tocsin.search.as_filter import as_filter
from tocsin.stix import CRIME_TYPES, TLP
from tocsin.stix.crime import with_broader

THINGS = (
    ("domain", "shop.example"),
    ("domain", "shop.sg"),
    ("phone", "+6591234567"),
    ("phone", "+66812345678"),
    ("iban", "GB33BUKB20201555555555"),
    ("bank-account", "SG:DBSSSGSG:0012345678"),
    ("ipv4", "192.0.2.7"),
    ("email", "ceo@shop.example"),
)
SOURCES = ("member", "open-list")
CRIMES = tuple(CRIME_TYPES)
VALUES = {
    "kind": ("domain", "phone", "iban", "bank-account", "email"),
    "country": ("SG", "th", "GB", "US"),
    "crime": ("bec", "bec-invoice", "phishing", "money-mule", "nosuch"),
    "role": ("mule", "sender", "victim", "nosuch"),
    "tlp": ("clear", "green", "amber", "amber+strict"),
    "source": SOURCES,
}

facts = some.builds(
    lambda thing, *rest: Facts(*thing, *rest),
    some.sampled_from(THINGS),
    some.sampled_from((None, *CRIMES)),
    some.sampled_from(ROLES),
    some.sampled_from(tuple(TLP)),
    some.sampled_from(SOURCES),
)


@some.composite
def conditions(draw: some.DrawFn) -> str:
    key = draw(some.sampled_from(tuple(VALUES)))
    return f"{key}:{','.join(draw(some.lists(some.sampled_from(VALUES[key]), min_size=1, max_size=3)))}"


questions = some.recursive(
    conditions() | some.sampled_from(["revoked:no", "NOT revoked:yes", "since:7d", "shop", "member:north"]),
    lambda inner: some.builds(lambda parts, by: f"({f' {by} '.join(parts)})", some.lists(inner, min_size=1, max_size=3),
                              some.sampled_from(["AND", "OR", "AND NOT"])),
    max_leaves=5,
)  # fmt: skip
filters = some.builds(
    Filters,
    kind=some.sampled_from((None, "phone", "nosuch")),
    crime_type=some.sampled_from((None, "bec", "bec-invoice")),
    country=some.sampled_from((None, "SG")),
    tlp=some.sampled_from((None, "green")),
    revoked=some.sampled_from((None, False)),
)


@given(questions, filters, some.lists(facts, min_size=1, max_size=20))
def test_what_fits_means_the_same_to_search_and_filter(text: str, chosen: Filters, said: list[Facts]) -> None:
    query = parse(text, chosen, limit=100)
    fit = as_filter(query.wanted)
    terms = parse_filter(fit.filter)
    for one in said:
        alone = document(
            1,
            one.kind,
            one.value,
            crime_types=with_broader(one.crime),
            roles=(one.role,) if one.role else (),
            country=country_of(one.kind, one.value),
            tlp=one.tlp,
            members=1 if one.source == "member" else 0,
        )
        found = expected([alone], query, frozenset([alone.collection])).total == 1
        if fit.lacking:
            # what does not fit never makes the filter narrower
            assert lets_through(terms, one) or not found
        else:
            assert lets_through(terms, one) == found


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("kind:iban,bank-account country:SG,MY crime:bec", "kind:bank-account,iban country:MY,SG crime:bec"),
        ("kind:phone country:th", "kind:phone country:TH"),
        ("kind:iban OR kind:phone", "kind:iban,phone"),
        ("kind:iban,phone kind:phone,email", "kind:phone"),
        ("crime:bec crime:bec-invoice", "crime:bec-invoice"),
        ("source:open-list role:sender tlp:green,clear revoked:no", "role:sender tlp:clear,green source:open-list"),
        ("revoked:no", ""),
        ("", ""),
    ],
)
def test_a_search_that_fits_is_written_as_a_filter(text: str, written: str) -> None:
    fit = as_filter(parse(text).wanted)
    assert (fit.filter, fit.lacking) == (written, ())


@pytest.mark.parametrize(
    ("text", "kept", "why"),
    [
        ("parcel kind:url", "kind:url", "Words and values"),
        ("kind:url since:7d", "kind:url", "calendar"),
        ("until:2026-11", "", "calendar"),
        ("new:7d", "", "calendar"),
        ("kind:url NOT country:SG", "kind:url", "NOT: "),
        ("kind:url OR country:SG", "", "OR: "),
        ("tlp:green (kind:url OR shop)", "tlp:green", "OR: "),
        ("kind:url OR (kind:iban country:SG)", "", "OR: "),
        ("confidence>50", "", "confidence follows"),
        ('member:"North Bank"', "", "(member)"),
        ("collection:x kind:iban", "kind:iban", "(collection)"),
        ("revoked:yes", "", "(revoked:yes)"),
        ("kind:iban kind:phone", "", "exclude each other"),
        ("crime:nosuch kind:url", "kind:url", "no report can say"),
        ("kind:lorry", "", "no report can say"),
        ("country:Singapore", "", "no report can say"),
    ],
)
def test_what_does_not_fit_is_said_and_the_rest_is_kept(text: str, kept: str, why: str) -> None:
    fit = as_filter(parse(text).wanted)
    assert fit.filter == kept
    assert any(why in one for one in fit.lacking)


def test_everything_is_the_empty_filter() -> None:
    assert as_filter(EVERYTHING).filter == ""
    assert not as_filter(EVERYTHING).lacking
