"""`export --since` on one exchange, `submit --signed-by` on another."""

import json
from pathlib import Path

import pytest
from commands import run

from tocsin.bootstrap import Tocsin
from tocsin.settings import settings


def exchange(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(home))
    if not home.exists():
        tocsin = Tocsin(settings())
        tocsin.initialise("East exchange", "desk@east.example", demonstration=True)
        tocsin.close()
        run("member", "add", "bank", "--name", "Bank", "--kind", "bank", "--tlp", "green", "--trusted")
        run("collection", "add", "Scams", "--read", "bank", "--write", "bank")
        run("member", "default", "bank", "--collection", "Scams")


def test_a_collection_is_carried_in_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    east, west, out, listed = (tmp_path / name for name in ("east", "west", "out", "list.txt"))
    for step, value in enumerate(("parcel-fee.example", "other-fee.example")):
        exchange(east, monkeypatch)
        listed.write_text(value)
        run("submit", str(listed), "--member", "bank")
        assert run("export", "Scams", "--format", "stix", "--since", "last", "--out", str(out)) == 0
        exchange(west, monkeypatch)
        bundles = sorted(map(str, out.glob("*.json")))
        assert len(bundles) == step + 1
        capsys.readouterr()
        assert run("submit", *bundles, "--member", "bank", "--signed-by", str(out / "exchange.pem"), "--json") == 0
        said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert all(one["counts"]["rejected"] == one["counts"]["held"] == 0 for one in said)
        run("search", value, "--json")
        assert json.loads(capsys.readouterr().out)["total"] == 1
    run("collection", "list")  # the keys of this exchange are others
    (west / "keys").rename(tmp_path / "keys")
    exchange(east, monkeypatch)
    assert run("export", "Scams", "--format", "stix", "--since", "last", "--out", str(out)) == 0
    assert "Nothing came since then." in capsys.readouterr().err


def test_what_is_not_signed_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    exchange(tmp_path / "east", monkeypatch)
    listed, key = tmp_path / "list.txt", tmp_path / "key.pem"
    listed.write_text("parcel-fee.example\n")
    key.write_text("no key")
    assert run("submit", str(listed), "--member", "bank", "--signed-by", str(key)) == 1
    assert "no public key" in capsys.readouterr().err
    assert run("export", "Scams", "--format", "csv", "--since", "0", "--out", str(tmp_path)) == 2
    assert run("export", "Scams", "--format", "stix", "--since", "soon", "--out", str(tmp_path)) == 2
