"""What a case is made of: a society that shares, and the steps that its members take."""

from dataclasses import dataclass

VALUES = {
    "zebrafinch-pay.example": "domain",
    "login.umbrellabird.example": "domain",
    "payments@kookaburra.example": "email",
    "198.51.100.77": "ipv4",
    "+6591230001": "phone",
    "+6591230002": "phone",
    "DE75512108001245126199": "iban",
}
"""Few, so that members meet in them. No two share a part that is long enough to be found."""

PERSONAL = frozenset({"phone", "iban"})
BASES = ("fraud-prevention-law", "law-enforcement", "consent")
ONWARD = ("none", "clients", "partners", "public")
TLPS = ("clear", "green", "amber", "amber+strict", "red")
FILTERS = ("kind:domain,email", "kind:phone,iban", "tlp:clear,green")


@dataclass(frozen=True)
class Community:
    """`until`: the day on which its agreement ends."""

    slug: str
    parent: str | None
    onward: str
    bases: frozenset[str]
    voices: int | None
    until: int | None


@dataclass(frozen=True)
class Collection:
    """`gathers`: it takes by itself what whoever reads it and hands in to it shares with all who read it."""

    title: str
    read: frozenset[str]
    write: frozenset[str]
    filter: str | None
    gathers: bool = False


@dataclass(frozen=True)
class Society:
    """`voices` has the member whose voice each one shares; `memberships` (member, community, until which day)."""

    number: int
    voices: dict[str, str]
    lists: frozenset[str]
    communities: tuple[Community, ...]
    collections: tuple[Collection, ...]
    memberships: tuple[tuple[str, str, int | None], ...]

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(self.voices)


@dataclass(frozen=True)
class HandIn:
    """A report: to collections, or to whom it names and wherever that leads."""

    number: int
    who: str
    values: tuple[str, ...]
    tlp: str = "green"
    to: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    handling: str | None = None
    basis: str | None = None
    unattributed: bool = False


@dataclass(frozen=True)
class Join:
    who: str
    community: str
    until: int | None = None


@dataclass(frozen=True)
class Leave:
    who: str
    community: str


@dataclass(frozen=True)
class Suspend:
    who: str


@dataclass(frozen=True)
class Resume:
    who: str


@dataclass(frozen=True)
class Wait:
    days: int


@dataclass(frozen=True)
class Poll:
    """The member polls all that it may read."""

    who: str


@dataclass(frozen=True)
class TakeBack:
    """The member takes back the report with this number."""

    number: int


@dataclass(frozen=True)
class Mark:
    """The member marks the report with this number otherwise."""

    number: int
    tlp: str


@dataclass(frozen=True)
class Approve:
    """A moderator approves what this report holds."""

    number: int


@dataclass(frozen=True)
class Grant:
    """Somebody more may read a collection; done only where nothing was ever handed in to it."""

    collection: str
    reader: str


@dataclass(frozen=True)
class Say:
    """The member says of what a collection publishes of a value, where it reads that: `seen` or `false`."""

    who: str
    collection: str
    value: str
    says: str


@dataclass(frozen=True)
class Propose:
    """The member proposes to take back what a collection publishes of a value, where it reads that."""

    who: str
    collection: str
    value: str


@dataclass(frozen=True)
class Gather:
    """A new collection, which gathers what was handed in before, too."""

    collection: Collection


@dataclass(frozen=True)
class Save:
    """Somebody of the member has itself told of all that is new from now on."""

    who: str


Step = (
    HandIn
    | Join
    | Leave
    | Suspend
    | Resume
    | Wait
    | Poll
    | TakeBack
    | Mark
    | Approve
    | Grant
    | Say
    | Propose
    | Gather
    | Save
)
