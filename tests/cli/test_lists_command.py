"""`member lists` and `lists`: what is one's own, and lists applied to what stands."""

import json
import sys
from pathlib import Path
from unittest import mock

import pytest
from commands import run

from tocsin.bootstrap import Tocsin
from tocsin.settings import settings


@pytest.fixture
def exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tocsin:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "exchange"))
    tocsin = Tocsin(settings())
    tocsin.initialise("East exchange", "desk@east.example", demonstration=True)
    for slug in ("bank-a", "bank-b"):
        assert run("member", "add", slug, "--name", slug.title(), "--kind", "bank", "--country", "SG") == 0
    assert run("collection", "add", "Scams", "--read", "bank-a", "--write", "bank-a") == 0
    assert run("member", "default", "bank-a", "--tlp", "green", "--collection", "Scams") == 0
    return tocsin


def out(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    capsys.readouterr()
    assert run(*words) == status
    return capsys.readouterr().out


@pytest.mark.usefixtures("exchange")
def test_a_members_lists_are_shown_and_changed(capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--own", "east-bank.example", "--own", "brand:East Bank", "--own", "phone:6123 4567")
    text = out(capsys, "member", "lists", "bank-b", *given, "--harmless", "payroll.example")
    assert [line.split() for line in text.splitlines()] == [
        ["harmless", "private", "domain", "payroll.example"],
        ["own", "open", "brand", "East", "Bank"],
        ["own", "open", "domain", "east-bank.example"],
        ["own", "private", "phone", "+6561234567"],
    ]
    text = out(
        capsys,
        "member",
        "lists",
        "bank-b",
        "--remove",
        "payroll.example",
        "--own",
        "east-bank.example",
        "--private",
        "--json",
    )
    assert [json.loads(line)["open"] for line in text.splitlines()] == [True, False, False]
    assert run("member", "lists", "bank-b", "--own", "gmail.com") == 1
    assert "Anybody gets a mailbox" in capsys.readouterr().err


@pytest.mark.usefixtures("exchange")
def test_lists_are_applied_and_what_is_much_waits(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    names = [f"site{n}.own-bank.example" for n in range(3)]
    (tmp_path / "list.txt").write_text("\n".join(names))
    assert run("submit", str(tmp_path / "list.txt"), "--member", "bank-a", "--quiet") == 0
    assert out(capsys, "lists", "refresh") == "0 ended\n"
    out(capsys, "lists", "limit", "2")
    out(capsys, "member", "lists", "bank-b", "--own", "own-bank.example")
    text = out(capsys, "lists", "refresh", status=1)
    assert "3 values that stand are on a list (3 on members-own); waits for a moderator" in text
    assert json.loads(out(capsys, "lists", "refresh", "--json", status=1))["waits"] is True
    assert run("lists", "decide", "--approve", "--by", "nobody") == 1
    capsys.readouterr()
    (tmp_path / "password").write_text("a long enough password")
    with (tmp_path / "password").open() as file, mock.patch.object(sys, "stdin", file):
        assert run("user", "add", "mod", "--member", "bank-b", "--role", "moderator", "--password-stdin") == 0
    assert out(capsys, "lists", "decide", "--approve", "--by", "mod") == "3 ended\n"
    assert "applied, 3 rows ended" in out(capsys, "lists", "show")
    assert run("lists", "decide", "--refuse", "--by", "mod") == 1
    assert "waits for a decision" in capsys.readouterr().err
