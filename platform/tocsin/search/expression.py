"""A question as both engines get it: what is looked for, conditions, and how they are joined. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is looked for. A document fits in the first tier that it fits:

    whole: one of `whole` says which thing it is; part: one of `exact` is a whole spelling of it or of a telling part;
    prefix: one of `prefixes` begins a spelling of itself, or of a part; substring: the trigrams of one of `substrings`
    follow each other in its value; same-looks: it is drawn like one of `looks`; look-alike: it has one of `lookalikes`;
    text: it has all of `words`, in a row where `phrase` says so.
    """

    whole: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    substrings: tuple[tuple[str, ...], ...] = ()
    looks: tuple[str, ...] = ()
    lookalikes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    phrase: bool = False


@dataclass(frozen=True, slots=True)
class Has:
    """The field has one of these terms; none of them lets nothing through."""

    field: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Begins:
    """A term of the field begins with `prefix`."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Row:
    """These terms follow each other in the field."""

    field: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """The field's number is not below `low` and not above `high`; None is no bound."""

    field: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; the tier is that of the part that fits worst. Without parts everything fits."""

    parts: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """One of the parts holds; the tier is that of the part that fits best. Without parts nothing fits."""

    parts: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold. What only looks like a thing is not it."""

    part: "Node"


Lookup = Has | Begins | Row | Within
"""What an engine can look up."""

Node = Thing | Lookup | All | Some | Not
NOTHING = Some()
EVERYTHING = All()


def things(node: Node) -> Iterator[Thing]:
    """The things that decide on the tier: those not behind a Not."""
    if isinstance(node, Thing):
        yield node
    elif isinstance(node, All | Some):
        for part in node.parts:
            yield from things(part)


def decides(node: Node) -> bool:
    """Whether the tier depends on it."""
    return next(things(node), None) is not None
