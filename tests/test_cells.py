"""Cells that people open in a spreadsheet, wherever it splits a line."""

import pytest

from tocsin.cells import meant_cell, plain_cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("\t=1", "'\t'=1"),
        ("hxxps://evil[.]example/a;=1+1;b", "hxxps://evil[.]example/a;'=1+1;b"),
        ("a;;@SUM(1)", "a;;'@SUM(1)"),
        ("one\r\n=1", "one\r\n'=1"),
        ("one\r\ntwo; three", "one\r\ntwo; three"),
        ("a=1, b-c", "a=1, b-c"),
        ("", ""),
    ],
)
def test_no_part_of_a_cell_is_a_formula(text: str, cell: str) -> None:
    assert plain_cell(text) == cell
    assert meant_cell(cell) == text


@pytest.mark.parametrize("text", ["it's", "'quoted'", "a;'b'", "'", ""])
def test_what_was_written_with_an_apostrophe_keeps_it(text: str) -> None:
    assert plain_cell(text) == meant_cell(text) == text
