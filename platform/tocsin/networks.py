"""Where a request comes from: networks, and the proxies whose word about it counts."""

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import unquote

Network = IPv4Network | IPv6Network

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1"))

CERTIFICATE = "tocsin.certificate"
"""Where a request's environment has the SHA-256 of the client's certificate: no header can be called so."""

# Without a hyphen: WSGI spells hyphens and underscores the same, and another spelling of a name with one would take
# the place of what the proxy says.
_CERTIFICATE, _VERIFIED = "HTTP_CLIENTCERT", "HTTP_CLIENTVERIFY"
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*")
_IPV6_CUSTOMER = 64

_UNICAST, _NAT64 = ip_network("2000::/3"), ip_network("64:ff9b::/96")
_SET_APART = tuple(map(ip_network, ("2001::/23", "2002::/16", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24")))
"""All global IPv6 addresses (RFC 4291), those of IPv4 behind NAT64, and what RFC 2928, 3056, 9637, 6890 and 7526 set
apart, some of which a cloud answers itself."""


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks in CIDR notation, or single addresses; ValueError names the first that is none."""
    found = []
    for text in texts:
        try:
            found.append(ip_network(text.strip()))
        except ValueError:
            raise ValueError(f"{text.strip()!r} is not a network like 192.0.2.0/24 or 2001:db8::/32.") from None
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4_096)
def is_within(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address lies in one of the networks; one that cannot be read lies in none."""
    found = _address(address)
    return found is not None and any(found in network for network in networks)


def network_of(address: str) -> str:
    """The smallest network that one customer has: an IPv4 address, 64 bits of an IPv6 address."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _IPV6_CUSTOMER), strict=False))
    return str(found or "nowhere")


def is_public(address: str) -> bool:
    """Whether everybody reaches the same machine at this address: none of this machine, of an inner network or of many.

    Addresses that carry another one, as NAT64 (RFC 6052) and IPv4 in IPv6 do, are what they carry; of 6to4 and Teredo,
    which are out of use, none is.
    """
    found = _address(address)
    if isinstance(found, IPv6Address):
        if found in _NAT64:
            return is_public(str(IPv4Address(int(found) & 0xFFFF_FFFF)))
        if found not in _UNICAST:
            return False
    if found is None or any(found in one for one in _SET_APART):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def behind_proxies(application: Callable[..., Any], proxies: tuple[Network, ...]) -> Callable[..., Any]:
    """The WSGI application, told the client's own address and certificate where one of these proxies passes them on.

    From any other address the headers are ignored. `Clientcert` is the SHA-256 fingerprint or the escaped PEM of a
    certificate, and counts only beside `Clientverify: SUCCESS`.
    """

    def told(environ: dict[str, Any], start_response: Any) -> Any:
        if is_within(environ.get("REMOTE_ADDR", ""), proxies):
            if environ.get(_VERIFIED) == "SUCCESS":
                environ[CERTIFICATE] = fingerprint_of(environ.get(_CERTIFICATE, ""))
            if environ.get("HTTP_X_FORWARDED_PROTO", "").strip().lower() == "https":
                environ["wsgi.url_scheme"] = "https"
            environ["REMOTE_ADDR"] = _client(environ, proxies)
        return application(environ, start_response)

    return told


@lru_cache(maxsize=4_096)
def fingerprint_of(text: str) -> str | None:
    """The SHA-256 of a certificate, from its fingerprint (colons allowed) or its PEM, URL-escaped or not."""
    spelled = text.strip().replace(":", "").lower()
    if _FINGERPRINT.fullmatch(spelled):
        return spelled
    pem = _PEM.fullmatch(unquote(text).strip())
    if pem is None:
        return None
    try:
        return hashlib.sha256(b64decode("".join(pem[1].split()), validate=True)).hexdigest()
    except binascii.Error:
        return None


def _client(environ: dict[str, Any], proxies: tuple[Network, ...]) -> str:
    """The last address that no proxy of ours has: what stands left of it, anybody can have written."""
    client = str(environ["REMOTE_ADDR"])
    for said in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if not is_within(client, proxies) or _address(said) is None:
            break
        client = str(_address(said))
    return client


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
