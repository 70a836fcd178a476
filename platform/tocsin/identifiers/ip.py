"""IP addresses of both versions."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from tocsin.identifiers.domain import checked_port
from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.spelling import plain, shown
from tocsin.identifiers.stix_form import observable, pattern

_FOUR = re.compile(r"(?:::ffff:)?([0-9]{1,4}(?:\.[0-9]{1,4}){3})(?:/32)?(?::([0-9]{1,5}))?", re.I)
_SIX = re.compile(r"\[([0-9a-f:.]{2,45})\](?::([0-9]{1,5}))?|([0-9a-f:.]{2,45})(?:/128)?", re.I)
_RANGE = re.compile(r"[0-9a-f:.]+(?:/[0-9]{1,3}| ?- ?[0-9a-f:.]+)", re.I)


def read_four(text: str, hints: Hints) -> Identifier:
    """An IPv4 address, also one mapped into IPv6; a port becomes a property."""
    spelling = plain(text)
    match = _FOUR.fullmatch(spelling)
    if match is None:
        raise _refusal(spelling, "an IPv4 address such as 192.0.2.1")
    return Identifier("ipv4", four(match[1]), _port(match[2]))


def read_six(text: str, hints: Hints) -> Identifier:
    """An IPv6 address in the spelling of RFC 5952; a port, which needs square brackets, becomes a property."""
    spelling = plain(text)
    match = _SIX.fullmatch(spelling)
    if match is None:
        raise _refusal(spelling, "an IPv6 address such as 2001:db8::1")
    return Identifier("ipv6", six(match[1] or match[3]), _port(match[2]))


def four(text: str) -> str:
    """The canonical spelling of an IPv4 address. A leading zero is refused: some programs read it as octal."""
    try:
        return str(IPv4Address(text))
    except AddressValueError as problem:
        zero = any(len(part) > 1 and part.startswith("0") for part in text.split("."))
        why = "has a leading zero, which programs read in two ways" if zero else "has a part above 255"
        raise Unreadable(f"{shown(text)} {why}.") from problem


def six(text: str) -> str:
    """The canonical spelling of an IPv6 address. A mapped IPv4 address is refused, as it is another kind."""
    try:
        address = IPv6Address(text)
    except AddressValueError as problem:
        raise Unreadable(f"{shown(text)} is not an IPv6 address such as 2001:db8::1.") from problem
    if address.ipv4_mapped is not None:
        raise Unreadable(f"{shown(text)} is the IPv4 address {address.ipv4_mapped} in another form.")
    return address.compressed


def looks_like_four(text: str) -> bool:
    """Whether four numbers with dots between are all there is, but for a port."""
    return _FOUR.fullmatch(text) is not None


def looks_like_six(text: str) -> bool:
    """Whether it has two colons, and nothing that an IPv6 address has not."""
    return text.count(":") >= 2 and _SIX.fullmatch(text) is not None


def is_range(text: str) -> bool:
    """Whether it is a block or range of addresses, which is not one identifier."""
    return _RANGE.fullmatch(text) is not None and (text.count(".") >= 3 or text.count(":") >= 2)


def _refusal(spelling: str, wanted: str) -> Unreadable:
    if is_range(spelling):
        return Unreadable(f"{shown(spelling)} is a range of addresses; please name the single addresses.")
    return Unreadable(f"{shown(spelling)} is not {wanted}.")


def _port(port: str | None) -> dict[str, str]:
    return {} if port is None else {"port": checked_port(port)}


def _observable(identifier: Identifier) -> dict[str, object]:
    return observable(f"{identifier.kind}-addr", {"value": identifier.value})


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern(f"{identifier.kind}-addr:value", identifier.value)


FOUR = Kind("ipv4", "IPv4 address", False, looks_like_four, read_four, _observable, _pattern)
SIX = Kind("ipv6", "IPv6 address", False, looks_like_six, read_six, _observable, _pattern)
