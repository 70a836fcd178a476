"""The filters of a poll as one line of text and back: how receipts tell the polls of one subscriber apart."""

import hashlib

from tocsin.ledger.read import EVERYTHING, Match

_PLAIN = {"id": "ids", "type": "types", "version": "versions", "spec_version": "spec_versions"}
_AT_LEAST = "-gte"
_ESCAPED = {"%": "%25", "&": "%26", ",": "%2C", "…": "%E2%80%A6"}
_LONGEST = 1_000
_CUT = "…"
"""What follows it is the hash of the whole text; `_escape` leaves none in a value."""


def described(match: Match) -> str:
    """The filters as text, the same for the same filters; empty for none.

    Reads like the query of a poll (TAXII 2.1 section 3.4.1), names and values in alphabetical order. Of a text that is
    longer than an index takes: its beginning, and a hash of the whole.
    """
    named = {name: getattr(match, field) for name, field in _PLAIN.items()}
    if match.versions == EVERYTHING.versions:
        named.pop("version")
    named |= dict(match.fields)
    named |= {name + _AT_LEAST: (value,) for name, value in match.at_least}
    parts = ((name, ",".join(map(_escape, sorted(values)))) for name, values in sorted(named.items()) if values)
    text = "&".join(f"match[{name}]={values}" for name, values in parts)
    return text if len(text.encode()) <= _LONGEST else _cut(text)


def understood(text: str) -> Match | None:
    """The filters that `described` wrote, None where it kept only the beginning."""
    if _CUT in text:
        return None
    named = {}
    for part in filter(None, text.split("&")):
        name, _, values = part.removeprefix("match[").partition("]=")
        named[name] = tuple(map(_plain, values.split(",")))
    plain = {field: named.pop(name) for name, field in _PLAIN.items() if name in named}
    at_least = {name: named.pop(name) for name in sorted(named) if name.endswith(_AT_LEAST)}
    return Match(
        **plain,
        fields=tuple(sorted(named.items())),
        at_least=tuple((name.removesuffix(_AT_LEAST), values[0]) for name, values in at_least.items()),
    )


def _cut(text: str) -> str:
    begun = text.encode()[:_LONGEST].decode(errors="ignore")
    return f"{begun}{_CUT}{hashlib.sha256(text.encode()).hexdigest()}"


def _escape(value: str) -> str:
    return "".join(_ESCAPED.get(character, character) for character in value)


def _plain(value: str) -> str:
    for character, escaped in reversed(_ESCAPED.items()):
        value = value.replace(escaped, character)
    return value
