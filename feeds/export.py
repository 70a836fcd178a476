"""Exports: what a collection says, as files that other tools read."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import Connection

from feeds import export_csv, export_hosts, export_increment, export_plain, export_stix
from feeds.handling import Handling
from tocsin.ledger.collections import Collection, collections_by_key
from tocsin.ledger.database import Database
from tocsin.members.granting import agreements_over
from tocsin.publishing.exchange import Exchange

Write = Callable[[Connection, Handling, Path, int], list[Path]]


def _write_misp(connection: Connection, handling: Handling, out: Path, now: int) -> list[Path]:
    # PyMISP takes a second to import, which every other command would wait for
    from feeds import export_misp

    return export_misp.write(connection, handling, out, now)


_WRITERS: dict[str, Write] = {
    "stix": export_stix.write,
    "csv": export_csv.write,
    "plain": export_plain.write,
    "hosts": export_hosts.write,
    "misp": _write_misp,
}
FORMATS = tuple(_WRITERS)


def export_collection(
    database: Database, exchange: Exchange, collection: Collection, file_format: str, out: Path, now: int
) -> list[Path]:
    """Write what a collection says at `now` (ms) into the folder `out`; the files, in order.

    `file_format` is one of FORMATS. Whether somebody may read the collection is for the caller to decide, before. The
    same state of the ledger gives the same bytes; each file is replaced as a whole.
    """
    with database.reading(snapshot=True) as connection:
        return _WRITERS[file_format](connection, _handling(connection, exchange, collection), out, now)


def export_increment_of(
    database: Database, exchange: Exchange, collection: Collection, out: Path, since: int, seed: bytes
) -> list[Path]:
    """Write what came into a collection after the position `since` as signed STIX bundles; the files, in order.

    `seed` is the exchange's signing key. None where nothing came.
    """
    with database.reading(snapshot=True) as connection:
        return export_increment.write(connection, _handling(connection, exchange, collection), out, since, seed)


def _handling(connection: Connection, exchange: Exchange, collection: Collection) -> Handling:
    current = collections_by_key(connection, {collection.key})[collection.key]
    agreements = agreements_over(connection, {collection.key})[collection.key]
    return Handling(exchange, current, tuple(one.contact for one in agreements if one.contact))
