"""Cases on the pages: opened, filled, worked on, closed; by whom."""

import hashlib
import re
from io import BytesIO

import pytest
from case_world import exported, name_of, opened, pages_of, plain, published, put, things_in
from web_world import SECRET, SECRET_VALUE, World

from tocsin.cases import words
from tocsin.cases.tables import case_files
from tocsin.members.people import find_person, set_role


def test_a_case_is_opened_filled_and_closed(world: World) -> None:
    inspector = world.person("inspector")
    first, second = published(world, "first-scam.example", "second-scam.example")
    assert "No case is open" in inspector.get("/cases").text
    case_id = opened(inspector, about="Parcels that never come")
    page = put(inspector, case_id, first, second).text
    assert "2 added." in page
    assert "first-scam[.]example" in page
    assert "Parcels that never come" in page
    assert "the newest version" in page
    assert "All of that is in it already" in put(inspector, case_id, first).text
    inspector.post(f"/cases/{case_id}/remove/things/{things_in(page)[0]}")
    assert "first-scam" not in inspector.get(f"/cases/{case_id}").text
    closed = inspector.post(f"/cases/{case_id}/close", {"do": "close"}, follow_redirects=True).text
    assert "Nothing goes into it" in closed
    assert inspector.post(f"/cases/{case_id}/notes", {"note": "late"}).status_code == 404
    assert "Choose a case that is open." in put(inspector, case_id, first).text
    assert "Operation Heron" not in inspector.get("/cases").text
    assert "Operation Heron" in inspector.get("/cases?closed=yes").text
    inspector.post(f"/cases/{case_id}/close", {"do": "reopen"})
    assert inspector.post(f"/cases/{case_id}/notes", {"note": "again"}).status_code == 302


def test_from_the_page_of_one_thing_a_new_case_is_opened(world: World) -> None:
    inspector = world.person("inspector")
    (name,) = published(world, "one-thing.example")
    page = inspector.get("/indicators/" + name.replace(":", "/", 1)).text
    assert f'name="thing" value="{name}"' in page
    data = {"case": "new", "title": "", "thing": name}
    again = inspector.post("/cases/add", data)
    assert again.status_code == 400
    assert "Write a title for the new case." in again.text
    assert f'name="thing" value="{name}"' in again.text
    done = inspector.post("/cases/add", {**data, "title": "Operation Egret"}, follow_redirects=True).text
    assert "Operation Egret" in done
    assert "one-thing[.]example" in done


def test_hits_of_a_search_are_ticked(world: World) -> None:
    inspector = world.person("inspector")
    names = published(world, "parcel-one.example", "parcel-two.example")
    page = inspector.get("/search?q=parcel").text
    assert all(f'form="to-case" name="thing" value="{name}"' in page for name in names)
    nothing = inspector.post("/cases/add", {"case": "new", "title": "x"})
    assert nothing.status_code == 400
    assert "Tick what goes into the case." in nothing.text


def test_notes_and_tasks(world: World) -> None:
    inspector = world.person("inspector")
    case_id = opened(inspector)
    url = f"/cases/{case_id}"
    inspector.post(f"{url}/notes", {"note": "Called the bank.\n<script>alert(1)</script>"})
    inspector.post(f"{url}/tasks", {"task": "Ask the registrar", "due": "2099-01-31"})
    inspector.post(f"{url}/tasks", {"task": "Whenever"})
    page = inspector.get(url).text
    assert "&lt;script&gt;alert(1)" in page
    assert page.index("Ask the registrar") < page.index("Whenever")
    assert "due 2099-01-31" in page
    due = inspector.get("/cases/tasks").text
    assert "Ask the registrar" in due
    task_id = re.findall(r"/tasks/([0-9a-f]{32})/tick", page)[0]
    inspector.post(f"{url}/tasks/{task_id}/tick", {"do": "done"})
    assert "Ask the registrar" not in inspector.get("/cases/tasks").text
    assert "by inspector" in inspector.get(url).text
    inspector.post(f"{url}/tasks/{task_id}/tick", {"do": "undo"})
    assert "Ask the registrar" in inspector.get("/cases/tasks").text


