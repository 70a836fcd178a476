"""Whose word counts about where a request comes from."""

from typing import Any
from urllib.parse import quote

import pytest
from client_certificates import certificate

from tocsin.networks import CERTIFICATE, behind_proxies, fingerprint_of, is_within, network_of, parse_networks

PROXIES = parse_networks(["10.0.0.0/8", "fd00::/8"])
FINGERPRINT = "ab" * 32


def seen(peer: str, **headers: str) -> dict[str, Any]:
    """What the application is told of a request from `peer`."""
    told: dict[str, Any] = {}

    def application(environ: dict[str, Any], _start: Any) -> list[bytes]:
        told.update(environ)
        return []

    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http"}
    behind_proxies(application, PROXIES)(
        {**environ, **{f"HTTP_{name}": value for name, value in headers.items()}}, None
    )
    return told


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "203.0.113.1, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "203.0.113.1, 192.0.2.7, 10.9.9.9", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.7, 10.9.9.9,", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("192.0.2.9", "10.0.0.1", "192.0.2.9"),
        ("192.0.2.9", "192.0.2.7", "192.0.2.9"),
    ],
)
def test_only_a_proxy_says_who_its_client_is(peer: str, said: str, client: str) -> None:
    assert seen(peer, X_FORWARDED_FOR=said)["REMOTE_ADDR"] == client


@pytest.mark.parametrize(
    ("peer", "verified", "found"),
    [
        ("10.0.0.1", "SUCCESS", FINGERPRINT),
        ("10.0.0.1", "NONE", None),
        ("10.0.0.1", "FAILED:self-signed certificate", None),
        ("10.0.0.1", "success", None),
        ("10.0.0.1", "", None),
        ("192.0.2.9", "SUCCESS", None),
    ],
)
def test_only_a_proxy_that_verified_it_hands_a_certificate_on(peer: str, verified: str, found: str | None) -> None:
    told = seen(peer, CLIENTVERIFY=verified, CLIENTCERT=FINGERPRINT)
    assert told.get(CERTIFICATE) == found


def test_no_header_takes_the_place_of_what_the_proxy_says() -> None:
    spellings = {"TOCSIN_CERTIFICATE": FINGERPRINT, "TOCSIN.CERTIFICATE": FINGERPRINT, "CLIENT_CERT": FINGERPRINT}
    assert seen("10.0.0.1", CLIENTVERIFY="SUCCESS", **spellings)[CERTIFICATE] is None
    assert CERTIFICATE not in seen("192.0.2.9", CLIENTVERIFY="SUCCESS", **spellings)


def test_https_is_told_by_a_proxy_alone() -> None:
    assert seen("10.0.0.1", X_FORWARDED_PROTO="https")["wsgi.url_scheme"] == "https"
    assert seen("192.0.2.9", X_FORWARDED_PROTO="https")["wsgi.url_scheme"] == "http"


def test_a_certificate_is_known_by_its_hash_however_the_proxy_sends_it() -> None:
    made, digest = certificate()
    pem = made.decode()
    colons = ":".join(digest[place : place + 2] for place in range(0, 64, 2)).upper()
    for spelled in (digest, digest.upper(), colons, pem, quote(pem), quote(pem, safe="")):
        assert fingerprint_of(spelled) == digest, spelled


@pytest.mark.parametrize(
    "text", ["", "ab" * 20, "g" * 64, "ab" * 32 + ",", "-----BEGIN CERTIFICATE-----\n=a\n-----END CERTIFICATE-----"]
)
def test_what_is_no_certificate_proves_nothing(text: str) -> None:
    assert fingerprint_of(text) is None


def test_networks_and_addresses() -> None:
    networks = parse_networks(["192.0.2.0/24", " 2001:db8::1 ", "192.0.2.0/24"])
    assert list(map(str, networks)) == ["192.0.2.0/24", "2001:db8::1/128"]
    inside = {
        "192.0.2.77": True,
        "::ffff:192.0.2.77": True,
        "192.0.3.1": False,
        "2001:db8::1": True,
        "x": False,
        "": False,
    }
    assert {address: is_within(address, networks) for address in inside} == inside
    assert network_of("nonsense") == "nowhere"


@pytest.mark.parametrize("text", ["192.0.2.1/24", "192.0.2", "bank.example", "192.0.2.0/33", ""])
def test_a_network_that_is_none_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is not a network"):
        parse_networks([text])
