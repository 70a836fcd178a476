"""`next` says the same after any journey, and nothing else is taken for one."""

import base64
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from taxii_server.cursor import BadCursor, Cursor, decode, encode
from taxii_server.filters import LATEST_MS, POLL_FILTERS, BadParameter, match_of, read_filters
from tocsin.ledger.read import Match

texts = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=40)
filters = st.lists(st.tuples(texts, st.lists(texts, max_size=4).map(tuple)), max_size=4).map(tuple)
cursors = st.builds(Cursor, texts, texts, st.none() | texts, filters, st.integers(min_value=0, max_value=LATEST_MS))


@given(cursors)
def test_round_trip(cursor: Cursor) -> None:
    text = encode(cursor)
    assert decode(text) == cursor
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_a_clear_refusal(text: str) -> None:
    try:
        cursor = decode(text)
    except BadCursor:
        return
    assert decode(encode(cursor)) == cursor


def test_a_thousand_ids_fit_into_a_url() -> None:
    ids = tuple(f"indicator--{uuid.uuid4()}" for _ in range(1_300))
    assert len(encode(Cursor("c", "objects", None, (("id", ids),), LATEST_MS))) < 50_000


@given(st.binary(max_size=60))
def test_any_bytes_too(data: bytes) -> None:
    with pytest.raises(BadCursor):
        decode(base64.urlsafe_b64encode(data).decode().rstrip("="))


@pytest.mark.parametrize("position", [-1, LATEST_MS + 1, 1.5, "1", None])
def test_positions_that_are_no_date(position: object) -> None:
    with pytest.raises(BadCursor):
        decode(encode(Cursor("c", "objects", None, (), position)))  # type: ignore[arg-type]


values = st.text(st.characters(blacklist_characters=",\0", blacklist_categories=("Cs",)), min_size=1, max_size=20)


@given(st.lists(values, min_size=1, max_size=5))
def test_filters_are_the_same_in_any_order(some: list[str]) -> None:
    def read(order: list[str]) -> object:
        try:
            return read_filters(MultiDict({"match[name]": ",".join(order)}), ["name"])
        except BadParameter as error:
            return str(error)

    assert read(some) == read(some[::-1])


def test_what_the_ledger_is_asked_for() -> None:
    query = MultiDict(
        {
            "match[type]": "tool,malware",
            "match[version]": "last,2026-01-01T00:00:00.500Z",
            "match[spec_version]": "2.1",
            "match[value]": "b.example,a.example",
        }
    )
    found = read_filters(query, POLL_FILTERS)
    assert match_of(found) == Match(
        types=("malware", "tool"),
        versions=("2026-01-01T00:00:00.5", "last"),
        spec_versions=("2.1",),
        fields=(("value", ("a.example", "b.example")),),
    )
    assert match_of(()) == Match()
