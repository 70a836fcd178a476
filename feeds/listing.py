"""One reading of a list: what it names, and those of its entries that have to be handed in, as a report."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO

from feeds.known import Known
from feeds.lines import one_line
from feeds.recipe import Recipe
from tocsin.identifiers import Identifier
from tocsin.intake import PROSE, CannotRead, Row, read
from tocsin.publishing.standing import subject_of
from tocsin.screening import Screening, screen
from tocsin.times import stamp

MOST_SHOWN = 10
"""Unreadable entries that are named."""

_HEADINGS = (
    "value",
    "type",
    "role",
    "crime type",
    "confidence",
    "first seen",
    "last seen",
    "note",
    "row",
)


@dataclass(slots=True)
class Listing:
    """What a file lists. `present` are the keys of its subjects; `table` has a line for each of the `new` ones."""

    format: str
    notices: tuple[str, ...]
    present: set[bytes] = field(default_factory=set)
    new: int = 0
    table: StringIO = field(default_factory=StringIO)
    unreadable: int = 0
    problems: list[str] = field(default_factory=list)


def read_listing(recipe: Recipe, body: bytes, known: Known, screening: Screening, now: int) -> Listing:
    """The entries of a fetched file; CannotRead when it is no list."""
    reading = read(body, _file_name(recipe), recipe.format, recipe.defaults)
    if reading.format in PROSE and recipe.format == "auto":
        # "Too many requests, see https://..." would otherwise list the address of a help page
        raise CannotRead("This is a text and no list; where that is right, the recipe has to say 'format: text'.")
    listing = Listing(reading.format, reading.notices)
    table = csv.writer(listing.table, lineterminator="\n")
    for row in reading.rows:
        if row.identifier is None:
            _note_problem(listing, row)
            continue
        subject = subject_of(row.identifier, row.claim.role).key
        if subject in listing.present:
            continue
        listing.present.add(subject)
        if known.is_due(subject, row.identifier, now) and not _still_out(row, row.identifier, known, screening):
            listing.new += 1
            table.writerow(_cells(row, row.identifier))
    return listing


def report_body(recipe: Recipe, listing: Listing, sha256: str, now: int) -> bytes:
    """The new entries as a table that intake reads back as the same claims.

    The first line says what they were taken from, and when: two runs never hand in the same bytes, so that an entry
    which comes back after a withdrawal is taken as new.
    """
    taken = f"# {recipe.name}: {listing.new} new of {len(listing.present)} entries, {stamp(now)}, SHA-256 {sha256}"
    return f"{taken}\n{','.join(_HEADINGS)}\n{listing.table.getvalue()}".encode()


def _cells(row: Row, identifier: Identifier) -> Iterator[str]:
    claim = row.claim
    yield identifier.value
    yield identifier.kind
    yield claim.role or ""
    yield claim.crime_type or ""
    yield "" if claim.confidence is None else str(claim.confidence)
    yield "" if claim.first_seen is None else stamp(claim.first_seen)
    yield "" if claim.last_seen is None else stamp(claim.last_seen)
    yield one_line(claim.note or "")
    yield str(row.row)


def _still_out(row: Row, identifier: Identifier, known: Known, screening: Screening) -> bool:
    before = (identifier.kind, identifier.value) in known.screened_out
    return before and screen(row, screening).verdict == "rejected"


def _note_problem(listing: Listing, row: Row) -> None:
    if row.problem is None:
        return
    listing.unreadable += 1
    if len(listing.problems) < MOST_SHOWN:
        listing.problems.append(f"{row.column} {row.row}: {row.problem}")


def _file_name(recipe: Recipe) -> str:
    return recipe.source.rpartition("/")[2].partition("?")[0]
