"""What polls find an object by, its version among others of its id, and the STIX version it is of."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from tocsin.stix.markings import tlp_of
from tocsin.stix.patterns import comparisons

RESOLUTION = "resolution"
"""The field by which an object is found that says that a name resolves to something: the ids of both ends."""

_LONGEST = 500
_MOST = 200
_VALUES = ("value", "iban", "account_number", "user_id")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:)(\d\d)(?:\.(\d+))?(?:[Zz]|([+\- ])(\d\d):?(\d\d))", re.ASCII)


def fields(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, value) pairs: tlp, revoked, name, value, labels, external_id, and the ends of what resolves to something.

    Of all but the first two together the first 200, of each text the first 500 characters.
    """
    found = [("tlp", tlp)] if (tlp := tlp_of(content)) is not None else []
    if content.get("revoked") is True:
        found.append(("revoked", "true"))
    texts = ((name, text) for name, text in _texts(content) if isinstance(text, str))
    # PostgreSQL stores no NUL in a text.
    found += [(name, text[:_LONGEST].replace("\0", "")) for name, text in islice(texts, _MOST)]
    return list(dict.fromkeys(found))


def at_least(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What polls can ask for at least so much of: confidence as three digits, valid_until like `version_key`."""
    found = []
    confidence = content.get("confidence")
    if type(confidence) is int and 0 <= confidence <= 100:
        found.append(("confidence", f"{confidence:03d}"))
    until = content.get("valid_until")
    if isinstance(until, str):
        with suppress(ValueError):
            found.append(("valid_until", version_key(until)))
    return found


def resolution(content: Mapping[str, Any]) -> list[Any] | None:
    """The ids of the ends, the name first, where an object says that a name resolves to something; None otherwise.

    STIX 2.1 section 6.4: a relationship, or the property of a domain name that came before it.
    """
    if content.get("type") == "relationship" and content.get("relationship_type") == "resolves-to":
        return [content.get("source_ref"), content.get("target_ref")]
    named = _list(content, "resolves_to_refs") if content.get("type") == "domain-name" else []
    return [content.get("id"), *named] if named else None


def version_key(timestamp: str) -> str:
    """A timestamp as text that sorts by time, however many digits it has: `2016-01-01T00:00:00.5`, in UTC.

    STIX 2.1 section 3.2. ValueError where it is not a moment.
    """
    match = _STAMP.fullmatch(timestamp)
    if match is None:
        raise ValueError(f"{timestamp[:60]!r} is not a timestamp such as 2026-01-31T09:30:00.000Z")
    day, clock, second, digits, sign, hours, minutes = match.groups()
    # The last second of a day may be its 61st, which datetime does not know.
    moment = datetime.fromisoformat(f"{day}T{clock}{'59' if second == '60' else second}")
    if sign is not None:
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        try:
            moment = moment + offset if sign == "-" else moment - offset
        except OverflowError as error:
            raise ValueError(f"{timestamp[:60]!r} lies beyond the calendar") from error
    fraction = (digits or "").rstrip("0")
    return moment.isoformat()[:17] + second + ("." + fraction if fraction else "")


def spec_version_of(content: Mapping[str, Any]) -> str:
    """The STIX version that an object is of, "2.0" or "2.1" where it does not say so itself.

    Only observables of 2.1 may leave it out (STIX 2.1 section 3.1), and they have no `created`.
    """
    stated = content.get("spec_version")
    if isinstance(stated, str):
        return stated
    return "2.0" if "created" in content else "2.1"


def _texts(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "name", content.get("name")
    if content.get("type") == "indicator":
        pattern = content.get("pattern")
        for _, value in (comparisons(pattern) or ()) if isinstance(pattern, str) else ():
            yield "value", value
    else:
        for name in _VALUES:
            yield "value", content.get(name)
        hashes = content.get("hashes")
        for text in hashes.values() if isinstance(hashes, dict) else ():
            yield "value", text
    for end in resolution(content) or ():
        yield RESOLUTION, end
    for label in _list(content, "labels"):
        yield "labels", label
    for reference in _list(content, "external_references"):
        if isinstance(reference, dict):
            yield "external_id", reference.get("external_id")


def _list(content: Mapping[str, Any], name: str) -> list[Any]:
    value = content.get(name)
    return value if isinstance(value, list) else []
