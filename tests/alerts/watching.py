"""A small exchange whose people save searches, without pages: what they find, and what is to be told of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from house import START, House

from tocsin.alerts.answers import Answer
from tocsin.alerts.contents import Told, reader_of, told_of
from tocsin.alerts.hits import Counts, new_counts, searches_with_new
from tocsin.alerts.outbox import Delivery, finish, lease
from tocsin.alerts.people import choose_address, confirm_address, new_code
from tocsin.alerts.readers import readers_now
from tocsin.alerts.saved import Saved, find_search, save_search
from tocsin.alerts.telling import tell_due
from tocsin.ledger.read import last_seq
from tocsin.members.access import add_user
from tocsin.members.members import find_member
from tocsin.members.people import find_person
from tocsin.projections.alerting import EVERY_MS, Alerting
from tocsin.search import SearchDown

KEY = b"k" * 32
PEOPLE = {"ines": ("police", "investigator"), "bea": ("bank-b", "contributor"), "carl": ("bank-c", "moderator")}


@dataclass
class Reached:
    """An engine that has everything, or stops at `at`; it is asked for nothing else."""

    house: House
    at: int | None = None
    down: bool = False

    def checkpoint(self) -> int:
        if self.down:
            raise SearchDown("Search is down.")
        with self.house.database.reading() as connection:
            return last_seq(connection) if self.at is None else self.at


@dataclass
class Watch:
    """What people do with saved searches. `now` is the moment, which moves on with each look."""

    house: House
    engine: Reached
    alerting: Alerting
    now: int = START
    keys: dict[str, int] = field(default_factory=dict)

    def save(self, login: str, question: str, name: str = "", mails: str = "at-once", **filters: str) -> Saved:
        with self.house.database.writing() as connection:
            search_id = save_search(
                connection, self.keys[login], name or question, question, filters, mails, [], self.now
            )
        return self.again(login, search_id)

    def again(self, login: str, search_id: str) -> Saved:
        with self.house.database.reading() as connection:
            return find_search(connection, self.keys[login], search_id)

    def look(self) -> None:
        """Let everything be found that there is to find."""
        self.now += EVERY_MS
        while self.alerting.step(self.now):
            pass

    def counts(self, login: str) -> dict[int, Counts]:
        with self.house.database.reading() as connection:
            readers = readers_now(connection, [self.keys[login]])
            found = readers.get(self.keys[login])
            if found is None:
                return {}
            counts = new_counts(connection, self.keys[login], found.collections)
            # what pages say in their header is the same, asked in a shorter way
            assert len(counts) == searches_with_new(connection, self.keys[login], found.collections)
            return counts

    def of(self, login: str, one: Saved) -> tuple[int, int]:
        """How much is new of a search, and how much was withdrawn."""
        found = self.counts(login).get(one.key, Counts())
        return found.new, found.gone

    def mailed_to(self, login: str) -> None:
        """Somebody shows that an address is theirs."""
        with self.house.database.writing() as connection:
            choose_address(connection, self.keys[login], f"{login}@desk.example", self.now)
            asked = new_code(connection, KEY, self.keys[login], self.now)
            assert asked is not None
            assert confirm_address(connection, KEY, self.keys[login], asked[1], self.now)
            (code,) = lease(connection, self.now, 100)
            finish(connection, code, Answer(True), self.now)

    def due(self) -> Sequence[Delivery]:
        """What is put down to be told, and taken, at this moment."""
        while tell_due(self.house.database, self.now, mails=True):
            pass
        with self.house.database.writing() as connection:
            return lease(connection, self.now, 1_000)

    def arrived(self, one: Delivery) -> None:
        with self.house.database.writing() as connection:
            finish(connection, one, Answer(True, "It took it."), self.now)

    def says(self, one: Delivery) -> list[Told]:
        with self.house.database.reading() as connection:
            reader = reader_of(connection, one)
            return told_of(connection, one, reader) if reader is not None else []


def watch_over(house: House, people: Iterable[str] = PEOPLE) -> Watch:
    made = Watch(house, engine := Reached(house), Alerting(house.database, engine, None))  # type: ignore[arg-type]
    with house.database.writing() as connection:
        for login in people:
            slug, role = PEOPLE[login]
            key = find_member(connection, slug).key
            add_user(connection, login, key, role, "a long enough password", START)
            made.keys[login] = find_person(connection, login).key
    return made
