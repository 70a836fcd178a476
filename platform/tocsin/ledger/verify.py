"""Whether the ledger is whole: what it says of itself, checked against its bytes."""

import hashlib
from typing import Any

import sqlalchemy as sa

from tocsin.ledger.database import Database
from tocsin.ledger.tables import NOWHERE, entries

_AT_ONCE = 5_000


def verify_ledger(database: Database) -> list[dict[str, Any]]:
    """The checks, each with `check` (what holds), `ok`, and `found` (how many break it)."""
    with database.reading() as connection:
        counted = [
            ("every entry's bytes have the hash that was noted, or were erased", _wrong_hashes(connection)),
            ("positions rise in commit order within a collection", connection.execute(_FALLING).scalar_one()),
            (
                "every visible object has one latest version a collection",
                connection.execute(_LATEST).scalar_one(),
            ),
        ]
    return [{"check": check, "ok": found == 0, "found": found} for check, found in counted]


def _wrong_hashes(connection: sa.Connection) -> int:
    wrong = seq = 0
    while True:
        query = sa.select(entries.c.seq, entries.c.sha256, entries.c.body, entries.c.visibility)
        query = query.where(entries.c.seq > seq)
        rows = connection.execute(query.order_by(entries.c.seq).limit(_AT_ONCE)).all()
        if not rows:
            return wrong
        wrong += sum(
            hashlib.sha256(row.body).digest() != row.sha256 for row in rows if row.body or row.visibility != NOWHERE
        )
        seq = rows[-1].seq


_before = sa.func.lag(entries.c.position).over(partition_by=entries.c.collection_key, order_by=entries.c.seq)
_steps = sa.select(entries.c.position, _before.label("before")).subquery()
_FALLING = sa.select(sa.func.count()).select_from(_steps).where(_steps.c.before >= _steps.c.position)

_objects = (
    sa.select(sa.func.count(entries.c.latest_position).label("latest"))
    .where(entries.c.visibility != NOWHERE)
    .group_by(entries.c.collection_key, entries.c.object_id)
    .subquery()
)
_LATEST = sa.select(sa.func.count()).select_from(_objects).where(_objects.c.latest != 1)
