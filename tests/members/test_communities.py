"""Communities: joining by approval, nesting, what members may do through them."""

import pytest
from house import START, House, build

from tocsin.ledger.database import Database
from tocsin.members.communities import (
    Community,
    NoSuchCommunity,
    add_community,
    all_communities,
    change_community,
    communities_of,
    find_community,
    members_in,
)
from tocsin.members.granting import grant_community, granted, readers_named
from tocsin.members.members import MemberExists, NoSuchMember, Rights, add_member, find_member, readers, rights_of
from tocsin.members.memberships import CannotJoin, approve_membership, ask_to_join, end_membership, memberships_of
from tocsin.policy.agreement import Agreement
from tocsin.times import DAY_MS, now_ms


@pytest.fixture
def house(database: Database) -> House:
    return build(database)


def make(
    house: House, slug: str, parent: str | None = None, *, until: int | None = None, **agreed: object
) -> Community:
    with house.database.writing() as connection:
        around = find_community(connection, parent) if parent else None
        agreement = Agreement(**agreed)  # type: ignore[arg-type]
        return add_community(connection, slug, slug.title(), START, agreement=agreement, parent=around, until_ms=until)


def join(house: House, slug: str, member: str, until: int | None = None) -> None:
    with house.database.writing() as connection:
        community, joining = find_community(connection, slug), find_member(connection, member)
        ask_to_join(connection, community, joining, "clerk", START)
        approve_membership(connection, community, joining, "secretary", START + 1, until)


def open_to(house: House, title: str, slug: str) -> int:
    collection = house.collection(title, read=(), write=())
    with house.database.writing() as connection:
        grant_community(connection, collection.key, find_community(connection, slug).key, read=True, write=True)
    return collection.key


def may(house: House, member: str, key: int) -> Rights | None:
    with house.database.reading() as connection:
        return rights_of(connection, find_member(connection, member).key).get(key)


def test_asking_is_not_being_in(house: House) -> None:
    make(house, "desks")
    key = open_to(house, "Desks", "desks")
    with house.database.writing() as connection:
        ask_to_join(connection, find_community(connection, "desks"), find_member(connection, "bank-a"), "clerk", START)
        (waiting,) = memberships_of(connection, community_key=1)
    assert (waiting.state(START), may(house, "bank-a", key)) == ("waits", None)


def test_who_is_in_reads_and_writes_what_the_community_does(house: House) -> None:
    make(house, "desks")
    key = open_to(house, "Desks", "desks")
    join(house, "desks", "bank-a")
    assert may(house, "bank-a", key) == Rights(True, True)
    assert may(house, "bank-b", key) is None
    with house.database.reading() as connection:
        assert [one.slug for one in readers(connection, key)] == ["bank-a"]
        assert granted(connection, key) == (["desks"], ["desks"])


def test_who_leaves_is_out_at_once_and_may_come_back(house: House) -> None:
    make(house, "desks")
    key = open_to(house, "Desks", "desks")
    join(house, "desks", "bank-a")
    with house.database.writing() as connection:
        community, member = find_community(connection, "desks"), find_member(connection, "bank-a")
        end_membership(connection, community, member, "secretary", START + 2)
        assert memberships_of(connection, member_key=member.key)[0].state(START + 3) == "ended"
        with pytest.raises(CannotJoin, match="is not in"):
            end_membership(connection, community, member, "secretary", START + 3)
    assert may(house, "bank-a", key) is None
    join(house, "desks", "bank-a")
    assert may(house, "bank-a", key) == Rights(True, True)


def test_a_community_inside_another_is_part_of_it(house: House) -> None:
    make(house, "region")
    make(house, "banks", "region")
    make(house, "small-banks", "banks")
    outer, inner = open_to(house, "Region", "region"), open_to(house, "Small banks", "small-banks")
    join(house, "small-banks", "bank-a")
    join(house, "region", "police")
    assert (may(house, "bank-a", outer), may(house, "bank-a", inner)) == (Rights(True, True), Rights(True, True))
    assert (may(house, "police", outer), may(house, "police", inner)) == (Rights(True, True), None)
    with house.database.reading() as connection:
        keys = {one.slug: one.key for one in all_communities(connection)}
        bank, police = find_member(connection, "bank-a").key, find_member(connection, "police").key
        assert communities_of(connection, bank) == set(keys.values())
        assert members_in(connection, {keys["region"]}) == {bank, police}


def test_what_is_over_holds_nothing(house: House) -> None:
    now = now_ms()
    make(house, "region")
    make(house, "ended", "region", until=now - 1)
    make(house, "lasting", "region", until=now + DAY_MS)
    outer = open_to(house, "Region", "region")
    join(house, "lasting", "bank-a")
    join(house, "lasting", "bank-b", until=now - 1)
    assert may(house, "bank-a", outer) == Rights(True, True)
    assert may(house, "bank-b", outer) is None
    with house.database.writing() as connection, pytest.raises(CannotJoin, match="has ended"):
        ask_to_join(connection, find_community(connection, "ended"), find_member(connection, "police"), "x", now)


def test_the_own_rights_and_those_of_communities_add_up(house: House) -> None:
    make(house, "desks")
    collection = house.collection("Both", read=("bank-a",), write=())
    with house.database.writing() as connection:
        grant_community(connection, collection.key, find_community(connection, "desks").key, write=True)
    join(house, "desks", "bank-a")
    assert may(house, "bank-a", collection.key) == Rights(True, True)


def test_only_the_kinds_of_member_that_it_is_for_may_join(house: House) -> None:
    make(house, "forces", parties=frozenset({"agency"}))
    with house.database.writing() as connection, pytest.raises(CannotJoin, match="is for agency"):
        ask_to_join(connection, find_community(connection, "forces"), find_member(connection, "bank-a"), "x", START)


def test_a_short_name_is_a_members_or_a_communitys(house: House) -> None:
    make(house, "desks")
    with house.database.writing() as connection:
        with pytest.raises(MemberExists, match="already a community 'desks'"):
            add_member(connection, "desks", "Desks", "bank", "SG", START)
        with pytest.raises(MemberExists, match="already a member 'bank-a'"):
            add_community(connection, "bank-a", "Bank A", START)
        with pytest.raises(NoSuchCommunity, match="no member or community 'nobody'"):
            readers_named(connection, ["bank-a", "desks", "nobody"])
        with pytest.raises(NoSuchMember):
            find_member(connection, "desks")


def test_how_far_members_may_pass_on_stays_as_it_was_agreed(house: House) -> None:
    community = make(house, "desks", onward="clients", purposes=("preventing fraud",))
    with house.database.writing() as connection:
        changed = Agreement(onward="clients", bases=frozenset({"consent"}), contact="desk@exchange.example")
        change_community(connection, community, changed, title="Desks", until_ms=None)
        assert find_community(connection, "desks").agreement == changed
        with pytest.raises(ValueError, match="Make a new community"):
            change_community(connection, community, Agreement(onward="public"), title="Desks", until_ms=None)
