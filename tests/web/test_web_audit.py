"""The page of the audit trail: who sees what of it, and what every other page notes in it."""

import csv
import io
import re
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from web_world import PASSWORD, PEOPLE, SECRET, SECRET_VALUE, Person, World

from tocsin.members import audit as trail
from tocsin.members.audit_entries import Actor
from tocsin.members.audit_seeing import OWNER, Asked, Seen
from tocsin.web import audit as page

VALUE = "parcel-fee.example"
PATTERN = f"[domain-name:value = '{VALUE}']"
RESTRICTED = f"[domain-name:value = '{SECRET_VALUE}']"


def noted(world: World, **asked: Any) -> list[Seen]:
    return world.services.audit.seen_by(OWNER, Asked(**asked))


def actions(world: World) -> list[str]:
    return [one.action for one in reversed(noted(world))]


@pytest.fixture
def shared(world: World) -> World:
    """Something that all may read, marked AMBER, and its neighbour marked GREEN."""
    world.house.submit("bank-a", f"{VALUE}\n", tlp="amber")
    world.house.submit("bank-a", "green.example\n", tlp="green")
    world.index()
    return world


def test_a_question_is_a_token_with_its_number_of_hits(shared: World) -> None:
    shared.person("inspector").get("/search", query_string={"q": "Parcel-Fee[.]example", "kind": "domain"})
    shared.person("inspector").get("/search")
    asked, everything = reversed(noted(shared))
    assert (asked.actor, asked.action) == ("police/inspector", "search")
    assert asked.details == {"hits": 1, "narrowed_by": ["kind"], "page": 1}
    assert asked.tokens == (shared.services.audit.secret.value(VALUE),)
    assert everything.tokens == ()


def test_the_api_notes_as_the_pages_do(shared: World) -> None:
    token = shared.token_of("police")
    url = shared.indicator_url("Scams", PATTERN)
    for path in (f"/search?q={VALUE}", url):
        assert shared.app.test_client().get(f"/api/v1{path}", headers=token).status_code == 200
    assert shared.app.test_client().get("/api/v1/search", headers={"Authorization": "Bearer no"}).status_code == 401
    told = [(one.actor, one.action) for one in reversed(noted(shared))]
    assert told == [("police/machine", "search"), ("police/machine", "read"), ("nobody", "sign-in-refused")]
    assert len(noted(shared, values=(VALUE,))) == 2


@pytest.mark.parametrize("ending", ["", ".json"])
def test_reading_what_is_restricted_is_noted_and_no_more(shared: World, ending: str) -> None:
    inspector = shared.person("inspector")
    green = shared.indicator_url("Scams", "[domain-name:value = 'green.example']")
    assert inspector.get(green + ending).status_code == 200
    assert actions(shared) == []
    assert inspector.get(shared.indicator_url("Scams", PATTERN) + ending).status_code == 200
    (seen,) = noted(shared)
    assert (seen.action, seen.target, seen.details) == ("read", shared.collection_id("Scams"), {"tlp": "amber"})
    assert noted(shared, values=(VALUE,)) == [seen]


def test_what_is_not_there_for_somebody_is_not_noted_as_read(shared: World) -> None:
    assert shared.person("clerk").get(shared.indicator_url(SECRET, RESTRICTED)).status_code == 404
    assert actions(shared) == []


def test_reports_of_others_are_noted_and_ones_own_are_not(shared: World) -> None:
    report = shared.house.submit("bank-a", "again.example\n", tlp="amber")
    shared.person("clerk").get(f"/reports/{report.id}")
    assert actions(shared) == []
    shared.person("desk").get(f"/reports/{report.id}")
    shared.person("clerk").get(f"/reports/{report.id}/exceptions.csv")
    told = [(one.actor, one.action, one.target) for one in reversed(noted(shared))]
    assert told == [("bank-c/desk", "read", report.id), ("bank-a/clerk", "export", report.id)]


def held(world: World) -> tuple[str, str]:
    """A report that waits: its id, and the place of its row on the page."""
    report = world.house.submit("bank-a", "+65 9123 4567\n", tlp="amber")
    return report.id, f"{report.key}:{world.house.verdicts(report)[0].row}"


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_decisions_are_noted(world: World, action: str) -> None:
    report_id, place = held(world)
    world.person("desk").post("/held", {"place": place, "decision": action, "reason": "Case Nightjar"})
    told = [(one.actor, one.action, one.target, one.details) for one in noted(world)]
    assert told == [("bank-c/desk", action, report_id, {"rows": [1]})]


