"""Searching on the page and over the JSON API: questions, remarks, how far search is behind, going on from a hit."""

import pytest
from web_world import SECRET, SECRET_VALUE, World

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


@pytest.mark.parametrize("down", [False, True])
def test_a_page_says_how_far_search_is_behind(world: World, down: bool) -> None:
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
