"""What came back of a report, as a file to correct and hand in again: the rows as they were, each with the reason."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import IO, NamedTuple

import sqlalchemy as sa
import xlsxwriter
from sqlalchemy.engine import Connection
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tocsin.cells import plain_cell
from tocsin.intake import TABLES, CannotRead, Defaults, Originals, originals, still_wrong
from tocsin.intake.damage import Number
from tocsin.members.access import Principal
from tocsin.reports.reports import Decided, Report, body_of
from tocsin.reports.tables import assertions
from tocsin.screening import KEPT
from tocsin.web.attribution import verdicts_seen
from tocsin.web.csv_file import csv_lines

_ADDED = ("where", "reason")
_TITLE = "To correct"
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")
"""What a sheet's name may not have."""

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_PAGE = 2_000
_MOST_XLSX = 1_000_000
"""Rows; a sheet ends at 1,048,576 (ECMA-376)."""

_WIDEST = 32_000
"""Characters of a cell; a spreadsheet keeps 32,767."""

_IN_MEMORY = 8_000_000

Line = Sequence[str]


class Exceptions(NamedTuple):
    """A table of what came back: its title, a heading, and the rows below it, lazily."""

    title: str
    heading: Line
    rows: Iterator[Line]


def exceptions_of(connection: Connection, report: Report, viewer: Principal, *, sheets: bool) -> Iterator[Exceptions]:
    """What somebody may have back of a report; each table is to be used up before the next is asked for.

    For its own member the rows of its tables with all their cells, where the file is kept and there is one table or
    `sheets` can be several; otherwise a table of the values. What was kept aside on purpose, such as a victim's
    mailbox, needs no correction and is left out.
    """
    back = _sent_back(connection, report, viewer)
    own = report.member_key == viewer.member_key
    tables = {one.prefix: one for one in _tables(connection, report)} if own else {}
    if not tables or (len(tables) > 1 and not sheets):
        rows = ((one.value, _place(one, report), one.reason) for one in back)
        yield Exceptions(_TITLE, ("indicator", *_ADDED), rows)
        return
    for prefix, some in groupby(back, lambda one: _prefix(one) if len(tables) > 1 else next(iter(tables))):
        if prefix in tables:
            yield _exceptions(tables[prefix], some, report)


def _exceptions(table: Originals, back: Iterable[Decided], report: Report) -> Exceptions:
    return Exceptions(table.title, (*table.heading, *_ADDED), _joined(table, back, report))


def as_csv_lines(made: Iterable[Exceptions]) -> Iterator[str]:
    """The lines of a CSV file with the first table, in which no spreadsheet takes a cell for a formula."""
    one = next(iter(made), None) or Exceptions(_TITLE, ("indicator", *_ADDED), iter(()))
    return csv_lines(one.heading, ([plain_cell(str(cell)) for cell in row] for row in one.rows))


@contextmanager
def as_xlsx(made: Iterable[Exceptions]) -> Iterator[IO[bytes]]:
    """A spreadsheet: every cell is text but for numbers that came as numbers, and none is a formula."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        with xlsxwriter.Workbook(file, _OPTIONS) as book:
            text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
            for one in made:
                _write(_sheet(book, one, text, bold), one, text)
            if not book.worksheets():
                book.add_worksheet(_TITLE)
        file.seek(0)
        yield file


def _sheet(book: xlsxwriter.Workbook, one: Exceptions, text: Format, bold: Format) -> Worksheet:
    title = _NO_TITLE.sub("", one.title)[:31]
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    sheet = book.add_worksheet(title if title.strip("'") and title.lower() not in taken else None)
    sheet.freeze_panes(1, 0)
    # as text, so that what is typed in keeps its leading zeros and its last digits
    sheet.set_column(0, max(len(one.heading) - 1, 0), 24, text)
    for column, name in enumerate(one.heading):
        sheet.write_string(0, column, name[:_WIDEST], bold)
    return sheet


def _write(sheet: Worksheet, one: Exceptions, text: Format) -> None:
    for number, row in enumerate(one.rows, 1):
        if number > _MOST_XLSX:
            sheet.write_string(number, 0, "There is more: the CSV file has all of it.", text)
            break
        for column, cell in enumerate(row):
            if isinstance(cell, Number):
                sheet.write_number(number, column, float(cell))
            elif cell:
                sheet.write_string(number, column, cell[:_WIDEST], text)


def to_correct(connection: Connection, report: Report) -> bool:
    """Whether something was rejected that a correction may change."""
    query = sa.select(assertions.c.n).where(
        assertions.c.report_key == report.key, assertions.c.verdict == "rejected", assertions.c.code.not_in(KEPT)
    )
    return connection.execute(query.limit(1)).first() is not None


def _sent_back(connection: Connection, report: Report, viewer: Principal) -> Iterator[Decided]:
    start = 0
    while page := verdicts_seen(connection, report, viewer, offset=start, limit=_PAGE):
        aside = _kept_aside(connection, report, page[0].n, page[-1].n)
        yield from (one for one in page if one.verdict == "rejected" and one.n not in aside)
        start = page[-1].n + 1


def _kept_aside(connection: Connection, report: Report, first: int, last: int) -> frozenset[int]:
    query = sa.select(assertions.c.n).where(
        assertions.c.report_key == report.key, assertions.c.n.between(first, last), assertions.c.code.in_(KEPT)
    )
    return frozenset(connection.execute(query).scalars())


def _tables(connection: Connection, report: Report) -> list[Originals]:
    body = body_of(connection, report.key) if report.format in TABLES else b""
    try:
        return originals(body, report.format, Defaults(kind=report.terms.kind, country=report.country)) if body else []
    except CannotRead:
        return []


def _joined(table: Originals, back: Iterable[Decided], report: Report) -> Iterator[Line]:
    """The table's rows of which something came back; both are in the order of the file."""
    records = iter(table.records)
    for number, some in groupby(back, lambda one: one.row):
        wrong = list(some)
        for at, cells in records:
            if at == number:
                yield _line(table, cells, wrong, report)
                break


def _line(table: Originals, cells: Sequence[str], wrong: Sequence[Decided], report: Report) -> Line:
    named = {one.column for one in wrong}
    faulty = {index for index, name in enumerate(table.names) if name in named}
    width = len(table.heading)
    padded = [*cells, *[""] * (width - len(cells))][:width]
    shown = [still_wrong(cell, certain=table.certain) if index in faulty else cell for index, cell in enumerate(padded)]
    places = ", ".join(_place(one, report) for one in wrong)
    return (*shown, places, " ".join(dict.fromkeys(one.reason for one in wrong)))


def _prefix(one: Decided) -> str:
    """What stands before a column's letter where several sheets have rows: `'Mule accounts'!`."""
    sheet, mark, _ = one.column.rpartition("!")
    return sheet + mark


def _place(one: Decided, report: Report) -> str:
    """Where a row stood: `B17` in a spreadsheet, `From` in a mail, else the line, and the column if that has a name."""
    if report.format == "mail":
        return one.column
    if report.format == "xlsx":
        return f"{one.column}{one.row}"
    return f"line {one.row}, {one.column}" if report.format == "csv" else f"row {one.row}"
