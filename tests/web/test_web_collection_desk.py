"""The pages on which collections are made, opened, filtered and frozen."""

import pytest
from gathered import ALERTS, OUTER, TITLES, said, share
from web_world import SECRET, World

from tocsin.ledger.collections import Collection, NoSuchCollection, find_collection
from tocsin.members.members import find_member, rights_of
from tocsin.publishing import settling
from tocsin.times import now_ms
from tocsin.web import collection_desk

NEW = {"title": "Harbour news"}
NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def world(circles: World) -> World:
    return circles


def page(world: World, title: str) -> str:
    return f"/collections/{world.collection_id(title)}"


def collection(world: World, name: str) -> Collection:
    with world.house.database.reading() as connection:
        return find_collection(connection, name)


def reads(world: World, slug: str, title: str) -> bool:
    with world.house.database.reading() as connection:
        found = rights_of(connection, find_member(connection, slug).key)
        right = found.get(find_collection(connection, title).key)
    return right is not None and right.can_read


@pytest.mark.parametrize("login", ["clerk", "inspector", "desk", "auditor", "head-a", "head-b", "keeper"])
def test_only_administrators_manage(world: World, login: str) -> None:
    person, one = world.person(login), page(world, SECRET)
    paths = (one, "/collections/new", f"/collections/{NOWHERE}")
    assert [person.get(path).status_code for path in paths] == [403] * 3
    assert said(person.get(one)) == said(person.get(f"/collections/{NOWHERE}"))
    for path in ("/collections/new", f"{one}/right", f"{one}/freeze", f"{one}/filter"):
        answer = person.post(path, NEW | {"who": "bank-a", "read": "yes", "filter": "kind:ip", "step": "set"})
        assert answer.status_code == 403
    assert not reads(world, "bank-a", SECRET)
    assert collection(world, SECRET).frozen_ms is None
    assert "All collections of the exchange" not in person.get("/collections").text


def test_administrators_manage_what_their_member_cannot_read(world: World) -> None:
    admin = world.person("admin")
    assert page(world, SECRET) in admin.get("/collections").text
    assert "2 members: Bank B and Police" in admin.get(page(world, SECRET)).text
    assert admin.get(f"/collections/{NOWHERE}").status_code == 404
    assert f"1 member: those of {TITLES[OUTER]}" in admin.get(page(world, ALERTS)).text


def test_a_collection_is_made_for_a_community_and_a_member(world: World) -> None:
    written = NEW | {"alias": "harbour", "read": [OUTER, "bank-a"], "write": ["bank-a"], "filter": "kind:domain"}
    assert world.person("admin").post("/collections/new", written).status_code == 302
    assert collection(world, "harbour").filter == "kind:domain"
    assert [reads(world, slug, "harbour") for slug in ("bank-a", "bank-b", "bank-c")] == [True, True, False]
    assert f"2 members: those of {TITLES[OUTER]}, and Bank A" in world.person("clerk").get("/collections").text


@pytest.mark.parametrize(
    ("changed", "anchor", "words"),
    [
        ({"title": ""}, "title", "must not be empty"),
        ({"title": "a.b"}, "title", "must not contain a dot"),
        ({"title": "Scams"}, "title", "already a collection"),
        ({"alias": "a/b"}, "alias", "letters, digits"),
        ({"root": "a b"}, "root", "letters, digits"),
        ({"filter": "kind"}, "filter", "is not written as"),
        ({"filter": "colour:red"}, "filter", "it can ask for"),
        ({"read": "no-bank"}, "read-1", "Choose from the list."),
        ({"write": "no-bank"}, "write-1", "Choose from the list."),
    ],
)
def test_a_mistake_is_named_and_nothing_is_lost(world: World, changed: dict[str, str], anchor: str, words: str) -> None:
    kept = {"description": "Kept words", "read": "bank-b"}
    answer = world.person("admin").post("/collections/new", NEW | kept | changed)
    assert answer.status_code == 400
    assert f'href="#{anchor}">' in answer.text
    assert f'id="{anchor}"' in answer.text
    assert words in answer.text
    assert "Kept words" in answer.text
    assert 'name="read" value="bank-b" checked' in answer.text or "read" in changed
    with pytest.raises(NoSuchCollection):
        collection(world, "Harbour news")


def test_a_right_is_given_and_taken(world: World) -> None:
    admin, path = world.person("admin"), page(world, ALERTS)
    assert admin.post(f"{path}/right", {"who": "bank-a", "read": "yes"}).status_code == 302
    assert reads(world, "bank-a", ALERTS)
    assert admin.post(f"{path}/right", {"who": "bank-a"}).status_code == 302
    assert not reads(world, "bank-a", ALERTS)
    assert admin.post(f"{path}/right", {"who": OUTER}).status_code == 302
    assert not reads(world, "bank-b", ALERTS)


