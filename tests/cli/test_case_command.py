"""`tocsin case check`: an export against the ledger, by whoever has the machine."""

import json
from pathlib import Path

import pytest
from commands import run

from tocsin.bootstrap import Tocsin
from tocsin.cases.cases import find_case, open_case
from tocsin.cases.exports import note_made
from tocsin.cases.things import add_things
from tocsin.dossiers import Dossier, Insight, as_pdf, dossier_of
from tocsin.ledger.collections import find_collection
from tocsin.ledger.read import Match, page
from tocsin.members.members import find_member
from tocsin.settings import settings
from tocsin.times import now_ms


@pytest.fixture
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dossier:
    """What was exported of a case with one thing in it."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "exchange"))
    tocsin = Tocsin(settings())
    tocsin.initialise("East exchange", "desk@east.example", demonstration=True)
    run("member", "add", "bank", "--name", "Bank", "--kind", "bank", "--tlp", "green")
    run("collection", "add", "Scams", "--read", "bank", "--write", "bank")
    (tmp_path / "list.txt").write_text("checked.example\n")
    run("submit", str(tmp_path / "list.txt"), "--member", "bank", "--collection", "Scams")
    with tocsin.database.writing() as connection:
        member, scams = find_member(connection, "bank"), find_collection(connection, "Scams")
        case = find_case(
            connection, open_case(connection, member.key, "Heron", "", "green", "ann", now_ms()), member.key
        )
        (entry,) = page(connection, scams.key, 0, 10, Match(types=("indicator",)))
        add_things(connection, case, member.key, [(entry.seq, None)], "ann", now_ms())
        made = dossier_of(
            connection, tocsin.exchange, case, Insight(member.key, "Bank", "ann", {scams.key: ()}), now_ms()
        )
        note_made(connection, case, member.key, made.sha256, "ann", now_ms())
    tocsin.close()
    return made


def test_a_document_is_checked(dossier: Dossier, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.pdf").write_bytes(as_pdf(dossier))
    capsys.readouterr()
    assert run("case", "check", str(tmp_path / "case.pdf"), "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is True
    assert said["data"] == dossier.sha256
    assert said["made_here"]["member"] == "Bank"
    assert [one["state"] for one in said["things"]] == ["there"]
    assert run("case", "check", str(tmp_path / "case.pdf")) == 0
    assert f"ok   data {dossier.sha256}: made here on" in capsys.readouterr().out


def test_what_was_changed_or_is_gone_is_told(
    dossier: Dossier, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(dossier.body.replace(b"Heron", b"Egret"))
    assert run("case", "check", str(path)) == 1
    assert "NOT made here" in capsys.readouterr().out
    path.write_bytes(dossier.body)
    assert run("erase", "checked.example", "--reason", "letter 17", "--no-purge") == 0
    capsys.readouterr()
    assert run("case", "check", str(path)) == 1
    said = capsys.readouterr().out
    assert "ok   data" in said
    assert "had to go since" in said


def test_what_is_no_export_is_refused(dossier: Dossier, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.7 of somebody")
    assert run("case", "check", str(tmp_path / "other.pdf")) == 1
    assert "no export of a case" in capsys.readouterr().err
