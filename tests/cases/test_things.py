"""Things of cases: pinned by their place, shown as far as one may read, gone when they are."""

import pytest
from cases.conftest import Desk
from house import START

from tocsin.cases import things
from tocsin.cases.cases import delete_case, find_case, list_cases
from tocsin.cases.sharing import share, shares_of, take_back
from tocsin.cases.things import CaseFull, add_things, remove_thing
from tocsin.identifiers import read
from tocsin.ledger.hide import hide
from tocsin.members.members import grant, suspend_member
from tocsin.publishing.erase import erase

VALUE = "in-a-case.example"


def shared(desk: Desk, slug: str = "police", *, can_write: bool = True) -> object:
    desk.house.submit("bank-a", f"{VALUE}\n")
    case = desk.open("bank-b")
    with desk.house.database.writing() as connection:
        share(connection, case.key, desk.key(slug), can_write=can_write, by="somebody", now=START)
    return case


def test_what_is_pinned_stays_when_a_newer_version_comes(desk: Desk) -> None:
    desk.house.submit("bank-a", f"{VALUE}\n")
    case = desk.open("bank-b")
    pinned = desk.put(case, "bank-b", VALUE)
    assert [one.is_newest for one in desk.seen(case, "bank-b")] == [True]
    desk.house.submit("bank-b", f"{VALUE}\n")
    (one,) = desk.seen(case, "bank-b")
    assert one.body == pinned.body
    assert one.newest is not None
    assert not one.is_newest
    desk.put(case, "bank-b", VALUE)
    assert [each.is_newest for each in desk.seen(case, "bank-b")] == [False, True]


def test_nothing_shows_of_what_a_member_may_not_read(desk: Desk) -> None:
    desk.house.collection("Hidden", read=("bank-b",), write=("bank-b",))
    desk.house.submit("bank-b", "hidden-only.example\n", to=("Hidden",))
    case = shared(desk)
    desk.put(case, "bank-b", VALUE)
    desk.put(case, "bank-b", "hidden-only.example", "Hidden")
    theirs = desk.again(case, "police")
    assert [one.available for one in desk.seen(case, "bank-b")] == [True, True]
    (only,) = desk.seen(theirs, "police")
    assert VALUE in only.body.decode()
    assert only.added_by == ""


def test_who_added_what_it_may_no_longer_read_sees_that_it_was_there(desk: Desk) -> None:
    case = shared(desk)
    theirs = desk.again(case, "police")
    desk.put(theirs, "police", VALUE)
    with desk.house.database.writing() as connection:
        grant(connection, desk.house.collections["Scams"].key, desk.key("police"))
    (place,) = desk.seen(theirs, "police")
    assert not place.available
    assert (place.body, place.object_id, place.sha256, place.collection_title, place.seq) == (b"", "", "", "", 0)
    assert [one.available for one in desk.seen(case, "bank-b")] == [True]


def test_an_erasure_reaches_every_case(desk: Desk) -> None:
    case = shared(desk)
    desk.put(case, "bank-b", VALUE)
    theirs = desk.again(case, "police")
    erase(
        desk.house.database, desk.house.exchange, read(VALUE, "domain"), desk.token, lambda _: None, "law", "x", START
    )
    for one, slug in ((case, "bank-b"), (theirs, "police")):
        (place,) = desk.seen(one, slug)
        assert not place.available
        assert place.body == b""
    assert desk.house.where(VALUE) == []


def test_what_its_owner_deleted_is_not_shown(desk: Desk) -> None:
    case = shared(desk)
    entry = desk.put(case, "bank-b", VALUE)
    with desk.house.database.writing() as connection:
        hide(connection, entry.collection_key, entry.object_id)
    assert [one.available for one in desk.seen(case, "bank-b")] == [False]


def test_a_share_ends_at_once(desk: Desk) -> None:
    case = shared(desk)
    database, police = desk.house.database, desk.key("police")
    with database.writing() as connection:
        assert [one.slug for one in shares_of(connection, case.key)] == ["police"]
        assert [one.id for one in list_cases(connection, police)] == [case.id]
        assert take_back(connection, case.key, police)
        assert not take_back(connection, case.key, police)
        assert list_cases(connection, police) == []
        with pytest.raises(LookupError):
            find_case(connection, case.id, police)


def test_nobody_sees_the_cases_of_a_member_that_is_suspended(desk: Desk) -> None:
    case = shared(desk)
    with desk.house.database.writing() as connection:
        suspend_member(connection, desk.key("bank-b"), START)
        assert list_cases(connection, desk.key("police")) == []
    with desk.house.database.writing() as connection:
        suspend_member(connection, desk.key("bank-b"), None)
        assert find_case(connection, case.id, desk.key("police")).right == "write"


def test_others_take_out_only_what_they_put_in(desk: Desk) -> None:
    case = shared(desk)
    theirs = desk.again(case, "police")
    desk.put(case, "bank-b", VALUE)
    desk.house.submit("bank-a", "second.example\n")
    desk.put(theirs, "police", "second.example")
    first, second = desk.seen(theirs, "police")
    with desk.house.database.writing() as connection:
        assert not remove_thing(connection, theirs, desk.key("police"), first.id)
        assert remove_thing(connection, theirs, desk.key("police"), second.id)
        assert remove_thing(connection, case, desk.key("bank-b"), first.id)


def test_how_much_goes_in_is_counted_by_member(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or another member would learn how much is there that it may not read."""
    monkeypatch.setattr(things, "MOST_THINGS", 1)
    case = shared(desk)
    desk.house.submit("bank-a", "second.example\n")
    desk.put(case, "bank-b", VALUE)
    theirs = desk.again(case, "police")
    second = desk.put(theirs, "police", "second.example")
    desk.house.submit("bank-a", "third.example\n")
    with desk.house.database.writing() as connection, pytest.raises(CaseFull, match="1 things of one member"):
        add_things(connection, case, desk.key("bank-b"), [(desk.newest("third.example").seq, None)], "x", START)
    assert second.seq in {one.seq for one in desk.seen(case, "bank-b")}


def test_a_case_is_deleted_with_all_that_lies_in_it(desk: Desk) -> None:
    case = shared(desk)
    desk.put(case, "bank-b", VALUE)
    with desk.house.database.writing() as connection:
        delete_case(connection, case.key)
    assert not any(table.startswith("case") for table, text in desk.house.stored() if text)
