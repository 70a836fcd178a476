"""Whether a collection may carry what is handed in for it, and how much: decided once, before anything is written.

Whatever is in a collection all its readers may see, so this is the only place where that is decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, NamedTuple

from tocsin.policy.agreement import ONWARD, Agreement

SMALLEST_UNATTRIBUTED_AUDIENCE = 5
"""With fewer readers, "one of you" names the source."""


class Reader(NamedTuple):
    """Who may read: a member, or whoever is in a community at the time."""

    kind: Literal["member", "community"]
    key: int


class Reach(IntEnum):
    """How much of a report a collection may carry."""

    NOTHING = 0
    IMPERSONAL = 1
    EVERYTHING = 2


@dataclass(frozen=True, slots=True)
class Community:
    """A community as policy sees it. `within` are the keys of itself and of all that it lies in."""

    title: str
    within: frozenset[int]
    agreement: Agreement
    in_force: bool


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a collection reaches.

    `readers` are the members and communities that may read it; `communities` has those by key; `members` counts who
    that is now, each group of members as one. `inbox_of` is the member whose inbox it is. `names` are the readers'.
    """

    title: str
    readers: frozenset[Reader]
    members: int
    frozen: bool = False
    may_write: bool = True
    inbox_of: int | None = None
    communities: Mapping[int, Community] = field(default_factory=dict)
    names: Mapping[Reader, str] = field(default_factory=dict)

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """The agreements that all readers together are under."""
        return tuple(one.agreement for one in self.communities.values())


@dataclass(frozen=True, slots=True)
class Shared:
    """On what terms something is handed in.

    `tlp` and `handling` are names of markings; `basis` a key of `agreement.BASES`; `audience` who may know, None for
    everybody; `owner` the key of the member whose it is.
    """

    tlp: str
    owner: int
    audience: frozenset[Reader] | None = None
    unattributed: bool = False
    handling: str | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """How much may go in, and where that is not everything the reason, one plain sentence."""

    reach: Reach
    reason: str = ""


EVERYTHING = Decision(Reach.EVERYTHING)

_FARTHEST = {"clear": "public", "green": "partners", "amber": "clients", "amber+strict": "none", "red": "none"}
"""TLP 2.0: how far whoever receives it may pass it on. CLEAR to the world; GREEN within the community; AMBER to the own
organisation and its clients; AMBER+STRICT to the own organisation only."""

_STAY = {"H2": "none", "H3": "none"}
"""Police handling codes: H2 is not passed on without permission, H3 only as its source says."""


def may_carry(shared: Shared, audience: Audience, *, standing: bool = False) -> Decision:
    """Whether a report on these terms may go to this audience, and how much of it.

    `standing`: it is there already, and asked is only whether it may stay.
    """
    refusal = _too_far(shared, audience)
    if not standing:
        refusal = _closed(audience) or refusal or _too_near(shared, audience)
    if refusal is not None:
        return Decision(Reach.NOTHING, refusal)
    lacking = [one for one in audience.communities.values() if shared.basis not in one.agreement.bases]
    if lacking:
        return Decision(Reach.IMPERSONAL, _needs_basis(lacking[0], shared.basis))
    return EVERYTHING


def covers(audience: frozenset[Reader] | None, reader: Reader, within: frozenset[int] = frozenset()) -> bool:
    """Whether who may know includes this reader; `within` as `Community` has it.

    A member that only happens to be in a community now is not meant by it: it may leave.
    """
    if audience is None or reader in audience:
        return True
    return reader.kind == "community" and any(Reader("community", key) in audience for key in within)


def farthest(shared: Shared) -> str:
    """How far readers may pass it on: one of ONWARD."""
    limits = (_FARTHEST[shared.tlp], _STAY.get(shared.handling or "", "public"))
    return min(limits, key=ONWARD.index)


def _closed(audience: Audience) -> str | None:
    if not audience.may_write:
        # one wording for a collection that is not there and one that may not be written to
        return f"There is no collection {audience.title!r} that you may hand in to."
    if audience.frozen:
        return f"The collection {audience.title!r} is frozen: nothing goes in until it is released."
    return None


def _too_far(shared: Shared, audience: Audience) -> str | None:
    """Why it would reach somebody whom it must not."""
    if shared.tlp == "red" and audience.inbox_of is None:
        return "TLP:RED is for named persons only and cannot go to a collection that several members read."
    for reader in sorted(audience.readers):
        community = audience.communities.get(reader.key) if reader.kind == "community" else None
        within = community.within if community is not None else frozenset[int]()
        own = reader == Reader("member", shared.owner)
        if not own and not covers(shared.audience, reader, within):
            return f"{audience.title!r} is also read by {audience.names.get(reader, 'others')}, whom you did not name."
        if community is None:
            continue
        if not community.in_force:
            return f"The agreement of {community.title} has ended."
        if ONWARD.index(community.agreement.onward) > ONWARD.index(farthest(shared)):
            return (
                f"{community.title} may pass on what it gets ({_ONWARD_WORDS[community.agreement.onward]}), "
                "which is further than your marking allows."
            )
    return None


def _too_near(shared: Shared, audience: Audience) -> str | None:
    """Why so few readers would tell who it was."""
    if shared.unattributed and audience.members < SMALLEST_UNATTRIBUTED_AUDIENCE:
        return (
            f"The collection {audience.title!r} has {audience.members} readers. Handing in without your name "
            f"needs at least {SMALLEST_UNATTRIBUTED_AUDIENCE}, or they could tell who it was."
        )
    return None


def _needs_basis(community: Community, basis: str | None) -> str:
    bases = community.agreement.bases
    if not bases:
        return f"{community.title} shares no accounts, phones or other identifiers of persons."
    words = ", ".join(sorted(bases))
    if basis is None:
        return f"{community.title} takes accounts, phones and the like only on a lawful basis: say which of {words}."
    return f"{community.title} does not take the basis {basis!r} for accounts, phones and the like, but {words}."


_ONWARD_WORDS = {"clients": "to its members' clients", "partners": "to partners", "public": "to anybody"}
