"""What an indicator says, computed from the assertions that the whole audience of its collection may see."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from tocsin.policy.confidence import UNVOTED, Weighed, confidence
from tocsin.stix import HANDLING, PAP, IndicatorFacts, strictest, strictest_of, with_broader
from tocsin.times import DAY_MS

DAYS_VALID = {"domain": 180, "url": 90, "ipv4": 30, "ipv6": 30, "email": 365}
"""How long an indicator holds after it was last reported. Kinds not named here hold until they are withdrawn."""

_MOST_NOTES = 20


class Standing(NamedTuple):
    """What one assertion that stands says, with what its report says about it. Moments are ms.

    `voice_of` tells which member's voice it is: members of one group, and those who copy each other, have one.
    `note` is free text that may leave. What has no name says days only: a moment may tell whose system it is from.
    """

    member_key: int
    voice_of: int
    member_name: str
    named: bool
    voice: bool
    approved: bool
    whole: bool
    verdict: str
    tlp: str
    role: str | None
    crime_type: str | None
    confidence: int | None
    first_seen: int | None
    last_seen: int | None
    received_ms: int
    pap: str | None = None
    handling: str | None = None
    note: str | None = None

    @property
    def since(self) -> int:
        """When it was first seen, or else reported."""
        return self.shown(self.received_ms if self.first_seen is None else self.first_seen)

    def shown(self, ms: int) -> int:
        """A moment as others may know it."""
        return ms if self.named else ms - ms % DAY_MS


def computed(
    kind: str,
    standing: Sequence[Standing],
    *,
    disputed: bool = False,
    account_status: tuple[str, int] | None = None,
    impersonates: str | None = None,
    votes: Weighed = UNVOTED,
) -> IndicatorFacts:
    """The facts that these assertions, at least one, support together; `votes` are those of its other readers."""
    return _computed(kind, tuple(standing), disputed, account_status, impersonates, votes)


# the rows of one report mostly say the same, each of a value of its own
@lru_cache(maxsize=256)
def _computed(
    kind: str,
    standing: tuple[Standing, ...],
    disputed: bool,
    account_status: tuple[str, int] | None,
    impersonates: str | None,
    votes: Weighed,
) -> IndicatorFacts:
    # by column: this is done for every row of every report
    said: Any = Standing._make(zip(*standing, strict=True))
    first = min([one.since for one in standing])
    voices = len(voices_among(standing))
    stated = max(filter(None, said.confidence), default=0)
    seen = [_last(one.last_seen, one.shown(one.last_seen), first) for one in standing if one.last_seen is not None]
    return IndicatorFacts(
        kind=kind,
        tlp=strictest(said.tlp),
        crime_types=_each(chain.from_iterable(map(with_broader, said.crime_type))),
        roles=_each(said.role),
        members=voices,
        sources=_each([one.member_name for one in standing if one.named]),
        confidence=confidence(stated, voices, votes),
        first_seen=first,
        last_seen=max(seen, default=None),
        valid_from=first,
        valid_until=_valid_until(kind, standing, votes.last_seen),
        pap=strictest_of(PAP, said.pap),
        handling=strictest_of(HANDLING, said.handling),
        notes=_each(said.note)[:_MOST_NOTES],
        disputed=disputed,
        account_status=account_status,
        impersonates=impersonates,
        seen_by=votes.seen_by,
        called_false_by=votes.called_false_by,
    )


def voices_among(standing: Iterable[Standing]) -> set[int]:
    """The independent voices of these assertions; an open list is none."""
    return {one.voice_of for one in standing if one.voice}


def _valid_until(kind: str, standing: Sequence[Standing], last_seen: int | None) -> int | None:
    """The end of validity, counted from the last time anybody reported it or another reader saw it.

    Rounded up to a tenth of the term, so that a list that repeats itself every day does not make a version a day.
    """
    days = DAYS_VALID.get(kind)
    if days is None:
        return None
    step = days * DAY_MS // 10
    latest = max([last_seen or 0, *[max(one.last_seen or 0, one.received_ms) for one in standing]])
    return -(-(latest + days * DAY_MS) // step) * step


def _last(moment: int, shown: int, first: int) -> int:
    """A last sighting as it is shown, but not before the first one because only its day is."""
    return max(shown, first) if moment >= first else shown


def _each(values: Iterable[str | None]) -> tuple[str, ...]:
    found = set(filter(None, values))
    return tuple(sorted(found)) if len(found) > 1 else tuple(found)
