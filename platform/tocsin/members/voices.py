"""Who is one voice: members of one group, and members whose lists copy each other.

What is linked, directly or through others, is one voice, and the smallest of its members' keys stands for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.members.members import Member
from tocsin.members.tables import members, voice_links

WHYS = {
    "group": "They belong to one group.",
    "declared": "One says that it copies the other.",
    "measured": "What they report was measured to be the same.",
}
"""Why two members are one voice, in plain words."""


@dataclass(frozen=True, slots=True)
class VoiceLink:
    """Two members that are one voice, by key, the smaller first; `why` is a key of WHYS, `since_ms` a moment (ms)."""

    member_key: int
    other_key: int
    why: str
    since_ms: int
    by: str


def link_voices(connection: Connection, one: Member, other: Member, why: str, by: str, now: int) -> None:
    """Make two members one voice; where they are linked already, that stays as it is. ValueError where it cannot be."""
    if why not in WHYS:
        raise ValueError(f"{why!r} is no reason for one voice; it is one of {', '.join(WHYS)}.")
    if one.key == other.key:
        raise ValueError("A member is one voice with itself: name two members.")
    first, second = sorted((one.key, other.key))
    if connection.execute(sa.select(voice_links).where(_this(first, second))).first() is None:
        values = {"member_key": first, "other_key": second, "why": why, "since_ms": now, "by": by}
        connection.execute(voice_links.insert().values(values))
        _note_voices(connection)


def unlink_voices(connection: Connection, one: Member, other: Member) -> bool:
    """End the link of two members, who may be one voice through others still; whether there was one."""
    first, second = sorted((one.key, other.key))
    there = connection.execute(voice_links.delete().where(_this(first, second))).rowcount > 0
    if there:
        _note_voices(connection)
    return there


def voices_of(connection: Connection, member_keys: Iterable[int]) -> set[int]:
    """The keys of these members and of all that are one voice with one of them."""
    wanted = set(member_keys)
    voices = {own: voice for own, voice in connection.execute(sa.select(members.c.key, _VOICE)) if own in wanted}
    same = sa.select(members.c.key).where(_VOICE.in_(set(voices.values())))
    return set(connection.execute(same).scalars())


def voice_of(connection: Connection, member_key: int) -> int:
    """The key that stands for a member's voice."""
    return int(connection.execute(sa.select(_VOICE).where(members.c.key == member_key)).scalar_one())


def all_links(connection: Connection) -> list[VoiceLink]:
    """Every link, by its members' keys."""
    query = sa.select(voice_links).order_by(voice_links.c.member_key, voice_links.c.other_key)
    return [VoiceLink(*row) for row in connection.execute(query)]


def joined(links: Iterable[tuple[int, int]]) -> dict[int, int]:
    """By member key, the smallest key among all that are linked with it, directly or through others."""
    found: dict[int, int] = {}
    for one, other in links:
        voices = {found.setdefault(one, one), found.setdefault(other, other)}
        found.update({key: min(voices) for key, voice in found.items() if voice in voices})
    return found


_VOICE = sa.func.coalesce(members.c.voice_key, members.c.key)


def _note_voices(connection: Connection) -> None:
    """Bring `members.voice_key` to what the links say; NULL for whoever is linked with nobody."""
    voices = joined((link.member_key, link.other_key) for link in all_links(connection))
    for key, before in connection.execute(sa.select(members.c.key, members.c.voice_key)).all():
        if voices.get(key) != before:
            connection.execute(members.update().where(members.c.key == key).values(voice_key=voices.get(key)))


def _this(first: int, second: int) -> sa.ColumnElement[bool]:
    return sa.and_(voice_links.c.member_key == first, voice_links.c.other_key == second)