def test_strangers_cannot_fill_the_trail_with_made_up_invitations(world: World) -> None:
    form = {"login": "stranger", "new": "a long enough password", "again": "a long enough password"}
    assert world.person().post("/invitation/" + "x" * 43, form).status_code == 404
    assert noted(world) == []


def test_looking_at_what_others_have_waiting_is_noted(world: World) -> None:
    held(world)
    world.person("clerk").get("/held")
    assert noted(world) == []
    world.person("desk").get("/held")
    assert [(one.actor, one.target) for one in noted(world)] == [("bank-c/desk", "held")]


def test_signing_in_and_out_and_being_refused(world: World) -> None:
    someone = world.person()
    for login, password in (("clerk", "wrong password"), (PASSWORD, "clerk"), ("clerk", PASSWORD)):
        page = someone.get("/sign-in").text
        token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
        someone.client.post("/sign-in", data={"csrf_token": token, "login": login, "password": password})
    someone.post("/sign-out")
    # the first is written at once, the others within a second
    assert sorted((one.actor, one.action, len(one.tokens)) for one in noted(world)) == [
        ("bank-a/clerk", "sign-in", 0),
        ("bank-a/clerk", "sign-in-refused", 0),
        ("bank-a/clerk", "sign-out", 0),
        ("nobody", "sign-in-refused", 1),
    ]


def test_nothing_in_clear_stands_in_the_files(shared: World) -> None:
    inspector, desk = shared.person("inspector"), shared.person("desk")
    inspector.get(f"/search?q={VALUE}")
    inspector.get(shared.indicator_url("Scams", PATTERN))
    inspector.get("/audit", query_string={"value": VALUE})
    desk.post(f"{shared.indicator_url('Scams', PATTERN)}/withdraw", {"reason": f"wrong about {VALUE}"})
    shared.services.audit.flush()
    kept = b"".join(path.read_bytes() for path in shared.services.data.glob("audit.*"))
    assert VALUE.encode() not in kept
    assert shared.house.collections["Scams"].id.encode() in kept


