"""What may be known of, on the pages and over the JSON API: one bit where all want it, and otherwise not a byte."""

import re
from collections.abc import Iterator

import pytest
from asking_house import (
    ASKER,
    HIDING,
    NOTHING,
    SECRET,
    SHOWING,
    SOURCE,
    VALUE,
    asked_by,
    both,
    circle,
    collection_allows,
    key_of,
    member_lets_ask,
    report_key,
)
from web_world import World

from tocsin.members.audit import Asked
from tocsin.members.audit_seeing import OWNER
from tocsin.members.limits import Limits
from tocsin.members.members import find_member
from tocsin.members.rations import MOST_A_DAY, take
from tocsin.members.tokens import new_token
from tocsin.policy.known_of import NOBODY
from tocsin.reports.reports import report_by_key
from tocsin.times import now_ms

KNOWN = "Somebody in the exchange knows something about this"
TELLTALES = ("Bank B", "bank-b", "clerk-b", SECRET, "Police", "indicator--", "2023", "phishing")


def main_of(text: str) -> str:
    """A page without its head, which names whoever is signed in."""
    return text[text.index("<main") :]


@pytest.fixture
def allowed(world: World) -> World:
    both(world.house)
    asked_by(world.house)
    return world


def answers(world: World, value: str, login: str = "seeker") -> Iterator[tuple[str, str]]:
    """Everything that answers about one exact value, with the value and what is drawn at random taken out."""
    person, client = world.person(login), world.app.test_client()
    with world.house.database.writing() as connection:
        token = new_token(connection, key_of(world.house, ASKER), f"about {value}", 1)
    headers = {"Authorization": f"Bearer {token}"}
    for name, answer in (
        ("search", person.get(f"/search?q={value}")),
        ("search, spelled otherwise", person.get(f"/search?q={value.upper().replace('.', '[.]')}")),
        ("search, page 2", person.get(f"/search?q={value}&page=2")),
        ("search, filtered", person.get(f"/search?q={value}&kind=domain")),
        ("look up", person.post("/lookup", {"values": value, "ask": "yes"})),
        ("look up without asking", person.post("/lookup", {"values": value})),
        ("file", person.post("/lookup", {"values": value, "ask": "yes", "csv": "yes"})),
        ("the form", person.get(f"/ask?q={value}")),
        ("the question", person.post("/ask", {"q": value, "question": "Why?"})),
        ("suggestions", person.get(f"/api/v1/suggestions?q={value}")),
        ("the questions", person.get("/enquiries")),
        ("JSON search", client.get(f"/api/v1/search?q={value}", headers=headers)),
        ("JSON look-up", client.post("/api/v1/lookup?ask=yes", data=value, headers=headers)),
        ("JSON look-up without asking", client.post("/api/v1/lookup", data=value, headers=headers)),
        ("JSON questions", client.get("/api/v1/enquiries", headers=headers)),
    ):
        yield name, f"{answer.status_code} {_plain(answer.text, value)}"


def _plain(text: str, value: str) -> str:
    text = re.sub(r'name="csrf_token" value="[^"]+"', "", text)
    for form in (value, value.upper().replace(".", "[.]"), value.upper().replace(".", "%5B.%5D")):
        for spelled in (form, form.replace(".", "[.]")):
            text = text.replace(spelled, "VALUE")
    return text


@pytest.mark.parametrize("state", HIDING)
def test_what_may_not_be_known_of_is_like_what_is_not_there(allowed: World, state: str) -> None:
    HIDING[state](allowed.house)
    allowed.index()
    about, without = dict(answers(allowed, VALUE)), dict(answers(allowed, NOTHING))
    if state == "reads it":
        # then it is an ordinary hit, and nobody has to be asked
        assert KNOWN not in about["search"]
        assert '"may_ask":false' in about["JSON search"].replace(" ", "")
        return
    assert about == without
    assert KNOWN not in "".join(about.values())


