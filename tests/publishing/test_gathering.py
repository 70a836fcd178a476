"""A collection that fills itself has what its contributors share with all who read it, and nothing else."""

import random

import pytest
import sqlalchemy as sa
from asking_house import MORE, enlarge
from house import MEMBERS, START, House
from pushing import indicator, push, with_cert

from tocsin.ledger.collections import Collection, add_collection, freeze_collection
from tocsin.members.communities import add_community
from tocsin.members.granting import grant_community
from tocsin.members.members import find_member, grant, suspend_member
from tocsin.policy.agreement import Agreement
from tocsin.policy.carry import Reader
from tocsin.publishing.redecide import NotTheirs, admit, change_agreement, remark
from tocsin.publishing.refilter import fill, release
from tocsin.publishing.withdraw import withdraw_object, withdraw_report
from tocsin.reports.tables import report_collections
from tocsin.stix import INDICATOR_EXTENSION
from tocsin.times import DAY_MS, now_ms

FEED = "Feed"
DOMAIN, OTHER = "[domain-name:value = 'bad.example']", "[domain-name:value = 'other.example']"
ADDRESS = "[ipv4-addr:value = '198.51.100.7']"


def feed(house: House, *, read: tuple[str, ...] = MEMBERS, write: tuple[str, ...] = ("bank-a", "bank-b")) -> Collection:
    """A feed of domains, filled with what is there."""
    with house.database.writing() as connection:
        made = add_collection(connection, FEED, START, filter_text="kind:domain", gathers=True)
        for slug in MEMBERS:
            grant(connection, made.key, find_member(connection, slug).key, read=slug in read, write=slug in write)
    house.collections[FEED] = made
    fill(house.database, house.exchange, made, now_ms())
    return made


def served(house: House) -> list[str]:
    return list(house.indicators(FEED))


def reports_in(house: House, collection: Collection) -> list[int]:
    """The reports that were let in, whether or not anything of them is served."""
    here = report_collections.c.collection_key == collection.key
    with house.database.reading() as connection:
        return list(connection.scalars(sa.select(report_collections.c.report_key).where(here)))


def read_by_more(house: House, title: str) -> None:
    with house.database.writing() as connection:
        for slug in MORE:
            grant(connection, house.collections[title].key, find_member(connection, slug).key, read=True)


def test_it_has_what_was_handed_in_before_and_what_comes(house: House) -> None:
    house.submit("bank-a", "bad.example\n198.51.100.7\n")
    feed(house)
    assert served(house) == [DOMAIN]
    house.submit("bank-b", "other.example\n198.51.100.8\n", "later.txt")
    assert served(house) == [DOMAIN, OTHER]
    assert ADDRESS in house.indicators()


def test_filling_it_again_adds_nothing(house: House) -> None:
    house.submit("bank-a", "bad.example\n")
    made = feed(house)
    before = house.entries(FEED)
    fill(house.database, house.exchange, made, now_ms())
    assert house.entries(FEED) == before


def test_only_those_who_hand_in_for_it_fill_it(house: House) -> None:
    feed(house)
    house.submit("bank-c", "bad.example\n")
    assert served(house) == []
    assert DOMAIN in house.indicators()


def test_whoever_is_suspended_does_not_fill_it(house: House) -> None:
    house.submit("bank-a", "bad.example\n")
    with house.database.writing() as connection:
        suspend_member(connection, find_member(connection, "bank-a").key, START)
    made = feed(house)
    assert served(house) == []
    with house.database.writing() as connection:
        suspend_member(connection, find_member(connection, "bank-a").key, None)
    fill(house.database, house.exchange, made, now_ms())
    assert served(house) == [DOMAIN]


def test_who_may_not_see_what_becomes_of_it_does_not_fill_it(house: House) -> None:
    house.submit("bank-a", "bad.example\n")
    feed(house, read=("police",))
    assert served(house) == []


def test_what_was_not_shared_with_all_who_read_it_stays_out(house: House) -> None:
    house.collection("Few", read=("bank-a", "police"), write=("bank-a",))
    house.submit("bank-a", "bad.example\n", to=("Few",))
    feed(house)
    house.submit("bank-a", "other.example\n", to=("Few",))
    assert served(house) == []
    house.submit("bank-b", "bad.example\n")
    (one,) = house.indicators(FEED).values()
    # the first voice was not shared with all: it counts for nothing here
    assert one["extensions"][INDICATOR_EXTENSION]["independent_members"] == 1


def test_what_was_shared_with_more_than_those_who_read_it_comes(house: House) -> None:
    house.submit("bank-a", "bad.example\n")
    feed(house, read=("bank-a", "police"), write=("bank-a",))
    assert served(house) == [DOMAIN]


def test_what_has_no_name_stays_where_it_was_handed_in(house: House) -> None:
    enlarge(house)
    house.collection("Wide")
    read_by_more(house, "Wide")
    house.submit("bank-a", "bad.example\n", to=("Wide",), unattributed=True)
    house.submit("bank-a", "named.example\n", to=("Wide",))
    # of one contributor alone: whatever is in it is that contributor's
    made = feed(house, write=("bank-a",))
    read_by_more(house, FEED)
    fill(house.database, house.exchange, made, now_ms())
    house.submit("bank-a", "other.example\n", to=("Wide",), unattributed=True)
    assert served(house) == ["[domain-name:value = 'named.example']"]
    assert {DOMAIN, OTHER} <= house.indicators("Wide").keys()


