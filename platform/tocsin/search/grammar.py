"""The language of the search box: words, "quotes", conditions such as `kind:iban`, AND, OR, NOT and brackets. Pure.

    question  = all *( OR all )
    all       = [NOT] part *( [AND] [NOT] part )
    part      = words | "quoted" | condition | ( question )

AND, OR and NOT count in capitals everywhere, in small letters beside a condition, quotes or brackets. Brackets group
where a condition or an operator stands between them, otherwise they belong to what is looked for, as in
`(020) 7946 0123`. Whatever cannot be read so is looked for as it stands: any text is a question.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tocsin.search.conditions import CONDITIONS, condition
from tocsin.search.expression import All, Node, Not, Some, Thing

MOST_PARTS = 20
"""Parts of a question; each is asked for by itself."""

_DEEPEST = 8
_NAMES = "|".join(CONDITIONS)
_QUOTED = '"[^"]+"|“[^”]+”|«[^»]+»'
_PART = re.compile(
    rf"(?P<name>{_NAMES})(?P<sign>:|>=|<=|>|<|=)(?P<value>{_QUOTED}|[^\s\"]+)|(?P<quoted>{_QUOTED})|(?P<word>\S+)", re.I
)
_GROUPS = re.compile(rf"(?<![^\s(])(?:(?i:{_NAMES})(?::|[<>=])\S|(?:AND|OR|NOT)\s)")
_BRACKET = re.compile(r"[()]")
_SPACED_SIGN = re.compile(r"\b(confidence)\s*(>=|<=|>|<|=)\s*(?=\d)", re.I)
_OPERATORS = frozenset(("and", "or", "not"))


class _Unclear(Exception):
    """It is no question in this language."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str


@dataclass(frozen=True, slots=True)
class _Operator:
    name: str


_Item = _Word | _Operator | Thing | Node


@dataclass(slots=True)
class Reading:
    """What a text is read with: makers of things from plain and from quoted text, the moment in ms, remarks so far."""

    thing: Callable[[str], Thing]
    quoted: Callable[[str], Thing]
    now: int
    remarks: list[str]


def read_question(text: str, reading: Reading) -> Node:
    """The question that `text` asks; what was not understood is said in the reading's remarks."""
    try:
        return _question(_SPACED_SIGN.sub(r"\1\2", text), reading, 0)
    except _Unclear:
        return reading.thing(text) if text else All()


def _question(text: str, reading: Reading, depth: int) -> Node:
    items = _operators(list(_items(text, reading, depth)))
    joined = list(_things(items, reading))
    if len(joined) > MOST_PARTS:
        reading.remarks.append(f"A question has {MOST_PARTS} parts at most, so this was looked for as it stands.")
        raise _Unclear
    alternatives: list[list[_Item]] = [[]]
    for item in joined:
        if item == _Operator("or"):
            alternatives.append([])
        else:
            alternatives[-1].append(item)
    if alternatives == [[]]:
        return All()
    parts = tuple(map(_all, alternatives))
    return parts[0] if len(parts) == 1 else Some(parts)


def _all(items: Sequence[_Item]) -> Node:
    parts: list[Node] = []
    negated, expected = False, True
    for item in items:
        if item == _Operator("and"):
            if expected:
                raise _Unclear
            expected = True
        elif item == _Operator("not"):
            negated, expected = not negated, True
        elif not isinstance(item, _Word | _Operator):
            parts.append(Not(item) if negated else item)
            negated, expected = False, False
    if expected:
        raise _Unclear
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _items(text: str, reading: Reading, depth: int) -> Iterator[_Item]:
    """The words, operands and possible operators of a text, in their order."""
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        end = _end_of_group(text, place) if text[place] == "(" and depth < _DEEPEST else None
        if end is not None:
            yield _question(text[place + 1 : end], reading, depth + 1)
            place = end + 1
            continue
        match = _PART.match(text, place)
        if match is None:  # \S+ fits whatever is no blank
            return
        place = match.end()
        yield _item(match, reading)


def _item(match: re.Match[str], reading: Reading) -> _Item:
    if match["name"]:
        value = match["value"].strip('"“”«»')
        return condition(match["name"].lower(), match["sign"], value, reading.now, reading.remarks)
    return reading.quoted(match["quoted"][1:-1]) if match["quoted"] else _Word(match["word"])


def _end_of_group(text: str, start: int) -> int | None:
    """Where the bracket at `start` closes, if it does at the end of a word and groups anything."""
    depth = 0
    for bracket in _BRACKET.finditer(text, start):
        depth += 1 if bracket[0] == "(" else -1
        if depth == 0:
            place = bracket.start()
            ends = place + 1 == len(text) or text[place + 1].isspace() or text[place + 1] == ")"
            return place if ends and _GROUPS.search(text, start + 1, place) else None
        if depth > _DEEPEST:
            return None
    return None


def _operators(items: Sequence[_Item]) -> Iterator[_Item]:
    """The words that join, marked as such."""
    for place, item in enumerate(items):
        if isinstance(item, _Word) and item.text.lower() in _OPERATORS:
            beside = (*items[max(place - 1, 0) : place], *items[place + 1 : place + 2])
            if item.text.isupper() or not all(isinstance(other, _Word) for other in beside):
                yield _Operator(item.text.lower())
                continue
        yield item


def _things(items: Iterator[_Item], reading: Reading) -> Iterator[_Item]:
    """Neighbouring words as one thing: a number may have blanks in it."""
    words: list[str] = []
    for item in items:
        if isinstance(item, _Word):
            words.append(item.text)
            continue
        if words:
            yield reading.thing(" ".join(words))
            words = []
        yield item
    if words:
        yield reading.thing(" ".join(words))
