"""Finding out a source takes two people and a reason, and the source is told."""

import re

import pytest
from house import MEMBERS
from web_world import PASSWORD, World

from tocsin.members.access import add_user, find_user
from tocsin.members.members import add_member, find_member, grant
from tocsin.reports.reports import Report
from tocsin.reports.unmasking import (
    CannotUnmask,
    NoSuchUnmasking,
    approve_unmasking,
    ask_unmasking,
    list_unmaskings,
    notices_to,
)
from tocsin.times import DAY_MS, now_ms

NAME = "Bank A"


@pytest.fixture
def unnamed(world: World) -> Report:
    """A report of bank-a without its name, in an exchange where two members have moderators."""
    with world.house.database.writing() as connection:
        for slug in ("fifth", "sixth"):
            key = add_member(connection, slug, slug.title(), "bank", "SG", 1).key
            grant(connection, world.house.collections["Scams"].key, key, read=True)
        for login, slug in (("desk-b", "bank-b"), ("desk-a", "bank-a"), ("desk-2", "bank-c")):
            add_user(connection, login, find_member(connection, slug).key, "moderator", PASSWORD, 1)
    assert "bank-a" in MEMBERS
    return world.house.submit("bank-a", "shop.example\n+442079460958\n", name="our-case.csv", unattributed=True)


def ask(world: World, report: Report, by: str = "desk", reason: str = "A life is at stake.", **more: str) -> str:
    person = world.person(by)
    answer = person.post(f"/reports/{report.id}/unmask", {"reason": reason, **more})
    assert answer.status_code == 302
    return person.get(answer.location).text


def request_id(world: World) -> str:
    with world.house.database.reading() as connection:
        return list_unmaskings(connection, now_ms())[0].id


def test_two_people_find_out_and_nobody_else(world: World, unnamed: Report) -> None:
    waiting = ask(world, unnamed)
    assert "It waits for a second person." in waiting
    identity = request_id(world)
    page = world.person("desk-b").post(f"/unmasking/{identity}", follow_redirects=True).text
    assert f"<strong>{NAME}</strong>" in page
    assert f"<strong>{NAME}</strong>" in world.person("desk").get("/unmasking").text
    for login in ("admin", "desk-2"):
        assert NAME not in world.person(login).get("/unmasking").text
    # for that report on that page only
    for url in ("/reports", f"/reports/{unnamed.id}", "/held"):
        assert NAME not in world.person("desk").get(url).text


def test_the_first_page_tells_those_who_can_be_the_second(world: World, unnamed: Report) -> None:
    ask(world, unnamed)
    words, everybody = "1 request to know a source waits", ("desk", "desk-b", "desk-a", "clerk", "auditor")
    assert {login for login in everybody if words in world.person(login).get("/").text} == {"desk-b"}
    world.person("desk-b").post(f"/unmasking/{request_id(world)}")
    assert words not in world.person("desk-b").get("/").text


@pytest.mark.parametrize("login", ["clerk", "clerk-b", "inspector", "auditor"])
def test_others_can_neither_ask_nor_look(world: World, unnamed: Report, login: str) -> None:
    person = world.person(login)
    assert person.get("/unmasking").status_code == 403
    assert person.post(f"/reports/{unnamed.id}/unmask", {"reason": "x"}).status_code == 403
    assert person.post("/unmasking/x").status_code == 403


def test_one_person_is_not_two(world: World, unnamed: Report) -> None:
    ask(world, unnamed)
    page = world.person("desk").post(f"/unmasking/{request_id(world)}", follow_redirects=True).text
    assert "It takes a second person" in page
    assert NAME not in page


def test_the_two_are_of_different_members(world: World, unnamed: Report) -> None:
    """Three members have moderators, the source's own among them."""
    ask(world, unnamed)
    page = world.person("desk-2").post(f"/unmasking/{request_id(world)}", follow_redirects=True).text
    assert "another member" in page
    assert NAME not in page


