"""Pages and API on which members edit what they handed in, say what they know of others' indicators, and learn."""

import re
from typing import Any

import orjson
import pytest
from house import START
from voting_house import weigh_all
from web_world import SECRET, SECRET_VALUE, World

from tocsin.ledger.receipts import Receipt
from tocsin.members.members import add_member, find_member, grant
from tocsin.members.tables import users
from tocsin.reports.loss import Loss
from tocsin.reports.reports import find_report
from tocsin.times import now_ms
from tocsin.web import proposals

VALUE = "florist.example"
PATTERN = f"[domain-name:value = '{VALUE}']"
MORE = ("bank-d", "bank-e", "bank-f")


@pytest.fixture
def wide(world: World) -> World:
    """The exchange with three more readers, and an indicator of bank A's."""
    with world.house.database.writing() as connection:
        for slug in MORE:
            member = add_member(connection, slug, slug.replace("-", " ").title(), "bank", "SG", START)
            grant(connection, world.house.collections["Scams"].key, member.key, read=True, write=True)
            who = {"login": f"clerk-{slug[-1]}", "member_key": member.key, "role": "contributor"}
            connection.execute(users.insert().values(**who, password_hash="none", created_ms=START))
    world.house.submit("bank-a", f"{VALUE}\nother.example\n", name="list.txt")
    return world


def url_of(world: World, pattern: str = PATTERN) -> str:
    return world.indicator_url("Scams", pattern)


def report_of(world: World, login: str = "clerk") -> str:
    return str(re.findall(r'href="(/reports/[0-9a-f-]{36})"', world.person(login).get("/reports").text)[0])


def test_a_reader_says_what_it_knows_and_takes_it_back(wide: World) -> None:
    clerk, url = wide.person("clerk-b"), url_of(wide)
    assert "Nobody has said yet" in clerk.get(url).text
    answer = clerk.post(f"{url}/vote", {"says": "false", "why": "shared"}, follow_redirects=True)
    assert "you call it wrong" in answer.text
    assert "Your organisation says:" in answer.text
    weigh_all(wide.house)
    for login in ("clerk-b", "clerk-d"):
        assert "1 independent reader calls it wrong" in wide.person(login).get(url).text
    assert "Your organisation says:" not in wide.person("clerk-d").get(url).text
    clerk.post(f"{url}/vote", {"says": "nothing"})
    weigh_all(wide.house)
    assert "Nobody has said yet" in clerk.get(url).text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"says": "gossip"}, "Choose whether you saw it"),
        ({"says": "false"}, "Choose why it is wrong."),
        ({"says": "false", "why": "gossip"}, "Choose why it is wrong."),
    ],
)
def test_what_cannot_be_said_is_told_so(wide: World, data: dict[str, str], words: str) -> None:
    assert words in wide.person("clerk-b").post(f"{url_of(wide)}/vote", data, follow_redirects=True).text


def test_a_source_is_sent_to_its_own_report(wide: World) -> None:
    page = wide.person("clerk").get(url_of(wide)).text
    assert "Your organisation reports it itself" in page
    assert 'name="says"' not in page
    told = wide.person("clerk").post(f"{url_of(wide)}/vote", {"says": "seen"}, follow_redirects=True).text
    assert "correct or withdraw your own report" in told


def test_where_few_read_it_is_asked_whether_they_know(world: World) -> None:
    url = world.indicator_url(SECRET, f"[domain-name:value = '{SECRET_VALUE}']")
    inspector = world.person("inspector")
    assert "We accept that the others may tell it was us" in inspector.get(url).text
    assert "may tell who spoke" in inspector.post(f"{url}/vote", {"says": "seen"}, follow_redirects=True).text
    data = {"says": "seen", "known": "yes"}
    assert "Noted: you saw it" in inspector.post(f"{url}/vote", data, follow_redirects=True).text


def test_nobody_says_anything_of_what_it_does_not_read(world: World) -> None:
    url = world.indicator_url(SECRET, f"[domain-name:value = '{SECRET_VALUE}']")
    for end, data in (("vote", {"says": "seen"}), ("propose", {"what": "take back", "words": "x"})):
        assert world.person("clerk").post(f"{url}/{end}", data).status_code == 404
    headers = world.token_of("bank-a")
    client = world.app.test_client()
    assert client.get(f"/api/v1{url}/votes", headers=headers).status_code == 404
    assert client.post(f"/api/v1{url}/votes", headers=headers, json={"says": "seen"}).status_code == 404


