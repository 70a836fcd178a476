"""A file that says whether a suspicious transaction report was filed: refused as a whole, a row, or an object."""

from io import BytesIO
from typing import Any

import openpyxl
import orjson
import pytest
import sqlalchemy as sa
from house import House

from tocsin.members.members import find_member
from tocsin.publishing.filings import StatesFiling
from tocsin.publishing.hand_in import preview, terms_for
from tocsin.reports.reports import Report, body_of
from tocsin.reports.tables import COMPLETE, UNREADABLE, assertions, reports
from tocsin.times import now_ms

IBAN = "GB33BUKB20201555555555"
SECRET = "STR filed on 3 May"


def kept(house: House, report: Report) -> bytes:
    with house.database.reading() as connection:
        return body_of(connection, report.key)


def everything(house: House) -> str:
    """All text that the database has of reports and rows."""
    with house.database.reading() as connection:
        rows = [*connection.execute(sa.select(assertions)), *connection.execute(sa.select(reports))]
    return str(rows)


def sheet(*grids: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for grid in grids:
        page = book.create_sheet()
        for row in grid:
            page.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (f"iban,STR filed\n{IBAN},Y\n", "The column “STR filed”"),
        (f"iban;Déclaration de soupçon\n{IBAN};oui\n", "The column “Déclaration de soupçon”"),
        (f"List of May\niban,name,SAR\n{IBAN},x,Y\n{IBAN},y,N\n", "The column “SAR”"),
        (orjson.dumps([{"iban": IBAN, "str_filed": True}]), "The column “str_filed”"),
        (sheet([["iban", "STR no."], [IBAN, "2024-1"]]), "The column “STR no.”"),
        (
            sheet([["iban"], [IBAN]], [["customer", "suspicious transaction report"], ["x", "y"]]),
            "The column “suspicious",
        ),
        ("name,STR status\nno identifier,filed\n", "The column “STR status”"),
        (f"Please block {IBAN}.\nAn STR was filed.\n", "Line 2"),
        ("# STR filed for all of these\nbad.example\nworse.example\n", "Line 1"),
    ],
)
def test_a_file_is_refused_by_name_and_its_bytes_are_not_kept(house: House, body: str | bytes, words: str) -> None:
    report = house.submit("bank-a", body, name="cases.csv" if isinstance(body, str) and "," in body else None)
    assert report.state == UNREADABLE
    assert words in report.notices[0]
    assert "secret by law" in report.notices[0]
    assert house.counts(report) == {}
    assert kept(house, report) == b""
    assert report.name is None
    assert house.indicators() == {}


def test_the_file_name_counts_too(house: House) -> None:
    report = house.submit("bank-a", f"{IBAN}\n", name="STR_filed_May.txt")
    assert report.state == UNREADABLE
    assert kept(house, report) == b""
    assert "STR_filed" not in everything(house)


def test_a_row_is_rejected_by_name_and_the_others_go_on(house: House) -> None:
    body = f"domain,note\nbad.example,{SECRET}\nworse.example,lost SAR 5000\n"
    report = house.submit("bank-a", body, name="list.csv")
    first, second = house.verdicts(report)
    assert (first.verdict, second.verdict) == ("rejected", "accepted")
    assert "suspicious transaction report" in first.reason
    assert SECRET not in everything(house)
    assert kept(house, report) == b"", "its bytes hold the note too"
    assert list(house.indicators()) == ["[domain-name:value = 'worse.example']"]


def test_what_stands_in_a_column_that_is_not_read_is_not_kept(house: House) -> None:
    report = house.submit("bank-a", f"domain,our own column\nbad.example,{SECRET}\n", name="list.csv")
    assert report.state == COMPLETE
    assert kept(house, report) == b""


def test_an_honest_file_is_kept(house: House) -> None:
    body = b"domain,amount SAR,note\nbad.example,500,suspicious activity in Hong Kong SAR\n"
    report = house.submit("bank-a", body, name="list.csv")
    assert house.counts(report) == {"accepted": 1}
    assert kept(house, report) == body


def test_an_object_is_its_own_failure_and_its_bytes_go(house: House) -> None:
    def indicator(n: int, description: str) -> dict[str, Any]:
        return {
            "type": "indicator",
            "spec_version": "2.1",
            "id": f"indicator--11111111-1111-4111-8111-11111111111{n}",
            "created": "2026-01-01T00:00:00.000Z",
            "modified": "2026-01-01T00:00:00.000Z",
            "description": description,
            "pattern": f"[domain-name:value = 'bad{n}.example']",
            "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z",
        }

    with house.database.writing() as connection:
        connection.execute(sa.text("UPDATE members SET trusted = :yes"), {"yes": True})
    body = orjson.dumps({"objects": [indicator(1, SECRET), indicator(2, "A fake shop.")]})
    report = house.submit("bank-a", body, file_format="stix", whole=True)
    assert [one.verdict for one in house.verdicts(report)] == ["rejected", "accepted"]
    assert SECRET.encode() not in kept(house, report)
    assert b"bad2.example" in kept(house, report)
    assert SECRET.encode() not in b"".join(entry.body for entry in house.entries())


def test_looking_first_refuses_and_keeps_nothing(house: House) -> None:
    body = f"iban,STR filed\n{IBAN},Y\n".encode()
    with house.database.rehearsing() as connection:
        member = find_member(connection, "bank-a")
        terms = terms_for(connection, member, tlp="green", collections=("Scams",))
        with pytest.raises(StatesFiling):
            preview(connection, house.exchange, house.screening, member, "x", body, "a.csv", terms, now_ms())
    assert "STR filed" not in everything(house)
