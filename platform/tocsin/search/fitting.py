"""Whether one document fits a question, without an engine: for many questions that wait for few documents. Pure.

What an engine would find of a single document, by the same terms (`document`, `tiers`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tocsin.search.document import Document, terms_of
from tocsin.search.expression import All, Begins, Has, Lookup, Node, Not, Row, Some
from tocsin.search.fields import COUNTED, TEXTS

_BEGINNING = 6
_PART = 6
"""Characters by which a beginning, and a part of a value, is known."""

Key = tuple[str, str]
"""A sort of terms, and a term: what a question waits for."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document is found by: its terms, those that stand in a row, and its numbers, by field."""

    terms: dict[str, frozenset[str]]
    rows: dict[str, str]
    numbers: dict[str, int | None]


def facts_of(document: Document) -> Facts:
    """What this document is found by."""
    found = terms_of(document)
    terms: dict[str, Iterable[str]] = {
        "kind": (document.kind,),
        "country": (document.country,) if document.country else (),
        "tlp": (document.tlp,),
        "collection": (document.collection,),
        "roles": document.roles,
        "source": (document.source,),
        "revoked": ("yes" if document.revoked else "no",),
        **{
            name: getattr(found, name)
            for name in ("crime_types", "members", "sources", "whole", "exact", "looks", "lookalikes", *TEXTS)
        },
    }
    return Facts(
        {name: frozenset(some) for name, some in terms.items()},
        {name: _in_a_row(getattr(found, name)) for name in TEXTS},
        {name: getattr(document, name) for name in ("seq", "created", "modified", "confidence")},
    )


def fits(node: Node, facts: Facts) -> bool:
    """Whether a document with these facts fits; `node` as `tiers.plainly` makes it."""
    if isinstance(node, All):
        return all(fits(part, facts) for part in node.parts)
    if isinstance(node, Some):
        return any(fits(part, facts) for part in node.parts)
    if isinstance(node, Not):
        return not fits(node.part, facts)
    if not isinstance(node, Lookup):
        raise TypeError("A thing has to be made into look-ups first.")
    return _has(node, facts)


def _has(node: Lookup, facts: Facts) -> bool:
    if isinstance(node, Has):
        return not facts.terms[node.field].isdisjoint(node.terms)
    if isinstance(node, Begins):
        return any(term.startswith(node.prefix) for term in facts.terms[node.field])
    if isinstance(node, Row):
        return _in_a_row(node.terms) in facts.rows[node.field]
    number = facts.numbers[node.field]
    if number is None:
        return False
    return (node.low is None or number >= node.low) and (node.high is None or number <= node.high)


def awaited(node: Node) -> frozenset[Key] | None:
    """Keys of which every document that fits has at least one; None where nothing can be said of what fits."""
    if isinstance(node, Some):
        found = [awaited(part) for part in node.parts]
        known = [keys for keys in found if keys is not None]
        return frozenset().union(*known) if len(known) == len(found) else None
    if isinstance(node, All):
        return min((keys for part in node.parts if (keys := awaited(part)) is not None), key=_how_common, default=None)
    if isinstance(node, Has):
        return frozenset((node.field, term) for term in node.terms)
    if isinstance(node, Begins):
        return frozenset({(f"{node.field} begins", node.prefix[:_BEGINNING])})
    if isinstance(node, Row):
        return frozenset({_of_row(node)})
    return None


def offered(facts: Facts) -> set[Key]:
    """The keys that a document has: a question that waits for none of them does not find it."""
    found = {(field, term) for field, terms in facts.terms.items() for term in terms}
    for field in ("whole", "exact"):
        found |= {
            (f"{field} begins", term[:length])
            for term in facts.terms[field]
            for length in range(1, min(len(term), _BEGINNING) + 1)
        }
    value = _joined(facts.rows["trigrams"].split())
    found |= {("part", value[start : start + _PART]) for start in range(len(value) - _PART + 1)}
    return found


def _of_row(node: Row) -> Key:
    """The middle of a part of a value, its longest word of a phrase: beginnings and ends are common."""
    if node.field != "trigrams":
        return node.field, max(node.terms, key=len)
    value = _joined(node.terms)
    if len(value) < _PART:
        return node.field, node.terms[0]
    start = (len(value) - _PART) // 2
    return "part", value[start : start + _PART]


def _joined(trigrams: Iterable[str]) -> str:
    """The value that these neighbouring trigrams are of."""
    first, *others = [*trigrams] or [""]
    return first + "".join(one[-1] for one in others)


def _how_common(keys: frozenset[Key]) -> float:
    """How many documents may have one of these keys, roughly."""
    return sum(_weight(*key) for key in keys)


def _weight(sort: str, term: str) -> float:
    if sort in COUNTED or sort in ("roles", "source", "sources", "revoked"):
        return 1_000.0
    if sort.endswith("begins") or sort in ("words", "part", "trigrams"):
        return 100.0 / (1 + len(term)) ** 2
    return 1.0


def _in_a_row(terms: Iterable[str]) -> str:
    return f" {' '.join(terms)} "
