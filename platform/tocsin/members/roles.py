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

SEE_SOURCES = "see sources"
"""Can tell sources without a name apart, and ask them: the fewer people see pseudonyms, the fewer compare them."""

RIGHTS: dict[str, frozenset[str]] = {
    "contributor": frozenset({READ, SUBMIT}),
    "investigator": frozenset({READ, SUBMIT, SEE_SOURCES}),
    "moderator": frozenset({READ, SUBMIT, DECIDE, SEE_ALL, SEE_SOURCES}),
    "administrator": frozenset({READ, SUBMIT, DECIDE, SEE_ALL, SEE_POLLING, SEE_SOURCES}),
    "auditor": frozenset({READ, SEE_ALL, SEE_SOURCES}),
}

OF_MACHINES = frozenset({READ, SUBMIT, SEE_SOURCES})
"""What whoever holds a token of a member may do."""
