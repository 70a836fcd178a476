"""`tocsin dispute`, `tocsin exchange four-eyes`, `tocsin exchange language`, `tocsin member bank`."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from commands import run

from tocsin.bootstrap import Tocsin
from tocsin.settings import settings

IBAN = "GB33BUKB20201555555555"


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command of an exchange with a bank and two moderators; what it printed, and its exit status."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    tocsin = Tocsin(settings())
    tocsin.initialise("East exchange", "desk@east.example", demonstration=True)
    tocsin.close()
    for slug in ("bank", "police"):
        run("member", "add", slug, "--name", slug, "--kind", "bank", "--tlp", "green")
    run("collection", "add", "Scams", "--read", "bank", "--read", "police", "--write", "bank")
    for login in ("mod-one", "mod-two"):
        monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
        run("user", "add", login, "--member", "police", "--role", "moderator", "--password-stdin")
    (tmp_path / "list.txt").write_text(f"florist.example\n{IBAN}\n")
    run("submit", str(tmp_path / "list.txt"), "--member", "bank", "--collection", "Scams", "--json")
    report = json.loads(capsys.readouterr().out.splitlines()[-1])["report"]

    def printed(*words: str) -> tuple[int, str, str]:
        status = run(*(word.replace("REPORT", report) for word in words))
        out = capsys.readouterr()
        return status, out.out, out.err

    return printed


def test_a_dispute_is_opened_listed_handed_over_and_decided(said: Any) -> None:
    status, out, _ = said(
        "dispute",
        "open",
        "florist[.]example",
        "--reason",
        "A florist.",
        "--by",
        "mod-one",
        "--decider",
        "mod-two",
        "--json",
    )
    made = json.loads(out)
    assert status == 0
    assert (made["value"], made["decider"], made["overdue"], made["outcome"]) == (
        "florist.example",
        "mod-two",
        False,
        None,
    )
    assert "mod-two" in said("dispute", "list")[1]
    assert said("dispute", "hand-over", made["id"], "--decider", "mod-one", "--by", "mod-two")[0] == 0
    refused = said("dispute", "decide", made["id"], "--outcome", "upheld", "--reason", "x", "--by", "mod-two")
    assert refused[0] == 1
    assert "mod-one" in refused[2]
    status, out, _ = said(
        "dispute", "decide", made["id"], "--outcome", "withdrawn", "--reason", "It is one.", "--by", "mod-one", "--json"
    )
    assert json.loads(out)["outcome"] == "withdrawn"
    assert said("dispute", "list", "--open", "--json")[1] == ""
    assert [json.loads(line)["id"] for line in said("dispute", "list", "--json")[1].splitlines()] == [made["id"]]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("open", "unknown.example", "--reason", "x", "--by", "mod-one"), 1),
        (("open", "florist.example", "--reason", "x", "--by", "nobody"), 1),
        (("open", "florist.example", "--reason", "x", "--by", "mod-one", "--decider", "nobody"), 1),
        (("open", "florist.example", "--reason", "x", "--by", "mod-one", "--due", "2020-01-01"), 1),
        (("open", "florist.example", "--reason", "x", "--by", "mod-one", "--due", "soon"), 2),
        (("open", "florist.example", "--by", "mod-one"), 2),
        (("decide", "nothing", "--outcome", "upheld", "--reason", "x", "--by", "mod-one"), 1),
        (("decide", "nothing", "--outcome", "guilty", "--reason", "x", "--by", "mod-one"), 2),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(said: Any, words: tuple[str, ...], status: int) -> None:
    ended, _, err = said("dispute", *words)
    assert ended == status
    assert "Traceback" not in err
    assert err.strip()


def test_four_eyes_takes_two(said: Any) -> None:
    assert said("exchange", "four-eyes", "on")[0] == 0
    assert "0 approved, 1 proposed" in said("approve", "REPORT", "--by", "mod-one")[1]
    assert said("approve", "REPORT", "--by", "mod-two")[1] == "1 approved\n"
    assert said("exchange", "four-eyes", "off")[1] == "four eyes is off\n"
    assert said("exchange", "four-eyes", "maybe")[0] == 2


def test_the_banks_of_a_member_are_set_and_shown(said: Any) -> None:
    assert said("member", "bank", "bank", "--bank", "sg:7171", "--bank", "GB:BUKB")[1] == "GB:BUKB\nSG:DBSSSGSG\n"
    assert said("member", "bank", "bank")[1] == "GB:BUKB\nSG:DBSSSGSG\n"
    assert said("member", "bank", "bank", "--bank", "nonsense")[0] == 2
    assert said("member", "bank", "bank", "--none")[1] == ""


def test_the_exchange_has_a_language(said: Any) -> None:
    assert said("exchange", "language", "fr")[:2] == (
        0,
        "the pages are in Français unless somebody chooses otherwise\n",
    )
    assert said("exchange", "language", "tlh")[0] == 2
