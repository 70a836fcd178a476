"""Invitations, and what administrators change about people."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from sign_ins import is_in, set_up, sign_in
from web_world import PEOPLE, World

from tocsin.members.invitations import invite
from tocsin.members.members import find_member
from tocsin.members.people import find_person, set_role
from tocsin.times import now_ms

NEW = "quite another password"


@pytest.mark.parametrize("login", PEOPLE)
@pytest.mark.parametrize("url", ["/account", "/people", "/tokens"])
def test_who_opens_what(world: World, login: str, url: str) -> None:
    may = {"/account": set(PEOPLE), "/people": {"admin"}, "/tokens": {"admin", "desk"}}[url]
    person = world.person(login)
    assert person.get(url).status_code == (200 if login in may else 403)
    assert (f'href="{url}"' in person.get("/").text) == (login in may)


@pytest.mark.parametrize("login", ["clerk", "desk", "auditor"])
def test_who_may_change_nobody(world: World, login: str) -> None:
    person = world.person(login)
    forms: Mapping[str, dict[str, Any]] = {
        "/people": {"login": "clerk-b", "do": "disable"},
        "/people/invite": {"member": "bank-a", "role": "administrator", "days": "7"},
        "/people/invitation": {"invitation": "x"},
    }
    assert [person.post(url, form).status_code for url, form in forms.items()] == [403] * 3
    assert is_in(world.person("clerk-b"))


def test_an_administrator_invites_and_the_link_works_once(world: World) -> None:
    answer = world.person("admin").post("/people/invite", {"member": "bank-a", "role": "investigator", "days": "3"})
    path = re.findall(r"http://localhost(/invitation/[A-Za-z0-9_-]{43})", answer.text)[0]
    assert path not in world.person("admin").get("/people").text, "it is shown once"
    newcomer = world.person()
    assert "Bank A" in newcomer.get(path).text
    form = {"login": "newcomer", "new": NEW, "again": NEW}
    for wrong, field in (
        ({"again": "x"}, "again"),
        ({"new": "short", "again": "short"}, "new"),
        ({"login": "clerk"}, "login"),
        ({"login": "a:b"}, "login"),
        ({"login": ""}, "login"),
    ):
        refused = newcomer.post(path, {**form, **wrong})
        assert refused.status_code == 400, field
        assert f'id="{field}-error"' in refused.text
    assert newcomer.post(path, form).location == "/sign-in"
    again = world.person().post(path, {**form, "login": "another"})
    unknown = world.person().get("/invitation/" + "x" * 43)
    assert (again.status_code, again.text) == (404, unknown.text)
    person, answer = sign_in(world, "newcomer", NEW)
    assert answer.status_code == 302
    assert "as investigator" in person.get("/account").text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"member": "nobody"}, "member"),
        ({"role": "king"}, "role"),
        ({"days": "0"}, "days"),
        ({"days": "9" * 50}, "days"),
        ({"days": "x"}, "days"),
    ],
)
def test_an_invitation_that_cannot_be(world: World, form: dict[str, str], field: str) -> None:
    answer = world.person("admin").post("/people/invite", {"member": "bank-a", "role": "auditor", "days": "7", **form})
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text


def test_an_invitation_is_taken_back(world: World) -> None:
    with world.house.database.writing() as connection:
        name = invite(connection, find_member(connection, "bank-a"), "auditor", "admin", now_ms())
    admin = world.person("admin")
    digest = re.findall(r'name="invitation" value="([0-9a-f]{64})"', admin.get("/people").text)[0]
    assert world.person().get(f"/invitation/{name}").status_code == 200
    admin.post("/people/invitation", {"invitation": digest})
    assert world.person().get(f"/invitation/{name}").status_code == 404


@pytest.mark.parametrize("change", [{"do": "disable"}, {"do": "role", "role": "auditor"}, {"do": "reset"}])
def test_what_an_administrator_changes_ends_the_sessions(world: World, change: dict[str, str]) -> None:
    person = world.person("clerk")
    assert is_in(person)
    assert world.person("admin").post("/people", {"login": "clerk", **change}).status_code == 302
    assert not is_in(person)


def test_whoever_is_kept_out_is_out_until_let_in_again(world: World) -> None:
    admin = world.person("admin")
    admin.post("/people", {"login": "clerk", "do": "disable"})
    assert "kept out" in admin.get("/people?member=bank-a").text
    assert sign_in(world, "clerk")[1].status_code == 401
    admin.post("/people", {"login": "clerk", "do": "enable"})
    assert sign_in(world, "clerk")[1].status_code == 302


def test_an_administrator_resets_a_second_factor(world: World) -> None:
    set_up(world)
    world.person("admin").post("/people", {"login": "clerk", "do": "reset"})
    assert sign_in(world, "clerk")[1].location == "/"


def test_nobody_changes_themselves(world: World) -> None:
    admin = world.person("admin")
    for change in ({"do": "disable"}, {"do": "role", "role": "auditor"}):
        assert admin.post("/people", {"login": "admin", **change}).status_code == 400
    assert is_in(admin)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"login": "nobody", "do": "disable"}, 404),
        ({"login": "clerk", "do": "role", "role": "king"}, 400),
        ({"login": "clerk", "do": "promote"}, 400),
        ({}, 404),
    ],
)
def test_nonsense_about_people(world: World, form: dict[str, str], status: int) -> None:
    assert world.person("admin").post("/people", form).status_code == status
    assert world.person("admin").get("/people?member=nobody").status_code == 404


def test_people_are_those_of_the_member_that_is_asked_for(world: World) -> None:
    admin = world.person("admin")
    everybody, some = admin.get("/people").text, admin.get("/people?member=police").text
    assert all(f'value="{login}"' in everybody for login in PEOPLE if login != "admin")
    assert 'value="inspector"' in some
    assert 'value="clerk"' not in some
    assert "Nobody yet." in world.person("admin").get("/people?member=bank-b&page=2").text


def test_another_role_counts_from_the_next_sign_in(world: World) -> None:
    with world.house.database.writing() as connection:
        set_role(connection, find_person(connection, "clerk"), "administrator")
    person, _ = sign_in(world, "clerk")
    assert person.get("/people").status_code == 200
