"""Spreadsheets: addresses of cells, damaged numbers, traps in the archive."""

import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from tocsin.intake import CannotRead, Defaults, Row, read, xlsx


def workbook(cells: dict[str, Any], *sheets: str) -> bytes:
    book = openpyxl.Workbook()
    for address, value in cells.items():
        book.active[address] = value
    for name in sheets:
        book.create_sheet(name)["A1"] = "other.example.com"
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return target.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def rows_of(cells: dict[str, Any], **options: Any) -> list[Row]:
    return list(read(workbook(cells), **options).rows)


def test_cells_keep_their_address_and_other_sheets_are_told() -> None:
    cells = {"B3": "Domain", "C3": "Crime", "B4": "bad.example.com", "C4": "Phishing", "B6": "worse.example.com"}
    reading = read(workbook(cells, "More", "Old"), "report.xlsx")
    assert reading.format == "xlsx"
    assert reading.notices == (
        "Only the first sheet, “Sheet”, was read; not read: “More”, “Old”.",
        "Blank rows skipped: 3.",
    )
    assert [(row.row, row.column, row.value, row.claim.crime_type) for row in reading.rows] == [
        (4, "B", "bad.example.com", "phishing"),
        (6, "B", "worse.example.com", None),
    ]


def test_an_account_with_its_bank() -> None:
    (row,) = rows_of({"A1": "Account no", "B1": "SWIFT", "A2": "0012345678", "B2": "DEUTDEFF"})
    assert row.identifier is not None
    assert row.identifier.value == "DE:DEUTDEFF:0012345678"


@pytest.mark.parametrize(
    ("heading", "value", "problem"),
    [
        ("Account", 123456789012345678, "Cell B17 holds more than 15 digits"),
        ("Account", 1.2345e17, "Cell B17 holds more than 15 digits"),
        ("Account", "1.23457E+11", "Cell B17 shows 1.23457E+11: the spreadsheet cut the number short"),
        ("IBAN", "1,2E+20", "Cell B17 shows 1,2E+20"),
        ("Account", date(2024, 1, 2), "Cell B17 holds a date (2024-01-02"),
        (
            "Domain",
            datetime(2024, 1, 2, 3, 4),  # noqa: DTZ001 - sheets know no time zone
            "Cell B17 holds a date (2024-01-02 03:04:00)",
        ),
        ("Phone", 2079460123, "Cell B17 holds a number, not text: a + or a leading zero before it may be lost"),
    ],
)
def test_what_a_spreadsheet_spoiled_is_told_with_its_cell_and_the_remedy(
    heading: str, value: object, problem: str
) -> None:
    (row,) = rows_of({"B1": heading, "B17": value})
    assert (row.row, row.column, row.identifier) == (17, "B", None)
    assert problem in (row.problem or "")
    assert "Format the column as text and enter the value again." in (row.problem or "")


def test_a_lost_leading_zero_shows_beside_the_other_accounts_of_the_bank() -> None:
    cells: dict[str, Any] = {"A1": "Account", "B1": "SWIFT"}
    for line, account in enumerate(["0012345678", 1112345678, "2212345678", 12345678], 2):
        cells |= {f"A{line}": account, f"B{line}": "DEUTDEFF"}
    rows = rows_of(cells)
    assert [row.identifier is not None for row in rows] == [True, True, True, False]
    assert "Cell A5 holds a number of 8 digits where 10 are usual: a leading zero was lost" in (rows[3].problem or "")


def test_numbers_and_dates_are_fine_where_they_belong() -> None:
    cells = {"A1": "Phone", "B1": "Date", "C1": "Confidence", "A2": 2079460123, "B2": date(2024, 1, 2), "C2": 70}
    (row,) = rows_of(cells, defaults=Defaults(country="GB"))
    assert row.identifier is not None
    assert row.identifier.value == "+442079460123"
    assert row.claim.confidence == 70
    assert row.claim.first_seen == 1_704_153_600_000


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({}, "is empty"),
        ({"A1": "Domain", "B1": "Note"}, "no rows below"),
        ({"A1": "Foo", "A2": "bar"}, "No column"),
        ({"A1": "Domain", "XFD1048576": "x"}, "reaches to XFD1048576"),
        ({"A1": "Domain", "A2": "bad.example.com", "CYA1": "x"}, "more than 2,000 columns"),
    ],
)
def test_sheets_that_cannot_be_read_say_why(cells: dict[str, Any], message: str) -> None:
    with pytest.raises(CannotRead, match=message):
        read(workbook(cells))


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    parts = parts_of(workbook({"A1": "bad.example.com"}))
    with pytest.raises(CannotRead, match="packed more than"):
        read(archive(parts | {"xl/worksheets/sheet1.xml": b" " * 20_000_000}))


def test_the_parts_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_UNPACKED", 1_000)
    with pytest.raises(CannotRead, match="unpacks to more than"):
        read(workbook({"A1": "bad.example.com"}))


def test_a_directory_that_lies_about_a_size_leads_nowhere() -> None:
    data = bytearray(archive(parts_of(workbook({"A1": "bad.example.com"})) | {"xl/extra.xml": b"x" * 50_000}))
    directory = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/extra.xml"))
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    with pytest.raises(CannotRead, match="damaged"):
        read(bytes(data))


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (b'<c r="&#88;FD1048576"><v>1</v></c>', "without a readable address"),
        (b'<c r="A99999999"><v>1</v></c>', "more than"),
    ],
)
def test_addresses_made_to_exhaust_memory_are_refused(cell: bytes, message: str) -> None:
    parts = parts_of(workbook({"A1": "bad.example.com"}))
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", b'<row r="2">' + cell + b"</row></sheetData>")
    with pytest.raises(CannotRead, match=message):
        read(archive(parts | {"xl/worksheets/sheet1.xml": sheet}))


def test_a_spreadsheet_cut_anywhere_is_refused_in_one_sentence() -> None:
    data = workbook({"A1": "bad.example.com"})
    for end in range(1, len(data), 97):
        with pytest.raises(CannotRead, match=r"\.$"):
            read(data[:end], format="xlsx")
