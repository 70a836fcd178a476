"""A search on the form of a new collection: what fits, what does not, and for whom it shows."""

import pytest
from web_world import World

from tocsin.ledger.collections import all_collections

LINK = "Serve this search as a feed"


@pytest.mark.parametrize("login", ["clerk", "inspector", "desk", "auditor"])
def test_only_who_may_make_collections_is_offered_a_feed(world: World, login: str) -> None:
    assert LINK in world.person("admin").get("/search?q=kind:phone").text
    assert LINK not in world.person(login).get("/search?q=kind:phone").text
    assert world.person(login).get("/collections/new?q=kind:phone").status_code == 403


def test_a_search_for_everything_is_no_feed(world: World) -> None:
    assert LINK not in world.person("admin").get("/search?q=").text


def test_filters_that_were_clicked_are_part_of_it(world: World) -> None:
    page = world.person("admin").get("/collections/new?q=country:SG&kind=iban&crime_type=bec").text
    assert 'value="kind:iban country:SG crime:bec"' in page
    assert "All of it fits into the filter below." in page
    assert 'name="gathers" value="yes" checked' in page


def test_what_does_not_fit_is_said_and_what_fits_is_filled_in(world: World) -> None:
    page = world.person("admin").get("/collections/new?q=kind:url+since:7d+parcel").text
    assert 'value="kind:url"' in page
    assert "the feed has more than the search finds" in page
    assert "A filter does not follow the calendar" in page
    assert "Words and values: " in page


def test_where_nothing_fits_nothing_is_filled_in(world: World) -> None:
    page = world.person("admin").get("/collections/new?q=parcel").text
    assert "Without one the feed has everything:" in page
    assert 'name="gathers" value="yes" checked' not in page


def test_a_hostile_search_is_only_text(world: World) -> None:
    page = world.person("admin").get("/collections/new?q=<script>alert(1)</script>+kind:url").text
    assert "<script>alert" not in page


def test_a_mistake_keeps_the_search_beside_the_form(world: World) -> None:
    answer = world.person("admin").post("/collections/new?q=kind:phone", {"title": "", "filter": "kind:phone"})
    assert answer.status_code == 400
    assert "A feed of a search" in answer.text


def test_looking_makes_nothing(world: World) -> None:
    world.house.submit("bank-a", "found.example\n198.51.100.7\n")
    with world.house.database.reading() as connection:
        before = all_collections(connection)
    form = {"title": "New feed", "filter": "kind:domain", "gathers": "yes", "step": "look"}
    rights = {"read": ["bank-a", "police"], "write": ["bank-a"]}
    admin = world.person("admin")
    page = admin.post("/collections/new", form | rights).text
    assert "1 report would go in. 1 indicator would stand in it. Nothing is made yet." in " ".join(page.split())
    assert 'name="read" value="police" checked' in page
    without = {name: value for name, value in form.items() if name != "gathers"}
    assert "It would begin empty." in admin.post("/collections/new", without | rights).text
    with world.house.database.reading() as connection:
        assert all_collections(connection) == before
