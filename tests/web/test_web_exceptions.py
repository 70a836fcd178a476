"""What comes back of a file: the rows as they were, with the reason, ready to be corrected and handed in again."""

import csv
import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from web_world import Person, World

from tocsin.reports.reports import Report

HEADING = ["Website", "Date", "Amount", "Note"]
ROWS = [
    ["good-one.example", "01/31/2026", "12", "first"],
    ["not a site", "01/02/2026", "007", "=1+1"],
    ["good-two.example", "01/02/2026", "13", "third"],
    ["192.0.2.999", "01/02/2026", "14", 'says "no"'],
]


def as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def as_xlsx(rows: list[list[Any]]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def back_csv(person: Person, report: Report) -> list[list[str]]:
    answer = person.get(f"/reports/{report.id}/exceptions.csv")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))


def back_xlsx(person: Person, report: Report) -> list[list[Any]]:
    answer = person.get(f"/reports/{report.id}/exceptions.xlsx")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    return [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_rows_come_back_whole_with_place_and_reason(world: World) -> None:
    report = world.house.submit("bank-a", as_csv([HEADING, *ROWS]), name="sites.csv")
    clerk = world.person("clerk")
    heading, *rows = back_csv(clerk, report)
    assert heading == [*HEADING, "where", "reason"]
    assert [row[0] for row in rows] == ["not a site", "192.0.2.999"]
    assert [row[4] for row in rows] == ["line 3, Website", "line 5, Website"]
    assert all(row[5].endswith(".") for row in rows)
    # a date of which only the other rows told the day from the month
    assert rows[0][1] == "2026-01-02T00:00:00.000Z"
    assert rows[0][2] == "007"
    assert rows[0][3] == "'=1+1"
    assert back_xlsx(clerk, report)[1][:4] == ["not a site", "2026-01-02T00:00:00.000Z", "007", "=1+1"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_is_in_one_piece_so_that_a_slow_reader_keeps_no_thread(world: World, form: str) -> None:
    report = world.house.submit("bank-a", as_csv([HEADING, *ROWS]), name="sites.csv")
    answer = world.person("clerk").client.get(f"/reports/{report.id}/exceptions.{form}", buffered=False)
    assert len(list(answer.response)) == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_corrected_they_go_in_and_nothing_else_does(world: World, form: str) -> None:
    clerk, made = world.person("clerk"), {"csv": as_csv, "xlsx": as_xlsx}[form]
    report = world.house.submit("bank-a", made([HEADING, *ROWS]), name=f"sites.{form}")
    rows = (back_csv if form == "csv" else back_xlsx)(clerk, report)
    again = world.house.submit("bank-a", made(rows), name=f"again.{form}")
    assert world.house.counts(again) == {"rejected": 2}
    rows[1][0], rows[2][0] = "right.example", "192.0.2.99"
    fixed = world.house.submit("bank-a", made(rows), name=f"fixed.{form}")
    assert world.house.counts(fixed) == {"accepted": 2}
    assert back_csv(clerk, fixed)[1:] == []


def test_a_value_that_could_be_a_formula_goes_in_as_it_was(world: World) -> None:
    report = world.house.submit(
        "bank-a", as_csv([["url", "note"], ["https://pay..example/a;=1+1", "x"]]), name="sites.csv"
    )
    heading, row = back_csv(world.person("clerk"), report)
    assert row[0] == "https://pay..example/a;'=1+1"
    row[0] = row[0].replace("..", ".")
    fixed = world.house.submit("bank-a", as_csv([heading, row]), name="fixed.csv")
    assert [one.canonical for one in world.house.verdicts(fixed)] == ["https://pay.example/a;=1+1"]


def test_cells_have_their_addresses_and_numbers_are_not_guessed(world: World) -> None:
    account = 123456789012345678
    body = as_xlsx([["Account no", "Bank"], [account, "DBSSSGSG"], ["012-345678-9", "DBSSSGSG"]])
    report = world.house.submit("bank-a", body, name="accounts.xlsx")
    rows = back_xlsx(world.person("clerk"), report)
    damaged = next(row for row in rows[1:] if row[2] == "A2")
    assert "digits" in damaged[3]
    for back in (as_xlsx(rows), as_csv([[str(cell) for cell in row] for row in rows])):
        again = world.house.submit("bank-a", back, name="again.csv" if back[:2] != b"PK" else "again.xlsx")
        assert "accepted" not in world.house.counts(again)
        assert "held" not in world.house.counts(again)


def test_without_a_heading_one_is_written_that_reads_the_same(world: World) -> None:
    report = world.house.submit("bank-a", b"a.example,x\nb.example,y\nbad one,z\nc.example,q\n", name="plain.csv")
    clerk = world.person("clerk")
    heading, row = back_csv(clerk, report)
    assert row[:2] == ["bad one", "z"]
    again = world.house.submit("bank-a", as_csv([heading, ["d.example", *row[1:]]]), name="again.csv")
    assert world.house.counts(again) == {"accepted": 1}


def test_a_list_comes_back_as_a_table(world: World) -> None:
    report = world.house.submit("bank-a", "good.example\nnot good\nalso-good.example\nbad.example\nfine.example\n")
    heading, row = back_csv(world.person("clerk"), report)
    assert heading == ["indicator", "where", "reason"]
    assert row[:2] == ["not good", "row 2"]


def test_what_was_kept_aside_needs_no_correction(world: World) -> None:
    body = as_csv([["email", "role"], ["ceo@victim.example", "victim"], ["not one", ""]])
    report = world.house.submit("bank-a", body, name="mails.csv")
    assert [row[0] for row in back_csv(world.person("clerk"), report)[1:]] == ["not one"]


def test_only_its_own_member_gets_the_other_cells(world: World) -> None:
    report = world.house.submit("bank-a", as_csv([HEADING, *ROWS]), name="sites.csv")
    rows = back_csv(world.person("desk"), report)
    assert rows[0] == ["indicator", "where", "reason"]
    assert rows[1][0] == "not a site"
    assert world.person("clerk-b").get(f"/reports/{report.id}/exceptions.xlsx").status_code == 404


def test_many_rows_come_back_in_order(world: World) -> None:
    sites = [[f"s{n}.example" if n % 300 else f"broken {n}", "01/02/2026", "1", ""] for n in range(1, 6_001)]
    report = world.house.submit("bank-a", as_csv([HEADING, *sites]), name="many.csv")
    rows = back_csv(world.person("clerk"), report)
    assert [row[0] for row in rows[1:]] == [f"broken {n}" for n in range(300, 6_001, 300)]


def test_a_row_that_is_longer_than_those_before_it_comes_back_whole(world: World) -> None:
    sites = [[f"s{n}.example", "01/02/2026", "1", ""] for n in range(1, 301)]
    body = as_csv([HEADING, *sites, ["broken one", "01/02/2026", "1", "note", "fifth", "sixth"]])
    heading, row = back_csv(world.person("clerk"), world.house.submit("bank-a", body, name="long.csv"))
    assert heading == [*HEADING, "column E", "column F", "where", "reason"]
    assert (row[0], row[3:6]) == ("broken one", ["note", "fifth", "sixth"])
