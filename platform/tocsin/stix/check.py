"""Checking a STIX 2.1 object that somebody sent, without changing a byte of it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import jsonschema_rs
from stix2patterns.v21.pattern import ParseException, Pattern

from tocsin.identifiers import deterministic_id
from tocsin.stix.fields import version_key
from tocsin.stix.patterns import comparisons

LARGEST_OBJECT = 1_000_000
"""Bytes of one object."""

_LONGEST_PATTERN = 20_000
_DEEPEST = 60
_ID = re.compile(r"([a-z][a-z0-9-]{1,248})--([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_TYPE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_FOLDERS = ("sdos", "sros", "observables", "common")
_CONTRIBUTING = {
    "domain-name": ("value",),
    "url": ("value",),
    "ipv4-addr": ("value",),
    "ipv6-addr": ("value",),
    "email-addr": ("value",),
    "phone-number": ("value",),
    "cryptocurrency-wallet": ("value",),
    "bank-account": ("iban", "account_number"),
}


class BadObject(ValueError):
    """An object is not valid STIX 2.1. The message says which property and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the exchange needs to know of a valid object; `version` is its modified or created as written."""

    id: str
    type: str
    spec_version: str
    version: str | None
    created_by_ref: str | None
    revoked: bool
    object: Mapping[str, Any]


def check(raw: bytes) -> Checked:
    """The object in these bytes, if it is valid; BadObject otherwise."""
    content = _content(raw)
    object_type = _identity(content)
    if content.get("spec_version") != "2.1":
        raise BadObject("spec_version: this object is not marked as STIX 2.1, which is all that is taken here.")
    _dates(content)
    _against_schema(content, object_type)
    _observable_id(content, object_type)
    if object_type == "indicator" and content.get("pattern_type") == "stix":
        _pattern(content["pattern"])
    return Checked(
        id=content["id"],
        type=object_type,
        spec_version="2.1",
        version=content.get("modified") or content.get("created"),
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
        content = json.loads(raw, object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise BadObject(f"The object is not UTF-8 at byte {error.start}.") from error
    except json.JSONDecodeError as error:
        raise BadObject(f"The object is not JSON: line {error.lineno}, column {error.colno}.") from error
    if not isinstance(content, dict):
        raise BadObject("This is not a STIX object: an object in curly brackets is needed.")
    return content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadObject(f"{twice[:60]}: the property stands twice.")
    return content


def _no_constant(name: str) -> Any:
    raise BadObject(f"{name} is not a number in JSON.")


def _depth(raw: bytes) -> int:
    """An upper bound for the nesting of JSON: brackets inside texts count too."""
    deepest = depth = 0
    for match in re.finditer(rb"[\[{\]}]", raw):
        depth += 1 if match[0] in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _identity(content: Mapping[str, Any]) -> str:
    object_type, identity = content.get("type"), content.get("id")
    if not isinstance(object_type, str) or not _TYPE.fullmatch(object_type):
        raise BadObject("type: a STIX object needs one, in small letters, digits and hyphens.")
    match = _ID.fullmatch(identity) if isinstance(identity, str) else None
    if match is None or match[1] != object_type:
        raise BadObject(f"id: it has to be {object_type[:60]}-- and a UUID in small letters.")
    return object_type


def _dates(content: Mapping[str, Any]) -> None:
    keys: dict[str, str] = {}
    for name in ("created", "modified", "valid_from", "valid_until", "first_seen", "last_seen"):
        if name in content:
            try:
                keys[name] = version_key(content[name])
            except (TypeError, ValueError) as error:
                raise BadObject(f"{name}: it has to be a date and time such as 2026-01-31T09:30:00.000Z.") from error
    for first, second in (("created", "modified"), ("valid_from", "valid_until"), ("first_seen", "last_seen")):
        if first in keys and second in keys and keys[second] < keys[first]:
            raise BadObject(f"{second}: it lies before {first}.")


def _against_schema(content: Mapping[str, Any], object_type: str) -> None:
    validator = _validators().get(object_type)
    if validator is None:
        if object_type == "bundle":
            raise BadObject("type: a bundle inside a bundle is not taken.")
        if not (object_type.startswith("x-") or content.get("extensions")):
            raise BadObject(f"type: {object_type[:60]!r} is no type of STIX 2.1 and no extension defines it.")
        validator = _validators()["core" if "created" in content else "cyber-observable-core"]
    for error in validator.iter_errors(content):
        place = ".".join(str(part) for part in error.instance_path)
        raise BadObject(f"{place or object_type}: {_plain(error)}"[:300])


def _plain(error: Any) -> str:
    kind = str(error.schema_path[-1]) if error.schema_path else ""
    words = {
        "required": "a property that STIX requires is missing",
        "enum": "it is none of the values that STIX allows here",
        "pattern": "it is not written as STIX asks",
        "type": "it is of the wrong type",
        "minItems": "an empty list is not allowed",
        "format": "it is not written as STIX asks",
        "not": "STIX forbids this",
    }
    if kind == "required":
        return str(error.message).replace('"', "'")
    return words.get(kind, "it is not valid STIX 2.1") + "."


def _observable_id(content: Mapping[str, Any], object_type: str) -> None:
    """An id made of a value has to be made of this value, or an object could take another's place."""
    names = _CONTRIBUTING.get(object_type)
    if names is None or UUID(content["id"].partition("--")[2]).version != 5:
        return
    contributing = {name: content[name] for name in names if name in content}
    accepted = [contributing, {"iban": content.get("iban")}] if object_type == "bank-account" else [contributing]
    if content["id"] not in [deterministic_id(object_type, one) for one in accepted]:
        raise BadObject("id: it is not the id that STIX gives to this value.")


def _pattern(pattern: str) -> None:
    if len(pattern) > _LONGEST_PATTERN:
        raise BadObject(f"pattern: it is longer than {_LONGEST_PATTERN:,} characters.")
    if comparisons(pattern) is not None:
        return
    try:
        Pattern(pattern)
    except (ParseException, ValueError, RecursionError) as error:
        raise BadObject("pattern: it does not follow the grammar of STIX patterns.") from error


@cache
def _validators() -> dict[str, Any]:
    """A compiled OASIS schema for each type, and for what all objects have in common."""
    root = files("stix2validator") / "schemas-2.1" / "schemas"
    schemas = {
        schema["$id"]: schema
        for folder in _FOLDERS
        for path in (root / folder).iterdir()
        if path.name.endswith(".json")
        for schema in [json.loads(path.read_text())]
    }
    registry = jsonschema_rs.Registry([(name, schema) for name, schema in schemas.items()])
    return {
        name.rpartition("/")[2].removesuffix(".json"): jsonschema_rs.validator_for(schema, registry=registry)
        for name, schema in schemas.items()
        if schema.get("title") not in ("bundle",)
    }
