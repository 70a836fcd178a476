"""`export --as` and `search --as`: what that member may read, and nothing where it may not."""

import json
from pathlib import Path

import pytest
from commands import run

from tocsin.bootstrap import Tocsin
from tocsin.settings import settings


@pytest.fixture(autouse=True)
def exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that nobody is in yet."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    tocsin = Tocsin(settings())
    tocsin.initialise("Exchange", "desk@exchange.example", demonstration=True)
    tocsin.close()


def test_a_suspended_member_is_given_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("member", "add", "bank", "--name", "Bank", "--kind", "bank", "--tlp", "green")
    run("collection", "add", "Scams", "--read", "bank", "--write", "bank")
    (tmp_path / "list.txt").write_text("bad.example")
    run("submit", str(tmp_path / "list.txt"), "--member", "bank", "--collection", "Scams")
    export = ("export", "Scams", "--format", "plain", "--out", str(tmp_path / "out"), "--as", "bank")
    for suspended, total in ((False, 1), (True, 0)):
        if suspended:
            run("member", "suspend", "bank")
        capsys.readouterr()
        assert run("search", "bad.example", "--json", "--as", "bank") == 0
        assert json.loads(capsys.readouterr().out)["total"] == total
        assert run(*export) == (1 if suspended else 0)


def test_a_search_is_narrowed_to_why_and_reads_numbers_as_its_member_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.txt").write_text("bad.example\nverybad.example\n")
    (tmp_path / "papers.csv").write_text("passport,country\nC01X00T47,DE\n")
    for slug in ("bank", "broker"):
        run("member", "add", slug, "--name", slug, "--kind", "bank", "--tlp", "green", "--country", "DE")
    run("collection", "add", "Scams", "--read", "bank", "--write", "bank", "--write", "broker")
    for slug, name in (("bank", "list.txt"), ("bank", "papers.csv"), ("broker", "papers.csv")):
        run("submit", str(tmp_path / name), "--member", slug, "--collection", "Scams")

    def found(*asked: str) -> list[str]:
        capsys.readouterr()
        assert run("search", *asked, "--json") == 0
        return [one["why"] for one in json.loads(capsys.readouterr().out)["hits"]]

    assert found("bad.example") == ["exact", "substring"]
    assert found("bad.example", "--match", "substring") == ["substring"]
    assert found("C01X00T47", "--as", "bank")
    assert not found("C01X00T47")
