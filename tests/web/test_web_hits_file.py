"""Hits as a file, and narrowed to why they were found: what leaves is what may be read and stands at that moment."""

import csv
import io
import json
from typing import Any

import pytest
from stix2 import parse as read_stix
from web_world import SECRET, SECRET_VALUE, World

from tocsin.identifiers import read
from tocsin.ledger.collections import find_collection
from tocsin.members.members import find_member, grant
from tocsin.publishing.erase import erase
from tocsin.publishing.redecide import remark
from tocsin.publishing.withdraw import withdraw_object
from tocsin.search import Hit
from tocsin.search.everything import every_hit
from tocsin.times import now_ms
from tocsin.web import hits_file, searching

FORMS = ("csv", "jsonl", "stix.json")
NAMES = "northgate.example\nnorthgate-login.example\nmy-northgate.example\nn0rthgate.example\n"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def values(world: World, login: str, form: str, query: str) -> list[str]:
    """The true values in a file, in its order."""
    answer = world.person(login).get(f"/search/hits.{form}?{query}")
    assert answer.status_code == 200
    if form == "csv":
        return [one["value"].replace("[.]", ".") for one in rows(answer.text)]
    if form == "jsonl":
        return [json.loads(line)["value"] for line in answer.text.splitlines()[1:]]
    found = [one for one in json.loads(answer.text)["objects"] if one["type"] == "indicator"]
    return [one["pattern"].split("'")[1] for one in found]


@pytest.fixture
def found(world: World) -> World:
    world.house.submit("bank-a", NAMES)
    world.index()
    return world


@pytest.mark.parametrize("form", FORMS)
def test_a_file_has_all_hits_in_the_order_of_the_pages(found: World, form: str) -> None:
    shown = found.person("clerk").get("/api/v1/search?q=northgate").json
    assert shown is not None
    assert values(found, "clerk", form, "q=northgate") == [hit["value"] for hit in shown["hits"]]
    assert shown["total"] == 4


def test_the_table_says_why_what_was_asked_when_and_by_whom(found: World) -> None:
    answer = found.person("clerk").get("/search/hits.csv?q=northgate&kind=domain")
    assert answer.headers["Content-Disposition"] == "attachment; filename=hits.csv"
    one = rows(answer.text)[0]
    assert one["value"] == "northgate-login[.]example"
    assert (one["why"], one["tlp"], one["collection"]) == ("prefix", "TLP:GREEN", "Scams")
    assert one["question"] == "northgate kind=domain"
    assert one["asked by"] == "clerk, Bank A"
    assert one["asked"].endswith("Z")
    assert "intelligence, not evidence" in one["notice"]
    page = one["link"].removeprefix("http://localhost")
    assert "northgate-login[.]example" in found.person("clerk").get(page).text


def test_no_cell_is_a_formula(found: World) -> None:
    answer = found.person("clerk").get("/search/hits.csv", query_string={"q": '=cmd() OR "northgate"'})
    assert rows(answer.text)
    assert all(one["question"].startswith("'=cmd()") for one in rows(answer.text))


def test_no_part_of_a_line_is_a_formula_where_it_is_split_at_semicolons(found: World) -> None:
    found.house.submit("bank-a", "url,note\nhttps://formula.example/a;=1+1;b,x\n", "urls.csv")
    found.index()
    answer = found.person("clerk").get("/search/hits.csv?q=formula")
    assert "/a;" in answer.text
    cells = [cell for line in csv.reader(io.StringIO(answer.text), delimiter=";") for cell in line]
    assert not [cell for cell in cells if cell.startswith("=")]


def test_the_bundle_is_stix_and_names_its_hits_in_a_report(found: World) -> None:
    body = json.loads(found.person("clerk").get("/search/hits.stix.json?q=northgate").text)
    ids = [one["id"] for one in body["objects"]]
    assert len(ids) == len(set(ids))
    (report,) = [one for one in body["objects"] if one["type"] == "report"]
    assert set(report["object_refs"]) == {one for one in ids if one.startswith("indicator--")}
    assert {*report["object_marking_refs"], report["created_by_ref"]} <= set(ids)
    assert "clerk, Bank A" in report["description"]
    assert read_stix(body, allow_custom=True)
    assert found.house.indicators()["[domain-name:value = 'northgate.example']"] in body["objects"]


@pytest.mark.parametrize("form", FORMS)
def test_no_file_has_what_somebody_may_not_read(found: World, form: str) -> None:
    for query in ("q=nightjar", "q=", f"collection={found.collection_id(SECRET)}"):
        answer = found.person("clerk").get(f"/search/hits.{form}?{query}")
        assert SECRET_VALUE not in answer.text.replace("[.]", ".")
        assert SECRET not in answer.text
    assert values(found, "inspector", form, "q=nightjar") == [SECRET_VALUE]


@pytest.mark.parametrize("form", FORMS)
def test_what_was_withdrawn_since_the_index_knew_it_stays_out(found: World, form: str) -> None:
    gone = found.house.indicators()["[domain-name:value = 'my-northgate.example']"]["id"]
    withdraw_object(found.house.database, found.house.exchange, gone, "It was wrong.", "desk", now_ms())
    left = values(found, "clerk", form, "q=northgate")
    assert "my-northgate.example" not in left
    assert len(left) == 3


@pytest.mark.parametrize("form", FORMS)
def test_what_was_erased_since_the_index_knew_it_stays_out(found: World, form: str) -> None:
    kept: list[Any] = []
    gone = read("my-northgate.example", "domain")
    house = found.house
    erase(house.database, house.exchange, gone, str.encode, kept.append, "A court ordered it.", "desk", now_ms())
    left = values(found, "clerk", form, "q=northgate")
    assert "my-northgate.example" not in left
    assert len(left) == 3


