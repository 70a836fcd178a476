"""Who says so: the members whose word an indicator rests on, named, or one voice after the other without a name."""

from collections import defaultdict
from dataclasses import dataclass
from operator import attrgetter

import orjson
from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection
from tocsin.ledger.read import Entry
from tocsin.publishing.facts import Standing
from tocsin.publishing.resting import resting
from tocsin.publishing.standing import load, subject_key


@dataclass(frozen=True, slots=True)
class Source:
    """What one source says of an indicator.

    `name` is None where it said so without its name: then `voice_key` tells it from others, and `member_key` is who of
    that voice said so last. Moments are ms; others are shown their days.
    """

    name: str | None
    voice_key: int
    member_key: int
    crime_types: tuple[str, ...]
    first_seen: int | None
    last_seen: int | None
    reported: int
    reported_last: int


def sources_of(connection: Connection, collection: Collection, entry: Entry) -> list[Source]:
    """The sources that the indicator in this entry rests on; none of an object that a member pushed as it is.

    A voice that says it with its name has no second line without: the number of voices would tell whose that is.
    """
    pattern = orjson.loads(entry.body).get("pattern", "")
    if entry.owner_key is not None or entry.revoked:
        return []
    claims = load(connection, {subject_key(pattern)})
    said = [claim.standing for claim in resting(connection, collection, claims)]
    named: defaultdict[str, list[Standing]] = defaultdict(list)
    unnamed: defaultdict[int, list[Standing]] = defaultdict(list)
    known = {one.voice_of for one in said if one.named}
    for one in said:
        if one.named:
            named[one.member_name].append(one)
        elif one.voice and one.voice_of not in known:
            unnamed[one.voice_of].append(one)
    return [_source(name, some) for name, some in sorted(named.items())] + [
        _source(None, some) for some in unnamed.values()
    ]


def _source(name: str | None, some: list[Standing]) -> Source:
    # of those that came at the same moment the last, as they were handed in
    newest = max(reversed(some), key=attrgetter("received_ms"))
    return Source(
        name=name,
        voice_key=newest.voice_of,
        member_key=newest.member_key,
        crime_types=tuple(sorted({one.crime_type for one in some if one.crime_type})),
        first_seen=min((one.first_seen for one in some if one.first_seen is not None), default=None),
        last_seen=max((one.last_seen for one in some if one.last_seen is not None), default=None),
        reported=min(one.received_ms for one in some),
        reported_last=newest.received_ms,
    )
