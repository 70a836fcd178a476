"""Statement 42 of the TAXII 2.1 checklist: HTTPS by the server itself."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import live
import pytest

OPENSSL = shutil.which("openssl")
NAME = "/CN=taxii.exchange.example"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    if OPENSSL is None:
        pytest.skip("openssl, which makes the certificate, is not here")
    home = tmp_path_factory.mktemp("tls")
    made = [OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", NAME]
    files = {"-keyout": home / "key.pem", "-out": home / "certificate.pem"}
    subprocess.run([*made, *(str(one) for pair in files.items() for one in pair)], check=True, capture_output=True)
    live.tocsin(home, "init")
    tls = ["--tls-certificate", str(files["-out"]), "--tls-key", str(files["-keyout"])]
    with live.serving(home, "--no-worker", *tls, scheme="https") as base:
        parts = urlsplit(base)
        yield str(parts.hostname), int(parts.port or 0)


def ask(address: tuple[str, int], version: ssl.TLSVersion | None) -> tuple[str | None, str]:
    """The protocol that was agreed on, and the first line of discovery's answer."""
    context = ssl._create_unverified_context()
    if version is not None:
        context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection(address, timeout=20) as plain,
        context.wrap_socket(plain, server_hostname="taxii.exchange.example") as secure,
    ):
        secure.sendall(b"GET /taxii2/ HTTP/1.1\r\nHost: taxii.exchange.example\r\nConnection: close\r\n\r\n")
        return secure.version(), secure.recv(100).split(b"\r\n")[0].decode()


@pytest.mark.parametrize(
    ("version", "agreed"),
    [(None, "TLSv1.3"), (ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")],
)
def test_042_tls_1_2_is_taken_and_1_3_preferred(
    address: tuple[str, int], version: ssl.TLSVersion | None, agreed: str
) -> None:
    protocol, answer = ask(address, version)
    assert protocol == agreed
    assert answer.startswith("HTTP/1.1 401"), "discovery asks who is there"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_042_older_protocols_are_refused(address: tuple[str, int]) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        ask(address, ssl.TLSVersion.TLSv1_1)


def test_042_no_early_data(address: tuple[str, int]) -> None:
    command = [str(OPENSSL), "s_client", "-connect", f"{address[0]}:{address[1]}", "-tls1_3", "-ign_eof"]
    request = b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    told = subprocess.run(command, input=request, capture_output=True, timeout=30, check=False).stdout
    sessions = [line for line in told.splitlines() if b"Max Early Data" in line]
    assert sessions, "tickets are given"
    assert all(line.strip() == b"Max Early Data: 0" for line in sessions)


def test_a_certificate_needs_its_key(tmp_path: Path) -> None:
    (tmp_path / "only.pem").write_text("")
    told = live.tocsin(tmp_path, "serve", "--tls-certificate", str(tmp_path / "only.pem"), fails=True)
    assert "belong together" in told
