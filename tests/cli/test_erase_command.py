"""`tocsin erase`, and what `tocsin verify` says of it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import run

from feeds.state import keep as keep_fetched
from tocsin.bootstrap import Tocsin
from tocsin.settings import settings

DOMAIN = "parcel-fee.example"


@pytest.fixture
def tocsin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tocsin]:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "exchange"))
    tocsin = Tocsin(settings())
    tocsin.initialise("East exchange", "desk@east.example", demonstration=True)
    run("member", "add", "bank", "--name", "Bank", "--kind", "bank", "--tlp", "green")
    run("collection", "add", "Scams", "--read", "bank", "--write", "bank")
    (tmp_path / "list.txt").write_text(f"{DOMAIN}\nother-fee.example\n")
    run("submit", str(tmp_path / "list.txt"), "--member", "bank", "--collection", "Scams")
    yield tocsin
    tocsin.close()


def search(capsys: pytest.CaptureFixture[str], value: str) -> int:
    capsys.readouterr()
    run("search", value, "--json")
    return int(json.loads(capsys.readouterr().out)["total"])


def test_a_value_in_any_spelling_goes_from_every_file(tocsin: Tocsin, capsys: pytest.CaptureFixture[str]) -> None:
    assert search(capsys, DOMAIN) == 1
    keep_fetched(tocsin.settings.home, "list", "0a", f"0.0.0.0 {DOMAIN}\n".encode())
    keep_fetched(tocsin.settings.home, "list", "0b", b"0.0.0.0 other-fee.example\n")
    assert run("erase", "Parcel-Fee[.]Example", "--kind", "domain", "--reason", "letter 17", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["entries"] == 3
    assert said["rows"] == 1
    assert said["purged"] is True
    assert search(capsys, DOMAIN) == 0
    assert search(capsys, "other-fee.example") == 1
    left = [path for path in tocsin.settings.home.rglob("*") if path.is_file() and DOMAIN.encode() in path.read_bytes()]
    assert left == []
    assert [path.name for path in tocsin.settings.home.rglob("*.gz")] == ["0b.gz"]
    assert run("verify") == 0


def test_after_a_backup_was_put_back_verify_tells_and_again_helps(
    tocsin: Tocsin, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tocsin.close()
    database = tocsin.settings.home / "tocsin.db"
    shutil.copy(database, tmp_path / "backup.db")
    assert run("erase", DOMAIN, "--reason", "letter 17") == 0
    shutil.copy(tmp_path / "backup.db", database)
    run("reindex")
    capsys.readouterr()
    assert run("verify", "--json") == 1
    bad = [check for check in json.loads(capsys.readouterr().out)["checks"] if not check["ok"]]
    assert [check["found"] for check in bad] == [4]
    assert run("erase", "--again") == 0
    assert capsys.readouterr().out.startswith("4 entries and rows emptied again")
    assert run("verify") == 0
    assert search(capsys, DOMAIN) == 0


@pytest.mark.usefixtures("tocsin")
def test_what_cannot_be_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    reason = ("--reason", "letter 17")
    for words in ((), (DOMAIN,), ("--again", DOMAIN, *reason), ("12345678", *reason)):
        assert run("erase", *words) == 2
    assert run("erase", "unknown.example", "--reason", "x") == 1
    assert "Nothing is known of that." in capsys.readouterr().err
