"""Signing in with a second factor, sessions that end, invitations, people and tokens: at the pages."""

import base64
import re
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from house import START
from web_world import PASSWORD, PEOPLE, SECRET, Person, World

from tocsin.ledger.database import Database
from tocsin.members.defaults import set_default
from tocsin.members.invitations import invite
from tocsin.members.limits import Limits
from tocsin.members.members import find_member
from tocsin.members.people import find_person, set_role
from tocsin.members.roles import READ, SUBMIT
from tocsin.members.tokens import new_token
from tocsin.networks import parse_networks
from tocsin.times import now_ms
from tocsin.web import account
from tocsin.web import session as signing_in

NEW = "quite another password"


@pytest.fixture(autouse=True)
def _the_clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A code is not over before it is used, however slow the machine is."""
    moment = now_ms()
    for module in (signing_in, account):
        monkeypatch.setattr(module, "now_ms", lambda: moment)


class Authenticator:
    """What shows the codes; each call shows the next one, so that none is used twice."""

    def __init__(self, key: str) -> None:
        self._totp = TOTP(base64.b32decode(key.replace(" ", "")), 6, SHA1(), 30)
        self._step = signing_in.now_ms() // 30_000 - 1

    def code(self) -> str:
        shown = self._totp.generate(self._step * 30).decode()
        self._step += 1
        return shown


def sign_in(world: World, login: str, password: str = PASSWORD, person: Person | None = None) -> tuple[Person, Any]:
    person = person or world.person()
    return person, person.post("/sign-in", {"login": login, "password": password})


def set_up(world: World, login: str = "clerk") -> tuple[Person, Authenticator, list[str]]:
    """Somebody who is signed in and has a second factor now, with the recovery codes."""
    person = world.person(login)
    assert person.post("/account/second-factor", {"password-on": PASSWORD}).status_code == 302
    page = person.get("/account/second-factor").text
    key = re.search(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", page)
    assert key is not None
    phone = Authenticator(key[1])
    shown = person.post("/account/second-factor/confirm", {"code": phone.code()})
    assert shown.status_code == 200
    codes = re.findall(r"<li>([a-z2-7-]{19})</li>", shown.text)
    assert len(codes) == 10
    return person, phone, codes


def cookie(person: Person) -> str:
    found = person.client.get_cookie("tocsin")
    assert found is not None
    return found.value


def with_cookie(world: World, value: str) -> Person:
    thief = world.person()
    thief.client.set_cookie("tocsin", value)
    return thief


def is_in(person: Person) -> bool:
    return person.get("/account").status_code == 200


def test_with_a_second_factor_the_password_alone_opens_nothing(world: World) -> None:
    _, phone, _ = set_up(world)
    person, answer = sign_in(world, "clerk")
    assert answer.location == "/sign-in/code?next=/"
    for url in ("/", "/account", "/search", "/api/v1/collections"):
        assert person.get(url).status_code in (302, 401), url
    code = phone.code()
    assert person.post("/sign-in/code", {"code": code}).status_code == 302
    assert is_in(person)
    other, _ = sign_in(world, "clerk")
    assert other.post("/sign-in/code", {"code": code}).status_code == 401, "a code that was used"
    assert other.post("/sign-in/code", {"code": phone.code()}).status_code == 302


def test_a_recovery_code_lets_in_once(world: World) -> None:
    _, _, codes = set_up(world)
    for status in (302, 401):
        person, _ = sign_in(world, "clerk")
        answer = person.post("/sign-in/code", {"code": codes[0]})
        assert answer.status_code == status
    person, _ = sign_in(world, "clerk")
    person.post("/sign-in/code", {"code": codes[1]})
    assert "8 are left" in person.get("/account").text


def test_nobody_skips_the_password(world: World) -> None:
    _, phone, _ = set_up(world)
    stranger = world.person()
    assert stranger.get("/sign-in/code").location.startswith("/sign-in?")
    assert stranger.post("/sign-in/code", {"code": phone.code()}).location.startswith("/sign-in?")
    assert not is_in(stranger)


def test_guessing_codes_ends(world: World) -> None:
    _, phone, _ = set_up(world)
    person, _ = sign_in(world, "clerk")
    tries = [person.post("/sign-in/code", {"code": "000000"}).status_code for _ in range(6)]
    assert tries == [401] * 5 + [429]
    assert person.post("/sign-in/code", {"code": phone.code()}).status_code == 429


def test_who_guesses_from_everywhere_does_not_lock_a_known_browser_out(world: World) -> None:
    person, _ = sign_in(world, "clerk")
    device = person.client.get_cookie(signing_in.DEVICE)
    assert device is not None
    assert device.http_only
    person.post("/sign-out")
    for number in range(10):
        sign_in(world, "clerk", f"wrong {number}")
    stranger, refused = sign_in(world, "clerk")
    assert refused.status_code == 429, "in the same network, without the browser that is known"
    assert not is_in(stranger)
    _, answer = sign_in(world, "clerk", person=person)
    assert answer.status_code == 302
    assert is_in(person)


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(world: World) -> None:
    person, _ = sign_in(world, "clerk")
    thief = with_cookie(world, cookie(person))
    assert is_in(thief)
    person.post("/sign-out")
    assert not is_in(thief)


def test_a_cookie_from_before_signing_in_is_worth_nothing_after(world: World) -> None:
    person = world.person()
    person.get("/sign-in")
    planted = cookie(person)
    sign_in(world, "clerk", person=person)
    assert is_in(person)
    assert cookie(person) != planted
    assert not is_in(with_cookie(world, planted))


def test_the_cookie_alone_names_nobody(world: World) -> None:
    person = world.person()
    with person.client.session_transaction() as session:
        session["login"] = "admin"
        session["name"] = "guessed"
    assert not is_in(person)


def test_over_https_the_cookies_stay_there(world: World) -> None:
    client = world.app.test_client()
    page = client.get("/sign-in", base_url="https://localhost")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    form = {"csrf_token": token, "login": "clerk", "password": PASSWORD}
    answer = client.post("/sign-in", data=form, base_url="https://localhost", headers={"Referer": "https://localhost/"})
    assert answer.status_code == 302
    given = answer.headers.getlist("Set-Cookie")
    assert len(given) == 2
    assert all("Secure" in one and "HttpOnly" in one and "SameSite=Lax" in one for one in given)


def test_another_password_ends_the_sessions_elsewhere(world: World) -> None:
    here, elsewhere = world.person("clerk"), world.person("clerk")
    form = {"old": PASSWORD, "new": NEW, "again": NEW}
    for wrong, field in (
        ({"old": "wrong"}, "old"),
        ({"again": "x"}, "again"),
        ({"new": "short", "again": "short"}, "new"),
    ):
        answer = here.post("/account/password", {**form, **wrong})
        assert answer.status_code == 400
        assert f'id="{field}-error"' in answer.text
    assert is_in(elsewhere)
    assert here.post("/account/password", form).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)
    assert sign_in(world, "clerk")[1].status_code == 401
    assert sign_in(world, "clerk", NEW)[1].status_code == 302


def test_a_stolen_session_changes_no_password_by_guessing(world: World) -> None:
    thief = world.person("clerk")
    form = {"new": NEW, "again": NEW}
    tries = [thief.post("/account/password", {**form, "old": f"guess {n}"}).status_code for n in range(11)]
    assert tries == [400] * 10 + [429]


def test_a_second_factor_ends_the_sessions_elsewhere(world: World) -> None:
    elsewhere = world.person("clerk")
    here, phone, _ = set_up(world)
    assert is_in(here)
    assert not is_in(elsewhere)
    elsewhere = world.person("clerk")
    wrong = here.post("/account/second-factor/remove", {"password-off": PASSWORD, "code": "000000"})
    assert wrong.status_code == 400
    no_password = here.post("/account/second-factor/remove", {"password-off": "wrong", "code": phone.code()})
    assert no_password.status_code == 400
    assert (
        here.post("/account/second-factor/remove", {"password-off": PASSWORD, "code": phone.code()}).status_code == 302
    )
    assert not is_in(elsewhere)
    assert sign_in(world, "clerk")[1].location == "/"


def test_nobody_sets_up_a_second_factor_without_the_password(world: World) -> None:
    thief = world.person("clerk")
    assert thief.post("/account/second-factor", {"password-on": "wrong"}).status_code == 400
    assert thief.get("/account/second-factor").status_code == 302
    assert thief.post("/account/second-factor/confirm", {"code": "000000"}).status_code == 302


def test_new_recovery_codes_take_the_place_of_the_old(world: World) -> None:
    here, _, codes = set_up(world)
    assert here.post("/account/recovery-codes", {"password-codes": "wrong"}).status_code == 400
    fresh = here.post("/account/recovery-codes", {"password-codes": PASSWORD})
    shown = re.findall(r"<li>([a-z2-7-]{19})</li>", fresh.text)
    for code, status in ((codes[0], 401), (shown[0], 302)):
        person, _ = sign_in(world, "clerk")
        assert person.post("/sign-in/code", {"code": code}).status_code == status
    assert world.person("desk").post("/account/recovery-codes", {"password-codes": PASSWORD}).status_code == 404


def test_other_sessions_are_listed_and_ended(world: World) -> None:
    here, second, third = (world.person("clerk") for _ in range(3))
    strange = world.person("desk")
    page = here.get("/account").text
    handles = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
    assert len(handles) == 2
    assert "this one" in page
    strange.post("/account/sessions", {"session": handles[0]})
    assert is_in(second)
    assert is_in(third)
    here.post("/account/sessions", {"session": handles[0]})
    assert is_in(second) != is_in(third)
    here.post("/account/sessions")
    assert is_in(here)
    assert not is_in(second)
    assert not is_in(third)
    assert is_in(strange)


def test_a_busy_writer_keeps_no_page_from_being_read(world: World) -> None:
    person = world.person("clerk")
    with world.house.database.writing() as connection:
        connection.exec_driver_sql("UPDATE sessions SET seen_ms = seen_ms - 600000")
    other = Database(world.house.database.url)
    with other.writing():
        assert person.get("/collections").status_code == 200
    other.close()


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


def make(person: Person, url: str = "/tokens", **form: Any) -> tuple[Any, dict[str, str]]:
    filled = {"name": "machine", "scope": [READ, SUBMIT], "networks": "", "days": "365", **form}
    answer = person.post(url, filled)
    found = re.findall(r"tocsin_[A-Za-z0-9_-]{43}", answer.text)
    return answer, {"Authorization": f"Bearer {found[0]}"} if found else {}


def test_a_moderator_makes_and_revokes_tokens_of_the_own_member(world: World) -> None:
    desk = world.person("desk")
    answer, headers = make(desk, networks="127.0.0.0/8, 2001:db8::/32")
    assert answer.status_code == 200
    page = desk.get("/tokens").text
    assert headers["Authorization"].partition(" ")[2] not in page, "it is shown once"
    assert "2001:db8::/32" in page
    assert world.app.test_client().get("/api/v1/collections", headers=headers).status_code == 200
    assert desk.post("/tokens/revoke", {"token": "machine"}).status_code == 302
    world.services.door._answers.clear()
    assert world.app.test_client().get("/api/v1/collections", headers=headers).status_code == 401
    assert "revoked" in desk.get("/tokens").text


def test_other_members_tokens_are_for_administrators(world: World) -> None:
    desk, admin = world.person("desk"), world.person("admin")
    for url in ("/tokens?member=bank-a", "/tokens?member=nobody"):
        assert desk.get(url).status_code == 404
        assert make(desk, url)[0].status_code == 404
        assert desk.post(url.replace("?", "/revoke?"), {"token": "machine"}).status_code == 404
    assert admin.get("/tokens?member=nobody").status_code == 404
    _, headers = make(admin, "/tokens?member=bank-a")
    seen = world.app.test_client().get("/api/v1/collections", headers=headers).json
    assert seen is not None
    assert SECRET not in [one["title"] for one in seen["collections"]]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "n" * 101}, "name"),
        ({"scope": []}, "scope"),
        ({"scope": ["manage"]}, "scope"),
        ({"days": "1"}, "days"),
        ({"networks": "192.0.2.1/24"}, "networks"),
        ({"collection": ["00000000-0000-4000-8000-000000000000"]}, "collection"),
    ],
)
def test_a_token_that_cannot_be(world: World, form: dict[str, Any], field: str) -> None:
    answer, headers = make(world.person("desk"), **form)
    assert (answer.status_code, headers) == (400, {})
    assert f'id="{field}-error"' in answer.text


def test_a_name_is_taken_once(world: World) -> None:
    desk = world.person("desk")
    make(desk)
    answer, _ = make(desk)
    assert answer.status_code == 400
    assert "already has a token" in answer.text


def test_a_token_is_not_limited_to_what_the_member_may_not_use(world: World) -> None:
    assert make(world.person("desk"), collection=[world.collection_id(SECRET)])[0].status_code == 400
    assert SECRET not in world.person("desk").get("/tokens").text


def api(world: World, slug: str = "bank-b", **limits: Any) -> dict[str, str]:
    with world.house.database.writing() as connection:
        key = find_member(connection, slug).key
        made = new_token(connection, key, f"api {limits}", START, limits=Limits(**limits))
    return {"Authorization": f"Bearer {made}"}


def handed_in(world: World, headers: dict[str, str], *collections: str) -> Any:
    query = {"tlp": "green", "collection": list(collections)}
    return world.app.test_client().post("/api/v1/reports", query_string=query, data=b"a.example", headers=headers)


def test_the_scope_holds_in_the_api(world: World) -> None:
    reads, submits = api(world, scope=frozenset({READ})), api(world, scope=frozenset({SUBMIT}))
    client = world.app.test_client()
    assert client.get("/api/v1/search?q=nightjar", headers=reads).status_code == 200
    assert handed_in(world, reads, "Scams").status_code == 401
    assert client.get("/api/v1/search?q=nightjar", headers=submits).status_code == 401
    url = world.indicator_url(SECRET, "[domain-name:value = 'nightjar-only.example']")
    assert client.get(f"/api/v1{url}", headers=submits).status_code == 401
    taken = handed_in(world, submits, "Scams")
    assert taken.status_code == 201
    assert client.get(f"/api/v1/reports/{taken.json['report']}", headers=submits).status_code == 200
    listed = client.get("/api/v1/collections", headers=submits).json
    assert listed is not None
    assert {(one["can_read"], one["can_write"]) for one in listed["collections"]} == {(False, True)}


def test_collections_hold_in_the_api(world: World) -> None:
    headers = api(world, collections=frozenset({world.house.collections["Scams"].key}))
    client = world.app.test_client()
    listed = client.get("/api/v1/collections", headers=headers).json
    assert listed is not None
    assert [one["title"] for one in listed["collections"]] == ["Scams"]
    found = client.get("/api/v1/search?q=nightjar", headers=headers).json
    assert found is not None
    assert (found["total"], any(found["facets"].values())) == (0, False)
    url = world.indicator_url(SECRET, "[domain-name:value = 'nightjar-only.example']")
    assert client.get(f"/api/v1{url}", headers=headers).status_code == 404
    assert handed_in(world, headers, SECRET).status_code == 422
    assert handed_in(world, headers, "Scams").status_code == 201
    report = world.house.submit("bank-b", "other.example\n", to=(SECRET,))
    assert client.get(f"/api/v1/reports/{report.id}", headers=headers).status_code == 404
    assert client.get(f"/api/v1/reports/{report.id}", headers=api(world)).status_code == 200


def test_a_limited_token_does_not_hand_in_where_nothing_is_named(world: World) -> None:
    with world.house.database.writing() as connection:
        set_default(connection, find_member(connection, "bank-b").key, "green", world.house.collections[SECRET].key)
    headers = api(world, collections=frozenset({world.house.collections["Scams"].key}))
    refused = handed_in(world, headers)
    assert refused.status_code == 422
    assert SECRET not in refused.text
    assert handed_in(world, api(world)).status_code == 201


def test_ended_and_wrong_network_are_unknown_to_the_api(world: World) -> None:
    client = world.app.test_client()
    over = api(world, until_ms=START + 1)
    away = api(world, networks=parse_networks(["192.0.2.0/24"]))
    unknown = {"Authorization": "Bearer tocsin_unknown"}
    answers = [client.get("/api/v1/collections", headers=headers) for headers in (over, away, unknown)]
    assert [one.status_code for one in answers] == [401] * 3
    assert len({one.data for one in answers}) == 1
    near = client.get("/api/v1/collections", headers=away, environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert near.status_code == 200


def test_another_role_counts_from_the_next_sign_in(world: World) -> None:
    with world.house.database.writing() as connection:
        set_role(connection, find_person(connection, "clerk"), "administrator")
    person, _ = sign_in(world, "clerk")
    assert person.get("/people").status_code == 200
