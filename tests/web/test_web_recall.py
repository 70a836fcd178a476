"""The recall sheet: what the beneficiary's bank needs, for the report's own member and moderators alone."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from web_world import World

from tocsin.identifiers import read
from tocsin.members.banks import set_banks
from tocsin.members.duty import set_duty_contact
from tocsin.members.members import add_member, find_member, grant
from tocsin.publishing.erase import erase
from tocsin.reports.reports import Report
from tocsin.times import now_ms
from tocsin.web.recalling import span

LETTER = """Our account has changed. The old account IBAN DE89370400440532013000 is closed.
Pay invoice INV-2026/017 of EUR 48,250.00 to the new account
Account name: Supplier Trading Ltd
IBAN: GB33BUKB20201555555555
"""


def letter(text: str = LETTER) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Sue <sue@solid.example>"
    message["Reply-To"] = "sue@s0lid.example"
    message["To"] = "ann@buyer.example"
    message["Subject"] = "New account"
    message["Date"] = "Mon, 02 Nov 2026 09:30:00 +0000"
    message.set_content(text)
    return bytes(message)


@pytest.fixture
def report(world: World) -> Report:
    return world.house.submit("bank-a", letter(), name="new-account.eml")


def test_the_sheet_says_what_the_other_bank_needs(world: World, report: Report) -> None:
    with world.house.database.writing() as connection:
        bank = find_member(connection, "bank-b").key
        set_banks(connection, bank, [("GB", "BUKBGB22"), ("GB", "BUKB")])
        set_duty_contact(connection, bank, "+44 7700 900123, at any hour", "admin", now_ms())
    clerk = world.person("clerk")
    assert f"/reports/{report.id}/recall" in clerk.get(f"/reports/{report.id}").text
    page = clerk.get(f"/reports/{report.id}/recall").text
    for words in (
        "GB33BUKB20201555555555", "Supplier Trading Ltd", "DE89370400440532013000", "EUR 48,250.00", "INV-2026/017",
        "sue[@]solid[.]example", "sue[@]s0lid[.]example", "2026-11-02 09:30 UTC", "FRAD", "TLP:GREEN", "Bank B",
        "+44 7700 900123, at any hour",
    ):  # fmt: skip
        assert words in page, words
    assert "Fill in below when the payment was made" in page
    # what the letter says is offered, and stands on the sheet only when somebody says so
    assert 'value="48,250.00"' in page
    assert "<strong>EUR" not in page
    assert "<script src=" in page


def test_what_is_filled_in_stands_on_the_sheet_and_is_not_kept(world: World, report: Report) -> None:
    clerk, url = world.person("clerk"), f"/reports/{report.id}/recall"
    made = (datetime.now(UTC) + timedelta(hours=8) - timedelta(hours=5, minutes=7, seconds=5)).strftime(
        "%Y-%m-%dT%H:%M"
    )
    filled = {"made": made, "zone": "+08:00", "amount": "48.250,00", "currency": "eur", "reference": "UETR 1<b>"}
    page = clerk.get(url, query_string=filled).text
    assert "<strong>5 hours " in page
    assert "left of the first 72 hours" in page
    assert "<strong>EUR 48,250.00</strong>" in page
    assert "UETR 1&lt;b&gt;" in page
    assert "UETR" not in clerk.get(url).text.replace("reference or UETR", "").replace("Reference or UETR", "")


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"made": "yesterday"}, "Write day and time as"),
        ({"made": "2999-01-01T10:00"}, "lies in the future"),
        ({"made": "0001-01-01T00:00", "zone": "+08:00"}, "or long ago"),
        ({"amount": "much", "currency": "SGD"}, "Write the amount as a number"),
        ({"amount": "5"}, "Say in which currency"),
        ({"amount": "5", "currency": "ABC"}, "as its three letters"),
    ],
)
def test_a_mistake_is_said_and_loses_nothing(world: World, report: Report, filled: dict[str, str], words: str) -> None:
    page = world.person("clerk").get(f"/reports/{report.id}/recall", query_string={"reference": "R1", **filled}).text
    assert "There is a problem" in page
    assert words in page
    assert 'value="R1"' in page
    for value in filled.values():
        assert value in page


def test_after_three_days_the_first_72_hours_are_over(world: World, report: Report) -> None:
    made = (datetime.now(UTC) - timedelta(days=4, hours=1)).strftime("%Y-%m-%dT%H:%M")
    filled = {"made": made, "zone": "+00:00"}
    page = world.person("clerk").get(f"/reports/{report.id}/recall", query_string=filled).text
    assert "<strong>4 days 1 hour</strong>" in page
    assert "the first 72 hours are over" in page


@pytest.mark.parametrize(
    ("login", "status"),
    [("clerk", 200), ("desk", 200), ("admin", 200), ("auditor", 404), ("clerk-b", 404), ("inspector", 404)],
)
def test_who_may_see_it(world: World, report: Report, login: str, status: int) -> None:
    person = world.person(login)
    assert person.get(f"/reports/{report.id}/recall").status_code == status
    if status == 200:
        assert f"/reports/{report.id}/recall" in person.get(f"/reports/{report.id}").text


def test_of_a_source_without_a_name_nobody_else_sees_it(world: World) -> None:
    with world.house.database.writing() as connection:
        for slug in ("fifth", "sixth"):
            key = add_member(connection, slug, slug.title(), "bank", "SG", 1).key
            grant(connection, world.house.collections["Scams"].key, key, read=True)
    unnamed = world.house.submit("bank-a", letter(), unattributed=True)
    assert world.person("clerk").get(f"/reports/{unnamed.id}/recall").status_code == 200
    desk = world.person("desk")
    assert desk.get(f"/reports/{unnamed.id}/recall").status_code == 404
    assert "recall" not in desk.get(f"/reports/{unnamed.id}").text


def test_without_an_account_there_is_no_sheet(world: World) -> None:
    plain = world.house.submit("bank-a", "evil.example\n")
    clerk = world.person("clerk")
    assert "recall" not in clerk.get(f"/reports/{plain.id}").text
    assert "There is no sheet for this report" in clerk.get(f"/reports/{plain.id}/recall").text


def test_what_was_erased_is_on_no_sheet(world: World, report: Report) -> None:
    house = world.house
    what = read("GB33BUKB20201555555555", "iban")
    erase(house.database, house.exchange, what, str.encode, lambda _: None, "A court's order.", "admin", now_ms())
    page = world.person("clerk").get(f"/reports/{report.id}/recall").text
    assert "GB33" not in page
    assert "There is no sheet for this report" in page


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "less than a minute"), (60_000, "1 minute"), (3_600_000, "1 hour"), (7_380_000, "2 hours 3 minutes"),
        (86_400_000, "1 day"), (90_000_000, "1 day 1 hour"), (900_000_000, "10 days 10 hours"),
    ],
)  # fmt: skip
def test_spans(ms: int, words: str) -> None:
    assert span(ms) == words
