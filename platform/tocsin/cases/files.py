"""Files of a case, each known by its SHA-256: sealed like evidence, or kept elsewhere and noted by its hash alone.

What is in a file stays with the member that attached it: whoever the case is shared with sees name, size and hash.
"""

import hashlib
import re
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.cases.cases import Case
from tocsin.cases.tables import case_files
from tocsin.members.tables import members
from tocsin.reports.exhibits import LARGEST, shown_name
from tocsin.reports.tables import exhibits, reports
from tocsin.sealing import seal, unseal

MOST_FILES = 50
"""Of one case by one member."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


class BadFile(ValueError):
    """A file cannot be taken; the message says which and why."""


class NoSuchFile(LookupError):
    """There is no such file, or what is in it is not here."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file as one member sees it. `kept`: what is in it lies here; `reports`: the member's own that have it too."""

    id: str
    sha256: str
    name: str
    size: int | None
    member_name: str
    added_ms: int
    added_by: str
    own: bool
    kept: bool
    reports: tuple[str, ...] = ()


def attach_file(
    connection: Connection, key: bytes, case: Case, member_key: int, name: str, body: bytes, by: str, now: int
) -> bool:
    """Seal a file and keep it; whether it is new. BadFile says why it is not taken."""
    shown = shown_name(name)
    if not body:
        raise BadFile(f"“{shown}” is empty.")
    if len(body) > LARGEST:
        raise BadFile(f"“{shown}” has {len(body) / 1e6:.1f} MB; a file may have {LARGEST / 1e6:.0f} MB at most.")
    sha256 = hashlib.sha256(body).hexdigest()
    sealed = seal(key, body, _about(case, sha256))
    return _keep(connection, case, member_key, sha256, shown, by, now, size=len(body), sealed=sealed)


def note_hash(connection: Connection, case: Case, member_key: int, sha256: str, name: str, by: str, now: int) -> bool:
    """Note a file that is kept elsewhere by its hash; whether it is new. BadFile where that is no hash."""
    plain = "".join(sha256.split()).lower()
    if not _SHA256.fullmatch(plain):
        raise BadFile("A SHA-256 has 64 digits from 0 to 9 and a to f.")
    return _keep(connection, case, member_key, plain, shown_name(name), by, now, size=None, sealed=None)


def files_of(connection: Connection, case: Case, member_key: int) -> list[CaseFile]:
    """The files of a case, in the order in which they came."""
    query = (
        sa.select(*(case_files.c[name] for name in ("id", "sha256", "name", "size", "member_key")))
        .add_columns(case_files.c.added_ms, case_files.c.added_by, case_files.c.sealed.is_not(None).label("kept"))
        .add_columns(members.c.name.label("member"))
        .join(members, members.c.key == case_files.c.member_key)
        .where(case_files.c.case_key == case.key)
        .order_by(case_files.c.added_ms, case_files.c.id)
    )
    rows = connection.execute(query).all()
    attached = _attached(connection, member_key, [row.sha256 for row in rows])
    return [_file(row, member_key, attached) for row in rows]


def opened_file(connection: Connection, key: bytes, case: Case, member_key: int, file_id: str) -> tuple[str, bytes]:
    """Name and bytes of a file that this member attached; NoSuchFile."""
    this = sa.and_(case_files.c.case_key == case.key, case_files.c.member_key == member_key, case_files.c.id == file_id)
    row = connection.execute(sa.select(case_files).where(this)).first()
    body = unseal(key, row.sealed, _about(case, row.sha256)) if row is not None and row.sealed else None
    if row is None or body is None:
        raise NoSuchFile(file_id)
    return row.name, body


def _keep(
    connection: Connection, case: Case, member_key: int, sha256: str, name: str, by: str, now: int, **values: Any
) -> bool:
    mine = sa.and_(case_files.c.case_key == case.key, case_files.c.member_key == member_key)
    there = set(connection.execute(sa.select(case_files.c.sha256).where(mine)).scalars())
    if sha256 in there:
        return False
    if len(there) >= MOST_FILES:
        raise BadFile(f"A case takes {MOST_FILES} files of one member; “{name}” is one too many.")
    row = {"id": uuid.uuid4().hex, "case_key": case.key, "member_key": member_key, "added_ms": now, "added_by": by}
    connection.execute(case_files.insert().values(**row, sha256=sha256, name=name, **values))
    return True


def _attached(connection: Connection, member_key: int, hashes: list[str]) -> dict[str, list[str]]:
    """The member's own reports to which files with these hashes are attached as evidence."""
    if not hashes:
        return {}
    query = (
        sa.select(exhibits.c.sha256, reports.c.id)
        .join(reports, reports.c.key == exhibits.c.report_key)
        .where(reports.c.member_key == member_key, exhibits.c.sha256.in_(hashes))
        .order_by(reports.c.key)
    )
    found: dict[str, list[str]] = {}
    for sha256, report_id in connection.execute(query):
        found.setdefault(sha256, []).append(report_id)
    return found


def _file(row: Any, member_key: int, attached: dict[str, list[str]]) -> CaseFile:
    own = row.member_key == member_key
    return CaseFile(
        *(row.id, row.sha256, row.name, row.size, row.member, row.added_ms),
        row.added_by if own else "",
        own,
        bool(row.kept),
        tuple(attached.get(row.sha256, ())),
    )


def _about(case: Case, sha256: str) -> str:
    return f"case file {case.id} {sha256}"
