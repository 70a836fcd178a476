"""Handing in with members and communities: what is offered, what is said before, and who finds it afterwards."""

import re
from typing import Any

import pytest
from gathered import ALERTS, INNER, OUTER, TITLES, let_in, share
from house import START
from web_world import SECRET, Person, World
from werkzeug.test import TestResponse

from tocsin.ledger.collections import freeze_collection
from tocsin.members.communities import find_community
from tocsin.members.defaults import set_default, set_default_audience
from tocsin.members.members import find_member

IBAN = "GB33BUKB20201555555555"


@pytest.fixture
def world(circles: World) -> World:
    return circles


def check(person: Person, text: str, **choices: Any) -> TestResponse:
    return person.post("/submit", {"text": text, "tlp": "amber+strict", **choices})


def offered(person: Person) -> str:
    """The page that asks with whom something is shared."""
    return person.post("/submit", {"text": "first.example"}, follow_redirects=True).text


def confirm(person: Person, answer: TestResponse) -> TestResponse:
    assert answer.status_code == 200, answer.text
    token = re.findall(r'action="/submit/([^"]+)"', answer.text)[0]
    return person.post(f"/submit/{token}", follow_redirects=True)


def indicator_in(world: World, title: str, value: str) -> dict[str, Any] | None:
    found = world.house.indicators(title) if title in world.house.collections else {}
    return next((one for pattern, one in found.items() if value in pattern), None)


def test_only_whom_the_member_meets_is_offered(world: World) -> None:
    outside, inside = offered(world.person("clerk")), offered(world.person("clerk-b"))
    for slug in (OUTER, INNER):
        assert (f'value="{slug}"' in outside, f'value="{slug}"' in inside) == (False, True)
        assert TITLES[slug] not in outside
    assert not re.findall(r'name="(?:share|collection|tlp)"[^>]* checked', inside)


@pytest.mark.parametrize("name", [OUTER, "no-circle", "bank-a"])
def test_what_is_not_offered_cannot_be_chosen(world: World, name: str) -> None:
    answer = check(world.person("clerk"), "first.example", share=name)
    assert answer.status_code == 400
    assert "Choose from the list." in answer.text
    assert TITLES[OUTER] not in answer.text


def test_nobody_is_chosen_by_itself(world: World) -> None:
    answer = check(
        world.person("clerk-b"), "kept.example", basis="consent", pap="amber", handling="H1", with_text="yes"
    )
    assert answer.status_code == 400
    assert "As it is, nobody would receive it." in answer.text
    for kept in ("kept[.]example", 'value="consent" selected', 'value="amber" selected', 'value="H1" selected'):
        assert kept in answer.text
    assert 'name="with_text" value="yes" checked' in answer.text


def test_shared_with_a_community_its_members_find_it_and_others_do_not(world: World) -> None:
    with world.house.database.writing() as connection:
        let_in(connection, find_community(connection, OUTER), "bank-c")
    clerk = world.person("clerk-b")
    seen = check(clerk, "ring-only.example", share=OUTER)
    assert f"2 members: those of {TITLES[OUTER]}" in seen.text
    confirm(clerk, seen)
    world.index()
    hits = {login: ALERTS in world.person(login).get("/search?q=ring-only.example").text for login in ("desk", "clerk")}
    assert hits == {"desk": True, "clerk": False}
    assert indicator_in(world, "Scams", "ring-only") is None


def test_red_goes_to_the_inbox_of_whom_is_named(world: World) -> None:
    clerk = world.person("clerk-b")
    seen = check(clerk, "for-a-alone.example", tlp="red", share="bank-a")
    assert "Inbox of Bank A" in seen.text
    confirm(clerk, seen)
    world.index()
    assert "Inbox of Bank A" in world.person("clerk").get("/search?q=for-a-alone.example").text
    for login in ("desk", "inspector", "clerk-b"):
        assert "Inbox of Bank A" not in world.person(login).get("/search?q=for-a-alone.example").text


@pytest.mark.parametrize("choices", [{"share": OUTER}, {"share": ["bank-a", INNER]}, {"collection": "Scams"}])
def test_red_goes_nowhere_else(world: World, choices: dict[str, Any]) -> None:
    if "collection" in choices:
        choices = {"collection": world.collection_id("Scams")}
    answer = check(world.person("clerk-b"), "red.example", tlp="red", **choices)
    assert answer.status_code == 400
    assert "TLP:RED goes to named members alone" in answer.text


def test_accounts_stay_out_without_a_lawful_basis_and_it_says_so(world: World) -> None:
    clerk = world.person("clerk-b")
    without = check(clerk, IBAN, share=OUTER)
    assert "Not everything:" in without.text
    assert "only on a lawful basis" in without.text
    wrong = check(clerk, IBAN, share=OUTER, basis="consent")
    assert "does not take the basis" in wrong.text
    assert "Not everything:" not in check(clerk, IBAN, share=OUTER, basis="fraud-prevention-law").text


def test_a_name_is_not_left_out_among_few(world: World) -> None:
    answer = check(world.person("clerk-b"), "quiet.example", collection=world.collection_id(ALERTS), unattributed="yes")
    assert answer.status_code == 400
    assert "needs at least 5" in answer.text
    assert 'name="unattributed" value="yes" checked' in answer.text