def test_a_row_is_corrected_on_its_page(wide: World) -> None:
    clerk, report = wide.person("clerk"), report_of(wide)
    assert f"{report}/rows/0" in clerk.get(report).text
    page = clerk.get(f"{report}/rows/0").text
    assert "florist[.]example" in page
    wrong = clerk.post(f"{report}/rows/0/correct", {"kind": "domain", "value": "no domain"})
    assert wrong.status_code == 400
    assert 'value="no domain"' in wrong.text
    data = {"kind": "domain", "value": "right[.]example", "role": "", "crime": "phishing"}
    done = clerk.post(f"{report}/rows/0/correct", data, follow_redirects=True).text
    assert "Corrected. It is accepted now" in done
    assert "right[.]example" in done
    assert "florist[.]example became right[.]example" in done.replace("\n", " ")
    assert PATTERN not in wide.house.indicators()


def test_a_row_is_taken_back_on_its_page(wide: World) -> None:
    clerk, report = wide.person("clerk"), report_of(wide)
    assert clerk.post(f"{report}/rows/0/take-back", {"reason": " "}).status_code == 400
    done = clerk.post(f"{report}/rows/0/take-back", {"reason": "mistyped"}, follow_redirects=True).text
    assert "It is taken back." in done
    assert "Correct it" not in done
    assert set(wide.house.indicators()) == {"[domain-name:value = 'other.example']"}
    again = clerk.post(f"{report}/rows/0/take-back", {"reason": "mistyped"}, follow_redirects=True).text
    assert "It stood no more." in again


def test_rows_are_added_on_the_same_terms(wide: World) -> None:
    clerk, report = wide.person("clerk"), report_of(wide)
    assert "Write what is added" in clerk.post(f"{report}/add", {"text": " "}, follow_redirects=True).text
    done = clerk.post(f"{report}/add", {"text": "added.example\n"}, follow_redirects=True)
    assert "It adds to" in done.text
    assert "[domain-name:value = 'added.example']" in wide.house.indicators()
    assert "Added later" in clerk.get(report).text
    again = clerk.post(f"{report}/add", {"text": "added.example\n"}, follow_redirects=True)
    assert "You handed in the same before." in again.text


@pytest.mark.parametrize("login", ["clerk-b", "desk", "inspector"])
def test_nobody_edits_another_members_report(wide: World, login: str) -> None:
    person, report = wide.person(login), report_of(wide)
    paths: list[tuple[str, dict[str, Any] | None]] = [
        (f"{report}/rows/0", None),
        (f"{report}/feedback", None),
        (f"{report}/rows/0/correct", {"kind": "domain", "value": "x.example"}),
        (f"{report}/rows/0/take-back", {"reason": "x"}),
        (f"{report}/add", {"text": "x.example"}),
    ]
    for path, data in paths:
        answer = person.get(path) if data is None else person.post(path, data)
        assert answer.status_code == 404, path
    assert len(wide.house.indicators()) == 2


@pytest.mark.parametrize("n", [2, 99, 2**31, 10**12, 10**40])
def test_a_row_that_is_not_there(wide: World, n: int) -> None:
    assert wide.person("clerk").get(f"{report_of(wide)}/rows/{n}").status_code == 404


def test_a_proposal_goes_to_the_source_and_back(wide: World) -> None:
    reader, source, url = wide.person("clerk-b"), wide.person("clerk"), url_of(wide)
    data = {"kind": "domain", "value": "right.example", "role": "", "crime": "", "words": "It is mistyped."}
    page = reader.post(f"{url}/propose", data, follow_redirects=True).text
    assert "no answer yet" in page
    assert "1 correction is proposed" in source.get("/").text
    page = source.get("/proposals").text
    assert "It is mistyped." in page
    assert re.search(r"Asker \w{3}-\w{3}", page)
    assert "Bank B" not in page
    (decide,) = set(re.findall(r'action="(/proposals/[0-9a-f-]{36})"', page))
    assert reader.post(decide, {"decision": "take up"}).status_code == 404
    assert "Done in 1 of your rows" in source.post(decide, {"decision": "take up"}, follow_redirects=True).text
    page = reader.get("/proposals").text
    assert "taken up" in page
    assert "Bank A" not in page
    assert "[domain-name:value = 'right.example']" in wide.house.indicators()
    assert source.post(decide, {"decision": "decline"}).status_code == 404


