"""A small exchange for tests: three banks and a police force, one collection that all may read."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from tocsin.identifiers import Identifier
from tocsin.ledger.collections import Collection, add_collection
from tocsin.ledger.database import Database, metadata
from tocsin.ledger.read import EVERYTHING, Entry, Match, page
from tocsin.members.members import add_member, find_member, grant
from tocsin.publishing.exchange import Exchange, found
from tocsin.publishing.hand_in import take_in, terms_for
from tocsin.publishing.process import process
from tocsin.reports.reports import Decided, Report, counts_of, verdicts_of
from tocsin.screening import ListHit, Screening

START = 1_700_000_000_000
MEMBERS = ("bank-a", "bank-b", "bank-c", "police")


def no_lists(identifier: Identifier) -> ListHit | None:
    """Allow lists with nothing on them."""
    return None


@dataclass
class House:
    """An exchange that a test hands things in to."""

    database: Database
    exchange: Exchange
    screening: Screening
    collections: dict[str, Collection] = field(default_factory=dict)

    def collection(
        self, title: str, *, read: Any = MEMBERS, write: Any = MEMBERS, filter_text: str | None = None
    ) -> Collection:
        with self.database.writing() as connection:
            made = add_collection(connection, title, START, filter_text=filter_text)
            for slug in MEMBERS:
                member = find_member(connection, slug)
                grant(connection, made.key, member.key, read=slug in read, write=slug in write)
        self.collections[title] = made
        return made

    def receive(self, slug: str, body: str | bytes, name: str | None = None, to: Any = ("Scams",), **terms: Any) -> str:
        data = body.encode() if isinstance(body, str) else body
        terms.setdefault("tlp", "green")
        with self.database.writing() as connection:
            member = find_member(connection, slug)
            chosen = terms_for(connection, member, collections=to, **terms)
            return take_in(connection, member, slug, data, name, chosen, START)[0]

    def submit(
        self, slug: str, body: str | bytes, name: str | None = None, to: Any = ("Scams",), **terms: Any
    ) -> Report:
        report_id = self.receive(slug, body, name, to, **terms)
        return process(self.database, self.exchange, self.screening, report_id)

    def verdicts(self, report: Report) -> list[Decided]:
        with self.database.reading() as connection:
            return verdicts_of(connection, report.key)

    def counts(self, report: Report) -> dict[str, int]:
        with self.database.reading() as connection:
            return {verdict: count for verdict, count in counts_of(connection, report.key).items() if count}

    def entries(self, title: str = "Scams", match: Match = EVERYTHING) -> list[Entry]:
        with self.database.reading() as connection:
            return page(connection, self.collections[title].key, 0, 1_000_000, match)

    def stored(self) -> Iterator[tuple[str, str]]:
        """Table and text of every value that is stored anywhere."""
        with self.database.reading() as connection:
            for table in metadata.sorted_tables:
                for value in itertools.chain.from_iterable(connection.execute(sa.select(table))):
                    text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    yield table.name, text

    def where(self, value: str) -> list[str]:
        """The tables that have `value` somewhere in them."""
        return sorted({table for table, text in self.stored() if value in text})

    def indicators(self, title: str = "Scams") -> dict[str, dict[str, Any]]:
        """The newest versions of the indicators that stand, by pattern."""
        found_ones = [orjson.loads(entry.body) for entry in self.entries(title) if entry.type == "indicator"]
        return {one["pattern"]: one for one in found_ones if not one.get("revoked")}


def build(database: Database) -> House:
    """The exchange, with the collection 'Scams'."""
    with database.writing() as connection:
        exchange = found(connection, "Test exchange", "desk@exchange.example", START, demonstration=True)
        for slug in MEMBERS:
            add_member(connection, slug, slug.replace("-", " ").title(), "bank", "SG", START)
    house = House(database, exchange, Screening(hit=no_lists, demonstration=True))
    house.collection("Scams")
    return house
