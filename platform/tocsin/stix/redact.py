"""What is left of an object after an erasure: that it was there, and that it holds no longer."""

import re
from typing import Any

import orjson

from tocsin.stix.crime import CRIME_TYPES
from tocsin.stix.extensions import INDICATOR_EXTENSION
from tocsin.stix.oasis import required_of
from tocsin.times import parse_stamp, stamp

_ERASED = "erased"
"""What stands in the place of every text that was erased."""

_COMMON = (
    "type",
    "spec_version",
    "id",
    "created_by_ref",
    "created",
    "modified",
    "confidence",
    "valid_until",
    "indicator_types",
    "object_refs",
    "object_marking_refs",
)
_TEXTS = ("name", "content", "product")
_OURS = ("extension_type", "kind", "crime_types", "independent_members", "first_seen", "last_seen")
_ONE = re.compile(r"(\[(?:user-account:account_type = '[a-z-]{1,40}' AND )?[^=]*= *)'(?:[^'\\]|\\.)*'\]", re.S)
_NOTHING = f"[x-erased:value = '{_ERASED}']"


def redacted(body: bytes, at: int) -> bytes | None:
    """The last version of an erased object: revoked, later than `body`, without anything that it was about.

    What filters find objects by stays (crime types, confidence, marking), and of a pattern the kind of thing. None
    for an object without `modified`, which cannot be revoked (STIX 2.1 section 3.7).
    """
    content: dict[str, Any] = orjson.loads(body)
    if "modified" not in content:
        return None
    kept = {*_COMMON, *required_of(content["type"], content.get("spec_version", "2.0"))}
    made = {name: value for name, value in content.items() if name in kept}
    made |= {name: _ERASED for name in _TEXTS if name in content}
    made["modified"] = stamp(max(at, parse_stamp(content["modified"]) + 1))
    made["revoked"] = True
    made |= dict(_emptied(content))
    return orjson.dumps(made)


def is_redacted(body: bytes) -> bool:
    """Whether this is what `redacted` leaves of an object."""
    content: dict[str, Any] = orjson.loads(body)
    if not content.get("revoked"):
        return False
    emptied = redacted(body, 0)
    return emptied is not None and {**orjson.loads(emptied), "modified": content["modified"]} == content


def _emptied(content: dict[str, Any]) -> Any:
    """What has to be there in some form, as (name, value)."""
    if "pattern" in content:
        yield "pattern", _pattern(content)
    if "extensions" in content:
        yield "extensions", {name: _extension(name, one) for name, one in content["extensions"].items()}
    crimes = [label for label in content.get("labels", ()) if label in CRIME_TYPES]
    if crimes:
        yield "labels", crimes
    match content["type"]:
        case "location":
            yield "region", _ERASED
        case "malware-analysis":
            yield "result", "unknown"
        case "observed-data" if "objects" in content:
            yield "objects", {"0": {"type": "x-erased", "id": "x-erased--" + content["id"].partition("--")[2]}}


def _pattern(content: dict[str, Any]) -> str:
    """A pattern of the same kind that matches nothing; one in another language than STIX keeps nothing at all."""
    if content.get("pattern_type", "stix") != "stix":
        return _ERASED
    match = _ONE.fullmatch(content["pattern"])
    return f"{match[1]}'{_ERASED}']" if match else _NOTHING


def _extension(name: str, extension: Any) -> dict[str, Any]:
    names = _OURS if name == INDICATOR_EXTENSION else ("extension_type",)
    return {name: extension[name] for name in names if name in extension} if isinstance(extension, dict) else {}
