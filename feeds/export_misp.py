"""A native MISP feed: `manifest.json`, `hashes.csv` and an event file for each day, as MISP pulls them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import orjson
from pymisp import MISPEvent, MISPOrganisation
from sqlalchemy.engine import Connection

from feeds.export_stix import marking_of
from feeds.files import replacing
from feeds.handling import Handling
from feeds.lines import one_line
from feeds.misp_attributes import add_indicator
from tocsin.ledger.objects import beginnings, latest_of
from tocsin.ledger.read import Entry
from tocsin.reports.disputes import disputed_values
from tocsin.stix import strictest

INDICATORS = 5_000
"""The most indicators of one event: MISP shows and correlates larger ones slowly."""

MANIFEST, HASHES = "manifest.json", "hashes.csv"
_UNDATED = {"timestamp": None, "publish_timestamp": None}
_EVENTS = UUID("0b9a6ffb-6d5b-4b8e-8d6c-2f8a1d0f7c55")


def write(connection: Connection, handling: Handling, out: Path, now: int) -> list[Path]:
    """The feed's files. An indicator stays for ever in the event of the day on which it was first published.

    MISP takes an event again when its timestamp is newer, and no attribute twice: were one to move to another event,
    it would be lost there.
    """
    out.mkdir(parents=True, exist_ok=True)
    manifest: dict[str, object] = {}
    tlp, contested = "clear", disputed_values(connection)
    with replacing(out / HASHES) as hashes:
        for day, part, ids in _parts(beginnings(connection, handling.collection.key, "indicator")):
            entries = latest_of(connection, handling.collection.key, ids)
            if not entries:
                continue
            event = _event(handling, day, part, [entries[one] for one in ids if one in entries], now, contested)
            tlp = strictest([tlp, *map(marking_of, entries.values())])
            hashes.writelines(f"{one},{event.uuid}\n".encode() for one in event.attributes_hashes("md5"))
            told = event.to_feed()["Event"]
            outrun(told, out / f"{event.uuid}.json")
            manifest[event.uuid] = event.manifest[event.uuid] | {"timestamp": int(told["timestamp"])}
            with replacing(out / f"{event.uuid}.json") as file:
                file.write(orjson.dumps({"Event": told}))
    with replacing(out / MANIFEST) as file:
        file.write(orjson.dumps(manifest))
    written = [out / f"{identity}.json" for identity in manifest]
    for path in out.glob("*-*-*-*-*.json"):
        if path not in written:
            path.unlink()
    return [*written, out / HASHES, out / MANIFEST, handling.write_readme(out, tlp)]


def outrun(told: dict[str, Any], path: Path) -> None:
    """Make what changed since the event was last written, to `path`, later than it was then.

    MISP compares whole seconds: two changes within one second would look like one to it.
    """
    if not path.exists():
        return
    before = orjson.loads(path.read_bytes())["Event"]
    known = {one["uuid"]: one for one in _dated(before)}
    for one in _dated(told):
        _date_after(one, known.get(one["uuid"]))
    _date_after(told, before)


def _dated(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Everything in an event that has a timestamp of its own; an object after its attributes."""
    yield from event.get("Attribute", ())
    for one in event.get("Object", ()):
        yield from one["Attribute"]
        yield one


def _date_after(one: dict[str, Any], before: dict[str, Any] | None) -> None:
    if before is None:
        return
    same = {**one, **_UNDATED} == {**before, **_UNDATED}
    moment = max(int(one["timestamp"]), int(before["timestamp"]) + (not same))
    one |= {name: str(moment) for name in _UNDATED if name in one}


def _parts(begun: Iterator[tuple[int, str]]) -> Iterator[tuple[date, int, list[str]]]:
    """The ids of objects by the day on which they began, in parts of INDICATORS."""
    for day, some in groupby(begun, key=lambda one: datetime.fromtimestamp(one[0] / 1000, UTC).date()):
        part = 0
        while ids := [object_id for _, object_id in islice(some, INDICATORS)]:
            yield day, part, ids
            part += 1


def _event(
    handling: Handling,
    day: date,
    part: int,
    entries: list[Entry],
    now: int,
    contested: frozenset[tuple[str, str]],
) -> MISPEvent:
    organisation = MISPOrganisation()
    organisation.name = one_line(handling.exchange.name)
    organisation.uuid = handling.exchange.identity.partition("--")[2]
    event = MISPEvent()
    event.uuid = str(uuid5(_EVENTS, f"{handling.collection.id}|{day}|{part}"))
    shown = f" ({part + 1})" if part else ""
    title, name = one_line(handling.collection.title), one_line(handling.exchange.name)
    event.info = f"{title}, from {name}, {day}{shown}: intelligence, not evidence"
    event.date = day
    event.Orgc = organisation
    event.add_tag(f"tlp:{strictest(map(marking_of, entries))}")
    event.timestamp = event.publish_timestamp = max(add_indicator(event, entry, now, contested) for entry in entries)
    return event
