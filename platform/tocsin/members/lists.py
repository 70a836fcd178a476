"""The lists that members keep: what is their own, and what they know to be harmless."""

import uuid
from collections.abc import Iterable
from ipaddress import ip_network

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS, Hints, Identifier, Unreadable, read, recognise, registrable_domain
from tocsin.ledger.tables import exchange
from tocsin.members.tables import member_lists
from tocsin.screening import BRAND, NETWORK, OWN, WEBMAIL, ListEntry

MOST_ENTRIES = 10_000
"""Entries that a member may have: they are looked through with every report."""

SHORTEST_BRAND, LONGEST_BRAND = 3, 60
_LARGEST_NETWORK = {4: 8, 6: 19}
"""The shortest prefixes that are one organisation's."""

_REVISION = "member-lists"
_NEWEST = sa.select(exchange.c.value).where(exchange.c.name == _REVISION)


class BadEntry(ValueError):
    """This cannot be on a list; the message says why."""


def read_entry(text: str, which: str, kind: str | None = None, country: str | None = None) -> ListEntry:
    """An entry in any spelling; `kind` where it is known, `country` the member's own. BadEntry says what it is not."""
    text = text.strip()
    if kind == BRAND:
        return ListEntry(which, BRAND, _brand(text))
    if kind == NETWORK or (kind is None and "/" in text and text[:1].isalnum() and "://" not in text):
        network = _network(text)
        if network is not None:
            return ListEntry(which, NETWORK, network)
    try:
        hints = Hints(country=country)
        found = read(text, kind, hints) if kind in KINDS else recognise(text, hints)
    except Unreadable as refusal:
        raise BadEntry(str(refusal)) from None
    _refuse_others(found)
    return ListEntry(which, found.kind, found.value)


def entry_named(text: str, which: str, country: str | None = None, open_: bool | None = None) -> ListEntry:
    """An entry as people write it, with what it is before a colon where that has to be said: `brand:East Bank`.

    `open_`: whether others may learn of it; where nobody said so, they may of a domain or brand that is its own.
    """
    kind, colon, rest = text.strip().partition(":")
    known = colon and kind.lower() in (*KINDS, BRAND, NETWORK)
    found = read_entry(rest, which, kind.lower(), country) if known else read_entry(text, which, None, country)
    shown = found.kind in ("domain", BRAND) if open_ is None else open_
    return found._replace(open=shown and which == OWN)


def add_entries(
    connection: Connection, member_key: int, entries: Iterable[ListEntry], by: str, now: int
) -> list[ListEntry]:
    """Put entries on a member's lists, in place of those that differ only in who may learn of them; what was new.

    BadEntry where there are too many.
    """
    there = set(entries_of(connection, member_key))
    fresh = [one for one in dict.fromkeys(entries) if one not in there]
    _remove(connection, member_key, fresh)
    count = sa.select(sa.func.count()).where(member_lists.c.member_key == member_key)
    if connection.execute(count).scalar_one() + len(fresh) > MOST_ENTRIES:
        raise BadEntry(f"A member's lists have at most {MOST_ENTRIES:,} entries.")
    if fresh:
        rows = [{"member_key": member_key, **one._asdict(), "added_ms": now, "added_by": by} for one in fresh]
        connection.execute(member_lists.insert(), rows)
        note_change(connection)
    return fresh


def remove_entries(connection: Connection, member_key: int, entries: Iterable[ListEntry]) -> int:
    """Take entries off a member's lists; how many were there."""
    gone = _remove(connection, member_key, entries)
    if gone:
        note_change(connection)
    return gone


def entries_of(connection: Connection, member_key: int) -> list[ListEntry]:
    """A member's entries, by list, kind and value."""
    query = _ENTRIES.where(member_lists.c.member_key == member_key)
    return [ListEntry(*row[1:]) for row in connection.execute(query)]


def all_entries(connection: Connection) -> list[tuple[int, ListEntry]]:
    """Every entry with the key of its member."""
    return [(row[0], ListEntry(*row[1:])) for row in connection.execute(_ENTRIES)]


def revision(connection: Connection) -> str:
    """A word that is another whenever any member's lists changed; empty where there never were any."""
    return connection.execute(_NEWEST).scalar() or ""


def note_change(connection: Connection) -> None:
    """Have what stands looked through again."""
    connection.execute(exchange.delete().where(exchange.c.name == _REVISION))
    connection.execute(exchange.insert().values(name=_REVISION, value=uuid.uuid4().hex))


def _remove(connection: Connection, member_key: int, entries: Iterable[ListEntry]) -> int:
    columns = member_lists.c
    return sum(
        connection.execute(
            member_lists.delete().where(
                columns.member_key == member_key,
                columns.list == one.list,
                columns.kind == one.kind,
                columns.value == one.value,
            )
        ).rowcount
        for one in entries
    )


def _brand(text: str) -> str:
    name = " ".join(text.split())
    letters = sum(sign.isalnum() for sign in name)
    if letters < SHORTEST_BRAND or len(name) > LONGEST_BRAND or not name.isprintable():
        raise BadEntry(f"A brand has {SHORTEST_BRAND} to {LONGEST_BRAND} letters or digits.")
    return name


def _network(text: str) -> str | None:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    if network.prefixlen < _LARGEST_NETWORK[network.version]:
        raise BadEntry(f"{network} is more than any one organisation has.")
    return str(network)


def _refuse_others(found: Identifier) -> None:
    """What below or beside it belongs to strangers is nobody's own."""
    host = found.value if found.kind == "domain" else None
    if host is None:
        return
    if host in WEBMAIL:
        raise BadEntry(f"Anybody gets a mailbox at {host}: name the address itself.")
    if registrable_domain(host) == host and registrable_domain(f"a.{host}") == f"a.{host}":
        raise BadEntry(f"Strangers have names below {host}: name what is your own there.")


_ENTRIES = sa.select(*[member_lists.c[name] for name in ("member_key", *ListEntry._fields)]).order_by(
    member_lists.c.member_key, member_lists.c.list, member_lists.c.kind, member_lists.c.value
)
