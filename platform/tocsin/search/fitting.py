"""Whether one document fits a question, without an engine: for many questions that wait for few documents. Pure.

What an engine would find of a single document, by the same terms (`fields`, `tiers`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tocsin.search.document import Document
from tocsin.search.expression import All, Begins, Has, Lookup, Node, Not, Row, Some
from tocsin.search.fields import COUNTED, fields_of

_BEGINNINGS = (1, 2, 3, 4, 6, 8, 12, 16, 24)
_PARTS = (6, 12)
"""Lengths of the beginnings and of the parts of a value that are keys: the longest that a question has is rarest."""

_COMMON = {"country": 300.0, "roles": 500.0, "crime_types": 600.0, "kind": 800.0}
_COMMONEST = 1_000.0

Key = tuple[str, str]
"""A sort of terms, and a term: what a question waits for."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document is found by, by field: its terms, those that stand in a row as one text, those of which
    beginnings are asked for each on a line of its own, and its numbers."""

    terms: dict[str, frozenset[str]]
    rows: dict[str, str]
    lines: dict[str, str]
    numbers: dict[str, int | None]


Fits = Callable[[Facts], bool]


def facts_of(document: Document) -> Facts:
    """What this document is found by."""
    found = fields_of(document)
    return Facts(
        {name: frozenset(some) for name, some in (found.terms | found.rows).items()},
        {name: _in_a_row(row) for name, row in found.rows.items()},
        {name: "\n" + "\n".join(found.terms[name]) for name in ("whole", "exact")},
        found.numbers,
    )


def fitting(node: Node) -> Fits:
    """Tells whether a document with given facts fits; `node` as `tiers.because` makes it.

    Made once and asked for thousands of documents: what can be prepared is, and what is told soonest comes first.
    """
    if isinstance(node, All):
        return _every([fitting(part) for part in sorted(_flat(node.parts, All), key=_takes_long)])
    if isinstance(node, Some):
        return _one_of([fitting(part) for part in sorted(_flat(node.parts, Some), key=_takes_long)])
    if isinstance(node, Not):
        inner = fitting(node.part)
        return lambda facts: not inner(facts)
    if not isinstance(node, Lookup):
        raise TypeError(node)
    return _lookup(node)


def _flat(parts: Iterable[Node], kind: type[All] | type[Some]) -> Iterator[Node]:
    """The parts, and in place of each that is joined in the same way its own."""
    for part in parts:
        if isinstance(part, kind):
            yield from _flat(part.parts, kind)
        else:
            yield part


def _lookup(node: Lookup) -> Fits:
    if isinstance(node, Has):
        field, terms = node.field, frozenset(node.terms)
        return lambda facts: not terms.isdisjoint(facts.terms[field])
    if isinstance(node, Begins):
        begun, beginning = node.field, f"\n{node.prefix}"
        return lambda facts: beginning in facts.lines[begun]
    if isinstance(node, Row):
        row, part = node.field, _in_a_row(node.terms)
        return lambda facts: part in facts.rows[row]
    number, low, high = node.field, node.low, node.high

    def within(facts: Facts) -> bool:
        found = facts.numbers[number]
        return found is not None and (low is None or found >= low) and (high is None or found <= high)

    return within


def _every(parts: Sequence[Fits]) -> Fits:
    if len(parts) == 1:
        return parts[0]

    def every(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110 - all() over a generator takes three times as long
            if not part(facts):
                return False
        return True

    return every


def _one_of(parts: Sequence[Fits]) -> Fits:
    if len(parts) == 1:
        return parts[0]

    def one_of(facts: Facts) -> bool:
        for part in parts:  # noqa: SIM110 - and so does any()
            if part(facts):
                return True
        return False

    return one_of


def _takes_long(node: Node) -> bool:
    return isinstance(node, All | Some | Not | Row)


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
        return frozenset({(f"{node.field} begins", node.prefix[: _longest(_BEGINNINGS, node.prefix)])})
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
            for length in _BEGINNINGS
            if length <= len(term)
        }
    value = _joined(facts.rows["trigrams"].split())
    for length in _PARTS:
        found |= {("part", value[start : start + length]) for start in range(len(value) - length + 1)}
    return found


def _of_row(node: Row) -> Key:
    """The middle of a part of a value, its longest word of a phrase: beginnings and ends are common."""
    if node.field != "trigrams":
        return node.field, max(node.terms, key=len)
    value = _joined(node.terms)
    if len(value) < _PARTS[0]:
        return node.field, node.terms[0]
    length = _longest(_PARTS, value)
    start = (len(value) - length) // 2
    return "part", value[start : start + length]


def _longest(lengths: Iterable[int], text: str) -> int:
    return max((one for one in lengths if one <= len(text)), default=0)


def _joined(trigrams: Iterable[str]) -> str:
    """The value that these neighbouring trigrams are of."""
    first, *others = [*trigrams] or [""]
    return first + "".join(one[-1] for one in others)


def _how_common(keys: frozenset[Key]) -> float:
    """How many documents may have one of these keys, roughly."""
    return sum(_weight(*key) for key in keys)


def _weight(sort: str, term: str) -> float:
    if sort in COUNTED or sort in ("roles", "source", "sources", "revoked"):
        return _COMMON.get(sort, _COMMONEST)
    if sort.endswith("begins") or sort in ("words", "part", "trigrams"):
        return 100.0 / (1 + len(term)) ** 2
    return 1.0


def _in_a_row(terms: Iterable[str]) -> str:
    return f" {' '.join(terms)} "
