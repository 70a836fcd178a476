"""The pages of communities: who sees which, who asks, who lets in; what is not seen is not there."""

import re
from datetime import date, timedelta

import pytest
from gathered import FAR, INNER, OUTER, TITLES, asks, let_in, said, state
from house import START
from web_world import World

from tocsin.members.communities import find_community
from tocsin.members.members import find_member, suspend_member
from tocsin.members.memberships import approve_membership

NEW = {"title": "Harbour ring", "slug": "harbour-ring", "onward": "none"}
SIGHTS = {
    "admin": {OUTER, INNER, FAR},
    "keeper": {OUTER, INNER},
    "inspector": {OUTER, INNER},
    "head-b": {OUTER, INNER},
    "clerk-b": {OUTER, INNER},
    "clerk": set(),
    "head-a": set(),
    "desk": set(),
    "auditor": set(),
}


@pytest.fixture
def world(circles: World) -> World:
    return circles


@pytest.mark.parametrize("login", SIGHTS)
def test_who_sees_which_community(world: World, login: str) -> None:
    person = world.person(login)
    listed = person.get("/communities").text
    assert {slug for slug, title in TITLES.items() if title in listed} == SIGHTS[login]
    answers = {slug: person.get(f"/communities/{slug}").status_code for slug in TITLES}
    assert answers == {slug: 200 if slug in SIGHTS[login] else 404 for slug in TITLES}


def test_one_that_is_not_seen_reads_like_one_that_is_not_there(world: World) -> None:
    person = world.person("head-a")
    assert said(person.get(f"/communities/{OUTER}")) == said(person.get("/communities/no-circle"))
    for verb in ("ask", "leave", "decide"):
        hidden, missing = (person.post(f"/communities/{slug}/{verb}") for slug in (OUTER, "no-circle"))
        assert (hidden.status_code, said(hidden)) == (404, said(missing))


@pytest.mark.parametrize("login", ["clerk", "inspector", "desk", "auditor", "head-a", "head-b", "keeper"])
@pytest.mark.parametrize("path", ["-/new", f"{OUTER}/change", f"{OUTER}/end", f"{OUTER}/invite"])
def test_only_administrators_manage(world: World, login: str, path: str) -> None:
    person = world.person(login)
    assert person.post(f"/communities/{path}", NEW | {"member": "bank-a"}).status_code == 403
    with world.house.database.reading() as connection:
        assert find_community(connection, OUTER).until_ms is None


@pytest.mark.parametrize(
    ("login", "status"),
    [("clerk", 403), ("auditor", 403), ("head-a", 404), ("head-b", 403), ("keeper", 302), ("admin", 302)],
)
def test_who_lets_a_member_in(world: World, login: str, status: int) -> None:
    asks(world, "bank-c")
    answer = world.person(login).post(f"/communities/{OUTER}/decide", {"member": "bank-c", "decision": "approve"})
    assert answer.status_code == status
    assert state(world, "bank-c") == ("holds" if status == 302 else "waits")


def test_a_keeper_cannot_ask_which_members_there_are(world: World) -> None:
    keeper = world.person("keeper")
    answers = [
        keeper.post(f"/communities/{OUTER}/decide", {"member": slug, "decision": "approve"})
        for slug in ("bank-a", "no-such-bank")
    ]
    assert [one.status_code for one in answers] == [404, 404]
    assert said(answers[0]) == said(answers[1])
    assert "Bank A" not in keeper.get(f"/communities/{OUTER}").text


def test_whoever_asks_sees_the_agreement_and_nobody_in_it(world: World) -> None:
    asks(world, "bank-a")
    text = world.person("head-a").get(f"/communities/{OUTER}").text
    assert "Preventing fraud" in text
    assert "Bank B" not in text
    assert TITLES[INNER] not in text
    assert world.person("head-a").get(f"/communities/{INNER}").status_code == 404


def test_only_those_who_decide_see_who_asks(world: World) -> None:
    asks(world, "bank-c")
    assert "Bank C" in world.person("keeper").get(f"/communities/{OUTER}").text
    assert "Bank C" not in world.person("head-b").get(f"/communities/{OUTER}").text
    assert "wait" not in world.person("head-b").get("/communities").text


def test_the_first_page_tells_those_who_decide_that_somebody_asks(world: World) -> None:
    words = f"1 member asks to be in {TITLES[OUTER]}"
    assert words not in world.person("keeper").get("/").text
    asks(world, "bank-c")
    telling = {login for login in SIGHTS if words in world.person(login).get("/").text}
    assert telling == {"admin", "keeper"}


def link_for(world: World, slug: str, community: str = FAR) -> str:
    answer = world.person("admin").post(f"/communities/{community}/invite", {"member": slug, "how": "link"})
    return re.findall(r'readonly value="http://localhost([^"]+)"', answer.text)[0]


