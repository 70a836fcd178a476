"""Fixtures that every area shares."""

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from house import House, build

from tocsin.alerts import tables as _alerts
from tocsin.cases import tables as _cases
from tocsin.ledger.database import Database
from tocsin.members import passwords
from tocsin.members import tables as _members
from tocsin.reports import tables as _reports

pytest_plugins = ["services.elasticsearch_node", "services.postgresql_server"]

assert _alerts
assert _cases
assert _members
assert _reports
ROOT = Path(__file__).parents[1]


def pytest_collection_finish() -> None:
    """All that was imported stays: looking through it for garbage again and again took a tenth of the tests' time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Passwords take long to keep and to check by design, and nearly every test has people."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables and nothing in them, to be copied: making the tables takes far longer."""
    path = tmp_path_factory.mktemp("empty") / "tocsin.db"
    with closing(Database(f"sqlite:///{path}")) as database:
        database.migrate()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty exchange database, on each engine."""
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('empty_sqlite'), tmp_path / 'tocsin.db')}"
    else:
        url = request.getfixturevalue("empty_postgresql_url")
    with closing(Database(url)) as database:
        yield database


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real lists and reports; tests skip where it is not."""
    path = Path(os.environ.get("TOCSIN_REAL_DATA", ROOT / ".." / "shared" / "data"))
    if not path.is_dir():
        pytest.skip("real data is not here: set TOCSIN_REAL_DATA")
    return path


@pytest.fixture
def house(database: Database) -> House:
    """A small exchange, on each engine."""
    return build(database)
