"""What is known of somebody as files to hand over: one for machines, one to read."""

from collections.abc import Mapping
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from tocsin.identifiers import KINDS
from tocsin.stix import CRIME_TYPES

_pages = Environment(
    loader=PackageLoader("tocsin.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def as_files(known: Mapping[str, Any]) -> dict[str, bytes]:
    """`known.json` and `known.html`, by name, of what `publishing.subject_access` found."""
    page = _pages.get_template("known.html").render(
        known=known,
        kinds={name: kind.label for name, kind in KINDS.items()},
        crimes={slug: crime.label for slug, crime in CRIME_TYPES.items()},
    )
    return {
        "known.json": orjson.dumps(known, option=orjson.OPT_INDENT_2) + b"\n",
        "known.html": page.encode(),
    }
