"""Letting a member or community into a collection, where what it holds was meant for them too."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection
from tocsin.members.communities import grant_community
from tocsin.members.members import grant
from tocsin.policy.carry import Reach, Reader
from tocsin.publishing.audience import names_of, readers_of, uncovered
from tocsin.reports.audiences import audience_of
from tocsin.reports.tables import report_collections, reports


class NotTheirs(ValueError):
    """A collection holds what was not shared with whoever was to read it."""


def admit(connection: Connection, collection: Collection, reader: Reader, *, read: bool, write: bool) -> None:
    """Set what a member or community may do with a collection, in place of what it might before; NotTheirs."""
    if collection.inbox_of is not None:
        raise NotTheirs("An inbox is for its member alone.")
    if read and reader not in readers_of(connection, collection.key):
        query = (
            sa.select(reports.c.audience_key)
            .distinct()
            .join(report_collections, report_collections.c.report_key == reports.c.key)
            .where(report_collections.c.collection_key == collection.key, report_collections.c.reach != Reach.NOTHING)
        )
        audiences = {key: audience_of(connection, key) for key in connection.execute(query).scalars()}
        if uncovered(connection, audiences, reader):
            name = names_of(connection, [reader])[reader]
            raise NotTheirs(f"{collection.title} holds what was not shared with {name}. Make a collection for both.")
    if reader.kind == "member":
        grant(connection, collection.key, reader.key, read=read, write=write)
    else:
        grant_community(connection, collection.key, reader.key, read=read, write=write)
