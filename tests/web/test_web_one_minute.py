"""The one minute: what was found in a paste, whose it is, what is asked, and what is never lost or done twice."""

import html
import io
import re
from typing import Any

import pytest
from web_world import Person, World

from tocsin.intake import Claim
from tocsin.ledger.read import last_seq
from tocsin.members.defaults import set_default
from tocsin.members.members import add_member, find_member, grant
from tocsin.reports.loss import Loss
from tocsin.reports.reports import Report, find_report, list_reports
from tocsin.web.found import in_text

MAIL = """From: "Bank Support" <support@bank-secure.example>
Reply-To: collect@drop-box.example
To: mary@victim.example
Subject: Your account is locked

Dear Mary, sign in at hxxps://bank-secure[.]example/login within 24 hours.
Our true site is www.genuine-bank.example. Call +65 9123 4567.
"""


@pytest.fixture
def clerk(world: World) -> Person:
    """Somebody whose member has defaults."""
    with world.house.database.writing() as connection:
        key = world.house.collections["Scams"].key
        set_default(connection, find_member(connection, "bank-a").key, "amber", key)
    return world.person("clerk")


def paste(person: Person, text: str = MAIL, **more: Any) -> tuple[str, str]:
    """Put something into the box; the draft's token and the page that it leads to."""
    answer = person.post("/submit", {"text": text, **more}, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return re.findall(r'action="/submit/([^"]+)"', answer.text)[0], html.unescape(answer.text)


def choices(page: str) -> dict[str, list[tuple[str, str, bool]]]:
    """The roles that can be chosen, by field: value, words, and whether it is chosen."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for name, value, rest, words in re.findall(
        r'<input type="radio"[^>]* name="(role-\d+)" value="([^"]+)"([^>]*)><label[^>]*>([^<]+)<', page
    ):
        found.setdefault(name, []).append((value, words, "checked" in rest))
    return found


def field_of(page: str, value: str) -> str:
    """The name of the field with the role of a value."""
    item = next(one for one in page.split('<li class="item">') if value in one.partition("</p>")[0])
    return re.findall(r'name="(role-\d+)"', item)[0]


def newest(world: World) -> Report:
    with world.house.database.reading() as connection:
        return list_reports(connection)[0]


def kept(world: World) -> tuple[int, int]:
    with world.house.database.reading() as connection:
        return len(list_reports(connection)), last_seq(connection)


def test_a_paste_is_all_that_is_needed(world: World, clerk: Person) -> None:
    before = kept(world)
    token, page = paste(clerk)
    assert kept(world) == before
    assert "Nothing has been handed in yet." in page
    answer = clerk.post(f"/submit/{token}", {"said": "yes", "collection": world.collection_id("Scams"), "tlp": "amber"})
    assert answer.status_code == 302
    receipt = clerk.get(answer.headers["Location"]).text
    assert "Your receipt:" in receipt
    assert f"http://localhost{answer.headers['Location']}" in receipt
    patterns = world.house.indicators()
    assert "[email-message:additional_header_fields.'Reply-To' = 'collect@drop-box.example']" in patterns
    assert not [one for one in patterns if "victim.example" in one]


def test_everything_found_is_coloured_in_its_place(clerk: Person) -> None:
    _, page = paste(clerk)
    marks = re.findall(r'<mark class="(\w+)">([^<]+)</mark>', page)
    # whoever wants the answers elsewhere does not read the mailbox that he shows
    assert ("rejected", "support[@]bank-secure[.]example") in marks
    assert ("accepted", "collect[@]drop-box[.]example") in marks
    assert ("rejected", "mary[@]victim[.]example") in marks
    assert ("held", "+65 9123 4567") in marks
    text = re.sub(r"</?mark[^>]*>", "", re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.S)[0])
    assert "Dear Mary, sign in at" in text
    assert "href" not in text


def test_roles_are_proposed_and_changed_with_one_click(world: World, clerk: Person) -> None:
    token, page = paste(clerk)
    sender, mary = field_of(page, "support[@]bank-secure"), field_of(page, "mary[@]victim")
    genuine = field_of(page, "genuine-bank[.]example")
    offered = choices(page)
    assert offered[sender][0] == ("-", "the criminal’s", False)
    assert ("=", "genuine, but forged", True) in offered[sender]
    assert offered[mary][0] == ("-", "the criminal’s", False)
    assert ("=", "the victim’s", True) in offered[mary]
    said = {"said": "yes", "collection": world.collection_id("Scams"), "tlp": "amber"}
    said |= {genuine: "spoofed", sender: "-", mary: "="}
    clerk.post(f"/submit/{token}", {**said, "do": "look"})
    again = html.unescape(clerk.get(f"/submit/{token}").text)
    assert ("spoofed", "genuine, but forged", True) in choices(again)[genuine]
    assert "genuine address that somebody forged" in again
    clerk.post(f"/submit/{token}", said)
    patterns = world.house.indicators()
    assert "[domain-name:value = 'bank-secure.example']" not in patterns
    assert not [one for one in patterns if "genuine-bank" in one]
    assert [one for one in patterns if "support@bank-secure.example" in one]


@pytest.mark.parametrize(
    ("role", "words"), [("reporter", "belongs to whoever reports this"), ("victim", "belongs to a victim")]
)
def test_what_is_not_the_criminals_stays_with_the_report(world: World, clerk: Person, role: str, words: str) -> None:
    token, page = paste(clerk, "Please look at pay-here.example and at our-desk.example, they asked for money.\n")
    field = field_of(page, "our-desk[.]example")
    said = {"said": "yes", "collection": world.collection_id("Scams"), "tlp": "amber", field: role}
    receipt = clerk.post(f"/submit/{token}", said, follow_redirects=True)
    assert words in html.unescape(receipt.text)
    assert set(world.house.indicators()) == {"[domain-name:value = 'pay-here.example']"}


def test_a_role_that_nobody_offers_is_none(world: World, clerk: Person) -> None:
    token, page = paste(clerk, "look at pay-here.example please, and soon\n")
    field = field_of(page, "pay-here[.]example")
    said = {"said": "yes", "collection": world.collection_id("Scams"), "tlp": "amber", field: "mule"}
    clerk.post(f"/submit/{token}", {**said, "role-999999": "reporter", "role-x": "reporter", "role-": "reporter"})
    assert "[domain-name:value = 'pay-here.example']" in world.house.indicators()


def test_what_is_said_of_all_of_it_is_kept_with_it(world: World, clerk: Person) -> None:
    token, _ = paste(clerk)
    said = {"said": "yes", "collection": world.collection_id("Scams"), "tlp": "amber", "crime": "bec-invoice"}
    said |= {"happened": "2026-01-20", "loss": "12,500", "currency": "SGD"}
    receipt = clerk.post(f"/submit/{token}", said, follow_redirects=True).text
    assert "Loss: 12,500.00 SGD." in receipt
    assert "BEC: changed or false invoice." in receipt
    assert "Happened on 2026-01-20." in receipt
    terms = newest(world).terms
    assert (terms.loss and terms.loss.minor, terms.claim.crime_type) == (1_250_000, "bec-invoice")
    found = next(one for pattern, one in world.house.indicators().items() if "Reply-To" in pattern)
    assert found["labels"] == ["bec", "bec-invoice"]
    assert "12500" not in str(world.house.indicators())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"loss": "much"}, "Write the loss in digits"),
        ({"loss": "5", "currency": ""}, "Choose the currency of the loss."),
        ({"happened": "2999-01-01"}, "That day is still to come."),
        ({"happened": "yesterday"}, "Write the day as year-month-day"),
        ({"crime": "jaywalking"}, "Choose one of the list."),
        ({"tlp": "red"}, "TLP:RED goes to named members alone"),
    ],
)
def test_a_mistake_loses_nothing(world: World, clerk: Person, changed: dict[str, str], words: str) -> None:
    token, page = paste(clerk)
    field = field_of(page, "genuine-bank[.]example")
    said = {"said": "yes", "collection": world.collection_id("Scams"), "tlp": "green", "crime": "phishing"}
    said |= {"loss": "7", "currency": "MYR", "happened": "2026-01-02", field: "reporter"}
    before = kept(world)
    answer = clerk.post(f"/submit/{token}", said | changed)
    assert answer.status_code == 400
    assert words in answer.text
    assert kept(world) == before
    later = html.unescape(clerk.get(f"/submit/{token}").text)
    assert ("reporter", "ours", True) in choices(later)[field]
    for name, mark in (("crime", 'value="phishing" selected'), ("currency", 'value="MYR" selected')):
        assert name in changed or mark in later


def test_without_defaults_it_is_asked_and_said_before(world: World) -> None:
    clerk = world.person("clerk")
    token, page = paste(clerk)
    assert "There is a problem" not in page
    assert "please choose" in page
    assert "It can be shared." in page
    answer = clerk.post(f"/submit/{token}", {"said": "yes"})
    assert answer.status_code == 400
    assert "As it is, nobody would receive it." in answer.text
    assert "Choose how far it may be shared." in answer.text


def test_sending_twice_hands_in_once(world: World, clerk: Person) -> None:
    token, _ = paste(clerk)
    first = clerk.post(f"/submit/{token}")
    before = kept(world)
    second = clerk.post(f"/submit/{token}")
    assert second.headers["Location"] == first.headers["Location"]
    assert kept(world) == before
    assert "Nothing was added a second time." in clerk.get(second.headers["Location"]).text
    assert clerk.get(f"/submit/{token}").headers["Location"] == first.headers["Location"]


def test_the_same_again_adds_nothing_and_says_so(world: World, clerk: Person) -> None:
    token, _ = paste(clerk)
    clerk.post(f"/submit/{token}")
    before = kept(world)
    token, page = paste(clerk)
    assert "You handed this in before; doing it again adds nothing." in page
    receipt = clerk.post(f"/submit/{token}", follow_redirects=True).text
    assert "Nothing was added a second time." in receipt
    assert kept(world) == before


def test_what_was_begun_is_found_again_on_another_device(world: World, clerk: Person) -> None:
    token, _ = paste(clerk)
    elsewhere = world.person("clerk").get("/submit").text
    assert f'href="/submit/{token}"' in elsewhere
    assert token not in world.person("desk").get("/submit").text
    world.person("clerk").post(f"/submit/{token}", {"do": "drop"})
    assert token not in clerk.get("/submit").text
    assert not [one for one in (world.services.data / "drafts").rglob("*") if one.is_file()]


def test_the_text_can_be_changed_and_the_choices_stay(world: World, clerk: Person) -> None:
    token, page = paste(clerk)
    said = {"said": "yes", "collection": world.collection_id("Scams"), "tlp": "green", "crime": "phishing"}
    clerk.post(f"/submit/{token}", {**said, field_of(page, "genuine-bank"): "reporter", "do": "look"})
    assert "Dear Mary" in clerk.get(f"/submit?draft={token}").text
    again, page = paste(clerk, "look at other.example please, and soon\n", draft=token)
    assert again == token
    assert 'value="phishing" selected' in page
    assert "genuine-bank" not in page
    assert all(one[2] == (one[0] == "=") for some in choices(page).values() for one in some)


def test_drafts_are_bounded(world: World, clerk: Person) -> None:
    for number in range(25):
        paste(clerk, f"look at n{number}.example please, and soon\n")
    assert len(list((world.services.data / "drafts").rglob("*.body"))) == 20


def test_what_changes_who_receives_it_is_shown_first(circles: World) -> None:
    clerk = circles.person("clerk-b")
    answer = clerk.post("/submit", {"text": "+65 9123 4567\nshop.example\n"}, follow_redirects=True)
    token = re.findall(r'action="/submit/([^"]+)"', answer.text)[0]
    before = kept(circles)
    said = {"said": "yes", "tlp": "amber+strict", "share": "bank-a"}
    told = clerk.post(f"/submit/{token}", said)
    assert told.status_code in (200, 302)
    if told.status_code == 200:
        assert "You changed with whom it is shared." in told.text
        assert kept(circles) == before
        assert clerk.post(f"/submit/{token}", said).status_code == 302


def test_the_loss_of_a_source_without_a_name_is_told_nobody(world: World) -> None:
    with world.house.database.writing() as connection:
        for slug in ("fifth", "sixth"):
            key = add_member(connection, slug, slug.title(), "bank", "SG", 1).key
            grant(connection, world.house.collections["Scams"].key, key, read=True)
    day = 1_768_867_200_000
    said = Claim(first_seen=day, last_seen=day)
    text, loss = "nonsense of ours\nplain.example\n", Loss(9_876_500, "SGD")
    report_id = world.house.submit("bank-a", text, unattributed=True, loss=loss, claim=said).id
    own = world.person("clerk").get(f"/reports/{report_id}").text
    assert "98,765.00 SGD" in own
    for path in (f"/reports/{report_id}", f"/api/v1/reports/{report_id}"):
        text = world.person("desk").get(path).text
        assert "98,765" not in text
        assert "98765" not in text
        assert "2026-01-20" not in text


def test_a_million_rows_show_how_far_they_are(world: World, clerk: Person) -> None:
    rows = "".join(f"site-{n}.example\n" for n in range(60_000))
    answer = clerk.post("/submit", {"text": "", "file": (io.BytesIO(rows.encode()), "many.txt")}, follow_redirects=True)
    token = re.findall(r'action="/submit/([^"]+)"', answer.text)[0]
    assert "These are the first 1,000 rows" in answer.text
    page = clerk.post(f"/submit/{token}", follow_redirects=True).text
    assert "In progress" in page
    assert 'http-equiv="refresh"' in page
    report = newest(world)
    with world.house.database.writing() as connection:
        connection.exec_driver_sql("UPDATE reports SET rows_expected = 60000, rows_done = 15000")
    page = clerk.get(f"/reports/{report.id}").text
    assert re.search(r'<progress max="60000" value="15000"[^>]*>25 %', page)
    with world.house.database.reading() as connection:
        assert find_report(connection, report.id).rows_expected == 60_000


@pytest.mark.parametrize("text", ["", "\n\n", "a\u2028b", "x" * 5_000])
def test_a_text_comes_in_pieces_that_make_it_up_again(text: str) -> None:
    lines, more = in_text(text, [], [])
    assert "\n".join("".join(piece.text for piece in line) for line in lines) == text[:2_000]
    assert not more


CARD = "4111 1111 1111 1111"
"""A number that card schemes keep for tests."""


def test_a_card_in_a_paste_is_shown_masked_and_never_lies_on_the_disk(world: World, clerk: Person) -> None:
    token, page = paste(clerk, f"They charged my card {CARD} at pay-here.example yesterday.\n")
    assert CARD not in page
    assert "411111:1111:" in page
    files = [one for one in (world.services.data / "drafts").rglob("*") if one.is_file()]
    assert files
    assert not [one for one in files if b"4111" in one.read_bytes()]
    assert CARD in clerk.get(f"/submit?draft={token}").text, "the one who pasted it may change it"
    said = {"said": "yes", "collection": world.collection_id("Scams"), "tlp": "amber"}
    receipt = clerk.post(f"/submit/{token}", said, follow_redirects=True).text
    assert CARD not in receipt
    assert "[domain-name:value = 'pay-here.example']" in world.house.indicators()


def test_what_was_sealed_opens_in_its_own_browser_alone(world: World, clerk: Person) -> None:
    token, _ = paste(clerk, f"They charged my card {CARD} at pay-here.example yesterday.\n")
    elsewhere = world.person("clerk")
    assert "Begun in one browser" in elsewhere.get("/submit").text
    assert "begun in another browser" in elsewhere.get(f"/submit/{token}", follow_redirects=True).text
    assert "pay-here" in clerk.get(f"/submit/{token}").text
    again, _ = paste(clerk, "look at other.example please, and soon\n", draft=token)
    assert again == token
    assert "other[.]example" in elsewhere.get(f"/submit/{token}").text
