"""A case in a small exchange, on each engine."""

from dataclasses import dataclass

import orjson
import pytest
from house import START, House

from tocsin.cases.cases import Case, find_case, open_case
from tocsin.cases.things import Thing, add_things, entry_of_newest, things_of
from tocsin.ledger.read import Entry
from tocsin.members.members import find_member, rights_of


@dataclass
class Desk:
    """What members do with cases, without pages."""

    house: House

    def key(self, slug: str) -> int:
        with self.house.database.reading() as connection:
            return find_member(connection, slug).key

    def readable(self, member_key: int) -> frozenset[int]:
        with self.house.database.reading() as connection:
            return frozenset(key for key, right in rights_of(connection, member_key).items() if right.can_read)

    def open(self, slug: str, tlp: str = "amber", at: int = START) -> Case:
        with self.house.database.writing() as connection:
            case_id = open_case(connection, self.key(slug), f"Case of {slug}", "", tlp, "somebody", at)
            return find_case(connection, case_id, self.key(slug))

    def again(self, case: Case, slug: str) -> Case:
        with self.house.database.reading() as connection:
            return find_case(connection, case.id, self.key(slug))

    def newest(self, value: str, title: str = "Scams") -> Entry:
        found = [one for pattern, one in self.house.indicators(title).items() if f"'{value}'" in pattern]
        with self.house.database.reading() as connection:
            entry = entry_of_newest(connection, self.house.collections[title].key, found[0]["id"])
        assert entry is not None
        return entry

    def put(self, case: Case, slug: str, value: str, title: str = "Scams") -> Entry:
        """Put the newest version of what a value is published as into a case; its token is that of its pattern."""
        entry = self.newest(value, title)
        token = self.token(orjson.loads(entry.body)["pattern"])
        with self.house.database.writing() as connection:
            add_things(connection, case, self.key(slug), [(entry.seq, token)], "somebody", START)
        return entry

    def seen(self, case: Case, slug: str) -> list[Thing]:
        with self.house.database.reading() as connection:
            return things_of(connection, case, self.key(slug), self.readable(self.key(slug)))

    @staticmethod
    def token(text: str) -> bytes:
        return b"t" + text.encode()[::-1]


@pytest.fixture
def desk(house: House) -> Desk:
    """A desk over a small exchange, on each engine."""
    return Desk(house)