def test_a_decision_that_cannot_be_noted_does_not_go_through(shared: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, place = held(shared)
    url = shared.indicator_url("Scams", PATTERN)
    desk, clerk = shared.person("desk"), shared.person("clerk")
    token, form = desk.token(), clerk.token()
    report = shared.house.submit("bank-a", "mine.example\n")

    def refuse(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(trail, "append_batch", refuse)
    tried = [
        desk.client.post("/held", data={"csrf_token": token, "place": place, "decision": "approve"}),
        desk.client.post("/held", data={"csrf_token": token, "place": place, "decision": "reject", "reason": "no"}),
        desk.client.post(f"{url}/withdraw", data={"csrf_token": token, "reason": "wrong"}),
        clerk.client.post(f"/reports/{report.id}/withdraw", data={"csrf_token": form, "reason": "wrong"}),
    ]
    assert [one.status_code for one in tried] == [503] * 4
    assert "could not be recorded" in tried[0].text
    assert set(shared.house.indicators()) >= {PATTERN, "[domain-name:value = 'mine.example']"}
    monkeypatch.undo()
    assert place in desk.get("/held").text
    assert not noted(shared, actions=("approve",))


def test_a_sign_in_that_cannot_be_noted_does_not_go_through(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    someone = world.person()
    token = re.findall(r'name="csrf_token" value="([^"]+)"', someone.get("/sign-in").text)[0]

    def refuse(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(trail, "append_batch", refuse)
    answer = someone.client.post("/sign-in", data={"csrf_token": token, "login": "clerk", "password": PASSWORD})
    assert answer.status_code == 503
    assert someone.get("/").status_code == 302


@pytest.fixture
def lived(shared: World) -> World:
    """The police searched, read, polled, came and went; the bank decided and handed in without its name."""
    audit, inspector = shared.services.audit, Actor("police/inspector", "police")
    for action in ("sign-in", "sign-out", "export", "enquiry"):
        audit.note(inspector, action, ("report", "the-police-report"), values=[VALUE])
    audit.poll(Actor("police/machine", "police"), "objects", "the-polled-collection", (("value", (VALUE,)),), 1, 2)
    audit.note(Actor("bank-a/clerk", "bank-a"), "hand-in", ("report", "the-hidden-report"), unattributed=True)
    audit.note(Actor("bank-c/desk", "bank-c"), "approve", ("report", "decided"), values=[VALUE])
    shared.person("inspector").get(f"/search?q={VALUE}")
    shared.person("inspector").get(shared.indicator_url("Scams", PATTERN))
    return shared


THEIRS = ("inspector", "police", "the-police-report", "the-polled-collection")
TWINS = ("/audit", "/audit.json", "/audit.csv")
QUESTIONS = (
    {},
    {"actor": "police"},
    {"actor": "police/inspector"},
    {"value": VALUE},
    {"action": "search"},
    {"action": "poll"},
    {"actor": "police", "action": "search", "value": VALUE},
)


def answers(person: Person) -> list[str]:
    """Every answer to every question, without the words that were asked."""
    texts = []
    for path in TWINS:
        for question in QUESTIONS:
            answer = person.get(path, query_string=question)
            assert answer.status_code == 200
            rows = answer.text.split("<tbody>")[-1].split("</table>")[0] if path == "/audit" else answer.text
            texts.append(rows if path != "/audit" or "<tbody>" in answer.text else "")
    return texts


@pytest.mark.parametrize("login", sorted(PEOPLE))
def test_what_an_agency_asks_and_polls_is_invisible_to_other_members(lived: World, login: str) -> None:
    own = PEOPLE[login][0] == "police"
    text = "\n".join(answers(lived.person(login)))
    token = lived.services.audit.secret.value(VALUE)
    found = [word for word in THEIRS if word in text]
    assert found == (list(THEIRS) if own else []), found
    mine = "bank-c" in PEOPLE[login][0]
    assert (token in text) is (own or mine), "the token of one's own entries alone"


@pytest.mark.parametrize("login", sorted(PEOPLE))
def test_every_other_page_is_silent_about_the_trail(lived: World, login: str) -> None:
    """Nothing that is noted comes back by another way."""
    if PEOPLE[login][0] == "police":
        return
    person, token = lived.person(login), lived.services.audit.secret.value(VALUE)
    for path in ("/", "/search?q=", "/reports", "/held", "/collections", "/polling", "/api/v1/collections"):
        text = person.get(path).text
        assert token not in text
        assert "the-police-report" not in text


@pytest.mark.parametrize(("login", "sees"), [("auditor", True), ("admin", True), ("desk", False), ("clerk", False)])
def test_whoever_oversees_sees_that_there_are_entries(lived: World, login: str, sees: bool) -> None:
    entries = lived.person(login).get("/audit.json").json["entries"]
    veiled = [one for one in entries if one["veiled"]]
    theirs = [one for one in veiled if one["action"] in ("search", "poll", "read", "export", "enquiry")]
    assert (len(theirs) == 5) is sees
    assert all(one["actor"] == "another member" for one in veiled)
    assert {(one["target"], one["target_kind"], *one["tokens"], *one["details"]) for one in veiled} <= {(None, None)}
    assert all(one["batch"] for one in veiled)


@pytest.mark.parametrize("question", [q for q in QUESTIONS if "actor" in q or "value" in q])
def test_a_filter_on_what_is_veiled_finds_nothing_of_it(lived: World, question: dict[str, str]) -> None:
    entries = lived.person("auditor").get("/audit.json", query_string=question).json["entries"]
    assert [one for one in entries if one["veiled"]] == []
    assert {one["actor"] for one in entries} <= {"bank-c/desk", "bank-c/auditor"}


def test_decisions_are_open_to_whoever_oversees(lived: World) -> None:
    lived.services.audit.note(Actor("bank-b/other", "bank-b"), "hold-set", ("report", "kept"), values=[VALUE])
    entries = lived.person("auditor").get("/audit.json?action=hold-set").json["entries"]
    assert [(one["actor"], one["target"], one["tokens"]) for one in entries] == [("bank-b/other", "kept", [])]
    assert entries[0]["details"] == {"value": "kept as a token"}
    assert lived.person("clerk").get("/audit.json?action=hold-set").json["entries"] == []


def test_a_source_is_found_by_its_own_people_and_nobody_else(lived: World) -> None:
    own = lived.person("clerk").get("/audit.json?actor=bank-a").json["entries"]
    assert ("unattributed", "the-hidden-report") in [(one["actor"], one["target"]) for one in own]
    for login in ("clerk-b", "desk", "admin", "auditor", "inspector"):
        for question in ("", "?actor=bank-a", "?actor=unattributed", "?action=hand-in"):
            text = lived.person(login).get(f"/audit.json{question}").text
            assert "the-hidden-report" not in text
            assert "unattributed:" not in text


def test_the_trail_is_for_people_who_are_signed_in(world: World) -> None:
    for path in TWINS:
        assert world.person().get(path).status_code == 302


def test_looking_at_the_trail_is_noted(world: World) -> None:
    world.services.audit.note(Actor("bank-b/other", "bank-b"), "hold-set")
    for login in ("clerk-b", "auditor"):
        world.person(login).get("/audit")
    world.person("auditor").get("/audit.csv")
    told = [(one.actor, one.action, one.target) for one in reversed(noted(world, actor="bank-c"))]
    assert told == [("bank-c/auditor", "read", "audit"), ("bank-c/auditor", "export", "audit")]
    assert noted(world, actions=("read",), actor="bank-b") == []


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"since": "31.1.2026"}, "Write the day as year, month, day"),
        ({"until": "2026-02-30"}, "Write the day as year, month, day"),
        ({"since": "2026-02-01", "until": "2026-01-31"}, "The last day lies before the first."),
        ({"action": "gossip"}, "Choose one of the list."),
    ],
)
def test_a_question_that_cannot_be_says_where(world: World, question: dict[str, str], words: str) -> None:
    answer = world.person("auditor").get("/audit", query_string=question)
    assert answer.status_code == 400
    assert words in answer.text
    assert "There is a problem" in answer.text


