"""What applies to a member's reports that say nothing else."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.tables import default_audiences, members
from tocsin.policy.carry import Reader


def set_default(
    connection: Connection,
    key: int,
    tlp: str | None,
    collection_key: int | None,
    *,
    unattributed: bool = False,
    basis: str | None = None,
) -> None:
    """Set marking, collection, whether the name is left out, and the lawful basis (`policy.agreement.BASES`)."""
    connection.execute(
        members.update()
        .where(members.c.key == key)
        .values(
            default_tlp=tlp,
            default_collection_key=collection_key,
            default_unattributed=unattributed,
            default_basis=basis,
        )
    )


def let_ask(connection: Connection, key: int, yes: bool) -> None:
    """Set whether others may ask about what a member reports, what it reported before included."""
    connection.execute(members.update().where(members.c.key == key).values(may_be_asked=yes))


def set_default_audience(connection: Connection, member_key: int, readers: Iterable[Reader]) -> None:
    """Set with whom a member shares what names neither collection nor audience; nobody is in it by itself."""
    connection.execute(default_audiences.delete().where(default_audiences.c.member_key == member_key))
    rows = [{"member_key": member_key, "kind": one.kind, "reader_key": one.key} for one in sorted(set(readers))]
    if rows:
        connection.execute(default_audiences.insert(), rows)


def default_audience(connection: Connection, member_key: int) -> frozenset[Reader]:
    """With whom a member shares what names neither collection nor audience."""
    query = sa.select(default_audiences).where(default_audiences.c.member_key == member_key)
    return frozenset(Reader(row.kind, row.reader_key) for row in connection.execute(query))
