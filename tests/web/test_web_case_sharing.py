"""Shared cases on the pages: who sees what of them, and that members hear of each other only where both want it."""

import hashlib
import re
from io import BytesIO

import orjson
from case_world import exported, name_of, opened, pages_of, plain, published, put, things_in
from web_world import SECRET, SECRET_VALUE, Person, World

from tocsin.identifiers import read
from tocsin.members.members import find_member, grant
from tocsin.publishing.erase import erase


def shared(world: World, right: str = "read") -> tuple[Person, Person, str]:
    """A case of the police with a thing that all may read and one that bank-c may not, shared with bank-c."""
    inspector, desk = world.person("inspector"), world.person("desk")
    (name,) = published(world, "for-all.example")
    case_id = opened(inspector, tlp="green")
    put(inspector, case_id, name, name_of(world, SECRET_VALUE, SECRET))
    inspector.post(f"/cases/{case_id}/notes", {"note": "A word of the police"})
    inspector.post("/cases/keep", {"case": case_id, "q": "asked-by-police.example"})
    inspector.post(f"/cases/{case_id}/share", {"member": "bank-c", "right": right})
    return inspector, desk, case_id


def forms_of(person: Person, case_id: str) -> dict[str, bytes]:
    """Everything that a member can take out of a case."""
    found = {form: exported(person, case_id, form) for form in ("csv", "stix", "json")}
    found["pdf"] = plain("".join(pages_of(exported(person, case_id, "pdf")))).encode()
    found["page"] = person.get(f"/cases/{case_id}").data
    found["api"] = person.get(f"/api/v1/cases/{case_id}").data
    return found


def test_the_other_member_sees_what_it_may_read_itself_in_no_form_more(world: World) -> None:
    inspector, desk, case_id = shared(world)
    assert "Operation Heron" in desk.get("/cases").text
    hidden = world.house.indicators(SECRET)
    ids = [one["id"] for one in hidden.values()]
    for form, said in forms_of(desk, case_id).items():
        assert b"for-all" in said, form
        for word in ("nightjar", "Nightjar", *ids, world.collection_id(SECRET), "asked-by-police", ">inspector<"):
            assert word.encode() not in said, (form, word)
    data = orjson.loads(exported(desk, case_id, "json"))
    assert (len(data["things"]), data["no_longer_available"], data["searches"]) == (1, 0, [])
    for form, said in forms_of(inspector, case_id).items():
        assert b"nightjar" in said.lower(), form


def test_the_pages_are_the_same_with_and_without_what_is_hidden(world: World) -> None:
    """Neither a count nor a gap tells how much more there is."""
    inspector, desk, case_id = shared(world)

    def page() -> str:
        return re.sub(r'name="csrf_token" value="[^"]+"', "", desk.get(f"/cases/{case_id}").text)

    before = page()
    assert len(things_in(inspector.get(f"/cases/{case_id}").text)) == 2
    inspector.post(f"/cases/{case_id}/remove/things/{things_in(inspector.get(f'/cases/{case_id}').text)[0]}")
    kept = things_in(inspector.get(f"/cases/{case_id}").text)
    assert len(kept) == 1
    assert page() == before


def test_who_may_look_adds_nothing_and_who_may_add_changes_nothing_else(world: World) -> None:
    _, desk, case_id = shared(world)
    (name,) = published(world, "added-by-c.example")
    for end, data in (("notes", {"note": "x"}), ("tasks", {"task": "x"}), ("files", {"sha256": "ab" * 32})):
        assert desk.post(f"/cases/{case_id}/{end}", data).status_code == 404
    assert put(desk, case_id, name).status_code == 400
    inspector = world.person("inspector")
    inspector.post(f"/cases/{case_id}/share", {"member": "bank-c", "right": "write"})
    assert "added-by-c" in put(desk, case_id, name).text
    assert desk.post(f"/cases/{case_id}/notes", {"note": "A word of the bank"}).status_code == 302
    page = inspector.get(f"/cases/{case_id}").text
    assert "A word of the bank" in page
    assert "Bank C" in page
    assert "by desk" not in page
    for end in ("change", "close", "delete", "share", "take-back", "meet"):
        assert desk.post(f"/cases/{case_id}/{end}", {"title": "x", "sure": "yes"}).status_code == 404, end


