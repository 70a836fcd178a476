"""`tocsin keep`, `hold`, `subject` and `voices`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from commands import run

from tocsin.bootstrap import Tocsin
from tocsin.members.access import add_user
from tocsin.members.members import find_member
from tocsin.reports.tables import assertions, reports
from tocsin.settings import settings
from tocsin.times import DAY_MS, now_ms

PHONE, OTHER = "+6591234567", "+6598765432"
DOMAIN = "parcel-fee.example"


@pytest.fixture
def tocsin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tocsin]:
    """Two banks reported two phones and a domain, long ago."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "exchange"))
    tocsin = Tocsin(settings())
    tocsin.initialise("East exchange", "desk@east.example", demonstration=True)
    members = []
    for slug in ("bank-a", "bank-b"):
        run("member", "add", slug, "--name", slug.title(), "--kind", "bank", "--tlp", "green")
        members += ["--read", slug, "--write", slug]
    run("collection", "add", "Scams", *members)
    (tmp_path / "list.txt").write_text(f"{PHONE}\n{OTHER}\n{DOMAIN}\n")
    for slug in ("bank-a", "bank-b"):
        run("submit", str(tmp_path / "list.txt"), "--member", slug, "--collection", "Scams")
    with tocsin.database.writing() as connection:
        connection.execute(reports.update().values(received_ms=now_ms() - 400 * DAY_MS))
        bank = find_member(connection, "bank-a").key
        for login, role in (("boss", "administrator"), ("clerk", "contributor")):
            add_user(connection, login, bank, role, "a long enough password", now_ms())
    yield tocsin
    tocsin.close()


