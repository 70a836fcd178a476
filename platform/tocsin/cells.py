"""Cells of tables that people open in a spreadsheet."""

import re

_FORMULA = re.compile(r"^(?=[\t\r\n])|(?:^|(?<=[;\t\r\n]))(?=[=+\-@＝＋－＠])")
"""Where one could begin. Where commas are decimal, a spreadsheet splits the lines of a CSV file at semicolons, and a
cell of several lines at their ends, quoted or not."""


_KEPT_PLAIN = re.compile(r"^'(?=[\t\r\n])|(?:^|(?<=[;\t\r\n]))'(?=[=+\-@＝＋－＠])")


def plain_cell(text: str) -> str:
    """A cell of which no spreadsheet takes any part for a formula."""
    return _FORMULA.sub("'", text)


def meant_cell(text: str) -> str:
    """What `plain_cell` made this of, so that what was sent back can be corrected and handed in again."""
    return _KEPT_PLAIN.sub("", text)