def test_what_is_in_a_file_stays_with_its_member(world: World) -> None:
    inspector, desk, case_id = shared(world, "write")
    body = b"what nobody else sees"
    files = {"files": [(BytesIO(body), "picture.png")]}
    inspector.post(f"/cases/{case_id}/files", files, content_type="multipart/form-data")
    (file_id,) = set(re.findall(r"/files/([0-9a-f]{32})", inspector.get(f"/cases/{case_id}").text))
    page = desk.get(f"/cases/{case_id}").text
    assert hashlib.sha256(body).hexdigest() in page
    assert file_id not in page
    assert desk.get(f"/cases/{case_id}/files/{file_id}").status_code == 404
    assert "not there any more" in desk.post(f"/cases/{case_id}/remove/files/{file_id}", follow_redirects=True).text


def test_taken_back_it_is_as_if_it_were_not_there(world: World) -> None:
    inspector, desk, case_id = shared(world)
    inspector.post(f"/cases/{case_id}/take-back", {"member": "bank-c"})
    assert desk.get(f"/cases/{case_id}").status_code == 404
    assert desk.get(f"/api/v1/cases/{case_id}").status_code == 404
    assert desk.post(f"/cases/{case_id}/export", {"form": "pdf"}).status_code == 404
    assert "Operation Heron" not in desk.get("/cases").text


def test_a_member_gives_up_what_was_shared_with_it(world: World) -> None:
    inspector, desk, case_id = shared(world)
    desk.post(f"/cases/{case_id}/leave")
    assert desk.get(f"/cases/{case_id}").status_code == 404
    assert "shared with nobody" in inspector.get(f"/cases/{case_id}").text
    assert "It is your own case" in inspector.post(f"/cases/{case_id}/leave", follow_redirects=True).text


def test_only_members_that_one_meets_can_be_chosen(world: World) -> None:
    inspector = world.person("inspector")
    case_id = opened(inspector)
    for slug in ("police", "nobody", ""):
        answer = inspector.post(f"/cases/{case_id}/share", {"member": slug})
        assert answer.status_code == 400
        assert "Choose one of the members." in answer.text


def test_what_was_erased_shows_as_gone_in_every_form(world: World) -> None:
    inspector, desk, case_id = shared(world)
    erase(
        world.house.database,
        world.house.exchange,
        read("for-all.example", "domain"),
        lambda text: text.encode()[::-1],
        lambda _: None,
        "law",
        "x",
        1,
    )
    for person in (inspector, desk):
        for form, said in forms_of(person, case_id).items():
            assert b"for-all" not in said, form
        assert "No longer available to you." in person.get(f"/cases/{case_id}").text
    assert orjson.loads(exported(inspector, case_id, "json"))["no_longer_available"] == 1


def test_rights_that_end_end_in_cases_too(world: World) -> None:
    inspector, _, case_id = shared(world)
    with world.house.database.writing() as connection:
        police = find_member(connection, "police").key
        grant(connection, world.house.collections[SECRET].key, police)
    page = inspector.get(f"/cases/{case_id}").text
    assert "No longer available to you." in page
    assert "nightjar" not in page.lower()
    for form, said in forms_of(inspector, case_id).items():
        assert b"nightjar" not in said.lower(), form


def test_members_hear_of_each_other_once_both_want_it(world: World) -> None:
    inspector, desk = world.person("inspector"), world.person("desk")
    (name,) = published(world, "both-have-it.example")
    first, second = opened(inspector, "Ours"), opened(desk, "Theirs")
    put(inspector, first, name)
    put(desk, second, name)

    def heard() -> list[bool]:
        texts = [inspector.get(url).text for url in (f"/cases/{first}", "/cases", "/")]
        texts += [desk.get(url).text for url in (f"/cases/{second}", "/cases", "/")]
        return ["on the same" in text for text in texts]

    assert heard() == [False] * 6
    inspector.post(f"/cases/{first}/meet", {"do": "meet"})
    assert heard() == [False] * 6
    desk.post(f"/cases/{second}/meet", {"do": "meet"})
    assert heard() == [True] * 6
    page = inspector.get(f"/cases/{first}").text
    assert "<strong>Bank C</strong> has a case with one of your things" in page
    assert "others work on it" in page
    assert "Theirs" not in page
    assert inspector.get(f"/api/v1/cases/{first}").json["meets"] == [{"member": "Bank C"}]
    desk.post(f"/cases/{second}/meet", {"do": "stop"})
    assert heard() == [False] * 6


def test_a_member_with_whom_a_case_is_shared_hears_nothing_of_whom_it_meets(world: World) -> None:
    inspector, desk, case_id = shared(world)
    inspector.post(f"/cases/{case_id}/meet", {"do": "meet"})
    page = desk.get(f"/cases/{case_id}").text
    assert "Nobody hears" not in page
    assert "both may read" not in page
    assert "/meet" not in page
