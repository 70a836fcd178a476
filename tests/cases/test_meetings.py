"""Two cases on one thing tell each other where both want it and both may read it; otherwise nobody learns anything."""

import pytest
from cases.conftest import Desk
from house import START

from tocsin.cases.cases import Case, close_case, let_meet
from tocsin.cases.meetings import Meeting, meetings_of
from tocsin.cases.tables import case_meetings
from tocsin.cases.things import remove_thing
from tocsin.identifiers import read
from tocsin.members.members import grant, suspend_member
from tocsin.publishing.erase import erase

VALUE = "met.example"


def met(desk: Desk, case: Case, slug: str) -> list[Meeting]:
    with desk.house.database.reading() as connection:
        return meetings_of(connection, case.key, desk.key(slug), desk.readable)


def wants(desk: Desk, case: Case, since: int | None = START) -> None:
    with desk.house.database.writing() as connection:
        let_meet(connection, case, since)


@pytest.fixture
def two(desk: Desk) -> tuple[Case, Case]:
    """A case of bank-a and one of the police, each with the same thing."""
    desk.house.submit("bank-a", f"{VALUE}\n")
    first, second = desk.open("bank-a"), desk.open("police")
    desk.put(first, "bank-a", VALUE)
    desk.put(second, "police", VALUE)
    return first, second


def test_they_meet_once_both_want_it(desk: Desk, two: tuple[Case, Case]) -> None:
    first, second = two
    assert met(desk, first, "bank-a") == []
    wants(desk, first)
    assert met(desk, first, "bank-a") == met(desk, second, "police") == []
    wants(desk, second, START + 5)
    assert [(one.slug, one.since_ms) for one in met(desk, first, "bank-a")] == [("police", START + 5)]
    assert [(one.slug, one.member_name) for one in met(desk, second, "police")] == [("bank-a", "Bank A")]
    wants(desk, second, None)
    assert met(desk, first, "bank-a") == met(desk, second, "police") == []


def test_whoever_does_not_ask_is_not_even_looked_at(desk: Desk, two: tuple[Case, Case]) -> None:
    first, _ = two
    wants(desk, first)
    with desk.house.database.reading() as connection:
        assert {row.case_key for row in connection.execute(case_meetings.select())} == {first.key}


@pytest.mark.parametrize("what", ["closed", "taken out", "suspended", "erased"])
def test_what_ends_a_meeting(desk: Desk, two: tuple[Case, Case], what: str) -> None:
    first, second = two
    wants(desk, first)
    wants(desk, second)
    assert met(desk, first, "bank-a")
    thing = desk.seen(second, "police")[0]
    if what == "erased":
        domain = read(VALUE, "domain")
        erase(desk.house.database, desk.house.exchange, domain, desk.token, lambda _: None, "law", "x", START)
        with desk.house.database.reading() as connection:
            assert connection.execute(case_meetings.select()).all() == []
    else:
        with desk.house.database.writing() as connection:
            match what:
                case "closed":
                    close_case(connection, second, START)
                case "taken out":
                    remove_thing(connection, second, desk.key("police"), thing.id)
                case "suspended":
                    suspend_member(connection, desk.key("police"), START)
    assert met(desk, first, "bank-a") == []


def test_neither_learns_of_what_it_may_not_read(desk: Desk) -> None:
    """The same value in two collections: they meet only where each may read the other's."""
    desk.house.collection("Hidden", read=("police", "bank-b"), write=("bank-b",))
    desk.house.submit("bank-a", f"{VALUE}\n")
    desk.house.submit("bank-b", f"{VALUE}\n", to=("Hidden",))
    first, second = desk.open("bank-a"), desk.open("police")
    desk.put(first, "bank-a", VALUE)
    desk.put(second, "police", VALUE, "Hidden")
    wants(desk, first)
    wants(desk, second)
    assert met(desk, first, "bank-a") == met(desk, second, "police") == []
    with desk.house.database.writing() as connection:
        grant(connection, desk.house.collections["Hidden"].key, desk.key("bank-a"), read=True)
    assert [one.slug for one in met(desk, first, "bank-a")] == ["police"]
    assert [one.slug for one in met(desk, second, "police")] == ["bank-a"]


def test_a_members_own_cases_do_not_meet(desk: Desk, two: tuple[Case, Case]) -> None:
    third = desk.open("bank-a")
    desk.put(third, "bank-a", VALUE)
    wants(desk, two[0])
    wants(desk, third)
    assert met(desk, third, "bank-a") == []
