"""Who says so, as far as the viewer may know: members by name, other voices by a pseudonym, all with their days."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from tocsin.ledger.collections import Collection
from tocsin.ledger.read import Entry
from tocsin.members.access import Principal
from tocsin.members.roles import SEE_SOURCES
from tocsin.publishing.sources import Source, sources_of
from tocsin.times import stamp
from tocsin.web.attribution import pseudonym_of


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says, for one viewer. Days are dates; `own`: it is the viewer's member, without its name.

    `named` is whether `source` is a member's name; it is a pseudonym otherwise.
    """

    source: str
    named: bool
    own: bool
    crime_types: tuple[str, ...]
    first_seen: str | None
    last_seen: str | None
    reported: str
    reported_last: str


def said_about(connection: Connection, collection: Collection, entry: Entry, viewer: Principal) -> list[Said]:
    """What the sources of an indicator say, named ones first; nothing for whoever may not tell sources apart.

    Sorted by name and by pseudonym: their order tells nothing of who came first.
    """
    if not viewer.may(SEE_SOURCES):
        return []
    found = [_said(one, viewer) for one in sources_of(connection, collection, entry)]
    return sorted(found, key=lambda one: (not one.named, not one.own, one.source))


def asked_of(
    connection: Connection, collection: Collection, entry: Entry, viewer: Principal, name: str
) -> Source | None:
    """The source of an indicator that the viewer's member calls so; None where there is none that can be asked."""
    for one in sources_of(connection, collection, entry):
        said = _said(one, viewer)
        if not said.named and not said.own and said.source == name:
            return one
    return None


def _said(one: Source, viewer: Principal) -> Said:
    own = one.name is None and one.member_key == viewer.member_key
    name = one.name or pseudonym_of(one.voice_key, viewer)
    return Said(
        source="Your organisation, without its name" if own else name,
        named=one.name is not None,
        own=own,
        crime_types=one.crime_types,
        first_seen=day_of(one.first_seen),
        last_seen=day_of(one.last_seen),
        reported=stamp(one.reported)[:10],
        reported_last=stamp(one.reported_last)[:10],
    )


def day_of(ms: int | None) -> str | None:
    """The date of a moment, without its time."""
    return None if ms is None else stamp(ms)[:10]