def test_what_is_pushed_whole_stays_where_it_was_pushed(house: House) -> None:
    with_cert(house)
    push(house, "cert", indicator("first", DOMAIN))
    made = feed(house)
    with house.database.writing() as connection:
        grant(connection, made.key, find_member(connection, "cert").key, read=True, write=True)
    fill(house.database, house.exchange, made, now_ms())
    push(house, "cert", indicator("second", OTHER))
    assert {DOMAIN, OTHER} <= house.indicators().keys()
    assert house.entries(FEED) == []
    house.submit("cert", "other.example\n")
    assert served(house) == [OTHER]


def test_a_frozen_one_catches_up_when_it_is_released(house: House) -> None:
    made = feed(house)
    with house.database.writing() as connection:
        freeze_collection(connection, made.key, now_ms())
    house.submit("bank-a", "bad.example\n")
    assert served(house) == []
    release(house.database, house.exchange, made, now_ms())
    assert served(house) == [DOMAIN]


def test_a_withdrawal_reaches_it(house: House) -> None:
    house.submit("bank-a", "bad.example\n")
    feed(house)
    object_id = house.indicators(FEED)[DOMAIN]["id"]
    withdraw_object(house.database, house.exchange, object_id, "It was wrong.", "desk", now_ms())
    assert served(house) == []
    assert [entry.type for entry in house.entries(FEED) if entry.revoked] == ["indicator", "relationship"]


def read_by_a_circle(house: House, made: Collection, onward: str, until_ms: int | None = None) -> Agreement:
    agreement = Agreement(onward=onward)
    with house.database.writing() as connection:
        circle = add_community(connection, "circle", "Circle", START, agreement=agreement, until_ms=until_ms)
        grant_community(connection, made.key, circle.key, read=True, write=False)
    return agreement


def test_what_is_marked_less_strictly_later_comes_in(house: House) -> None:
    made = feed(house)
    read_by_a_circle(house, made, "public")
    report = house.submit("bank-a", "bad.example\n", tlp="clear", handling="H2")
    house.submit("bank-b", "other.example\n", tlp="clear", handling="H2")
    assert served(house) == []
    remark(house.database, house.exchange, report.key, now_ms(), owner=True, handling="H0")
    assert served(house) == [DOMAIN]
    remark(house.database, house.exchange, report.key, now_ms(), owner=True, handling="H2")
    assert served(house) == []


def test_a_stricter_marking_lets_nothing_in(house: House) -> None:
    made = feed(house, write=("bank-b",))
    report = house.submit("bank-a", "bad.example\n", tlp="clear")
    with house.database.writing() as connection:
        grant(connection, made.key, find_member(connection, "bank-a").key, read=True, write=True)
    remark(house.database, house.exchange, report.key, now_ms(), owner=False, tlp="green")
    assert served(house) == []


def test_what_is_marked_anew_comes_into_none_that_its_owner_does_not_fill(house: House) -> None:
    made = feed(house, write=("bank-b",))
    read_by_a_circle(house, made, "public")
    reports = [
        house.submit("bank-a", "bad.example\n", tlp="clear", handling="H2"),
        house.submit("bank-b", "other.example\n", tlp="clear", handling="H2"),
    ]
    withdraw_report(house.database, house.exchange, reports[1].key, "by mistake", "bank-b", now_ms())
    for one in reports:
        remark(house.database, house.exchange, one.key, now_ms(), owner=True, handling="H0")
    assert reports_in(house, made) == served(house) == []


def test_what_came_while_an_agreement_had_ended_comes_in_when_it_is_renewed(house: House) -> None:
    made = feed(house)
    agreement = read_by_a_circle(house, made, "public", until_ms=START)
    house.submit("bank-a", "bad.example\n", tlp="clear")
    assert served(house) == []
    change_agreement(house.database, house.exchange, "circle", agreement, now_ms(), until_ms=now_ms() + DAY_MS)
    assert served(house) == [DOMAIN]


def test_nobody_comes_to_read_what_was_not_shared_with_them(house: House) -> None:
    house.collection("Few", read=("bank-a", "police"), write=("bank-a",))
    house.submit("bank-a", "bad.example\n", to=("Few",))
    made = feed(house, read=("bank-a", "police"), write=("bank-a",))
    assert served(house) == [DOMAIN]
    with house.database.writing() as connection:
        bank_b = Reader("member", find_member(connection, "bank-b").key)
        with pytest.raises(NotTheirs):
            admit(connection, made, bank_b, now_ms(), read=True, write=False)


def test_a_retry_stays_the_same_report(house: House) -> None:
    first = house.submit("bank-a", "bad.example\n")
    feed(house)
    assert house.submit("bank-a", "bad.example\n").id == first.id


@pytest.mark.parametrize("seed", [2, 5, 7, 9, 11, 13])
def test_random_exchanges_gather_what_all_readers_were_meant_to_know(house: House, seed: int) -> None:
    dice = random.Random(seed)
    shared: dict[str, set[str]] = {}
    for number in range(4):
        readers = set(dice.sample(MEMBERS, dice.randint(1, 4)))
        shared[f"Shared {number}"] = readers
        house.collection(f"Shared {number}", read=readers)
    read, write = (tuple(dice.sample(MEMBERS, dice.randint(1, 4))) for _ in range(2))
    expected = set()
    for number in range(16):
        if number == 8:
            feed(house, read=read, write=write)
        owner, title, tlp = dice.choice(MEMBERS), dice.choice(list(shared)), dice.choice(("clear", "green", "amber"))
        house.submit(owner, f"number-{number}.example\n", to=(title,), tlp=tlp)
        meant = set(MEMBERS) if tlp == "clear" else shared[title] | {owner}
        if owner in read and owner in write and meant >= set(read):
            expected.add(f"[domain-name:value = 'number-{number}.example']")
    assert set(served(house)) == expected
