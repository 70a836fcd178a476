"""Who may know of a report: each set of members and communities is kept once, and never changed."""

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.policy.carry import Reader
from tocsin.reports.tables import audience_readers, audiences


def keep_audience(connection: Connection, readers: Iterable[Reader] | None) -> int | None:
    """The key of this audience, made where it is not there yet; None for everybody."""
    if readers is None:
        return None
    listed = sorted(set(readers))
    digest = hashlib.sha256("\n".join(f"{kind} {key}" for kind, key in listed).encode()).digest()
    known = connection.execute(_KEPT, {"sha256": digest}).scalar()
    if known is not None:
        return int(known)
    key = connection.execute(audiences.insert().values(sha256=digest).returning(audiences.c.key)).scalar_one()
    if listed:
        connection.execute(
            audience_readers.insert(),
            [{"audience_key": key, "kind": kind, "reader_key": reader} for kind, reader in listed],
        )
    return int(key)


def audience_of(connection: Connection, key: int | None) -> frozenset[Reader] | None:
    """The members and communities of an audience; None for everybody."""
    if key is None:
        return None
    rows = connection.execute(sa.select(audience_readers).where(audience_readers.c.audience_key == key))
    return frozenset(Reader(row.kind, row.reader_key) for row in rows)


_KEPT = sa.select(audiences.c.key).where(audiences.c.sha256 == sa.bindparam("sha256"))
