"""`tocsin audit`, what the commands note, and what `tocsin verify` says of the trail."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import run
from sqlalchemy.exc import OperationalError

from tocsin.bootstrap import Tocsin
from tocsin.members import audit as trail
from tocsin.members.audit_entries import Actor
from tocsin.settings import settings

DOMAIN = "parcel-fee.example"
HELD = "+65 9123 4567"


@pytest.fixture
def tocsin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tocsin]:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "exchange"))
    tocsin = Tocsin(settings())
    tocsin.initialise("East exchange", "desk@east.example", demonstration=True)
    (tmp_path / "a secret name.txt").write_text(f"{DOMAIN}\n")
    run("member", "add", "bank", "--name", "Bank", "--kind", "bank", "--tlp", "green")
    run("collection", "add", "Scams", "--read", "bank", "--write", "bank")
    run("submit", str(tmp_path / "a secret name.txt"), "--member", "bank", "--collection", "Scams")
    yield tocsin
    tocsin.close()


def told(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    """The entries that `tocsin audit` prints, oldest first."""
    capsys.readouterr()
    assert run("audit", "--json", *words) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()][::-1]


def test_commands_note_what_they_do(tocsin: Tocsin, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run("collection", "grant", "Scams", "bank", "--read")
    run("collection", "freeze", "Scams")
    run("collection", "freeze", "Scams", "--release")
    run("collection", "filter", "Scams", "kind:domain")
    run("member", "default", "bank", "--share", "bank")
    run("member", "suspend", "bank", "--lift")
    run("token", "new", "--member", "bank", "--name", "opencti")
    run("token", "revoke", "opencti", "--member", "bank")
    run("search", "Parcel-Fee[.]example")
    run("export", "Scams", "--format", "csv", "--out", str(tmp_path / "out"))
    run("withdraw", "--member", "bank", "--since", "2020-01-01T00:00:00Z", "--reason", "a mistake")
    run("erase", DOMAIN, "--reason", "letter 17")
    entries = told(capsys)
    done = [(one["action"], one["target_kind"], one["details"].get("change")) for one in entries]
    assert done == [
        ("member", "member", "add"),
        ("collection", "collection", "add"),
        ("hand-in", "report", None),
        ("grant", "collection", None),
        ("collection", "collection", "freeze"),
        ("collection", "collection", "release"),
        ("collection", "collection", "filter"),
        ("member", "member", "default"),
        ("member", "member", "let in"),
        ("token", "token", "new"),
        ("token", "token", "revoke"),
        ("search", None, None),
        ("export", "collection", None),
        ("withdraw", None, None),
        ("erase", None, None),
    ]
    assert {one["actor"] for one in entries} == {"the command line"}
    assert [one["action"] for one in told(capsys, "--value", DOMAIN)] == ["search", "erase"]
    kept = b"".join(path.read_bytes() for path in tocsin.settings.home.glob("audit.*"))
    for text in (DOMAIN, "a secret name", "a mistake", "letter 17", "tocsin_"):
        assert text.encode() not in kept
    assert run("verify") == 0


def test_decisions_name_who_decided(tocsin: Tocsin, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "held.txt").write_text(f"{HELD}\n")
    others = ("bank-2", "bank-3", "bank-4", "bank-5", "bank-6")
    for slug in others:
        run("member", "add", slug, "--name", slug, "--kind", "bank")
    # what is in a collection was not shared with whoever comes later
    run("collection", "add", "Unseen", "--write", "bank", *(word for slug in others for word in ("--read", slug)))
    run("submit", str(tmp_path / "held.txt"), "--member", "bank", "--collection", "Unseen", "--unattributed")
    report = told(capsys, "--action", "hand-in")[-1]
    assert (report["actor"], report["details"]) == ("unattributed", {"tlp": "green"})
    assert run("approve", f"{report['target']}:1", "--by", "nobody-of-that-name") == 1
    decided = told(capsys, "--action", "approve")
    assert [one["details"].get("failed") for one in decided] == [None, True]
    assert {(one["target"], one["details"]["by"]) for one in decided} == {(report["target"], "nobody-of-that-name")}


def test_the_trail_is_narrowed(tocsin: Tocsin, capsys: pytest.CaptureFixture[str]) -> None:
    tocsin.audit.note(Actor("bank/clerk", "bank"), "sign-in")
    assert [one["action"] for one in told(capsys, "--actor", "bank")] == ["sign-in"]
    assert [one["action"] for one in told(capsys, "--actor", "bank/clerk")] == ["sign-in"]
    assert told(capsys, "--actor", "ban") == []
    assert told(capsys, "--until", "2020-01-01T00:00:00Z") == []
    assert len(told(capsys, "--since", "2020-01-01T00:00:00Z")) == 4
    assert len(told(capsys, "--limit", "2")) == 2
    assert run("audit", "--since", "yesterday") == 2
    capsys.readouterr()
    assert run("audit", "--actor", "bank") == 0
    assert "sign-in           bank/clerk" in capsys.readouterr().out


def test_who_asked_by_id_asked_for_the_value(tocsin: Tocsin, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    run("search", DOMAIN, "--json")
    (hit,) = json.loads(capsys.readouterr().out)["hits"]
    tocsin.audit.note(Actor("bank/machine", "bank"), "read", values=[hit["stix_id"]])
    tocsin.audit.flush()
    assert [one["action"] for one in told(capsys, "--value", DOMAIN)] == ["search", "read"]
    assert [one["action"] for one in told(capsys, "--value", hit["stix_id"])] == ["read"]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit_entries SET actor = 'nobody' WHERE batch = 2", "batch 2 has an entry that was changed"),
        ("DELETE FROM audit_entries WHERE batch = 1", "batch 1 has an entry that was changed"),
        ("DELETE FROM audit_batches WHERE number = 2", "batch 2 is missing"),
        ("DELETE FROM audit_batches WHERE number = 3", "batch 3 is missing"),
    ],
)
def test_verify_names_the_first_bad_batch(
    tocsin: Tocsin, capsys: pytest.CaptureFixture[str], statement: str, words: str
) -> None:
    with tocsin.audit._database.writing() as connection:
        connection.exec_driver_sql(statement)
    capsys.readouterr()
    assert run("verify", "--json") == 1
    (check,) = [one for one in json.loads(capsys.readouterr().out)["checks"] if "audit" in one["check"]]
    assert check["ok"] is False
    assert check["first"].startswith(words)
    assert run("verify") == 1
    assert words in capsys.readouterr().out


def test_what_cannot_be_noted_is_not_done(
    tocsin: Tocsin, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(trail, "append_batch", refuse)
    out = tmp_path / "out"
    refused = [
        run("erase", DOMAIN, "--reason", "letter 17"),
        run("withdraw", "--member", "bank", "--since", "2020-01-01T00:00:00Z", "--reason", "a mistake"),
        run("export", "Scams", "--format", "csv", "--out", str(out)),
        run("collection", "grant", "Scams", "bank"),
        run("collection", "freeze", "Scams"),
        run("token", "new", "--member", "bank", "--name", "opencti"),
        run("member", "suspend", "bank"),
        run("member", "add", "other", "--name", "Other", "--kind", "bank"),
    ]
    assert refused == [1] * len(refused)
    assert "could not be recorded in the audit trail" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setenv("TOCSIN_HOME", str(tocsin.settings.home))
    assert not out.exists()
    run("search", DOMAIN, "--json")
    assert json.loads(capsys.readouterr().out)["total"] == 1
    run("member", "list", "--json")
    assert [json.loads(line)["state"] for line in capsys.readouterr().out.splitlines()] == ["active"]
    run("collection", "list", "--json")
    assert json.loads(capsys.readouterr().out)["read"] == ["bank"]


def test_whose_report_was_marked_anew_is_not_told(
    tocsin: Tocsin, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "one.txt").write_text("shop.example\n")
    others = ("bank-2", "bank-3", "bank-4", "bank-5", "bank-6")
    for slug in others:
        run("member", "add", slug, "--name", slug, "--kind", "bank")
    # what is in a collection was not shared with whoever comes later
    run("collection", "add", "Unseen", "--write", "bank", *(word for slug in others for word in ("--read", slug)))
    handed_in = run("submit", str(tmp_path / "one.txt"), "--member", "bank", "--collection", "Unseen", "--unattributed")
    assert handed_in == 0
    report = told(capsys, "--action", "hand-in")[-1]["target"]
    assert run("remark", report, "--member", "bank", "--tlp", "amber") == 0
    (entry,) = told(capsys, "--action", "remark")
    assert (entry["target"], entry["actor"], entry["details"]) == (report, "unattributed", {"tlp": "amber"})
