"""STIX patterns: taking simple ones apart (STIX 2.1 section 9)."""

import re
from collections.abc import Mapping
from typing import Any

from tocsin.identifiers import KINDS, Identifier, Unreadable, read

_NAME = r"[a-zA-Z0-9_]+(?:\[\*\])?"
_PATH = rf"[a-z0-9-]+:{_NAME}(?:\.(?:{_NAME}|'[^'\\]{{1,100}}'))*"
_VALUE = r"'((?:[^'\\]|\\['\\])*)'"
_COMPARISON = re.compile(rf"\s*({_PATH})\s*=\s*{_VALUE}\s*")
_OPENING = re.compile(r"\s*\[")
_JOINED = re.compile(r"\s*(OR|AND)\b")

_KINDS = {
    "domain-name:value": "domain",
    "url:value": "url",
    "ipv4-addr:value": "ipv4",
    "ipv6-addr:value": "ipv6",
    "email-addr:value": "email",
    "email-message:from_ref.value": "email",
    "email-message:sender_ref.value": "email",
    "email-message:reply_to_refs[*].value": "email",
    "email-message:additional_header_fields.'Reply-To'": "email",
    "phone-number:value": "phone",
    "bank-account:iban": "iban",
    "bank-account:account_number": "bank-account",
    "cryptocurrency-wallet:value": "wallet",
}
_HASH_PATH = re.compile(r"file:hashes\.'?[A-Za-z0-9-]+'?")


def comparisons(pattern: str) -> list[tuple[str, str]] | None:
    """The (path, value) pairs of a pattern made of equalities joined by OR or AND; None for any other pattern."""
    found: list[tuple[str, str]] = []
    place, inside = 0, False
    while place < len(pattern):
        if not inside:
            opening = _OPENING.match(pattern, place)
            if opening is None:
                return None
            place, inside = opening.end(), True
        match = _COMPARISON.match(pattern, place)
        if match is None:
            return None
        found.append((match[1], re.sub(r"\\(.)", r"\1", match[2])))
        place = match.end()
        if pattern.startswith("]", place):
            place, inside = place + 1, False
            if not pattern[place:].strip():
                return found
        joined = _JOINED.match(pattern, place)
        if joined is None:
            return None
        place = joined.end()
    return None


def identifier_of(path: str, value: str) -> Identifier | None:
    """The identifier that `path = 'value'` names, None where it is none of ours or not a valid one."""
    kind = _KINDS.get(path) or ("file-hash" if _HASH_PATH.fullmatch(path) else None)
    if kind is None:
        return None
    try:
        return read(value, kind)
    except Unreadable:
        return None


_OBSERVED = {
    "domain-name": ("domain", "value"),
    "url": ("url", "value"),
    "ipv4-addr": ("ipv4", "value"),
    "ipv6-addr": ("ipv6", "value"),
    "email-addr": ("email", "value"),
    "phone-number": ("phone", "value"),
    "cryptocurrency-wallet": ("wallet", "value"),
}


def observed_identifier(content: Mapping[str, Any]) -> Identifier | None:
    """The identifier that a STIX observable is, None where it is none of ours or not a valid one."""
    for kind, text in _observed(content):
        if isinstance(text, str):
            try:
                return read(text, kind)
            except Unreadable:
                continue
    return None


def _observed(content: Mapping[str, Any]) -> list[tuple[str, Any]]:
    object_type = content.get("type")
    if object_type == "bank-account":
        return [("iban", content.get("iban")), ("bank-account", content.get("account_number"))]
    if object_type == "file":
        hashes = content.get("hashes")
        names = ("SHA-256", "SHA-512", "SHA-1", "MD5")
        return [("file-hash", hashes.get(name)) for name in names] if isinstance(hashes, dict) else []
    kind, name = _OBSERVED.get(str(object_type), ("", ""))
    return [(kind, content.get(name))] if kind else []


def observed_id(identifier: Identifier) -> str:
    """The deterministic id of an identifier's observable."""
    return str(KINDS[identifier.kind].observable(identifier)["id"])
