"""What narrows a search down, by the names of its filters: in a form or an address, and in words."""

from collections.abc import Mapping
from dataclasses import fields
from typing import get_args

from tocsin.identifiers import KINDS
from tocsin.search import Filters
from tocsin.search.tiers import Why
from tocsin.stix import CRIME_TYPES
from tocsin.web.figures import country
from tocsin.web.languages import gettext
from tocsin.web.sentences import said

NAMES = tuple(one.name for one in fields(Filters))

_CHOICES = {"revoked": ("yes", "no"), "match": get_args(Why)}
"""The filters that have no values but these."""

WHY = {
    "whole": "exactly this",
    "part": "exactly this is part of it",
    "prefix": "begins so",
    "prefix-of-part": "part of it begins so",
    "substring": "contains it",
    "same-looks": "looks the same",
    "look-alike": "looks like it",
    "text": "in its text",
}


def narrowing_in(form: Mapping[str, str]) -> dict[str, str]:
    """The filters that a form or an address has, as texts; without those that would narrow nothing."""
    said = {name: form[name] for name in NAMES if form.get(name)}
    return {name: one for name, one in said.items() if name not in _CHOICES or one in _CHOICES[name]}


def label(name: str) -> str:
    """What a filter is called."""
    labels = {
        "kind": gettext("Kind"),
        "crime_type": gettext("Crime"),
        "country": gettext("Country"),
        "tlp": gettext("Marking"),
        "collection": gettext("Collection"),
        "member": gettext("Named source"),
        "revoked": gettext("Withdrawn"),
        "match": gettext("Why"),
    }
    return labels.get(name, name)


def worded(name: str, value: str, titles: Mapping[str, str]) -> str:
    """What a filter asks for; `titles` are those of collections that may be read, by id."""
    match name:
        case "kind":
            return said(KINDS[value].label) if value in KINDS else value
        case "crime_type":
            return said(CRIME_TYPES[value].label) if value in CRIME_TYPES else value
        case "country":
            return country(value)
        case "tlp":
            return f"TLP:{value.upper()}"
        case "collection":
            return titles.get(value) or gettext("another collection")
        case "match":
            return said(WHY.get({"exact": "whole"}.get(value, value), value))
        case "revoked":
            return {"yes": gettext("yes"), "no": gettext("no")}.get(value, value)
        case _:
            return value
