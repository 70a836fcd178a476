"""How many values a member may ask the exchange about in a day: enough for investigators, too few to try them all.

What counts is that it was asked, never what the answer was, so that what is left tells nothing.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.tables import rations
from tocsin.times import DAY_MS

MOST_A_DAY = 1_000
"""Values of one member in a day (UTC), over pages and JSON API together."""


def take(connection: Connection, member_key: int, wanted: int, now: int) -> int:
    """How many of `wanted` values the member may ask about still; those count. On a writing connection."""
    day = now // DAY_MS
    this = rations.c.member_key == member_key
    row = connection.execute(sa.select(rations.c.day, rations.c.taken).where(this)).first()
    taken = row.taken if row is not None and row.day == day else 0
    granted = min(wanted, MOST_A_DAY - taken)
    if granted <= 0:
        return 0
    values = {"day": day, "taken": taken + granted}
    if row is None:
        connection.execute(rations.insert().values(member_key=member_key, **values))
    else:
        connection.execute(rations.update().where(this).values(values))
    return granted
