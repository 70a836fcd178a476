"""Exports of cases: what is in them, searches without result among it, and checking them again."""

import csv
import io
import re
from io import BytesIO
from typing import Any

import orjson
import pytest
from case_world import exported, name_of, opened, pages_of, plain, published, put
from web_world import SECRET, SECRET_VALUE, Person, World

from tocsin.identifiers import read
from tocsin.publishing.erase import erase
from tocsin.stix import check as check_stix


def checked(person: Person, body: bytes, name: str = "case.pdf") -> Any:
    return person.post("/cases/check", {"file": (BytesIO(body), name)}, content_type="multipart/form-data")


def filled(world: World) -> tuple[Person, str]:
    inspector = world.person("inspector")
    names = published(world, "listed.example")
    case_id = opened(inspector, "=1+1 Operation", about="It began with a letter.")
    put(inspector, case_id, *names)
    inspector.post(f"/cases/{case_id}/notes", {"note": "The bank called back."})
    return inspector, case_id


def test_a_search_that_found_nothing_is_kept_and_handed_over(world: World) -> None:
    inspector, case_id = filled(world)
    page = inspector.get("/search?q=never-seen.example").text
    assert "Nothing found" in page
    assert "Keep the search" in page
    done = inspector.post(
        "/cases/keep", {"case": case_id, "q": "never-seen.example", "kind": "domain"}, follow_redirects=True
    )
    assert "Nothing was found, and that is kept." in done.text
    assert "nothing was found" in done.text
    (one,) = orjson.loads(exported(inspector, case_id, "json"))["searches"]
    assert (one["question"], one["found"], one["filters"], one["by"]) == (
        "never-seen.example",
        0,
        {"kind": "domain"},
        "inspector",
    )
    assert {place["title"] for place in one["collections"]} == {"Scams", SECRET}
    last = world.house.entries("Scams")[-1].position
    assert last in {place["position"] for place in one["collections"]}
    text = plain("".join(pages_of(exported(inspector, case_id, "pdf"))))
    for said in ("S1.never-seen.example", "Nothingwasfound", "Narrowedbykinddomain", "UTCbyinspector"):
        assert said in text, said


def test_what_a_search_found_is_counted(world: World) -> None:
    inspector, case_id = filled(world)
    done = inspector.post("/cases/keep", {"case": case_id, "q": "listed"}, follow_redirects=True)
    assert "The search is kept." in done.text
    assert "1 found" in done.text


def test_a_search_that_cannot_be_kept_says_why(world: World) -> None:
    inspector, case_id = filled(world)
    for data, words in (
        ({"q": "4111 1111 1111 1111"}, "Leave out the number of the card"),
        ({"q": ""}, "Ask something first."),
        ({"q": "x" * 1_001}, "1,000 characters at most"),
        ({"q": "fine.example", "case": "nonsense"}, "Choose a case that is open."),
    ):
        answer = inspector.post("/cases/keep", {"case": case_id, **data})
        assert answer.status_code == 400
        assert words in answer.text
    down = world.without_search().person("inspector").post("/cases/keep", {"case": case_id, "q": "fine.example"})
    assert down.status_code == 400
    assert "Search is down" in down.text
    assert world.house.where("4111") == []


def test_what_was_asked_for_goes_with_an_erasure(world: World) -> None:
    inspector, case_id = filled(world)
    inspector.post("/cases/keep", {"case": case_id, "q": "hxxp://LISTED[.]example"})
    inspector.post("/cases/keep", {"case": case_id, "q": "words and listed.example too"})
    domain = read("listed.example", "domain")
    erase(
        world.house.database,
        world.house.exchange,
        domain,
        lambda text: text.encode()[::-1],
        lambda _: None,
        "law",
        "x",
        1,
    )
    page = inspector.get(f"/cases/{case_id}").text
    assert "What was asked for was erased." in page
    assert "words and" not in page
    assert world.house.where("words and listed") == []


def test_the_table_is_no_formula_and_says_what_it_is(world: World) -> None:
    inspector, case_id = filled(world)
    rows = list(csv.DictReader(io.StringIO(exported(inspector, case_id, "csv").decode("utf-8-sig"))))
    (row,) = rows
    assert row["value"] == "listed.example"
    assert row["notice"] == "This is intelligence, not evidence."
    assert row["contact"] == "desk@exchange.example"
    assert row["tlp"] == "TLP:GREEN"
    assert len(row["sha256"]) == 64
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_the_bundle_has_the_exact_bytes_and_is_valid(world: World) -> None:
    inspector, case_id = filled(world)
    bundle = exported(inspector, case_id, "stix")
    (entry,) = [one for one in world.house.entries("Scams") if one.type == "indicator"]
    assert entry.body in bundle
    content = orjson.loads(bundle)
    by_type = {one["type"]: one for one in content["objects"]}
    for one in content["objects"]:
        check_stix(orjson.dumps(one))
    assert by_type["grouping"]["name"] == "=1+1 Operation"
    assert "intelligence, not evidence" in by_type["grouping"]["description"]
    assert by_type["note"]["content"] == "The bank called back."
    assert set(by_type["grouping"]["object_refs"]) == {entry.object_id, by_type["note"]["id"]}
    there = {one["id"] for one in content["objects"]}
    ours = [one for one in content["objects"] if one["type"] in ("indicator", "grouping", "note")]
    refs = {ref for one in ours for ref in [*one["object_marking_refs"], one["created_by_ref"]]}
    assert refs <= there


