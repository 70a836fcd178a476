"""The JSON API: its shapes, its refusals, and that its description is true."""

import re
from typing import Any

import pytest
from web_world import SECRET, World
from werkzeug.test import TestResponse

VERDICT = {"row", "column", "value", "kind", "canonical", "verdict", "reason", "stix_id", "observable_id"}


def is_problem(answer: TestResponse, status: int) -> bool:
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == status
    return bool(answer.json["title"] and answer.json["detail"])


def post(
    world: World, query: str, body: bytes = b"posted.example\n", slug: str = "bank-a", **more: Any
) -> TestResponse:
    return world.app.test_client().post(f"/api/v1/reports?{query}", data=body, headers=world.token_of(slug), **more)


def test_collections_are_those_that_may_be_used(world: World) -> None:
    for slug, titles in (("bank-a", {"Scams"}), ("bank-b", {"Scams", SECRET})):
        answer = world.app.test_client().get("/api/v1/collections", headers=world.token_of(slug))
        assert {one["title"] for one in answer.json["collections"]} == titles
        assert all(set(one) == {"id", "title", "can_read", "can_write"} for one in answer.json["collections"])


@pytest.mark.parametrize("media", ["application/octet-stream", "text/csv", "application/x-www-form-urlencoded"])
def test_handing_in_says_what_became_of_every_row(world: World, media: str) -> None:
    body = b"posted.example\nGB33BUKB20201555555555\nnonsense\n"
    answer = post(world, "collection=Scams&tlp=green", body, content_type=media)
    assert answer.status_code == 201, answer.text
    report = answer.json
    assert report["state"] == "complete"
    assert report["counts"] == {"accepted": 1, "merged": 0, "held": 1, "rejected": 1}
    assert [one["verdict"] for one in report["verdicts"]] == ["accepted", "held", "rejected"]
    assert all(set(one) == VERDICT for one in report["verdicts"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", report["received"])


def test_handing_in_again_adds_nothing(world: World) -> None:
    headers, client = world.token_of("bank-a"), world.app.test_client()
    url = "/api/v1/reports?collection=Scams&tlp=green"
    first = client.post(url, data=b"posted.example\n", headers=headers)
    again = client.post(url, data=b"posted.example\n", headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert client.get(f"/api/v1/reports/{first.json['report']}", headers=headers).json == first.json


@pytest.mark.parametrize(
    "query",
    [
        "tlp=green",
        "collection=Scams",
        "collection=Scams&tlp=red",
        "collection=Scams&tlp=purple",
        "collection=Nowhere&tlp=green",
        f"collection={SECRET}&tlp=green",
        "collection=Scams&tlp=green&crime=jaywalking",
        "collection=Scams&tlp=green&format=papyrus",
        "collection=Scams&tlp=green&unattributed=true",
    ],
)
def test_what_cannot_be_taken_is_said(world: World, query: str) -> None:
    assert is_problem(post(world, query), 422)


@pytest.mark.parametrize("path", ["collections", "search?q=x", "reports/x", "indicators/x/y"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}])
def test_strangers_get_a_problem(world: World, path: str, headers: dict[str, str]) -> None:
    answer = world.app.test_client().get(f"/api/v1/{path}", headers=headers)
    assert is_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_wrong_token_beside_a_good_cookie_is_refused(world: World) -> None:
    answer = world.person("clerk").get("/api/v1/collections", headers={"Authorization": "Bearer wrong"})
    assert is_problem(answer, 401)


def test_reports_of_others_are_not_there(world: World) -> None:
    report = world.house.submit("bank-b", "theirs.example\n")
    client = world.app.test_client()
    for path in (f"reports/{report.id}", "reports/x", "nowhere"):
        assert is_problem(client.get(f"/api/v1/{path}", headers=world_token(world)), 404)


def world_token(world: World) -> dict[str, str]:
    """A token of bank-a, made once."""
    if "token" not in world.app.config:
        world.app.config["token"] = world.token_of("bank-a")
    found: dict[str, str] = world.app.config["token"]
    return found


def test_search_says_what_the_page_says(world: World) -> None:
    world.house.submit("bank-a", "found.example\n")
    world.index()
    clerk = world.person("clerk")
    found = clerk.get("/api/v1/search?q=found.example").json
    assert found["total"] == 1
    (hit,) = found["hits"]
    assert hit["why"] == "exact"
    assert hit["value"] == "found.example"
    assert not {"key", "seq"} & set(hit)
    assert found["facets"]["kind"] == [["domain", 1]]
    assert "found[.]example" in clerk.get("/search?q=found.example").text
    served = clerk.get(f"/api/v1/indicators/{hit['collection']}/{hit['stix_id']}")
    assert served.mimetype == "application/stix+json"
    assert served.data == clerk.get(f"/indicators/{hit['collection']}/{hit['stix_id']}.json").data


def test_search_that_is_down_is_a_problem_here_and_words_there(world: World) -> None:
    report = world.house.submit("bank-a", "found.example\n")
    (content,) = world.house.indicators().values()
    down = world.without_search()
    clerk = down.person("clerk")
    assert is_problem(clerk.get("/api/v1/search?q=found"), 503)
    assert "Search is down at the moment." in clerk.get("/search?q=found").text
    assert "search is down" in clerk.get("/").text
    for path in (
        f"/reports/{report.id}",
        "/held",
        "/submit",
        f"/indicators/{down.collection_id('Scams')}/{content['id']}",
    ):
        assert clerk.get(path).status_code == 200


def references(part: Any) -> list[str]:
    """Every `$ref` in a document."""
    if isinstance(part, list):
        return [one for item in part for one in references(item)]
    if not isinstance(part, dict):
        return []
    inner = [one for value in part.values() for one in references(value)]
    return [part["$ref"], *inner] if "$ref" in part else inner


def test_the_description_holds_together(world: World) -> None:
    document = world.app.test_client().get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1.")
    assert {"title", "version"} <= set(document["info"])
    assert {scheme for one in document["security"] for scheme in one} <= set(document["components"]["securitySchemes"])
    for reference in references(document):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    for path, methods in document["paths"].items():
        for operation in methods.values():
            named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))
            assert operation["summary"]
            assert all(answer["description"] for answer in operation["responses"].values())


