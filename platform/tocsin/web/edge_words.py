"""An edge in words: the same in the table, in the graph and for programs."""

from tocsin.policy.edges import BASES, Edge
from tocsin.times import stamp


def why(edge: Edge) -> str:
    """Why two things are joined."""
    return "; ".join(BASES[basis] for basis in edge.bases)


def who(edge: Edge) -> str:
    """Who says so: by name, or how many without one."""
    named = ", ".join(edge.sources)
    if not edge.members:
        return f"an open list: {named}" if named else "the two names"
    members = f"{edge.members} {'member' if edge.members == 1 else 'members'}"
    unnamed = edge.members - len(edge.sources)
    if not named:
        return f"{members} without a name"
    return f"{members}: {named}{f' and {unnamed} without a name' if unnamed > 0 else ''}"


def when(edge: Edge) -> str:
    """From which day to which day it was asserted."""
    since, until = day(edge.since), day(edge.until)
    if since is None:
        return "not stated"
    return since if until in (None, since) else f"{since} to {until}"


def day(ms: int | None) -> str | None:
    """The date of a moment."""
    return None if ms is None else stamp(ms)[:10]
