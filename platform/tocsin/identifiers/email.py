"""E-mail addresses, also inside `Name <address>` and `mailto:` (RFC 5322, RFC 6068)."""

import re
from unicodedata import normalize

from tocsin.identifiers.domain import host_name
from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.spelling import plain, shown
from tocsin.identifiers.stix_form import observable, pattern

_NAMED = re.compile(r"[^<>]*<([^<>]+)>")
_ADDRESS = re.compile(r"([^\s@\"(),:;<>\[\]\\]{1,64})@([^\s@/?#:\\]+)")


def read(text: str, hints: Hints) -> Identifier:
    """A mailbox, all in lower case: no provider in use tells `A@example.com` from `a@example.com`."""
    spelling = plain(text)
    if spelling[:7].lower() == "mailto:":
        spelling = spelling[7:].partition("?")[0]
    named = _NAMED.fullmatch(spelling)
    match = _ADDRESS.fullmatch(plain(named[1]) if named else spelling)
    if match is None:
        raise Unreadable(f"{shown(text)} is not an e-mail address such as name@example.com.")
    local = normalize("NFC", match[1].lower())
    if local.startswith(".") or ".." in local or len(local) > 64:
        raise Unreadable(f"{shown(text)} is not an e-mail address: what stands before the @ cannot be a mailbox.")
    return Identifier("email", f"{local}@{host_name(match[2].removesuffix('.'))}")


def looks_like(text: str) -> bool:
    """Whether there is an @ and no scheme of a web address."""
    return "@" in text and "://" not in text


def _observable(identifier: Identifier) -> dict[str, object]:
    return observable("email-addr", {"value": identifier.value})


def _pattern(identifier: Identifier, role: str | None) -> str:
    if role == "reply-to":
        return pattern("email-message:additional_header_fields.'Reply-To'", identifier.value)
    return pattern("email-message:from_ref.value", identifier.value)


KIND = Kind("email", "E-mail address", False, looks_like, read, _observable, _pattern)
