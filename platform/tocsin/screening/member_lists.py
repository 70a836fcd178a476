"""What members say of themselves: what is their own, what they know to be harmless, and what is imitated."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from tocsin.identifiers import Identifier, proxied
from tocsin.screening.lookalike import Protected, protect

OWN, HARMLESS = "own", "harmless"
"""The two lists of a member: its own identifiers, and those of others that it knows to be harmless."""

BRAND, NETWORK = "brand", "network"
"""Kinds of entries that are no kinds of identifiers: a name that people know, a range of addresses (CIDR)."""

_MOST_STEPS = 40


class ListEntry(NamedTuple):
    """One entry: `kind` is a key of KINDS, BRAND or NETWORK, `value` its canonical spelling.

    `open`: others may learn of it, so that their reports on it wait, and what imitates it is marked for everybody.
    """

    list: str
    kind: str
    value: str
    open: bool = False


class Cover(NamedTuple):
    """The entry that covers an identifier; `page`: it is one page below what the entry names."""

    entry: str
    page: bool


@dataclass(frozen=True, slots=True)
class Covered:
    """Entries, looked up by what they cover: a domain also what lies below it, addresses at it and pages on it.

    A phone or mailbox covers itself as a payment proxy too.
    """

    values: frozenset[tuple[str, str]] = frozenset()
    networks: dict[tuple[int, int], frozenset[int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values or self.networks)

    def cover(self, identifier: Identifier) -> Cover | None:
        """The entry that covers an identifier."""
        kind, value = identifier.kind, identifier.value
        if (kind, value) in self.values:
            return Cover(value, False)
        if kind == "domain":
            return self._named(value, False)
        if kind == "email":
            return self._named(value.rpartition("@")[2], False)
        if kind in ("ipv4", "ipv6"):
            return self._addressed(value, False)
        if kind == "url":
            return self._linked(value)
        behind = proxied(identifier)
        return self.cover(behind) if behind is not None else None

    def _linked(self, url: str) -> Cover | None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        page = parts.path not in ("", "/") or bool(parts.query)
        return self._below(url) or self._named(host, page) or self._addressed(host, page)

    def _below(self, url: str) -> Cover | None:
        """An entry that is an address above this page: `https://host.example/us/` for `https://host.example/us/a`."""
        start = url.partition("?")[0].rstrip("/")
        for _ in range(_MOST_STEPS):
            for above in (start, start + "/"):
                if ("url", above) in self.values:
                    return Cover(above, False)
            start = start.rpartition("/")[0]
            if start.endswith(("/", ":")) or not start:
                break
        return None

    def _named(self, host: str, page: bool) -> Cover | None:
        while host:
            if ("domain", host) in self.values:
                return Cover(host, page)
            host = host.partition(".")[2]
        return None

    def _addressed(self, text: str, page: bool) -> Cover | None:
        if not (text[:1].isdigit() or ":" in text):
            return None
        try:
            address = ip_address(text)
        except ValueError:
            return None
        if (f"ipv{address.version}", text) in self.values:
            return Cover(text, page)
        for (version, length), starts in self.networks.items():
            start = int(address) >> (address.max_prefixlen - length)
            if version == address.version and start in starts:
                return Cover(str(ip_network(f"{address}/{length}", strict=False)), page)
        return None


@dataclass(frozen=True, slots=True)
class MemberLists:
    """The lists as one member's report meets them: its own, and what others let be known (`others`).

    `protected` is what is marked where something imitates it; `open` what of it everybody may be told.
    """

    own: Covered = field(default_factory=Covered)
    harmless: Covered = field(default_factory=Covered)
    others: Covered = field(default_factory=Covered)
    protected: Protected = field(default_factory=Protected)
    open: Protected = field(default_factory=Protected)


NO_LISTS = MemberLists()


def lists_for(member_key: int, entries: Iterable[tuple[int, ListEntry]]) -> MemberLists:
    """The lists as this member's reports meet them, from every entry with the key of the member whose it is."""
    every = list(entries)
    mine = [one for key, one in every if key == member_key]
    shown = [one for key, one in every if one.open and one.list == OWN]
    return MemberLists(
        own=covered(one for one in mine if one.list == OWN),
        harmless=covered(one for one in mine if one.list == HARMLESS),
        others=covered(one for key, one in every if key != member_key and one.open and one.list == OWN),
        protected=protect(_names([*mine, *shown])),
        open=protect(_names(shown)),
    )


def covered(entries: Iterable[ListEntry]) -> Covered:
    """The index over these entries."""
    values: set[tuple[str, str]] = set()
    networks: dict[tuple[int, int], set[int]] = {}
    for one in entries:
        if one.kind == NETWORK:
            network = ip_network(one.value)
            start = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
            networks.setdefault((network.version, network.prefixlen), set()).add(start)
        elif one.kind != BRAND:
            values.add((one.kind, one.value))
    return Covered(frozenset(values), {length: frozenset(starts) for length, starts in networks.items()})


def _names(entries: Iterable[ListEntry]) -> Iterator[str]:
    return (one.value for one in entries if one.kind in ("domain", BRAND))
