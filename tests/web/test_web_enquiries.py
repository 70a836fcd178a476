"""Asking a source without a name, and answering without giving one."""

import re
from typing import Any

import pytest
from web_world import World

from tocsin.members.members import add_member, grant
from tocsin.reports.enquiries import LONGEST_TEXT, MOST_OPEN, OPEN_DAYS, enquiries_by
from tocsin.times import DAY_MS, now_ms
from tocsin.web import enquiries

PATTERN = "[domain-name:value = 'shop.example']"
BOTH = ("Bank A", "bank-a", "clerk", "Police", "police", "inspector")
QUESTION = "Since when do you know it?"
CUT = "There are more: 1 of them are shown here."


@pytest.fixture
def unnamed(world: World) -> World:
    """bank-a reported something without its name."""
    with world.house.database.writing() as connection:
        for slug in ("fifth", "sixth"):
            key = add_member(connection, slug, slug.title(), "bank", "SG", 1).key
            grant(connection, world.house.collections["Scams"].key, key, read=True)
    world.house.submit("bank-a", "shop.example\n", name="our-case.csv", unattributed=True)
    world.index()
    return world


def source_of(world: World, login: str = "inspector") -> str:
    (source,) = re.findall(r"<option>(Source [^<]+)</option>", world.person(login).get(url(world)).text)
    return str(source)


def url(world: World) -> str:
    return world.indicator_url("Scams", PATTERN)


def ask(world: World, question: str = QUESTION, login: str = "inspector", source: str | None = None) -> Any:
    form = {"source": source or source_of(world), "question": question}
    return world.person(login).post(f"{url(world)}/ask", form, follow_redirects=True)


def answer(world: World, login: str = "clerk", **form: str) -> Any:
    person = world.person(login)
    actions = re.findall(r'action="(/enquiries/[^"]+)"', person.get("/enquiries").text)
    return person.post(actions[0], form, follow_redirects=True)


def main_of(text: str) -> str:
    """A page without its head, which names whoever is signed in."""
    return text[text.index("<main") :]


def test_a_question_and_its_answer_name_nobody(unnamed: World) -> None:
    asked = ask(unnamed)
    assert "Your question is with the source." in asked.text
    source = source_of(unnamed)
    assert f"To {source}" in asked.text
    clerk = unnamed.person("clerk")
    assert "A question waits for your organisation" in clerk.get("/").text
    theirs = main_of(clerk.get("/enquiries").text)
    assert QUESTION in theirs
    assert "A member that received this asks (Asker " in theirs
    assert source.removeprefix("Source ") not in theirs
    assert not any(word in theirs for word in ("Police", "police", "inspector"))
    answer(unnamed, answer="Since March.")
    seen = main_of(unnamed.person("inspector").get("/enquiries").text)
    assert "Since March." in seen
    assert not any(word in seen for word in ("Bank A", "bank-a", "clerk", "our-case"))
    assert "waits for your organisation" not in clerk.get("/").text


