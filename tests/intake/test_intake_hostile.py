"""No bytes make intake fail other than by CannotRead, and reading again gives the same."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.intake import FORMATS, CannotRead, Defaults, Row, read

PIECES = st.sampled_from(
    ("bad.example.com", "domain", "account", "swift", "date", ",", ";", "\t", "\"", "\n", "\r\n",
    "{", "}", "[", "]", ":", "#", "!", "^", "@@", "*://*.", "0.0.0.0 ", "server=/", "/", "\"type\":\"indicator\"",
    "\"id\":\"indicator--1\"", "\"objects\"", "\"a\"", "1e9", "+442079460123", "IBAN GB33", "Account: 123456",
    "SWIFT DEUTDEFF", "From: a@example.com", "hxxp://", "\\u0000", "\\ud800", "&#038;", "GB33BUKB20201555555555",
    "é", "中", "\x00", "\x1a", "||", "|")
)  # fmt: skip
HOSTILE = st.one_of(
    st.binary(max_size=300),
    st.lists(PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode()),
    st.lists(PIECES, max_size=20).map(lambda pieces: "".join(pieces).encode("utf-16")),
    st.lists(PIECES | st.just("\xca"), max_size=20).map(lambda pieces: "".join(pieces).encode("cp1252", "ignore")),
)


def rows_of(data: bytes, kind: str, defaults: Defaults) -> tuple[tuple[str, ...], list[Row]] | str:
    try:
        reading = read(data, None, kind, defaults)
    except CannotRead as refusal:
        return str(refusal)
    return reading.notices, list(reading.rows)


@pytest.mark.parametrize("kind", FORMATS)
@given(data=HOSTILE, country=st.sampled_from([None, "SG", "GB"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_read_or_refused_and_twice_the_same(kind: str, data: bytes, country: str | None) -> None:
    first = rows_of(data, kind, Defaults(country=country))
    assert first == rows_of(data, kind, Defaults(country=country))
    if isinstance(first, str):
        assert first.endswith(".")
        return
    for row in first[1]:
        assert (row.identifier is not None) + (row.problem is not None) + (row.object_type is not None) == 1 or (
            row.object_type is not None and row.identifier is not None and row.problem is None
        )
        assert row.row >= 1
        assert len(row.value) <= 2_000
        stored = f"{row.column}{row.value}{row.problem}{row.claim.note}"
        assert "\x00" not in stored
        stored.encode()
