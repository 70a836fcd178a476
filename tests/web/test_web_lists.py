"""The page of a member's lists."""

from web_world import World

from tocsin.publishing.relist import refresh
from tocsin.reports.list_runs import set_most_at_once
from tocsin.times import now_ms

OWN = {"list": "own", "kind": "", "open": "yes", "entries": "east-bank.example\n"}


def test_a_clerk_keeps_its_organisations_lists(world: World) -> None:
    clerk = world.person("clerk")
    assert "Nothing is on it yet." in clerk.get("/lists").text
    assert (
        "2 added"
        in clerk.post("/lists", OWN | {"entries": "east-bank.example\n\n192.0.2.0/24\n"}, follow_redirects=True).text
    )
    clerk.post("/lists", {"list": "own", "kind": "brand", "open": "yes", "entries": "East Bank"})
    clerk.post("/lists", {"list": "harmless", "kind": "", "entries": "payroll.example"})
    page = clerk.get("/lists").text
    for shown in ("east-bank[.]example", "192.0.2.0/24", "East Bank", "payroll[.]example", "may learn of it"):
        assert shown in page
    assert "All of that was there already." in clerk.post("/lists", OWN, follow_redirects=True).text
    other = world.person("clerk-b").get("/lists").text
    assert "east-bank" not in other
    assert "East Bank" not in other


def test_entries_are_taken_off(world: World) -> None:
    clerk = world.person("clerk")
    clerk.post("/lists", OWN)
    assert "Tick what is to be taken off." in clerk.post("/lists/remove", {}, follow_redirects=True).text
    answer = clerk.post("/lists/remove", {"entry": "own domain east-bank.example"}, follow_redirects=True)
    assert "1 taken off." in answer.text
    assert "east-bank" not in clerk.get("/lists").text


def test_a_mistake_is_told_with_its_line_and_loses_nothing(world: World) -> None:
    clerk = world.person("clerk")
    answer = clerk.post("/lists", {"list": "harmless", "kind": "", "entries": "good.example\nnot a thing\n"})
    assert answer.status_code == 400
    assert "Line 2: " in answer.text
    assert "good.example\nnot a thing" in answer.text
    assert "good[.]example" not in clerk.get("/lists").text
    assert clerk.post("/lists", {"entries": " \n"}).status_code == 400
    assert "at most 500" in clerk.post("/lists", {"entries": "a.example\n" * 501}).text


def test_a_change_that_ends_much_waits_for_a_moderator_on_the_first_page(world: World) -> None:
    house = world.house
    house.submit("bank-a", "".join(f"site{n}.own-bank.example\n" for n in range(3)))
    world.person("clerk-b").post("/lists", OWN | {"entries": "own-bank.example"})
    with house.database.writing() as connection:
        set_most_at_once(connection, 2)
    assert refresh(house.database, house.exchange, house.screening, now_ms()) == 0
    assert "A change of lists" not in world.person("clerk").get("/").text
    assert "A change of lists" not in world.person("clerk").get("/lists").text
    desk = world.person("desk")
    assert "A change of lists would withdraw 3 values" in desk.get("/").text
    assert "3 values that are published stand on a list now" in desk.get("/lists").text
    assert "It is being withdrawn." in desk.post("/lists/decide", {"decision": "approve"}, follow_redirects=True).text
    assert "No change of lists waits" in desk.post("/lists/decide", {"decision": "approve"}, follow_redirects=True).text
    assert refresh(house.database, house.exchange, house.screening, now_ms()) == 3
    assert not [one for one in house.indicators() if "own-bank" in one]


def test_what_an_indicator_imitates_stands_on_its_page(world: World) -> None:
    world.person("clerk-b").post("/lists", OWN)
    world.house.submit("bank-a", "eastbank-login.example\n")
    url = world.indicator_url("Scams", "[domain-name:value = 'eastbank-login.example']")
    page = world.person("clerk").get(url).text
    assert "Imitates" in page
    assert "east-bank.example" in page


def test_what_only_its_member_may_know_stands_in_nobody_elses_verdict(world: World) -> None:
    world.person("clerk-b").post("/lists", {"list": "own", "kind": "", "entries": "quiet-bank.example"})
    report = world.house.submit("bank-a", "quietbank-login.example\nquiet-bank.example\n")
    assert {one.reason for one in world.house.verdicts(report)} == {"Published."}
