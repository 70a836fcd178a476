"""The commands about communities, as an administrator types them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import run as run_command

Run = Callable[..., str]

MEMBERS = (("bank-a", "bank"), ("bank-b", "bank"), ("force", "agency"))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in an exchange of three members; what it printed."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "exchange"))

    def run(*words: str, status: int = 0) -> str:
        assert run_command(*words) == status
        said = capsys.readouterr()
        return said.out or said.err

    run("init", "--demonstration")
    for slug, kind in MEMBERS:
        run("member", "add", slug, "--name", slug.title(), "--kind", kind, "--country", "SG", "--region", "Asia")
    (tmp_path / "list.txt").write_text("bad.example\n")
    return run


def listed(run: Run) -> dict[str, dict[str, object]]:
    lines = run("community", "list", "--json").splitlines()
    return {one["slug"]: one for one in map(json.loads, lines)}


def found_by(run: Run, slug: str) -> int:
    return int(json.loads(run("search", "bad.example", "--as", slug, "--json"))["total"])


def test_a_community_is_made_joined_shared_with_and_left(run: Run, tmp_path: Path) -> None:
    run("community", "add", "region", "--title", "Region", "--onward", "clients")
    run("community", "add", "desks", "--title", "Desks", "--in", "region", "--party", "bank",
        "--basis", "consent", "--voices", "iban:3", "--purpose", "preventing fraud", "--steward", "bank-a")  # fmt: skip
    for slug in ("bank-a", "bank-b"):
        run("community", "join", "desks", slug)
    run("collection", "add", "Desks", "--read", "desks", "--write", "desks")
    desks = listed(run)["desks"]
    assert (desks["in"], desks["members"]) == ("region", {"bank-a": "holds", "bank-b": "holds"})
    assert (desks["bases"], desks["voices"], desks["onward"]) == (["consent"], {"iban": 3}, "none")
    file = str(tmp_path / "list.txt")
    said = json.loads(run("submit", file, "--member", "bank-a", "--tlp", "amber", "--share", "desks", "--json"))
    assert said["counts"]["accepted"] == 1
    assert [found_by(run, slug) for slug, _ in MEMBERS] == [1, 1, 0]
    run("community", "leave", "desks", "bank-b")
    assert found_by(run, "bank-b") == 0
    run("community", "change", "desks", "--end")
    assert found_by(run, "bank-a") == 0


def test_asking_waits_for_somebody_to_approve(run: Run) -> None:
    run("community", "add", "desks", "--title", "Desks")
    run("community", "join", "desks", "bank-a", "--ask")
    assert listed(run)["desks"]["members"] == {"bank-a": "waits"}
    run("community", "join", "desks", "bank-a")
    assert listed(run)["desks"]["members"] == {"bank-a": "holds"}


def test_a_collection_is_not_opened_to_those_who_were_not_meant(run: Run, tmp_path: Path) -> None:
    run("collection", "add", "Two", "--read", "bank-a", "--read", "bank-b", "--write", "bank-a")
    file = str(tmp_path / "list.txt")
    run("submit", file, "--member", "bank-a", "--tlp", "amber", "--collection", "Two")
    assert "what was not shared with Force" in run("collection", "grant", "Two", "force", "--read", status=1)
    assert found_by(run, "force") == 0


def test_only_the_owner_loosens_a_marking(run: Run, tmp_path: Path) -> None:
    run("collection", "add", "Two", "--read", "bank-a", "--read", "bank-b", "--write", "bank-a")
    words = ("submit", str(tmp_path / "list.txt"), "--member", "bank-a", "--tlp", "amber", "--collection", "Two")
    report = json.loads(run(*words, "--json"))["report"]
    assert "Only the member whose report it is" in run("remark", report, "--tlp", "green", status=1)
    run("remark", report, "--tlp", "green", "--member", "bank-a")
    run("remark", report, "--tlp", "amber+strict", "--member", "bank-b")


@pytest.mark.parametrize("words", [("--voices", "iban"), ("--voices", "iban:1"), ("--until", "tomorrow")])
def test_an_agreement_that_cannot_be_is_wrong_usage(run: Run, words: tuple[str, str]) -> None:
    run("community", "add", "desks", "--title", "Desks", *words, status=2)


def test_whoever_may_hand_in_for_a_collection_that_gathers_brings_what_it_handed_in_before(
    run: Run, tmp_path: Path
) -> None:
    run("collection", "add", "Given", "--read", "bank-a", "--read", "force", "--write", "bank-a")
    run("submit", str(tmp_path / "list.txt"), "--member", "bank-a", "--tlp", "amber", "--collection", "Given")
    run("collection", "add", "Gathered", "--gather", "--read", "force")
    assert found_by(run, "force") == 1
    run("collection", "grant", "Gathered", "bank-a", "--read", "--write")
    assert found_by(run, "force") == 2