def test_a_link_shows_one_member_the_agreement_and_lets_it_ask(world: World) -> None:
    link = link_for(world, "bank-a")
    head = world.person("head-a")
    assert "Preventing fraud" in head.get(link).text
    assert world.person("clerk").post(link).status_code == 403
    assert head.post(link).status_code == 302
    assert state(world, "bank-a", FAR) == "waits"
    assert "has asked" in head.get(link).text


@pytest.mark.parametrize("login", ["head-b", "keeper", "clerk-b", "admin"])
def test_a_link_is_nothing_to_others(world: World, login: str) -> None:
    link, person = link_for(world, "bank-a"), world.person(login)
    other = person.get("/communities/-/invited/" + "x" * 60)
    assert (other.status_code, said(person.get(link))) == (404, said(other))


def test_a_changed_link_is_nothing(world: World) -> None:
    link = link_for(world, "bank-a")
    head = world.person("head-a")
    middle = "A" if link[-9] != "A" else "B"  # in the last character some bits say nothing
    for other in (f"{link[:-9]}{middle}{link[-8:]}", link.replace("/invited/", "/invited/W"), link + "x"):
        assert head.get(other).status_code == 404


def test_a_link_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    link = link_for(world, "bank-a")
    monkeypatch.setattr("tocsin.web.joining.INVITED_DAYS", -1)
    assert world.person("head-a").get(link).status_code == 404


def test_leaving_ends_all_sight(world: World) -> None:
    head = world.person("head-b")
    alerts = world.collection_id("Ring alerts")
    assert alerts in head.get("/collections").text
    assert head.post(f"/communities/{INNER}/leave").status_code == 302
    assert state(world, "bank-b", INNER) == "ended"
    assert head.get(f"/communities/{INNER}").status_code == 404
    assert alerts not in head.get("/collections").text


def test_ending_the_agreement_ends_it_and_not_what_lies_inside(world: World) -> None:
    assert world.person("admin").post(f"/communities/{OUTER}/end").status_code == 302
    head = world.person("head-b")
    assert [head.get(f"/communities/{slug}").status_code for slug in (OUTER, INNER)] == [404, 200]
    assert world.collection_id("Ring alerts") not in head.get("/collections").text
    assert "has ended" in world.person("admin").get(f"/communities/{OUTER}").text


def test_a_keeper_may_be_in_it_too_and_leave(world: World) -> None:
    with world.house.database.writing() as connection:
        let_in(connection, find_community(connection, OUTER), "police")
    keeper = world.person("keeper")
    assert keeper.post(f"/communities/{OUTER}/leave").status_code == 302
    assert state(world, "police") == "ended"
    assert keeper.get(f"/communities/{OUTER}").status_code == 200


def test_a_kind_that_is_no_party_cannot_ask(world: World) -> None:
    admin = world.person("admin")
    admin.post(f"/communities/{FAR}/change", {"title": "For telecoms", "parties": "telco"})
    assert "Ask for Bank C" not in admin.get(f"/communities/{FAR}").text
    answer = admin.post(f"/communities/{FAR}/ask", follow_redirects=True)
    assert "is for telco" in answer.text
    assert state(world, "bank-c", FAR) is None


@pytest.mark.parametrize(
    ("changed", "anchor", "words"),
    [
        ({"title": " "}, "title", "Write what it is called."),
        ({"slug": "Not a name!"}, "slug", "cannot be a short name"),
        ({"slug": "bank-a"}, "slug", "There is already a member"),
        ({"slug": INNER}, "slug", "There is already a community"),
        ({"onward": ""}, "onward-1", "Choose how far"),
        ({"onward": "everywhere"}, "onward-1", "Choose how far"),
        ({"parent": "no-circle"}, "parent", "Choose one of the list."),
        ({"steward": "nobody"}, "steward", "Choose one of the list."),
        ({"parties": "list"}, "parties-1", "Choose from the list."),
        ({"bases": "because"}, "bases-1", "Choose from the list."),
        ({"voices-iban": "1"}, "voices-iban", "Write a number from 2 to 20"),
        ({"voices-domain": "²"}, "voices-domain", "Write a number from 1 to 20"),
        ({"until": "tomorrow"}, "until", "Write the day as"),
        ({"until": "2001-01-01"}, "until", "That day is over."),
        ({"until": "9999-12-31"}, "until", "Write the day as"),
        ({"purposes": "one\n" * 21}, "purposes", "at most 20"),
    ],
)
def test_a_mistake_is_named_at_its_field(world: World, changed: dict[str, str], anchor: str, words: str) -> None:
    kept = {"contact": "kept@desk.example"}
    answer = world.person("admin").post("/communities/-/new", NEW | kept | changed)
    assert answer.status_code == 400
    assert f'href="#{anchor}">' in answer.text
    assert f'id="{anchor}"' in answer.text
    assert words in answer.text
    assert "kept@desk.example" in answer.text
    assert world.person("admin").get("/communities/harbour-ring").status_code == 404


