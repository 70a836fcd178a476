"""The cells of a table as they were handed in: for giving rows back that could not be used."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from tocsin.intake.claims import moment
from tocsin.intake.columns import LONGEST_NAME, Cells, Column, Plan, letter, plan_table
from tocsin.intake.damage import Moment, Number
from tocsin.intake.decode import decode
from tocsin.intake.delimited import SAMPLED_ROWS, find_delimiter, records_in
from tocsin.intake.headers import heading_for, meaning_of
from tocsin.intake.row import Defaults
from tocsin.intake.xlsx import cells_in
from tocsin.times import stamp

TABLES = ("csv", "xlsx")
"""Formats whose rows have cells."""

_DATES = ("first", "last", "date")

Record = tuple[int, Cells]
"""The row's number in the file, and its cells."""


@dataclass(frozen=True, slots=True)
class Originals:
    """A table as it was handed in: a heading under which its rows are read the same way again, and the rows, lazily.

    `title` is a sheet's name; `prefix` what its columns have before them where several sheets have rows. `names` are
    the columns as rows of a reading name them. Dates are written so that a few rows alone tell day from month. Not
    `certain`: the encoding was guessed (see decode.Text).
    """

    title: str
    prefix: str
    heading: list[str]
    names: list[str]
    records: Iterator[Record]
    certain: bool = True


def originals(data: bytes, file_format: str, defaults: Defaults) -> list[Originals]:
    """The tables that `data` is, `file_format` one of TABLES, read under these defaults; CannotRead as it was then."""
    if file_format == "xlsx":
        found = [_table(*one, defaults, letters=True) for one in cells_in(data, defaults)]
    else:
        text = decode(data)
        delimiter = find_delimiter(text.text)
        widest = max((len(cells) for _, cells in records_in(text.text, delimiter)), default=0)
        records = records_in(text.text, delimiter)
        found = [_table("", "", records, defaults, certain=text.certain, widest=widest)]
    return [one for one in found if one is not None]


def _table(
    title: str,
    prefix: str,
    records: Iterator[Record],
    defaults: Defaults,
    *,
    letters: bool = False,
    certain: bool = True,
    widest: int = 0,
) -> Originals | None:
    """`widest`: the cells of the longest row, where rows may be longer than those that the columns are told by."""
    first = list(islice(records, SAMPLED_ROWS + 1))
    plan = plan_table([cells for _, cells in first], defaults, letters=letters) if first else None
    if plan is None:
        return None
    header = list(first[0][1]) if plan.has_header else []
    width = max(widest, len(header), *(len(cells) for _, cells in first))
    rest = chain(first[int(plan.has_header) :], records)
    return Originals(
        title,
        prefix,
        _heading(plan, header, width),
        [prefix + (letter(i) if letters or not _said(header, i) else _called(header[i])) for i in range(width)],
        ((number, _dated(plan, cells)) for number, cells in rest),
        certain,
    )


def still_wrong(cell: str, *, certain: bool) -> str:
    """A cell that could not be used, written so that it cannot be used again before somebody corrected it.

    A number that a spreadsheet cut short would pass for a whole one once it is text, a date for a number, and a
    guessed letter for a sure one.
    """
    if isinstance(cell, Moment):
        return f"(date) {cell}"
    if isinstance(cell, Number):
        digits, sign, exponent = f"{float(cell):.14E}".partition("E")
        return digits.rstrip("0").rstrip(".") + sign + exponent
    return cell if certain else "".join(sign if sign.isascii() else "\ufffd" for sign in cell)


def _called(heading: str) -> str:
    return heading.strip()[:LONGEST_NAME].replace("\x00", "\ufffd")


def _said(header: list[str], index: int) -> bool:
    return index < len(header) and bool(header[index].strip())


def _heading(plan: Plan, header: list[str], width: int) -> list[str]:
    """The heading, with a word for each column whose meaning had to be found out without one."""
    known = {column.index: column for column in _columns(plan)}
    found = []
    for index in range(width):
        said = header[index].strip() if _said(header, index) else ""
        column = known.get(index)
        if column is not None and meaning_of(said) != column.meaning:
            said = heading_for(column.meaning)
        found.append(said or f"column {letter(index)}")
    return found


def _columns(plan: Plan) -> list[Column]:
    single = (plan.branch, plan.country, plan.type)
    return [*plan.values, *plan.banks, *plan.claims, *(one for one in single if one is not None)]


def _dated(plan: Plan, cells: Cells) -> Cells:
    found = list(cells)
    for column in plan.claims:
        if column.meaning.part in _DATES and column.index < len(found):
            ms = moment(found[column.index], plan.day_first)
            if ms is not None:
                found[column.index] = stamp(ms)
    return found
