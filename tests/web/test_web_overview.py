"""The overview: what is new and what grows, and nothing of what may not be read."""

import re

import pytest
from web_world import SECRET, World


def test_every_figure_opens_the_search_that_it_counts(world: World) -> None:
    world.house.submit("bank-a", "one.example\ntwo.example\nhttps://three.example/pay\n")
    world.index()
    clerk = world.person("clerk")
    seen = clerk.get("/overview.json").json
    assert seen is not None
    assert seen["total"]["new"] >= 3
    figures = [seen["total"], *(one for changes in seen["facets"].values() for one in changes)]
    for one in figures:
        for name in ("new", "before"):
            found = clerk.get("/api/v1" + one[f"{name}_url"]).json
            assert found is not None
            assert found["total"] == one[name], one
    for week in seen["weeks"]:
        found = clerk.get("/api/v1" + week["url"]).json
        assert found is not None
        assert found["total"] == week["new"]
    assert sum(week["new"] for week in seen["weeks"]) >= 3


def test_the_page_says_what_the_json_says(world: World) -> None:
    world.house.submit("bank-a", "one.example\n")
    world.index()
    clerk = world.person("clerk")
    page = clerk.get("/overview?days=30").text
    seen = clerk.get("/overview.json?days=30").json
    assert seen is not None
    assert "in the 30 days before" in page
    assert page.count("<rect") == len(seen["weeks"]) == 12
    assert "Domain" in page
    assert "What grew most" in page


@pytest.mark.parametrize("days", ["", "7", "30", "90", "31", "-1", "x"])
def test_nothing_hidden_is_counted(world: World, days: str) -> None:
    before = world.person("clerk").get(f"/overview.json?days={days}").json
    world.house.submit("bank-b", "secret-news.example\n", to=(SECRET,))
    world.index()
    assert world.person("clerk").get(f"/overview.json?days={days}").json == before
    assert world.collection_id(SECRET) not in str(before)
    seen = world.person("inspector").get(f"/overview.json?days={days}").json
    assert seen is not None
    assert seen["total"]["new"] >= 1


def test_while_search_is_down_it_says_so(world: World) -> None:
    clerk = world.without_search().person("clerk")
    assert "Search is down" in clerk.get("/overview").text
    assert clerk.get("/overview.json").status_code == 503


def test_an_empty_time_is_said_in_words(world: World) -> None:
    page = world.person("clerk").get("/overview").text
    assert re.search(r"Nothing new came|new in 7 days", page)
