"""`user` and `token`: inviting, changing, listing; tokens with limits and certificates."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from client_certificates import certificate
from commands import run

from tocsin.bootstrap import Tocsin, create_wsgi
from tocsin.members.invitations import accept
from tocsin.networks import CERTIFICATE
from tocsin.settings import settings
from tocsin.times import DAY_MS, now_ms

PASSWORD = "a long enough password"


@pytest.fixture
def exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tocsin:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "exchange"))
    tocsin = Tocsin(settings())
    tocsin.initialise("East exchange", "desk@east.example", demonstration=True)
    run("member", "add", "bank", "--name", "Bank", "--kind", "bank")
    run("collection", "add", "Scams", "--read", "bank", "--write", "bank")
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert run("user", "add", "clerk", "--member", "bank", "--role", "contributor", "--password-stdin") == 0
    capsys.readouterr()
    return tocsin


def said(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_invitation_is_printed_once_and_works_once(exchange: Tocsin, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("user", "invite", "--member", "bank", "--role", "moderator", "--days", "3") == 0
    path = capsys.readouterr().out.strip()
    assert path.startswith("/invitation/")
    with exchange.database.writing() as connection:
        accept(connection, path.rpartition("/")[2], "newcomer", PASSWORD, now_ms() + 2 * DAY_MS)
    run("user", "list", "--json")
    assert {one["login"]: one["role"] for one in said(capsys)} == {"clerk": "contributor", "newcomer": "moderator"}
    assert run("user", "invite", "--member", "nobody", "--role", "moderator") == 1
    assert run("user", "invite", "--member", "bank", "--role", "moderator", "--days", "91") == 2


def test_a_person_is_kept_out_let_in_and_changed(exchange: Tocsin, capsys: pytest.CaptureFixture[str]) -> None:
    def state() -> tuple[str, str, bool]:
        capsys.readouterr()
        run("user", "list", "--member", "bank", "--json")
        (one,) = said(capsys)
        return one["state"], one["role"], one["second_factor"]

    assert state() == ("active", "contributor", False)
    assert run("user", "disable", "clerk") == 0
    assert state() == ("disabled", "contributor", False)
    assert exchange.door.by_password("clerk", PASSWORD) is None
    assert run("user", "enable", "clerk") == 0
    assert run("user", "role", "clerk", "auditor") == 0
    assert state() == ("active", "auditor", False)
    assert run("user", "reset-second-factor", "clerk") == 0
    assert "had no second factor" in capsys.readouterr().out
    for words in (("disable", "nobody"), ("role", "nobody", "auditor"), ("reset-second-factor", "nobody")):
        assert run("user", *words) == 1
    assert "There is no user 'nobody'." in capsys.readouterr().err
    assert run("user", "role", "clerk", "king") == 2


@pytest.mark.usefixtures("exchange")
def test_an_obvious_password_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for password in ("password123", "the-clerk-of-bank"):
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        assert run("user", "add", "clerk-of-bank", "--member", "bank", "--role", "auditor", "--password-stdin") == 2
    assert "must not contain the sign-in name" in capsys.readouterr().err


def test_a_token_has_the_limits_that_it_was_given(exchange: Tocsin, capsys: pytest.CaptureFixture[str]) -> None:
    limits = ("--scope", "read", "--collection", "Scams", "--days", "30", "--network", "192.0.2.0/24")
    assert run("token", "new", "--member", "bank", "--name", "siem", *limits, "--network", "2001:db8::/32") == 0
    token = capsys.readouterr().out.strip()
    run("token", "list", "--json")
    (one,) = said(capsys)
    assert token not in json.dumps(one)
    assert (one["scope"], one["collections"], one["state"]) == (["read"], ["Scams"], "works")
    assert one["networks"] == ["192.0.2.0/24", "2001:db8::/32"]
    assert one["until"][:10] > one["created"][:10]
    assert exchange.door.by_token(token, "192.0.2.1") is not None
    assert exchange.door.by_token(token, "198.51.100.1") is None
    run("token", "list", "--member", "bank")
    assert "siem" in capsys.readouterr().out


@pytest.mark.usefixtures("exchange")
@pytest.mark.parametrize(
    ("limits", "status"),
    [
        (("--network", "192.0.2.1/24"), 2),
        (("--scope", "manage"), 2),
        (("--days", "0"), 2),
        (("--collection", "nowhere"), 1),
    ],
)
def test_limits_that_cannot_be(limits: tuple[str, ...], status: int) -> None:
    assert run("token", "new", "--member", "bank", *limits) == status


def test_a_certificate_is_registered_listed_and_revoked(
    exchange: Tocsin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pem, digest = certificate()
    file = tmp_path / "client.pem"
    file.write_bytes(pem)
    assert run("token", "certificate", str(file), "--member", "bank", "--name", "gateway", "--json") == 0
    assert said(capsys) == [{"fingerprint": digest}]
    assert exchange.door.by_certificate(digest) is not None
    run("token", "list", "--json")
    assert [one["kind"] for one in said(capsys)] == ["certificate"]
    assert run("token", "revoke", "gateway", "--member", "bank") == 0
    file.write_text("no certificate")
    assert run("token", "certificate", str(file), "--member", "bank", "--name", "other") == 2


def test_the_server_believes_the_proxies_of_the_environment_alone(
    exchange: Tocsin, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert exchange.settings.proxies == ()
    monkeypatch.setenv("TOCSIN_PROXIES", "10.0.0.0/8, fd00::/8")
    known = Tocsin(settings())
    assert list(map(str, known.settings.proxies)) == ["10.0.0.0/8", "fd00::/8"]
    for tocsin, peer, client in ((known, "10.0.0.1", "192.0.2.7"), (known, "192.0.2.9", "192.0.2.9")):
        environ = {
            "REMOTE_ADDR": peer,
            "HTTP_X_FORWARDED_FOR": "192.0.2.7",
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/taxii2/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
        }
        list(create_wsgi(tocsin)(environ, lambda *_: None))
        assert environ["REMOTE_ADDR"] == client
        assert CERTIFICATE not in environ
    monkeypatch.setenv("TOCSIN_PROXIES", "the proxy")
    with pytest.raises(ValueError, match="'the' is not a network"):
        settings()
    known.close()
