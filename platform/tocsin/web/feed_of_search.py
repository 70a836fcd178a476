"""A search that is to be served as a feed: what of it a filter can hold, and what the collection may be called."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from tocsin.identifiers import KINDS
from tocsin.policy.filters import Filter, parse_filter
from tocsin.search import Filters, parse
from tocsin.search.as_filter import Fit, as_filter
from tocsin.stix import CRIME_TYPES
from tocsin.web.figures import country
from tocsin.web.forms import line
from tocsin.web.searching import narrowed_by
from tocsin.web.services import services
from tocsin.web.session import user

_LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Searched:
    """A search in the address of a form: its `text`, `query` as it leads back there, what fits, a title."""

    text: str
    query: str
    fit: Fit
    title: str


def searched() -> Searched | None:
    """The search in the request's parameters, None where there is none."""
    text, token = line(request.args, "q", longest=1_000), services().screening.number_token
    asked = parse(text, Filters.read(request.args), token=token, country=user().country, limit=1)
    filters = narrowed_by(asked)
    if not text and not filters:
        return None
    fit = as_filter(asked.wanted)
    shown = " ".join((text, *(f"{name}:{value}" for name, value in filters.items()))).strip()
    return Searched(shown, urlencode({"q": text, **filters}), fit, _title(parse_filter(fit.filter)))


def _title(terms: Filter) -> str:
    """What a collection with this filter may be called; without a dot."""
    parts = [", ".join(_named(key, value) for value in sorted(values)) for key, values in terms]
    return "; ".join(parts).replace(".", "")[:_LONGEST_TITLE]


def _named(key: str, value: str) -> str:
    match key:
        case "kind":
            return KINDS[value].label
        case "crime":
            return CRIME_TYPES[value].label
        case "country":
            return country(value)
        case "tlp":
            return f"TLP:{value.upper()}"
        case _:
            return value
