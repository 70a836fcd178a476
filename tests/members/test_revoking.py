"""A token or member that is ended is out within seconds, in every process."""

import pytest
from house import START, House

from tocsin.members import access
from tocsin.members.access import Door
from tocsin.members.members import find_member, suspend_member
from tocsin.members.tokens import new_token, revoke_token


@pytest.mark.parametrize("how", ["revoked", "suspended"])
def test_whoever_is_ended_is_remembered_for_seconds_at_most(
    house: House, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    assert access.REMEMBERED_S < 5
    monkeypatch.setattr(access, "REMEMBERED_S", 0.0)
    with house.database.writing() as connection:
        key = find_member(connection, "bank-a").key
        token = new_token(connection, key, "machine", START)
    door, another = Door(house.database), Door(house.database)
    assert door.by_token(token) is not None
    with house.database.writing() as connection:
        if how == "revoked":
            revoke_token(connection, token, START)
        else:
            suspend_member(connection, key, START)
    assert door.by_token(token) is None
    assert another.by_token(token) is None
