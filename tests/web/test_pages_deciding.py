"""The moderation page, disputes and statements, as people of every role see them."""

import io
import re
from typing import Any

import pytest
from web_world import SECRET, SECRET_VALUE, Person, World

from tocsin.ledger.database import Database
from tocsin.members.access import add_user
from tocsin.members.banks import set_banks
from tocsin.members.members import add_member, find_member, grant
from tocsin.publishing.exchange import set_four_eyes
from tocsin.reports.decisions import decisions_on
from tocsin.reports.disputes import list_disputes
from tocsin.reports.reports import Report
from tocsin.times import now_ms

IBAN = "GB33BUKB20201555555555"
PATTERN = f"[bank-account:iban = '{IBAN}']"
DOMAIN = "[domain-name:value = 'florist.example']"


def words_of(world: World, report: Report, n: int = 0) -> list[str]:
    with world.house.database.reading() as connection:
        return [one.what for one in decisions_on(connection, [(report.key, n)])[report.key, n]]


def second_desk(world: World) -> Person:
    with world.house.database.writing() as connection:
        key = find_member(connection, "police").key
        add_user(connection, "desk-2", key, "moderator", "a long enough password", now_ms())
    return world.person("desk-2")


def both(world: World, value: str = IBAN) -> None:
    for slug in ("bank-a", "bank-b"):
        world.house.submit(slug, f"{value}\n", name=slug)


def flashed(answer: Any) -> str:
    return " ".join(re.findall(r'<p class="message [^>]+>([^<]+)', answer.text))


def test_the_evidence_stands_beside_the_row(world: World) -> None:
    body = (
        f"iban,role,crime,first seen,last seen,confidence,note\n{IBAN},mule,bec,2026-01-02,2026-01-09,80,three calls\n"
    )
    report = world.house.submit("bank-a", body, name="list.csv")
    other = world.house.submit("bank-a", f"iban\n{IBAN}\n", name="other.csv")
    desk = world.person("desk")
    for url in ("/held", f"/held/{report.id}/2"):
        text = desk.get(url).text
        for shown in ("mule", "2026-01-02", "2026-01-09", "80 of 100", "three calls", "Bank A", "1 of 2"):
            assert shown in text, (url, shown)
    assert f"/held/{other.id}/2" in desk.get(f"/held/{report.id}/2").text
    assert "Waits in 1 other row too" in desk.get("/held").text


def test_what_the_moderator_cannot_read_is_no_duplicate(world: World) -> None:
    both(world)
    world.house.submit("bank-b", f"{IBAN}\n", to=(SECRET,))
    world.index()
    world.house.collection("Other")
    report = world.house.submit("bank-a", f"{IBAN}\n", to=("Other",))
    text = world.person("desk").get(f"/held/{report.id}/1").text
    assert "/indicators/" in text
    assert SECRET not in text
    assert world.collection_id(SECRET) not in text


def test_the_same_published_account_is_a_likely_duplicate(world: World) -> None:
    both(world)
    world.index()
    world.house.collection("Other")
    report = world.house.submit("bank-a", f"{IBAN}\n", to=("Other",))
    text = world.person("desk").get(f"/held/{report.id}/1").text
    assert world.indicator_url("Scams", PATTERN) in text
    assert "search is down" in world.without_search().person("desk").get(f"/held/{report.id}/1").text


@pytest.mark.parametrize(("login", "status"), [("clerk", 403), ("inspector", 403), ("auditor", 403), ("desk", 200)])
def test_who_opens_one_row(world: World, login: str, status: int) -> None:
    report = world.house.submit("bank-a", f"{IBAN}\n")
    assert world.person(login).get(f"/held/{report.id}/1").status_code == status
    correction = {"kind": "domain", "value": "a.example"}
    posted = world.person(login).post(f"/held/{report.id}/1/correct/0", correction)
    assert posted.status_code == (302 if status == 200 else status)


@pytest.mark.parametrize("url", ["/held/nothing/1", "/held/{}/7", "/held/{}/x"])
def test_a_row_that_is_not_there_is_404(world: World, url: str) -> None:
    report = world.house.submit("bank-a", f"{IBAN}\n")
    assert world.person("desk").get(url.format(report.id)).status_code == 404


