"""Domain names: Unicode or `xn--` in, lower-case A-labels out (RFC 5890; UTS 46, non-transitional)."""

import re

import idna

from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.spelling import plain, shown
from tocsin.identifiers.stix_form import observable, pattern
from tocsin.identifiers.suffixes import public_suffixes

_ASCII = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SPELLING = re.compile(r"(\*?\.)?([^:]+?)\.?(?::(\d{1,5}))?")
_NO_NAME = re.compile(r"[\s/@?#\\,;:+]")


def read(text: str, hints: Hints) -> Identifier:
    """A domain, with or without a leading `*.` and a port, which become properties; Unreadable if it is none."""
    spelling = plain(text).lower()
    if _ASCII.fullmatch(spelling):
        return Identifier("domain", host_name(spelling))
    match = _SPELLING.fullmatch(spelling)
    if match is None:
        odd = ": what follows the colon is not a port" if ":" in spelling else ""
        raise Unreadable(f"{shown(text)} is not a domain such as example.com{odd}.")
    wildcard, name, port = match.groups()
    properties = {"wildcard": "yes"} if wildcard else {}
    if port is not None:
        properties["port"] = checked_port(port)
    return Identifier("domain", host_name(name), properties)


def host_name(text: str) -> str:
    """The canonical spelling of a host name below a public suffix; Unreadable says what is wrong with it."""
    name = text.lower()
    if "xn--" in name or not _ASCII.fullmatch(name):
        name = _as_a_labels(name)
    if len(name) > 253:
        raise Unreadable(f"{shown(name)} is longer than the 253 characters that a domain may have.")
    suffix = public_suffixes().of(name)
    if suffix is None:
        raise Unreadable(f'{shown(name)} ends in ".{name.rpartition(".")[2][:63]}", which is not a top-level domain.')
    if suffix == name:
        raise Unreadable(f"{shown(name)} is a suffix under which anybody registers names, not one domain.")
    return name


def checked_port(port: str) -> str:
    """`port` without leading zeros; Unreadable where there is no such port."""
    if not 0 < int(port) < 65_536:
        raise Unreadable(f"{port} is not a port: ports are 1 to 65535.")
    return str(int(port))


def looks_like(text: str) -> bool:
    """Whether it has a dot and none of the characters that no domain has."""
    return "." in text and _NO_NAME.search(text.rpartition(":")[0] or text) is None


def _as_a_labels(name: str) -> str:
    try:
        mapped = name if name.isascii() else idna.uts46_remap(name, std3_rules=False, transitional=False)
        labels = [_a_label(label) for label in mapped.removesuffix(".").split(".")]
    except (idna.IDNAError, UnicodeError) as problem:
        raise Unreadable(f"{shown(name)} has characters that no domain can have.") from problem
    joined = ".".join(labels)
    if not _ASCII.fullmatch(joined):
        raise Unreadable(f"{shown(name)} is not a domain such as example.com.")
    return joined


def _a_label(label: str) -> str:
    if label.startswith("xn--"):
        return _checked_a_label(label)
    if label.isascii():
        return label
    try:
        return idna.alabel(label).decode()
    except idna.InvalidCodepoint:
        # Symbols such as emoji are outside IDNA 2008; registries sold them all the same and browsers go there.
        return "xn--" + label.encode("punycode").decode("ascii")


def _checked_a_label(label: str) -> str:
    try:
        letters = label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        letters = ""
    if letters.isascii():
        raise Unreadable(f"{shown(label)} begins with xn-- but does not stand for letters of another script.")
    return label


def _observable(identifier: Identifier) -> dict[str, object]:
    return observable("domain-name", {"value": identifier.value})


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern("domain-name:value", identifier.value)


KIND = Kind("domain", "Domain", False, looks_like, read, _observable, _pattern)
