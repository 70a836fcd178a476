"""Promises 4 and 5, in alerts: whatever changes between a hit and its telling, nobody is told what is not theirs."""

import random

import pytest
from alerts.watching import PEOPLE, Watch, watch_over
from house import MEMBERS, START, House

from tocsin.alerts import delivering
from tocsin.alerts.answers import Answer
from tocsin.alerts.delivering import Delivering
from tocsin.alerts.hooks import set_hook
from tocsin.alerts.mail import MailServer
from tocsin.alerts.outbox import Delivery
from tocsin.alerts.posting import Posting
from tocsin.members.members import add_member, find_member, grant, suspend_member
from tocsin.publishing.withdraw import withdraw_object
from tocsin.web import alert_mails

KEY = b"k" * 32
PLACES = ("Scams", "Inner", "Outer")


class Room:
    """An exchange with three collections whose readers are drawn by lot, and people who want to know everything."""

    def __init__(self, house: House, dice: random.Random) -> None:
        self.house, self.dice = house, dice
        for title in PLACES[1:]:
            house.collection(title)
        self.watch: Watch = watch_over(house)
        self.deal()
        self.searches = {}
        for login in PEOPLE:
            self.watch.mailed_to(login)
            one = self.watch.save(login, "", "everything", kind="domain")
            with house.database.writing() as connection:
                set_hook(connection, KEY, one, "https://hooks.example/", self.watch.now)
            self.searches[login] = one

    def deal(self) -> None:
        """Draw anew who reads what, and who is let in at all."""
        self.reads = {title: {slug for slug in MEMBERS if self.dice.random() < 0.5} for title in PLACES}
        self.out = {slug for slug in MEMBERS if self.dice.random() < 0.15}
        with self.house.database.writing() as connection:
            for slug in MEMBERS:
                member = find_member(connection, slug)
                suspend_member(connection, member.key, self.watch.now if slug in self.out else None)
                for title in PLACES:
                    key = self.house.collections[title].key
                    grant(connection, key, member.key, read=slug in self.reads[title], write=True)

    def hand_in(self, turn: int) -> None:
        for title in PLACES:
            self.house.submit("bank-a", f"{title.lower()}-{turn}.example\n", to=(title,))

    def may_know(self, login: str, places: dict[str, set[str]]) -> set[str]:
        """The ids of what stood in collections that a person read when it came, and reads now."""
        slug = PEOPLE[login][0]
        if slug in self.out:
            return set()
        now = [title for title in PLACES if slug in self.reads[title]]
        return {one for title in now for one in places.get(title, set())}


@pytest.mark.parametrize("seed", range(4))
def test_whoever_is_told_may_read_it_at_that_moment(house: House, seed: int) -> None:
    room = Room(house, random.Random(seed))
    watch = room.watch
    came: dict[str, dict[str, set[str]]] = {login: {} for login in PEOPLE}
    waiting: list[Delivery] = []
    for turn in range(4):
        before = standing(house)
        room.hand_in(turn)
        watch.look()
        new = {title: ids - before[title] for title, ids in standing(house).items()}
        for login in PEOPLE:
            slug = PEOPLE[login][0]
            for title in PLACES:
                if slug in room.reads[title] and slug not in room.out:
                    came[login].setdefault(title, set()).update(new[title])
        watch.now += 60_000
        waiting += watch.due()
        room.deal()
        for login, one in room.searches.items():
            known = room.may_know(login, came[login])
            assert watch.of(login, one) == (len(known), 0)
        for delivery in waiting:
            login = next(name for name, key in watch.keys.items() if key == delivery.user_key)
            told = {each for said in watch.says(delivery) for each in said.ids}
            assert told <= room.may_know(login, came[login])


def test_a_withdrawal_is_told_to_those_who_read_it_and_nobody_else(house: House) -> None:
    watch = watch_over(house)
    house.collection("Inner", read=("bank-b",), write=("bank-b",))
    mine, theirs = watch.save("ines", "", kind="domain"), watch.save("bea", "", kind="domain")
    house.submit("bank-b", "inner-only.example\n", to=("Inner",))
    watch.look()
    (found,) = house.indicators("Inner").values()
    withdraw_object(house.database, house.exchange, found["id"], "wrong", "desk", watch.now)
    watch.look()
    assert watch.of("bea", theirs) == (0, 1)
    assert watch.of("ines", mine) == (0, 0)


def test_an_alert_says_nothing_of_a_source_without_a_name(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with house.database.writing() as connection:
        for slug in ("bank-d", "bank-e"):
            member = add_member(connection, slug, slug.title(), "bank", "SG", START)
            grant(connection, house.collections["Scams"].key, member.key, read=True)
    watch = watch_over(house)
    watch.mailed_to("ines")
    one = watch.save("ines", "", "everything", kind="domain")
    with house.database.writing() as connection:
        set_hook(connection, KEY, one, "https://hooks.example/", watch.now)
    house.submit("bank-a", "unnamed-source.example\n", name="of-bank-a.csv", unattributed=True)
    watch.look()
    delivered = watch.due()
    assert sorted(each.kind for each in delivered) == ["hook", "mail"]
    sent: list[bytes] = []
    monkeypatch.setattr(delivering, "post", lambda *told: sent.append(told[-1].body) or Answer(True))
    monkeypatch.setattr(delivering, "send", lambda _, made: sent.append(bytes(made)) or Answer(True))
    server = MailServer("127.0.0.1", 1, "off", "tocsin@exchange.example")
    texts = alert_mails.texts("Test exchange", "https://exchange.example")
    messenger = Delivering(house.database, Posting(), server, texts, "https://exchange.example", KEY)
    for each in delivered:
        messenger._deliver(each)
    assert len(sent) == 2
    for told in sent:
        for name in (b"bank-a", b"Bank A", b"unnamed-source", b"of-bank-a"):
            assert name not in told


def standing(house: House) -> dict[str, set[str]]:
    return {title: {one["id"] for one in house.indicators(title).values()} for title in PLACES}
