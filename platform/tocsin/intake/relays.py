"""The host that sent a mail, as far as the receiver's own lines tell: lines further down may be made up (RFC 5321)."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from tocsin.identifiers import registrable_domain
from tocsin.intake.mime import Entity
from tocsin.intake.proof import Proof

_MOST = 100
"""Received lines that are looked at."""
_HOP = re.compile(r"from\s+(\S{1,255})(.{0,1500}?)\sby\s+(\S{1,255})", re.I | re.S)
_IN_BRACKETS = re.compile(r"[\[(](?:IPv6:)?([0-9a-fA-F:.]{3,45})[\])]")


@dataclass(frozen=True, slots=True)
class Host:
    """A sending host: its address, and the name by which it greeted, empty where that is not told."""

    address: str
    name: str = ""


def sending_host(mail: Entity, proof: Proof) -> Host | None:
    """The host that delivered a mail to its receiver, never one of the receiver's own; None where nothing tells.

    What the server says beside its results counts first; else the first hop from another owner's host with a public
    address.
    """
    hops = [hop for text in mail.values("received", _MOST) if (hop := _hop(text))]
    told = _public(proof.address) if proof.address else None
    if told is not None:
        return next((Host(told, name) for name, address, _ in hops if address == told), Host(told))
    for name, address, by in hops:
        if address is not None and registrable_domain(name) != registrable_domain(by):
            return Host(address, name)
    return None


def _hop(text: str) -> tuple[str, str | None, str] | None:
    match = _HOP.match(text)
    if match is None:
        return None
    name = match[1].strip("[]()").lower().rstrip(".")
    found = (_public(one[1]) for one in _IN_BRACKETS.finditer(f"{match[1]} {match[2]}"))
    return name, next(filter(None, found), None), match[3].lower().rstrip(".;")


def _public(text: str) -> str | None:
    """The address in its usual spelling, where it is one that everybody can reach or one kept for examples."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    private = found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified
    return None if private or (found.is_private and not _for_examples(str(found))) else str(found)


def _for_examples(address: str) -> bool:
    return address.startswith(("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:"))
