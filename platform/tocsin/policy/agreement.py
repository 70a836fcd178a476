"""What the members of a community have agreed on, and the closed lists that it is said in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ONWARD = ("none", "clients", "partners", "public")
"""How far members may pass on what they get, least first: not outside their own organisation; to those of their
clients who need to know; to partners in their field; to anybody."""

BASES = {
    "legal-obligation": "A law obliges the member to share it.",
    "public-task": "It is part of a public authority's task.",
    "law-enforcement": "It serves to prevent, detect or prosecute crime under the law on police work.",
    "fraud-prevention-law": "A law on preventing fraud allows members to share it.",
    "legitimate-interests": "Preventing fraud outweighs the interests of the person concerned.",
    "vital-interests": "Somebody's life or health is at stake.",
    "contract": "A contract with the person concerned needs it.",
    "consent": "The person concerned agreed.",
}
"""The lawful bases on which a personal identifier may be shared, in plain words."""

LEAST_VOICES = 2
"""No community may publish what may be a person's on fewer independent members (promise 6)."""

MOST_VOICES = 20
EVERY_KIND = "*"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The terms under which members of a community share.

    `parties` are the kinds of member that may join, empty for all; `purposes` what the data may be used for; `onward`
    one of ONWARD; `bases` the keys of BASES that a personal identifier may be shared on, none for no personal
    identifier at all; `voices` how many independent members publish a kind of identifier, `*` standing for every
    personal kind that is not named; `contact` whom readers turn to, None for the exchange.
    """

    parties: frozenset[str] = frozenset()
    purposes: tuple[str, ...] = ()
    onward: str = "none"
    bases: frozenset[str] = frozenset()
    voices: Mapping[str, int] = field(default_factory=dict)
    contact: str | None = None


def check_agreement(agreement: Agreement, kinds_of_members: frozenset[str], kinds: Mapping[str, bool]) -> None:
    """ValueError, in a sentence, where an agreement cannot be. `kinds`: whether each kind of identifier is personal."""
    _among("kind of member", agreement.parties, kinds_of_members)
    _among("lawful basis", agreement.bases, BASES)
    _among("kind of identifier", agreement.voices, {*kinds, EVERY_KIND})
    if agreement.onward not in ONWARD:
        raise ValueError(f"{agreement.onward!r} is none of {', '.join(ONWARD)}.")
    for kind, number in agreement.voices.items():
        least = LEAST_VOICES if kind == EVERY_KIND or kinds[kind] else 1
        if not least <= number <= MOST_VOICES:
            raise ValueError(f"The number of members for {kind!r} has to lie between {least} and {MOST_VOICES}.")


def voices_needed(agreements: "tuple[Agreement, ...]", kind: str, *, personal: bool) -> int:
    """How many independent members publish a kind to an audience under all of these agreements: the most that one asks.

    1 means that anybody's word is enough, an open list's too.
    """
    asked = [LEAST_VOICES if personal else 1]
    for agreement in agreements:
        every = agreement.voices.get(EVERY_KIND, LEAST_VOICES) if personal else 1
        asked.append(agreement.voices.get(kind, every))
    return max(asked)


def _among(
    what: str, names: "Mapping[str, object] | frozenset[str]", known: "Mapping[str, object] | set[str] | frozenset[str]"
) -> None:
    strange = sorted(set(names) - set(known))
    if strange:
        raise ValueError(f"{strange[0]!r} is no {what}; it is one of {', '.join(sorted(known))}.")