def test_a_community_is_made_as_it_was_written(world: World) -> None:
    day = (date.today() + timedelta(days=400)).isoformat()  # noqa: DTZ011 - any day after this one
    written = NEW | {
        "parent": OUTER,
        "steward": "police",
        "parties": ["bank", "telco"],
        "purposes": "Preventing fraud\r\n\r\n  Recalling   payments ",
        "bases": ["consent", "contract"],
        "voices-iban": "3",
        "voices-*": "4",
        "contact": "harbour@desk.example",
        "until": day,
    }
    admin = world.person("admin")
    assert admin.post("/communities/-/new", written).status_code == 302
    with world.house.database.reading() as connection:
        made, outer = find_community(connection, "harbour-ring"), find_community(connection, OUTER)
    assert made.parent_key == outer.key
    assert made.agreement.parties == {"bank", "telco"}
    assert made.agreement.purposes == ("Preventing fraud", "Recalling payments")
    assert made.agreement.bases == {"consent", "contract"}
    assert dict(made.agreement.voices) == {"iban": 3, "*": 4}
    page = admin.get("/communities/harbour-ring").text
    for words in ("harbour@desk.example", day, "A contract with the person", "Recalling payments"):
        assert words in page
    assert f'value="{day}"' in admin.get("/communities/harbour-ring/change").text


def test_what_was_shared_under_cannot_be_changed(world: World) -> None:
    admin = world.person("admin")
    changed = {"title": "Wider ring", "onward": "public"}
    answer = admin.post(f"/communities/{OUTER}/change", changed)
    assert answer.status_code == 400
    assert "cannot be changed" in answer.text
    assert admin.post(f"/communities/{OUTER}/change", changed | {"onward": "none"}).status_code == 302
    with world.house.database.reading() as connection:
        now = find_community(connection, OUTER)
    assert (now.title, now.agreement.onward, now.agreement.bases) == ("Wider ring", "none", frozenset())


def test_an_ended_agreement_can_be_changed_and_stays_ended(world: World) -> None:
    admin = world.person("admin")
    admin.post(f"/communities/{OUTER}/end")
    with world.house.database.reading() as connection:
        ended = find_community(connection, OUTER).until_ms
    day = re.findall(r'name="until"[^>]*value="([^"]+)"', admin.get(f"/communities/{OUTER}/change").text)
    assert admin.post(f"/communities/{OUTER}/change", {"title": "Old ring", "until": day}).status_code == 302
    with world.house.database.reading() as connection:
        assert find_community(connection, OUTER).until_ms == ended


def test_a_day_that_is_over_loses_nothing(world: World) -> None:
    asks(world, "bank-c")
    answer = world.person("keeper").post(
        f"/communities/{OUTER}/decide", {"member": "bank-c", "decision": "approve", "until": "2001-01-01"}
    )
    assert answer.status_code == 400
    assert "That day is over." in answer.text
    assert 'value="2001-01-01"' in answer.text
    assert state(world, "bank-c") == "waits"


def test_hostile_words_are_only_words(world: World) -> None:
    hostile = '"><script>alert(1)</script>'
    admin = world.person("admin")
    written = NEW | {"title": hostile, "purposes": hostile, "contact": hostile}
    assert admin.post("/communities/-/new", written).status_code == 302
    for path in ("/communities", "/communities/harbour-ring", "/communities/harbour-ring/change", "/collections/new"):
        text = admin.get(path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    "path", [f"{OUTER}/ask", f"{OUTER}/leave", f"{OUTER}/decide", f"{OUTER}/end", f"{OUTER}/change", "-/new"]
)
def test_forms_without_their_token_are_refused(world: World, path: str) -> None:
    assert world.person("admin").client.post(f"/communities/{path}", data=NEW).status_code == 400


def test_a_suspended_keeper_is_out(world: World) -> None:
    with world.house.database.writing() as connection:
        suspend_member(connection, find_member(connection, "police").key, START)
    world.services.door._answers.clear()
    assert world.person("keeper").get(f"/communities/{OUTER}").status_code == 302


def test_a_membership_that_is_over_can_be_asked_for_again(world: World) -> None:
    asks(world, "bank-c")
    with world.house.database.writing() as connection:
        member, outer = find_member(connection, "bank-c"), find_community(connection, OUTER)
        approve_membership(connection, outer, member, "keeper", START, START + 1)
    head = world.person("desk")
    text = head.get(f"/communities/{OUTER}").text
    assert "is over" in text
    assert "Bank B" not in text
    assert head.post(f"/communities/{OUTER}/ask").status_code == 302
    assert state(world, "bank-c") == "waits"
