"""What the reference keeps: reports, the claims in them, what collections say, and what people are told."""

from dataclasses import dataclass, field

from knowing.script import PERSONAL, VALUES, HandIn

NOTHING, IMPERSONAL, EVERYTHING = range(3)
"""How much of a report a collection may carry."""


@dataclass
class Claim:
    """What a report says of one value: where it may be carried, and whether it stands, was approved, is held."""

    report: HandIn
    value: str
    carried: frozenset[str]
    standing: bool = True
    approved: bool = False
    verdict: str = ""

    def fits(self, much: int) -> bool:
        """Whether a collection that may carry so much of its report carries it."""
        return much >= (EVERYTHING if VALUES[self.value] in PERSONAL else IMPERSONAL)


@dataclass(frozen=True)
class Hit:
    """That a collection says something of a value, or says it no more (`gone`)."""

    title: str
    value: str
    gone: bool


@dataclass
class Report:
    """`meant` are those who may know of it, None for everybody: whatever becomes of its marking and of collections."""

    terms: HandIn
    reach: dict[str, int]
    meant: set[str] | None
    claims: list[Claim] = field(default_factory=list)
    taken_back: bool = False


@dataclass(frozen=True)
class Known:
    """What a collection says of a value: how many independent members, and which of them are named."""

    members: int
    sources: frozenset[str]
    tlp: str