def test_the_sources_own_moderators_take_no_part_and_learn_nothing_early(world: World, unnamed: Report) -> None:
    own = world.person("desk-a")
    assert "your own organisation" in ask(world, unnamed, by="desk-a")
    ask(world, unnamed)
    identity = request_id(world)
    assert "A life is at stake." not in own.get("/unmasking").text
    hidden, missing = own.post(f"/unmasking/{identity}"), own.post("/unmasking/x")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text.partition("<main")[2] == missing.text.partition("<main")[2]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": " "}, "Say the reason"),
        ({"reason": "x" * 2_001}, "Say the reason"),
        ({"delay_until": "2999-01-01"}, "Only a legal order"),
        ({"legal_order": "Court 7", "delay_until": "2999-01-01"}, "within 366 days"),
        ({"legal_order": "Court 7", "delay_until": "2001-01-01"}, "after today"),
        ({"legal_order": "Court 7", "delay_until": "soon"}, "after today"),
    ],
)
def test_what_is_missing_is_said(world: World, unnamed: Report, more: dict[str, str], words: str) -> None:
    assert words in ask(world, unnamed, **{"reason": "A life.", **more})
    with world.house.database.reading() as connection:
        assert list_unmaskings(connection, now_ms()) == []


def test_a_report_with_its_name_has_nothing_to_find_out(world: World, unnamed: Report) -> None:
    named = world.house.submit("bank-a", "named.example\n")
    assert "nothing to find out" in ask(world, named)


def test_the_source_is_told_at_once_and_can_say_that_it_knows(world: World, unnamed: Report) -> None:
    clerk = world.person("clerk")
    assert "It became known" not in clerk.get("/").text
    ask(world, unnamed)
    assert "It became known" not in clerk.get("/").text, "nobody knows yet"
    world.person("desk-b").post(f"/unmasking/{request_id(world)}")
    assert "It became known" in clerk.get("/").text
    notices = clerk.get("/notices").text
    for words in ("our-case.csv", "A life is at stake.", "desk and desk-b"):
        assert words in notices
    for login in ("clerk-b", "inspector", "desk"):
        assert "our-case.csv" not in world.person(login).get("/notices").text
        assert world.person(login).post(f"/notices/{request_id(world)}").status_code == 404
    assert clerk.post(f"/notices/{request_id(world)}").status_code == 302
    assert "It became known" not in clerk.get("/").text
    assert "by clerk" in clerk.get("/notices").text


def test_a_legal_order_delays_the_notice_and_ends(world: World, unnamed: Report) -> None:
    now = now_ms()
    with world.house.database.writing() as connection:
        people = {login: find_user(connection, login) for login in ("desk", "desk-b")}
        assert all(people.values())
        identity = ask_unmasking(
            connection,
            unnamed,
            people["desk"],
            "A life.",
            now,
            legal_order="Court 7",
            delay_until_ms=now + 10 * DAY_MS,  # type: ignore[arg-type]
        )
        found = approve_unmasking(connection, identity, people["desk-b"], now)  # type: ignore[arg-type]
        assert found.reveals_to("desk")
        assert notices_to(connection, unnamed.member_key, now + 10 * DAY_MS - 1) == []
        assert list_unmaskings(connection, now, unnamed.member_key) == []
        (notice,) = notices_to(connection, unnamed.member_key, now + 10 * DAY_MS)
    assert notice.legal_order == "Court 7"
    assert "It became known" not in world.person("clerk").get("/").text


def test_what_was_agreed_is_agreed_once(world: World, unnamed: Report) -> None:
    ask(world, unnamed)
    identity = request_id(world)
    world.person("desk-b").post(f"/unmasking/{identity}")
    assert "approved already" in world.person("admin").post(f"/unmasking/{identity}", follow_redirects=True).text
    with world.house.database.writing() as connection:
        desk, clerk = find_user(connection, "desk-b"), find_user(connection, "clerk")
        assert desk is not None
        assert clerk is not None
        with pytest.raises(NoSuchUnmasking):
            approve_unmasking(connection, "x", desk, now_ms())
        with pytest.raises(CannotUnmask, match="Only moderators"):
            approve_unmasking(connection, identity, clerk, now_ms())


def test_a_moderator_decides_on_what_has_no_name(world: World, unnamed: Report) -> None:
    desk = world.person("desk")
    held = desk.get("/held").text
    assert "+442079460958" in held
    assert NAME not in held
    (place,) = re.findall(r'name="place" value="([^"]+)"', held)
    assert desk.post("/held", {"place": place, "decision": "approve"}).status_code == 302
    assert "+442079460958" in str(world.house.indicators())
