"""What a token may do at most: less than its member may."""

from dataclasses import dataclass

from tocsin.members.roles import OF_MACHINES
from tocsin.networks import Network, is_within


@dataclass(frozen=True, slots=True)
class Limits:
    """`scope` are keys of `roles.OF_SCOPES`; `collections` keys, None for all that its member has.

    It works from `networks` alone, from anywhere where there are none, and before `until_ms`.
    """

    scope: frozenset[str] = OF_MACHINES
    collections: frozenset[int] | None = None
    networks: tuple[Network, ...] = ()
    until_ms: int | None = None

    def holds(self, address: str, now: int) -> bool:
        """Whether it works from this address at this moment (ms)."""
        return (self.until_ms is None or now < self.until_ms) and (
            not self.networks or is_within(address, self.networks)
        )

    def covers(self, collection_key: int) -> bool:
        """Whether it reaches this collection."""
        return self.collections is None or collection_key in self.collections


NO_LIMITS = Limits()


def check_limits(limits: Limits, now: int) -> None:
    """ValueError says what about them cannot be."""
    if not limits.scope:
        raise ValueError("A token needs something that it may do: read, submit or both.")
    if not limits.scope <= OF_MACHINES:
        raise ValueError(f"A token may {' or '.join(sorted(OF_MACHINES))}, nothing else.")
    if limits.collections is not None and not limits.collections:
        raise ValueError("A token that is limited to collections needs one.")
    if limits.until_ms is not None and limits.until_ms <= now:
        raise ValueError("A token has to end after it begins.")
