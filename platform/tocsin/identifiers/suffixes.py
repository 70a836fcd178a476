"""The Public Suffix List, as it is bundled with tldextract; nothing is ever fetched."""

from dataclasses import dataclass
from functools import cache

import idna
from tldextract import TLDExtract

RESERVED = frozenset(("test", "example", "invalid", "localhost"))
"""Top-level domains that never exist (RFC 2606 and 6761): such names parse, and screening decides on them."""


@dataclass(frozen=True, slots=True)
class Suffixes:
    """Rules of the list as A-labels: names, parents of `*.` rules, and the exceptions from these."""

    names: frozenset[str]
    wild: frozenset[str]
    exceptions: frozenset[str]

    def of(self, host: str) -> str | None:
        """The public suffix that ends `host`, or None where the list has no rule for its top-level domain."""
        rest = host
        while rest:
            if rest in self.names:
                return rest
            parent = rest.partition(".")[2]
            if parent in self.wild:
                return parent if rest in self.exceptions else rest
            rest = parent
        return None


@cache
def public_suffixes(private: bool = False) -> Suffixes:
    """What registries run; with `private` also what companies run for their customers (github.io)."""
    listed = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=private).tlds
    rules = [rule if rule.isascii() else idna.encode(rule, uts46=True).decode() for rule in listed]
    return Suffixes(
        names=frozenset(rule for rule in rules if rule[0] not in "*!") | RESERVED,
        wild=frozenset(rule[2:] for rule in rules if rule[0] == "*"),
        exceptions=frozenset(rule[1:] for rule in rules if rule[0] == "!"),
    )


def registrable_domain(host: str) -> str:
    """The part of a canonical host name that somebody registered: `evil.example.co.uk` gives `example.co.uk`.

    Customers' names below a company's suffix count as registered (`evil.github.io`). A name that is itself such
    a suffix, and anything that has no public suffix, such as an IP address, comes back unchanged.
    """
    suffix = public_suffixes(private=True).of(host)
    if suffix is None or suffix == host:
        return host
    return host[host.rfind(".", 0, len(host) - len(suffix) - 1) + 1 :]
