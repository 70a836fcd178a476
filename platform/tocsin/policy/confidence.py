"""How sure an indicator is: what its sources support, moved by what its other readers saw of it."""

from collections.abc import Collection as Several
from collections.abc import Iterable
from typing import NamedTuple

from tocsin.times import DAY_MS

SEEN, FALSE = "seen", "false"
SAYS = (SEEN, FALSE)
"""What a reader can say of an indicator: it saw it used against people; it is wrong."""

WHYS = {
    "honest": "It belongs to somebody honest.",
    "shared": "Honest people use it too: blocking it would hit them.",
    "over": "The criminal no longer has it.",
    "unfounded": "We looked into it and found nothing bad.",
}
"""Why somebody calls an indicator wrong: a closed list, because free words can tell who speaks."""

FRESH_DAYS, LASTING_DAYS = 90, 180
"""A vote weighs whole for so many days, then half until the second number, then nothing."""

LOWEST, HIGHEST = 5, 95
"""Nothing is sure: 100 is left to proof, and what stands is never called nothing."""

ONE_IS_LITTLE = 10
"""What the first voice that calls it wrong takes away; one alone can do no more."""

_OF_VOICES = (30, 50, 70, 85)
_STEP_UP, _STEP_DOWN = 5, 20
_MOST_SEEN, _MOST_FALSE = 3, 5
_WHOLE = 2


class Vote(NamedTuple):
    """What a member says of an indicator: one of SAYS, when (ms); `voice` is the key that stands for its voice."""

    voice: int
    says: str
    said_ms: int


class Weighed(NamedTuple):
    """What votes weigh together, in halves of a voice, no further than it matters; and the last sighting (ms)."""

    seen: int = 0
    false: int = 0
    last_seen: int | None = None

    @property
    def seen_by(self) -> int:
        """How many independent readers saw it, an older word counting half; 3 stands for three and more."""
        return self.seen // _WHOLE

    @property
    def called_false_by(self) -> int:
        """How many independent readers call it wrong, the last half counting as one; 5 stands for five and more."""
        return -(-self.false // _WHOLE)


UNVOTED = Weighed()


def weight(said_ms: int, now: int) -> int:
    """What a vote of this age weighs, in halves of a voice."""
    days = (now - said_ms) / DAY_MS
    return _WHOLE if days < FRESH_DAYS else 1 if days < LASTING_DAYS else 0


def weighed(votes: Iterable[Vote], sources: Several[int], now: int) -> Weighed:
    """What the votes on an indicator weigh at `now` (ms): one a voice, the newest; none of a voice that reports it.

    `sources` are the voices that the indicator rests on. A sighting keeps it valid however old it is.
    """
    counted = one_a_voice(votes, sources)
    halves = dict.fromkeys(SAYS, 0)
    for vote in counted:
        halves[vote.says] += weight(vote.said_ms, now)
    return Weighed(
        seen=min(halves[SEEN], _MOST_SEEN * _WHOLE),
        false=min(halves[FALSE], _MOST_FALSE * _WHOLE),
        last_seen=max((one.said_ms for one in counted if one.says == SEEN), default=None),
    )


def against(votes: Iterable[Vote], sources: Several[int], now: int) -> int:
    """How many voices call it wrong, of those whose vote weighs anything still."""
    counted = one_a_voice(votes, sources)
    return sum(one.says == FALSE and weight(one.said_ms, now) > 0 for one in counted)


def one_a_voice(votes: Iterable[Vote], sources: Several[int]) -> list[Vote]:
    """The newest vote of each voice but these; of two at the same moment the one that calls it wrong."""
    newest: dict[int, Vote] = {}
    for vote in sorted(votes, key=lambda one: (one.said_ms, one.says == FALSE)):
        if vote.voice not in sources:
            newest[vote.voice] = vote
    return list(newest.values())


def confidence(stated: int, voices: int, votes: Weighed = UNVOTED) -> int:
    """0 to 100 (STIX 2.1 appendix A), always between LOWEST and HIGHEST.

    The larger of what sources state and what the number of their voices supports: no voice (open lists) 30, one member
    50, two 70, three or more 85. Each reader's sighting adds 5, at most 15. The first that calls it wrong takes 10,
    each further one 20. It never falls where a source or a sighting is added, nor rises where a reader calls it wrong.
    """
    supported = max(stated, _OF_VOICES[min(voices, 3)]) + _STEP_UP * votes.seen_by
    return max(LOWEST, min(HIGHEST, supported) - _fall(votes.false))


def _fall(halves: int) -> int:
    """What so many halves of voices take away: 5, 10, then 10 for each further half."""
    if halves <= _WHOLE:
        return halves * ONE_IS_LITTLE // _WHOLE
    return ONE_IS_LITTLE + (halves - _WHOLE) * _STEP_DOWN // _WHOLE