def test_others_voices_are_for_moderators_alone(world: World) -> None:
    world.house.collection("Other")
    world.house.submit("bank-b", f"{IBAN}\n")
    world.house.submit("bank-a", f"{IBAN}\n", to=("Other",))
    text = world.person("clerk").get("/held").text
    assert "independent members" not in text
    assert "other row" not in text
    assert "Bank B" not in text


def test_asking_back_and_answering(world: World) -> None:
    report = world.house.submit("bank-a", f"{IBAN}\n")
    desk, clerk = world.person("desk"), world.person("clerk")
    assert desk.post(f"/held/{report.id}/1", {"decision": "ask"}).status_code == 400
    desk.post("/held", {"place": f"{report.key}:1", "decision": "ask", "reason": "Who saw it?"})
    assert "Who saw it?" in clerk.get("/").text
    page = clerk.get(f"/reports/{report.id}").text
    assert "Who saw it?" in page
    assert "desk" not in page.partition("<main")[2].partition("</main")[0]
    assert "a moderator" in page
    url = f"/reports/{report.id}/answer/0"
    assert world.person("clerk-b").post(url, {"answer": "me"}).status_code == 404
    assert desk.post(url, {"answer": "me"}).status_code == 404
    refused = clerk.post(url, {"answer": "The STR was filed"})
    assert refused.status_code == 400
    assert "secret by law" in refused.text
    assert "Answered." in clerk.post(url, {"answer": "Our branch."}, follow_redirects=True).text
    for seen in ("/held", f"/held/{report.id}/1"):
        assert "Our branch." in desk.get(seen).text
    assert "any more" in clerk.post(url, {"answer": "Again."}, follow_redirects=True).text
    assert world.house.counts(report) == {"held": 1}


def test_a_correction_shows_both_to_the_contributor(world: World) -> None:
    report = world.house.submit("bank-a", f"{IBAN}\n")
    desk = world.person("desk")
    wrong = desk.post(f"/held/{report.id}/1/correct/0", {"kind": "domain", "value": "no domain"})
    assert wrong.status_code == 400
    assert 'id="value-0-error"' in wrong.text
    assert 'value="no domain"' in wrong.text
    done = desk.post(
        f"/held/{report.id}/1/correct/0", {"kind": "domain", "value": "florist.example"}, follow_redirects=True
    )
    assert "It is accepted now" in done.text
    page = world.person("clerk").get(f"/reports/{report.id}").text
    for shown in ("florist[.]example", f"As it was written: {IBAN}", "Corrected", "a moderator"):
        assert shown in page
    answer = world.person("clerk").get(f"/api/v1/reports/{report.id}").json
    assert answer is not None
    assert answer["decisions"][0]["by"] == "a moderator"
    assert answer["decisions"][0]["before"]["value"] == IBAN
    staff = world.person("auditor").get(f"/api/v1/reports/{report.id}").json
    assert staff is not None
    assert staff["decisions"][0]["by"] == "desk"


def test_four_eyes_on_the_page(world: World) -> None:
    with world.house.database.writing() as connection:
        set_four_eyes(connection, True)
    report = world.house.submit("bank-a", f"{IBAN}\n")
    own = world.house.submit("bank-c", "+442079460958\n")
    desk, other = world.person("desk"), second_desk(world)
    ticked = {"place": [f"{report.key}:1", f"{own.key}:1"], "decision": "approve"}
    answer = desk.post("/held", ticked, follow_redirects=True)
    assert "1 proposed." in flashed(answer)
    assert "your own organisation" in flashed(answer)
    assert "Proposed by desk" in other.get("/held").text
    assert "Proposed by" not in world.person("clerk").get("/held").text
    assert "1 approved and published." in flashed(other.post(f"/held/{report.id}/1", ticked, follow_redirects=True))
    assert words_of(world, report) == ["proposed", "approved"]
    assert words_of(world, own) == []


@pytest.fixture
def nameless(world: World) -> tuple[World, Report]:
    """A report that bank-a handed in without its name, among enough readers."""
    with world.house.database.writing() as connection:
        made = add_member(connection, "bank-d", "Bank D", "bank", "SG", now_ms())
        grant(connection, world.house.collections["Scams"].key, made.key, read=True)
    body = f"iban,note\n{IBAN},our branch in Hill Street\nnot an iban of Mr Tan,\n"
    return world, world.house.submit("bank-a", body, name="bank-a-cases.csv", unattributed=True)


TELLING = ("Bank A", "bank-a-cases", "bank-a/", "Hill Street", "Mr Tan", "clerk")


