"""What SPF, DKIM and DMARC say of a mail, in the words of the server that received it (RFC 8601, RFC 7208)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tocsin.identifiers import registrable_domain
from tocsin.intake.mime import Entity

_MOST = 40
"""Fields of results that are looked at."""
_LONGEST = 10_000
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.I)
_NAMED = {"spf": ("smtp.mailfrom", "smtp.helo"), "dkim": ("header.d", "header.i"), "dmarc": ("header.from",)}
_PROPERTY = re.compile(r'([a-z]+\.[a-z]+)\s*=\s*"?([^\s;"]{1,300})', re.I)
_ADDRESS = re.compile(r"(?:sender IP is|smtp\.remote-ip\s*=|client-ip\s*=)\s*\[?([0-9a-fA-F:.]{3,45})", re.I)
_DOMAIN_OF = re.compile(r"\bdomain of (?:transitioning )?([^\s;()]{1,300})", re.I)
_ENVELOPE = re.compile(r'envelope-from\s*=\s*"?<?([^\s;">]{1,300})', re.I)


@dataclass(frozen=True, slots=True)
class Proof:
    """What the receiving server found. `known`: it says anything at all.

    `passed` are the registrable domains that are proven to have sent or signed the mail; `failed`: a check failed.
    `address` is the IP address that delivered it, as far as it is told.
    """

    known: bool = False
    passed: frozenset[str] = frozenset()
    failed: bool = False
    address: str | None = None

    def of(self, domain: str) -> bool:
        """Whether this domain, or another of the same owner, is proven."""
        return registrable_domain(domain) in self.passed


def proof_in(mail: Entity) -> Proof:
    """What the topmost server says: lines further down may be the sender's own."""
    fields = mail.values("authentication-results", _MOST, _LONGEST)
    results = [one for text in _of_one_server(fields) for one in _results(text)]
    said = mail.values("received-spf", 1, _LONGEST)
    if not results:
        results = [one for text in said for one in _received_spf(text)]
    address = next((match[1] for text in (*fields, *said) if (match := _ADDRESS.search(text))), None)
    passed = frozenset(registrable_domain(domain) for result, domain in results if result == "pass" and domain)
    failed = any(result in ("fail", "softfail", "permerror") for result, _ in results)
    # that something passed says nothing where it is not said for which domain
    known = any(domain or result != "pass" for result, domain in results)
    return Proof(known, passed, failed, address)


def _of_one_server(fields: list[str]) -> list[str]:
    """The fields that stand above those of any other server."""
    names = [_server(text) for text in fields]
    other = next((place for place, name in enumerate(names) if name != names[0]), len(fields))
    return fields[:other]


def _server(text: str) -> str:
    first = _COMMENT.sub("", text).partition(";")[0].strip()
    return "" if "=" in first else first.lower()


def _results(text: str) -> Iterator[tuple[str, str]]:
    """Result and domain of each method in a field: `spf=pass smtp.mailfrom=example.com` is (pass, example.com)."""
    for part in _COMMENT.sub(" ", text).split(";"):
        match = _RESULT.match(part)
        if match is None:
            continue
        told = {name.lower(): value for name, value in _PROPERTY.findall(part)}
        named = next((told[name] for name in _NAMED[match[1].lower()] if name in told), "")
        yield match[2].lower(), _domain(named)


def _received_spf(text: str) -> Iterator[tuple[str, str]]:
    match = _ENVELOPE.search(text) or _DOMAIN_OF.search(text)
    result = re.match(r"[a-z]+", text.lower())
    if result is not None:
        yield result[0], _domain(match[1]) if match else ""


def _domain(text: str) -> str:
    return text.rpartition("@")[2].lower().strip(".<>")