def test_days_narrow_and_an_empty_answer_says_so(lived: World) -> None:
    auditor = lived.person("auditor")
    assert "Nothing in the trail is like that." in auditor.get("/audit?until=2001-01-01").text
    assert "bank-c/<wbr>desk" in auditor.get("/audit?since=2001-01-01").text
    assert "Nothing has been recorded yet." in lived.person("clerk-b").get("/audit").text


def test_many_entries_have_pages_and_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE", 2)
    monkeypatch.setattr(page, "FARTHEST", 2)
    for n in range(5):
        world.services.audit.note(Actor("bank-b/other", "bank-b"), "hold-set", ("report", f"r{n}"))
    clerk = world.person("clerk-b")
    assert re.findall(r'class="id" href="/reports/(r\d)"', clerk.get("/audit").text) == ["r4", "r3"]
    last = clerk.get("/audit?page=2").text
    assert re.findall(r'class="id" href="/reports/(r\d)"', last) == ["r2", "r1"]
    assert "There are more." in last
    assert clerk.get("/audit?page=9").text.count("/reports/r") == last.count("/reports/r")


def test_a_file_tells_whether_there_is_more_and_no_formula(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MOST_IN_FILE", 1)
    for n in range(2):
        world.services.audit.note(Actor("bank-b/other", "bank-b"), "user", ("user", f"=cmd{n}"))
    clerk = world.person("clerk-b")
    answer = clerk.get("/audit.json").json
    assert (len(answer["entries"]), answer["more"]) == (1, True)
    rows = list(csv.DictReader(io.StringIO(clerk.get("/audit.csv?action=user").text.removeprefix("\ufeff"))))
    assert [row["target"] for row in rows] == ["'=cmd1"]


def test_a_poll_is_told_in_words(lived: World) -> None:
    rows = lived.person("inspector").get("/audit?action=poll").text
    for words in ("police/<wbr>machine", "value (1)", "1970-01-01T00:00:00.001Z", "the-polled-collection"):
        assert words in rows


def test_decisions_can_be_asked_for_alone(lived: World) -> None:
    entries = lived.person("auditor").get("/audit.json?action=decisions").json["entries"]
    assert [one["action"] for one in entries] == ["approve"]
