"""The pages of members: administrators manage all, moderators their own defaults, nobody learns of others."""

import pytest
from gathered import ALERTS, INNER, OUTER, TITLES, said
from house import START
from web_world import World

from tocsin.members.defaults import default_audience
from tocsin.members.members import Member, find_member, suspend_member
from tocsin.policy.carry import Reader

NEW = {"name": "Coast Bank", "slug": "coast-bank", "kind": "bank"}


@pytest.fixture
def world(circles: World) -> World:
    return circles


def member(world: World, slug: str) -> Member:
    with world.house.database.reading() as connection:
        return find_member(connection, slug)


@pytest.mark.parametrize("login", ["clerk", "inspector", "desk", "auditor", "head-a", "keeper", "admin"])
def test_only_administrators_see_the_list_and_change_it(world: World, login: str) -> None:
    person, managing = world.person(login), login == "admin"
    assert person.get("/members").status_code == (200 if managing else 403)
    assert person.get("/members/-/new").status_code == (200 if managing else 403)
    assert person.post("/members/-/new", NEW).status_code == (302 if managing else 403)
    assert person.post("/members/bank-a/standing", {"trusted": "yes"}).status_code == (302 if managing else 403)
    assert person.post("/members/bank-a/suspend").status_code == (302 if managing else 403)
    assert member(world, "bank-a").trusted == managing
    assert (member(world, "bank-a").suspended_ms is not None) == managing


@pytest.mark.parametrize(
    ("login", "own", "status", "other"),
    [
        ("head-a", "bank-a", 200, 404),
        ("desk", "bank-c", 200, 404),
        ("admin", "bank-c", 200, 200),
        ("clerk", "bank-a", 403, 403),
        ("auditor", "bank-c", 403, 403),
    ],
)
def test_who_sees_and_sets_the_defaults_of_whom(world: World, login: str, own: str, status: int, other: int) -> None:
    person = world.person(login)
    assert person.get(f"/members/{own}").status_code == status
    assert person.get("/members/bank-b").status_code == other
    assert person.post(f"/members/{own}/defaults", {"tlp": "green"}).status_code == (302 if status == 200 else status)
    assert person.post("/members/bank-b/defaults", {"tlp": "green"}).status_code == (302 if other == 200 else other)
    assert (member(world, "bank-b").default_tlp == "green") == (other == 200)


def test_another_member_reads_like_one_that_is_not_there(world: World) -> None:
    head = world.person("head-a")
    assert said(head.get("/members/bank-b")) == said(head.get("/members/no-bank"))


def test_moderators_are_offered_only_whom_their_member_meets(world: World) -> None:
    text = world.person("head-a").get("/members/bank-a").text
    assert 'value="bank-b"' in text
    assert OUTER not in text
    assert ALERTS not in text
    assert OUTER in world.person("head-b").get("/members/bank-b").text


def test_a_community_that_was_left_is_named_to_administrators_alone(world: World) -> None:
    head, admin = world.person("head-b"), world.person("admin")
    assert TITLES[INNER] in head.get("/members/bank-b").text
    head.post(f"/communities/{INNER}/leave", follow_redirects=True)  # where the message is shown, once
    assert TITLES[INNER] not in head.get("/members/bank-b").text
    assert TITLES[INNER] in admin.get("/members/bank-b").text


def test_defaults_are_kept_and_shown(world: World) -> None:
    head = world.person("head-b")
    chosen = {"tlp": "amber+strict", "share": [OUTER, "bank-a"], "basis": "consent", "unattributed": "yes"}
    chosen["collection"] = world.collection_id("Scams")
    assert head.post("/members/bank-b/defaults", chosen).status_code == 302
    one = member(world, "bank-b")
    assert (one.default_tlp, one.default_basis, one.default_unattributed) == ("amber+strict", "consent", True)
    with world.house.database.reading() as connection:
        audience = default_audience(connection, one.key)
    assert Reader("member", member(world, "bank-a").key) in audience
    assert len(audience) == 2
    form = head.post("/submit", {"text": "first.example"}, follow_redirects=True).text
    assert f'value="{OUTER}" checked' in form
    assert 'value="bank-a" checked' in form
    assert 'name="unattributed" value="yes" checked' in form
    assert f'value="{world.collection_id("Scams")}" checked' not in form


