"""What is disputed: an indicator that somebody contests, until a named person decides by a due date."""

from collections.abc import Collection as Several

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.reports.tables import disputes


def disputed_among(connection: Connection, subjects: Several[bytes]) -> frozenset[bytes]:
    """The keys among these of subjects that are disputed now."""
    # few are at any time: all of them are read in place of asking for each of thousands
    query = sa.select(disputes.c.subject).where(disputes.c.decided_ms.is_(None))
    return frozenset(connection.execute(query).scalars()) & frozenset(subjects)
