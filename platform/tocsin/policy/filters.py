"""The filter of a collection that the exchange fills: a closed grammar over assertions, nothing relative to now.

    filter  = term *( " " term )          every term must hold
    term    = key ":" value *( "," value )    one of the values must hold
    key     = "kind" | "country" | "crime" | "role" | "tlp" | "source"

`source` is `member` or `open-list`; `country` what the identifier itself names (ISO 3166 alpha-2): of a phone's number,
an account's bank, a country-code domain; a `crime` lets its variants through too.
Example: `kind:iban,bank-account,phone country:SG,MY crime:bec`.
"""

from dataclasses import dataclass

from tocsin.identifiers import country_of
from tocsin.stix.crime import BROADER

KEYS = ("kind", "country", "crime", "role", "tlp", "source")


class BadFilter(ValueError):
    """A filter cannot be read. The message says what and where."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a filter can ask of an assertion."""

    kind: str
    value: str
    crime: str | None
    role: str | None
    tlp: str
    source: str

    @property
    def country(self) -> str | None:
        return country_of(self.kind, self.value)


Filter = tuple[tuple[str, frozenset[str]], ...]
"""Terms in the order in which they were written."""


def parse_filter(text: str | None) -> Filter:
    """The terms of a filter; the empty filter lets everything through."""
    terms: list[tuple[str, frozenset[str]]] = []
    for place, term in enumerate((text or "").split(), 1):
        key, colon, values = term.partition(":")
        chosen = frozenset(value for value in values.split(",") if value)
        if not colon or not chosen:
            raise BadFilter(f"Part {place} of the filter, {term!r}, is not written as key:value,value.")
        if key not in KEYS:
            raise BadFilter(f"Part {place} of the filter asks for {key!r}; it can ask for {', '.join(KEYS)}.")
        if key in dict(terms):
            raise BadFilter(f"The filter asks for {key!r} twice; put the values into one list.")
        terms.append((key, chosen))
    return tuple(terms)


def lets_through(terms: Filter, facts: Facts) -> bool:
    """Whether every term holds."""
    return all(
        getattr(facts, key) in values or (key == "crime" and BROADER.get(facts.crime) in values)
        for key, values in terms
    )
