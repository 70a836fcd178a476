"""Lists that members keep: what can be on them, and what cannot."""

import pytest
from house import START, House

from tocsin.members.lists import BadEntry, add_entries, entries_of, entry_named, remove_entries, revision
from tocsin.members.members import find_member
from tocsin.screening import HARMLESS, OWN, ListEntry


@pytest.mark.parametrize(
    ("text", "kind", "value", "is_open"),
    [
        ("East-Bank.example.", "domain", "east-bank.example", True),
        ("brand: East  Bank", "brand", "East Bank", True),
        ("phone:6123 4567", "phone", "+6561234567", False),
        ("+65 6123 4567", "phone", "+6561234567", False),
        ("network:192.0.2.7/24", "network", "192.0.2.0/24", False),
        ("192.0.2.0/24", "network", "192.0.2.0/24", False),
        ("2001:db8::/32", "network", "2001:db8::/32", False),
        ("GB33 BUKB 2020 1555 5555 55", "iban", "GB33BUKB20201555555555", False),
        ("https://pages.example/east-bank/", "url", "https://pages.example/east-bank/", False),
        ("service@east-bank.example", "email", "service@east-bank.example", False),
    ],
)
def test_entries_in_the_spellings_that_people_use(text: str, kind: str, value: str, is_open: bool) -> None:
    assert entry_named(text, OWN, "SG") == ListEntry(OWN, kind, value, is_open)
    assert entry_named(text, HARMLESS, "SG", True) == ListEntry(HARMLESS, kind, value, False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("brand:ab", "3 to 60"),
        ("brand:a\x07bcd", "3 to 60"),
        ("network:10.0.0.0/4", "more than any one organisation has"),
        ("gmail.com", "Anybody gets a mailbox"),
        ("github.io", "Strangers have names below"),
        ("co.uk", "suffix under which"),
        ("not a thing", "is no"),
    ],
)
def test_what_cannot_be_on_a_list_says_why(text: str, words: str) -> None:
    with pytest.raises(BadEntry, match=words):
        entry_named(text, OWN, "SG")


def test_they_are_kept_once_and_every_change_is_told(house: House) -> None:
    one = entry_named("east-bank.example", OWN)
    with house.database.writing() as connection:
        key = find_member(connection, "bank-a").key
        assert revision(connection) == ""
        assert add_entries(connection, key, [one, one], "ann", START) == [one]
        first = revision(connection)
        assert first
        assert add_entries(connection, key, [one], "ann", START) == []
        assert revision(connection) == first
        closed = one._replace(open=False)
        assert add_entries(connection, key, [closed], "ann", START) == [closed]
        assert entries_of(connection, key) == [closed]
        assert revision(connection) != first
        assert remove_entries(connection, key, [one]) == 1
        assert remove_entries(connection, key, [one]) == 0
        assert entries_of(connection, key) == []


def test_there_is_a_most(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.members.lists.MOST_ENTRIES", 2)
    with house.database.writing() as connection:
        key = find_member(connection, "bank-a").key
        add_entries(connection, key, [entry_named(f"a{n}.example", OWN) for n in range(2)], "ann", START)
        with pytest.raises(BadEntry, match="at most 2"):
            add_entries(connection, key, [entry_named("c.example", OWN)], "ann", START)