@pytest.mark.parametrize(
    ("end", "data", "words"),
    [
        ("notes", {"note": " "}, "Write something first."),
        ("notes", {"note": "Paid with 4111 1111 1111 1111"}, "Leave out the number of the card"),
        ("notes", {"note": "x" * 4_001}, "longer than 4000 characters"),
        ("tasks", {"task": ""}, "Say what is to be done."),
        ("tasks", {"task": "keep-my-words", "due": "2001-01-01"}, "That day is over."),
        ("files", {"sha256": "abc", "name": "keep-my-name"}, "A SHA-256 has 64 digits"),
        ("files", {}, "Choose a file"),
        ("change", {"title": ""}, "Write a title"),
        ("change", {"title": "x", "tlp": "purple"}, "Choose one of the markings."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    world: World, end: str, data: dict[str, str], words: str
) -> None:
    inspector = world.person("inspector")
    answer = inspector.post(f"/cases/{opened(inspector)}/{end}", data)
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert words in answer.text
    for kept in ("keep-my-words", "keep-my-name"):
        assert (kept in answer.text) == (kept in data.values())


def test_files_are_sealed_and_known_by_their_hash(world: World) -> None:
    inspector = world.person("inspector")
    case_id, body = opened(inspector), b"a picture of a chat"
    sha256 = hashlib.sha256(body).hexdigest()
    inspector.post(
        f"/cases/{case_id}/files", {"files": [(BytesIO(body), "chat.png")]}, content_type="multipart/form-data"
    )
    elsewhere = "ab" * 32
    inspector.post(f"/cases/{case_id}/files", {"sha256": elsewhere.upper(), "name": "disk image"})
    page = inspector.get(f"/cases/{case_id}").text
    for shown in ("chat.png", sha256, "disk image", elsewhere, "kept elsewhere"):
        assert shown in page
    (file_id,) = re.findall(rf"/cases/{case_id}/files/([0-9a-f]{{32}})", page)
    got = inspector.get(f"/cases/{case_id}/files/{file_id}")
    assert got.data == body
    assert got.mimetype == "application/octet-stream"
    with world.house.database.reading() as connection:
        sealed = connection.execute(case_files.select().where(case_files.c.sha256 == sha256)).one().sealed
    assert body not in sealed
    inspector.post(f"/cases/{case_id}/remove/files/{file_id}")
    assert inspector.get(f"/cases/{case_id}/files/{file_id}").status_code == 404


def test_evidence_of_an_own_report_is_found_by_its_hash(world: World) -> None:
    desk = world.person("desk")
    report = world.house.submit("bank-c", "with-evidence.example\n")
    body = b"a letter"
    files = {"files": [(BytesIO(body), "letter.png")]}
    desk.post(f"/reports/{report.id}/evidence", files, content_type="multipart/form-data")
    case_id = opened(desk)
    desk.post(f"/cases/{case_id}/files", {"sha256": hashlib.sha256(body).hexdigest(), "name": "letter"})
    assert f"/reports/{report.id}" in desk.get(f"/cases/{case_id}").text
    desk.post(f"/cases/{case_id}/share", {"member": "police", "right": "read"})
    assert report.id not in world.person("inspector").get(f"/cases/{case_id}").text


def test_a_closed_case_is_deleted_once_somebody_is_sure(world: World) -> None:
    inspector = world.person("inspector")
    (name,) = published(world, "deleted-with.example")
    case_id = opened(inspector)
    put(inspector, case_id, name)
    inspector.post(f"/cases/{case_id}/notes", {"note": "a word that goes"})
    inspector.post("/cases/keep", {"case": case_id, "q": "nobody.example"})
    assert "Close it first." in inspector.post(f"/cases/{case_id}/delete", follow_redirects=True).text
    inspector.post(f"/cases/{case_id}/close", {"do": "close"})
    assert inspector.post(f"/cases/{case_id}/delete").status_code == 400
    inspector.post(f"/cases/{case_id}/delete", {"sure": "yes"})
    assert inspector.get(f"/cases/{case_id}").status_code == 404
    assert world.house.where("a word that goes") == []
    assert world.house.where("nobody.example") == []


def test_a_new_version_leaves_what_was_pinned_and_can_be_pinned_too(world: World) -> None:
    inspector = world.person("inspector")
    (name,) = published(world, "grows.example")
    case_id = opened(inspector)
    put(inspector, case_id, name)
    pinned = exported(inspector, case_id, "json")
    published(world, "grows.example", slug="bank-b")
    page = inspector.get(f"/cases/{case_id}").text
    assert "a newer version since" in page
    thing_id = things_in(page)[0]
    again = inspector.post(f"/cases/{case_id}/things/{thing_id}/renew", follow_redirects=True).text
    assert "The newest version is pinned too." in again
    assert len(things_in(again)) == 2
    text = "".join(pages_of(exported(inspector, case_id, "pdf")))
    sha256 = re.findall(rb'"sha256":"([0-9a-f]{64})"', pinned)[0].decode()
    assert sha256 in plain(text)
    assert "Nothing" not in text
    checked = inspector.post(
        "/cases/check", {"file": (BytesIO(pinned), "case.json")}, content_type="multipart/form-data"
    )
    assert "All 1 thing is in the ledger as the export says" in checked.text


def test_withdrawn_things_say_so(world: World) -> None:
    inspector, desk = world.person("inspector"), world.person("desk")
    (name,) = published(world, "withdrawn.example")
    case_id = opened(inspector)
    put(inspector, case_id, name)
    desk.post("/indicators/" + name.replace(":", "/", 1) + "/withdraw", {"reason": "It was a mistake."})
    assert "withdrawn since" in inspector.get(f"/cases/{case_id}").text
    assert b"withdrawn since" in exported(inspector, case_id, "csv")


def test_who_comes_in(world: World) -> None:
    """Investigators and up, of the member whose case it is; the others do not learn that it is there."""
    inspector = world.person("inspector")
    case_id = opened(inspector)
    for login, status in (("clerk", 403), ("auditor", 403), ("desk", 404), ("admin", 404), ("inspector", 200)):
        assert world.person(login).get(f"/cases/{case_id}").status_code == status, login
        assert world.person(login).get(f"/api/v1/cases/{case_id}").status_code == {403: 401}.get(status, status), login
    clerk = world.person("clerk")
    for path in ("/", "/search?q=scam", f"/indicators/{name_of(world, SECRET_VALUE, SECRET).replace(':', '/', 1)}"):
        assert 'href="/cases"' not in clerk.get(path).text
    assert world.app.test_client().get(f"/api/v1/cases/{case_id}", headers=world.token_of("police")).status_code == 401


def test_a_colleague_sees_the_members_cases(world: World) -> None:
    with world.house.database.writing() as connection:
        set_role(connection, find_person(connection, "clerk-b"), "investigator")
    case_id = opened(world.person("clerk-b"))
    assert world.person("inspector").get(f"/cases/{case_id}").status_code == 404
    assert "Operation Heron" in world.person("clerk-b").get("/cases").text


def test_nothing_goes_in_that_one_may_not_read(world: World) -> None:
    desk = world.person("desk")
    hidden = name_of(world, SECRET_VALUE, SECRET)
    nothing = f"{world.collection_id('Scams')}:indicator--00000000-0000-4000-8000-000000000000"
    case_id = opened(desk)
    answers = [desk.post("/cases/add", {"case": case_id, "thing": name}) for name in (hidden, nothing, "junk")]
    assert [one.status_code for one in answers] == [400, 400, 400]
    assert len({re.sub(r'name="csrf_token"[^>]+', "", one.text) for one in answers}) == 1


def test_a_case_takes_so_many_words(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_WORDS", 1)
    inspector = world.person("inspector")
    case_id = opened(inspector)
    assert inspector.post(f"/cases/{case_id}/notes", {"note": "one"}).status_code == 302
    full = inspector.post(f"/cases/{case_id}/notes", {"note": "two"})
    assert full.status_code == 400
    assert "A case takes 1 of these." in full.text


def test_the_trail_tells_each_act(world: World) -> None:
    inspector = world.person("inspector")
    (name,) = published(world, "in-the-trail.example")
    case_id = opened(inspector)
    put(inspector, case_id, name)
    inspector.post(f"/cases/{case_id}/share", {"member": "bank-c", "right": "write"})
    inspector.post(f"/cases/{case_id}/take-back", {"member": "bank-c"})
    exported(inspector, case_id, "pdf")
    world.services.audit.flush()
    trail = inspector.get("/audit.json").text
    for said in ('"shared_with":"bank-c"', '"right":"write"', '"right":"none"', '"did":"open"', '"format":"pdf"'):
        assert said in trail.replace('": "', '":"'), said
    assert "in-the-trail.example" not in trail
    assert case_id not in world.person("admin").get("/audit.json").text
