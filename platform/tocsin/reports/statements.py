"""What the bank of an account states of it: kept with its source; only state and date ever leave."""

from collections.abc import Collection as Several
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import rows_among, storable
from tocsin.reports.tables import account_statements

OPEN, RESTRICTED, CLOSED, VICTIM = "open", "restricted", "closed", "customer-is-victim"
STATUSES = (OPEN, RESTRICTED, CLOSED, VICTIM)
"""What a bank can state of an account that it keeps."""

LONGEST_SOURCE = 200


@dataclass(frozen=True, slots=True)
class Statement:
    """What a member stated of a subject, when (ms), and from which source it knows."""

    key: int
    subject: bytes
    member_key: int
    by: str
    status: str
    stated_ms: int
    source: str


def keep_statement(
    connection: Connection, subject: bytes, member_key: int, by: str, status: str, source: str, now: int
) -> None:
    """Keep a statement; from now on it is the one that stands."""
    connection.execute(
        account_statements.insert().values(
            subject=subject, member_key=member_key, by=by, status=status, stated_ms=now, source=storable(source)
        )
    )


def statements_on(connection: Connection, subject: bytes) -> list[Statement]:
    """What was stated of a subject, the newest first."""
    query = sa.select(account_statements).where(account_statements.c.subject == subject)
    return [Statement(*row) for row in connection.execute(query.order_by(account_statements.c.key.desc()))]


def standing_statements(connection: Connection, subjects: Several[bytes]) -> dict[bytes, tuple[str, int]]:
    """State and date (ms) of the statement that stands, by subject."""
    return {row.subject: (row.status, row.stated_ms) for row in rows_among(connection, _STATED, subjects)}


_STATED = "SELECT subject, status, stated_ms FROM account_statements WHERE subject IN ({}) ORDER BY key"
