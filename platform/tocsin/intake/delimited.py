"""CSV: values between commas, semicolons, tabs or bars, with or without a heading (RFC 4180 and what people make)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from tocsin.cells import meant_cell
from tocsin.intake.columns import Cells, Plan, plan_table
from tocsin.intake.decode import Text
from tocsin.intake.headers import meaning_of
from tocsin.intake.row import CannotRead, Defaults, Reading
from tocsin.intake.table import table_rows

DELIMITERS = ",;\t|"
MOST_COLUMNS = 2_000
SAMPLED_ROWS = 200
MOST_SHOWN = 10
"""Names of columns in one notice."""

Record = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class _Survey:
    sample: list[list[str]]
    records: int
    blank: int
    comments: int


def read_delimited(text: Text, defaults: Defaults) -> Reading:
    """The rows of a CSV file; CannotRead where it breaks off inside a quotation or holds no entries."""
    delimiter = find_delimiter(text.text)
    survey = _survey(text.text, delimiter)
    if not survey.sample:
        raise CannotRead("The file has no entries.")
    plan = plan_table(survey.sample, defaults)
    if plan is None:
        raise CannotRead(
            "No column of this table holds identifiers: give it a heading row with names such as domain or phone."
        )
    if survey.records == int(plan.has_header):
        raise CannotRead("The table has a heading and no rows below it.")
    entries = islice(records_in(text.text, delimiter), int(plan.has_header), None)
    rows = table_rows(plan, entries, defaults, lambda row, column: f"Line {row}, column {column}", text.certain)
    expected = (survey.records - int(plan.has_header)) * len(plan.values)
    return Reading("csv", rows, (*text.notices, *_notices(survey), *column_notices(plan)), expected=expected)


def find_delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into the most even columns; known headings decide first."""
    head = [line for line in islice(StringIO(text), SAMPLED_ROWS) if line.strip() and not line.startswith("#")]
    return max(DELIMITERS, key=lambda delimiter: _evenness(head, delimiter))


def sample_of(text: str, delimiter: str) -> list[list[str]]:
    """The first entries under that delimiter, none where a quotation mark is not closed there."""
    try:
        return [cells for _, cells in islice(records_in(text, delimiter), SAMPLED_ROWS)]
    except CannotRead:
        return []


def records_in(text: str, delimiter: str) -> Iterator[Record]:
    """Every entry with the line that it begins on, its heading among them; CannotRead as `read_delimited`."""
    return (record for record in _records(text, delimiter) if _is_entry(record[1]))


def _evenness(lines: list[str], delimiter: str) -> tuple[int, float, int]:
    try:
        records = [cells for cells in csv.reader(lines, delimiter=delimiter) if cells]
    except csv.Error:
        return (0, 0.0, 0)
    if not records:
        return (0, 0.0, 0)
    widths = [len(cells) for cells in records]
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    known = sum(meaning_of(cell) is not None for cell in records[0]) if len(records[0]) > 1 else 0
    return (known, widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)


def column_notices(plan: Plan) -> tuple[str, ...]:
    """What to say of a heading that was guessed, and of the columns that are left aside."""
    guessed = ("The first row was taken for a heading: no identifier stands in it.",) if plan.header_guessed else ()
    if not plan.unread:
        return guessed
    more = len(plan.unread) - MOST_SHOWN
    names = ", ".join(name[:40] for name in plan.unread[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return (*guessed, f"These columns were left aside: {names}.")


def _notices(survey: _Survey) -> Iterator[str]:
    if survey.blank:
        yield f"Blank rows skipped: {survey.blank:,}."
    if survey.comments:
        yield f"Lines of comment skipped: {survey.comments:,}."


def _survey(text: str, delimiter: str) -> _Survey:
    """One pass over the whole file, so that nothing in it can fail later."""
    sample: list[list[str]] = []
    records = blank = comments = 0
    for number, cells in _records(text, delimiter):
        if len(cells) > MOST_COLUMNS:
            raise CannotRead(f"Line {number} has {len(cells):,} columns; at most {MOST_COLUMNS:,} are read.")
        if _is_entry(cells):
            records += 1
            if len(sample) <= SAMPLED_ROWS:
                sample.append(cells)
        elif is_blank(cells):
            blank += 1
        else:
            comments += 1
    return _Survey(sample, records, blank, comments)


def is_blank(cells: Cells) -> bool:
    """Whether nothing but blanks stands in a row."""
    return not any(cells) or not any(map(str.strip, cells))


def _is_entry(cells: list[str]) -> bool:
    return bool(cells) and not cells[0].startswith("#") and not is_blank(cells)


def _records(text: str, delimiter: str) -> Iterator[Record]:
    """Every record with the line that it begins on."""
    reader = csv.reader(StringIO(text), delimiter=delimiter, strict=True, skipinitialspace=True)
    may_be_ours = "'" in text
    line = 1
    try:
        for cells in reader:
            yield line, list(map(meant_cell, cells)) if may_be_ours else cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise CannotRead(_broken(line, str(error))) from None


def _broken(line: int, error: str) -> str:
    if "field larger" in error:
        return f"A cell that begins on line {line} is too long; perhaps a quotation mark is never closed."
    return f"In the row that begins on line {line} a quotation mark is not closed, or stands inside a cell."
