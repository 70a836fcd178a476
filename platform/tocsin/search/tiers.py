"""How well a document fits, best first, and the look-ups that tell it. Pure."""

from typing import Literal

from tocsin.search.expression import EVERYTHING, NOTHING, All, Begins, Has, Node, Not, Row, Some, Thing, decides, things

Tier = Literal["whole", "part", "prefix", "prefix-of-part", "substring", "same-looks", "look-alike", "text"]
Why = Literal["exact", "prefix", "substring", "look-alike", "text"]

TIERS: tuple[Tier, ...] = (
    *("whole", "part", "prefix", "prefix-of-part", "substring", "same-looks", "look-alike", "text"),
)
WHY: dict[Tier, Why] = {
    "whole": "exact",
    "part": "exact",
    "prefix": "prefix",
    "prefix-of-part": "prefix",
    "substring": "substring",
    "same-looks": "look-alike",
    "look-alike": "look-alike",
    "text": "text",
}
"""What is said of a hit in five words: the thing itself and what belongs to it come one after the other."""

_LAST = len(TIERS) - 1
_LOOKS = TIERS.index("same-looks")


def tiers(node: Node) -> tuple[tuple[Node, ...], Node]:
    """A question as one look-up a tier, and the condition that holds for all of them.

    A document is in the first tier whose look-up finds it. A question that looks for no thing has only the last tier.
    """
    if not decides(node):
        return (*[NOTHING] * _LAST, EVERYTHING), _by(node, _LAST)
    wanted, beside = _parted(node)
    beside = _by(beside, _LAST)
    if isinstance(wanted, Thing):
        return _looks(wanted), beside
    used = {place for thing in things(wanted) for place, look in enumerate(_looks(thing)) if look != NOTHING}
    used.add(_LAST)
    return tuple(_by(wanted, place) if place in used else NOTHING for place in range(len(TIERS))), beside


def places(why: Why | None) -> range:
    """The numbers of the tiers of which this is said, which follow one another; all for None."""
    found = [place for place, tier in enumerate(TIERS) if why in (None, WHY[tier])]
    return range(found[0], found[-1] + 1)


def apart(node: Node) -> tuple[Node, ...]:
    """A question as one whole look-up a tier, each without what a better one finds: a document fits one at most."""
    looks, beside = tiers(node)
    better: list[Node] = []
    found: list[Node] = []
    for look in looks:
        without = (Not(Some(tuple(better))),) if better else ()
        found.append(All((look, beside, *without)) if look != NOTHING else NOTHING)
        better += [look] if look != NOTHING else []
    return tuple(found)


def plainly(node: Node) -> Node:
    """A question as one look-up, whatever the tier; conditions as they are."""
    found, beside = tiers(node)
    return All((Some(tuple(one for one in found if one != NOTHING)), beside))


def because(node: Node, why: Why | None) -> Node:
    """A question as one look-up of what is found for this reason and for no better one; for any reason for None."""
    if why is None:
        return plainly(node)
    looks = apart(node)
    return Some(tuple(looks[place] for place in places(why) if looks[place] != NOTHING))


def _parted(node: Node) -> tuple[Node, Node]:
    """What decides on the tier, and the conditions beside it."""
    if not isinstance(node, All):
        return node, EVERYTHING
    wanted = tuple(part for part in node.parts if decides(part))
    beside = tuple(part for part in node.parts if not decides(part))
    if len(wanted) > 1:
        return All(wanted), All(beside)
    inner, more = _parted(wanted[0])
    return inner, All((*beside, more))


def _looks(thing: Thing) -> tuple[Node, ...]:
    """One look-up a tier."""
    words: Node = Row("words", thing.words) if thing.phrase else All(tuple(Has("words", (one,)) for one in thing.words))
    return (
        _any_of("whole", thing.whole),
        _any_of("exact", thing.exact),
        Some(tuple(Begins("whole", prefix) for prefix in thing.prefixes)),
        Some(tuple(Begins("exact", prefix) for prefix in thing.prefixes)),
        Some(tuple(Row("trigrams", trigrams) for trigrams in thing.substrings)),
        _any_of("looks", thing.looks),
        _any_of("lookalikes", thing.lookalikes),
        words if thing.words else NOTHING,
    )


def _any_of(field: str, terms: tuple[str, ...]) -> Node:
    return Has(field, terms) if terms else NOTHING


def _by(node: Node, place: int) -> Node:
    """What fits in this tier or a better one."""
    if isinstance(node, Thing):
        return Some(tuple(look for look in _looks(node)[: place + 1] if look != NOTHING))
    if isinstance(node, All):
        return All(tuple(_by(part, place) for part in node.parts))
    if isinstance(node, Some) and decides(node):
        # beside things, a mere condition is the weakest reason to be found
        return Some(tuple(_by(part, place) for part in node.parts if place == _LAST or decides(part)))
    if isinstance(node, Some):
        return Some(tuple(_by(part, place) for part in node.parts))
    if isinstance(node, Not):
        return Not(_at_all(node.part))
    return node


def _at_all(node: Node) -> Node:
    """What fits otherwise than by its looks."""
    if isinstance(node, Thing):
        looks = _looks(node)
        return Some(tuple(look for look in (*looks[:_LOOKS], looks[_LAST]) if look != NOTHING))
    if isinstance(node, Not):
        return Not(_at_all(node.part))
    if isinstance(node, All | Some):
        return type(node)(tuple(map(_at_all, node.parts)))
    return node
