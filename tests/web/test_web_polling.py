"""Each member sees how its own polling goes; the exchange's administrators see everybody's."""

import re
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from web_world import World

from tocsin.ledger.receipts import Receipt, Receipts, Refused
from tocsin.members.members import find_member, grant
from tocsin.times import now_ms
from tocsin.web import polling

NOW = now_ms()
DAY_MS = 86_400_000
DOMAIN = "[domain-name:value = 'bad.example']"


@pytest.fixture
def polled(world: World) -> World:
    """Two members with tokens; the police polled, and was refused once."""
    world.house.submit("bank-a", "bad.example\n")
    world.index()
    for slug in ("police", "bank-a"):
        world.token_of(slug)
    collection = world.house.collections["Scams"].id
    world.services.receipts.note(Receipt("police/machine", collection, "match[type]=indicator", NOW, 1, NOW - DAY_MS))
    world.services.receipts.refused(Refused("police/machine", NOW, "GET /x: 403, You may <not>."))
    return world


def test_a_member_sees_its_own(polled: World) -> None:
    page = polled.person("inspector").get("/polling").text
    for words in ("machine", "Scams", "match[type]=indicator", "You may &lt;not&gt;.", "every 6 hours"):
        assert words in page
    assert "bank-a" not in page
    page = polled.person("clerk").get("/polling").text
    assert "never" in page
    assert "police" not in page


def test_whoever_left_a_collection_is_told_nothing_of_it(polled: World) -> None:
    assert "Scams" in polled.person("inspector").get("/polling").text
    with polled.house.database.writing() as connection:
        police = find_member(connection, "police").key
        grant(connection, polled.house.collections["Scams"].key, police, write=True)
    page = polled.person("inspector").get("/polling").text
    assert "machine" in page
    assert "Scams" not in page


@pytest.mark.parametrize(("login", "sees"), [("admin", True), ("desk", False), ("auditor", False), ("clerk", False)])
def test_who_polls_what_is_the_administrators_to_see(polled: World, login: str, sees: bool) -> None:
    person = polled.person(login)
    assert ("police/machine" in person.get("/polling").text) is sees
    page = person.get(polled.indicator_url("Scams", DOMAIN)).text
    assert ("police/machine" in page) is sees
    assert "subscribers have fetched" not in page, "so few would tell who"


def test_many_subscribers_are_a_number_for_everybody(polled: World) -> None:
    collection = polled.house.collections["Scams"].id
    for n in range(5):
        polled.services.receipts.note(Receipt(f"police/{n}", collection, "", NOW + DAY_MS, NOW + DAY_MS, NOW))
    page = polled.person("clerk").get(polled.indicator_url("Scams", DOMAIN)).text
    assert "5 subscribers have fetched it as it stands." in page


def test_silence_is_told_on_every_page_of_its_member(polled: World) -> None:
    inspector = polled.person("inspector")
    assert "is silent" not in inspector.get("/").text
    answer = inspector.post("/polling/interval", {"token": "machine", "every": "3600"}, follow_redirects=True)
    assert ">silent</span>" in answer.text
    assert "machine is silent." not in answer.text, "it is said where it belongs, and not twice"
    assert "machine is silent." in inspector.get("/collections").text
    assert "is silent." not in polled.person("clerk").get("/collections").text
    polled.services.receipts.note(Receipt("police/machine", "x", "", 0, 0, NOW))
    assert "machine is silent." not in inspector.get("/collections").text
    assert "Saved." in inspector.post("/polling/interval", {"token": "machine"}, follow_redirects=True).text


def test_behind_is_what_the_filter_lets_through(polled: World) -> None:
    collection = polled.house.collections["Scams"]
    entries = polled.house.entries()
    identities = sum(one.type == "identity" for one in entries)
    filters = {"match[type]=identity": str(identities), "match[labels]=x": "0", "match[type]=indicator,tool": "1"}
    for text in ("", *filters, "match[labels]=x…abc"):
        polled.services.receipts.note(Receipt("bank-a/machine", collection.id, text, 0, 0, NOW))
    page = polled.person("clerk").get("/polling").text
    found = re.findall(r'"Filter"><span class="value">([^<]*)</span>.*?"Behind">([^<]*)</td>', page, re.S)
    assert dict(found) == filters | {"everything": str(len(entries)), "match[labels]=x…abc": "not known"}


@pytest.mark.parametrize(
    ("token", "every", "status"),
    [
        ("other", "3600", 404),
        *(("machine", every, 400) for every in ("7", "0", "x", "9" * 5_000, "\u0669\u0660\u0660")),
    ],
)
def test_an_interval_that_cannot_be(polled: World, token: str, every: str, status: int) -> None:
    answer = polled.person("clerk").post("/polling/interval", {"token": token, "every": every})
    assert answer.status_code == status


def test_what_is_known_of_silence_is_touched_by_one_thread_at_a_time(
    polled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Alone(dict[str, int]):
        """Nothing in it is looked at or changed without the lock."""

        def __getattribute__(self, name: str) -> Any:
            assert polling._lock.locked()
            return super().__getattribute__(name)

        def __setitem__(self, key: str, value: int) -> None:
            assert polling._lock.locked()
            super().__setitem__(key, value)

    monkeypatch.setattr(polling, "_alerts", Alone())
    inspector = polled.person("inspector")
    assert inspector.get("/collections").status_code == 200
    assert inspector.post("/polling/interval", {"token": "machine", "every": "3600"}).status_code == 302
    assert "machine is silent." in inspector.get("/collections").text


def test_nobody_without_a_name_sees_any(polled: World) -> None:
    assert polled.person().get("/polling").status_code == 302


def test_receipts_that_cannot_be_read_take_no_page_away(polled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("disk"))

    monkeypatch.setattr(Receipts, "all", gone)
    assert polled.person("inspector").get("/collections").status_code == 200
    assert polled.person("inspector").get("/nowhere").status_code == 404
