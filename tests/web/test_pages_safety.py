"""What the pages never do, whatever they are sent."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_world import PASSWORD, World

PAGES = ("/", "/search?q=shop", "/submit", "/reports", "/held", "/collections", "/nowhere")


@pytest.mark.parametrize("url", ["/sign-out", "/submit", "/submit/" + "x" * 32, "/held", "/reports/x/withdraw"])
def test_a_form_needs_its_token(world: World, url: str) -> None:
    answer = world.person("desk").client.post(url, data={"text": "a.example"})
    assert answer.status_code == 400
    assert "That did not work" in answer.text


def test_signing_in_needs_the_token(world: World) -> None:
    answer = world.person().client.post("/sign-in", data={"login": "clerk", "password": PASSWORD})
    assert answer.status_code == 400


def test_a_cookie_alone_hands_nothing_in_over_the_api(world: World) -> None:
    answer = world.person("clerk").client.post("/api/v1/reports?tlp=green&collection=Scams", data=b"a.example")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert not world.house.indicators()


def test_the_cookie_is_guarded(world: World) -> None:
    person = world.person()
    answer = person.post("/sign-in", {"login": "clerk", "password": PASSWORD})
    cookie = next(value for name, value in answer.headers if name == "Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie


@pytest.mark.parametrize("url", PAGES)
def test_every_page_is_closed_to_the_outside(world: World, url: str) -> None:
    world.house.submit("bank-a", "http://bad-shop.example/pay\n")
    world.index()
    answer = world.person("desk").get(url)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=)", answer.text)
    assert not re.search(r'(?:href|src|action)="(?!/|#)', answer.text)


def test_hostile_text_stays_text(world: World) -> None:
    nasty = '"><script>alert(1)</script>\n<img src=x onerror=alert(1)>\nhttps://bad.example/<b>\njavascript:alert(1)\n'
    report = world.house.submit("bank-a", nasty, name='<i>"x.txt')
    person = world.person("clerk")
    for url in (f"/reports/{report.id}", "/reports", "/", "/search?q=%3Cscript%3E%22%3E"):
        text = person.get(url).text
        assert "<script>" not in text
        assert "<img" not in text
        assert "<i>" not in text
        assert 'href="javascript' not in text


@pytest.mark.parametrize(
    "target",
    ["//other.example", "/\\other.example", "/\t/other.example", "/\n/other.example", "https://other.example", ""],
)
def test_signing_in_leads_to_no_other_host(world: World, target: str) -> None:
    answer = world.person().post("/sign-in", {"login": "clerk", "password": PASSWORD, "next": target})
    assert answer.location == "/"


def test_signing_in_goes_on_to_the_page_that_was_asked_for(world: World) -> None:
    person = world.person()
    asked = person.get("/search?q=a+b&page=2").location
    answer = person.post(asked, {"login": "clerk", "password": PASSWORD, "next": "/search?q=a+b&page=2"})
    assert answer.location == "/search?q=a+b&page=2"


@pytest.mark.parametrize("page", ["9" * 30, "-1", "0", "x", "9" * 5_000, "%00", "1e9"])
@pytest.mark.parametrize("url", ["/reports", "/held", "/search", "/api/v1/search"])
def test_nonsense_for_a_page_number(world: World, url: str, page: str) -> None:
    assert world.person("desk").get(f"{url}?page={page}").status_code in (200, 400)


@pytest.mark.parametrize("name", ["endpoint", "values", "_external", "_scheme", "_anchor", "_method", "self", "q"])
def test_any_name_of_a_parameter(world: World, name: str) -> None:
    world.house.submit("bank-a", "\n".join(f"shop-{number}.example" for number in range(30)))
    world.index()
    person = world.person("desk")
    answer = person.get(f"/search?q=shop&{name}=javascript")
    assert answer.status_code == 200
    assert not re.search(r'href="(?!/|#)', answer.text)


@pytest.mark.parametrize("place", ["9" * 30 + ":1", "1:" + "9" * 30, "x:y", ":", "1", "١:١", "1:1:1"])
def test_nonsense_for_a_held_row(world: World, place: str) -> None:
    assert world.person("desk").post("/held", {"place": place, "decision": "approve"}).status_code == 400


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60), path=st.text(max_size=20))
def test_any_text_gets_an_answer(world: World, text: str, path: str) -> None:
    client = world.person("clerk").client
    text, path = (part.encode("utf-8", "replace").decode() for part in (text, path))
    assert client.get("/search", query_string={"q": text, "kind": path}).status_code in (200, 400)
    assert client.get("/api/v1/search", query_string={"q": text}).status_code in (200, 400)
    assert client.get("/reports/" + path.replace("/", "")).status_code in (200, 308, 400, 404)


def test_guessing_a_password_ends(world: World) -> None:
    person = world.person()
    tries = [person.post("/sign-in", {"login": "clerk", "password": "wrong"}).status_code for _ in range(11)]
    assert tries == [401] * 10 + [429]
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    form = {"login": "clerk", "password": PASSWORD}
    assert world.person().post("/sign-in", form).status_code == 429
    assert world.person().post("/sign-in", form, environ_base=elsewhere).status_code == 302


def test_a_token_opens_no_page(world: World) -> None:
    token = world.token_of("bank-a")["Authorization"].partition(" ")[2]
    assert world.person().post("/sign-in", {"login": "bank-a", "password": token}).status_code == 401


@pytest.mark.parametrize(("login", "url"), [(None, "/sign-in"), (None, "/submit"), ("clerk", "/held")])
def test_much_is_read_only_where_files_are_handed_in(world: World, login: str | None, url: str) -> None:
    answer = world.person(login).post(url, {"text": "a" * 2_000_000})
    assert answer.status_code == 413
    assert "That is too large" in answer.text


def test_a_mistake_of_ours_shows_no_inside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr("tocsin.web.home.list_reports", broken)
    answer = world.person("clerk").get("/")
    assert answer.status_code == 500
    assert "It is our mistake" in answer.text
    assert "the inside" not in answer.text


@pytest.mark.parametrize(
    ("method", "url", "status"), [("GET", "/nowhere", 404), ("POST", "/collections", 405), ("GET", "/sign-out", 405)]
)
def test_errors_are_pages_in_plain_words(world: World, method: str, url: str, status: int) -> None:
    person = world.person("clerk")
    answer = person.get(url) if method == "GET" else person.post(url)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert "DEMONSTRATION" in answer.text
