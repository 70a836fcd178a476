"""What may be known of by whoever may not read it: that somebody knows something about a value, and nothing else.

It is the one thing that is told beyond an audience. Three have to want it: whoever decides about the collection, the
member that reported it, and nothing in its marking against it.
"""

from dataclasses import dataclass

from tocsin.identifiers import PUBLISHED
from tocsin.policy.carry import SMALLEST_UNATTRIBUTED_AUDIENCE

FEWEST_OTHERS = SMALLEST_UNATTRIBUTED_AUDIENCE
"""Among fewer independent members beside whoever asks, "somebody in the exchange" names the source."""

_NEVER_TLP = "red"
_ITS_OWN_WORD = "amber+strict"
_NEVER_HANDLING = frozenset({"H2", "H3"})


@dataclass(frozen=True, slots=True)
class Circle:
    """Who may know of what a collection carries: everybody in the exchange, or whoever is in one of `communities`."""

    everybody: bool = False
    communities: frozenset[int] = frozenset()

    def takes_in(self, within: frozenset[int]) -> bool:
        """Whether a member that is in the communities with these keys is in it."""
        return self.everybody or bool(self.communities & within)


NOBODY = Circle()


def may_be_asked_about(kind: str) -> bool:
    """Whether values of this kind may ever be known of: not names, which are kept, nor what a token stands for."""
    return kind in PUBLISHED and not PUBLISHED[kind].secret


def lets_ask(tlp: str, handling: str | None, *, member: bool, report: bool | None) -> bool:
    """Whether others may be told that somebody knows something about what a report on these terms says.

    `member` is what the contributor says of all that it reports, `report` what it says of this one, None for nothing.
    TLP:RED, H2 and H3 forbid it. TLP:AMBER+STRICT is for the readers' own organisations, so that it takes a word on
    that very report.
    """
    if tlp == _NEVER_TLP or handling in _NEVER_HANDLING:
        return False
    if report is not None:
        return report
    return member and tlp != _ITS_OWN_WORD
