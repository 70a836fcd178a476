"""What rows of different reports have in common without anybody being told what it is: a holder's name, a mail thread.

A keyed hash stands for it, so that the table is of no use without the key, and nothing in it is shown to anybody.
"""

from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import chunks, insert_rows
from tocsin.reports.tables import joints

Place = tuple[int, int]
"""A report's key and a row count; of a thread the number of the mail in its report."""

MOST = 200
"""Places that are looked at that have one thing in common: with more of them it tells little."""


def keep_joints(connection: Connection, basis: str, report_key: int, found: Iterable[tuple[int, bytes]]) -> None:
    """Keep what places of a report, by row count, have in common with others: `basis` is one of `policy.edges`."""
    rows = [(basis, token, report_key, n) for n, token in dict.fromkeys(found)]
    insert_rows(connection, joints, ["basis", "token", "report_key", "n"], rows)


def put_joints(connection: Connection, basis: str, report_key: int, found: Iterable[tuple[int, bytes]]) -> None:
    """Keep what places of a report have in common in place of what was kept of it before."""
    connection.execute(joints.delete().where(joints.c.basis == basis, joints.c.report_key == report_key))
    keep_joints(connection, basis, report_key, found)


def joined_to(connection: Connection, basis: str, places: Several[Place]) -> dict[Place, list[Place]]:
    """By place, the places that have something in common with it, itself not among them; at most MOST each."""
    tokens = _tokens(connection, basis, places)
    others: dict[bytes, list[Place]] = {}
    for token in {token for some in tokens.values() for token in some}:
        query = (
            sa.select(joints.c.report_key, joints.c.n)
            .where(joints.c.basis == basis, joints.c.token == token)
            .order_by(joints.c.report_key.desc(), joints.c.n)
            .limit(MOST)
        )
        others[token] = [(row.report_key, row.n) for row in connection.execute(query)]
    return {
        place: list(dict.fromkeys(other for token in some for other in others[token] if other != place))
        for place, some in tokens.items()
    }


def _tokens(connection: Connection, basis: str, places: Several[Place]) -> Mapping[Place, set[bytes]]:
    found: defaultdict[Place, set[bytes]] = defaultdict(set)
    for some in chunks(list(places)):
        query = sa.select(joints.c.report_key, joints.c.n, joints.c.token).where(
            joints.c.basis == basis, sa.tuple_(joints.c.report_key, joints.c.n).in_(some)
        )
        for report_key, n, token in connection.execute(query):
            found[report_key, n].add(bytes(token))
    return found
