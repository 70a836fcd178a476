"""A row of a report with what screening says of it: what publishing decides on."""

from dataclasses import dataclass
from typing import NamedTuple

from tocsin.intake import Row
from tocsin.publishing.standing import Subject
from tocsin.screening import Verdict

OPAQUE = Verdict(
    "held",
    "It may be about a person's account or phone in a way that cannot be checked by machine; a moderator has to look.",
    "moderation",
)


@dataclass(frozen=True, slots=True)
class WholeObject:
    """A checked object that is published with its own id and bytes.

    `names` are the keys of the subjects that it names, with their `patterns`, `refers` the ids of persons' observables
    that it refers to; `tlp` and `handling` the markings that it carries itself.
    """

    id: str
    revoked: bool = False
    names: tuple[bytes, ...] = ()
    patterns: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()
    tlp: str | None = None
    handling: str | None = None


class Judged(NamedTuple):
    """One row of a report, the `n`th counted from 0, with what screening says of it.

    `about` is the subject of its identifier; `whole` is set for a STIX object that is published with its own id and
    bytes, and `ended` where a later row revokes it. `tokens` are what it is known by if it was erased before.
    """

    n: int
    row: Row
    verdict: Verdict
    about: Subject | None
    whole: WholeObject | None = None
    tokens: tuple[bytes, ...] = ()
    ended: bool = False

    @property
    def retracts(self) -> bool:
        """Whether it takes back an object, or what an object that is read for its identifier names."""
        return self.row.revoked if self.whole is None else self.whole.revoked

    @property
    def claims(self) -> bool:
        """Whether it is an assertion that may support something."""
        lasting = not (self.retracts or self.ended)
        return lasting and self.about is not None and self.verdict.verdict != "rejected"

    @property
    def names_holder(self) -> bool:
        """Whether it is a name, which in a row with an account is the account holder's."""
        return self.about is not None and self.about.identifier.kind == "name"
