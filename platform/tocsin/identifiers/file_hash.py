"""Hashes of files; the algorithm is told by the length."""

import re

from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.spelling import plain, shown
from tocsin.identifiers.stix_form import observable, pattern

_ALGORITHMS = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}
_SPELLING = re.compile(r"(?:(md5|sha-?1|sha-?256|sha-?512) ?[:= ] ?)?([0-9a-f]+)", re.I)
_LOOKS = re.compile(
    r"(?:(?:md5|sha-?(?:1|256|512)) ?[:= ] ?)?(?=[0-9]*[a-fA-F])(?:[0-9a-fA-F]{32}){1,4}(?:[0-9a-fA-F]{8})?", re.I
)


def read(text: str, hints: Hints) -> Identifier:
    """A hash in lower case; property `algorithm` as STIX spells it (STIX 2.1 section 10.7)."""
    match = _SPELLING.fullmatch(plain(text))
    if match is None:
        raise Unreadable(f"{shown(text)} is not a file hash: it has other characters than 0 to 9 and a to f.")
    named, value = match[1], match[2].lower()
    algorithm = _ALGORITHMS.get(len(value))
    if algorithm is None:
        raise Unreadable(
            f"{shown(text)} has {len(value)} characters; MD5 has 32, SHA-1 40, SHA-256 64 and SHA-512 128."
        )
    if named and named.upper().replace("-", "") != algorithm.replace("-", ""):
        raise Unreadable(f"{shown(text)} is called {named} but has the length of {algorithm}.")
    return Identifier("file-hash", value, {"algorithm": algorithm})


def looks_like(text: str) -> bool:
    """Whether it has the length of a hash, its characters, and not digits only."""
    return len(text) >= 32 and _LOOKS.fullmatch(text) is not None


def _algorithm(identifier: Identifier) -> str:
    return _ALGORITHMS[len(identifier.value)]


def _observable(identifier: Identifier) -> dict[str, object]:
    return observable("file", {"hashes": {_algorithm(identifier): identifier.value}})


def _pattern(identifier: Identifier, role: str | None) -> str:
    algorithm = _algorithm(identifier)
    return pattern(f"file:hashes.{algorithm if algorithm == 'MD5' else repr(algorithm)}", identifier.value)


KIND = Kind("file-hash", "File hash", False, looks_like, read, _observable, _pattern)
