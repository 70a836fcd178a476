"""Things that STIX has no object for, such as listings, ships and names: one observable type of our own for them.

Type `entity-identifier` with one property `value`, `KIND:CANONICAL`: the kind of identifier belongs to it because the
same letters mean different things as a name and as an invoice.
"""

from collections.abc import Callable
from typing import Any

from tocsin.identifiers.identifier import Hints, Identifier, Kind
from tocsin.identifiers.stix_form import observable, pattern

TYPE = "entity-identifier"


def never(_text: str) -> bool:
    """A test for texts that nobody can tell from others: a heading has to name the kind."""
    return False


def entity_kind(
    name: str,
    label: str,
    read: Callable[[str, Hints], Identifier],
    looks_like: Callable[[str], bool] = never,
    *,
    personal: bool,
    kept: bool = False,
    secret: bool = False,
) -> Kind:
    """A kind whose identifiers are published, if at all, as observables of the type `entity-identifier`."""
    return Kind(name, label, personal, looks_like, read, _observable, _pattern, secret=secret, kept=kept)


def _observable(identifier: Identifier) -> dict[str, Any]:
    return observable(TYPE, {"value": f"{identifier.kind}:{identifier.value}"})


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern(f"{TYPE}:value", f"{identifier.kind}:{identifier.value}")