@pytest.mark.parametrize("state", SHOWING)
def test_one_bit_is_told_where_all_want_it(allowed: World, state: str) -> None:
    SHOWING[state](allowed.house)
    about, without = dict(answers(allowed, VALUE)), dict(answers(allowed, NOTHING))
    told = {name for name in about if about[name] != without[name]}
    assert told == {
        *("search", "search, spelled otherwise", "look up", "file", "the form", "the question"),
        *("the questions", "JSON search", "JSON look-up", "JSON questions"),
    }
    assert KNOWN in about["search"]
    for name in told - {"the form"}:
        more = [line for line in about[name].splitlines() if line not in without[name]]
        assert not any(word in line for line in more for word in TELLTALES), name
    assert not any(word in main_of(about["the form"]) for word in TELLTALES)


@pytest.mark.parametrize("login", ["clerk", "auditor-a", None])
def test_whoever_cannot_ask_is_told_nothing(allowed: World, login: str | None) -> None:
    asked_by(allowed.house, "auditor-a", role="auditor")
    person = allowed.person(login)
    assert KNOWN not in person.get(f"/search?q={VALUE}", follow_redirects=True).text
    if login is not None:
        assert "You may ask" not in person.post("/lookup", {"values": VALUE, "ask": "yes"}).text
        assert person.get(f"/ask?q={VALUE}").status_code == 403


@pytest.mark.parametrize("login", ["desk", "admin"])
def test_whoever_decides_for_the_exchange_learns_no_more_than_others(allowed: World, login: str) -> None:
    page = main_of(allowed.person(login).get(f"/search?q={VALUE}").text)
    assert KNOWN in page
    assert not any(word in page for word in TELLTALES)


def test_a_token_that_only_reads_or_is_for_some_collections_is_told_nothing(allowed: World) -> None:
    limits = (
        Limits(scope=frozenset({"read"})),
        Limits(collections=frozenset({allowed.house.collections["Scams"].key})),
    )
    for n, one in enumerate(limits):
        with allowed.house.database.writing() as connection:
            token = new_token(connection, key_of(allowed.house, ASKER), f"limited-{n}", 1, limits=one)
        headers = {"Authorization": f"Bearer {token}"}
        found = allowed.app.test_client().get(f"/api/v1/search?q={VALUE}", headers=headers)
        assert found.json["may_ask"] is None


@pytest.mark.parametrize(
    "text",
    ["nightjar-only", "nightjar", "nightjar-on1y.example", f"{VALUE} shop", f"kind:domain {VALUE}"],
)
def test_only_one_exact_value_is_looked_up(allowed: World, text: str) -> None:
    person = allowed.person("seeker")
    assert KNOWN not in person.get("/search", query_string={"q": text}).text
    assert person.get("/ask", query_string={"q": text}).status_code == 404


def test_many_are_looked_up_where_it_is_wanted(allowed: World) -> None:
    person = allowed.person("seeker")
    form = {"values": f"{VALUE}\n{NOTHING}\nnot an identifier", "ask": "yes"}
    page = person.post("/lookup", form).text
    assert page.count("ask through the exchange") == 1
    lines = person.post("/lookup", {**form, "csv": "yes"}).text.splitlines()
    assert [line.rsplit(",", 1)[1] for line in lines] == ["may_ask", "yes", "no", ""]
    found = allowed.app.test_client().post(
        "/api/v1/lookup?ask=yes", data=form["values"], headers=allowed.token_of(ASKER)
    )
    assert [one["may_ask"] for one in found.json["values"]] == [True, False, None]


def test_a_member_has_its_day_and_searching_goes_on(allowed: World) -> None:
    with allowed.house.database.writing() as connection:
        take(connection, key_of(allowed.house, ASKER), MOST_A_DAY - 1, now_ms())
    person = allowed.person("seeker")
    page = person.post("/lookup", {"values": f"{NOTHING}\n{VALUE}", "ask": "yes"}).text
    assert "looked for as many values as it may in a day" in page
    assert "not looked up" in page
    for value in (VALUE, NOTHING):
        page = person.get(f"/search?q={value}").text
        assert "Nothing found" in page
        assert "is not looked up before tomorrow" in page
        assert person.get(f"/ask?q={value}").status_code == 302
        assert person.post("/ask", {"q": value, "question": "Why?"}).status_code == 302
    assert (
        allowed.app.test_client().get(f"/api/v1/search?q={VALUE}", headers=allowed.token_of(ASKER)).json["may_ask"]
        is None
    )