@pytest.mark.parametrize(
    ("changed", "anchor"),
    [
        ({"tlp": "purple"}, "tlp"),
        ({"collection": "00000000-0000-4000-8000-000000000000"}, "collection"),
        ({"collection": "ALERTS"}, "collection"),
        ({"share": OUTER}, "share-1"),
        ({"share": "no-bank"}, "share-1"),
        ({"basis": "because"}, "basis"),
    ],
)
def test_what_is_not_offered_cannot_be_a_default(world: World, changed: dict[str, str], anchor: str) -> None:
    if changed.get("collection") == "ALERTS":
        changed = {"collection": world.collection_id(ALERTS)}
    answer = world.person("head-a").post("/members/bank-a/defaults", {"unattributed": "yes"} | changed)
    assert answer.status_code == 400
    assert f'href="#{anchor}">' in answer.text
    assert f'id="{anchor}"' in answer.text
    assert 'name="unattributed" value="yes" checked' in answer.text
    assert not member(world, "bank-a").default_unattributed


def test_a_member_is_taken_in(world: World) -> None:
    admin = world.person("admin")
    written = NEW | {"country": "sg", "region": " The  coast ", "trusted": "yes"}
    assert admin.post("/members/-/new", written).status_code == 302
    one = member(world, "coast-bank")
    assert (one.name, one.kind, one.country, one.region, one.trusted) == ("Coast Bank", "bank", "SG", "The coast", True)
    assert "Coast Bank" in admin.get("/members").text


@pytest.mark.parametrize(
    ("changed", "anchor", "words"),
    [
        ({"name": " "}, "name", "Write the organisation"),
        ({"slug": ""}, "slug", "Write a short name."),
        ({"slug": "../etc"}, "slug", "cannot be a short name"),
        ({"slug": "bank-a"}, "slug", "There is already a member"),
        ({"slug": OUTER}, "slug", "There is already a community"),
        ({"kind": "castle"}, "kind", "Choose what kind"),
        ({"country": "X1"}, "country", "two letters"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_lost(world: World, changed: dict[str, str], anchor: str, words: str) -> None:
    answer = world.person("admin").post("/members/-/new", NEW | {"region": "Kept coast"} | changed)
    assert answer.status_code == 400
    assert f'href="#{anchor}">' in answer.text
    assert words in answer.text
    assert "Kept coast" in answer.text
    with pytest.raises(LookupError):
        member(world, "coast-bank")


def test_nobody_suspends_their_own_member(world: World) -> None:
    admin = world.person("admin")
    answer = admin.post("/members/bank-c/suspend", follow_redirects=True)
    assert "You cannot suspend your own organisation" in answer.text
    assert member(world, "bank-c").suspended_ms is None


def test_a_suspension_is_lifted(world: World) -> None:
    with world.house.database.writing() as connection:
        suspend_member(connection, find_member(connection, "bank-a").key, START)
    assert world.person("admin").post("/members/bank-a/suspend", {"lift": "yes"}).status_code == 302
    assert member(world, "bank-a").suspended_ms is None


def test_hostile_names_are_only_names(world: World) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    admin = world.person("admin")
    assert admin.post("/members/-/new", NEW | {"name": hostile, "region": hostile}).status_code == 302
    for path in ("/members", "/members/coast-bank", "/collections/new", f"/communities/{OUTER}", "/communities/-/new"):
        text = admin.get(path).text
        assert "<img" not in text
        assert "&lt;img src=x" in text


@pytest.mark.parametrize("path", ["-/new", "bank-a/defaults", "bank-a/standing", "bank-a/suspend"])
def test_forms_without_their_token_are_refused(world: World, path: str) -> None:
    assert world.person("admin").client.post(f"/members/{path}", data=NEW).status_code == 400
