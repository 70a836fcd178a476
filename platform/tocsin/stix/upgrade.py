"""STIX 2.0 objects as STIX 2.1: the same id, dates and content, with what 2.1 asks for besides.

After appendix B of STIX 2.1, which lists what changed. Properties of a vendor's own stay as they are.
"""

from typing import Any

import orjson

from tocsin.stix.fields import spec_version_of

_TYPED = ("indicator", "malware", "report", "threat-actor", "tool")
"""Types whose `labels` of STIX 2.0 became a property of their own, such as `indicator_types`."""


def upgraded(raw: bytes) -> bytes:
    """The STIX 2.1 form of an object of STIX 2.0; anything else comes back as it is, to be checked by `check`."""
    if b'"2.1"' in raw:
        return raw
    try:
        content = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return raw
    if not isinstance(content, dict) or spec_version_of(content) != "2.0":
        return raw
    return orjson.dumps(_upgraded(content))


def _upgraded(content: dict[str, Any]) -> dict[str, Any]:
    made = {"type": content.get("type"), "spec_version": "2.1", **content} | {"spec_version": "2.1"}
    kind = made["type"]
    if kind in _TYPED and "labels" in made:
        made.setdefault(f"{kind.replace('-', '_')}_types", made.pop("labels"))
    if kind == "identity" and "labels" in made:
        made.setdefault("roles", made.pop("labels"))
    if kind == "indicator":
        made.setdefault("pattern_type", "stix")
    if kind == "malware":
        made.setdefault("is_family", False)
    return made
