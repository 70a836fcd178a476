"""Files attached to a report as evidence: sealed as they come, opened by nothing here, never sent on."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import storable
from tocsin.reports.reports import Report
from tocsin.reports.tables import exhibits
from tocsin.sealing import seal, unseal

LARGEST = 20_000_000
"""Bytes of one file."""
MOST = 10
"""Files of one report."""

_LONGEST_NAME = 120
_COLUMNS = [exhibits.c[name] for name in ("sha256", "name", "size", "added_ms", "added_by")]


class BadExhibit(ValueError):
    """A file cannot be attached; the message says which and why."""


class NoSuchExhibit(LookupError):
    """Nothing with this hash is attached, or what was in it is gone."""


class Exhibit(NamedTuple):
    """An attached file: `sha256` (hexadecimal) and `size` (bytes) are of the file as it came.

    `gone`: what was in it had to go, its name too; the hash stays, as what was once handed in.
    """

    sha256: str
    name: str
    size: int
    added_ms: int
    added_by: str
    gone: bool = False


def attach(
    connection: Connection, key: bytes, report: Report, files: Iterable[tuple[str, bytes]], by: str, now: int
) -> int:
    """Seal files, each a name and its bytes, and keep them with a report; how many were new.

    All of them or, with BadExhibit, none: on a writing connection, whose transaction the error ends. The same bytes
    again add nothing.
    """
    there = {one.sha256: one for one in exhibits_of(connection, report.key)}
    new = 0
    for given, body in files:
        name = shown_name(given)
        sha256 = hashlib.sha256(body).hexdigest()
        if sha256 in there:
            if there[sha256].gone:
                raise BadExhibit(f"“{name}” was attached before and had to go, so it is not taken again.")
            continue
        _check(name, body, len(there))
        there[sha256] = Exhibit(sha256, name, len(body), now, by)
        row = {column: value for column, value in there[sha256]._asdict().items() if column != "gone"}
        sealed = seal(key, body, _about(report, sha256))
        connection.execute(exhibits.insert().values(report_key=report.key, sealed=sealed, **row))
        new += 1
    return new


def exhibits_of(connection: Connection, report_key: int) -> list[Exhibit]:
    """What is attached to a report, in the order in which it came."""
    query = (
        sa.select(*_COLUMNS, (sa.func.length(exhibits.c.sealed) == 0).label("gone"))
        .where(exhibits.c.report_key == report_key)
        .order_by(exhibits.c.added_ms, exhibits.c.name, exhibits.c.sha256)
    )
    return [Exhibit._make(row) for row in connection.execute(query)]


def opened(connection: Connection, key: bytes, report: Report, sha256: str) -> tuple[Exhibit, bytes]:
    """An attached file and its bytes as they came; NoSuchExhibit."""
    this = sa.and_(exhibits.c.report_key == report.key, exhibits.c.sha256 == sha256)
    row = connection.execute(sa.select(*_COLUMNS, exhibits.c.sealed).where(this)).first()
    body = unseal(key, row.sealed, _about(report, sha256)) if row is not None else None
    if row is None or body is None:
        raise NoSuchExhibit(sha256)
    sha256, name, size, added_ms, added_by, _ = row
    return Exhibit(sha256, name, size, added_ms, added_by), body


def detach(connection: Connection, report_key: int, sha256: str) -> bool:
    """Take an attached file away; whether it was there. It can be attached again."""
    this = sa.and_(exhibits.c.report_key == report_key, exhibits.c.sha256 == sha256, exhibits.c.sealed != b"")
    return bool(connection.execute(exhibits.delete().where(this)).rowcount)


def empty_exhibits(connection: Connection, report_key: int) -> None:
    """Take away what is in all files attached to a report, and their names."""
    this = exhibits.c.report_key == report_key
    connection.execute(exhibits.update().where(this).values(sealed=b"", name="", added_by=""))


def _check(name: str, body: bytes, there: int) -> None:
    if not body:
        raise BadExhibit(f"“{name}” is empty.")
    if len(body) > LARGEST:
        raise BadExhibit(f"“{name}” has {len(body) / 1e6:.1f} MB; a file may have {LARGEST / 1e6:.0f} MB at most.")
    if there >= MOST:
        raise BadExhibit(f"A report takes {MOST} files; “{name}” is one too many.")


def shown_name(name: str) -> str:
    """A file's own name, without the folders that it lay in and what nobody can see."""
    own = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in storable(own) if letter.isprintable()).strip(". ")
    return plain[-_LONGEST_NAME:] or "file"


def _about(report: Report, sha256: str) -> str:
    return f"exhibit {report.id} {sha256}"
