"""Keeping out numbers that are never kept, such as those of cards: of rows, and with them of the files they stood in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tocsin.intake import Row, without_secret
from tocsin.screening import Verdict

SECRET = "secret"
"""The code of a STIX object that is not taken for this."""
NOTICE = "Numbers that are never kept stood in it: keyed tokens stand for them, and the file itself was not kept."

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
            if row.secret:
                self.found = True
            elif row.identifier is not None and "token" in row.identifier.properties:
                row = without_secret(row)
                self.found |= row.secret
            yield row


def without_number(row: Row) -> tuple[Row, Verdict | None]:
    """The row; without its bytes and with the verdict on it where it is a STIX object with such a number."""
    if not row.secret or row.raw is None:
        return row, None
    return replace(row, raw=None, revoked=False), _OBJECT
