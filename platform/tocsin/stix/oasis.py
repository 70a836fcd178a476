"""The JSON Schemas that OASIS publishes for STIX 2.0 and 2.1, compiled once, and ours for our extensions."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

from tocsin.stix.extensions import OBJECT_SCHEMAS, SCHEMAS

_FOLDERS = ("sdos", "sros", "observables", "common")
_NO_OBJECTS = {"2.0": ("common", "observables"), "2.1": ("common",)}
"""Folders whose schemas are parts of objects: in STIX 2.0 observables stand inside others."""

_TYPES_IN_COMMON = ("marking-definition", "language-content", "extension-definition")
_WORDS = {
    "required": "STIX requires it, and it is missing",
    "additionalProperties": "this property is not allowed here",
    "enum": "it is none of the values that are allowed here",
    "const": "it is not the value that is asked for here",
    "pattern": "it is not written as STIX asks",
    "type": "it is of the wrong type",
    "minItems": "an empty list is not allowed",
    "minProperties": "it is empty",
    "minLength": "it is too short",
    "maxLength": "it is too long",
    "minimum": "the number is too small",
    "maximum": "the number is too large",
    "uniqueItems": "the same stands in it twice",
    "not": "STIX forbids properties that it has",
}


def is_known(object_type: str, spec_version: str = "2.1") -> bool:
    """Whether STIX itself defines this type of object."""
    return object_type in _validators(spec_version)[0]


def problem(content: Mapping[str, Any], object_type: str, spec_version: str = "2.1") -> str | None:
    """What of an object breaks the schema of its type, `property: why` in plain words; None where all is well.

    A type that STIX does not know has to be what all objects are, or all observables where it has no `created`.
    """
    types, common = _validators(spec_version)
    validator = types.get(object_type) or common["core" if "created" in content else "cyber-observable-core"]
    own = _own_validators().get(object_type)
    return _first(validator, content, "") or (_first(own, content, "") if own is not None else None)


def required_of(object_type: str, spec_version: str = "2.1") -> frozenset[str]:
    """The properties that STIX requires of a type besides those that all objects have."""
    schemas = _schemas(spec_version)
    places = ((folder, object_type) for folder in _FOLDERS)
    found: Mapping[str, Any] = next((schemas[place] for place in places if place in schemas), {})
    return frozenset(found.get("required", ()))


def extension_problem(identity: str, extension: Any) -> str | None:
    """What of one of our own extensions breaks its schema; None for a valid one and for those of others."""
    validator = _own_validators().get(identity)
    return _first(validator, extension, "extensions.") if validator else None


def _first(validator: Any, content: Any, before: str) -> str | None:
    if validator.is_valid(content):
        return None
    error = _nearest(list(validator.iter_errors(content)))
    place = [str(part)[:60] for part in error.instance_path]
    name = error.kind.name
    if name == "required":
        place.append(str(error.kind.property)[:60])
    elif name == "additionalProperties":
        place.append(str(error.kind.unexpected[0])[:60])
    words = _WORDS.get(name, "it is not as STIX describes it")
    return f"{before}{'.'.join(place[:8]) or 'object'}: {words}."


def _nearest(errors: list[Any]) -> Any:
    """The error to name: where alternatives failed, that of the alternative with the fewest."""
    error = errors[0]
    alternatives = [each for each in getattr(error.kind, "context", None) or [] if each]
    return _nearest(min(alternatives, key=len)) if alternatives else error


@cache
def _schemas(spec_version: str) -> dict[tuple[str, str], Any]:
    """The schemas by folder and name."""
    root = _validator_home() / f"schemas-{spec_version}" / "schemas"
    schemas = {
        (folder, path.name.removesuffix(".json")): orjson.loads(path.read_bytes())
        for folder in _FOLDERS
        for path in _schemas_in(root / folder)
    }
    for name in ("created", "modified"):
        # OASIS asks for three digits of a second at least. Many producers write fewer, and their meaning is clear.
        schemas["common", "core"]["properties"][name] = {"$ref": "../common/timestamp.json"}
    return schemas


@cache
def _validators(spec_version: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The compiled schemas of the types, and those of what several types have in common, by name."""
    schemas = _schemas(spec_version)
    registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in schemas.values()])
    types: dict[str, Any] = {}
    common: dict[str, Any] = {}
    for (folder, name), schema in schemas.items():
        is_type = folder not in _NO_OBJECTS[spec_version] or name in _TYPES_IN_COMMON
        (types if is_type else common)[name] = jsonschema_rs.validator_for(schema, registry=registry)
    return types, common


@cache
def _own_validators() -> dict[str, Any]:
    root = files("tocsin.stix") / "schemas"
    return {
        identity: jsonschema_rs.validator_for(orjson.loads((root / name).read_bytes()))
        for identity, name in (SCHEMAS | OBJECT_SCHEMAS).items()
    }


def _validator_home() -> Path:
    """Where the package with the schemas lies, found without importing it: that takes 2 s and 20 MB for nothing."""
    spec = find_spec("stix2validator")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("stix2validator")
    return Path(spec.origin).parent


def _schemas_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.name.endswith(".json"))
