"""Who may see and do what; what is hidden looks like what is not there."""

import re

import pytest
from house import START
from web_world import PASSWORD, PEOPLE, SECRET, SECRET_VALUE, Person, World

from tocsin.members.members import find_member, grant, suspend_member

PAGES = ("/", "/search", "/submit", "/reports", "/held", "/collections")
NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("url", [*PAGES, "/reports/x", f"/indicators/{NOWHERE}/x"])
def test_strangers_are_asked_to_sign_in(world: World, url: str) -> None:
    answer = world.person().get(url)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize("login", PEOPLE)
def test_what_each_role_can_open(world: World, login: str) -> None:
    person = world.person(login)
    expected = dict.fromkeys(PAGES, 200) | ({"/submit": 403} if login == "auditor" else {})
    assert {url: person.get(url).status_code for url in PAGES} == expected


@pytest.mark.parametrize(
    ("login", "status"),
    [("clerk", 403), ("inspector", 403), ("auditor", 403), ("desk", 302), ("admin", 302)],
)
def test_who_decides(world: World, login: str, status: int) -> None:
    report = world.house.submit("bank-a", "+442079460958\n")
    answer = world.person(login).post("/held", {"place": f"{report.key}:1", "decision": "approve"})
    assert answer.status_code == status
    assert world.house.counts(report) == ({"accepted": 1} if status == 302 else {"held": 1})


@pytest.mark.parametrize(("login", "status"), [("clerk", 403), ("inspector", 403), ("desk", 302)])
def test_who_withdraws_an_indicator(world: World, login: str, status: int) -> None:
    world.house.submit("bank-b", "bad-shop.example\n")
    url = world.indicator_url("Scams", "[domain-name:value = 'bad-shop.example']")
    assert world.person(login).post(f"{url}/withdraw", {"reason": "It is a florist."}).status_code == status


@pytest.mark.parametrize(
    ("login", "status"), [("clerk", 200), ("clerk-b", 404), ("inspector", 404), ("desk", 200), ("auditor", 200)]
)
def test_who_sees_a_report_of_bank_a(world: World, login: str, status: int) -> None:
    report = world.house.submit("bank-a", "bad-shop.example\n")
    person = world.person(login)
    assert person.get(f"/reports/{report.id}").status_code == status
    assert person.get(f"/reports/{report.id}/exceptions.csv").status_code == status
    assert person.get(f"/api/v1/reports/{report.id}").status_code == status
    assert (report.id in person.get("/reports").text) == (status == 200)


@pytest.mark.parametrize(("login", "status"), [("clerk", 302), ("clerk-b", 404), ("auditor", 403), ("desk", 302)])
def test_who_takes_back_a_report_of_bank_a(world: World, login: str, status: int) -> None:
    report = world.house.submit("bank-a", "bad-shop.example\n")
    answer = world.person(login).post(f"/reports/{report.id}/withdraw", {"reason": "A mistake."})
    assert answer.status_code == status
    assert bool(world.house.indicators()) == (status != 302)


def test_held_rows_of_others_are_for_moderators(world: World) -> None:
    world.house.submit("bank-a", "+442079460958\n")
    assert "+442079460958" in world.person("desk").get("/held").text
    assert "+442079460958" in world.person("clerk").get("/held").text
    assert "+442079460958" not in world.person("clerk-b").get("/held").text


def test_a_hidden_collection_is_nowhere(world: World) -> None:
    hidden = world.indicator_url(SECRET, f"[domain-name:value = '{SECRET_VALUE}']")
    person = world.person("clerk")
    for url in (
        "/",
        "/search",
        "/search?q=nightjar",
        "/search?kind=domain",
        "/submit",
        "/collections",
        "/api/v1/collections",
    ):
        text = person.get(url).text
        assert SECRET not in text
        assert "nightjar-only" not in text
        assert world.collection_id(SECRET) not in text
    for suffix in ("", ".json"):
        assert person.get(hidden + suffix).status_code == 404
    assert person.get(f"/api/v1{hidden}").status_code == 404
    assert world.person("inspector").get(hidden).status_code == 200


def test_hidden_and_missing_read_the_same(world: World) -> None:
    person = world.person("clerk")
    hidden = world.indicator_url(SECRET, f"[domain-name:value = '{SECRET_VALUE}']")
    missing = f"/indicators/{NOWHERE}/{hidden.rpartition('/')[2]}"
    assert seen(person, hidden) == seen(person, missing)
    assert person.get(f"/api/v1{hidden}").data == person.get(f"/api/v1{missing}").data


def seen(person: Person, url: str) -> str:
    """A page without the token of its form, which is another in the next second."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", person.get(url).text)


def test_search_counts_nothing_hidden(world: World) -> None:
    query = "/api/v1/search?q=nightjar"
    for suffix in ("", f"&collection={world.collection_id(SECRET)}"):
        answer = world.person("clerk").get(query + suffix).json
        assert answer is not None
        assert answer["total"] == 0
        assert not any(answer["facets"].values())
    seen = world.person("inspector").get(query).json
    assert seen is not None
    assert seen["total"] == 1


@pytest.mark.parametrize("name", ["title", "id"])
def test_handing_in_to_a_hidden_collection_tells_nothing(world: World, name: str) -> None:
    chosen = SECRET if name == "title" else world.collection_id(SECRET)
    headers = world.token_of("bank-a")
    refused = world.app.test_client().post(
        "/api/v1/reports", query_string={"tlp": "green", "collection": chosen}, data=b"a.example", headers=headers
    )
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["detail"] == f"There is no collection {chosen!r} that you may hand in to."
    form = {"text": "a.example", "tlp": "green", "collection": world.collection_id(SECRET)}
    person = world.person("clerk")
    page = person.post("/submit", form)
    assert page.status_code == 400
    assert "Choose from the list." in page.text
    assert SECRET not in page.text


def test_a_receipt_links_to_where_the_member_can_read(world: World) -> None:
    report = world.house.submit("bank-b", "both.example\n", to=("Scams", SECRET))
    found = f"/indicators/{world.collection_id(SECRET)}/"
    for login, page in (("clerk-b", world.person("clerk-b")), ("desk", world.person("desk"))):
        text = page.get(f"/reports/{report.id}").text
        links = [part.split('"')[0] for part in text.split('href="') if part.startswith("/indicators/")]
        assert all(page.get(link).status_code == 200 for link in links), login
        assert (login == "desk") <= (found not in text)


def test_whoever_is_suspended_is_out(world: World) -> None:
    person = world.person("clerk")
    assert person.get("/").status_code == 200
    with world.house.database.writing() as connection:
        suspend_member(connection, find_member(connection, "bank-a").key, START)
    world.services.door._answers.clear()
    assert person.get("/").status_code == 302
    again = world.person().post("/sign-in", {"login": "clerk", "password": PASSWORD})
    assert again.status_code == 401


def test_whoever_only_hands_in_is_not_told_when_others_did(world: World) -> None:
    clerk = world.person("clerk")
    assert clerk.get("/collections").text.count("Last entry") == 1
    with world.house.database.writing() as connection:
        bank = find_member(connection, "bank-a").key
        grant(connection, world.house.collections["Scams"].key, bank, write=True)
    page = clerk.get("/collections").text
    assert "Scams" in page
    assert "Last entry" not in page
