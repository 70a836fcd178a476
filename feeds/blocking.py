"""What may be blocked: neither contested nor marked for looking only."""

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from feeds.listed import Listed, listed
from tocsin.reports.disputes import disputed_values
from tocsin.stix import BLOCKING_PAP


def blockable(connection: Connection, collection_key: int, now: int) -> Iterator[Listed]:
    """The values that hold at `now` and may be blocked: a dispute about a value takes it out at once, whoever's object
    names it; so does PAP:AMBER or PAP:RED, since a criminal notices blocking."""
    contested = disputed_values(connection)
    for one in listed(connection, collection_key, now):
        marked = one.pap is not None and one.pap not in BLOCKING_PAP
        about = one.identifier
        if not (marked or one.disputed or (about.kind, about.value) in contested):
            yield one
