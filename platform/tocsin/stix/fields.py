"""What the optional filters of a poll find an object by, and the order of its versions."""

import re
from collections.abc import Mapping
from typing import Any

from tocsin.stix.markings import tlp_of
from tocsin.stix.patterns import comparisons

_LONGEST = 500
_MOST = 50
_VALUES = ("value", "iban", "account_number")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d+))?[Zz]", re.ASCII)


def fields(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, value) pairs: value, name, labels, tlp, revoked, external_id."""
    if content.get("type") == "relationship":
        return [("revoked", "true")] if content.get("revoked") is True else []
    found = [("value", value) for value in _values(content)]
    found += [("name", text) for text in (content.get("name"),) if isinstance(text, str)]
    found += [("labels", text) for text in _list(content, "labels") if isinstance(text, str)]
    found += [("external_id", text) for one in _list(content, "external_references") for text in _external_id(one)]
    tlp = tlp_of(content)
    if tlp is not None:
        found.append(("tlp", tlp))
    if content.get("revoked") is True:
        found.append(("revoked", "true"))
    return [(name, text[:_LONGEST].replace("\0", "")) for name, text in found[:_MOST]]


def version_key(timestamp: str) -> str:
    """A timestamp as text that sorts by time, whatever the number of its digits (STIX 2.1 section 3.2)."""
    match = _STAMP.fullmatch(timestamp)
    if match is None:
        raise ValueError(f"{timestamp[:60]!r} is not a timestamp such as 2026-01-31T09:30:00.000Z")
    fraction = (match[2] or "").rstrip("0")
    return match[1].upper() + ("." + fraction if fraction else "")


def _values(content: Mapping[str, Any]) -> list[str]:
    if content.get("type") == "indicator":
        return [value for _, value in (comparisons(str(content.get("pattern", ""))) or [])[:_MOST]]
    found = [content[name] for name in _VALUES if isinstance(content.get(name), str)]
    hashes = content.get("hashes")
    return found + ([text for text in hashes.values() if isinstance(text, str)] if isinstance(hashes, dict) else [])


def _list(content: Mapping[str, Any], name: str) -> list[Any]:
    value = content.get(name)
    return value if isinstance(value, list) else []


def _external_id(reference: Any) -> list[str]:
    text = reference.get("external_id") if isinstance(reference, dict) else None
    return [text] if isinstance(text, str) else []