def test_what_waits_is_shown_before_what_was_decided_since(wide: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, source = wide.person("clerk-b"), wide.person("clerk")
    for pattern in (PATTERN, "[domain-name:value = 'other.example']"):
        what = {"kind": "domain", "value": "right.example", "words": "It is mistyped."}
        reader.post(f"{url_of(wide, pattern)}/propose", what)
    page = source.get("/proposals").text
    assert "There are more" not in page
    newest = re.findall(r'action="(/proposals/[0-9a-f-]{36})"', page)[0]
    source.post(newest, {"decision": "decline"})
    monkeypatch.setattr(proposals, "_SHOWN", 1)
    page = source.get("/proposals").text
    assert "There are more: 1 of them are shown here." in page
    assert len(set(re.findall(r'action="/proposals/[0-9a-f-]{36}"', page))) == 1
    assert "There are more: 1 of them are shown here." in reader.get("/proposals").text


def test_a_proposal_that_cannot_be_is_told_so(wide: World) -> None:
    reader, url = wide.person("clerk-b"), url_of(wide)
    data = {"kind": "domain", "value": "nonsense", "words": "x"}
    assert 'id="propose-value-error"' in reader.post(f"{url}/propose", data).text
    data = {"what": "take back", "words": ""}
    assert "Say why" in reader.post(f"{url}/propose", data, follow_redirects=True).text


def test_moderators_see_that_others_propose_and_nothing_of_it(wide: World) -> None:
    wide.person("clerk-b").post(f"{url_of(wide)}/propose", {"what": "take back", "words": "It is mine."})
    page = wide.person("desk").get("/proposals").text
    assert "Between others" in page
    for word in ("It is mine.", "Bank B", "Bank A", "florist"):
        assert word not in page


def test_two_members_that_call_it_wrong_alert_the_source(wide: World) -> None:
    url, clerk = url_of(wide), wide.person("clerk")
    for login, why in (("clerk-b", "shared"), ("clerk-d", "honest")):
        assert "call wrong what you reported" not in clerk.get("/").text
        wide.person(login).post(f"{url}/vote", {"says": "false", "why": why})
    assert "2 members call wrong what you reported" in clerk.get("/").text
    page = clerk.get("/feedback").text
    for words in ("Honest people use it too", "It belongs to somebody honest.", "Correct it or take it back"):
        assert words in page
    assert "Bank B" not in page
    assert "Bank D" not in page
    (checked,) = set(re.findall(r'action="(/feedback/[^"]+/checked)"', page))
    assert wide.person("clerk-b").post(checked).status_code == 404
    assert "Noted." in clerk.post(checked, follow_redirects=True).text
    assert "Nothing that you report is called wrong" in clerk.get("/feedback").text
    assert clerk.post(checked).status_code == 404


def test_what_became_of_a_report(wide: World) -> None:
    report, url = report_of(wide), url_of(wide)
    page = wide.person("clerk").get(f"{report}/feedback").text
    assert "Fewer than 5 subscribers" in page
    position = max(entry.position for entry in wide.house.entries())
    for slug in ("bank-b", "bank-c", "police", *MORE):
        receipt = Receipt(f"{slug}/machine", wide.collection_id("Scams"), "", position, position, now_ms())
        wide.services.receipts.note(receipt)
    page = wide.person("clerk").get(f"{report}/feedback").text
    assert "<strong>6 subscribers</strong>" in page
    assert url in page
    found = wide.app.test_client().get(f"/api/v1{report}/feedback", headers=wide.token_of("bank-a")).json
    assert [row["published"][0]["fetched_by"] for row in found["rows"]] == [6, 6]
    for word in ("machine", "bank-b"):
        assert word not in page


def test_the_figure_is_for_the_member_and_administrators(wide: World) -> None:
    wide.house.submit("bank-a", "\n".join(f"n{n}.example" for n in range(30)), name="many.txt")
    assert "fewer than 20 rows" in wide.person("clerk").get("/feedback").text, "they were handed in years ago"
    assert "How good what it hands in is" in wide.person("admin").get("/members/bank-a").text
    assert wide.person("desk").get("/members/bank-a").status_code == 404


def test_the_api_says_and_tells_the_same(wide: World) -> None:
    client, headers, path = wide.app.test_client(), wide.token_of("bank-b"), f"/api/v1{url_of(wide)}/votes"
    assert client.get(path, headers=headers).json == {
        "seen_by": 0,
        "called_false_by": 0,
        "own": None,
        "can_be_guessed": False,
    }
    said = client.post(path, headers=headers, json={"says": "false", "why": "over"}).json
    assert (said["own"]["says"], said["own"]["why"]) == ("false", "over")
    weigh_all(wide.house)
    assert client.get(path, headers=headers).json["called_false_by"] == 1
    told = client.get("/api/v1/feedback", headers=headers).json
    assert [one["says"] for one in told["said"]] == ["false"]
    assert client.post(path, headers=headers, json={"says": "nothing"}).json["own"] is None


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b"{}", b'{"says": null}', b'{"says": ["seen"]}', b'{"says": {"a": 1}}', b'{"says": "gossip"}',
        b'{"says": "false"}', b'{"says": "false", "why": 7}', b'{"says": "seen", "known": "yes"}', b"\xff\xfe",
        b"9" * 5_000, b"[" * 20_000, orjson.dumps({"says": "false", "why": "x" * 100_000}),
    ],
)  # fmt: skip
def test_no_body_breaks_the_api(wide: World, body: bytes) -> None:
    path = f"/api/v1{url_of(wide)}/votes"
    answer = wide.app.test_client().post(path, headers=wide.token_of("bank-b"), data=body)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


