"""Rows of any table, wherever it came from: a CSV file, a sheet, a list of JSON objects."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tocsin.identifiers import NO_HINTS, Hints, cards_in, country_of_bank
from tocsin.intake import claims
from tocsin.intake.columns import Cells, Column, Plan, bank_and_label, bank_of, cell_of
from tocsin.intake.countries import country_code
from tocsin.intake.damage import DIGITS_KINDS, Number, damage, lost
from tocsin.intake.headers import kind_named, platform_named
from tocsin.intake.row import LONGEST_SHOWN, Claim, Defaults, Row
from tocsin.intake.values import hints_for, never_kept, problem_row, row_of

LONGEST_WORD = 200
"""Characters of a cell that may be a date, a role, a crime: a longer one is a note."""

Place = Callable[[int, str], str]
"""The name of a cell for people, from its row and column: `Cell B17`."""


def table_rows(
    plan: Plan, records: Iterable[tuple[int, Cells]], defaults: Defaults, place: Place, certain: bool = True
) -> Iterator[Row]:
    """A row for every filled cell of the value columns; a row with a problem for every record that has none."""
    for number, cells in records:
        claim = _claim(plan, cells, defaults.claim) if plan.claims or plan.type else defaults.claim
        filled, beside = False, len(cells) > len(plan.values) and _card_beside(plan, cells)
        for column in plan.values:
            if column.index < len(cells) and (cell := cells[column.index]).strip():
                filled = True
                row = _row(plan, number, cells, column, cell, claim, defaults, place, certain)
                yield replace(row, secret=True) if beside else row
        if not filled:
            text = " ".join(cell.strip() for cell in cells if cell.strip())
            named = ", ".join(column.name for column in plan.values[:5])
            problem = f"This row holds no identifier: there is nothing in {named}."
            yield problem_row(number, plan.values[0].name, text, problem, claim)


def _card_beside(plan: Plan, cells: Cells) -> bool:
    """Whether the number of a card stands in a cell that is not read as a value, or over several of them."""
    values = {column.index for column in plan.values}
    others = "\t".join(cell for index, cell in enumerate(cells) if index not in values)
    return any(cards_in(others))


def _row(
    plan: Plan,
    number: int,
    cells: Cells,
    column: Column,
    cell: str,
    claim: Claim,
    defaults: Defaults,
    place: Place,
    certain: bool,
) -> Row:
    kind, platform = column.meaning.kind, column.meaning.platform
    if kind is None and plan.type is not None:
        named = cell_of(cells, plan.type)[:LONGEST_WORD]
        kind, platform = kind_named(named), platform_named(named)
    kind = kind or defaults.kind
    if column.meaning.role is not None:
        claim = replace(claim, role=column.meaning.role)
    hints = _hints(plan, cells, column, kind, platform, defaults) if kind in DIGITS_KINDS else NO_HINTS
    usual = plan.usual.get((column.index, bank_of(cells, plan.banks))) if plan.usual else None
    spoiled = damage(cell, kind, place(number, column.name), usual)
    if spoiled is not None:
        return problem_row(number, column.name, cell, spoiled, claim, hints, secret=never_kept(kind))
    row = row_of(number, column.name, cell.strip(), kind, claim, hints, certain)
    if row.problem is not None and isinstance(cell, Number) and kind in DIGITS_KINDS:
        return replace(row, problem=f"{row.problem} {lost(place(number, column.name))}")
    return row


def _hints(
    plan: Plan, cells: Cells, column: Column, kind: str | None, platform: str | None, defaults: Defaults
) -> Hints:
    """What else the row says of a number. A bank's code tells its country better than the member's own does."""
    if platform is None and not plan.tells_beside:
        return hints_for(kind, defaults, column.label)
    told = country_code(cell_of(cells, plan.country)[:LONGEST_WORD]) if plan.country is not None else None
    if kind == "payment-proxy":
        return Hints(told or defaults.country, column.label, token=defaults.token)
    bank, label = bank_and_label(cells, plan.banks)
    bank = bank[:LONGEST_WORD]
    country = told or (country_of_bank(bank, label) if bank else None) or defaults.country
    branch = cell_of(cells, plan.branch)[:LONGEST_WORD] or None
    platform = platform or cell_of(cells, plan.platform)[:LONGEST_WORD] or None
    return Hints(country, bank or None, branch, defaults.token, platform)


def _claim(plan: Plan, cells: Cells, claim: Claim) -> Claim:
    """`claim` with what the row says over it; words that are not understood are kept in the note."""
    said: dict[str, str | int] = {}
    notes = [claim.note] if claim.note else []
    for column in plan.claims:
        text = cell_of(cells, column)
        if text and not _take(column, text, plan.day_first, said):
            notes.append(text if column.meaning.part == "note" else f"{column.name}: {text}")
    kind_or_crime = cell_of(cells, plan.type)[:LONGEST_WORD]
    if kind_or_crime and kind_named(kind_or_crime) is None:
        crime = claims.crime_type(kind_or_crime)
        if crime is not None:
            said.setdefault("crime_type", crime)
        else:
            notes.append(kind_or_crime)
    note = "; ".join(notes)[:LONGEST_SHOWN] or None
    return replace(claim, note=note, **said)  # type: ignore[arg-type]


def _take(column: Column, text: str, day_first: bool, said: dict[str, str | int]) -> bool:
    """Put what `text` says into `said`; False where it is free text."""
    part = column.meaning.part
    if part == "note" or len(text) > LONGEST_WORD:
        return False
    found: str | int | None
    if part == "crime":
        name, found = "crime_type", claims.crime_type(text)
    elif part == "role":
        name, found = "role", claims.role(text)
    elif part == "confidence":
        name, found = "confidence", claims.confidence(text)
    else:
        name, found = "last_seen" if part == "last" else "first_seen", claims.moment(text, day_first)
    if found is None:
        return False
    if part == "crime":
        said[name] = found
        return claims.is_crime_word(text)
    if part == "date":
        said.setdefault("first_seen", found)
        said.setdefault("last_seen", found)
    else:
        said[name] = found
    return True
