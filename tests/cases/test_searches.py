"""Searches kept in cases: over what, up to where; emptied when what they name is erased."""

from cases.conftest import Desk
from house import START

from tocsin.cases.cases import Case
from tocsin.cases.searches import Kept, forget_tokens, keep_search, positions_at, remove_search, searches_of
from tocsin.ledger.read import last_seq

VALUE = "asked-for.example"


def keep(desk: Desk, case: Case, slug: str, found: int = 0) -> None:
    with desk.house.database.writing() as connection:
        keys = desk.readable(desk.key(slug))
        seq = last_seq(connection)
        keep_search(
            connection,
            case,
            desk.key(slug),
            VALUE,
            {"kind": "domain"},
            found=found,
            seq=seq,
            places=positions_at(connection, keys, seq),
            tokens=[desk.token(VALUE)],
            by="somebody",
            now=START,
        )


def kept(desk: Desk, case: Case, slug: str, readable: frozenset[int] | None = None) -> list[Kept]:
    key = desk.key(slug)
    with desk.house.database.reading() as connection:
        return searches_of(connection, case, key, desk.readable(key) if readable is None else readable)


def test_it_says_over_what_and_up_to_where(desk: Desk) -> None:
    desk.house.submit("bank-a", "something.example\n")
    desk.house.collection("Empty")
    case = desk.open("bank-b")
    keep(desk, case, "bank-b")
    (one,) = kept(desk, case, "bank-b")
    last = desk.house.entries("Scams")[-1].position
    assert [(place.title, place.position) for place in one.places] == [("Empty", None), ("Scams", last)]
    assert (one.question, one.found, one.hidden, one.erased) == (VALUE, 0, False, False)
    with desk.house.database.reading() as connection:
        seq = last_seq(connection)
        first = positions_at(connection, desk.readable(desk.key("bank-b")), 1)
    assert one.seq == seq
    assert first[desk.house.collections["Scams"].key] == desk.house.entries("Scams")[0].position


def test_it_is_of_the_member_that_asked_alone(desk: Desk) -> None:
    case = desk.open("bank-b")
    keep(desk, case, "bank-b")
    assert kept(desk, case, "police") == []
    (one,) = kept(desk, case, "bank-b")
    with desk.house.database.writing() as connection:
        assert not remove_search(connection, case, desk.key("police"), one.id)
        assert remove_search(connection, case, desk.key("bank-b"), one.id)
    assert desk.house.where(VALUE) == []


def test_what_may_no_longer_be_read_is_left_out(desk: Desk) -> None:
    desk.house.submit("bank-a", "something.example\n")
    case = desk.open("bank-b")
    keep(desk, case, "bank-b")
    keep(desk, case, "bank-b", found=3)
    nothing, three = kept(desk, case, "bank-b", frozenset())
    assert nothing.places == three.places == ()
    assert nothing.hidden
    assert {nothing.found, three.found} == {0, None}


def test_an_erasure_empties_the_question(desk: Desk) -> None:
    case = desk.open("bank-b")
    keep(desk, case, "bank-b")
    with desk.house.database.writing() as connection:
        forget_tokens(connection, [desk.token("another.example")])
    assert kept(desk, case, "bank-b")[0].question == VALUE
    with desk.house.database.writing() as connection:
        forget_tokens(connection, [desk.token(VALUE)])
    (one,) = kept(desk, case, "bank-b")
    assert one.erased
    assert (one.question, one.filters) == ("", {})
    assert desk.house.where(VALUE) == []
