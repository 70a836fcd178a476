"""Pages tell who may not read a collection nothing that depends on what others reported there."""

import re

import pytest
from web_world import World

from tocsin.members.members import find_member, grant

PHONE = "+442079460958"


@pytest.fixture
def blind(world: World) -> World:
    """bank-a hands in to 'Scams' and does not read it."""
    with world.house.database.writing() as connection:
        key = find_member(connection, "bank-a").key
        grant(connection, world.house.collections["Scams"].key, key, write=True)
    return world


def seen(world: World, login: str, report_id: str) -> list[str]:
    """What a person sees of a report, without what differs between two requests anyway."""
    person = world.person(login)
    urls = ("/", "/held", "/reports", f"/reports/{report_id}", f"/reports/{report_id}?verdict=held")
    urls += (f"/reports/{report_id}/exceptions.csv", f"/api/v1/reports/{report_id}")
    return [re.sub(r'name="csrf_token" value="[^"]+"', "", person.get(url).text) for url in urls]


@pytest.mark.parametrize("earlier", [False, True])
def test_a_second_voice_changes_no_page(blind: World, earlier: bool) -> None:
    if earlier:
        blind.house.submit("bank-b", f"{PHONE}\n")
    report = blind.house.submit("bank-a", f"{PHONE}\nshop.example\n")
    before = seen(blind, "clerk", report.id)
    assert "Nothing waits." in before[0]
    assert "held" in before[-1]
    blind.house.submit("bank-c", f"{PHONE}\nshop.example\n")
    assert seen(blind, "clerk", report.id) == before


def test_moderators_see_the_truth(blind: World) -> None:
    report = blind.house.submit("bank-a", f"{PHONE}\n")
    assert blind.person("desk").get(f"/api/v1/reports/{report.id}").json["counts"]["held"] == 1
    blind.house.submit("bank-b", f"{PHONE}\n")
    assert blind.person("desk").get(f"/api/v1/reports/{report.id}").json["counts"]["accepted"] == 1
