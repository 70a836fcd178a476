"""Spreadsheets (Office Open XML, ECMA-376): every sheet, each cell under its own address."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import chain
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as DeflateError

from python_calamine import CalamineError, CalamineWorkbook

from tocsin.intake.columns import Plan, letter, plan_table
from tocsin.intake.damage import Moment, Number
from tocsin.intake.delimited import MOST_COLUMNS, SAMPLED_ROWS, column_notices, is_blank
from tocsin.intake.headings import Merged, heading_in
from tocsin.intake.row import CannotRead, Defaults, Reading, Row
from tocsin.intake.table import table_rows

MOST_UNPACKED = 300_000_000
"""Bytes that the parts of a spreadsheet may have together once unpacked."""
MOST_RATIO = 250
"""How many times smaller packing may make one part; honest sheets reach about 60."""
RATIO_FROM = 1_000_000
"""Bytes from which on the ratio of a part is looked at."""
MOST_PARTS = 2_000
MOST_CELLS = 8_000_000
"""Cells between A1 and the last one, of all sheets: the library keeps all of them, empty or not."""
MOST_TEXT = 300_000_000
"""Bytes of text in all cells: a text that many cells share is kept once for each of them."""
MOST_SHEETS = 250

_ADDRESS = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})(\d{1,9})["']""")
_DISGUISED = re.compile(rb"""<(?:\w+:)?(?:c|row)\b[^<>]*\br\s*=\s*["'][^"'<>]*[^A-Z0-9"'<>]""")
_NESTED = re.compile(rb"<[^<>]*<")
"""A tag inside a tag: no XML, and what could hide an address from the search for it."""
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_DEFINES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_SHARED = re.compile(rb"<(?:\w+:)?si\b")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>\s*([^<]*?)\s*<")
_SHARED_PART = "sharedstrings.xml"
_NEEDED = re.compile(r"\[Content_Types\]\.xml|_rels/.*|xl/.*\.(?:xml|rels)", re.I)


