"""A sheet of 10,000 rows with 37 faults: exactly those come back, with their cells; sent again it adds nothing."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from house import House, build

from tocsin.ledger.database import Database
from tocsin.reports.reports import list_reports
from tocsin.reports.tables import COMPLETE

ROWS = 10_000
HEADINGS = ("No", "Website", "Account no", "SWIFT", "Phone", "E-mail", "Wallet", "Crime", "First seen")
SHORT, SHOWN = "the spreadsheet cut the number short", "the 6 digits that a spreadsheet shows of a long number"
LATE, ZERO, DATE = "more than 15 digits", "a leading zero was lost", "holds a date"

FAULTS: list[tuple[str, Any, str]] = [
    ("C", "1.23457E+11", SHORT), ("C", "4.5E+10", SHORT), ("C", "1,23457E+11", SHORT), ("C", "9.87654E+15", SHORT),
    ("C", 123457000000, SHOWN), ("C", 987654000000, SHOWN),
    ("C", 1234567890123456, LATE), ("C", 123456789012345678, LATE), ("C", 98765432109876543, LATE),
    ("C", date(2026, 1, 2), DATE), ("C", date(1999, 12, 31), DATE), ("E", date(2026, 5, 6), DATE),
    ("B", date(2026, 5, 6), DATE),
    ("C", 12345678, ZERO), ("C", 87654321, ZERO), ("C", 123456789, ZERO),
    ("C", "?", ""), ("C", "a/b", ""), ("C", "1234 (old)", ""),
    ("E", "call me", ""), ("E", "12", ""), ("E", "+65 12", ""), ("E", "+999 1234567", ""), ("E", "1.23457E+11", SHORT),
    ("B", "bad..example", ""), ("B", "http://", ""), ("B", "not a site", ""), ("B", "site", ""),
    ("B", "https://", ""), ("B", "bad site.example", ""),
    ("F", "a@", ""), ("F", "@bad.example", ""), ("F", "two words", ""),
    ("G", "0xnothing", ""), ("G", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdx", ""),
    ("*", None, "holds no identifier"), ("*", None, "holds no identifier"),
]  # fmt: skip
assert len(FAULTS) == 37


def good(number: int) -> dict[str, Any]:
    """What a sound row has: one value of one kind."""
    values: list[dict[str, Any]] = [
        {"B": f"https://pay{number}.example/fee"},
        {"C": f"{number:010}", "D": "DBSSSGSG"},
        {"E": f"+44 7700 90{number % 10_000:04}"},
        {"F": f"desk{number}@mail{number}.example"},
    ]
    return values[number % 4]


def faulty_rows() -> dict[int, tuple[str, Any, str]]:
    """The faults by the number of their row, spread over the sheet."""
    return {7 + place * 269: fault for place, fault in enumerate(FAULTS)}


def sheet(*, mended: bool = False) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("May")
    page.append(HEADINGS)
    faults = faulty_rows()
    for row in range(2, ROWS + 2):
        cells = good(row)
        if row in faults and not mended:
            column, value, _ = faults[row]
            cells = {} if column == "*" else {column: value, **({"D": "DBSSSGSG"} if column == "C" else {})}
        cells |= {"A": row - 1, "H": "phishing", "I": date(2026, 5, 1 + row % 28)}
        page.append([cells.get(column) for column in "ABCDEFGHI"])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path / 'tocsin.db'}")
    database.migrate()
    yield build(database)
    database.close()


def test_exactly_the_37_faults_come_back_with_their_cells(exchange: House) -> None:
    body = sheet()
    report = exchange.submit("bank-a", body, "may.xlsx")
    assert (report.state, report.format) == (COMPLETE, "xlsx")
    verdicts = exchange.verdicts(report)
    assert len(verdicts) == ROWS
    back = {f"{one.column}{one.row}": one.reason for one in verdicts if one.verdict == "rejected"}
    expected = {f"{'B' if column == '*' else column}{row}": words for row, (column, _, words) in faulty_rows().items()}
    assert back.keys() == expected.keys()
    for cell, words in expected.items():
        assert words in back[cell], cell
        assert back[cell].endswith(".")
        if words in (SHORT, SHOWN, LATE, ZERO, DATE):
            assert back[cell].startswith(f"Cell {cell} ")
    before = [entry.position for entry in exchange.entries()]

    assert exchange.submit("bank-a", body, "may.xlsx").id == report.id
    assert [entry.position for entry in exchange.entries()] == before
    with exchange.database.reading() as connection:
        assert len(list_reports(connection)) == 1


@pytest.mark.proof
def test_the_mended_sheet_adds_the_37_and_nothing_else(exchange: House) -> None:
    first = exchange.submit("bank-a", sheet(), "may.xlsx")
    published = exchange.indicators().keys()
    mended = exchange.submit("bank-a", sheet(mended=True), "may.xlsx")
    assert mended.id != first.id
    verdicts = exchange.verdicts(mended)
    assert not [one for one in verdicts if one.verdict == "rejected"]
    new = {one.row for one in verdicts if one.verdict == "accepted"}
    open_kinds = {row for row in faulty_rows() if row % 4 in (0, 3)}
    assert new == open_kinds
    assert len(exchange.indicators().keys() - published) == len(open_kinds)
