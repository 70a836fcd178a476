"""Keeping out numbers that are never kept, such as those of cards: of rows, and of the files they stood in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tocsin.identifiers import cards_in, without_cards
from tocsin.intake import Row, problem_row, without_secret
from tocsin.screening import Verdict

SECRET = "secret"  # noqa: S105 - a code, not a password
"""The code of a STIX object that is not taken for this."""
NOTICE = "Numbers that are never kept stood in it: keyed tokens stand for them, and the file itself was not kept."

_ADDRESSES = ("url", "domain", "email")
_ADDRESS = "It holds what looks like the number of a card, which is never kept: hand it in without it."
_SHORTEST = 13
_OBJECT = Verdict(
    "rejected",
    "It holds a number that is never kept, such as that of a card: hand it in as a table or a text, not as STIX.",
    SECRET,
)


@dataclass
class Watch:
    """Rows on their way to their verdicts: none of them repeats a number that is never kept.

    `found` is whether one did, so that the file they stood in must not be kept.
    """

    found: bool = False

    def over(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows, as they may be kept."""
        for row in rows:
            if row.identifier is not None and "token" in row.identifier.properties:
                row = without_secret(row)
            row = without_written(row)
            self.found |= row.secret
            yield row


def without_written(row: Row) -> Row:
    """The row without the numbers of cards that its texts repeat: `secret` where there were any.

    An address with one in it is refused: it would be published with it.
    """
    about = row.identifier
    if about is not None and about.kind in _ADDRESSES and any(cards_in(about.value)):
        return problem_row(row.row, row.column, row.value, _ADDRESS, row.claim, row.hints, secret=True)
    note, problem, column = row.claim.note or "", row.problem or "", row.column
    value = row.value if about is None and row.object_type is None else ""
    if len(note) + len(problem) + len(column) + len(value) < _SHORTEST:
        return row
    texts = tuple(map(without_cards, (note, problem, column, value)))
    if texts == (note, problem, column, value):
        return row
    note, problem, column, value = texts
    claim = replace(row.claim, note=note or None)
    return replace(row, claim=claim, problem=problem or None, column=column, value=value or row.value, secret=True)


def without_number(row: Row) -> tuple[Row, Verdict | None]:
    """The row; without its bytes and with the verdict on it where it is a STIX object with such a number."""
    if not row.secret or row.raw is None:
        return row, None
    return replace(row, raw=None, revoked=False), _OBJECT