def test_what_waits_is_shown_before_what_was_answered_since(unnamed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for question in ("The first?", "The second?"):
        ask(unnamed, question)
    answer(unnamed, answer="Since March.")
    assert CUT not in unnamed.person("clerk").get("/enquiries").text
    monkeypatch.setattr(enquiries, "_SHOWN", 1)
    theirs = main_of(unnamed.person("clerk").get("/enquiries").text)
    assert "Since March." not in theirs
    assert 'action="/enquiries/' in theirs
    assert CUT in theirs


def test_the_api_says_the_same_and_names_nobody(unnamed: World) -> None:
    ask(unnamed)
    client = unnamed.app.test_client()
    ours = client.get("/api/v1/enquiries", headers=unnamed.token_of("police"))
    theirs = client.get("/api/v1/enquiries", headers=unnamed.token_of("bank-a"))
    assert ours.json["asked_by_us"][0]["source"] == source_of(unnamed)
    assert theirs.json["asked_of_us"][0]["question"] == QUESTION
    assert theirs.json["asked_of_us"][0]["value"] == "shop.example"
    for one in (ours, theirs):
        assert not any(word in one.text for word in BOTH)
    assert client.get("/api/v1/enquiries", headers=unnamed.token_of("bank-b")).json == {
        "asked_of_us": [],
        "asked_by_us": [],
        "asked_through_the_exchange": [],
    }


def test_a_source_may_decline(unnamed: World) -> None:
    ask(unnamed)
    assert "You declined to answer." in answer(unnamed, decline="yes").text
    assert "declined" in main_of(unnamed.person("inspector").get("/enquiries").text)


@pytest.mark.parametrize("text", ["", "  ", "x" * (LONGEST_TEXT + 1)])
def test_an_answer_is_bounded_and_nothing_written_is_lost(unnamed: World, text: str) -> None:
    ask(unnamed)
    page = answer(unnamed, answer=text)
    assert page.status_code == 400
    assert "Write your answer, in at most 2,000 characters." in page.text
    assert text.strip() in page.text


@pytest.mark.parametrize("text", ["", "x" * (LONGEST_TEXT + 1)])
def test_a_question_is_bounded(unnamed: World, text: str) -> None:
    assert "Write your question, in at most 2,000 characters." in ask(unnamed, text).text


def test_both_are_warned(unnamed: World) -> None:
    ask(unnamed)
    words = "A name, a case number or a way of putting things can tell who you are."
    assert words in unnamed.person("inspector").get(url(unnamed)).text
    assert words in unnamed.person("clerk").get("/enquiries").text


def test_a_member_has_so_many_open_questions(unnamed: World) -> None:
    for _ in range(MOST_OPEN):
        ask(unnamed)
    assert "questions wait for an answer" in ask(unnamed).text
    answer(unnamed, answer="Yes.")
    assert "Your question is with the source." in ask(unnamed).text
    with unnamed.house.database.reading() as connection:
        found = enquiries_by(connection, unnamed.services.door.by_login("inspector").member_key)  # type: ignore[union-attr]
    assert len(found) == MOST_OPEN + 1
    assert {one.state(now_ms() + (OPEN_DAYS + 1) * DAY_MS) for one in found} == {"answered", "unanswered"}


def test_only_what_the_member_was_called_by_is_asked(unnamed: World) -> None:
    """Another member's pseudonym for the same source is nothing here, nor is a name."""
    elsewhere = source_of(unnamed, "desk")
    assert elsewhere != source_of(unnamed)
    for name in (elsewhere, "Bank A", "", "Source 222-222"):
        assert "cannot be asked" in ask(unnamed, source=name or "-").text


def test_whoever_may_not_read_cannot_ask(unnamed: World) -> None:
    with unnamed.house.database.writing() as connection:
        grant(connection, unnamed.house.collections["Scams"].key, _police(unnamed))
    answer = unnamed.person("inspector").post(f"{url(unnamed)}/ask", {"source": "Source 222-222", "question": "?"})
    assert answer.status_code == 404


def _police(world: World) -> int:
    found = world.services.door.by_login("inspector")
    assert found is not None
    return found.member_key


@pytest.mark.parametrize(("login", "status"), [("clerk-b", 403), ("auditor", 403)])
def test_who_cannot_ask(unnamed: World, login: str, status: int) -> None:
    answer = unnamed.person(login).post(f"{url(unnamed)}/ask", {"source": "Source 222-222", "question": "?"})
    assert answer.status_code == status


def test_nobody_answers_for_another(unnamed: World) -> None:
    ask(unnamed)
    (action,) = re.findall(r'action="(/enquiries/[^"]+)"', unnamed.person("clerk").get("/enquiries").text)
    for login in ("clerk-b", "inspector", "desk"):
        assert unnamed.person(login).post(action, {"answer": "I say so."}).status_code == 404
    assert unnamed.person("desk").post("/enquiries/x", {"answer": "I say so."}).status_code == 404


def test_moderators_see_that_there_is_one_and_nothing_else(unnamed: World) -> None:
    ask(unnamed)
    page = main_of(unnamed.person("desk").get("/enquiries").text)
    assert "Between others" in page
    assert "open" in page
    assert not any(word in page for word in (*BOTH, QUESTION, "shop", "Source ", "Asker "))
    assert "Between others" not in unnamed.person("clerk-b").get("/enquiries").text
