"""A secret collection whose contributor lets others ask, in an exchange that is large enough; and what changes that."""

from collections.abc import Callable

from house import START, House

from tocsin.identifiers import recognise
from tocsin.ledger.collections import find_collection, freeze_collection
from tocsin.members.access import Principal, add_user, find_user
from tocsin.members.circles import set_circle
from tocsin.members.communities import add_community, find_community
from tocsin.members.defaults import let_ask
from tocsin.members.members import add_member, find_member, grant, suspend_member
from tocsin.members.memberships import approve_membership, ask_to_join, end_membership
from tocsin.members.tables import members
from tocsin.policy.known_of import NOBODY, Circle
from tocsin.publishing.erase import erase
from tocsin.publishing.withdraw import withdraw_report
from tocsin.reports.asked_about import let_ask_about
from tocsin.reports.reports import list_reports
from tocsin.reports.tables import reports
from tocsin.times import now_ms

SECRET = "Case Nightjar"
VALUE = "nightjar-only.example"
NOTHING = "whippoor-only.example"
"""As long as VALUE, and reported by nobody."""

PHONE = "+442079460123"
SOURCE, ASKER, READER, MORE = "bank-b", "bank-a", "police", ("fifth", "sixth", "seventh")


def secret(house: House) -> None:
    """VALUE, which SOURCE reports where it and READER alone read."""
    house.collection(SECRET, read=(SOURCE, READER), write=(SOURCE,))
    house.submit(SOURCE, f"{VALUE}\n", to=(SECRET,))


def enlarge(house: House) -> None:
    """Members that know nothing, so that "somebody" may be any of several."""
    with house.database.writing() as connection:
        for slug in MORE:
            add_member(connection, slug, slug.title(), "bank", "SG", START)


def key_of(house: House, slug: str) -> int:
    with house.database.reading() as connection:
        return find_member(connection, slug).key


def collection_allows(house: House, circle: Circle = Circle(everybody=True)) -> None:  # noqa: B008 - a frozen value
    with house.database.writing() as connection:
        set_circle(connection, house.collections[SECRET], circle)


def member_lets_ask(house: House, yes: bool = True, slug: str = SOURCE) -> None:
    with house.database.writing() as connection:
        let_ask(connection, find_member(connection, slug).key, yes)


def both(house: House) -> None:
    """What may be known of: the collection allows it, and so does whoever reported it."""
    enlarge(house)
    collection_allows(house)
    member_lets_ask(house)


def report_key(house: House, slug: str = SOURCE) -> int:
    with house.database.reading() as connection:
        return list_reports(connection, member_key=find_member(connection, slug).key)[0].key


def report_says(house: House, yes: bool | None) -> None:
    with house.database.writing() as connection:
        let_ask_about(connection, report_key(house), yes)


def marked(house: House, *, tlp: str = "green", handling: str | None = None) -> None:
    with house.database.writing() as connection:
        this = reports.c.key == report_key(house)
        connection.execute(reports.update().where(this).values(tlp=tlp, handling=handling))


def erased(house: House, value: str = VALUE) -> None:
    what = recognise(value)
    erase(house.database, house.exchange, what, lambda text: text.encode()[:16], lambda _: None, "law", "x", now_ms())


def asked_by(house: House, login: str = "seeker", slug: str = ASKER, role: str = "investigator") -> Principal:
    with house.database.writing() as connection:
        if find_user(connection, login) is None:
            add_user(connection, login, find_member(connection, slug).key, role, "a long enough password", START)
        found = find_user(connection, login)
    assert found is not None
    return found


def circle(house: House, slug: str) -> None:
    """The members of a community, `slug` alone, may know of it."""
    with house.database.writing() as connection:
        made, member = add_community(connection, "ours", "Ours", START), find_member(connection, slug)
        ask_to_join(connection, made, member, "x", START)
        approve_membership(connection, made, member, "x", START)
    collection_allows(house, Circle(communities=frozenset({made.key})))


def left_the_circle(house: House) -> None:
    circle(house, ASKER)
    with house.database.writing() as connection:
        end_membership(connection, find_community(connection, "ours"), find_member(connection, ASKER), "x", START)


def reads_it(house: House) -> None:
    with house.database.writing() as connection:
        grant(connection, house.collections[SECRET].key, find_member(connection, ASKER).key, read=True)


def suspended(house: House) -> None:
    with house.database.writing() as connection:
        suspend_member(connection, find_member(connection, SOURCE).key, START)


def one_voice(house: House) -> None:
    with house.database.writing() as connection:
        key = find_member(connection, SOURCE).key
        connection.execute(members.update().where(members.c.slug == ASKER).values(voice_key=key))


def too_few(house: House) -> None:
    with house.database.writing() as connection:
        connection.execute(members.update().where(members.c.slug.in_(MORE)).values(kind="list"))


def taken_back(house: House) -> None:
    withdraw_report(house.database, house.exchange, report_key(house), "wrong", "x", now_ms())


def frozen_before(house: House) -> None:
    """What came after a freeze is in no version that anybody has."""
    with house.database.writing() as connection:
        freeze_collection(connection, house.collections[SECRET].key, START - 1)
    with house.database.reading() as connection:
        house.collections[SECRET] = find_collection(connection, SECRET)


HIDING: dict[str, Callable[[House], None]] = {
    "nobody may know of the collection": lambda house: collection_allows(house, NOBODY),
    "its member lets nobody ask": lambda house: member_lets_ask(house, False),
    "neither": lambda house: (collection_allows(house, NOBODY), member_lets_ask(house, False))[0],
    "the report says no": lambda house: report_says(house, False),
    "TLP:RED": lambda house: (marked(house, tlp="red"), report_says(house, True))[0],
    "H2": lambda house: (marked(house, handling="H2"), report_says(house, True))[0],
    "H3": lambda house: (marked(house, handling="H3"), report_says(house, True))[0],
    "TLP:AMBER+STRICT without a word on it": lambda house: marked(house, tlp="amber+strict"),
    "taken back": taken_back,
    "erased": erased,
    "a circle without the asker": lambda house: circle(house, "fifth"),
    "left the circle": left_the_circle,
    "reads it": reads_it,
    "the source is suspended": suspended,
    "asker and source are one voice": one_voice,
    "too few members": too_few,
    "not in it yet": frozen_before,
}
"""What hides VALUE that may otherwise be known of, by what it is."""

SHOWING: dict[str, Callable[[House], None]] = {
    "both want it": lambda _: None,
    "the asker is in the circle": lambda house: circle(house, ASKER),
    "TLP:AMBER": lambda house: marked(house, tlp="amber"),
    "TLP:AMBER+STRICT with a word on it": lambda house: (
        marked(house, tlp="amber+strict"),
        report_says(house, True),
    )[0],
    "the report says so, its member not": lambda house: (member_lets_ask(house, False), report_says(house, True))[0],
}
"""What lets VALUE be known of."""
