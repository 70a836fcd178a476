"""What left of cases: that a document was made, known again by the hash of its data."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.cases.cases import Case
from tocsin.cases.tables import case_exports
from tocsin.members.tables import members


@dataclass(frozen=True, slots=True)
class Made:
    """A document was made at `made_ms` by somebody of a member."""

    case_id: str
    member_name: str
    made_ms: int
    made_by: str


def note_made(connection: Connection, case: Case, member_key: int, sha256: str, by: str, now: int) -> None:
    """Remember that a document with this hash (hexadecimal) of its data was made."""
    if find_made(connection, sha256) is None:
        row = {"case_id": case.id, "member_key": member_key, "made_ms": now, "made_by": by}
        connection.execute(case_exports.insert().values(sha256=sha256, **row))


def find_made(connection: Connection, sha256: str) -> Made | None:
    """The document whose data has this hash, None where none was made here."""
    query = (
        sa.select(case_exports.c.case_id, members.c.name, case_exports.c.made_ms, case_exports.c.made_by)
        .join(members, members.c.key == case_exports.c.member_key)
        .where(case_exports.c.sha256 == sha256)
    )
    row = connection.execute(query).first()
    return Made(*row) if row is not None else None
