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

SEE_TRAIL = "see trail"
"""Can see the audit trail beyond one's own member: decisions and rights whole, of other members' questions only that
there were some."""

KEEP = "keep"
"""Can say how long things are kept, hold them, see all that is known of somebody, and say who is one voice."""

TOKENS = "tokens"
"""Can make and revoke tokens of the member."""

SEE_SOURCES = "see sources"
"""Can tell sources without a name apart, and ask them: the fewer people see pseudonyms, the fewer compare them."""

CASES = "cases"
"""Can open cases for the member, see all of the member's, and those shared with it."""

MANAGE = "manage"
"""Can manage members, communities, collections and people, and every member's tokens."""

RIGHTS: dict[str, frozenset[str]] = {
    "contributor": frozenset({READ, SUBMIT}),
    "investigator": frozenset({READ, SUBMIT, SEE_SOURCES, CASES}),
    "moderator": frozenset({READ, SUBMIT, DECIDE, SEE_ALL, SEE_SOURCES, TOKENS, CASES}),
    "administrator": frozenset(
        {READ, SUBMIT, DECIDE, SEE_ALL, SEE_SOURCES, SEE_POLLING, SEE_TRAIL, KEEP, TOKENS, CASES, MANAGE}
    ),
    "auditor": frozenset({READ, SEE_ALL, SEE_SOURCES, SEE_TRAIL}),
}

ROLES = tuple(RIGHTS)

OF_SCOPES: dict[str, frozenset[str]] = {READ: frozenset({READ, SEE_SOURCES}), SUBMIT: frozenset({SUBMIT})}
"""What each scope of a token lets its holder do."""

OF_MACHINES = frozenset(OF_SCOPES)
"""The scopes of a token that is limited to none."""
