"""What a submitter is told of its own report says nothing of collections that it may not read."""

import json

import pytest
from house import START, House
from pushing import push, stix, tool, verdict, with_cert

from tocsin.members.communities import add_community
from tocsin.members.granting import grant_community
from tocsin.members.members import find_member, grant
from tocsin.policy.agreement import Agreement
from tocsin.publishing.hand_in import Refused, preview, take_in, terms_for
from tocsin.publishing.process import process
from tocsin.stix import TLP
from tocsin.times import now_ms

PHONE = "+65 9123 0001"


def test_a_held_row_names_no_indicator_of_a_hidden_collection(house: House) -> None:
    house.collection("Hidden", read=("police",), write=("bank-b", "bank-c"))
    for slug in ("bank-b", "bank-c"):
        house.submit(slug, f"{PHONE}\n", to=("Hidden",))
    assert len(house.indicators("Hidden")) == 1
    (row,) = house.verdicts(house.submit("bank-a", f"{PHONE}\n"))
    assert (row.verdict, row.stix_id) == ("held", None)


def test_a_row_names_the_indicator_of_its_own_collection(house: House) -> None:
    house.collection("Hidden", read=("police",), write=("bank-b",))
    house.submit("bank-b", "bad.example\n", to=("Hidden",))
    (row,) = house.verdicts(house.submit("bank-a", "bad.example\n"))
    assert row.stix_id == next(iter(house.indicators().values()))["id"]


def test_merged_is_not_said_of_what_a_filter_keeps_out(house: House) -> None:
    house.collection("Hidden", read=("police",), write=("bank-b",))
    house.collection("Green", filter_text="tlp:green")
    house.submit("bank-b", "bad.example\n", to=("Hidden", "Green"), tlp="amber")
    assert house.indicators("Green") == {}
    (row,) = house.verdicts(house.submit("bank-a", "bad.example\n", to=("Green",)))
    assert row.verdict == "accepted"


def test_what_no_collection_may_take_waits_for_nobody(house: House) -> None:
    house.collection("Domains", filter_text="kind:domain")
    circle = a_circle(house, onward="none")
    house.collection("Circle", read=(), write=("bank-a",))
    with house.database.writing() as connection:
        grant_community(connection, house.collections["Circle"].key, circle, read=True)
        member = find_member(connection, "bank-a")
        terms = terms_for(connection, member, tlp="green", collections=["Domains", "Circle"])
        identity, _ = take_in(connection, member, "ann", f"{PHONE}\n".encode(), None, terms, START)
    (row,) = house.verdicts(process(house.database, house.exchange, house.screening, identity))
    assert row.verdict == "rejected"


@pytest.mark.parametrize(("onward", "said"), [("clients", "rejected"), ("none", "accepted")])
def test_an_object_goes_no_further_than_its_own_marking_lets_it(house: House, onward: str, said: str) -> None:
    house = with_cert(house)
    circle = a_circle(house, onward=onward)
    with house.database.writing() as connection:
        grant_community(connection, house.collections["Scams"].key, circle, read=True)
    strict = tool("kit", object_marking_refs=[TLP["amber+strict"].id])
    assert verdict(house, push(house, "cert", strict))[0] == said


def a_circle(house: House, *, onward: str) -> int:
    """The key of a community that shares nothing of persons."""
    with house.database.writing() as connection:
        return add_community(connection, "circle", "Circle", START, agreement=Agreement(onward=onward)).key


def test_a_preview_shows_no_object_of_a_collection_that_one_only_hands_in_to(house: House) -> None:
    house.collection("Letter box", read=("police",), write=("bank-a", "bank-b"))
    house.submit("bank-b", "bad.example\n", to=("Letter box",))
    for title, shown in (("Letter box", 0), ("Scams", 1)):
        with house.database.rehearsing() as connection:
            member = find_member(connection, "bank-a")
            terms = terms_for(connection, member, tlp="green", collections=[title])
            seen = preview(
                connection, house.exchange, house.screening, member, "ann", b"bad.example\n", None, terms, now_ms()
            )
        assert sum(entry.type == "indicator" for entry in seen.objects) == shown
        assert [row.verdict for row in seen.verdicts] == ["accepted"]


def test_nobody_is_told_that_a_letter_box_holds_a_persons_number(house: House) -> None:
    house = with_cert(house)
    house.collection("Letter box", read=("police",), write=("bank-b", "bank-c"))
    with house.database.writing() as connection:
        grant(connection, house.collections["Letter box"].key, find_member(connection, "cert").key, write=True)
    for slug in ("bank-b", "bank-c"):
        house.submit(slug, f"{PHONE}\n", to=("Letter box",))
    phone = next(entry.object_id for entry in house.entries("Letter box") if entry.type == "phone-number")
    note = stix("note", "n", content="Called again.", object_refs=[phone])
    body = json.dumps({"objects": [note]})
    report = house.submit("cert", body, file_format="stix", whole=True, to=("Letter box",))
    assert verdict(house, report)[0] == "held"


@pytest.mark.parametrize("name", ["id", "alias", "title"])
def test_a_hidden_collection_is_refused_in_the_words_that_were_asked(house: House, name: str) -> None:
    hidden = house.collection("Case Nightjar", read=("bank-b",), write=("bank-b",))
    asked = {"id": hidden.id, "alias": "nightjar", "title": hidden.title}[name]
    for one in (asked, "nothing"):
        with (
            house.database.writing() as connection,
            pytest.raises(Refused, match=f"^There is no collection '{one}' that you may hand in to\\.$"),
        ):
            terms_for(connection, find_member(connection, "bank-a"), tlp="green", collections=[one])


def test_nobody_learns_whether_a_member_has_an_inbox(house: House) -> None:
    said = []
    for _ in range(2):
        with house.database.writing() as connection, pytest.raises(Refused) as refused:
            terms_for(connection, find_member(connection, "bank-a"), tlp="green", collections=["Inbox of Police"])
        said.append(str(refused.value))
        house.submit("bank-b", "bad.example\n", to=(), share=("police",))
    assert said[0] == said[1]