Records = list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet with entries: `records` are the rows below its heading, `above` those before it, `blank` is a count.

    `heading` is None where the sheet has none; one of several rows is one here.
    """

    name: str
    plan: Plan
    heading: list[str] | None
    records: Records
    above: int
    blank: int


def read_xlsx(data: bytes, defaults: Defaults) -> Reading:
    """The rows of every sheet; CannotRead where it is no spreadsheet, unpacks to too much, or has no entries."""
    sheets, problems = _sheets(data, defaults)
    rows = (row for one, prefix in _prefixes(sheets) for row in _rows(one, prefix, defaults))
    expected = sum(len(one.records) * len(one.plan.values) for one in sheets)
    return Reading("xlsx", rows, tuple(_notices(sheets, problems)), expected=expected)


def _sheet(name: str, grid: list[list[Any]], merged: Merged, defaults: Defaults) -> _Sheet:
    """How one sheet is read; CannotRead where it has no entries."""
    records = [(number, cells) for number, row in enumerate(grid, 1) if not is_blank(cells := _cells(row))]
    if not records:
        raise CannotRead(f"The sheet “{name}” is empty.")
    if any(len(cells) > MOST_COLUMNS for _, cells in records):
        raise CannotRead(f"The sheet “{name}” has more than {MOST_COLUMNS:,} columns.")
    above, heading = heading_in(records, merged)
    sample = [heading, *(cells for _, cells in records[above + 1 :][:SAMPLED_ROWS])]
    plan = plan_table(sample, defaults, letters=True)
    if plan is None:
        raise CannotRead(
            f"No column of the sheet “{name}” holds identifiers: give it a heading row with names such as domain or "
            "phone."
        )
    entries = records[above + int(plan.has_header) :]
    if not entries:
        raise CannotRead(f"The sheet “{name}” has a heading and no rows below it.")
    told = heading if plan.has_header else None
    return _Sheet(name, plan, told, entries, above, len(grid) - len(records))


def _sheets(data: bytes, defaults: Defaults) -> tuple[list[_Sheet], list[tuple[str, str]]]:
    """The sheets that have entries, and what is wrong with each of the others; CannotRead where none has any."""
    sheets: list[_Sheet] = []
    problems: list[tuple[str, str]] = []
    for name, grid, merged in _grids(data):
        try:
            sheets.append(_sheet(name, grid, merged, defaults))
        except CannotRead as problem:
            problems.append((name, str(problem)))
    if not sheets:
        raise CannotRead(problems[0][1] if problems else "The spreadsheet has no sheet.")
    return sheets, problems


def _rows(sheet: _Sheet, prefix: str, defaults: Defaults) -> Iterator[Row]:
    plan = sheet.plan
    if prefix:
        plan = replace(plan, values=tuple(replace(one, name=prefix + one.name) for one in plan.values))
    return table_rows(plan, sheet.records, defaults, lambda row, column: f"Cell {column}{row}")


def _prefixes(sheets: list[_Sheet]) -> Iterator[tuple[_Sheet, str]]:
    """Each sheet, and what names its cells as spreadsheets do it where several have some: `'Mule accounts'!`."""
    for one in sheets:
        quoted = one.name if one.name.isalnum() else "'" + one.name.replace("'", "''") + "'"
        yield one, f"{quoted}!" if len(sheets) > 1 else ""


def cells_in(data: bytes, defaults: Defaults) -> Iterator[tuple[str, str, Iterator[tuple[int, list[str]]]]]:
    """Of each sheet that is read: its name, what its columns have before them, and its rows with their numbers.

    Its heading, where it has one, is row 0. Blank rows are left out. CannotRead as `read_xlsx`.
    """
    for one, prefix in _prefixes(_sheets(data, defaults)[0]):
        heading = [(0, one.heading)] if one.heading is not None else []
        yield one.name, prefix, chain(heading, one.records)


def sheets_in(data: bytes) -> Iterator[list[list[str]]]:
    """The cells of every sheet as text, those that are not read as entries too; CannotRead as `read_xlsx`."""
    return ([_cells(row) for row in grid] for _, grid, _ in _grids(data))


def _notices(sheets: list[_Sheet], problems: list[tuple[str, str]]) -> Iterator[str]:
    for name, problem in problems[:10]:
        if not problem.endswith("is empty."):
            yield f"Not read: {problem}"
        elif len(problems) + len(sheets) > 1:
            yield f"The sheet “{name}” is empty."
    if blank := sum(one.blank for one in sheets):
        yield f"Blank rows skipped: {blank:,}."
    for one in sheets:
        where = f" of the sheet “{one.name}”" if len(sheets) > 1 else ""
        if one.above:
            yield f"Rows above the heading{where} skipped: {one.above}."
        yield from (f"“{one.name}”: {notice}" if where else notice for notice in column_notices(one.plan))


def _grids(data: bytes) -> Iterator[tuple[str, list[list[Any]], Merged]]:
    """Name, cells from A1 on, and merged ranges of each sheet."""
    repacked = _repacked(data)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(repacked)) as workbook:
            names = workbook.sheet_names
            if len(names) > MOST_SHEETS:
                raise CannotRead(f"The spreadsheet has more than {MOST_SHEETS} sheets.")
            for name in names:
                sheet = workbook.get_sheet_by_name(name)
                yield name, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or ()
    except CannotRead:
        raise
    except (CalamineError, OSError, ValueError, IndexError):
        raise CannotRead("The spreadsheet is damaged: open it, save it again as .xlsx, and send that.") from None


def _repacked(data: bytes) -> bytes:
    """The parts that hold cells, unpacked within the limits, so that the reader cannot be led beyond them."""
    target = BytesIO()
    try:
        with ZipFile(BytesIO(data)) as archive, ZipFile(target, "w", ZIP_STORED) as parts:
            limits = _Limits()
            # texts before the cells that refer to them
            for name in _checked(archive.infolist()):
                part = archive.read(name)
                limits.look_at(name, part)
                parts.writestr(name, part)
    except (BadZipFile, DeflateError, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, CannotRead):
            raise
        raise CannotRead("The spreadsheet is cut off, damaged or protected by a password.") from None
    return target.getvalue()


def _checked(parts: list[ZipInfo]) -> list[str]:
    needed = [part for part in parts if _NEEDED.fullmatch(part.filename)]
    names = [part.filename for part in needed]
    if "xl/workbook.xml" not in names:
        raise CannotRead("This archive is no spreadsheet: send the files in it one by one.")
    if len(parts) > MOST_PARTS or len(set(names)) < len(names):
        raise CannotRead("This spreadsheet is not built as a spreadsheet program would build it.")
    if sum(part.file_size for part in needed) > MOST_UNPACKED:
        raise CannotRead(f"The spreadsheet unpacks to more than {MOST_UNPACKED // 1_000_000} MB.")
    for part in needed:
        if part.file_size > RATIO_FROM and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            raise CannotRead(f"The spreadsheet is packed more than {MOST_RATIO} times, as only traps are.")
    return sorted(names, key=lambda name: not name.lower().endswith(_SHARED_PART))


class _Limits:
    """What the parts of a spreadsheet make together: the library takes it for granted that they were made honestly."""

    def __init__(self) -> None:
        self._cells = 0
        self._texts = array("L")
        self._text = 0

    def look_at(self, name: str, part: bytes) -> None:
        """CannotRead where a part is a trap."""
        if _DEFINES.search(part):
            raise CannotRead("The spreadsheet has definitions of its own in it, as only traps have.")
        if name.lower().endswith(_SHARED_PART):
            self._note_texts(part)
        if _ROW.search(part):
            self._check_cells(part)
            self._text += self._text_in(part)
            if self._text > MOST_TEXT:
                raise CannotRead(f"The cells of the spreadsheet hold more than {MOST_TEXT // 1_000_000} MB of text.")

    def _text_in(self, part: bytes) -> int:
        """At most so many bytes of shared text stand in the cells of a sheet: each cell gets a copy of its own."""
        longest = max(self._texts, default=0)
        most = (part.count(b"<v") + part.count(b":v")) * longest
        if self._text + most <= MOST_TEXT:
            return most
        total = 0
        for match in _VALUE.finditer(part):
            value = match[1]
            if not value.isdigit():
                total += longest if b"&" in value or not value else 0
            elif len(value) < 10 and int(value) < len(self._texts):
                total += self._texts[int(value)]
        return total

    def _note_texts(self, part: bytes) -> None:
        """Keep how many bytes each shared text has at most."""
        if part.count(b"si") > 2 * MOST_CELLS:
            raise CannotRead(f"The spreadsheet has more than {MOST_CELLS:,} texts.")
        before = None
        for match in _SHARED.finditer(part):
            if before is not None:
                self._texts.append(match.start() - before)
            before = match.start()
        self._texts.append(len(part) - (before or 0))

    def _check_cells(self, part: bytes) -> None:
        """Refuse sheets whose farthest cells would make the reader set up more cells than there is memory for."""
        if _NESTED.search(part) or _DISGUISED.search(part):
            raise CannotRead("The spreadsheet has cells without a readable address.")
        if part.count(b"<") > 8 * MOST_CELLS:
            raise CannotRead(f"The sheet has more than {MOST_CELLS:,} cells.")
        rows, columns = sum(1 for _ in _ROW.finditer(part)), 1
        for match in _ADDRESS.finditer(part):
            rows = max(rows, int(match[2]))
            columns = max(columns, _column(match[1]))
        self._cells += rows * columns
        if self._cells > MOST_CELLS:
            last = f"{letter(columns - 1)}{rows}"
            raise CannotRead(f"The sheet reaches to {last}, more than {MOST_CELLS:,} cells: delete what is empty.")


def _column(letters: bytes) -> int:
    number = 0
    for sign in letters:
        number = number * 26 + sign - 64
    return number


def _cells(row: list[Any]) -> list[str]:
    return [_cell(value) for value in row]


def _cell(value: Any) -> str:
    """The text of a cell, told apart where it was a number or a date."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float | int):
        return Number(int(value) if value == value // 1 else value)
    if isinstance(value, datetime | date):
        return Moment(value.isoformat(" ") if isinstance(value, datetime) else value.isoformat())
    if isinstance(value, time | timedelta):
        return Moment(value)
    return ""