def test_nobody_comes_to_read_what_was_not_shared_with_them(world: World) -> None:
    share(world, "bank-b", "ring-only.example\n", share=(OUTER,))
    admin, path = world.person("admin"), page(world, ALERTS)
    answer = admin.post(f"{path}/right", {"who": "bank-a", "read": "yes", "write": "yes"})
    assert answer.status_code == 400
    assert 'href="#who">' in answer.text
    assert "not shared with Bank A" in answer.text
    assert 'id="right-write" name="write" value="yes" checked' in answer.text
    assert not reads(world, "bank-a", ALERTS)


@pytest.mark.parametrize("who", ["", "no-bank", "Bank A"])
def test_a_right_is_for_somebody(world: World, who: str) -> None:
    answer = world.person("admin").post(f"{page(world, ALERTS)}/right", {"who": who, "read": "yes"})
    assert answer.status_code == 400
    assert "Choose a member or community." in answer.text


def test_a_filter_says_first_what_would_leave(world: World) -> None:
    world.house.submit("bank-a", "leaves.example\nleaves-too.example\n198.51.100.7\n")
    admin, path = world.person("admin"), page(world, "Scams")
    seen = admin.post(f"{path}/filter", {"filter": "kind:ipv4", "step": "look"})
    assert "2 of 3" in seen.text
    assert collection(world, "Scams").filter is None
    # what was not looked at is not set
    other = admin.post(f"{path}/filter", {"filter": "kind:iban", "seen": "kind:ipv4", "step": "set"})
    assert "3 of 3" in other.text
    assert collection(world, "Scams").filter is None
    done = admin.post(f"{path}/filter", {"filter": "kind:ipv4", "seen": "kind:ipv4", "step": "set"})
    assert done.status_code == 302
    assert list(world.house.indicators()) == ["[ipv4-addr:value = '198.51.100.7']"]
    back = admin.post(f"{path}/filter", {"filter": "", "seen": "", "step": "set"})
    assert back.status_code == 302
    assert len(world.house.indicators()) == 3


def test_a_page_says_that_the_worker_goes_on_with_what_is_much(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "SUBJECTS_AT_ONCE", 1)
    monkeypatch.setattr(collection_desk, "MOST_WAITED_FOR", 2)
    world.house.submit("bank-a", "leaves.example\nleaves-too.example\n198.51.100.7\n")
    admin, path = world.person("admin"), page(world, "Scams")
    admin.post(f"{path}/filter", {"filter": "kind:iban", "seen": "kind:iban", "step": "set"})
    assert len(world.house.indicators()) == 1
    assert "That goes on by itself." in admin.get(path).text
    while settling.settle_some(world.house.database, world.house.exchange, now_ms()):
        pass
    assert not world.house.indicators()
    assert "That goes on by itself." not in admin.get(path).text


@pytest.mark.parametrize("step", ["look", "set"])
def test_a_filter_that_cannot_be_read_changes_nothing(world: World, step: str) -> None:
    written = {"filter": "colour:red", "seen": "colour:red", "step": step}
    answer = world.person("admin").post(f"{page(world, 'Scams')}/filter", written)
    assert answer.status_code == 400
    assert 'href="#filter">' in answer.text
    assert 'value="colour:red"' in answer.text
    assert collection(world, "Scams").filter is None


def test_frozen_and_released(world: World) -> None:
    admin, path = world.person("admin"), page(world, "Scams")
    assert admin.post(f"{path}/freeze").status_code == 302
    assert collection(world, "Scams").frozen_ms is not None
    assert "Frozen since" in admin.get(path).text
    assert admin.post(f"{path}/freeze", {"release": "yes"}).status_code == 302
    assert collection(world, "Scams").frozen_ms is None


def test_an_inbox_is_its_members_alone(world: World) -> None:
    share(world, "bank-b", "for-a.example\n", share=("bank-a",), tlp="red")
    with world.house.database.reading() as connection:
        inbox = find_collection(connection, "Inbox of Bank A")
    admin = world.person("admin")
    assert "Set a right" not in admin.get(f"/collections/{inbox.id}").text
    answer = admin.post(f"/collections/{inbox.id}/right", {"who": "bank-c", "read": "yes"})
    assert answer.status_code == 400
    assert not reads(world, "bank-c", "Inbox of Bank A")


def test_hostile_titles_are_only_titles(world: World) -> None:
    hostile = "<script>alert(1)</script>"
    admin = world.person("admin")
    written = NEW | {"title": hostile, "description": hostile, "read": "bank-a", "write": "bank-a"}
    assert admin.post("/collections/new", written).status_code == 302
    made = collection(world, hostile)
    handing_in = world.person("clerk").post("/submit", {"text": "first.example"}, follow_redirects=True)
    texts = [admin.get(path).text for path in ("/collections", f"/collections/{made.id}")]
    for text in (*texts, handing_in.text):
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize("path", ["right", "freeze", "filter"])
def test_forms_without_their_token_are_refused(world: World, path: str) -> None:
    client = world.person("admin").client
    assert client.post(f"{page(world, 'Scams')}/{path}").status_code == 400
    assert client.post("/collections/new", data=NEW).status_code == 400