def test_each_look_stands_in_the_trail_without_the_value(allowed: World) -> None:
    person = allowed.person("seeker")
    for value in (VALUE, NOTHING):
        person.get(f"/search?q={value}")
    lines = allowed.services.audit.seen_by(OWNER, Asked(actions=("known-of",)))
    assert [(one.actor, one.details["hits"]) for one in lines] == [(f"{ASKER}/seeker", 0), (f"{ASKER}/seeker", 1)]
    assert not any(VALUE in str(one) for one in lines)


def ask(world: World, **form: str) -> str:
    filled = {"q": VALUE, "question": "A victim paid there.", "case_number": "A-17", "basis": "law-enforcement", **form}
    return world.person("seeker").post("/ask", filled, follow_redirects=True).text


def waiting(world: World, login: str = "clerk-b") -> str:
    (action,) = set(re.findall(r'action="(/enquiries/[^/"]+)"', world.person(login).get("/enquiries").text))
    return str(action)


def test_a_question_and_its_answer_name_nobody_until_both_agree(allowed: World) -> None:
    assert "Your question is with whoever knows of it." in ask(allowed)
    source = allowed.person("clerk-b")
    assert "A question waits for your organisation" in source.get("/").text
    theirs = main_of(source.get("/enquiries").text)
    for words in ("A member of the exchange asks (Asker ", "A victim paid there.", "A-17", "nightjar-only[.]example"):
        assert words in theirs
    assert not any(word in theirs for word in ("Bank A", "bank-a", "seeker"))
    page = source.post(waiting(allowed), {"answer": "We froze it.", "agrees": "yes"}, follow_redirects=True).text
    assert "Your answer is with whoever asked." in page
    ours = main_of(allowed.person("seeker").get("/enquiries").text)
    assert "We froze it." in ours
    assert "The other side may be named, if you may be named too." in ours
    assert not any(word in ours for word in ("Bank B", "bank-b", "clerk-b", SECRET, "Source "))
    (naming,) = re.findall(r'action="(/enquiries/[^"]+/name)"', ours)
    assert "Bank B" in main_of(allowed.person("seeker").post(naming, {"agree": "yes"}, follow_redirects=True).text)
    assert "Bank A" in main_of(source.get("/enquiries").text)
    assert allowed.person("seeker").post(naming, {"agree": "no"}).status_code == 404


def test_whoever_declines_is_like_whoever_says_nothing(allowed: World) -> None:
    ask(allowed)
    before = allowed.person("seeker").get("/enquiries").text
    assert (
        "You declined to answer."
        in allowed.person("clerk-b").post(waiting(allowed), {"decline": "yes"}, follow_redirects=True).text
    )
    assert _plain(allowed.person("seeker").get("/enquiries").text, "") == _plain(before, "")


def test_over_the_api_both_sides_see_the_same_and_no_name(allowed: World) -> None:
    ask(allowed)
    allowed.person("clerk-b").post(waiting(allowed), {"answer": "We froze it."})
    client = allowed.app.test_client()
    theirs = client.get("/api/v1/enquiries", headers=allowed.token_of(SOURCE))
    ours = client.get("/api/v1/enquiries", headers=allowed.token_of(ASKER))
    (asked,) = theirs.json["asked_of_us"]
    assert (asked["value"], asked["case_number"], asked["stix_id"]) == (VALUE, "A-17", None)
    (through,) = ours.json["asked_through_the_exchange"]
    assert (through["state"], [one["answer"] for one in through["answers"]]) == ("answered", ["We froze it."])
    assert ours.json["asked_by_us"] == []
    assert not any(word in ours.text for word in ("Bank B", "bank-b", SECRET, "Source ", "collection"))
    assert not any(word in theirs.text for word in ("Bank A", "bank-a", "seeker"))


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"question": " "}, "Write why you ask, in at most 2,000 characters."),
        ({"case_number": "9" * 101}, "A case number has at most 100 characters."),
        ({"basis": "because"}, "Choose a lawful basis of the list."),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_lost(
    allowed: World, form: dict[str, str], words: str
) -> None:
    page = ask(allowed, **form)
    assert page.count(words) == 2
    assert "There is a problem" in page
    assert "We may be named" in page
    if "question" not in form:
        assert "A victim paid there." in page


