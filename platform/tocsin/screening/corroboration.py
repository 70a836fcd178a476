"""No one is accused by one voice: when several members' word, or a moderator's, is enough."""

from collections.abc import Iterable
from typing import NamedTuple


class Voice(NamedTuple):
    """One assertion's weight: whose it is, whether that member's word counts, whether a moderator approved it."""

    member: int
    counts: bool
    approved: bool


def corroborated(personal: bool, voices: Iterable[Voice], needed: int) -> bool:
    """Whether these assertions publish an identifier.

    What is nobody's in particular needs one of any kind. What may be a person's needs `needed` different members
    whose word counts, or an approval.
    """
    listed = list(voices)
    if not personal:
        return bool(listed)
    return any(voice.approved for voice in listed) or len({v.member for v in listed if v.counts}) >= needed
