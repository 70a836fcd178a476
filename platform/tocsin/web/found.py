"""What was found in something that is about to be handed in: by kind, in its place in the text, with its roles."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from tocsin.identifiers import KINDS, Identifier, defang, refang, without_cards
from tocsin.intake import Defaults, Row, spotted
from tocsin.reports.reports import Decided

CRIMINAL = "-"
"""On a form: it is the criminal's, although it did not seem so. None of ROLES says that in a word."""

SET_BY_HAND = frozenset({CRIMINAL, "victim", "reporter", "spoofed"})
"""What a person may say of a row on the form."""

AS_FOUND = "="
_ASIDE = {
    "victim": "the victim’s",
    "reporter": "ours",
    "spoofed": "genuine, but forged",
    "compromised-victim": "a victim’s mailbox, taken over",
}
"""The roles in which something is kept with the report and not published."""

_SEEMS = {"sender": "sender", "reply-to": "answers go there", "mule": "money mule", "beneficiary": "receives the money"}
_MOST_LINES = 400
_LONGEST_LINE = 2_000
_UNREAD = "Could not be read"


@dataclass(frozen=True, slots=True)
class Option:
    """A role that can be chosen. `aside`: in it nothing is published; `flips`: that is not so, or so, at present."""

    value: str
    label: str
    checked: bool
    aside: bool
    flips: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A row with what would become of it, and the roles that it can be in."""

    decided: Decided
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Items of one kind."""

    label: str
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: what stands between identifiers, or one of them, de-fanged, with what becomes of it."""

    text: str
    n: int | None = None
    verdict: str = ""


class _Mark(NamedTuple):
    """Where a row stands in its line, and what is shown `instead` of what is written there."""

    start: int
    end: int
    decided: Decided
    instead: str | None


_Marks = dict[int, list[_Mark]]
"""The marks of each line, by its number from 1."""


def grouped(rows: Sequence[Row], decided: Iterable[Decided], roles: Mapping[str, str], most: int) -> list[Group]:
    """The first `most` rows by kind, what could not be read last; `roles` are those set by hand, by row count."""
    groups: dict[str, list[Item]] = {kind.label: [] for kind in KINDS.values()}
    for one in islice(decided, most):
        row = rows[one.n]
        kind = row.identifier.kind if row.identifier is not None else None
        label = KINDS[kind].label if kind is not None else "Other objects" if row.object_type else _UNREAD
        options = _options(row, roles.get(str(one.n))) if kind is not None and row.object_type is None else ()
        groups.setdefault(label, []).append(Item(one, options))
    return [Group(label, items) for label, items in groups.items() if items]


def _options(row: Row, chosen: str | None) -> tuple[Option, ...]:
    """What a person may say of a row; the first is that it is the criminal's."""
    seems = row.claim.role
    now_aside = seems in _ASIDE if chosen is None else chosen != CRIMINAL
    more = _SEEMS.get(seems or "")
    criminal = AS_FOUND if seems not in _ASIDE else CRIMINAL
    found = [(criminal, f"the criminal’s ({more})" if more else "the criminal’s", False)]
    for role, label in _ASIDE.items():
        if role in SET_BY_HAND or role == seems:
            found.append((AS_FOUND if role == seems else role, label, True))
    picked = chosen or AS_FOUND
    return tuple(Option(value, label, value == picked, aside, aside != now_aside) for value, label, aside in found)


def in_text(
    text: str, rows: Sequence[Row], decided: Iterable[Decided], read_with: Defaults | None = None
) -> tuple[list[list[Piece]], bool]:
    """The lines of a text in pieces, and whether there are more lines than are shown.

    Where the rows have no place in it, as those of a mail, each is marked wherever its value stands: `read_with` is how
    the text is to be read for that.
    """
    if not text:
        return [], False
    lines = text.split("\n", _MOST_LINES)
    more = len(lines) > _MOST_LINES
    shown = lines[:_MOST_LINES]
    marks = _by_place(shown, rows, decided) if read_with is None else _by_value(shown, rows, decided, read_with)
    numbered = enumerate(shown, 1)
    return [list(_pieces(line[:_LONGEST_LINE], marks.get(number, ()))) for number, line in numbered], more


def _by_place(lines: Sequence[str], rows: Sequence[Row], decided: Iterable[Decided]) -> _Marks:
    marks: _Marks = {}
    for one in decided:
        row = rows[one.n]
        if not 0 < row.row <= len(lines):
            continue
        line = lines[row.row - 1]
        span = _span(line, row)
        if span is None and row.secret:
            # what stood there is not in the row any more, so that nobody knows where it stands
            span = (0, min(len(line), _LONGEST_LINE))
        if span is not None:
            marks.setdefault(row.row, []).append(_Mark(*span, one, row.value if row.secret else None))
    return marks


def _by_value(lines: Sequence[str], rows: Sequence[Row], decided: Iterable[Decided], read_with: Defaults) -> _Marks:
    known: dict[Identifier | None, Decided] = {}
    for one in decided:
        known.setdefault(rows[one.n].identifier, one)
    cut = [line[:_LONGEST_LINE] for line in lines]
    marks: _Marks = {}
    for index in range(len(cut)):
        for row in spotted(cut, index, None, read_with):
            if row.identifier in known and row.identifier is not None and (span := _span(cut[index], row)):
                mark = _Mark(*span, known[row.identifier], row.value if row.secret else None)
                marks.setdefault(index + 1, []).append(mark)
    return marks


def _span(line: str, row: Row) -> tuple[int, int] | None:
    """Where a row's value stands in its line: where its span or its column says so, else where it is found."""
    if row.span is not None:
        start, length = row.span[0] - 1, row.span[1]
        return (start, start + length) if start + length <= len(line) else None
    if not row.value:
        return None
    start = line.find(row.value)
    return (start, start + len(row.value)) if start >= 0 else None


def _safe(text: str, kind: str | None) -> str:
    """An identifier as it was written, but so that nothing turns it into a link; what is so already stays."""
    return defang(refang(text), kind) if kind is not None else text


def _pieces(line: str, marks: Iterable[_Mark]) -> Iterator[Piece]:
    done = 0
    for start, end, one, instead in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if start < done or end > len(line):
            continue
        if start > done:
            yield Piece(without_cards(line[done:start]))
        yield Piece(_safe(line[start:end], one.kind) if instead is None else instead, one.n, one.verdict)
        done = end
    if done < len(line) or not line:
        yield Piece(without_cards(line[done:]))
