"""With whom a member may share, as choices of a form."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from tocsin.members.communities import all_communities, members_in
from tocsin.members.members import Member, all_members
from tocsin.policy.carry import Reader
from tocsin.publishing.audience import may_share_with, names_of


@dataclass(frozen=True, slots=True)
class Choice:
    """A member or community that can be chosen; `members` is how many are in a community now, itself left out."""

    slug: str
    name: str
    reader: Reader
    members: int

    @property
    def community(self) -> bool:
        return self.reader.kind == "community"


def choices_for(connection: Connection, member: Member, kept: Iterable[Reader] = ()) -> list[Choice]:
    """The communities and then the members that it meets, by name; and those of `kept` that it met before."""
    met = may_share_with(connection, member)
    missed = set(kept) - set(met.values())
    if missed:
        every = {one.slug: Reader("community", one.key) for one in all_communities(connection)}
        every |= {one.slug: Reader("member", one.key) for one in all_members(connection)}
        met |= {slug: reader for slug, reader in every.items() if reader in missed}
    names = names_of(connection, met.values())
    found = [Choice(slug, names[reader], reader, _count(connection, reader, member)) for slug, reader in met.items()]
    return sorted(found, key=lambda one: (not one.community, one.name.casefold()))


def _count(connection: Connection, reader: Reader, member: Member) -> int:
    return len(members_in(connection, {reader.key}) - {member.key}) if reader.kind == "community" else 1
