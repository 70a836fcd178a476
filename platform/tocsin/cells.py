"""Cells of tables that people open in a spreadsheet."""

import re

_FORMULA = re.compile(r"^(?=[\t\r\n])|(?:^|(?<=[;\t\r\n]))(?=[=+\-@＝＋－＠])")
"""Where one could begin. Where commas are decimal, a spreadsheet splits the lines of a CSV file at semicolons, and a
cell of several lines at their ends, quoted or not."""


def plain_cell(text: str) -> str:
    """A cell of which no spreadsheet takes any part for a formula."""
    return _FORMULA.sub("'", text)