def test_what_a_chosen_community_will_not_get_is_said_with_the_reason(world: World) -> None:
    with world.house.database.writing() as connection:
        freeze_collection(connection, world.house.collections[ALERTS].key, START)
    seen = check(world.person("clerk-b"), "half.example", share=[OUTER, "bank-a"])
    assert seen.status_code == 200
    assert "Where it does not go" in seen.text
    assert f"The collection &#39;{ALERTS}&#39; is frozen" in seen.text
    assert f"brings this to {TITLES[OUTER]}" in seen.text


def test_a_community_that_the_outer_one_reaches_is_not_missed(world: World) -> None:
    seen = check(world.person("clerk-b"), "both.example", share=[OUTER, INNER])
    assert "brings this to" not in seen.text
    assert "Where it does not go" not in seen.text


def test_a_collection_with_other_readers_is_refused_in_words(world: World) -> None:
    answer = check(world.person("clerk-b"), "wide.example", share=OUTER, collection=world.collection_id("Scams"))
    assert answer.status_code == 400
    assert "whom you did not name" in answer.text


def test_a_draft_keeps_every_choice(world: World) -> None:
    clerk = world.person("clerk-b")
    seen = check(clerk, "kept.example", share=OUTER, pap="green", handling="H2", basis="consent", with_text="yes")
    assert "PAP:GREEN" in seen.text
    assert "Handling H2" in seen.text
    assert "Your notes leave too." in seen.text
    again = clerk.get("/submit/" + re.findall(r'action="/submit/([^"]+)"', seen.text)[0]).text
    for kept in (
        f'value="{OUTER}" checked',
        'value="green" selected',
        'value="H2" selected',
        'value="consent" selected',
    ):
        assert kept in again
    assert 'name="with_text" value="yes" checked' in again


def test_markings_show_as_words_wherever_it_is_found(world: World) -> None:
    share(world, "bank-b", "marked.example", share=(OUTER,), pap="amber", handling="H1")
    world.index()
    clerk = world.person("clerk-b")
    page = clerk.get(world.indicator_url(ALERTS, "[domain-name:value = 'marked.example']")).text
    for text in (page, clerk.get("/search?q=marked.example").text):
        assert "PAP:AMBER" in text
        assert "Handling H1" in text
    assert "ring@desk.example" in page
    hit = clerk.get("/api/v1/search?q=marked.example").json["hits"][0]
    assert (hit["pap"], hit["handling"], hit["disputed"]) == ("amber", "H1", False)


def test_whom_to_ask_is_the_exchange_where_the_member_is_under_no_agreement(world: World) -> None:
    world.house.submit("bank-a", "plain.example\n")
    page = world.person("clerk").get(world.indicator_url("Scams", "[domain-name:value = 'plain.example']")).text
    assert "ring@desk.example" not in page
    assert page.count("desk@exchange.example") == 2


@pytest.mark.parametrize(("name", "value"), [("pap", "blue"), ("handling", "H9"), ("basis", "because"), ("crime", "x")])
def test_what_is_no_marking_is_named_at_its_field(world: World, name: str, value: str) -> None:
    answer = check(world.person("clerk-b"), "first.example", share=OUTER, **{name: value})
    assert answer.status_code == 400
    assert f'href="#{name}">' in answer.text
    assert f'id="{name}"' in answer.text


def test_programs_share_in_the_same_way(world: World) -> None:
    client, token = world.person().client, world.token_of("bank-b")
    query = f"?tlp=amber%2Bstrict&share={OUTER}&pap=amber&handling=H2&basis=fraud-prevention-law&with_text=true"
    answer = client.post(f"/api/v1/reports{query}", data=b"by-program.example", headers=token)
    assert answer.status_code == 201, answer.text
    assert indicator_in(world, ALERTS, "by-program.example") is not None
    assert indicator_in(world, "Scams", "by-program.example") is None


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("tlp=green&share=no-circle", "no member or community 'no-circle' that you may share with"),
        ("tlp=green&share=far-circle", "no member or community 'far-circle' that you may share with"),
        ("tlp=red&share=outer-circle", "TLP:RED is for named persons only"),
        ("tlp=green&share=outer-circle&pap=blue", "'blue' is not a PAP marking"),
        ("tlp=green&share=outer-circle&handling=H9", "'H9' is not a handling code"),
        ("tlp=green&share=outer-circle&basis=because", "not a lawful basis"),
        ("tlp=green&share=outer-circle&with_text=yes", "with_text has to be true or false."),
        ("tlp=green&share=outer-circle&unattributed=1", "unattributed has to be true or false."),
        ("tlp=green", "you have no default"),
    ],
)
def test_programs_are_told_in_words(world: World, query: str, words: str) -> None:
    answer = world.person().client.post(
        f"/api/v1/reports?{query}", data=b"first.example", headers=world.token_of("bank-b")
    )
    assert answer.status_code == 422
    assert words in answer.json["detail"]


def test_programs_that_say_nothing_get_the_members_default(world: World) -> None:
    with world.house.database.writing() as connection:
        bank = find_member(connection, "bank-b")
        set_default(connection, bank.key, "amber+strict", None, unattributed=True)
        set_default_audience(connection, bank.key, ())
    client, token, scams = world.person().client, world.token_of("bank-b"), world.collection_id("Scams")
    nameless = client.post(f"/api/v1/reports?collection={scams}", data=b"one.example", headers=token)
    assert "Handing in without your name" in nameless.json["detail"]
    named = client.post(f"/api/v1/reports?collection={scams}&unattributed=false", data=b"one.example", headers=token)
    assert named.status_code == 201


def test_the_hidden_collection_is_still_nowhere(world: World) -> None:
    assert SECRET not in offered(world.person("clerk"))
