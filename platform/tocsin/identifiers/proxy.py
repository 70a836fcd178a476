"""Payment proxies: what somebody pays to in place of an account number, `scheme:sort:value`.

The schemes, and how each tells its sorts apart, are in `proxy_schemes`. A national id, passport or similar number that
serves as a proxy is never kept: a keyed token stands for it (see `secret`).
"""

import re

from tocsin.identifiers.identifier import Hints, Identifier, Kind, Unreadable
from tocsin.identifiers.proxy_schemes import OF_COUNTRY, SCHEMES, Scheme, Sort, scheme_named
from tocsin.identifiers.secret import TOKEN, Withheld, token_of
from tocsin.identifiers.spelling import plain, scripts, shown
from tocsin.identifiers.stix_form import observable, pattern

_CANONICAL = re.compile(r"([a-z-]{2,20}):([a-z-]{2,20}):(.{1,120})")
_LONGEST_NAMED = 200
_SECRET_LENGTH = 6
"""Digits from which on a text that cannot be read may be somebody's id."""


def read(text: str, hints: Hints) -> Identifier:
    """A proxy of the scheme that the text, `hints.bank` or `hints.country` names; Unreadable where it tells none.

    Properties: scheme, sort, country, and `token` where a token stands for the number.
    """
    spelling = _plain(text)
    scheme, sort, value = _parts(spelling, hints)
    if scripts(value) > 1:
        raise _refusal(value, "mixes digits of several scripts: write all of them in one.")
    if scheme is None:
        raise _refusal(value, "may be a proxy of several payment systems: write which, for example PayNow, before it.")
    if sort is None:
        found = next(
            ((one, made) for one in scheme.sorts if not one.written and (made := one.read(value, hints)) is not None),
            None,
        )
        if found is None:
            raise _refusal(value, f"is not what {scheme.name} takes as a proxy, or may be two of it: {scheme.takes}.")
        sort, value = found
    else:
        value = _of_sort(scheme, sort, value, hints)
    properties = {"scheme": scheme.key, "sort": sort.name, "country": scheme.country}
    if sort.secret:
        value = value if TOKEN.fullmatch(value) else token_of(sort.purpose, value, hints)
        properties["token"] = value
    return Identifier("payment-proxy", f"{scheme.key}:{sort.name}:{value}", properties)


def _plain(text: str) -> str:
    """The text without its disguise; its refusal repeats nothing of it."""
    try:
        return plain(text)
    except Unreadable:
        raise Withheld("This is not a payment proxy. What stood there is not repeated here.") from None


def looks_like(text: str) -> bool:
    """Whether the name of a scheme stands before something that may be a proxy."""
    canonical = _CANONICAL.fullmatch(text)
    if canonical is not None:
        return canonical[1] in SCHEMES
    if "://" in text or len(text) > _LONGEST_NAMED:
        return False
    scheme, rest = scheme_named(text)
    return scheme is not None and ("@" in rest or any(map(str.isdecimal, rest)))


def _parts(spelling: str, hints: Hints) -> tuple[Scheme | None, Sort | None, str]:
    """The scheme, the sort where it is written down, and the rest."""
    canonical = _CANONICAL.fullmatch(spelling)
    if canonical is not None and canonical[1] in SCHEMES:
        named = SCHEMES[canonical[1]]
        return named, named.sort_named(canonical[2]), canonical[3]
    scheme, rest = scheme_named(spelling)
    if scheme is None and hints.bank is not None:
        scheme = scheme_named(hints.bank + " -")[0]
    if scheme is None and hints.country is not None:
        scheme = OF_COUNTRY.get(hints.country.upper())
    if scheme is None:
        return None, None, rest
    word, _, value = rest.partition(" ") if " " in rest else rest.partition(":")
    sort = scheme.sort_named(word.strip(":").lower()) if value else None
    return (scheme, sort, value.strip(" :")) if sort is not None else (scheme, None, rest)


def proxied(identifier: Identifier) -> Identifier | None:
    """The telephone number or mailbox that a payment proxy is; None for any other identifier."""
    if identifier.kind != "payment-proxy":
        return None
    sort, _, value = identifier.value.partition(":")[2].partition(":")
    return Identifier(sort, value) if sort in ("phone", "email") else None


def _of_sort(scheme: Scheme, sort: Sort, value: str, hints: Hints) -> str:
    """The canonical spelling of a value whose sort is written down; a token is taken as it is."""
    if sort.secret and TOKEN.fullmatch(value):
        return value
    made = sort.read(value, hints)
    if made is None:
        raise _refusal(value, f"is not {sort.said} as {scheme.name} takes it.", hide=sort.secret)
    return made


def _refusal(value: str, words: str, *, hide: bool = False) -> Unreadable:
    """The refusal that says why; it repeats nothing where the value may be somebody's id."""
    if hide or sum(map(str.isdecimal, value)) >= _SECRET_LENGTH:
        return Withheld(f"What stands there {words}")
    return Unreadable(f"{shown(value)} {words}")


def _observable(identifier: Identifier) -> dict[str, object]:
    scheme = identifier.value.partition(":")[0]
    return observable("user-account", {"account_type": scheme, "user_id": identifier.value})


def _pattern(identifier: Identifier, role: str | None) -> str:
    return pattern("user-account:user_id", identifier.value)


KIND = Kind("payment-proxy", "Payment proxy", True, looks_like, read, _observable, _pattern, secret=True)
