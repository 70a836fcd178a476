"""Keeping out whether a suspicious transaction report was filed: of a file as a whole, and of a row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import orjson

from tocsin.intake import CannotRead, Heading, Row
from tocsin.screening import Verdict, filing_in, filings, heading_states, states_filing

FILING = "filing"
"""The code of a row that is not taken for this."""

_WHY = "That is secret by law, so nothing of it is kept here"
_ROW = Verdict(
    "rejected",
    f"It says whether a suspicious transaction report was filed. {_WHY}: hand the row in again without it.",
    FILING,
)
_SHEETS = ("csv", "xlsx", "json", "misp")
"""Formats in which one row can be left out and the others go on; in a letter or a list nobody can say what belongs
to what."""


class NotKept(CannotRead):
    """A file cannot be read, and its bytes may not be kept."""


class StatesFiling(NotKept):
    """A file says, in a column or in running text, whether a suspicious transaction report was filed."""


def refuse_filing(name: str | None, file_format: str | None, headings: Sequence[Heading], text: str) -> bool:
    """StatesFiling where a file is refused as a whole; else whether a text somewhere in it says such a thing.

    `file_format` is how it was read, None where it could not be; the others are its `contents_of`. STIX objects are
    looked at one by one.
    """
    if name is not None and states_filing(name.replace("_", " ")):
        raise StatesFiling(f"The file's name says whether a suspicious transaction report was filed. {_WHY}.")
    if file_format == "stix":
        return False
    line = next(filings(text), None)
    if line is not None and file_format is not None and file_format not in _SHEETS:
        raise StatesFiling(
            f"Line {line} says whether a suspicious transaction report was filed. {_WHY}: "
            "take that out and hand it in again."
        )
    for heading in headings:
        if heading_states(heading.name, heading.cells):
            raise StatesFiling(
                f"The column “{heading.name[:80]}” says whether a suspicious transaction report was filed. {_WHY}: "
                "take the column out and hand the file in again."
            )
    if line is not None and file_format is None:
        raise StatesFiling(f"It says whether a suspicious transaction report was filed. {_WHY}.")
    return line is not None


def state_filing(rows: Iterable[Row]) -> bool:
    """Whether a text of any of these rows states a filing: hardly any does, and one search tells it of a thousand."""
    return states_filing("\n".join(text for row in rows for text in _texts(row)))


def without_filing(row: Row, *, stated: bool = True) -> tuple[Row, Verdict | None]:
    """The row; without its texts and with the verdict on it where one of them states a filing.

    Not `stated`: it is known that none of the texts does; a STIX object is looked through all the same.
    """
    stated = stated and any(map(states_filing, _texts(row)))
    if not stated and not (row.raw is not None and filing_in(orjson.loads(row.raw))):
        return row, None
    value = row.identifier.value if row.identifier is not None else ""
    claim = replace(row.claim, note=None)
    return replace(row, value=value, problem=None, claim=claim, raw=None, revoked=False), _ROW


def _texts(row: Row) -> Iterator[str]:
    return (text for text in (row.claim.note, row.value, row.problem) if text is not None)
