"""Where the heading of a sheet stands: below a title, in several rows, over merged cells."""

from collections.abc import Sequence

from tocsin.identifiers import Unreadable
from tocsin.intake.headers import meaning_of
from tocsin.intake.values import understand

Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
"""Ranges of merged cells: the first and the last, each as (row, column) counted from 0."""

MOST_ABOVE = 10
"""Rows among which the heading is looked for."""
_LONGEST = 200
_MOST_MERGED = 5_000
_MOST_COLUMNS = 2_000


def heading_in(records: Sequence[tuple[int, list[str]]], merged: Merged) -> tuple[int, list[str]]:
    """How many records stand above the heading, and its cells; the first record where none has known headings.

    A heading of several rows ends with the one that names most columns. A cell that is empty there takes what stands
    above it, and what is merged over several columns counts for each: "Beneficiary" over "Account no".
    """
    rows = [list(cells) for _, cells in records[:MOST_ABOVE]]
    first = next((place for place, cells in enumerate(rows) if any(map(_is_identifier, cells))), len(rows))
    rows = _spread(
        {number - 1: rows[place] for place, (number, _) in enumerate(records[: min(first, MOST_ABOVE)])}, merged
    )
    known = [len({cell.strip() for cell in cells if _known(cell)}) for cells in rows]
    if not any(known):
        return 0, records[0][1]
    last = known.index(max(known))
    return last, [_joined(rows, last, column) for column in range(max(map(len, rows[: last + 1])))]


def _joined(rows: list[list[str]], last: int, column: int) -> str:
    """The name of a column whose heading goes over several rows: the longest one that means something."""
    parts = [cells[column].strip() for cells in rows[: last + 1] if column < len(cells) and cells[column].strip()]
    own = parts[-1] if parts else ""
    below = rows[last][column].strip() if column < len(rows[last]) else ""
    above = parts[-2] if below and len(parts) > 1 else ""
    return f"{above} {own}" if above and above != own and _known(f"{above} {own}") else own


def _spread(rows: dict[int, list[str]], merged: Merged) -> list[list[str]]:
    """Rows by their number, counted from 0, with what is merged over several cells in each of them."""
    for (top, left), (bottom, right) in merged[:_MOST_MERGED]:
        if top not in rows or left >= len(rows[top]) or not rows[top][left].strip():
            continue
        end = min(right + 1, _MOST_COLUMNS)
        for cells in (rows[row] for row in rows if top <= row <= bottom):
            cells += [""] * (end - len(cells))
            cells[left:end] = [rows[top][left]] * (end - left)
    return list(rows.values())


def _known(cell: str) -> bool:
    return len(cell) <= _LONGEST and meaning_of(cell.strip()) is not None


def _is_identifier(cell: str) -> bool:
    text = cell.strip()
    if not text or len(text) > _LONGEST:
        return False
    try:
        understand(text, None)
    except Unreadable:
        return False
    return True
