"""What is disputed: a value that somebody contests, until a named person decides by a due date."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.reports.tables import disputes

UPHELD, WITHDRAWN, CORRECTED = "upheld", "withdrawn", "corrected"
OUTCOMES = (UPHELD, WITHDRAWN, CORRECTED)
"""How a dispute ends: it stands; it was wrong and is withdrawn; what was wrong in it was put right, and it stands."""


class NoSuchDispute(LookupError):
    """No dispute has that id."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute about a value of a kind, in whichever role and collection. Moments are ms; people by login.

    `member_key` is the member of whoever opened it.
    """

    id: str
    subject: bytes
    kind: str
    value: str
    opened_ms: int
    opened_by: str
    member_key: int
    reason: str
    due_ms: int
    decider: str
    decided_ms: int | None
    decided_by: str | None
    outcome: str | None
    decision: str | None

    def overdue(self, now: int) -> bool:
        """Whether it should have been decided by now."""
        return self.decided_ms is None and self.due_ms < now


def disputed_values(connection: Connection) -> frozenset[tuple[str, str]]:
    """Kind and value of all that is disputed now."""
    # few are at any time: all of them are read in place of asking for each of thousands
    query = sa.select(disputes.c.kind, disputes.c.value).where(disputes.c.decided_ms.is_(None))
    return frozenset((kind, value) for kind, value in connection.execute(query))


def find_dispute(connection: Connection, dispute_id: str) -> Dispute:
    """The dispute with this id; NoSuchDispute otherwise."""
    row = connection.execute(sa.select(disputes).where(disputes.c.id == dispute_id)).first()
    if row is None:
        raise NoSuchDispute(f"There is no dispute {dispute_id!r}.")
    return Dispute(*row)


def open_dispute_on(connection: Connection, kind: str, value: str) -> Dispute | None:
    """The dispute about this value that is open, if there is one."""
    query = sa.select(disputes).where(disputes.c.kind == kind, disputes.c.value == value)
    row = connection.execute(query.where(disputes.c.decided_ms.is_(None))).first()
    return Dispute(*row) if row is not None else None


def list_disputes(
    connection: Connection, *, member_key: int | None = None, only_open: bool = False, limit: int = 200, offset: int = 0
) -> list[Dispute]:
    """Disputes: open ones first, by due date, so that what is overdue stands on top; then the last decided.

    `member_key`: only what people of this member opened.
    """
    query = (
        sa.select(disputes)
        .order_by(
            disputes.c.decided_ms.is_not(None),
            sa.case((disputes.c.decided_ms.is_(None), disputes.c.due_ms), else_=-disputes.c.decided_ms),
            disputes.c.id,
        )
        .limit(limit)
        .offset(offset)
    )
    if member_key is not None:
        query = query.where(disputes.c.member_key == member_key)
    if only_open:
        query = query.where(disputes.c.decided_ms.is_(None))
    return [Dispute(*row) for row in connection.execute(query)]


def count_open(connection: Connection, now: int) -> tuple[int, int]:
    """How many disputes are open, and how many of them are overdue at `now` (ms)."""
    overdue = sa.func.coalesce(sa.func.sum(sa.case((disputes.c.due_ms < now, 1), else_=0)), 0)
    query = sa.select(sa.func.count(), overdue).where(disputes.c.decided_ms.is_(None))
    total, late = connection.execute(query).one()
    return int(total), int(late)
