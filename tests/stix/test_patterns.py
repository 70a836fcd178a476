"""Patterns taken apart, what they name, and what polls find objects by."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import orjson
import pytest
from exchange_objects import SPELLINGS, identifier, issued
from hypothesis import given, settings
from hypothesis import strategies as st
from stix2patterns.v21.pattern import Pattern

from tocsin.identifiers import KINDS
from tocsin.identifiers.stix_form import pattern as written
from tocsin.stix import (
    TLP,
    comparisons,
    fields,
    identifier_of,
    identifiers_of,
    marking_refs,
    observable,
    observed,
    observed_identifier,
    simple,
    spec_version_of,
    version_key,
)

QUOTES = st.text(st.sampled_from("ab'\\ \n\u20ac[]=") | st.characters(codec="utf-8"), max_size=30)


@given(QUOTES)
def test_a_written_pattern_is_read_back(value: str) -> None:
    assert simple(written("url:value", value)) == ("url:value", value)


@given(st.lists(st.tuples(QUOTES, st.sampled_from([" OR ", " AND ", "] OR [", "] AND ["])), min_size=1, max_size=5))
@settings(deadline=None)
def test_joined_comparisons_are_read_back_and_follow_the_grammar(parts: list[tuple[str, str]]) -> None:
    text = ""
    for value, joiner in parts:
        text += written("url:value", value)[1:-1] + joiner
    text = "[" + text[: -len(parts[-1][1])] + "]"
    assert comparisons(text) == [("url:value", value) for value, _ in parts]
    Pattern(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "[",
                "]",
                "a:b",
                "a:b.c",
                "a:b.'D-1'",
                "a:b[*].c",
                "AND",
                "OR",
                "=",
                "'x'",
                "'\\''",
                "(",
                ")",
                " ",
                "NOT",
                "\n",
            ]
        ),
        max_size=14,
    ).map("".join)
)
@settings(max_examples=500, deadline=None)
def test_what_is_taken_apart_follows_the_grammar(text: str) -> None:
    if comparisons(text) is not None:
        Pattern(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a:b = 'c']", [("a:b", "c")]),
        ("  [ a:b='c'\n]\t", [("a:b", "c")]),
        ("[a:b = 'c' OR a:b = 'd']", [("a:b", "c"), ("a:b", "d")]),
        ("[a:b='c'] OR [d:e = 'f' AND d:g='h']", [("a:b", "c"), ("d:e", "f"), ("d:g", "h")]),
        (r"[a:b = 'it\'s \\ here']", [("a:b", r"it's \ here")]),
        ("[a:hashes.'SHA-256' = 'c']", [("a:hashes.'SHA-256'", "c")]),
        ("[a:refs[*].value = 'c']", [("a:refs[*].value", "c")]),
        ("", None),
        ("[]", None),
        ("a:b = 'c'", None),
        ("[a:b = 'c'", None),
        ("[a:b = 'c']]", None),
        ("[a:b = 'c'] OR", None),
        ("[a:b = 'c' OR ]", None),
        ("[a:b != 'c']", None),
        ("[a:b = 7]", None),
        ("[NOT a:b = 'c']", None),
        ("[a:b NOT = 'c']", None),
        ("[a:b LIKE 'c%']", None),
        ("[(a:b = 'c')]", None),
        ("[a:b = 'c'] FOLLOWEDBY [a:b = 'd']", None),
        ("[a:b = 'c'] WITHIN 5 SECONDS", None),
        (r"[a:b = 'c\']", None),
        (r"[a:b = 'c\d']", None),
    ],
)
def test_patterns_taken_apart(text: str, expected: list[tuple[str, str]] | None) -> None:
    assert comparisons(text) == expected
    assert simple(text) == (expected[0] if expected is not None and len(expected) == 1 else None)


def test_a_long_list() -> None:
    text = " OR ".join(f"[url:value = 'https://{n}.example/']" for n in range(2_000))
    assert len(comparisons(text) or []) == 2_000
    assert comparisons(text + " OR") is None


@pytest.mark.parametrize("kind", SPELLINGS)
@pytest.mark.parametrize("role", [None, "sender", "reply-to"])
def test_every_pattern_and_observable_names_its_identifier(kind: str, role: str | None) -> None:
    one = identifier(kind)
    pattern = KINDS[kind].pattern(one, role)
    parts = comparisons(pattern)
    assert parts is not None
    assert [found for _, found in identifiers_of(parts)] == [one]
    named = simple(pattern)
    assert (named is None) == (kind in ("social-account", "sms-sender")), "platform and handle only together"
    assert named is None or identifier_of(*named) == one
    assert observed_identifier(orjson.loads(observable(observed(one), marking_refs("green")))) == one


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("domain-name:value", "192.0.2.9", ("ipv4", "192.0.2.9")),
        ("domain-name:value", "2001:db8::9", ("ipv6", "2001:db8::9")),
        ("domain-name:value", "hxxp", None),
        ("email-addr:value", "A@Example.com", ("email", "a@example.com")),
        ("email-message:sender_ref.value", "a@example.com", ("email", "a@example.com")),
        ("email-message:additional_header_fields.'Reply-To'[*]", "a@example.com", ("email", "a@example.com")),
        ("email-message:to_refs[*].value", "a@example.com", None),
        ("phone-number:value", "442079460123", ("phone", "+442079460123")),
        ("phone-number:value", "02079460123", None),
        ("file:hashes.MD5", "A" * 32, ("file-hash", "a" * 32)),
        ("file:hashes.'SHA1'", "a" * 40, ("file-hash", "a" * 40)),
        ("file:hashes.'SHA-256'", SPELLINGS["file-hash"], ("file-hash", SPELLINGS["file-hash"])),
        ("file:hashes.MD5", SPELLINGS["file-hash"], None),
        ("file:hashes.'SHA3-256'", SPELLINGS["file-hash"], None),
        ("x509-certificate:hashes.'SHA-1'", "a" * 40, None),
        ("x-thing:value", "bad.example", None),
        ("user-account:account_login", "bad_trader", None),
        ("software:name", "android:com.example.bad_app", ("app", "android:com.example.bad_app")),
        ("software:name", "node.js", None),
        ("entity-identifier:value", "vessel:IMO 9074729", ("vessel", "imo:9074729")),
        ("entity-identifier:value", "no-kind:1", None),
    ],
)
def test_what_a_comparison_names(path: str, value: str, expected: tuple[str, str] | None) -> None:
    found = identifier_of(path, value)
    assert (found and (found.kind, found.value)) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[user-account:account_type = 'telegram' AND user-account:account_login = '@Bad_Trader']",
            ["telegram:bad_trader"]),
        ("[user-account:account_type = 'X' AND user-account:account_login = 'bad_shop']", ["twitter:bad_shop"]),
        ("[user-account:account_type = 'telegram' AND user-account:user_id = '123456789']", ["telegram:id:123456789"]),
        ("[user-account:account_type = 'sms-sender' AND user-account:account_login = 'Bad-Bank']", ["BAD-BANK"]),
        ("[user-account:account_type = 'unix' AND user-account:account_login = 'root']", [None]),
        ("[user-account:account_login = 'bad_trader' AND user-account:account_type = 'telegram']", [None, None]),
        ("[user-account:account_type = 'telegram' AND domain-name:value = 'bad.example']", [None, "bad.example"]),
        ("[user-account:account_type = 'telegram']", [None]),
    ],
)  # fmt: skip
def test_a_platform_and_a_handle_are_one_thing(pattern: str, expected: list[str | None]) -> None:
    found = [one and one.value for _, one in identifiers_of(comparisons(pattern) or [])]
    assert found == expected


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"type": "file"},
        {"type": "file", "hashes": []},
        {"type": "file", "hashes": {"MD5": 7}},
        {"type": "domain-name", "value": 7},
        {"type": "software", "value": "bad.example"},
        {"type": ["domain-name"], "value": "bad.example"},
        {"type": "user-account", "account_type": "unix", "account_login": "root"},
        {"type": "user-account", "account_login": "bad_trader"},
        {"type": "user-account", "account_type": ["telegram"], "account_login": 7},
        {"type": "software", "name": "Some Browser"},
    ],
)
def test_what_names_nothing(content: dict[str, Any]) -> None:
    assert observed_identifier(content) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({}, []),
        ({"revoked": False, "object_marking_refs": [TLP["red"].id]}, [("tlp", "red")]),
        (
            {"type": "relationship", "revoked": True, "object_marking_refs": [TLP["green"].id]},
            [("tlp", "green"), ("revoked", "true")],
        ),
        (
            {"name": "x" * 600 + "y", "labels": ["a", 7, "b", "a"]},
            [("name", "x" * 500), ("labels", "a"), ("labels", "b")],
        ),
        ({"type": "bank-account", "iban": "X1", "account_number": "2"}, [("value", "X1"), ("value", "2")]),
        ({"type": "file", "hashes": {"MD5": "a", "SHA-1": "b"}}, [("value", "a"), ("value", "b")]),
        ({"type": "indicator", "pattern": "[a:b = 'c' OR a:b = 'd']"}, [("value", "c"), ("value", "d")]),
        ({"type": "indicator", "pattern": "[a:b > 'c']"}, []),
        (
            {
                "type": "indicator",
                "pattern": 7,
                "labels": 7,
                "hashes": 7,
                "external_references": [7, {"external_id": "T1"}],
            },
            [("external_id", "T1")],
        ),
        ({"name": "nul\u0000here"}, [("name", "nulhere")]),
    ],
)
def test_fields(content: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert fields(content) == expected


def test_fields_of_an_indicator_of_ours() -> None:
    assert fields(orjson.loads(issued("domain"))) == [
        ("tlp", "amber+strict"),
        ("name", "Domain: bad.example"),
        ("value", "bad.example"),
        ("labels", "bec"),
        ("labels", "phishing"),
    ]


def test_fields_are_bounded_and_never_lose_the_marking() -> None:
    found = fields(
        {"labels": [str(n) for n in range(9_000)], "revoked": True, "object_marking_refs": [TLP["amber"].id]}
    )
    assert found[:2] == [("tlp", "amber"), ("revoked", "true")]
    assert len(found) < 250


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-01-01T00:00:00.500Z", "2016-01-01T00:00:00.5"),
        ("2016-01-01T00:00:00.000Z", "2016-01-01T00:00:00"),
        ("2016-01-01t00:00:00z", "2016-01-01T00:00:00"),
        ("2016-01-01T00:00:00.1234567890123456789010Z", "2016-01-01T00:00:00.123456789012345678901"),
        ("2016-01-01T00:00:00+08:00", "2015-12-31T16:00:00"),
        ("2016-01-01T00:00:00 08:00", "2015-12-31T16:00:00"),
        ("2016-12-31T15:59:60.5-08:00", "2016-12-31T23:59:60.5"),
        ("0999-01-01T00:00:00Z", "0999-01-01T00:00:00"),
    ],
)
def test_version_keys(text: str, expected: str) -> None:
    assert version_key(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2016",
        "2016-01-01",
        "2016-01-01T00:00:00",
        "2016-01-01T00:00:00.Z",
        "2016-13-01T00:00:00Z",
        "2016-02-30T00:00:00Z",
        "2016-01-01T25:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "2016-01-01T00:00:00Z\n",
        "２016-01-01T00:00:00Z",
    ],
)
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        version_key(text)


MOMENTS = st.tuples(
    st.integers(31_536_000, 200_000_000_000).map(
        lambda seconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    st.text("0123456789", max_size=12),
    st.integers(-14 * 60, 14 * 60),
)


def spelled(moment: datetime, digits: str, offset: int) -> tuple[str, Fraction]:
    """A timestamp in a zone, and the seconds that it means."""
    local = (moment + timedelta(minutes=offset)).replace(tzinfo=None)
    zone = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}" if offset else "Z"
    text = f"{local.isoformat()}{'.' + digits if digits else ''}{zone}"
    return text, int(moment.timestamp()) + Fraction(int(digits or 0), 10 ** len(digits))


@given(MOMENTS, MOMENTS, st.booleans())
@settings(max_examples=300)
def test_keys_sort_as_time_does(one: Any, other: Any, near: bool) -> None:
    if near:
        other = (one[0], *other[1:])
    (first, earlier), (second, later) = spelled(*one), spelled(*other)
    assert (version_key(first) < version_key(second)) == (earlier < later)
    assert (version_key(first) == version_key(second)) == (earlier == later)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"spec_version": "2.1", "created": "x"}, "2.1"),
        ({"created": "x"}, "2.0"),
        ({"type": "domain-name"}, "2.1"),
        ({"spec_version": 7}, "2.1"),
    ],
)
def test_spec_versions(content: dict[str, Any], expected: str) -> None:
    assert spec_version_of(content) == expected
