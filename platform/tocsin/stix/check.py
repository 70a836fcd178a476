"""Checking a STIX object that somebody sent, without changing a byte of it: 2.1, and 2.0 where that is taken."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from uuid import UUID

import orjson
from stix2patterns.v20.pattern import Pattern as Pattern20
from stix2patterns.v21.pattern import ParseException, Pattern

from tocsin.identifiers import deterministic_id
from tocsin.stix import oasis
from tocsin.stix.extensions import INDICATOR_EXTENSION
from tocsin.stix.fields import spec_version_of, version_key
from tocsin.stix.patterns import comparisons

LARGEST_OBJECT = 1_000_000
"""Bytes of one object."""

_LONGEST_PATTERN = 65_536
_LONGEST_PARSED = 20_000  # about a second in the parser, whatever the pattern
_DEEPEST = 100
_LONGEST_DATE = 1_000  # no index takes a text of thousands of digits
_END_OF_DATES = "9999"  # a withdrawal needs a later moment, which has to be one that can be written
_ID = re.compile(r"([a-z0-9-]{1,250})--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TYPE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.S)
_QUOTES_CLOSED = re.compile(r"[^'\\]*+(?:'[^'\\]*+(?:\\['\\][^'\\]*+)*+'[^'\\]*+)*+")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ORDERED = (
    ("created", "modified"),
    ("valid_from", "valid_until"),
    ("first_seen", "last_seen"),
    ("first_observed", "last_observed"),
    ("start_time", "stop_time"),
)
_CONTRIBUTING = {
    "domain-name": ("value",),
    "url": ("value",),
    "ipv4-addr": ("value",),
    "ipv6-addr": ("value",),
    "mac-addr": ("value",),
    "email-addr": ("value",),
    "phone-number": ("value",),
    "cryptocurrency-wallet": ("value",),
    "bank-account": ("iban", "account_number"),
    "entity-identifier": ("value",),
    "software": ("name", "cpe", "swid", "vendor", "version"),
    "user-account": ("account_type", "user_id", "account_login"),
    "file": ("hashes", "name", "parent_directory_ref"),
}
_HASHES = ("MD5", "SHA-1", "SHA-256", "SHA-512")


class BadObject(ValueError):
    """An object is not valid STIX. The message says which property and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the exchange needs to know of a valid object; `version` is its modified or created, as written."""

    id: str
    type: str
    spec_version: str
    version: str | None
    created: str | None
    created_by_ref: str | None
    revoked: bool
    object: Mapping[str, Any]


def check(raw: bytes, *, old: bool = False) -> Checked:
    """The object in these bytes, if it is valid; BadObject otherwise. `old`: STIX 2.0 is taken too."""
    content = _content(raw)
    spec_version = spec_version_of(content)
    if spec_version not in (("2.0", "2.1") if old else ("2.1",)):
        raise BadObject(
            f"spec_version: this object is STIX {spec_version[:10]}, which is not taken here; send STIX 2.1."
        )
    object_type = _type_and_id(content, spec_version)
    _common(content)
    _dates(content)
    _schemas(content, object_type, spec_version)
    if spec_version == "2.1":
        _observable_id(content, object_type)
    if object_type == "indicator" and (spec_version == "2.0" or content["pattern_type"] == "stix"):
        _pattern(content["pattern"], Pattern if spec_version == "2.1" else Pattern20)
    return Checked(
        id=content["id"],
        type=object_type,
        spec_version=spec_version,
        version=content.get("modified") or content.get("created"),
        created=content.get("created"),
        created_by_ref=content.get("created_by_ref"),
        revoked=content.get("revoked", False),
        object=content,
    )


def _content(raw: bytes) -> dict[str, Any]:
    if len(raw) > LARGEST_OBJECT:
        raise BadObject(f"The object has {len(raw):,} bytes; the most that is taken is {LARGEST_OBJECT:,}.")
    if _depth(raw) > _DEEPEST:
        raise BadObject(f"The object is nested more than {_DEEPEST} levels deep.")
    try:
        content = orjson.loads(raw)
        json.loads(raw, object_pairs_hook=_once)  # orjson keeps the last of two properties of a name
    except json.JSONDecodeError as error:
        raise BadObject(f"The object is not JSON in UTF-8: line {error.lineno}, column {error.colno}.") from error
    if not isinstance(content, dict):
        raise BadObject("This is not a STIX object: an object in curly brackets is needed.")
    return content


def _depth(raw: bytes) -> int:
    """How deep JSON is nested; no more than that can be said of what is not JSON."""
    brackets = _TEXT.sub(b"", raw).translate(None, _NOT_BRACKETS)
    return max(accumulate(1 if sign in b"[{" else -1 for sign in brackets), default=0)


def _once(pairs: list[tuple[str, Any]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise BadObject(f"{twice[:60]}: the property stands twice, so that nobody can say which one holds.")


def _type_and_id(content: Mapping[str, Any], spec_version: str) -> str:
    object_type, identity = content.get("type"), content.get("id")
    if not isinstance(object_type, str) or not _TYPE.fullmatch(object_type):
        raise BadObject("type: a STIX object needs one, in small letters, digits and hyphens.")
    if object_type == "bundle":
        raise BadObject("type: a bundle inside a bundle is not taken.")
    if not (oasis.is_known(object_type, spec_version) or object_type.startswith("x-") or content.get("extensions")):
        raise BadObject(f"type: {object_type[:60]!r} is no type of STIX {spec_version}, and no extension defines it.")
    match = _ID.fullmatch(identity) if isinstance(identity, str) else None
    if match is None or match[1] != object_type:
        raise BadObject(f"id: it has to be {object_type[:60]}-- and a UUID in small letters.")
    return object_type


def _common(content: Mapping[str, Any]) -> None:
    """What the schema of an observable, which has neither author nor versions, leaves open."""
    if not isinstance(content.get("revoked", False), bool):
        raise BadObject("revoked: it has to be true or false.")
    if not isinstance(content.get("created_by_ref", ""), str):
        raise BadObject("created_by_ref: it has to be the id of an identity.")


def _dates(content: Mapping[str, Any]) -> None:
    keys = {name: _date(name, content[name]) for pair in _ORDERED for name in pair if name in content}
    for first, second in _ORDERED:
        if first in keys and second in keys and keys[second] < keys[first]:
            raise BadObject(f"{second}: it lies before {first}.")
    if keys.get("modified", keys.get("created", "")).startswith(_END_OF_DATES):
        raise BadObject("modified: it lies at the end of all dates.")


def _date(name: str, text: Any) -> str:
    try:
        if text[10] == "T" and text[-1] == "Z" and len(text) <= _LONGEST_DATE:
            return version_key(text)
    except (TypeError, ValueError, LookupError):
        pass
    raise BadObject(f"{name}: it has to be a date and time in UTC such as 2026-01-31T09:30:00.000Z.")


def _schemas(content: Mapping[str, Any], object_type: str, spec_version: str) -> None:
    problem = oasis.problem(content, object_type, spec_version)
    if problem is not None:
        raise BadObject(problem)
    for identity, extension in content.get("extensions", {}).items() if spec_version == "2.1" else ():
        problem = oasis.extension_problem(identity, extension)
        if problem is not None:
            raise BadObject(problem)
        if identity == INDICATOR_EXTENSION:
            _dates(extension)


def is_value_id(object_id: str) -> bool:
    """Whether the id is made of the value: whatever valid object has it is the same thing (STIX 2.1 section 2.9)."""
    object_type, _, unique = object_id.partition("--")
    return object_type in _CONTRIBUTING and UUID(unique).version == 5


def _observable_id(content: Mapping[str, Any], object_type: str) -> None:
    """An id made of a value has to be made of this value, or an object could take another's place."""
    names = _CONTRIBUTING.get(object_type, ())
    for name in names:
        if not isinstance(content.get(name, ""), dict if name == "hashes" and name in content else str):
            raise BadObject(f"{name}: it is of the wrong type.")
    if not is_value_id(content["id"]):
        return
    if object_type == "file" and "extensions" in content:
        return  # they contribute too, in a form that tools do not agree on
    made = {name: _contribution(content[name]) for name in names if name in content}
    # OpenCTI makes the id of an account of its IBAN alone.
    accepted = [made, {"iban": made["iban"]}] if object_type == "bank-account" and "iban" in made else [made]
    if content["id"] not in [deterministic_id(object_type, one) for one in accepted]:
        raise BadObject("id: it is not the id that STIX gives to this value (STIX 2.1 section 2.9).")


def _contribution(value: Any) -> Any:
    """Of several hashes the first by STIX's order of preference contributes to the id (STIX 2.1 section 2.9)."""
    if not isinstance(value, dict):
        return value
    name = next(name for name in (*_HASHES, *sorted(value)) if name in value)
    return {name: value[name]}


def _pattern(pattern: str, grammar: Callable[[str], object]) -> None:
    if len(pattern) > _LONGEST_PATTERN:
        raise BadObject(f"pattern: it is longer than {_LONGEST_PATTERN:,} characters.")
    if comparisons(pattern) is not None:
        return
    if len(pattern) > _LONGEST_PARSED:
        raise BadObject(f"pattern: it is longer than {_LONGEST_PARSED:,} characters and not a plain list of values.")
    try:
        # The parser takes minutes over thousands of quotes of which the last is missing.
        if _QUOTES_CLOSED.fullmatch(pattern) is None:
            raise ValueError(pattern)
        grammar(pattern)
    except (ParseException, ValueError, RecursionError) as error:
        raise BadObject("pattern: it does not follow the grammar of STIX patterns (STIX 2.1 section 9).") from error
