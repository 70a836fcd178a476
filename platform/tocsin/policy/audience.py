"""Whether a collection may carry what is handed in for it, decided once before anything is written."""

from dataclasses import dataclass

SMALLEST_UNATTRIBUTED_AUDIENCE = 5
"""With fewer readers, "one of you" names the source."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a collection reaches. `readers` are the members that may read it now."""

    title: str
    frozen: bool
    readers: frozenset[str]
    may_write: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes, or no with the reason, one plain sentence."""

    allowed: bool
    reason: str = ""


YES = Decision(True)


def may_carry(audience: Audience, tlp: str, *, unattributed: bool, from_exchange: bool = False) -> Decision:
    """Whether a report with this marking may go to this audience."""
    if not audience.may_write and not from_exchange:
        # one wording for a collection that is not there and one that may not be written to
        return Decision(False, f"There is no collection {audience.title!r} that you may hand in to.")
    if audience.frozen:
        return Decision(False, f"The collection {audience.title!r} is frozen: nothing goes in until it is released.")
    if tlp == "red":
        return Decision(
            False,
            "TLP:RED is for named persons only and cannot go to a collection that several members read.",
        )
    if unattributed and len(audience.readers) < SMALLEST_UNATTRIBUTED_AUDIENCE:
        return Decision(
            False,
            f"The collection {audience.title!r} has {len(audience.readers)} readers. Handing in without your name "
            f"needs at least {SMALLEST_UNATTRIBUTED_AUDIENCE}, or they could tell who it was.",
        )
    return YES
