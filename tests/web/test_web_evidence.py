"""Evidence on the pages and over the JSON API: attached by its member, taken out by who may, shown by nobody."""

import hashlib
from io import BytesIO
from typing import Any

import pytest
from web_world import Person, World
from werkzeug.test import TestResponse

from tocsin.members.members import add_member, grant

PICTURE = b"<script>alert(1)</script> a picture that nobody opens"
SHA256 = hashlib.sha256(PICTURE).hexdigest()
NAME = "chat “1”.png"


def handed_in(world: World, **terms: Any) -> str:
    return world.house.submit("bank-a", "attached.example\n", **terms).id


def attach(person: Person, report_id: str, *files: tuple[str, bytes]) -> TestResponse:
    chosen = [(BytesIO(body), name) for name, body in files]
    return person.post(
        f"/reports/{report_id}/evidence",
        {"files": chosen},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def test_it_is_attached_listed_taken_out_and_taken_away(world: World) -> None:
    report_id, clerk = handed_in(world), world.person("clerk")
    answer = attach(clerk, report_id, (NAME, PICTURE), ("b.pdf", b"%PDF-1.7"))
    assert "Attached." in answer.text
    assert NAME in answer.text
    assert SHA256 in answer.text
    assert "That is attached already." in attach(clerk, report_id, (NAME, PICTURE)).text
    got = clerk.get(f"/reports/{report_id}/evidence/{SHA256}")
    assert got.data == PICTURE
    assert got.mimetype == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in got.headers["Cache-Control"]
    gone = clerk.post(f"/reports/{report_id}/evidence/{SHA256}/remove", follow_redirects=True)
    assert "Taken away." in gone.text
    assert SHA256 not in gone.text
    assert "b.pdf" in gone.text
    assert clerk.get(f"/reports/{report_id}/evidence/{SHA256}").status_code == 404


def test_it_is_taken_out_in_one_piece_so_that_a_slow_reader_keeps_no_thread(world: World) -> None:
    report_id, clerk, large = handed_in(world), world.person("clerk"), b"x" * 1_000_000
    attach(clerk, report_id, ("large.png", large))
    path = f"/reports/{report_id}/evidence/{hashlib.sha256(large).hexdigest()}"
    assert list(clerk.client.get(path, buffered=False).response) == [large]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "Choose a file first."),
        ([("empty.png", b"")], "“empty.png” is empty. Nothing was attached."),
        ([("good.png", b"good"), ("large.png", b"x" * 20_000_001)], "“large.png” has 20.0 MB"),
    ],
)
def test_what_cannot_be_attached_is_said(world: World, files: list[tuple[str, bytes]], words: str) -> None:
    answer = attach(world.person("clerk"), handed_in(world), *files)
    assert answer.status_code == 200
    assert words in answer.text
    assert "good.png</a>" not in answer.text


def test_who_sees_it(world: World) -> None:
    """Its own member and those who answer for the exchange; other members do not learn that the report is there."""
    report_id = handed_in(world)
    attach(world.person("clerk"), report_id, (NAME, PICTURE))
    url = f"/reports/{report_id}/evidence/{SHA256}"
    for login, status in (("desk", 200), ("auditor", 200), ("clerk-b", 404), ("inspector", 404)):
        assert world.person(login).get(url).status_code == status, login
    desk = world.person("desk")
    page = desk.get(f"/reports/{report_id}").text
    assert NAME in page
    assert "as you would a stranger" in page
    assert "Attach screenshots" not in page
    assert "by clerk" not in page
    for end in ("", f"/{SHA256}/remove"):
        assert desk.post(f"/reports/{report_id}/evidence{end}").status_code == 404
        assert world.person("clerk-b").post(f"/reports/{report_id}/evidence{end}").status_code == 404
    assert desk.get(url).status_code == 200


def test_a_source_without_a_name_is_not_told_by_its_picture(world: World) -> None:
    with world.house.database.writing() as connection:
        for slug in ("fifth", "sixth"):
            key = add_member(connection, slug, slug.title(), "bank", "SG", 1).key
            grant(connection, world.house.collections["Scams"].key, key, read=True)
    report_id = handed_in(world, unattributed=True)
    clerk, desk = world.person("clerk"), world.person("desk")
    attach(clerk, report_id, (NAME, PICTURE))
    assert clerk.get(f"/reports/{report_id}/evidence/{SHA256}").data == PICTURE
    assert desk.get(f"/reports/{report_id}/evidence/{SHA256}").status_code == 404
    page = desk.get(f"/reports/{report_id}")
    assert page.status_code == 200
    for word in (NAME, SHA256, "Evidence"):
        assert word not in page.text


def test_machines_attach_and_take_out_what_is_their_members(world: World) -> None:
    report_id, client = handed_in(world), world.app.test_client()
    url, own = f"/api/v1/reports/{report_id}/evidence", world.token_of("bank-a")
    first = client.post(f"{url}?name=chat.png", data=PICTURE, headers=own)
    again = client.post(f"{url}?name=chat.png", data=PICTURE, headers=own)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json == client.get(url, headers=own).json
    (told,) = first.json["evidence"]
    assert (told["sha256"], told["name"], told["size"], told["gone"]) == (SHA256, "chat.png", len(PICTURE), False)
    assert client.get(f"{url}/{SHA256}", headers=own).data == PICTURE
    assert client.get(f"{url}/{'0' * 64}", headers=own).status_code == 404
    empty = client.post(f"{url}?name=none.png", headers=own)
    assert (empty.status_code, empty.json["detail"]) == (422, "“none.png” is empty.")
    for slug in ("bank-b", "bank-c"):
        other = world.token_of(slug)
        assert client.get(url, headers=other).status_code == 404
        assert client.get(f"{url}/{SHA256}", headers=other).status_code == 404
        assert client.post(url, data=b"more", headers=other).status_code == 404


def test_the_trail_says_that_it_was_done(world: World) -> None:
    report_id = handed_in(world)
    attach(world.person("clerk"), report_id, (NAME, PICTURE))
    world.services.audit.flush()
    assert "attached evidence or took it away" in world.person("clerk").get("/audit").text
