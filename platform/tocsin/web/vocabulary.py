"""Words that pages show and that stand in no sentence: kinds, types of crime, roles, verdicts, states."""

from collections.abc import Iterator

from tocsin.identifiers import KINDS
from tocsin.intake.row import ROLES as ROLES_OF_VALUES
from tocsin.members import members
from tocsin.members.audit_actions import ACTIONS
from tocsin.members.roles import RIGHTS
from tocsin.policy.agreement import BASES
from tocsin.policy.edges import BASES as EDGES
from tocsin.reports.disputes import OUTCOMES
from tocsin.reports.statements import STATUSES
from tocsin.stix import CRIME_GROUPS, CRIME_TYPES

_STATES = (
    *("accepted", "merged", "held", "rejected", "disputed"),
    *("no answer yet", "never answered", "answered", "declined", "taken up", "open", "ended", "unanswered"),
    *("has it", "sent", "not yet", "not known", "works", "revoked", "over", "read", "submit"),
    *("reads", "hands in", "reads and hands in", "may do nothing with it any more"),
    *("brand", "network", "value", "role", "crime", "kind", "the contributor", "a moderator", "you"),
    *("Could not be read", "Other objects", "Something went wrong here", "Not done", "not stated"),
    *("exchange", "report", "object", "collection", "member", "community", "user", "token", "page", "search", "hits"),
    *("The payment was made", "It was handed in to the exchange", "a member, unattributed"),
    *("no longer served", "withdrawn, and nothing came after", "the newest version", "a victim"),
    *("Withdrawn", "Contested"),
    *("there", "emptied", "other", "missing"),
)
"""Words of states and of places in the trail, where the code has them one by one."""

_PUT_TOGETHER = (
    "%(shown)s may be an account at any bank: name the bank, for example DBSSSGSG before the number.",
    "%(shown)s may be an account at any bank in %(place)s: name the bank; %(instead)s will do.",
    "%(shown)s has a leading zero, which programs read in two ways.",
    "%(shown)s has a part above 255.",
    "%(shown)s is not an ABA routing number: its checksum is wrong, so something is mistyped.",
    "%(shown)s is not an IPv4 address such as 192.0.2.1.",
    "%(shown)s is not an IPv6 address such as 2001:db8::1.",
    "%(title)s is for %(parties)s.",
    "%(number)s added.",
    "a newer version since %(version)s",
    "withdrawn since %(version)s",
)
"""Sentences that the code puts together from a value and what it says of it."""


def words() -> Iterator[tuple[str, str]]:
    """Each word with what it is."""
    for kind in KINDS.values():
        yield "a kind of identifier", kind.label
    for crime in CRIME_TYPES.values():
        yield "a type of crime", crime.label
    named = {
        "a group of crimes": CRIME_GROUPS.values(),
        "what a value was in the crime": filter(None, ROLES_OF_VALUES),
        "a kind of organisation": members.KINDS,
        "a role of a person": RIGHTS,
        "what somebody did": (action.words for action in ACTIONS.values()),
        "a lawful basis": BASES.values(),
        "why two things are joined": EDGES.values(),
        "how a dispute ended": OUTCOMES,
        "the state of an account": STATUSES,
        "a word of a state": _STATES,
        "a sentence about a value": _PUT_TOGETHER,
    }
    for what, some in named.items():
        for word in some:
            yield what, word
