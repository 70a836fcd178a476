"""A new version over an older one's data: it says what to do, and doing it is enough."""

from pathlib import Path
from uuid import UUID

import pytest
from commands import run

from tocsin.bootstrap import Tocsin
from tocsin.settings import settings

NAMESPACE = UUID("7cd62c2e-4f4b-4d39-92ad-32eb15393aad")
"""What the ids of indicators were made with before each exchange had a secret of its own."""


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tocsin:
    """An exchange whose tables have the first revision's form."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "exchange"))
    tocsin = Tocsin(settings())
    tocsin.initialise("East exchange", "desk@east.example")
    tocsin.database.migrate("0001")
    tocsin.close()
    return tocsin


@pytest.mark.parametrize("words", [("serve",), ("worker", "--once"), ("member", "list")])
@pytest.mark.usefixtures("older")
def test_it_says_which_command_helps(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 1
    assert capsys.readouterr().err.endswith("with: tocsin init\n")


def test_init_brings_the_tables_to_this_version_and_changes_nothing_else(
    older: Tocsin, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("init", "--name", "Another name") == 0
    assert "East exchange is ready" in capsys.readouterr().out
    assert older.database.is_current()
    assert older.exchange.namespace == NAMESPACE, "its indicators keep their ids"
    assert run("worker", "--once") == 0
    older.close()
