"""Keyed hashes of what a case is about: by these a value is known again without being kept."""

from collections.abc import Callable

from tocsin.identifiers import Unreadable, recognise
from tocsin.intake import ROLES
from tocsin.publishing.standing import subject_of
from tocsin.stix import comparisons, identifiers_of

Token = Callable[[str], bytes]


def token_in(pattern: str, token: Token) -> bytes | None:
    """That of the first identifier of a pattern, the same in every collection and for every role; None without one."""
    parts = comparisons(pattern) or []
    identifier = next((one for _, one in identifiers_of(parts) if one is not None), None)
    return token(subject_of(identifier, None).pattern) if identifier is not None else None


def tokens_in(text: str, token: Token) -> list[bytes]:
    """Those of what a question names: the whole of it, and each word, in every role that an erasure may know it by."""
    found = []
    for one in dict.fromkeys((text, *text.split())):
        try:
            identifier = recognise(one)
        except Unreadable:
            continue
        found += [token(subject_of(identifier, role).pattern) for role in ROLES]
    return list(dict.fromkeys(found))