def test_a_marking_that_was_tightened_is_on_the_file(found: World) -> None:
    house = found.house
    report = house.submit("bank-b", "tight-northgate.example\n")
    found.index()
    remark(house.database, house.exchange, report.key, now_ms(), owner=True, tlp="amber")
    markings = {one["value"]: one["tlp"] for one in rows(found.person("clerk").get("/search/hits.csv?q=tight").text)}
    assert markings == {"tight-northgate[.]example": "TLP:AMBER"}


def test_rights_are_looked_up_when_the_file_is_written(found: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken_away_meanwhile(*asked: Any) -> list[Hit]:
        hits = list(every_hit(*asked))
        with found.house.database.writing() as connection:
            key = find_collection(connection, found.collection_id(SECRET)).key
            grant(connection, key, find_member(connection, "police").key)
        return hits

    assert SECRET_VALUE in found.person("inspector").get("/search/hits.jsonl?q=").text
    monkeypatch.setattr(hits_file, "every_hit", taken_away_meanwhile)
    assert SECRET_VALUE not in found.person("inspector").get("/search/hits.jsonl?q=").text


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_in_one_piece_so_that_a_slow_reader_keeps_no_thread(found: World, form: str) -> None:
    answer = found.person("clerk").client.get(f"/search/hits.{form}?q=northgate", buffered=False)
    assert len(list(answer.response)) == 1


def test_more_hits_than_a_file_takes_are_to_be_narrowed_down(found: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (hits_file, searching):
        monkeypatch.setattr(module, "MOST_IN_FILE", 3)
    clerk = found.person("clerk")
    assert "These are more than 3 hits" in clerk.get("/search?q=northgate").text
    answer = clerk.get("/search/hits.csv?q=northgate", follow_redirects=True)
    assert "More hits than a file takes" in answer.text
    assert clerk.get("/api/v1/search/hits.csv?q=northgate").status_code == 422
    assert len(values(found, "clerk", "csv", "q=northgate&match=prefix")) <= 3


def test_machines_save_hits_too(found: World) -> None:
    client, headers = found.app.test_client(), found.token_of("bank-a")
    assert client.get("/api/v1/search/hits.csv?q=northgate").status_code == 401
    answer = client.get("/api/v1/search/hits.csv?q=northgate", headers=headers)
    assert [one["asked by"] for one in rows(answer.text)] == ["machine, Bank A"] * 4
    assert client.get("/api/v1/search/hits.exe?q=northgate", headers=headers).status_code == 404


def test_a_file_is_in_the_audit_trail(found: World) -> None:
    found.person("clerk").get("/search/hits.csv?q=northgate&kind=domain")
    trail: list[dict[str, Any]] = (found.person("clerk").get("/audit.json").json or {})["entries"]
    (one,) = [entry for entry in trail if entry["action"] == "export" and entry["details"].get("format") == "csv"]
    assert (one["details"]["hits"], one["details"]["narrowed_by"]) == (4, ["kind"])
    assert "northgate" not in str(one)
    assert one["tokens"]


def test_search_that_is_down_gives_no_file(found: World) -> None:
    down = found.without_search()
    assert down.person("clerk").get("/search/hits.csv?q=northgate").status_code == 503
    assert down.person("clerk").get("/api/v1/search/hits.csv?q=northgate").status_code == 503


def test_a_page_counts_by_reason_and_narrows_to_one(found: World) -> None:
    clerk = found.person("clerk")
    page = clerk.get("/search?q=northgate.example").text
    assert "1 is exactly this" in page
    assert "1 contains it" in page
    assert "1 looks like it" in page
    assert "match=exact" in page
    narrowed = clerk.get("/search?q=northgate.example&match=look-alike").text
    assert "n0rthgate[.]example" in narrowed
    assert "my-northgate[.]example" not in narrowed
    assert "Take off the filter" in narrowed
    answer = clerk.get("/api/v1/search?q=northgate.example").json
    assert answer is not None
    assert sum(answer["whys"].values()) == answer["total"]
    assert next(iter(answer["whys"])) == "exact"


def test_a_question_without_a_thing_has_no_reasons(found: World) -> None:
    clerk = found.person("clerk")
    assert (clerk.get("/api/v1/search?q=kind:domain").json or {})["whys"] == {}
    page = clerk.get("/search?q=kind:domain&match=exact").text
    assert "northgate[.]example" in page
    assert "Take off the filter" not in page


def test_what_narrows_nothing_is_not_said_to_narrow(found: World) -> None:
    clerk = found.person("clerk")
    for query in ("q=northgate&match=bogus", "q=northgate&revoked=bogus"):
        assert 'value="bogus"' not in clerk.get(f"/search?{query}").text
        assert {one["question"] for one in rows(clerk.get(f"/search/hits.csv?{query}").text)} == {"northgate"}


def test_hidden_hits_are_in_no_count_of_reasons(found: World) -> None:
    clerk, inspector = found.person("clerk"), found.person("inspector")
    assert (inspector.get("/api/v1/search?q=nightjar").json or {})["whys"] == {"prefix": 1}
    assert (clerk.get("/api/v1/search?q=nightjar").json or {})["whys"] == {}


def test_no_card_of_a_question_is_in_a_file(found: World) -> None:
    for form in FORMS:
        query = {"q": "northgate OR 4111 1111 1111 1111"}
        answer = found.person("clerk").get(f"/search/hits.{form}", query_string=query)
        assert "northgate" in answer.text
        assert "1111 1111" not in answer.text