@pytest.mark.parametrize("login", ["desk", "admin", "auditor"])
def test_without_a_name_nobody_else_learns_whose_it_is(nameless: tuple[World, Report], login: str) -> None:
    world, report = nameless
    person = world.person(login)
    urls = ["/reports", f"/reports/{report.id}", f"/reports/{report.id}/exceptions.csv", f"/api/v1/reports/{report.id}"]
    if login != "auditor":
        urls += ["/held", f"/held/{report.id}/2", "/"]
    for url in urls:
        text = person.get(url).text
        assert [word for word in TELLING if word in text] == [], url
        assert report.sha256 not in text
    if login != "auditor":
        assert "Source " in person.get("/held").text


def test_without_a_name_ones_own_people_see_their_own(nameless: tuple[World, Report]) -> None:
    world, report = nameless
    text = world.person("clerk").get(f"/reports/{report.id}").text
    assert "bank-a-cases.csv" in text
    assert "Mr Tan" in text
    assert "Hill Street" in world.person("clerk").get("/held").text


def test_without_a_name_an_answer_has_none(nameless: tuple[World, Report]) -> None:
    world, report = nameless
    desk, clerk = world.person("desk"), world.person("clerk")
    desk.post(f"/held/{report.id}/2", {"decision": "ask", "reason": "Since when?"})
    clerk.post(f"/reports/{report.id}/answer/0", {"answer": "Since May."})
    text = desk.get(f"/held/{report.id}/2").text
    assert "Since May." in text
    assert "the contributor" in text
    assert "clerk" not in text


def contest(world: World, login: str, pattern: str = DOMAIN, title: str = "Scams", **form: str) -> Any:
    url = world.indicator_url(title, pattern)
    return world.person(login).post(f"{url}/dispute", {"reason": "A florist.", **form}, follow_redirects=True)


def only_dispute(world: World) -> Any:
    with world.house.database.reading() as connection:
        (found,) = list_disputes(connection)
    return found


def test_whoever_reads_it_contests_it_and_readers_see_the_mark_alone(world: World) -> None:
    world.house.submit("bank-b", "florist.example\n")
    assert "marked as disputed" in flashed(contest(world, "inspector"))
    url = world.indicator_url("Scams", DOMAIN)
    text = world.person("clerk").get(url).text
    assert "Disputed since" in text
    assert "A florist." not in text
    assert "inspector" not in text
    assert "Contest it" not in text
    assert "A florist." in world.person("inspector").get("/disputes").text
    assert "Nothing is disputed." in world.person("clerk").get("/disputes").text
    assert "disputed already" in flashed(contest(world, "clerk"))


def test_what_one_cannot_read_cannot_be_contested(world: World) -> None:
    url = world.indicator_url(SECRET, f"[domain-name:value = '{SECRET_VALUE}']")
    assert world.person("clerk").post(f"{url}/dispute", {"reason": "x"}).status_code == 404
    assert world.person("clerk").post(f"{url}/state", {"status": "open", "source": "x"}).status_code == 404
    with world.house.database.reading() as connection:
        assert list_disputes(connection) == []


@pytest.mark.parametrize("form", [{"reason": ""}, {"due": "2020-01-01"}, {"due": "soon"}, {"decider": "clerk"}])
def test_a_dispute_that_cannot_be_opened_says_why(world: World, form: dict[str, str]) -> None:
    world.house.submit("bank-b", "florist.example\n")
    answer = contest(world, "desk", **form)
    assert 'class="message error"' in answer.text
    with world.house.database.reading() as connection:
        assert list_disputes(connection) == []


def test_an_ordinary_user_names_no_decider(world: World) -> None:
    world.house.submit("bank-b", "florist.example\n")
    contest(world, "clerk", decider="clerk", due="2020-01-01")
    assert only_dispute(world).decider in ("admin", "desk")


