"""A hosts file that sends every listed domain nowhere."""

from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import Connection

from feeds.blocking import blockable
from feeds.files import replacing
from feeds.handling import Handling
from feeds.sorting import Sorted
from tocsin.stix import strictest

NOWHERE = "0.0.0.0"  # noqa: S104 - an address that is never reached, not one to listen on


def write(connection: Connection, handling: Handling, out: Path, now: int) -> list[Path]:
    """`hosts`, of domains alone: the host of a listed web address may be an honest one."""
    path, tlp = out / "hosts", "clear"
    with closing(Sorted()) as values:
        for one in blockable(connection, handling.collection.key, now):
            if one.identifier.kind == "domain":
                values.add("hosts", one.identifier.value)
                tlp = strictest((tlp, one.tlp))
        with replacing(path) as file:
            file.write(handling.comment(tlp))
            file.writelines(f"{NOWHERE} {value}\n".encode() for value in values.of("hosts"))
    return [path]
