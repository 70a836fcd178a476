"""Which column of a table holds what: by its heading, else by what stands in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.identifiers import Hints, Unreadable
from tocsin.intake.claims import moment, month_first
from tocsin.intake.damage import usual_digits
from tocsin.intake.headers import Meaning, Part, meaning_of, normalise, precision
from tocsin.intake.row import Defaults
from tocsin.intake.values import understand

Cells = Sequence[str]

SAMPLED = 50
"""Cells of a column that are tried where its heading says nothing."""
LONGEST_NAME = 200
"""Characters of a heading that name its column."""
ENOUGH = 0.6
"""Share of the sampled cells that must be identifiers in a column of identifiers."""

_CLAIM_PARTS: tuple[Part, ...] = ("crime", "first", "last", "date", "confidence", "role", "note")
_PERSONAL = frozenset({"phone", "bank-account", "payment-proxy"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its place from 0, its heading or letter, what it holds, and its heading, normalised."""

    index: int
    name: str
    meaning: Meaning
    label: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the rows of one table are read.

    `usual` gives the usual number of digits of accounts by (column, bank). `unread` names columns left aside.
    `header_guessed`: the first row is taken for a heading only because no identifier stands in it.
    """

    has_header: bool
    header_guessed: bool
    values: tuple[Column, ...]
    banks: tuple[Column, ...]
    branch: Column | None
    country: Column | None
    type: Column | None
    platform: Column | None
    claims: tuple[Column, ...]
    day_first: bool
    usual: dict[tuple[int, str], int]
    unread: tuple[str, ...]

    @property
    def tells_beside(self) -> bool:
        """Whether other cells of a row help to read its values."""
        return bool(self.banks or self.branch or self.country or self.platform)


def letter(index: int) -> str:
    """The letters of a spreadsheet column: 0 is A, 26 is AA."""
    letters = ""
    while index >= 0:
        index, rest = index // 26 - 1, index % 26
        letters = chr(65 + rest) + letters
    return letters


def cell_of(cells: Cells, column: Column | None) -> str:
    """The text of `column` in a row that may be short."""
    return cells[column.index].strip() if column is not None and column.index < len(cells) else ""


def plan_table(sample: Sequence[Cells], defaults: Defaults, letters: bool = False) -> Plan | None:
    """The plan for a table whose first rows are `sample`; None where no column holds identifiers.

    `letters`: columns are named by letter even where they have a heading.
    """
    first = sample[0]
    if any(_kind(cell, defaults) for cell in first):
        return _plan((), [None] * max(map(len, sample)), sample, defaults, letters)
    return _plan(first, [meaning_of(cell) for cell in first], sample[1:], defaults, letters)


def _plan(
    header: Cells, known: list[Meaning | None], sample: Sequence[Cells], defaults: Defaults, letters: bool
) -> Plan | None:
    guessed = bool(header) and not any(known)
    if not any(meaning is not None and meaning.part == "value" for meaning in known):
        known = [meaning or _sampled(index, header, sample, defaults) for index, meaning in enumerate(known)]
    names = [
        letter(index) if letters or index >= len(header) else _named(header[index]) or letter(index)
        for index in range(len(known))
    ]
    labels = [normalise(heading[:LONGEST_NAME]) for heading in header]
    columns = [
        Column(i, names[i], meaning, labels[i] if i < len(labels) else "")
        for i, meaning in enumerate(known)
        if meaning is not None
    ]

    def having(part: Part) -> tuple[Column, ...]:
        return tuple(column for column in columns if column.meaning.part == part)

    values = having("value")
    if not values:
        return None
    banks = tuple(sorted(having("bank"), key=lambda column: precision(column.label)))
    claims = tuple(column for column in columns if column.meaning.part in _CLAIM_PARTS)
    dates = [cell_of(cells, c) for c in claims if c.meaning.part in ("first", "last", "date") for cells in sample]
    used = {column.index for column in columns if column.meaning.part != "ignored"}
    return Plan(
        has_header=bool(header),
        header_guessed=guessed,
        values=values,
        banks=banks,
        branch=next(iter(having("branch")), None),
        country=next(iter(having("country")), None),
        type=next(iter(having("type")), None),
        platform=next(iter(having("platform")), None),
        claims=claims,
        day_first=not month_first(dates),
        usual=_usual(values, banks, sample),
        unread=tuple(
            name
            for index, name in enumerate(names)
            if index not in used and any(index < len(cells) and cells[index].strip() for cells in sample)
        ),
    )


def _named(heading: str) -> str:
    return heading.strip()[:LONGEST_NAME].replace("\x00", "\ufffd")


def bank_of(cells: Cells, banks: tuple[Column, ...]) -> str:
    """The bank as written in the most telling of the bank columns."""
    return bank_and_label(cells, banks)[0]


def bank_and_label(cells: Cells, banks: tuple[Column, ...]) -> tuple[str, str]:
    """The bank as `bank_of`, and the heading that it stands under."""
    return next(((cell, column.label) for column in banks if (cell := cell_of(cells, column))), ("", ""))


def _usual(
    values: tuple[Column, ...], banks: tuple[Column, ...], sample: Sequence[Cells]
) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], list[str]] = {}
    for column in values:
        if column.meaning.kind == "bank-account":
            for cells in sample:
                found.setdefault((column.index, bank_of(cells, banks)), []).append(cell_of(cells, column))
    usual = {key: usual_digits(texts) for key, texts in found.items()}
    return {key: digits for key, digits in usual.items() if digits is not None}


def _kind(cell: str, defaults: Defaults) -> str | None:
    text = cell.strip()
    if not text or moment(text[:40]) is not None:
        return None
    try:
        return understand(text, defaults.kind, Hints(country=defaults.country, token=defaults.token)).kind
    except Unreadable:
        return None


def _sampled(index: int, header: Cells, sample: Sequence[Cells], defaults: Defaults) -> Meaning | None:
    """What an unnamed column seems to hold; accounts and phones are not guessed under a heading that says other."""
    texts = [cells[index] for cells in sample if index < len(cells) and cells[index].strip()][:SAMPLED]
    kinds = Counter(_kind(text, defaults) for text in texts)
    if index < len(header) and header[index].strip() and defaults.kind not in _PERSONAL:
        for personal in _PERSONAL:
            kinds.pop(personal, None)
    good = kinds.total() - kinds[None]
    if not texts or good < ENOUGH * len(texts):
        return None
    return Meaning("value", next(iter(kinds)) if len(kinds) == 1 else defaults.kind)