def test_the_named_person_decides_on_the_page(world: World) -> None:
    world.house.submit("bank-b", "florist.example\n")
    contest(world, "desk", decider="admin")
    one = only_dispute(world)
    url = f"/disputes/{one.id}"
    assert world.person("clerk").post(f"{url}/decide", {"outcome": "upheld"}).status_code == 403
    said = {"outcome": "withdrawn", "reason": "We rang them."}
    assert world.person("desk").post(f"{url}/decide", said).status_code == 403
    assert "Decide it" not in world.person("desk").get("/disputes").text
    admin = world.person("admin")
    assert admin.post(f"{url}/decide", {**said, "reason": ""}).status_code == 400
    assert admin.post(f"{url}/decide", {**said, "outcome": "x"}).status_code == 400
    assert admin.post("/disputes/nothing/decide", said).status_code == 404
    assert "Decided: withdrawn" in flashed(admin.post(f"{url}/decide", said, follow_redirects=True))
    assert DOMAIN not in world.house.indicators()


def test_handing_over_and_what_the_home_page_says(world: World) -> None:
    world.house.submit("bank-b", "florist.example\n")
    contest(world, "desk", decider="admin")
    one = only_dispute(world)
    assert world.person("admin").post(f"/disputes/{one.id}/hand-over", {"decider": "clerk"}).status_code == 400
    world.person("admin").post(f"/disputes/{one.id}/hand-over", {"decider": "desk"})
    assert only_dispute(world).decider == "desk"
    assert "1 dispute is open" in world.person("desk").get("/").text
    with world.house.database.writing() as connection:
        connection.exec_driver_sql("UPDATE disputes SET due_ms = 1")
    assert "1 overdue" in world.person("desk").get("/").text
    assert "overdue" in world.person("admin").get("/disputes").text
    assert "dispute" not in world.person("clerk").get("/").text.partition("<main")[2].partition("</main")[0]


def banks(database: Database, slug: str, *codes: tuple[str, str]) -> None:
    with database.writing() as connection:
        set_banks(connection, find_member(connection, slug).key, codes)


def test_the_accounts_bank_states_on_the_page_and_nothing_else_leaves(world: World) -> None:
    both(world)
    banks(world.house.database, "bank-a", ("GB", "BUKB"))
    url = world.indicator_url("Scams", PATTERN)
    clerk = world.person("clerk")
    assert "as the account’s bank" in clerk.get(url).text
    assert "as the account’s bank" not in world.person("clerk-b").get(url).text
    said = {"status": "closed", "source": "branch ledger 12"}
    assert "own bank" in flashed(world.person("clerk-b").post(f"{url}/state", said, follow_redirects=True))
    assert "Say how you know" in flashed(clerk.post(f"{url}/state", {"status": "closed"}, follow_redirects=True))
    assert "Stated." in flashed(clerk.post(f"{url}/state", said, follow_redirects=True))
    assert "branch ledger 12" in clerk.get(url).text
    for login in ("clerk-b", "inspector", "desk", "auditor"):
        text = world.person(login).get(url).text
        assert "states that it is closed" in text
        assert "branch ledger 12" not in text


def test_a_victim_is_disputed_on_the_page(world: World) -> None:
    both(world)
    banks(world.house.database, "bank-a", ("GB", "BUKB"))
    url = world.indicator_url("Scams", PATTERN)
    world.person("clerk").post(f"{url}/state", {"status": "customer-is-victim", "source": "the case"})
    text = world.person("inspector").get(url).text
    assert "its customer is a victim" in text
    assert "Disputed since" in text


def test_a_file_that_states_a_filing_leaves_no_draft(world: World) -> None:
    upload = (io.BytesIO(f"iban,STR filed\n{IBAN},Y\n".encode()), "cases.csv")
    form = {"text": "", "tlp": "green", "collection": world.collection_id("Scams")}
    answer = world.person("clerk").post("/submit", {**form, "file": upload})
    assert answer.status_code == 400
    assert "The column “STR filed”" in answer.text
    folder = world.services.data / "drafts"
    assert not [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "url", ["/held/x/1", "/held/x/1/correct/0", "/disputes/x/decide", "/disputes/x/hand-over", "/reports/x/answer/0"]
)
def test_every_form_needs_its_token(world: World, url: str) -> None:
    assert world.person("admin").client.post(url, data={"reason": "x"}).status_code == 400


def test_a_withdrawal_says_nothing_of_filings(world: World) -> None:
    report = world.house.submit("bank-b", "florist.example\n")
    for url in (f"/reports/{report.id}/withdraw", world.indicator_url("Scams", DOMAIN) + "/withdraw"):
        answer = world.person("desk").post(url, {"reason": "An STR was filed."}, follow_redirects=True)
        assert "secret by law" in flashed(answer)
    assert DOMAIN in world.house.indicators()
