"""What each role may do: the one definition, for the pages, the JSON API and TAXII."""

READ = "read"
"""Can search and read what the member may read."""
SUBMIT = "submit"
"""Can hand in for the member, and withdraw or delete what the member handed in."""
DECIDE = "decide"
"""Can approve, turn down and withdraw what any member handed in."""
SEE_ALL = "see all"
"""Can see every member's reports."""

SEE_POLLING = "see polling"
"""Can see who polls what."""

MANAGE = "manage"
"""Can manage members, communities, collections and people."""

RIGHTS: dict[str, frozenset[str]] = {
    "contributor": frozenset({READ, SUBMIT}),
    "investigator": frozenset({READ, SUBMIT}),
    "moderator": frozenset({READ, SUBMIT, DECIDE, SEE_ALL}),
    "administrator": frozenset({READ, SUBMIT, DECIDE, SEE_ALL, SEE_POLLING, MANAGE}),
    "auditor": frozenset({READ, SEE_ALL}),
}

OF_MACHINES = frozenset({READ, SUBMIT})
"""What whoever holds a token of a member may do."""
