"""Web addresses, and those of other protocols with a host (RFC 3986)."""

import re
from urllib.parse import quote

from tocsin.identifiers.domain import checked_port, host_name
from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.ip import four, is_range, six
from tocsin.identifiers.spelling import LONGEST, plain, shown
from tocsin.identifiers.stix_form import observable, pattern

_URL = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]{0,31}):/{2,})?([^/?#\\]*)([^#]*)")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+?)\.?(?::([0-9]{0,5}))?")
_HOST_THEN_MORE = re.compile(r"[^\s/?#@]+[/?#]")
_NUMBERS = re.compile(r"[0-9.]+")
_PORTS = {"http": "80", "https": "443", "ftp": "21", "ws": "80", "wss": "443"}
_SAFE = "/?%!$&'()*+,;=:@[]~-._"


def read(text: str, hints: Hints) -> Identifier:
    """A URL with canonical host, without default port, fragment, user name and password.

    Without a scheme it needs something after the host and is taken for `http`, which property `scheme` tells.
    A user name before the host is a trick to show another host; it is left out, which property `userinfo` tells.
    """
    spelling = plain(text)
    if is_range(spelling):
        raise Unreadable(f"{shown(spelling)} is a range of addresses; please name the single addresses.")
    match = _URL.match(spelling)
    if match is None or not match[2] or not (match[1] or match.end(2) < len(spelling)):
        raise Unreadable(f"{shown(text)} is not a web address such as https://example.com/page.")
    given, authority, rest = match.groups()
    if match.end() < len(spelling):  # without the fragment, the end of a sentence may have come to the end
        rest = plain("http://host" + rest).removeprefix("http://host")
    scheme = (given or "http").lower()
    userinfo, at, place = authority.rpartition("@")
    if at and not given:
        raise Unreadable(f"{shown(text)} is neither an e-mail address nor a web address with http:// or https://.")
    value = f"{scheme}://{_place(place, scheme)}{_path(rest)}"
    if len(value) > LONGEST:
        raise Unreadable(f"{shown(value)} is longer than {LONGEST} characters when it is written in full.")
    properties = {} if given else {"scheme": "assumed"}
    return Identifier("url", value, properties | ({"userinfo": "left out"} if userinfo else {}))


def looks_like(text: str) -> bool:
    """Whether it has a scheme, or a host with a dot and something after it."""
    if "://" in text:
        return True
    host = _HOST_THEN_MORE.match(text)
    return host is not None and "." in host[0]


def _place(authority: str, scheme: str) -> str:
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise Unreadable(f"{shown(authority)} is not a host, with or without a port.")
    host, port = _host(match[1]), checked_port(match[2]) if match[2] else None
    return host if port in (None, _PORTS.get(scheme)) else f"{host}:{port}"


def _host(text: str) -> str:
    if text.startswith("["):
        return f"[{six(text[1:-1])}]"
    return four(text) if _NUMBERS.fullmatch(text) and text.count(".") == 3 else host_name(text)


def _path(text: str) -> str:
    """Path and query, with what may not stand there percent-encoded."""
    encoded = quote(text, safe=_SAFE)
    return encoded if encoded.startswith("/") else "/" + encoded


def _observable(identifier: Identifier) -> dict[str, object]:
    return observable("url", {"value": identifier.value})


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern("url:value", identifier.value)


KIND = Kind("url", "Web address", False, looks_like, read, _observable, _pattern)
