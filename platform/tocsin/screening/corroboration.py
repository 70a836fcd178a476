"""No one is accused by one voice: when several members' word, or a moderator's, is enough."""

from collections.abc import Iterable
from typing import NamedTuple


class Voice(NamedTuple):
    """One assertion's weight: whose voice it is, whether that word counts, whether a moderator approved it."""

    whose: int
    counts: bool
    approved: bool


def corroborated(voices: Iterable[Voice], needed: int) -> bool:
    """Whether these assertions publish an identifier.

    Where one voice is enough, any word is, an open list's too. Otherwise it takes `needed` different voices that
    count, or an approval.
    """
    listed = list(voices)
    if needed <= 1:
        return bool(listed)
    return any(voice.approved for voice in listed) or len({v.whose for v in listed if v.counts}) >= needed
