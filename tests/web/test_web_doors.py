"""Signing in with a second factor, guessing, and sessions that end: at the pages."""

import re

import pytest
from sign_ins import cookie, is_in, set_up, sign_in, with_cookie
from web_world import PASSWORD, World

from tocsin.ledger.database import Database
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
