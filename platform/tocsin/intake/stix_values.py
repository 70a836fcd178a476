"""The one identifier that a STIX object is about, if it is about one: an observable, or a simple indicator."""

import re
from typing import Any

from tocsin.identifiers import Hints, Identifier
from tocsin.intake.values import understand
from tocsin.stix import comparisons, identifier_of, identifiers_of, observed_identifier

_SIMPLE = re.compile(r"\s*\[\s*([a-z0-9-]+):([^=<>!\s]+)\s*=\s*'((?:[^'\\]|\\['\\])*)'\s*\]\s*", re.S)
_HASH = re.compile(r"""hashes\.(?:'[\w-]+'|"[\w-]+"|[\w-]+)""")
_PATHS: dict[tuple[str, str], tuple[str, str | None]] = {
    ("domain-name", "value"): ("domain", None),
    ("url", "value"): ("url", None),
    ("ipv4-addr", "value"): ("ipv4", None),
    ("ipv6-addr", "value"): ("ipv6", None),
    ("email-addr", "value"): ("email", None),
    ("email-message", "from_ref.value"): ("email", "sender"),
    ("email-message", "sender_ref.value"): ("email", "sender"),
    ("email-message", "additional_header_fields.'Reply-To'"): ("email", "reply-to"),
    ("email-message", "additional_header_fields.'reply-to'"): ("email", "reply-to"),
    ("phone-number", "value"): ("phone", None),
    ("bank-account", "iban"): ("iban", None),
    ("bank-account", "account_number"): ("bank-account", None),
    ("cryptocurrency-wallet", "value"): ("wallet", None),
    ("user-account", "user_id"): ("payment-proxy", None),
}
_OTHER_TYPES = ("user-account", "software", "entity-identifier")
"""Types that are identifiers of ours only with some values: of others nothing is said."""

_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'")
_HASHES = ("SHA-256", "SHA-512", "SHA-1", "MD5")


def named(value: dict[str, Any]) -> tuple[Identifier | None, str | None]:
    """The identifier and role that a STIX object names, None where it names none or several.

    An indicator counts where its pattern is a single comparison for equality (STIX 2.1 section 9); STIX 2.0 has no
    `pattern_type`. Unreadable
    where the value is not what the object says.
    """
    if value["type"] == "indicator":
        return _of_pattern(value)
    if value["type"] in _OTHER_TYPES:
        return observed_identifier(value), None
    for (object_type, path), (kind, _) in _PATHS.items():
        text = value.get(path)
        if object_type == value["type"] and isinstance(text, str):
            return understand(_with_plus(text, kind), kind, _hints(value)), None
    hashes = value.get("hashes")
    if value["type"] == "file" and isinstance(hashes, dict):
        texts = [hashes[name] for name in _HASHES if isinstance(hashes.get(name), str)]
        if texts:
            return understand(texts[0], "file-hash"), None
    return None, None


def _of_pattern(indicator: dict[str, Any]) -> tuple[Identifier | None, str | None]:
    pattern = indicator.get("pattern")
    if indicator.get("pattern_type", "stix") != "stix" or not isinstance(pattern, str):
        return None, None
    match = _SIMPLE.fullmatch(pattern)
    if match is None:
        return _together(pattern), None
    object_type, path, text = match.groups()
    text = re.sub(r"\\(.)", r"\1", text, flags=re.S)
    if object_type in _OTHER_TYPES:
        return identifier_of(f"{object_type}:{path}", text), None
    if object_type == "file" and _HASH.fullmatch(path):
        return understand(text, "file-hash"), None
    kind, role = _PATHS.get((object_type, path), (None, None))
    return (understand(_with_plus(text, kind), kind), role) if kind else (None, None)


def _together(pattern: str) -> Identifier | None:
    """The one identifier that two comparisons name together, such as a platform and a handle."""
    parts = comparisons(pattern) or [] if "user-account:account_type" in pattern else []
    found = list(identifiers_of(parts))
    both = len(parts) == 2 and len(found) == 1 and re.search(r"\bOR\b", _LITERAL.sub("", pattern)) is None
    return found[0][1] if both else None


def _with_plus(text: str, kind: str) -> str:
    """A phone as producers of STIX write it: some leave out the plus of E.164."""
    return f"+{text}" if kind == "phone" and text.isascii() and text.isdigit() and text[:1] != "0" else text


def _hints(value: dict[str, Any]) -> Hints:
    bic = value.get("bic")
    return Hints(bank=bic if isinstance(bic, str) else None)
