"""The one database: SQLite (embedded) or PostgreSQL, reading beside one writer at a time.

Everything that knows which of the two it is lives in this package.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

metadata = sa.MetaData()

BigKey = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A 64-bit key that SQLite can make the row's own number."""

Bytes16 = sa.LargeBinary(16)

_WRITER_LOCK = 0x746F6373  # "tocs": one advisory lock for every writer of this database
_BUSY_MS = 120_000
_MOMENT_MS = 50
_CACHE_KIB = 32_768
_WAL_PAGES = 16_384


class Database:
    """Connections to the exchange's database.

    `reading()` gives a connection that sees one committed state (SQLite) or the newest committed rows
    (PostgreSQL, where a `snapshot` sees one state too). `writing()` takes the writer lock first and commits when its
    block ends without an error: writers of all processes follow one another, so what they read inside is what they
    decide on. `lock`: the writer lock's number, which other tables on the same server need another one of.
    """

    def __init__(self, url: str, *, one_writer: bool = True, lock: int = _WRITER_LOCK) -> None:
        self.url = url
        self.engine = _engine(url)
        self._one_writer = one_writer and self.engine.dialect.name == "postgresql"
        self._lock_number = lock

    @contextmanager
    def reading(self, *, snapshot: bool = False) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            if snapshot and connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            connection = connection.execution_options(tocsin_writing=True)
            with connection.begin():
                self._lock(connection)
                yield connection

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """A connection for a small note outside the ledger that may as well be lost.

        OperationalError where it would have to wait for another writer for longer than a moment.
        """
        with self.engine.connect() as connection:
            connection = connection.execution_options(tocsin_writing=True)
            with _in_a_hurry(connection), connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_MOMENT_MS}")
                yield connection

    @contextmanager
    def rehearsing(self) -> Iterator[Connection]:
        """A writing connection whose work is taken back at the end."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(tocsin_writing=True)
            with connection.begin() as transaction:
                self._lock(connection)
                yield connection
                transaction.rollback()

    def migrate(self, revision: str = "head") -> None:
        """Bring the tables to a revision, the newest one; harmless when they are there."""
        if revision == "head":
            command.upgrade(self._alembic(), revision)
        else:
            command.downgrade(self._alembic(), revision)

    def has_tables(self) -> bool:
        """Whether the tables are there, in whichever version's form."""
        return bool(sa.inspect(self.engine).has_table("entries"))

    def is_current(self) -> bool:
        """Whether the tables have the form that this version's code reads and writes."""
        newest = set(ScriptDirectory.from_config(self._alembic()).get_heads())
        with self.reading() as connection:
            return set(MigrationContext.configure(connection).get_current_heads()) == newest

    def purge(self, tables: sa.MetaData = metadata) -> bool:
        """Write all tables anew without the space of what was deleted or replaced; whether all of it is gone.

        SQLite's log is emptied too, which a long reader prevents. PostgreSQL keeps its own log of changes for as
        long as its settings say.
        """
        if self.engine.dialect.name == "postgresql":
            names = ", ".join(table.name for table in tables.sorted_tables)
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(f"VACUUM (FULL) {names}")
            return True
        # not through SQLAlchemy, which begins a transaction
        with closing(self.engine.raw_connection()) as raw:
            cursor = raw.cursor()
            # the copy that it makes may be larger than the memory
            cursor.execute("PRAGMA temp_store = FILE")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA temp_store = MEMORY")
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def close(self) -> None:
        self.engine.dispose()

    def _lock(self, connection: Connection) -> None:
        if self._one_writer:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(self._lock_number)))

    def _alembic(self) -> Config:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["engine"] = self.engine
        return config


def beside(url: str, home: Path, name: str) -> str:
    """Where what is not the ledger's is kept: a file beside an embedded ledger, else the same server."""
    return f"sqlite:///{home / name}" if sa.make_url(url).get_backend_name() == "sqlite" else url


def chunks(values: list[Any], size: int = 500) -> Iterator[list[Any]]:
    """`values` in pieces small enough for one statement's parameters."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def storable(text: str) -> str:
    """`text` without what no database takes: NUL, and halves of characters, which JSON can spell."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def is_about_values(error: SQLAlchemyError) -> bool:
    """Whether a database refused what it was given, rather than being away, busy or full.

    SQLSTATE classes 22 (data), 23 (constraints) and 54 (limits); SQLite names only the first two.
    """
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    return isinstance(error, DataError | IntegrityError) or state[:2] in ("22", "23", "54")


def insert_rows(connection: Connection, table: sa.Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert `rows`, tuples in the order of the columns `names`, in one statement.

    Straight to the driver: preparing each value through SQLAlchemy costs as much as storing it.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        names, rows = _unadapted(table, names, rows)
    quoted = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
    statement = f"INSERT INTO {table.name} ({quoted}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - our names
    connection.exec_driver_sql(marked(connection, statement), list(rows))


def _unadapted(
    table: sa.Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The same rows without what `sqlite3` looks up an adapter for, which costs more than to store it.

    It does so for every value that is no exact `int`, `float`, `str` or `bytearray`: None, True and bytes among them.
    Columns that are NULL throughout are left out.
    """
    columns = {
        name: _plain(column)
        for name, column in zip(names, zip(*rows, strict=True), strict=True)
        if column.count(None) < len(column) or table.c[name].server_default is not None
    }
    return list(columns), list(zip(*columns.values(), strict=True))


def _plain(column: tuple[Any, ...]) -> Iterable[Any]:
    types = set(map(type, column))
    if types == {bool}:
        return map(int, column)
    return map(bytearray, column) if types == {bytes} else column


def rows_among(connection: Connection, statement: str, values: Collection[Any], *first: Any) -> Iterator[Row[Any]]:
    """The rows of a SELECT with ` IN ({})` in it, for any number of values; `first` fill the `?` before it.

    Straight to the driver like `insert_rows`: the look-ups of a chunk of rows have thousands of parameters.
    """
    for some in chunks(list(values)):
        filled = marked(connection, statement.format(", ".join("?" * len(some))))
        yield from connection.exec_driver_sql(filled, (*first, *some))


def marked(connection: Connection, statement: str) -> str:
    """A statement with `?` for its parameters, as the driver wants them."""
    return statement.replace("?", "%s") if connection.dialect.name == "postgresql" else statement


def _engine(url: str) -> Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True, isolation_level="READ COMMITTED", hide_parameters=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # parameters are what people reported: they belong into no log
    engine = sa.create_engine(parsed, connect_args={"timeout": _BUSY_MS / 1000}, hide_parameters=True)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def _in_a_hurry(connection: Connection) -> Iterator[None]:
    """Inside, SQLite does not wait for another writer for more than a moment."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # past SQLAlchemy, which would begin a transaction
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_MOMENT_MS}")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        cursor.close()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: it would take the lock late, in the middle of one.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        # one page is changed by several chunks of a large report: copy it into the database once
        f"wal_autocheckpoint = {_WAL_PAGES}",
        f"journal_size_limit = {_WAL_PAGES * 4_096}",
        "foreign_keys = ON",
        f"cache_size = -{_CACHE_KIB}",
        "temp_store = MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("tocsin_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
