"""Who reads a collection, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from tocsin.members.members import readers
from tocsin.policy.carry import Reader
from tocsin.publishing.audience import names_of, readers_of
from tocsin.web.figures import number
from tocsin.web.languages import gettext, ngettext

_NAMED = 6
"""So many single members are named before the rest is a number."""


@dataclass(frozen=True, slots=True)
class Readership:
    """How many members read something now; titles of the communities and names of the members that it is for."""

    members: int
    communities: tuple[str, ...]
    named: tuple[str, ...]

    def __str__(self) -> str:
        """Such as "42 members: those of ASEANAPOL, and Bank A"."""
        if not self.communities and not self.named:
            return gettext("nobody at present")
        shown = list(self.named[:_NAMED])
        if len(self.named) > _NAMED:
            shown.append(gettext("%(number)s more", number=number(len(self.named) - _NAMED)))
        parts = [gettext("those of %(communities)s", communities=listed(self.communities))] if self.communities else []
        parts += [listed(shown)] if shown else []
        if len(parts) > 1:
            parts = [gettext("%(communities)s, and %(members)s", communities=parts[0], members=parts[1])]
        return gettext("%(number)s: %(whom)s", number=counted(self.members), whom="".join(parts))


def readership(connection: Connection, collection_key: int) -> Readership:
    """Who reads a collection now."""
    names = names_of(connection, readers_of(connection, collection_key))
    return Readership(
        members=len(readers(connection, collection_key)),
        communities=_called(names, "community"),
        named=_called(names, "member"),
    )


def counted(members: int) -> str:
    """A number of members in words."""
    if members == 0:
        return gettext("no member at present")
    return ngettext("%(members)s member", "%(members)s members", members, members=number(members))


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them."""
    if len(names) < 2:
        return "".join(names)
    return gettext("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1])


def _called(names: dict[Reader, str], kind: str) -> tuple[str, ...]:
    return tuple(sorted((name for reader, name in names.items() if reader.kind == kind), key=str.casefold))
