"""STIX 2.1 objects, sliced out of their envelope with the bytes they came with."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson

from tocsin.identifiers import Identifier, Unreadable
from tocsin.intake.json_list import parse_json
from tocsin.intake.row import LONGEST_SHOWN, CannotRead, Defaults, Reading, Row
from tocsin.intake.slicing import BadJson, TooDeep, Twice, enveloped, listed, once
from tocsin.intake.stix_values import named
from tocsin.intake.values import problem_row
from tocsin.stix import withholds

DEEPEST = 100
"""How deep an object may be nested; STIX needs about ten levels."""

_ID = re.compile(r"([a-z0-9][a-z0-9-]{1,249})--[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.S)


def looks_like_stix(parsed: Any) -> bool:
    """Whether parsed JSON is a bundle, an envelope, a list of STIX objects, or one of them."""
    if isinstance(parsed, list):
        return bool(parsed) and any(_is_object(item) for item in parsed[:20])
    if not isinstance(parsed, dict):
        return False
    objects = parsed.get("objects")
    return _is_object(parsed) or (isinstance(objects, list) and any(_is_object(item) for item in objects[:20]))


def _is_object(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    kind, identity = value.get("type"), value.get("id")
    return isinstance(kind, str) and isinstance(identity, str) and identity.startswith(f"{kind}--")


def read_stix(data: bytes, defaults: Defaults) -> Reading:
    """A row for each object of a bundle, a TAXII envelope, a list, or for the one object that `data` is.

    CannotRead where the JSON as a whole is not valid, nested too deep to be walked, or holds no objects.
    """
    raws, version = sliced(data)
    if not raws:
        raise CannotRead("The STIX data holds no objects.")
    return Reading("stix", _rows(raws, version, defaults))


def sliced(data: bytes) -> tuple[list[bytes], str | None]:
    """The bytes of each object, and the `spec_version` of a STIX 2.0 bundle."""
    data = data.strip()
    try:
        text = data.decode()
        if text.startswith("["):
            return [one.encode() for one in listed(text)], None
        found, beside = enveloped(text)
    except TooDeep:
        raise CannotRead("The STIX data is nested too deep to be read.") from None
    except Twice as twice:
        raise CannotRead(f"The STIX envelope has {twice} twice.") from None
    except (BadJson, UnicodeError):
        parse_json(data)  # says where it breaks
        raise CannotRead("The STIX data is cut off, or no valid JSON.") from None
    if found is not None:
        return [one.encode() for one in found], beside.get("spec_version")
    if "objects" in beside and "id" not in beside:
        raise CannotRead("What the STIX data has under “objects” is no list.")
    return [data], None


def _rows(raws: list[bytes], version: str | None, defaults: Defaults) -> Iterator[Row]:
    for number, raw in enumerate(raws, 1):
        try:
            value = _parsed(raw)
        except ValueError as problem:
            yield problem_row(number, "object", raw[:LONGEST_SHOWN].decode("utf-8", "replace"), str(problem))
            continue
        fault = _fault(value, version)
        if fault is None:
            yield _row(number, value, raw, defaults)
        else:
            identity = value.get("id") if isinstance(value, dict) else None
            shown = identity if isinstance(identity, str) else raw[:LONGEST_SHOWN].decode("utf-8", "replace")
            yield problem_row(number, "object", shown, fault)


def _parsed(raw: bytes) -> Any:
    """The object, or ValueError with the sentence that says what is wrong with it."""
    if _deeper_than(raw, DEEPEST):
        raise ValueError(f"This object is nested more than {DEEPEST} levels deep.")
    try:
        orjson.loads(raw)  # stricter than json about letters and numbers
        return json.loads(raw, object_pairs_hook=once)
    except Twice as twice:
        raise ValueError(f"This object has {twice} twice, so that nobody can say which one holds.") from None
    except ValueError:
        raise ValueError("This object holds half a character, or a number that is too large to be read.") from None


def _deeper_than(raw: bytes, most: int) -> bool:
    if raw.count(b"{") + raw.count(b"[") <= most:
        return False
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(raw):
        sign = match[0]
        depth += (sign in (b"{", b"[")) - (sign in (b"}", b"]"))
        if depth > most:
            return True
    return False


def _fault(value: Any, bundle_version: str | None) -> str | None:
    """The sentence that says why this is no STIX 2 object, None where it is one."""
    if not isinstance(value, dict):
        return "This is no STIX object: it is not in braces."
    kind, identity = value.get("type"), value.get("id")
    if not isinstance(kind, str) or not isinstance(identity, str):
        return "This is no STIX object: it has no type and id."
    match = _ID.fullmatch(identity)
    if match is None or match[1] != kind:
        return "The id of this object is not its type, two dashes and a UUID in lower case."
    version = value.get("spec_version", bundle_version)
    if version is None and "created" in value:
        version = "2.0"  # observables of STIX 2.1 may leave it out (section 3.1), and have no created
    if version in (None, "2.0", "2.1"):
        return None
    shown = version[:10] if isinstance(version, str) else "of an unknown version"
    return f"This object is STIX {shown}, which is not read yet: send STIX 2.1."


def _row(number: int, value: dict[str, Any], raw: bytes, defaults: Defaults) -> Row:
    claim = defaults.claim
    confidence = value.get("confidence")
    if type(confidence) is int and 0 <= confidence <= 100:
        claim = replace(claim, confidence=confidence)
    identifier: Identifier | None = None
    try:
        identifier, role = named(value)
        claim = replace(claim, role=role) if role else claim
    except Unreadable:
        pass  # whether its value may be so is for the checks of STIX to say; it goes on as an object
    kind, identity = value["type"], value["id"]
    revoked = value.get("revoked") is True
    secret = withholds(value)
    return Row(
        number, kind, identity, identifier, None, claim, object_type=kind, raw=raw, revoked=revoked, secret=secret
    )