def test_the_description_names_every_address_and_no_other(world: World) -> None:
    document = world.app.test_client().get("/api/v1/openapi.json").json
    described = {
        (re.sub(r"{\w+}", "*", path), method.upper())
        for path, methods in document["paths"].items()
        for method in methods
    }
    there = {
        (re.sub(r"<[^>]+>", "*", rule.rule.removeprefix("/api/v1")), method)
        for rule in world.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == there - {("/openapi.json", "GET")}
    for path, method in described:
        answer = world.app.test_client().open(
            f"/api/v1{path.replace('*', 'x')}", method=method, headers=world_token(world)
        )
        if path.startswith("/cases"):
            # for people who are signed in alone
            assert answer.status_code == 401, path
            answer = world.person("inspector").get(f"/api/v1{path.replace('*', 'x')}")
        assert str(answer.status_code) in {"200", "404", "422"}, (path, answer.text)


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("search?q=shop", "Results"),
        ("suggestions?q=sho", "Suggestions"),
        ("searches", "SavedSearches"),
        ("enquiries", "Enquiries"),
        ("feedback", "Feedback"),
    ],
)
def test_an_answer_has_what_the_description_says_and_nothing_else(world: World, path: str, schema: str) -> None:
    document = world.app.test_client().get("/api/v1/openapi.json").json
    answer = world.app.test_client().get(f"/api/v1/{path}", headers=world_token(world)).json
    assert answer.keys() == document["components"]["schemas"][schema]["properties"].keys()
