"""Cells of tables that people open in a spreadsheet."""

import re

_BEGINNING = r"^{0}(?=[\t\r\n])|(?:^|(?<=[;\t\r\n])){0}(?=[=+\-@＝＋－＠])"
"""Where a formula could begin, behind what is put there. Where commas are decimal, a spreadsheet splits the lines of a
CSV file at semicolons, and a cell of several lines at their ends, quoted or not."""

_FORMULA, _KEPT_PLAIN = re.compile(_BEGINNING.format("")), re.compile(_BEGINNING.format("'"))


def plain_cell(text: str) -> str:
    """A cell of which no spreadsheet takes any part for a formula."""
    return _FORMULA.sub("'", text)


def meant_cell(text: str) -> str:
    """What `plain_cell` made this of, so that what was sent back can be corrected and handed in again."""
    return _KEPT_PLAIN.sub("", text)