def lines(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    capsys.readouterr()
    assert run(*words, "--json") == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def found(capsys: pytest.CaptureFixture[str], value: str) -> object:
    return lines(capsys, "search", value)[0]["total"]


def test_a_rule_forgets_what_is_older_and_says_so_before(tocsin: Tocsin, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("keep", "add", "--kind", "phone", "--tlp", "green", "--days", "30") == 0
    assert run("keep", "add", "--days", "1000") == 0
    rules = [(one["kind"], one["tlp"], one["days"]) for one in lines(capsys, "keep", "list")]
    assert rules == [("phone", "green", 30), (None, None, 1000)]
    run("reindex")
    (said,) = lines(capsys, "keep", "run", "--dry-run", "--list")
    assert (said["forgotten"], said["held"]) == ({"phone": 2}, 0)
    assert {tuple(one) for one in said["values"]} == {("phone", PHONE), ("phone", OTHER)}  # type: ignore[attr-defined]
    assert found(capsys, PHONE) == 1
    (said,) = lines(capsys, "keep", "run")
    assert "values" not in said
    assert said["forgotten"] == {"phone": 2}
    assert (found(capsys, PHONE), found(capsys, DOMAIN)) == (0, 1)
    assert run("verify") == 0
    assert run("keep", "remove", "--kind", "phone", "--tlp", "green") == 0
    assert run("keep", "remove", "--kind", "phone", "--tlp", "green") == 2


def test_the_worker_forgets_too(tocsin: Tocsin, capsys: pytest.CaptureFixture[str]) -> None:
    run("keep", "add", "--days", "30")
    while tocsin.work_once():
        pass
    assert found(capsys, DOMAIN) == 0


def test_a_hold_keeps_it_until_it_is_lifted(tocsin: Tocsin, capsys: pytest.CaptureFixture[str]) -> None:
    run("keep", "add", "--days", "30")
    capsys.readouterr()
    assert run("hold", "set", "+65 9123-4567", "--reason", "case 4", "--by", "boss", "--until", "2099-12-31") == 0
    hold = capsys.readouterr().out.strip()
    (one,) = lines(capsys, "hold", "list")
    assert (one["on"], one["lasts"], one["by"], one["until"]) == (PHONE, True, "boss", "2099-12-31T23:59:59.000Z")
    assert run("erase", PHONE, "--reason", "letter 17") == 1
    assert f"hold {hold}" in capsys.readouterr().err
    (said,) = lines(capsys, "keep", "run")
    assert (said["forgotten"], said["held"]) == ({"domain": 1, "phone": 1}, 1)
    assert run("hold", "lift", hold, "--reason", "settled", "--by", "boss") == 0
    assert run("hold", "lift", hold, "--reason", "settled", "--by", "boss") == 1
    assert run("erase", PHONE, "--reason", "letter 17") == 0
    (one,) = lines(capsys, "hold", "list")
    assert (one["on"], one["lasts"], one["lifted_reason"]) == (None, False, "settled")


@pytest.mark.usefixtures("tocsin")
def test_reports_and_members_are_held_whole(capsys: pytest.CaptureFixture[str]) -> None:
    run("keep", "add", "--days", "30")
    assert run("hold", "set", "--member", "bank-b", "--reason", "case 4", "--by", "boss") == 0
    (said,) = lines(capsys, "keep", "run")
    assert (said["forgotten"], said["held"]) == ({}, 3)
    assert [one["on"] for one in lines(capsys, "hold", "list")] == ["bank-b"]


@pytest.mark.usefixtures("tocsin")
def test_only_administrators_are_answered(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for login in ("clerk", "nobody"):
        for words in (
            ("hold", "set", PHONE, "--reason", "r", "--by", login),
            ("hold", "lift", "x", "--reason", "r", "--by", login),
            ("voices", "link", "bank-a", "bank-b", "--why", "group", "--by", login),
            ("voices", "unlink", "bank-a", "bank-b", "--by", login),
            ("subject", PHONE, "--out", str(tmp_path / "out"), "--by", login),
        ):
            assert run(*words) == 1
            assert "takes an administrator" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("tocsin")
def test_what_cannot_be_is_wrong_usage(tmp_path: Path) -> None:
    said = ("--reason", "r", "--by", "boss")
    for words in (
        ("hold", "set", *said),
        ("hold", "set", PHONE, "--member", "bank-a", *said),
        ("hold", "set", PHONE, "--until", "soon", *said),
        ("hold", "set", PHONE, "--until", "2020-01-01", *said),
        ("keep", "add", "--days", "0"),
        ("keep", "run", "--list"),
        ("subject", "12345678", "--out", str(tmp_path / "out")),
        ("subject", PHONE, "--out", str(tmp_path)),
        ("voices", "link", "bank-a", "bank-a", "--why", "group", "--by", "boss"),
    ):
        assert run(*words) == 2
    assert run("hold", "set", "--report", "x", *said) == 1


@pytest.mark.usefixtures("tocsin")
def test_what_is_known_is_written_down_without_the_other_row(tmp_path: Path) -> None:
    out = tmp_path / "known"
    assert run("subject", PHONE, DOMAIN, "--out", str(out), "--by", "boss") == 0
    texts = {path.name: path.read_text() for path in out.iterdir()}
    assert sorted(texts) == ["known.html", "known.json"]
    assert json.loads(texts["known.json"])["made_by"] == "boss"
    for text in texts.values():
        assert PHONE in text
        assert DOMAIN in text
        assert OTHER not in text


def held(tocsin: Tocsin) -> int:
    with tocsin.database.reading() as connection:
        query = sa.select(sa.func.count()).select_from(assertions).where(assertions.c.verdict == "held")
        return int(connection.execute(query).scalar_one())


def test_voices_are_linked_listed_and_unlinked(tocsin: Tocsin, capsys: pytest.CaptureFixture[str]) -> None:
    assert held(tocsin) == 0
    capsys.readouterr()
    assert run("voices", "link", "bank-b", "bank-a", "--why", "group", "--by", "boss") == 0
    assert "3 things" in capsys.readouterr().out
    (one,) = lines(capsys, "voices", "list")
    assert (one["members"], one["why"], one["by"]) == (["bank-a", "bank-b"], "group", "boss")
    assert held(tocsin) == 4
    assert run("voices", "unlink", "bank-a", "bank-b", "--by", "boss") == 0
    assert lines(capsys, "voices", "list") == []
    assert held(tocsin) == 0
    assert lines(capsys, "voices", "measure") == []


@pytest.mark.usefixtures("tocsin")
def test_a_copy_is_proposed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("".join(f"seen-{n}.example\n" for n in range(60)))
    for slug in ("bank-a", "bank-b"):
        run("submit", str(tmp_path / "long.txt"), "--member", slug, "--collection", "Scams")
    (one,) = lines(capsys, "voices", "measure")
    assert (one["source"], one["copies"], one["shared"], one["containment"]) == ("bank-a", "bank-b", 63, 1.0)
    run("voices", "measure")
    assert "bank-b reports what bank-a does: 63 of 63 (100%)" in capsys.readouterr().out
