"""Spreadsheets (Office Open XML, ECMA-376): the first sheet, each cell under its own address."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as DeflateError

from python_calamine import CalamineError, CalamineWorkbook

from tocsin.intake.columns import letter, plan_table
from tocsin.intake.damage import Moment, Number
from tocsin.intake.delimited import MOST_COLUMNS, SAMPLED_ROWS, column_notices, is_blank
from tocsin.intake.row import CannotRead, Defaults, Reading
from tocsin.intake.table import table_rows

MOST_UNPACKED = 300_000_000
"""Bytes that the parts of a spreadsheet may have together once unpacked."""
MOST_RATIO = 250
"""How many times smaller packing may make one part; honest sheets reach about 60."""
RATIO_FROM = 1_000_000
"""Bytes from which on the ratio of a part is looked at."""
MOST_PARTS = 2_000
MOST_CELLS = 8_000_000
"""Cells between A1 and the last one: the library keeps all of them, empty or not."""

_ADDRESS = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})(\d{1,9})["']""")
_DISGUISED = re.compile(rb"""<(?:\w+:)?(?:c|row)\b[^>]*\br\s*=\s*["'][^"'>]*[^A-Z0-9"'>]""")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_NEEDED = re.compile(r"\[Content_Types\]\.xml|_rels/.*|xl/.*\.(?:xml|rels)", re.I)


def read_xlsx(data: bytes, defaults: Defaults) -> Reading:
    """The rows of the first sheet; CannotRead where it is no spreadsheet, unpacks to too much, or has no entries."""
    sheets, grid = _open(_repacked(data))
    if not sheets:
        raise CannotRead("The spreadsheet has no sheet.")
    records = [(number, cells) for number, row in enumerate(grid, 1) if not is_blank(cells := _cells(row))]
    if not records:
        raise CannotRead(f"The first sheet, “{sheets[0]}”, is empty.")
    if any(len(cells) > MOST_COLUMNS for _, cells in records):
        raise CannotRead(f"The sheet has more than {MOST_COLUMNS:,} columns.")
    plan = plan_table([cells for _, cells in records[: SAMPLED_ROWS + 1]], defaults, letters=True)
    if plan is None:
        raise CannotRead(
            "No column of the first sheet holds identifiers: give it a heading row with names such as domain or phone."
        )
    entries = records[int(plan.has_header) :]
    if not entries:
        raise CannotRead("The first sheet has a heading and no rows below it.")
    rows = table_rows(plan, entries, defaults, lambda row, column: f"Cell {column}{row}")
    notices = (*_notices(sheets, len(grid) - len(records)), *column_notices(plan))
    return Reading("xlsx", rows, notices, expected=len(entries) * len(plan.values))


def cells_in(data: bytes) -> Iterator[tuple[str, str, Iterator[tuple[int, list[str]]]]]:
    """Of each sheet that is read: its name, what its columns have before them, and its rows with their numbers.

    Blank rows are left out. CannotRead as `read_xlsx`.
    """
    sheets, grid = _open(_repacked(data))
    records = ((number, cells) for number, row in enumerate(grid, 1) if not is_blank(cells := _cells(row)))
    yield sheets[0], "", records


def sheets_in(data: bytes) -> Iterator[list[list[str]]]:
    """The cells of every sheet as text, those that are not read as entries too; CannotRead as `read_xlsx`."""
    repacked = _repacked(data)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(repacked)) as workbook:
            for name in workbook.sheet_names:
                yield [_cells(row) for row in workbook.get_sheet_by_name(name).to_python()]
    except (CalamineError, OSError, ValueError, IndexError):
        raise CannotRead("The spreadsheet is damaged: open it, save it again as .xlsx, and send that.") from None


def _notices(sheets: list[str], blank: int) -> Iterator[str]:
    if len(sheets) > 1:
        others = ", ".join(f"“{name}”" for name in sheets[1:10])
        yield f"Only the first sheet, “{sheets[0]}”, was read; not read: {others}."
    if blank:
        yield f"Blank rows skipped: {blank:,}."


def _open(data: bytes) -> tuple[list[str], list[list[Any]]]:
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as workbook:
            sheets = workbook.sheet_names
            grid = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False) if sheets else []
    except (CalamineError, OSError, ValueError, IndexError):
        raise CannotRead("The spreadsheet is damaged: open it, save it again as .xlsx, and send that.") from None
    return sheets, grid


def _repacked(data: bytes) -> bytes:
    """The parts that hold cells, unpacked within the limits, so that the reader cannot be led beyond them."""
    target = BytesIO()
    try:
        with ZipFile(BytesIO(data)) as archive, ZipFile(target, "w", ZIP_STORED) as parts:
            for name in _checked(archive.infolist()):
                part = archive.read(name)
                _check_cells(part)
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
    return names


def _check_cells(part: bytes) -> None:
    """Refuse a sheet whose farthest cell would make the reader set up more cells than there is memory for."""
    if not _ROW.search(part):
        return
    if _DISGUISED.search(part):
        raise CannotRead("The spreadsheet has cells without a readable address.")
    rows, columns = len(_ROW.findall(part)), 1
    for letters, number in _ADDRESS.findall(part):
        rows = max(rows, int(number))
        columns = max(columns, _column(letters))
    if rows * columns > MOST_CELLS:
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