def test_a_token_that_may_not_hand_in_says_nothing(wide: World) -> None:
    client, path = wide.app.test_client(), f"/api/v1{url_of(wide)}/votes"
    assert client.post(path, json={"says": "seen"}).status_code == 401
    auditor = wide.person("auditor")
    assert auditor.client.post(path, json={"says": "seen"}).status_code == 401
    assert auditor.post(f"{url_of(wide)}/vote", {"says": "seen"}).status_code == 403


def test_a_correction_without_a_name_is_nobodys_for_others(wide: World) -> None:
    report = wide.house.submit("bank-a", "unseen.example\n", name="unseen.txt", unattributed=True)
    clerk = wide.person("clerk")
    data = {"kind": "domain", "value": "seen.example", "role": "", "crime": ""}
    clerk.post(f"/reports/{report.id}/rows/0/correct", data)
    clerk.post(f"/reports/{report.id}/rows/0/take-back", {"reason": "Our teller Wilhelmina mistyped it."})
    added = clerk.post(f"/reports/{report.id}/add", {"text": "more.example"}, follow_redirects=True)
    assert "without the name" in added.text
    desk = wide.person("desk")
    for path in (f"/reports/{report.id}", f"/api/v1/reports/{report.id}", "/audit", "/reports"):
        page = desk.get(path).text
        for word in ("clerk", "Wilhelmina", "unseen.txt"):
            assert word not in page, path
    assert "the contributor" in desk.get(f"/reports/{report.id}").text
    assert clerk.get(f"/reports/{report.id}").status_code == 200
    with wide.house.database.reading() as connection:
        assert find_member(connection, "bank-a").key


def test_what_is_added_gets_no_roles_loss_or_reason_of_the_first_text(wide: World) -> None:
    clerk = wide.person("clerk")
    more = {"roles": {1: None}, "loss": Loss(100, "SGD"), "override": "It was taken over."}
    text = "From: evil@scam.example\nTo: someone@victim.example\n"
    first = wide.house.submit("bank-a", "first.example\nsecond.example\n", **more)
    added = clerk.post(f"/reports/{first.id}/add", {"text": text}).headers["Location"].rpartition("/")[2]
    with wide.house.database.reading() as connection:
        terms = find_report(connection, added).terms
    assert (terms.roles, terms.loss, terms.override) == ((), None, None)
    assert (terms.tlp, terms.collections) == (first.terms.tlp, first.terms.collections)


@pytest.mark.parametrize("text", ["kept.example\n" * 8_000, "The bank filed an STR about kept.example."])
def test_what_cannot_be_added_is_shown_again(wide: World, text: str) -> None:
    answer = wide.person("clerk").post(f"{report_of(wide)}/add", {"text": text})
    assert answer.status_code == 400
    assert "kept.example" in answer.text
    assert "There is a problem" in answer.text
    assert "Added as a report" not in answer.text


def test_a_proposal_with_a_mistake_keeps_what_was_written(wide: World) -> None:
    data = {"kind": "url", "value": "nonsense", "words": "A long reason.", "named": "yes", "crime": "phishing"}
    answer = wide.person("clerk-b").post(f"{url_of(wide)}/propose", data)
    assert answer.status_code == 400
    assert "A long reason.</textarea>" in answer.text
    assert 'value="nonsense"' in answer.text
    assert 'id="propose-value-error"' in answer.text
