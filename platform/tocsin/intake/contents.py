"""Everything that stands in a file, read or not: its headings with what stands below them, and its texts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from tocsin.identifiers import Unreadable
from tocsin.intake.columns import LONGEST_NAME
from tocsin.intake.decode import decode, utf8
from tocsin.intake.delimited import find_delimiter, is_blank, sample_of
from tocsin.intake.detect import is_json, is_markup, is_zip
from tocsin.intake.headers import meaning_of
from tocsin.intake.json_list import parse_json
from tocsin.intake.mail import is_mail, mail_text
from tocsin.intake.row import CannotRead
from tocsin.intake.values import understand
from tocsin.intake.web_page import words_of
from tocsin.intake.xlsx import sheets_in

_MOST_ABOVE = 10
"""Rows above the first entry that may be a heading."""
_BELOW = 50
_DEEPEST = 20


class Heading(NamedTuple):
    """What may be a column's name, and some of the cells below it."""

    name: str
    cells: tuple[str, ...]


def contents_of(data: bytes) -> tuple[list[Heading], str]:
    """The headings of a file and all its text, one cell or line a line; nothing of what is no table and no text.

    Every sheet of a workbook is looked at, also those that are not read.
    """
    try:
        if is_zip(data):
            sheets = list(sheets_in(data))
            cells = "\n".join(cell for grid in sheets for row in grid for cell in row if not cell.isdigit())
            return [one for grid in sheets for one in _headings(grid)], cells
        if is_mail(data):
            return [], mail_text(data)
        text = decode(data)
        if is_markup(text.text):
            return [], words_of(text.text)
        if is_json(text.text):
            return list(_keys(parse_json(utf8(data, text)))), text.text
    except CannotRead:
        return [], ""
    return list(_headings(sample_of(text.text, find_delimiter(text.text)))), text.text


def _headings(grid: Sequence[Sequence[str]]) -> Iterator[Heading]:
    rows = [cells for cells in grid[: _MOST_ABOVE + _BELOW] if not is_blank(cells)]
    for number, cells in enumerate(rows[:_MOST_ABOVE]):
        if number and any(_is_identifier(cell) for cell in cells):
            return
        for index, cell in enumerate(cells):
            below = (row[index] for row in rows[number + 1 :] if index < len(row))
            yield Heading(cell.strip(), tuple(below))
        if any(meaning_of(cell.strip()) is not None for cell in cells):
            return


def _is_identifier(cell: str) -> bool:
    try:
        understand(cell.strip()[:LONGEST_NAME], None)
    except Unreadable:
        return False
    return True


def _keys(parsed: Any) -> Iterator[Heading]:
    found: dict[str, list[str]] = {}
    waiting: list[tuple[Any, int]] = [(parsed, 0)]
    while waiting:
        value, depth = waiting.pop()
        for name, inner in _pairs(value):
            if name is not None and len(found.setdefault(name, [])) < _BELOW and isinstance(inner, str | bool):
                found[name].append(str(inner))
            if isinstance(inner, dict | list) and depth < _DEEPEST:
                waiting.append((inner, depth + 1))
    return (Heading(name, tuple(cells)) for name, cells in found.items())


def _pairs(value: Any) -> Iterable[tuple[str | None, Any]]:
    if isinstance(value, dict):
        return value.items()
    return ((None, inner) for inner in value) if isinstance(value, list) else ()
