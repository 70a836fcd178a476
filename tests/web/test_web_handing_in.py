"""Handing in through the pages: what is kept when, for whom, and how it comes back."""

import csv
import io
import os
import re
import time
from typing import Any

import pytest
from web_world import Person, World
from werkzeug.test import TestResponse

from tocsin.cells import plain_cell
from tocsin.ledger.read import last_seq
from tocsin.reports.reports import list_reports

IBAN = "GB33BUKB20201555555555"


def fill(world: World, text: str = "", **choices: Any) -> dict[str, Any]:
    return {"text": text, "tlp": "green", "collection": world.collection_id("Scams"), **choices}


def check(world: World, person: Person, text: str) -> str:
    """Hand something in as far as what would happen; the draft's token."""
    answer = person.post("/submit", fill(world, text))
    assert answer.status_code == 200, answer.text
    return token_in(answer)


def token_in(answer: TestResponse) -> str:
    return re.findall(r'action="/submit/([^"]+)"', answer.text)[0]


def kept(world: World) -> tuple[int, int]:
    with world.house.database.reading() as connection:
        return len(list_reports(connection)), last_seq(connection)


def test_looking_first_keeps_nothing(world: World) -> None:
    before = kept(world)
    answer = world.person("clerk").post("/submit", fill(world, f"first.example\n{IBAN}\nnonsense\n"))
    assert re.findall(r"<dt>(\w+)</dt><dd>(\d+)</dd>", answer.text) == [
        ("accepted", "1"),
        ("merged", "0"),
        ("held", "1"),
        ("rejected", "1"),
    ]
    assert "Nothing has been handed in yet." in answer.text
    assert kept(world) == before


def test_confirming_publishes_and_shows_the_receipt(world: World) -> None:
    clerk = world.person("clerk")
    answer = clerk.post(f"/submit/{check(world, clerk, 'first.example')}", follow_redirects=True)
    assert answer.status_code == 200
    assert "first[.]example" in answer.text
    assert "[domain-name:value = 'first.example']" in world.house.indicators()


def test_confirming_twice_hands_in_once(world: World) -> None:
    clerk = world.person("clerk")
    token = check(world, clerk, "first.example")
    clerk.post(f"/submit/{token}")
    before = kept(world)
    answer = clerk.post(f"/submit/{token}", follow_redirects=True)
    assert answer.status_code == 200
    assert "handed in already" in answer.text
    assert "first[.]example" in answer.text
    assert kept(world) == before


@pytest.mark.parametrize("login", ["clerk-b", "desk"])
def test_a_draft_is_its_authors_alone(world: World, login: str) -> None:
    token = check(world, world.person("clerk"), "only-the-clerk-knows.example")
    before, other = kept(world), world.person(login)
    for answer in (other.get(f"/submit?draft={token}"), other.post(f"/submit/{token}", follow_redirects=True)):
        assert "only-the-clerk-knows" not in answer.text
    assert kept(world) == before
    assert "only-the-clerk-knows" in world.person("clerk").get(f"/submit?draft={token}").text


@pytest.mark.parametrize("token", ["x" * 32, "..", "%2e%2e%2fkeys", "a/b"])
def test_an_invented_draft_is_nothing(world: World, token: str) -> None:
    clerk, before = world.person("clerk"), kept(world)
    assert clerk.post(f"/submit/{token}").status_code in (302, 404)
    assert kept(world) == before


def test_a_draft_ends_after_an_hour(world: World) -> None:
    clerk = world.person("clerk")
    token, folder = check(world, clerk, "old.example"), world.services.data / "drafts"
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
    for path in folder.glob("*/*"):
        os.utime(path, (time.time() - 3_700,) * 2)
    before = kept(world)
    assert "was kept for an hour and is gone" in clerk.post(f"/submit/{token}", follow_redirects=True).text
    assert kept(world) == before
    check(world, clerk, "new.example")
    assert not [path for path in folder.rglob("*") if path.name.startswith(token)]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": " "}, "Paste something, or choose a file."),
        ({"tlp": ""}, "Choose how far it may be shared."),
        ({"tlp": "red"}, "TLP:RED goes to named members alone"),
        ({"collection": []}, "As it is, nobody would receive it."),
        ({"crime": "jaywalking"}, "Choose one of the list."),
        ({"unattributed": "on"}, "Handing in without your name needs"),
    ],
)
def test_a_mistake_is_named_and_the_rest_stays(world: World, changed: dict[str, Any], words: str) -> None:
    answer = world.person("clerk").post("/submit", fill(world, "stays.example") | changed)
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert words in answer.text
    assert "stays[.]example" in answer.text or "text" in changed


