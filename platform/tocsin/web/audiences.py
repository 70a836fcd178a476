"""Who reads a collection, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from tocsin.members.members import readers
from tocsin.policy.carry import Reader
from tocsin.publishing.audience import names_of, readers_of

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
            return "nobody at present"
        shown = list(self.named[:_NAMED])
        if len(self.named) > _NAMED:
            shown.append(f"{len(self.named) - _NAMED:,} more")
        parts = [f"those of {listed(self.communities)}"] if self.communities else []
        parts += [listed(shown)] if shown else []
        return f"{counted(self.members)}: {', and '.join(parts)}"


def readership(connection: Connection, collection_key: int) -> Readership:
    """Who reads a collection now."""
    names = names_of(connection, readers_of(connection, collection_key))
    return Readership(
        members=len(readers(connection, collection_key)),
        communities=_called(names, "community"),
        named=_called(names, "member"),
    )


def counted(number: int) -> str:
    """A number of members in words."""
    if number == 0:
        return "no member at present"
    return f"{number:,} {'member' if number == 1 else 'members'}"


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _called(names: dict[Reader, str], kind: str) -> tuple[str, ...]:
    return tuple(sorted((name for reader, name in names.items() if reader.kind == kind), key=str.casefold))