def test_an_empty_case_is_exported_too(world: World) -> None:
    inspector = world.person("inspector")
    case_id = opened(inspector)
    assert "None." in "".join(pages_of(exported(inspector, case_id, "pdf")))
    assert orjson.loads(exported(inspector, case_id, "stix"))["type"] == "bundle"
    assert exported(inspector, case_id, "csv").count(b"\n") == 1
    assert inspector.post(f"/cases/{case_id}/export", {"form": "exe"}).status_code == 404


def test_the_strictest_marking_stands_on_every_page(world: World) -> None:
    inspector, case_id = filled(world)
    assert all(page.count("TLP:AMBER") >= 2 for page in pages_of(exported(inspector, case_id, "pdf")))
    world.house.submit("bank-b", "redder.example\n", to=(SECRET,), tlp="amber+strict", handling="H1", pap="amber")
    world.index()
    put(inspector, case_id, name_of(world, "redder.example", SECRET))
    page = inspector.get(f"/cases/{case_id}").text
    assert "Handling H1" in page
    for text in pages_of(exported(inspector, case_id, "pdf")):
        assert text.count("TLP:AMBER+STRICT") >= 2
        assert "PAP:AMBER" in text
        assert "Handling code H1: not to be used in court" in text


@pytest.mark.parametrize("form", ["pdf", "json"])
def test_an_export_is_checked_again(world: World, form: str) -> None:
    inspector, case_id = filled(world)
    body = exported(inspector, case_id, form)
    page = checked(inspector, body).text
    assert "All 1 thing is in the ledger as the export says" in page
    assert "This exchange made a document with this data" in page
    clerk = checked(world.person("clerk"), body).text
    assert "All 1 thing" in clerk
    changed = body.replace(b"listed.example", b"forged.example")
    forged = checked(inspector, changed).text
    assert "This exchange made no document with this data" in forged


def test_the_three_numbers_on_paper_are_enough(world: World) -> None:
    inspector, case_id = filled(world)
    (one,) = orjson.loads(exported(inspector, case_id, "json"))["things"]
    line = f"{one['collection']['id']}  {one['added']}, {one['sha256'].upper()}"
    assert "All 1 thing" in inspector.post("/cases/check", {"lines": line}).text
    wrong = inspector.post("/cases/check", {"lines": line[:-4] + "0000"}).text
    assert "The ledger has something else in this place." in wrong


def test_after_an_erasure_the_check_says_that_the_bytes_had_to_go(world: World) -> None:
    inspector, case_id = filled(world)
    body = exported(inspector, case_id, "pdf")
    domain = read("listed.example", "domain")
    erase(world.house.database, world.house.exchange, domain, lambda text: text.encode(), lambda _: None, "law", "x", 1)
    page = checked(inspector, body).text
    assert "0 of 1 things are in the ledger" in page
    assert "had to go since" in page
    assert "This exchange made a document with this data" in page


def test_the_check_tells_nobody_of_what_it_may_not_read(world: World) -> None:
    inspector = world.person("inspector")
    case_id = opened(inspector)
    put(inspector, case_id, name_of(world, SECRET_VALUE, SECRET))
    body = exported(inspector, case_id, "json")
    (one,) = orjson.loads(body)["things"]
    nowhere = body.replace(str(one["position"]).encode(), b"1")
    for data in (body, nowhere):
        page = checked(world.person("clerk"), data).text
        assert "There is nothing in this place that you may read." in page
    assert "All 1 thing" in checked(inspector, body).text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-1.7 nothing",
        b"{",
        b"[]",
        b'{"format":"tocsin-case/2","things":[]}',
        b'{"format":"tocsin-case/1","things":[{"collection":{"id":"x"},"position":-1,"sha256":"x"}]}',
        b'{"format":"tocsin-case/1","things":[{"collection":{"id":"x"},"position":true}]}',
        b'{"format":"tocsin-case/1","things":7}',
        b"%PDF" + b"stream\n{" * 1_000,
        b"\xff\xfe\x00" * 100,
        b"11111111-1111-4111-8111-111111111111 2026-99-99T00:00:00Z " + b"a" * 64,
    ],
    ids=range(11),
)
def test_what_is_no_export_is_refused_in_words(world: World, body: bytes) -> None:
    answer = checked(world.person("clerk"), body)
    assert answer.status_code == 400
    assert re.search(r"no export of a case|Choose the file|not a date", answer.text)
