"""Lists in JSON."""

import json
from typing import Any

import pytest

from tocsin.intake import CannotRead, Claim, Defaults, Reading, read


def reading_of(value: Any, **options: Any) -> Reading:
    return read(json.dumps(value).encode(), **options)


@pytest.mark.parametrize(
    ("value", "column"),
    [
        (["bad.example.com", "192.0.2.1"], "entry"),
        ({"domains": ["bad.example.com", "192.0.2.1"]}, "domains"),
        ({"version": 2, "data": {"blacklist": ["bad.example.com", "192.0.2.1"]}}, "blacklist"),
    ],
)
def test_arrays_of_strings(value: Any, column: str) -> None:
    reading = reading_of(value)
    assert reading.format == "json"
    rows = list(reading.rows)
    assert [(row.row, row.column, row.identifier.kind) for row in rows if row.identifier] == [
        (1, column, "domain"),
        (2, column, "ipv4"),
    ]


@pytest.mark.parametrize(
    ("listed", "allowed"), [("blacklist", ("whitelist", "fuzzylist")), ("deny", ("allow", "exceptions"))]
)
def test_what_is_allowed_is_counted_and_never_listed(listed: str, allowed: tuple[str, str]) -> None:
    first, second = allowed
    reading = reading_of(
        {"tolerance": 2, first: ["a.example.com", "*.b.example.com"], second: ["c"], listed: ["d.example.com"]}
    )
    assert reading.notices == (
        f"Entries of “{first}” are no listings and were left aside: 2.",
        f"Entries of “{second}” are no listings and were left aside: 1.",
    )
    assert [(row.column, row.value) for row in reading.rows] == [(listed, "d.example.com")]


def test_objects_are_read_as_a_table_by_their_keys() -> None:
    reading = reading_of(
        [
            {"date": "2024-05-01", "url": "https://bad.example.com/", "source": "x"},
            {"sender": "a@example.com", "country": None},
            {"date": "2024-05-02"},
            "text",
        ]
    )
    rows = list(reading.rows)
    assert reading.notices == ("These columns were left aside: source.",)
    assert [(row.row, row.column) for row in rows] == [(1, "url"), (2, "sender"), (3, "url"), (4, "url")]
    assert rows[0].claim.first_seen == 1_714_521_600_000
    assert rows[1].claim == Claim(role="sender")
    assert (rows[2].problem or "").startswith("This row holds no identifier")
    assert (rows[3].value, rows[3].problem) == ("text", "This entry of the list is no object with values.")


def test_one_flat_object_is_a_table_of_one() -> None:
    (row,) = reading_of({"domain": "bad.example.com", "comment": "hi"}).rows
    assert (row.column, row.claim.note) == ("domain", "hi")


def test_entries_that_are_no_text_are_rows_with_a_problem() -> None:
    rows = list(reading_of(["bad.example.com", 5, None, ["x"], "", "a\x00b"]).rows)
    assert [row.value for row in rows] == ["bad.example.com", "5", "", '["x"]', "", "a\ufffdb"]
    assert [row.problem is None for row in rows] == [True] + [False] * 5


def test_a_declared_kind_and_country_hold_for_the_entries() -> None:
    (row,) = reading_of(["020 7946 0123"], defaults=Defaults(kind="phone", country="GB")).rows
    assert row.identifier is not None
    assert row.identifier.value == "+442079460123"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"domains": ["bad.example.com", "b', "cut off"),
        (b'{"domains": ["bad.example.com"', "cut off"),
        (b'["a.example.com"\n"b.example.com"]', "not valid on line 2, column 1"),
        (b"[" * 100_000, "nested too deep"),
        (b"[" * 10_000 + b"]" * 10_000, "nested too deep"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "nested too deep"),
        (b"[]", "no list"),
        (b"{}", "no list"),
        (b'{"domains": []}', "no list"),
        (b'{"whitelist": ["good.example.com"]}', "no list"),
        (b'{"version": 1}', "No property"),
        (b'[{"foo": "bar"}]', "No property"),
        (b'["\\ud800"]', "not valid"),
    ],
)
def test_json_that_cannot_be_read_says_why(data: bytes, message: str) -> None:
    with pytest.raises(CannotRead, match=message):
        read(data)
