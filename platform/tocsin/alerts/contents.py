"""What a delivery says, made when it leaves: of what its person may read at that moment, and what is still there."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.alerts.hits import Counts, counts_between, new_ids_between
from tocsin.alerts.outbox import Delivery
from tocsin.alerts.readers import Reader, readers_now
from tocsin.alerts.tables import saved_searches

MOST_IDS = 100
"""Ids in one webhook."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one search; `ids` are the STIX ids of what is new, newest first."""

    search_key: int
    search_id: str
    name: str
    counts: Counts
    ids: tuple[str, ...]


def reader_of(connection: Connection, one: Delivery) -> Reader | None:
    """Who gets it, None for somebody who may not come in any longer."""
    return readers_now(connection, [one.user_key]).get(one.user_key)


def told_of(connection: Connection, one: Delivery, reader: Reader) -> list[Told]:
    """What a delivery says of its searches, without those of which nothing is left to say.

    A mail leaves out what the person saw meanwhile; a webhook, which no person reads, does not.
    """
    keys = [part.search_key for part in one.parts]
    query = sa.select(saved_searches).where(saved_searches.c.key.in_(keys), saved_searches.c.paused_ms.is_(None))
    rows = {row.key: row for row in connection.execute(query.where(saved_searches.c.user_key == one.user_key))}
    found = []
    for part in one.parts:
        row = rows.get(part.search_key)
        if row is None:
            continue
        after = max(part.after_seq, row.looked_seq) if one.kind == "mail" else part.after_seq
        which = (row.key, after, part.upto_seq, reader.collections)
        counts = counts_between(connection, *which)
        if counts.any:
            ids = new_ids_between(connection, *which, MOST_IDS)
            found.append(Told(row.key, row.id, row.name, counts, tuple(ids)))
    return sorted(found, key=lambda each: (each.name.casefold(), each.search_id))