def test_a_file_survives_a_mistake(world: World) -> None:
    clerk = world.person("clerk")
    upload = (io.BytesIO(b"site\nfrom-a-file.example\n"), "sites.csv")
    answer = clerk.post("/submit", fill(world, collection=[], file=upload))
    assert answer.status_code == 400
    assert "from-a-file[.]example" in answer.text
    token = token_in(answer)
    assert "sites.csv is still here" in clerk.get(f"/submit?draft={token}").text
    assert "from-a-file[.]example" in clerk.post("/submit", fill(world, draft=token)).text


def test_a_paste_and_a_file_at_once_are_asked_about(world: World) -> None:
    upload = (io.BytesIO(b"from-a-file.example"), "list.txt")
    answer = world.person("clerk").post("/submit", fill(world, "pasted.example", file=upload))
    assert answer.status_code == 400
    assert "You pasted something and chose a file." in answer.text
    assert "pasted.example" in answer.text
    assert "list.txt is still here" in answer.text


def test_a_file_that_cannot_be_read_is_said_so(world: World) -> None:
    upload = (io.BytesIO(b"PK\x03\x04 broken"), "book.xlsx")
    answer = world.person("clerk").post("/submit", fill(world, file=upload))
    assert answer.status_code == 400
    assert 'id="file-error"' in answer.text


def test_what_came_back_is_no_formula(world: World) -> None:
    rows = ['=HYPERLINK("http://evil.example")', "@SUM(1)", "-1+1", "+1 not a phone"]
    body = "\n".join(["site", *(f'"{row.replace(chr(34), chr(34) * 2)}"' for row in rows)])
    report = world.house.submit("bank-a", body, name="formulas.csv")
    answer = world.person("clerk").get(f"/reports/{report.id}/exceptions.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    cells = [cell for row in csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))) for cell in row]
    assert len(cells) > 5
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize(
    ("text", "cell"), [("=1", "'=1"), ("\tx", "'\tx"), ("a=1", "a=1"), ("", ""), ("site.example", "site.example")]
)
def test_a_cell_is_left_alone_unless_it_computes(text: str, cell: str) -> None:
    assert plain_cell(text) == cell


def test_a_report_is_taken_back_for_a_reason(world: World) -> None:
    report, clerk = world.house.submit("bank-a", "mistaken.example\n"), world.person("clerk")
    assert "Say why" in clerk.post(f"/reports/{report.id}/withdraw", follow_redirects=True).text
    assert "[domain-name:value = 'mistaken.example']" in world.house.indicators()
    answer = clerk.post(f"/reports/{report.id}/withdraw", {"reason": "A typing mistake."}, follow_redirects=True)
    assert "1 row is withdrawn." in answer.text
    assert "Withdrawn: A typing mistake." in answer.text
    assert "[domain-name:value = 'mistaken.example']" not in world.house.indicators()


def test_a_moderator_decides_once(world: World) -> None:
    report, desk = world.house.submit("bank-a", f"{IBAN}\n"), world.person("desk")
    places = {"place": re.findall(r'name="place" value="([^"]+)"', desk.get("/held").text)}
    kept_text = desk.post("/held", {**places, "decision": "reject"}).text
    assert "Say why it is turned down" in kept_text
    assert " checked" in kept_text
    approving = {**places, "decision": "approve"}
    assert "1 approved and published." in desk.post("/held", approving, follow_redirects=True).text
    assert "They were decided on already." in desk.post("/held", approving, follow_redirects=True).text
    assert world.house.counts(report) == {"accepted": 1}
    assert f"[bank-account:iban = '{IBAN}']" in world.house.indicators()


def test_what_was_begun_in_another_browser_is_told_from_what_is_gone(world: World) -> None:
    first = world.person("clerk").post("/submit", fill(world, "Card 5500 0055 5555 5559 was used on scam.example.\n"))
    token, other = token_in(first), world.person("clerk")
    page = other.get(f"/submit?draft={token}").text
    assert "begun in another browser" in page
    assert "is gone" not in page
    assert "is gone" in other.get(f"/submit?draft={'x' * 32}").text
    assert "begun in another browser" in other.post("/submit", fill(world, draft=token)).text
    assert "begun in another browser" not in world.person("clerk-b").get(f"/submit?draft={token}").text
