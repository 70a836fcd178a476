"""What stands in for the clock, the search engine, the door and the receipts of an exchange while it is tested."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from search.search_world import expected

from knowing.furnishing import START, id_of
from tocsin.ledger.collections import Collection, add_collection
from tocsin.ledger.receipts import Receipt, Receipts, Refused, receipts, refusals
from tocsin.members.access import Door
from tocsin.publishing import audience
from tocsin.search import Document, Query, Results
from tocsin.search.expression import Node
from tocsin.times import now_ms


@dataclass
class Clock:
    """What `now_ms` says everywhere: each step has a moment of its own, the same in every world."""

    at: int = START

    def __call__(self) -> int:
        return self.at


@contextmanager
def clock_in_hand() -> Iterator[Clock]:
    """The clock of all modules, and inboxes with ids that follow from their titles."""
    clock = Clock()
    touched = [one for name, one in list(sys.modules.items()) if _is_ours(name) and vars(one).get("now_ms") is now_ms]
    audience.add_collection = _named_by_title
    for module in touched:
        module.now_ms = clock  # type: ignore[attr-defined]
    try:
        yield clock
    finally:
        audience.add_collection = add_collection
        for module in touched:
            module.now_ms = now_ms  # type: ignore[attr-defined]


def _named_by_title(connection: sa.Connection, title: str, now: int, **said: Any) -> Collection:
    return add_collection(connection, title, now, collection_id=id_of(title), **said)


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in ("tocsin", "taxii_server", "feeds")


@dataclass
class ListEngine:
    """A search engine that looks at every document, after the rules that the real ones are compared with."""

    name = "list"
    documents: dict[str, Document] = field(default_factory=dict)
    seq: int = 0

    def empty(self) -> None:
        self.documents, self.seq = {}, 0

    def checkpoint(self) -> int:
        return self.seq

    def apply(self, documents: Sequence[Document], removed: Sequence[str], seq: int) -> None:
        for key in removed:
            self.documents.pop(key, None)
        self.documents |= {one.key: one for one in documents}
        self.seq = seq

    def search(self, query: Query, readable: frozenset[str]) -> Results:
        return expected(list(self.documents.values()), query, readable)

    def scan(self, wanted: Node, readable: frozenset[str]) -> Iterator[Document]:
        most = len(self.documents)
        found = self.search(Query(text="", wanted=wanted, limit=most), readable).hits
        yield from sorted((one.document for one in found), key=lambda one: -one.seq)

    def count(self, readable: frozenset[str]) -> int:
        return sum(one.collection in readable for one in self.documents.values())


class ForgetfulDoor(Door):
    """A door that can be made to forget whom it let in, as happens by itself after two seconds."""

    def forget(self) -> None:
        self._answers.clear()


class QuietReceipts(Receipts):
    """Receipts in which whoever asks quietly leaves no trace."""

    quiet = False

    def note(self, receipt: Receipt) -> None:
        if not self.quiet:
            super().note(receipt)

    def refused(self, refusal: Refused) -> None:
        if not self.quiet:
            super().refused(refusal)

    def empty(self) -> None:
        self.flush()
        with self._database.writing() as connection:
            for table in (receipts, refusals):
                connection.execute(table.delete())


class QuietAudit:
    """An audit trail that nothing stands in: what is seen of it has tests of its own."""

    def note(self, *_: object, **__: object) -> "QuietAudit":
        return self

    def poll(self, *_: object) -> None:
        pass

    def failed(self) -> None:
        pass

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass
