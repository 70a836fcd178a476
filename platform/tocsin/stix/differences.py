"""What one version of a STIX object says otherwise than the version before it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

_ALWAYS = frozenset(("modified",))
"""Differs in every version by rule (STIX 2.1 section 3.6) and is shown beside it anyway."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A property by its path, such as `extensions.….roles`, and what was there before and after; None for nothing.

    Of lists only what came and what went is told, as a list each; another order is no difference.
    """

    path: str
    before: str | None
    after: str | None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between two versions, in the order of the newer one's properties."""
    return list(_between("", {k: v for k, v in before.items() if k not in _ALWAYS}, after, _ALWAYS))


def _between(
    path: str, before: Mapping[str, Any], after: Mapping[str, Any], without: frozenset[str] = frozenset()
) -> Iterator[Difference]:
    for name in (*after, *(name for name in before if name not in after)):
        old, new = before.get(name), after.get(name)
        if old == new or name in without:
            continue
        here = f"{path}.{name}" if path else name
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _between(here, old, new)
        elif isinstance(old, list) and isinstance(new, list):
            went, came = [one for one in old if one not in new], [one for one in new if one not in old]
            if went or came:
                yield Difference(here, _text(went) if went else None, _text(came) if came else None)
        else:
            yield Difference(here, _text(old), _text(new))


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return orjson.dumps(value).decode()
