"""An exchange with a clerk in it, on each engine."""

import pytest
from house import START, House

from tocsin.members.access import add_user
from tocsin.members.members import find_member
from tocsin.members.people import Person, find_person

PASSWORD = "a long enough password"


@pytest.fixture
def clerk(house: House) -> Person:
    with house.database.writing() as connection:
        add_user(connection, "clerk", find_member(connection, "bank-a").key, "contributor", PASSWORD, START)
        return find_person(connection, "clerk")