def test_nobody_answers_or_names_for_another(allowed: World) -> None:
    ask(allowed)
    action = waiting(allowed)
    for login in ("clerk", "seeker", "desk", "inspector"):
        assert allowed.person(login).post(action, {"answer": "I say so."}).status_code == 404
        assert allowed.person(login).post(f"{action}/name", {"agree": "yes"}).status_code == 404


def test_a_question_that_ended_cannot_be_answered(allowed: World) -> None:
    ask(allowed)
    action = waiting(allowed)
    member_lets_ask(allowed.house, False)
    page = allowed.person("clerk-b").get("/enquiries").text
    assert "It cannot be answered any more" in page
    assert "waits for your organisation" not in page
    assert allowed.person("clerk-b").post(action, {"answer": "Too late."}).status_code == 404


def test_an_administrator_says_who_may_know_of_a_collection(world: World) -> None:
    both(world.house)
    collection_allows(world.house, NOBODY)
    url = f"/collections/{world.collection_id(SECRET)}"
    admin = world.person("admin")
    for form, words in (
        ({"circle": "x"}, "Choose from the list."),
        ({"circle": "communities"}, "Tick the communities"),
    ):
        page = admin.post(f"{url}/circle", form)
        assert (page.status_code, page.text.count(words)) == (400, 2)
    admin.post(f"{url}/circle", {"circle": "everybody"})
    assert KNOWN in world.person("desk").get(f"/search?q={VALUE}").text
    assert 'id="circle-everybody" name="circle" value="everybody" checked' in admin.get(url).text
    admin.post(f"{url}/circle", {"circle": "nobody"})
    assert KNOWN not in world.person("desk").get(f"/search?q={VALUE}").text
    for login in ("desk", "clerk"):
        assert world.person(login).post(f"{url}/circle", {"circle": "everybody"}).status_code == 403


def test_a_contributor_says_it_of_one_report_and_its_moderators_of_all(allowed: World) -> None:
    with allowed.house.database.reading() as connection:
        report = report_by_key(connection, report_key(allowed.house)).id
    seeker, source = allowed.person("seeker"), allowed.person("clerk-b")
    assert "Others may ask about it" in source.get(f"/reports/{report}").text
    source.post(f"/reports/{report}/asking", {"may_be_asked": "no"})
    assert "Nobody may ask about it" in source.get(f"/reports/{report}").text
    assert KNOWN not in seeker.get(f"/search?q={VALUE}").text
    source.post(f"/reports/{report}/asking", {"may_be_asked": "as-all"})
    assert KNOWN in seeker.get(f"/search?q={VALUE}").text
    assert source.post(f"/reports/{report}/asking", {"may_be_asked": "x"}).status_code == 400
    assert seeker.post(f"/reports/{report}/asking", {"may_be_asked": "yes"}).status_code == 404
    desk = allowed.person("desk")
    assert desk.post("/members/bank-b/defaults", {}).status_code == 404
    allowed.person("admin").post("/members/bank-b/defaults", {})
    with allowed.house.database.reading() as connection:
        assert not find_member(connection, SOURCE).may_be_asked
    assert KNOWN not in seeker.get(f"/search?q={VALUE}").text


def test_the_asked_member_is_told_which_circle_asks(allowed: World) -> None:
    circle(allowed.house, ASKER)
    ask(allowed)
    assert "A member of Ours asks (Asker " in allowed.person("clerk-b").get("/enquiries").text


def test_a_hostile_question_stays_text(allowed: World) -> None:
    ask(allowed, question="<script>alert(1)</script> https://evil.example", case_number="<b>17</b>")
    page = main_of(allowed.person("clerk-b").get("/enquiries").text)
    assert "<script" not in page
    assert "<b>17" not in page
    assert 'href="https://evil' not in page
