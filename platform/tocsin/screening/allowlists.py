"""The allow lists as one read-only file that all processes share through the page cache.

Names and hashes are kept as sorted 8-byte digests, 9 bytes an entry: the lists' own classes take 350 MB a process.
"""

import json
import mmap
import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from importlib.metadata import version
from importlib.resources import files
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from tocsin.identifiers import WEBMAIL, Identifier, registrable_domain
from tocsin.screening.lists import HASHES, NAMES, NETWORKS, Effect, ListRule

_FORMAT = 1
_RULES = (*NAMES, *HASHES)
_MAPPED = 0xFFFF << 32
"""IPv4 is looked up as the IPv6 addresses that stand for it, so that there is one list of ranges."""


@dataclass(frozen=True, slots=True)
class ListHit:
    """An allow list speaks against publishing: which one, by which entry, how strongly, and why in a sentence."""

    list: str
    entry: str
    effect: Effect
    reason: str


def compile_allowlists(folder: Path) -> Path:
    """The index of the installed lists in `folder`, made if it is not there; the path."""
    path = folder / f"allowlists-{version('pymispwarninglists')}-{_FORMAT}.bin"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(_digests())
    ranges = sorted(_ranges())
    head = json.dumps({"names": len(names), "ranges": len(ranges)}).encode().ljust(64)
    temporary = path.with_suffix(f".{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(head)
        file.write(b"".join(digest.to_bytes(8, "little") for digest, _ in names))
        file.write(b"".join(start.to_bytes(16, "big") for start, _, _ in ranges))
        file.write(b"".join(end.to_bytes(16, "big") for _, end, _ in ranges))
        file.write(bytes(rule for _, rule in names))
        file.write(bytes(rule for _, _, rule in ranges))
    temporary.replace(path)
    return path


def open_allowlists(path: Path) -> "AllowLists":
    """The index at `path`, opened read-only."""
    with path.open("rb") as file:
        return AllowLists(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


class AllowLists:
    """What must not be blocked, looked up in the compiled index."""

    def __init__(self, data: mmap.mmap) -> None:
        view = memoryview(data)
        counts = json.loads(bytes(view[:64]))
        names, ranges = counts["names"], counts["ranges"]
        place = 64
        self._names = view[place : place + 8 * names].cast("Q")
        place += 8 * names
        self._starts = _Addresses(view[place : place + 16 * ranges])
        place += 16 * ranges
        self._ends = _Addresses(view[place : place + 16 * ranges])
        place += 16 * ranges
        self._name_rules = view[place : place + names]
        self._range_rules = view[place + names : place + names + ranges]

    def hit(self, identifier: Identifier) -> ListHit | None:
        """What speaks against publishing this identifier."""
        kind, value = identifier.kind, identifier.value
        if kind == "domain":
            return self._domain(value)
        if kind == "url":
            return self._url(value)
        if kind == "email":
            return self._email(value)
        if kind in ("ipv4", "ipv6"):
            return self._address(value)
        if kind == "file-hash":
            rule = self._rule(value)
            return _hit(rule, value) if rule in HASHES else None
        return None

    def _domain(self, host: str) -> ListHit | None:
        entry, rule = self._protecting(host)
        if rule is None:
            return None
        advice = " Report the full address of the page instead." if rule.reach == "host" else ""
        return _hit(rule, entry, advice)

    def _url(self, url: str) -> ListHit | None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        bare = parts.path in ("", "/") and not parts.query
        if host[:1].isdigit() or ":" in host:
            found = self._address(host) if _is_address(host) else None
            if found is not None:
                return found if bare else None
        entry, rule = self._protecting(host)
        if rule is None or (rule.reach != "owner" and not bare):
            # a page on a service for everybody can be blocked without the service
            return None
        if bare:
            return _hit(rule, entry)
        words = (
            f"{entry} is on the list of {rule.words}; a page there may have been tampered with, so a moderator decides."
        )
        return ListHit(rule.name, entry, "hold", words)

    def _email(self, address: str) -> ListHit | None:
        local, _, host = address.rpartition("@")
        if local.lower() in ("security", "noc", "soc", "abuse"):
            words = f"{address} is an address to which abuse is reported, so it is not published."
            return ListHit("common-contact-emails", local, "reject", words)
        entry, rule = self._protecting(host)
        if rule is None:  # mailboxes are below a name that many visit as well as at it
            entry, rule = self._protecting(registrable_domain(host))
        if rule is None or rule.reach == "host" or not WEBMAIL.isdisjoint((host, entry)):
            return None
        words = f"{entry} is on the list of {rule.words}: the address may be forged, so a moderator decides."
        return ListHit(rule.name, entry, "hold", words)

    def _address(self, text: str) -> ListHit | None:
        address = ip_address(text)
        number = int(address) | _MAPPED if address.version == 4 else int(address)
        place = bisect_right(self._starts, number) - 1
        # ranges of different lists nest: look a few steps back for one that reaches this far
        for step in range(place, max(place - 8, -1), -1):
            if self._ends[step] >= number:
                return _hit(NETWORKS[self._range_rules[step]], text)
        return None

    def _protecting(self, host: str) -> tuple[str, ListRule | None]:
        """The entry and rule that protect a host name: its owner's, else its own or its `www`-less name's.

        A name under which strangers have theirs protects itself and stops what lies above it.
        """
        listed = [(name, rule) for name in _upwards(host) if (rule := self._rule(name)) is not None]
        for name, rule in listed:
            if rule.reach == "owner":
                return name, rule
            if rule.reach == "host":
                break
        own = [found for found in listed if found[0] in (host, host.removeprefix("www."))]
        return max(own, key=lambda found: found[1].effect == "reject", default=(host, None))

    def _rule(self, text: str) -> ListRule | None:
        digest = _digest(text)
        place = bisect_left(self._names, digest)
        if place < len(self._names) and self._names[place] == digest:
            return _RULES[self._name_rules[place]]
        return None


class _Addresses:
    """Sorted 16-byte numbers, as a sequence for bisect."""

    def __init__(self, view: memoryview) -> None:
        self._view = view

    def __len__(self) -> int:
        return len(self._view) // 16

    def __getitem__(self, place: int) -> int:
        return int.from_bytes(self._view[16 * place : 16 * place + 16], "big")


def _upwards(host: str) -> Iterator[str]:
    """A host name and those above it."""
    while host:
        yield host
        host = host.partition(".")[2]


def _hit(rule: ListRule, entry: str, advice: str = "") -> ListHit:
    end = "so it is not published" if rule.effect == "reject" else "so a moderator decides"
    return ListHit(rule.name, entry, rule.effect, f"{entry} is on the list of {rule.words}, {end}.{advice}")


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def _digests() -> Iterator[tuple[int, int]]:
    seen: set[int] = set()
    for number, rule in enumerate(_RULES):
        for entry in _entries(rule):
            digest = _digest(entry.strip().strip(".").lower())
            if digest not in seen:
                seen.add(digest)
                yield digest, number


def _ranges() -> Iterator[tuple[int, int, int]]:
    for number, rule in enumerate(NETWORKS):
        for entry in _entries(rule):
            network = ip_network(entry.strip(), strict=False)
            mapped = _MAPPED if network.version == 4 else 0
            yield int(network[0]) | mapped, int(network[-1]) | mapped, number


def _entries(rule: ListRule) -> Iterable[str]:
    path = files("pymispwarninglists") / "data" / "misp-warninglists" / "lists" / rule.name / "list.json"
    entries: list[str] = orjson.loads(path.read_bytes())["list"]
    return entries


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
