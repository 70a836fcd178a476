"""One CSV file with a line a value (RFC 4180, UTF-8), safe to open in a spreadsheet."""

import csv
import re
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

from sqlalchemy.engine import Connection

from feeds.files import replacing
from feeds.handling import Handling
from feeds.listed import Listed, listed
from tocsin.cells import plain_cell
from tocsin.reports.disputes import disputed_values
from tocsin.stix import strictest

COLUMNS = (
    "kind",
    "value",
    "crime types",
    "confidence",
    "tlp",
    "first seen",
    "last seen",
    "valid until",
    "members",
    "stix id",
    "pap",
    "disputed",
    "impersonates",
)

_PHONE = re.compile(r"\+[0-9]+")


def write(connection: Connection, handling: Handling, out: Path, now: int) -> list[Path]:
    """`indicators.csv` and a README."""
    path, tlp = out / "indicators.csv", "clear"
    with replacing(path) as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        contested = disputed_values(connection)
        for one in listed(connection, handling.collection.key, now):
            writer.writerow(map(_safe, _cells(one, contested)))
            tlp = strictest((tlp, one.tlp))
        text.detach()
    return [path, handling.write_readme(out, tlp)]


def _cells(one: Listed, contested: frozenset[tuple[str, str]]) -> Iterator[str]:
    yield one.identifier.kind
    yield one.identifier.value
    yield " ".join(one.crime_types)
    yield "" if one.confidence is None else str(one.confidence)
    yield one.tlp
    yield one.first_seen or ""
    yield one.last_seen or ""
    yield one.valid_until or ""
    yield "" if one.members is None else str(one.members)
    yield one.stix_id
    yield one.pap or ""
    yield "yes" if one.disputed or (one.identifier.kind, one.identifier.value) in contested else ""
    yield one.impersonates or ""


def _safe(cell: str) -> str:
    """`cell` so that no spreadsheet takes it for a formula. A plus before digits alone is a phone number and stays."""
    return cell if _PHONE.fullmatch(cell) else plain_cell(cell)
