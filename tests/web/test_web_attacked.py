"""What a curious member tries where the parts meet."""

import re

import pytest
from house import START
from web_world import World

from tocsin.ledger.collections import all_collections
from tocsin.members.limits import Limits
from tocsin.members.members import add_member, find_member, grant
from tocsin.members.tokens import new_token
from tocsin.publishing.moderate import ask
from tocsin.publishing.withdraw import withdraw_report
from tocsin.times import now_ms

WORDS = "Teller Wilhelmina took it back"


@pytest.fixture
def unnamed(world: World) -> World:
    """Where somebody can hand in without a name."""
    with world.house.database.writing() as connection:
        for slug in ("fifth", "sixth"):
            key = add_member(connection, slug, slug.title(), "bank", "SG", 1).key
            grant(connection, world.house.collections["Scams"].key, key, read=True)
    return world


def test_why_a_source_took_back_what_waits_stays_its_own(unnamed: World) -> None:
    report = unnamed.house.submit("bank-a", "+442079460958\n", unattributed=True)
    ask(unnamed.house.database, report.key, [1], "desk", now_ms(), "Since when?")
    withdraw_report(unnamed.house.database, unnamed.house.exchange, report.key, WORDS, "clerk", now_ms())
    desk = unnamed.person("desk")
    own = f"/reports/{report.id}"
    for url in (own, f"{own}/exceptions.csv", f"/api/v1{own}", f"/held/{report.id}/1"):
        answer = desk.get(url)
        assert answer.status_code == 200, url
        assert WORDS not in answer.text, url
    assert WORDS in unnamed.person("clerk").get(own).text


def test_a_correction_does_not_read_numbers_as_of_the_sources_country(unnamed: World) -> None:
    report = unnamed.house.submit("bank-a", "+442079460958\n", unattributed=True)
    form = {"kind": "phone", "value": "91234567", "role": "", "crime": ""}
    answer = unnamed.person("desk").post(f"/held/{report.id}/1/correct/0", form, follow_redirects=True)
    assert answer.status_code == 400


def test_a_check_makes_no_inbox(world: World) -> None:
    form = {"text": "bad.example", "tlp": "red", "share": "police"}
    answer = world.person("clerk").post("/submit", form)
    assert "Inbox of" in answer.text
    with world.house.database.reading() as connection:
        assert not [one for one in all_collections(connection) if one.inbox_of is not None]


def test_what_is_refused_makes_no_inbox(world: World) -> None:
    form = {"text": "bad.example", "tlp": "green", "share": "police", "unattributed": "on"}
    assert world.person("clerk").post("/submit", form).status_code == 400
    with world.house.database.reading() as connection:
        assert not [one for one in all_collections(connection) if one.inbox_of is not None]


def test_a_tokens_limits_hold_for_questions(unnamed: World) -> None:
    unnamed.house.submit("bank-a", "shop.example\n", unattributed=True)
    unnamed.index()
    url = unnamed.indicator_url("Scams", "[domain-name:value = 'shop.example']")
    inspector = unnamed.person("inspector")
    (source,) = re.findall(r"<option>(Source [^<]+)</option>", inspector.get(url).text)
    inspector.post(f"{url}/ask", {"source": source, "question": "Since when?"})
    with unnamed.house.database.writing() as connection:
        elsewhere = unnamed.house.collections["Case Nightjar"].key
        limits = Limits(frozenset({"read"}), frozenset({elsewhere}))
        token = new_token(connection, find_member(connection, "police").key, "narrow", START, limits=limits)
    answer = unnamed.app.test_client().get("/api/v1/enquiries", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert "shop.example" not in answer.text


def test_an_answer_stands_in_the_trail(unnamed: World) -> None:
    report = unnamed.house.submit("bank-a", "+442079460958\n", unattributed=True)
    ask(unnamed.house.database, report.key, [1], "desk", now_ms(), "Since when?")
    unnamed.person("clerk").post(f"/reports/{report.id}/answer/0", {"answer": "Since March."})
    found = unnamed.person("clerk").get("/audit.json").json["entries"]
    assert [one["actor"] for one in found if one["action"] == "answer"] == ["unattributed"]


def test_what_was_refused_is_said_to_have_failed(unnamed: World) -> None:
    unnamed.house.submit("bank-b", "shop.example\n")
    url = unnamed.indicator_url("Scams", "[domain-name:value = 'shop.example']")
    unnamed.person("clerk").post(f"{url}/dispute", {"reason": " "})
    found = unnamed.person("clerk").get("/audit.json").json["entries"]
    assert next(one["details"] for one in found if one["action"] == "dispute-open").get("failed") is True
