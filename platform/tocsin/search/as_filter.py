"""A question as the filter of a collection, as far as a filter can hold it; what it cannot hold, and why. Pure.

One meaning in both places: of an indicator that rests on one assertion, the question finds it exactly where the filter
lets the assertion through. Where several assertions make an indicator, the question asks what they say together and
the filter looks at each by itself.
"""

from dataclasses import dataclass

from tocsin.identifiers import KINDS
from tocsin.intake.row import ROLES
from tocsin.policy.filters import KEYS
from tocsin.search.expression import All, Has, Node, Not, Some, Thing, Within
from tocsin.stix import CRIME_TYPES, TLP
from tocsin.stix.crime import BROADER, with_variants

_KEYS = {
    "kind": "kind",
    "country": "country",
    "crime_types": "crime",
    "roles": "role",
    "tlp": "tlp",
    "source": "source",
}
"""Fields of the index that a filter can ask for, and what it calls them."""

_KNOWN: dict[str, frozenset[str]] = {
    "kind": frozenset(KINDS),
    "crime": frozenset(CRIME_TYPES),
    "role": frozenset(one for one in ROLES if one is not None),
    "tlp": frozenset(TLP),
    "source": frozenset(("member", "open-list")),
}

_LIVE = (Has("revoked", ("no",)), Not(Has("revoked", ("yes",))))

_CALENDAR = "A filter does not follow the calendar (since, until, new): whoever polls asks for what is new to them."
_BESIDE = {
    "modified": _CALENDAR,
    "created": _CALENDAR,
    "confidence": (
        "A filter looks at each report by itself, and confidence follows from all of them: whoever polls can ask for "
        "a confidence."
    ),
    "sources": "A filter does not ask in whose name something is said (member): choose who may hand in for the feed.",
    "collection": "A feed is a collection of its own and asks for no other (collection): choose who fills it.",
    "revoked": "What is withdrawn leaves every feed, so that none can be made of it (revoked:yes).",
}
"""What a search can ask for and a filter cannot, by field."""

_WORDS = "Words and values: a filter asks for kinds, countries, crimes, roles, markings and sources, not for a text."
_BUT = "NOT: a filter says what it takes, not what it leaves out."
_EITHER = "OR: one part of a filter can have several values, such as kind:iban,phone; different parts all have to hold."
_SENSELESS = "It names something that no report can say, so that nothing would ever go in."
_EXCLUDED = "Two parts of it exclude each other: no report says both, so that nothing would ever go in."


@dataclass(frozen=True, slots=True)
class Fit:
    """The filter that holds a question, or the parts of it that fit; `lacking` are sentences on what does not.

    Where something is lacking, the filter takes more than the question finds.
    """

    filter: str
    lacking: tuple[str, ...] = ()


def as_filter(wanted: Node) -> Fit:
    """The filter that lets through what `wanted` finds."""
    terms: dict[str, frozenset[str]] = {}
    lacking: list[str] = []
    for part in _parts(wanted):
        found = _term(part)
        if isinstance(found, str):
            lacking.append(found)
            continue
        key, values = found
        terms[key] = terms[key] & values if key in terms else values
    lacking += [_EXCLUDED for values in terms.values() if not values]
    written = [f"{key}:{','.join(_shortest(key, terms[key]))}" for key in KEYS if terms.get(key)]
    return Fit(" ".join(written), tuple(dict.fromkeys(lacking)))


def _parts(node: Node) -> list[Node]:
    """What has to hold; that it is not withdrawn holds in every feed."""
    if isinstance(node, All):
        return [one for part in node.parts for one in _parts(part)]
    return [] if node in _LIVE else [node]


def _term(node: Node) -> tuple[str, frozenset[str]] | str:
    """A part of a filter, with all the values that it lets through; or why it is none."""
    match node:
        case Has(field, terms):
            return _values(field, terms)
        case Some(()):
            return _SENSELESS
        case Some(parts):
            return _either(parts)
        case Within(field):
            return _BESIDE.get(field, _WORDS)
        case Not():
            return _BUT
        case Thing():
            return _WORDS
        case _:
            return _EITHER


def _either(parts: tuple[Node, ...]) -> tuple[str, frozenset[str]] | str:
    """One part of a filter, where all that may hold asks for the same."""
    found = [_term(part) for part in parts]
    terms = [one for one in found if not isinstance(one, str)]
    if len({key for key, _ in terms}) == 1 and len(terms) == len(found):
        return terms[0][0], frozenset().union(*(values for _, values in terms))
    return _EITHER


def _values(field: str, terms: tuple[str, ...]) -> tuple[str, frozenset[str]] | str:
    key = _KEYS.get(field)
    if key is None:
        return _BESIDE.get(field, _WORDS)
    known = [one for one in terms if (one in _KNOWN[key] if key in _KNOWN else len(one) == 2 and one.isalpha())]
    if not known or len(known) < len(terms):
        return _SENSELESS
    return key, frozenset(with_variants(known) if key == "crime" else known)


def _shortest(key: str, values: frozenset[str]) -> list[str]:
    """The values as people write them: a type of crime stands for its variants."""
    return sorted(one for one in values if key != "crime" or BROADER.get(one) not in values)
