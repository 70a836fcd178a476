"""What changed in a collection since a position, as signed STIX bundles for those who cannot poll."""

import re
from pathlib import Path

from sqlalchemy.engine import Connection

from feeds.export_stix import batches, bundle, marking_of
from feeds.files import replacing
from feeds.handling import Handling
from feeds.listed import newest
from feeds.signing import SUMS, public_pem, sign
from tocsin.ledger.read import EVERYTHING
from tocsin.stix import strictest

PUBLIC_KEY = "exchange.pem"
_DIGITS = 15
_LIST = re.compile(rf"\d{{{_DIGITS}}}-(\d{{{_DIGITS}}}){re.escape(SUMS)}")


def write(connection: Connection, handling: Handling, out: Path, since: int, seed: bytes) -> list[Path]:
    """The newest versions of all objects after the position `since`, withdrawals and notices of deletion among them.

    Each bundle is `FROM-TO.json` for the positions after FROM up to TO, so that a missing one shows; `FROM-TO.sha256`
    with its signature covers all of a call. Nothing new writes nothing. Files of earlier calls stay.
    """
    out.mkdir(parents=True, exist_ok=True)
    tlp, after, written = "clear", since, list[Path]()
    for entries in batches(newest(connection, handling.collection.key, EVERYTHING, since)):
        tlp = strictest([tlp, *map(marking_of, entries)])
        path = out / f"{_range(after, entries[-1].position)}.json"
        with replacing(path) as file:
            file.write(bundle([entry.body for entry in entries]))
        after = entries[-1].position
        written.append(path)
    if not written:
        return []
    with replacing(out / PUBLIC_KEY) as file:
        file.write(public_pem(seed))
    signed = sign(written, out / _range(since, after), seed)
    return [*written, *signed, out / PUBLIC_KEY, handling.write_readme(out, tlp)]


def last_position(out: Path) -> int:
    """The position up to which the increments in a folder go; 0 where there are none."""
    found = (_LIST.fullmatch(path.name) for path in out.glob(f"*{SUMS}"))
    return max((int(match[1]) for match in found if match), default=0)


def _range(after: int, last: int) -> str:
    return f"{after:0{_DIGITS}}-{last:0{_DIGITS}}"
