"""Spreadsheets: addresses of cells, damaged numbers, traps in the archive."""

import tracemalloc
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


def test_every_sheet_is_read_and_cells_keep_their_address() -> None:
    cells = {"B3": "Domain", "C3": "Crime", "B4": "bad.example.com", "C4": "Phishing", "B6": "worse.example.com"}
    reading = read(workbook(cells, "More", "Old ones"), "report.xlsx")
    assert reading.format == "xlsx"
    assert reading.notices == ("Blank rows skipped: 3.",)
    assert [(row.row, row.column, row.value, row.claim.crime_type) for row in reading.rows] == [
        (4, "Sheet!B", "bad.example.com", "phishing"),
        (6, "Sheet!B", "worse.example.com", None),
        (1, "More!A", "other.example.com", None),
        (1, "'Old ones'!A", "other.example.com", None),
    ]


def test_a_sheet_without_entries_is_told_and_the_others_are_named_without_their_sheet() -> None:
    book = openpyxl.load_workbook(BytesIO(workbook({"A1": "Domain", "A2": "bad.example.com"})))
    book.create_sheet("Empty")
    notes = book.create_sheet("Notes")
    notes["A1"], notes["A2"] = "Prepared by", "the fraud desk"
    target = BytesIO()
    book.save(target)
    reading = read(target.getvalue())
    assert [row.column for row in reading.rows] == ["A"]
    assert reading.notices == (
        "The sheet “Empty” is empty.",
        "Not read: No column of the sheet “Notes” holds identifiers: give it a heading row with names such as domain "
        "or phone.",
    )


def merged(cells: dict[str, Any], *ranges: str) -> bytes:
    book = openpyxl.load_workbook(BytesIO(workbook(cells)))
    for one in ranges:
        book.active.merge_cells(one)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_heading_of_several_rows_over_merged_cells() -> None:
    cells = {
        "A1": "Fraud desk, May", "A2": "Case", "B2": "Beneficiary", "D2": "Sender", "E2": "Seen",
        "B3": "Account no", "C3": "SWIFT", "A4": "1", "B4": "0012345678", "C4": "DBSSSGSG", "D4": "a@bad.example.com",
        "E4": date(2026, 5, 3),
    }  # fmt: skip
    reading = read(merged(cells, "A1:E1", "A2:A3", "B2:C2", "D2:D3", "E2:E3"))
    assert reading.notices[0] == "Rows above the heading skipped: 2."
    found = [(row.column, row.row, row.identifier and row.identifier.value, row.claim.role) for row in reading.rows]
    assert found == [("B", 4, "SG:DBSSSGSG:0012345678", "beneficiary"), ("D", 4, "a@bad.example.com", "sender")]


def test_a_title_above_the_heading_is_no_heading() -> None:
    rows = rows_of({"A1": "Report of May 2026", "A3": "Phone", "B3": "Note", "A4": "+442079460123", "B4": "rings"})
    assert [(row.row, row.value, row.claim.note) for row in rows] == [(4, "+442079460123", "rings")]


def test_an_account_with_its_bank() -> None:
    (row,) = rows_of({"A1": "Account no", "B1": "SWIFT", "A2": "0012345678", "B2": "DEUTDEFF"})
    assert row.identifier is not None
    assert row.identifier.value == "DE:DEUTDEFF:0012345678"


@pytest.mark.parametrize(
    ("heading", "value", "problem"),
    [
        ("Account", 123456789012345678, "Cell B17 holds more than 15 digits"),
        ("Account", 1.2345e17, "Cell B17 holds more than 15 digits"),
        (
            "Account",
            123457000000,
            "Cell B17 holds 123457000000, the 6 digits that a spreadsheet shows of a long number",
        ),
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


def bomb(**parts: bytes) -> bytes:
    """A sound spreadsheet with these parts in place of its own."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "texts": "xl/sharedStrings.xml", "book": "xl/workbook.xml"}
    return archive(parts_of(workbook({"A1": "bad.example.com"})) | {names[key]: part for key, part in parts.items()})


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
TEXTS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>'
ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"x" * 10) for n in range(12))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            bomb(texts=b"<!DOCTYPE sst [" + ENTITIES + b"]>" + TEXTS % b"<si><t>&e11;</t></si>"),
            "definitions of its own",
        ),
        (bomb(sheet=b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SHEET % b""), "definitions of its own"),
        (bomb(book=b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><workbook/>'), "definitions of its own"),
        (
            bomb(
                texts=TEXTS % (b"<si><t>" + bytes(range(97, 123)) * 4_000 + b"</t></si>"),
                sheet=SHEET
                % b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 5_000)),
            ),
            "MB of text",
        ),
        (
            bomb(texts=TEXTS % b"".join(b"<si><t>%d</t></si>" % n for n in range(30)) + b"<si/>" * 4_000_001),
            "packed more",
        ),
        (
            bomb(sheet=SHEET % b'<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>'),
            "reaches to XFD1048576",
        ),
        (bomb(sheet=b'<dimension ref="A1:XFD1048576"/>' + SHEET % b'<row><c r="A1"/><c r="XFD9"/></row>'), r"\.$"),
    ],
    ids=["entities", "outside-entity", "outside-definitions", "shared-text", "many-texts", "last-cell", "dimension"],
)
def test_a_trap_is_refused_in_one_sentence_before_it_takes_memory(data: bytes, message: str) -> None:
    assert len(data) < 2_000_000
    tracemalloc.start()
    with pytest.raises(CannotRead, match=message):
        list(read(data, format="xlsx").rows)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100_000_000


def test_many_sheets_that_each_reach_far_are_added_up() -> None:
    parts = parts_of(workbook({"A1": "bad.example.com"}, *[f"S{n}" for n in range(4)]))
    far = SHEET % b'<row r="1"><c r="A1"/></row><row r="30000"><c r="CV30000"/></row>'
    sheets = {name: far for name in parts if name.startswith("xl/worksheets/")}
    assert len(sheets) == 5
    with pytest.raises(CannotRead, match="more than 8,000,000 cells"):
        read(archive(parts | sheets))


def test_a_claimed_dimension_sets_nothing_up() -> None:
    claimed = SHEET.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>bad.example.com</t></is></c></row>'
    assert [one.value for one in read(bomb(sheet=claimed % row)).rows] == ["bad.example.com"]


def test_a_formula_is_read_as_what_it_showed_and_never_reckoned() -> None:
    cells = {"A1": "Domain", "A2": '=HYPERLINK("http://bad.example.com","x")', "A3": "=1+1", "A4": "good.example.com"}
    rows = rows_of(cells)
    assert [row.value for row in rows if row.identifier] == ["good.example.com"]


def test_a_spreadsheet_cut_anywhere_is_refused_in_one_sentence() -> None:
    data = workbook({"A1": "bad.example.com"})
    for end in range(1, len(data), 97):
        with pytest.raises(CannotRead, match=r"\.$"):
            read(data[:end], format="xlsx")
