"""The kinds of crime that a report can name: data in `crime_types.json`, with what MISP and OpenCTI call the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

import orjson


@dataclass(frozen=True, slots=True)
class CrimeType:
    """What people call it, and one sentence on what it is.

    `group` is a key of CRIME_GROUPS; `broader` the slug of the type that it is a variant of; `misp` a machine tag of a
    MISP taxonomy or galaxy; `opencti` a word of its vocabulary of incident types, None where they have none;
    `aseanapol`: one of the crimes that the ten police forces exchange on.
    """

    label: str
    meaning: str
    group: str
    broader: str | None = None
    misp: str | None = None
    opencti: str | None = None
    aseanapol: bool = False


_DATA = orjson.loads((files(__package__) / "crime_types.json").read_bytes())

CRIME_GROUPS: dict[str, str] = _DATA["groups"]
"""What types of crime are listed under, in this order."""

CRIME_TYPES: dict[str, CrimeType] = {one.pop("slug"): CrimeType(**one) for one in _DATA["types"]}
"""By the slug that is used in labels, filters and files."""

BROADER: dict[str | None, str] = {slug: one.broader for slug, one in CRIME_TYPES.items() if one.broader is not None}
"""The types that have a broader one, and which."""


def with_broader(slug: str | None) -> tuple[str, ...]:
    """A type of crime and what it is a variant of, so that whoever asks for business e-mail compromise gets each."""
    if slug is None:
        return ()
    return (slug, BROADER[slug]) if slug in BROADER else (slug,)


def with_variants(slugs: Iterable[str]) -> tuple[str, ...]:
    """Types of crime, and after them the variants of each."""
    named = tuple(slugs)
    return (*named, *(one for one, broader in BROADER.items() if one is not None and broader in named))
