"""Searching on the page and over the JSON API: questions, remarks, how far search is behind, going on from a hit."""

import re

import pytest
from web_world import SECRET, SECRET_VALUE, World

from tocsin.projections import following
from tocsin.projections.following import Following
from tocsin.times import now_ms

NAMES = "\n".join(f"shop-{number}.example" for number in range(60)) + "\n"


def test_conditions_narrow_and_what_makes_no_sense_is_said(world: World) -> None:
    world.house.submit("bank-a", "found.example\nhttps://found.example/pay\n")
    world.index()
    clerk = world.person("clerk")
    assert clerk.get("/api/v1/search?q=found").json["total"] == 2
    assert clerk.get("/api/v1/search?q=found+kind:url").json["total"] == 1
    assert clerk.get("/api/v1/search?q=found+NOT+kind:url").json["total"] == 1
    strange = clerk.get("/api/v1/search?q=found+kind:lorry").json
    assert strange["total"] == 0
    assert strange["remarks"][0].startswith("There is no kind lorry.")
    page = clerk.get("/search?q=found+kind:lorry").text
    assert "There is no kind lorry." in page
    assert "How to ask" in page


def test_a_remark_repeats_what_was_typed_as_text_alone(world: World) -> None:
    page = world.person("clerk").get("/search?q=kind:<script>alert(1)</script>").text
    assert "<script>alert" not in page


def test_hits_are_gone_through_one_after_the_other(world: World) -> None:
    world.house.submit("bank-a", NAMES)
    world.index()
    clerk = world.person("clerk")
    seen: list[str] = []
    after = ""
    while after is not None:
        answer = clerk.get(f"/api/v1/search?q=shop&after={after}").json
        assert answer["total"] == 60
        seen += [hit["value"] for hit in answer["hits"]]
        after = answer["after"]
    assert len(seen) == len(set(seen)) == 60


def test_a_place_among_hits_tells_nothing_and_cannot_be_made_up(world: World) -> None:
    world.house.submit("bank-a", NAMES)
    world.index()
    clerk = world.person("clerk")
    first = clerk.get("/api/v1/search?q=shop").json
    again = clerk.get("/api/v1/search?q=shop").json
    assert first["after"] != again["after"]
    for made_up in ("0.5", "AAAA", "ä", first["after"][:-4] + "AAA=", "x" * 5_000):
        answer = clerk.get("/api/v1/search", query_string={"q": "shop", "after": made_up}).json
        assert answer is not None
        assert [hit["value"] for hit in answer["hits"]] == [hit["value"] for hit in first["hits"]]
    page = clerk.get(f"/search?q=shop&after={first['after']}").text
    assert "From the first" in page
    assert "Further" in page


def test_whoever_narrows_further_hits_begins_with_the_first_again(world: World) -> None:
    world.house.submit("bank-a", NAMES)
    world.index()
    clerk = world.person("clerk")
    place = clerk.get("/api/v1/search?q=shop&kind=domain").json["after"]
    page = clerk.get("/search", query_string={"q": "shop", "kind": "domain", "after": place}).text
    links = re.findall(r'href="(/search\?[^"]*)"', page)
    narrowing = [one for one in links if "revoked=" in one or "kind=" not in one]
    assert len(narrowing) == 3
    assert not any("after=" in one for one in narrowing)


@pytest.mark.parametrize("down", [False, True])
def test_a_page_says_how_far_search_is_behind(world: World, down: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "SOON_MS", 0)
    Following(world.house.database, world.services.engine, world.services.data).step(now_ms())
    asked = world.without_search() if down else world
    assert "searchable yet" not in asked.person("clerk").get("/search?q=late").text
    world.house.submit("bank-b", "secret-late.example\n", to=(SECRET,))
    clerk, inspector = asked.person("clerk"), asked.person("inspector")
    assert "searchable yet" not in clerk.get("/search?q=late").text
    assert "searchable yet" in inspector.get("/search?q=late").text
    world.house.submit("bank-a", "late.example\n")
    page = clerk.get("/search?q=late").text
    assert "searchable yet" in page
    assert ("Search is down at the moment." in page) == down


def test_conditions_find_and_count_nothing_hidden(world: World) -> None:
    clerk = world.person("clerk")
    for question in (f"collection:{world.collection_id(SECRET)}", "nightjar OR kind:domain", f'"{SECRET_VALUE}"'):
        answer = clerk.get("/api/v1/search", query_string={"q": question}).json
        assert answer is not None
        assert all(hit["value"] != SECRET_VALUE for hit in answer["hits"])
        assert SECRET not in str(answer)
    assert world.person("inspector").get("/api/v1/search?q=nightjar").json["total"] == 1


def test_many_values_are_looked_up_on_a_page_and_as_a_file(world: World) -> None:
    world.house.submit("bank-a", "found.example\n")
    world.index()
    clerk = world.person("clerk")
    assert "one a line" in clerk.get("/lookup").text
    page = clerk.post("/lookup", {"values": f"hxxp://found[.]example\nother.example\n{SECRET_VALUE}\n"}).text
    assert "1 of 3" in page
    assert "found[.]example" in page
    assert "nothing to look up" in clerk.post("/lookup", {"values": " \n"}).text
    file = clerk.post("/lookup", {"values": "=cmd()\nfound.example", "csv": "yes"})
    rows = file.text.splitlines()
    assert rows[1].startswith("'=cmd(),no")
    assert rows[2].startswith("found.example,yes,domain,found[.]example")
    assert "<script>" not in clerk.post("/lookup", {"values": "<script>alert(1)</script>"}).text.split("<main")[1]


def test_many_values_that_are_hidden_are_not_known(world: World) -> None:
    inspector, clerk = world.person("inspector"), world.person("clerk")
    assert "1 of 1" in inspector.post("/lookup", {"values": SECRET_VALUE}).text
    assert "0 of 1" in clerk.post("/lookup", {"values": SECRET_VALUE}).text
    assert clerk.get("/api/v1/suggestions?q=nightjar").json == {"suggestions": []}
    assert inspector.get("/api/v1/suggestions?q=nightjar").json != {"suggestions": []}


def test_machines_look_up_and_suggest(world: World) -> None:
    world.house.submit("bank-a", "found.example\n")
    world.index()
    headers = world.token_of("bank-a")
    client = world.app.test_client()
    answer = client.post("/api/v1/lookup", data="found.example\nother.example", headers=headers).json
    assert answer is not None
    assert [(one["asked"], one["known"]) for one in answer["values"]] == [
        ("found.example", True),
        ("other.example", False),
    ]
    assert answer["left_out"] == 0
    found = client.get("/api/v1/suggestions?q=found", headers=headers).json
    assert found == {"suggestions": [{"value": "found[.]example", "kind": "domain"}]}
    assert client.post("/api/v1/lookup", data=b"\xff\x00\n", headers=headers).status_code == 200


def test_what_was_pasted_stays_in_the_box_while_search_is_down(world: World) -> None:
    down = world.without_search()
    answer = down.person("clerk").post("/lookup", {"values": "kept.example"})
    assert answer.status_code == 503
    assert "kept.example" in answer.text
    headers = world.token_of("bank-a")
    assert down.app.test_client().post("/api/v1/lookup", data="x", headers=headers).status_code == 503
    assert down.app.test_client().get("/api/v1/suggestions?q=found", headers=headers).status_code == 503
