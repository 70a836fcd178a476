"""Votes in tests: an exchange whose collection seven members read, and what they say of its indicators."""

from typing import Any

from house import START, House

from tocsin.ledger.collections import Collection
from tocsin.ledger.objects import latest_of
from tocsin.ledger.read import Entry
from tocsin.members.access import Principal, find_user
from tocsin.members.members import add_member, find_member, grant
from tocsin.members.tables import users
from tocsin.publishing.voting import vote
from tocsin.publishing.weigh import weigh
from tocsin.stix import INDICATOR_EXTENSION
from tocsin.times import now_ms

VALUE = "florist.example"
PATTERN = f"[domain-name:value = '{VALUE}']"
MORE = ("bank-d", "bank-e", "bank-f")


def with_readers(house: House) -> House:
    """The exchange with three more members, and a clerk and a moderator of each."""
    with house.database.writing() as connection:
        for slug in MORE:
            member = add_member(connection, slug, slug.replace("-", " ").title(), "bank", "SG", START)
            grant(connection, house.collections["Scams"].key, member.key, read=True, write=True)
        for slug in ("bank-a", "bank-b", "bank-c", "police", *MORE):
            key = find_member(connection, slug).key
            for role, right in (("clerk", "contributor"), ("head", "moderator")):
                # nobody signs in, so that no password has to be hashed
                who = {"login": f"{role} of {slug}", "member_key": key, "role": right}
                connection.execute(users.insert().values(**who, password_hash="none", created_ms=START))
    return house


def person(house: House, slug: str, role: str = "clerk") -> Principal:
    with house.database.reading() as connection:
        found = find_user(connection, f"{role} of {slug}")
    assert found is not None
    return found


def entry_of(house: House, pattern: str = PATTERN, title: str = "Scams") -> tuple[Collection, Entry]:
    collection, found = house.collections[title], house.indicators(title)[pattern]["id"]
    with house.database.reading() as connection:
        return collection, latest_of(connection, collection.key, [found])[found]


def say(house: House, slug: str, says: str | None, why: str | None = None, now: int | None = None, **more: Any) -> None:
    """A member says something of the indicator, which nobody weighs yet."""
    pattern, title = more.pop("pattern", PATTERN), more.pop("title", "Scams")
    collection, entry = entry_of(house, pattern, title)
    reason = why or ("honest" if says == "false" else None)
    vote(house.database, collection, entry, person(house, slug), says, reason, now or now_ms(), **more)


def weigh_all(house: House, now: int | None = None) -> int:
    total = 0
    while done := weigh(house.database, house.exchange, now or now_ms()):
        total += done
    return total


def told(house: House, pattern: str = PATTERN, title: str = "Scams") -> tuple[int, int, int]:
    """Confidence, how many saw it, how many call it wrong: as the indicator says."""
    found = house.indicators(title)[pattern]
    ours = found["extensions"][INDICATOR_EXTENSION]
    return found["confidence"], ours.get("seen_by", 0), ours.get("called_false_by", 0)
