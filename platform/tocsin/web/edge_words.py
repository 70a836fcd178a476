"""An edge in words: the same in the table and for programs, each in the language that they read."""

from tocsin.policy.edges import BASES, Edge
from tocsin.times import stamp
from tocsin.web import figures
from tocsin.web.languages import gettext, ngettext
from tocsin.web.sentences import said


def why(edge: Edge) -> str:
    """Why two things are joined."""
    return "; ".join(said(BASES[basis]) for basis in edge.bases)


def who(edge: Edge) -> str:
    """Who says so: by name, or how many without one."""
    named = ", ".join(edge.sources)
    if not edge.members:
        return gettext("an open list: %(names)s", names=named) if named else gettext("the two names")
    if not named:
        return ngettext("%(num)s member without a name", "%(num)s members without a name", edge.members)
    members = ngettext("%(num)s member: %(names)s", "%(num)s members: %(names)s", edge.members, names=named)
    unnamed = edge.members - len(edge.sources)
    if unnamed <= 0:
        return members
    return f"{members} {ngettext('and %(num)s without a name', 'and %(num)s without a name', unnamed)}"


def when(edge: Edge) -> str:
    """From which day to which day it was asserted."""
    if edge.since is None:
        return gettext("not stated")
    since, until = figures.day(edge.since), figures.day(edge.until)
    return since if until in ("", since) else gettext("%(since)s to %(until)s", since=since, until=until)


def day(ms: int | None) -> str | None:
    """The date of a moment, as programs read it."""
    return None if ms is None else stamp(ms)[:10]
