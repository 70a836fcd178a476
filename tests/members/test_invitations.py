"""An invitation makes one user, once, in time."""

import pytest
import sqlalchemy as sa
from house import START, House

from tocsin.members.access import UserExists, find_user
from tocsin.members.invitations import (
    NoSuchInvitation,
    accept,
    find_invitation,
    invite,
    take_back_invitation,
    waiting_invitations,
)
from tocsin.members.members import find_member, suspend_member
from tocsin.members.people import Person, disable, set_role
from tocsin.members.tables import invitations
from tocsin.times import DAY_MS

PASSWORD = "a quite new password"


def invited(house: House, by: str = "clerk", days: int = 7) -> str:
    with house.database.writing() as connection:
        return invite(connection, find_member(connection, "bank-b"), "moderator", by, START, days)


def accepts(house: House, name: str, login: str = "newcomer", password: str = PASSWORD, now: int = START) -> None:
    with house.database.writing() as connection:
        accept(connection, name, login, password, now)


def test_it_makes_a_user_of_the_member_in_the_role(house: House) -> None:
    accepts(house, invited(house))
    with house.database.reading() as connection:
        found = find_user(connection, "newcomer")
    assert found is not None
    assert (found.member, found.role) == ("bank-b", "moderator")


def test_it_is_kept_as_a_hash(house: House) -> None:
    name = invited(house)
    with house.database.reading() as connection:
        kept = connection.execute(sa.select(invitations)).one()
    assert name not in map(str, kept)
    with pytest.raises(NoSuchInvitation):
        accepts(house, kept.sha256)


def test_used_over_unknown_and_taken_back_are_all_the_same(house: House) -> None:
    used, over, back = invited(house), invited(house, days=1), invited(house, by="desk")
    accepts(house, used)
    with house.database.writing() as connection:
        (digest,) = (one.sha256 for one in waiting_invitations(connection, START) if one.made_by == "desk")
        assert take_back_invitation(connection, digest)
        assert not take_back_invitation(connection, digest)
    said = set()
    for name, now in ((used, START), (over, START + DAY_MS), (back, START), ("unknown", START), ("", START)):
        with pytest.raises(NoSuchInvitation) as refused:
            accepts(house, name, "another", now=now)
        said.add(str(refused.value))
    assert len(said) == 1


def test_what_goes_wrong_uses_nothing_up(house: House, clerk: Person) -> None:
    name = invited(house)
    with pytest.raises(UserExists):
        accepts(house, name, "clerk")
    for login, password in (("newcomer", "short"), ("newcomer", "newcomer-2024"), ("a:b", PASSWORD), ("", PASSWORD)):
        with pytest.raises(ValueError, match=r"."):
            accepts(house, name, login, password)
    accepts(house, name)


def test_whoever_loses_the_role_has_invited_nobody(house: House, clerk: Person) -> None:
    for change in (lambda connection: disable(connection, clerk, START), lambda c: set_role(c, clerk, "auditor")):
        mine, other = invited(house), invited(house, by="somebody else")
        with house.database.writing() as connection:
            change(connection)
            with pytest.raises(NoSuchInvitation):
                find_invitation(connection, mine, START)
            assert find_invitation(connection, other, START).role == "moderator"


def test_nobody_joins_a_suspended_member(house: House) -> None:
    name = invited(house)
    with house.database.writing() as connection:
        suspend_member(connection, find_member(connection, "bank-b").key, START)
    with pytest.raises(NoSuchInvitation):
        accepts(house, name)


@pytest.mark.parametrize(("role", "days"), [("king", 7), ("moderator", 0), ("moderator", 91)])
def test_what_cannot_be_invited_to(house: House, role: str, days: int) -> None:
    with house.database.writing() as connection, pytest.raises(ValueError, match=r"role|days"):
        invite(connection, find_member(connection, "bank-b"), role, "clerk", START, days)
