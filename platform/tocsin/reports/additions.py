"""Reports that add to earlier ones of the same member."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.reports.tables import additions, reports


def keep_addition(connection: Connection, report_id: str, adds_to: int) -> None:
    """Note that a report adds to another, whose key is `adds_to`."""
    key = connection.execute(sa.select(reports.c.key).where(reports.c.id == report_id)).scalar_one()
    connection.execute(additions.insert().values(report_key=key, adds_to=adds_to))


def additions_of(connection: Connection, report_key: int, limit: int) -> tuple[str | None, list[tuple[str, int]]]:
    """The id of the report that this one adds to, and those that add to it: ids and moments (ms), oldest first."""
    earlier = (
        sa.select(reports.c.id)
        .join(additions, additions.c.adds_to == reports.c.key)
        .where(additions.c.report_key == report_key)
    )
    later = (
        sa.select(reports.c.id, reports.c.received_ms)
        .join(additions, additions.c.report_key == reports.c.key)
        .where(additions.c.adds_to == report_key)
        .order_by(reports.c.key)
        .limit(limit)
    )
    return connection.execute(earlier).scalar(), [(one, at) for one, at in connection.execute(later)]
