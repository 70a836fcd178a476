"""How far each subscriber has been served: sent, and confirmed by its next request.

In a database of their own, written in batches: polling never waits for the ledger's writer.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tocsin.ledger.database import Database, storable

log = structlog.get_logger()
_metadata = sa.MetaData()

receipts = sa.Table(
    "receipts",
    _metadata,
    sa.Column("subscriber", sa.Text, primary_key=True),
    sa.Column("collection_id", sa.Text, primary_key=True),
    sa.Column("filter", sa.Text, primary_key=True),
    sa.Column("sent", sa.BigInteger, nullable=False),
    sa.Column("confirmed", sa.BigInteger, nullable=False),
    sa.Column("polled_ms", sa.BigInteger, nullable=False),
    sa.Column("began", sa.BigInteger, nullable=False, server_default=sa.text("0")),
)


refusals = sa.Table(
    "refusals",
    _metadata,
    sa.Column("subscriber", sa.Text, primary_key=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Refused:
    """The last request of a subscriber that was refused: when (ms), and what was said."""

    subscriber: str
    at_ms: int
    words: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """`sent` and `confirmed` are positions (ms), 0 for nothing yet; `filter` the poll's filters as text.

    `began`: the earliest position (ms) that a poll started after. What lies there or before was never sent.
    """

    subscriber: str
    collection_id: str
    filter: str
    sent: int
    confirmed: int
    polled_ms: int
    began: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        return self.subscriber, self.collection_id, self.filter


class Receipts:
    """Notes of polls, kept in memory until `flush` and then written at once.

    A poll that starts after a position confirms that everything up to it arrived. What is noted and not yet flushed
    is lost when the process is killed, and kept while the database cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._database = Database(url, one_writer=False)
        self._noted: dict[tuple[str, str, str], Receipt] = {}
        self._refused: dict[str, Refused] = {}
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Make the tables where they are not there, and in older ones the column that they lack."""
        with self._database.writing() as connection:
            _metadata.create_all(connection)
            if "began" not in {column["name"] for column in sa.inspect(connection).get_columns("receipts")}:
                # on PostgreSQL another process may be at it too
                there = "IF NOT EXISTS " if connection.dialect.name == "postgresql" else ""
                connection.exec_driver_sql(f"ALTER TABLE receipts ADD COLUMN {there}began BIGINT NOT NULL DEFAULT 0")

    def close(self) -> None:
        """Flush, and let go of the database."""
        self.flush()
        self._database.close()

    def note(self, receipt: Receipt) -> None:
        """Note a poll."""
        receipt = replace(receipt, filter=storable(receipt.filter))
        with self._lock:
            self._note(receipt)

    def refused(self, refusal: Refused) -> None:
        """Note the last refusal of a subscriber."""
        with self._lock:
            self._refused[refusal.subscriber] = replace(refusal, words=storable(refusal.words))

    def flush(self) -> None:
        """Write what was noted since the last flush; SQLAlchemyError, and all of it is kept, where that cannot be.

        A note that the database does not take, though it can be reached, is lost alone.
        """
        with self._lock:
            noted, self._noted = self._noted, {}
            refused, self._refused = self._refused, {}
        if not (noted or refused):
            return
        try:
            try:
                self._write(noted.values(), refused.values())
            except DBAPIError:
                self._write_singly(noted.values(), refused.values())
        except SQLAlchemyError:
            with self._lock:
                for receipt in noted.values():
                    self._note(receipt)
                self._refused = refused | self._refused
            raise

    def _note(self, receipt: Receipt) -> None:
        earlier = self._noted.get(receipt.key)
        self._noted[receipt.key] = receipt if earlier is None else _merged(earlier, receipt)

    def _write(self, noted: Iterable[Receipt], refused: Iterable[Refused]) -> None:
        with self._database.writing() as connection:
            _put_all(connection, noted, refused)

    def _write_singly(self, noted: Iterable[Receipt], refused: Iterable[Refused]) -> None:
        notes: list[tuple[str, list[Receipt], list[Refused]]] = [(one.subscriber, [one], []) for one in noted]
        notes += [(one.subscriber, [], [one]) for one in refused]
        with self._database.writing() as connection:
            for subscriber, poll, refusal in notes:
                try:
                    with connection.begin_nested():
                        _put_all(connection, poll, refusal)
                except DBAPIError as error:
                    if error.connection_invalidated:
                        raise
                    log.warning("a receipt could not be written", subscriber=subscriber, error=str(error.orig))

    def of(self, collection_id: str) -> list[Receipt]:
        """The receipts of a collection, by subscriber and filter."""
        return self._found(receipts.c.collection_id == collection_id)

    def all(self, member: str | None = None) -> list[Receipt]:
        """The receipts of a member's subscribers, or of everybody, by subscriber and filter."""
        return self._found(_of_member(receipts, member))

    def refusals(self, member: str | None = None) -> dict[str, Refused]:
        """The last refusal of each of a member's subscribers, or of everybody's."""
        self.flush()
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(refusals).where(_of_member(refusals, member)))
            return {row.subscriber: Refused(*row) for row in rows}

    def forget(self, value: str) -> None:
        """Remove the receipts of polls that asked for this value, and the refusals that repeat it."""
        self.flush()
        with self._database.writing() as connection:
            connection.execute(receipts.delete().where(receipts.c.filter.contains(value, autoescape=True)))
            connection.execute(refusals.delete().where(refusals.c.words.contains(value, autoescape=True)))
        self._database.purge(_metadata)

    def _found(self, chosen: sa.ColumnElement[bool]) -> list[Receipt]:
        self.flush()
        query = sa.select(receipts).where(chosen).order_by(receipts.c.subscriber, receipts.c.filter)
        with self._database.reading() as connection:
            return [Receipt(*row) for row in connection.execute(query)]


def _of_member(table: sa.Table, member: str | None) -> sa.ColumnElement[bool]:
    return sa.true() if member is None else table.c.subscriber.startswith(f"{member}/", autoescape=True)


def _put_all(connection: sa.Connection, noted: Iterable[Receipt], refused: Iterable[Refused]) -> None:
    rows = [asdict(_joined(_stored(connection, one), one)) for one in noted]
    _put(connection, receipts, ("subscriber", "collection_id", "filter"), rows)
    _put(connection, refusals, ("subscriber",), [asdict(one) for one in refused])


def _put(connection: sa.Connection, table: sa.Table, key: Sequence[str], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table)
    changed = {column.name: insert.excluded[column.name] for column in table.c if column.name not in key}
    connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_=changed), rows)


def _stored(connection: sa.Connection, noted: Receipt) -> Receipt | None:
    row = connection.execute(
        sa.select(receipts).where(
            receipts.c.subscriber == noted.subscriber,
            receipts.c.collection_id == noted.collection_id,
            receipts.c.filter == noted.filter,
        )
    ).first()
    return Receipt(*row) if row is not None else None


def _joined(stored: Receipt | None, noted: Receipt) -> Receipt:
    """Both together. Nobody can confirm more than was sent: a larger date is a client's guess, not a receipt."""
    both = noted if stored is None else _merged(stored, noted)
    return replace(both, confirmed=max(min(noted.confirmed, both.sent), stored.confirmed if stored else 0))


def _merged(one: Receipt, other: Receipt) -> Receipt:
    """What two notes of the same subscriber say together."""
    return Receipt(
        *one.key,
        sent=max(one.sent, other.sent),
        confirmed=max(one.confirmed, other.confirmed),
        polled_ms=max(one.polled_ms, other.polled_ms),
        began=min(one.began, other.began),
    )
