"""STIX patterns: taking simple ones apart, and the identifiers that they and observables name (STIX 2.1 section 9)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tocsin.identifiers import (
    KINDS,
    NO_HINTS,
    Hints,
    Identifier,
    Unreadable,
    Withheld,
    cards_in,
    entity,
    read,
    sms_sender,
)

_INDEX = r"(?:\[(?:\*|\d{1,9})\])?"
_PATH = (
    rf"[a-z][a-z0-9-]*:[a-z_][a-z0-9_]*{_INDEX}"
    rf"(?:\.(?:(?!(?:AND|OR|NOT|IN|LIKE|MATCHES|EXISTS)\b)[a-zA-Z_][a-zA-Z0-9_]*|'[^'\\]{{1,250}}'){_INDEX})*"
)
_VALUE = r"'([^'\\]*+(?:\\['\\][^'\\]*+)*+)'"
_BLANK = r"[ \t\r\n]*+"
_PART = re.compile(
    rf"{_BLANK}(\[?){_BLANK}({_PATH}){_BLANK}={_BLANK}{_VALUE}{_BLANK}(\]?){_BLANK}(?:(AND|OR)\b|\Z)", re.ASCII
)

_TOKEN = re.compile(
    r"""
    (?P<text>'(?:[^'\\]|\\.)*')
  | (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<path>[a-z0-9][a-z0-9-]*:(?:'[^']*'|[\w-]+)(?:\[[^\]]*\])?(?:\.(?:'[^']*'|[\w-]+)(?:\[[^\]]*\])?)*)
  | (?P<word>\w+|[=!<>]+|\S)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)

_KINDS = {
    # Producers write addresses in the place of names: the value decides.
    "domain-name:value": ("domain", "ipv4", "ipv6"),
    "url:value": ("url",),
    "ipv4-addr:value": ("ipv4",),
    "ipv6-addr:value": ("ipv6",),
    "email-addr:value": ("email",),
    "email-message:from_ref.value": ("email",),
    "email-message:sender_ref.value": ("email",),
    "email-message:reply_to_refs.value": ("email",),
    "email-message:additional_header_fields.'Reply-To'": ("email",),
    "email-message:additional_header_fields.'reply-to'": ("email",),
    "phone-number:value": ("phone",),
    "bank-account:iban": ("iban",),
    "bank-account:account_number": ("bank-account",),
    "cryptocurrency-wallet:value": ("wallet",),
    "user-account:user_id": ("payment-proxy",),
    "software:name": ("app",),
}
_ENTITY = f"{entity.TYPE}:value"
_ACCOUNT = "user-account:account_type"
_ACCOUNT_NAMES = {"user-account:account_login": "", "user-account:user_id": "id:"}
"""What names an account beside its type, and how a canonical value says that it is this."""

_HASH_PATH = re.compile(r"file:hashes\.'?(MD5|SHA-?1|SHA-?256|SHA-?512)'?")
_HASHES = ("SHA-256", "SHA-512", "SHA-1", "MD5")
_ONE_ADDRESS = {"ipv4": "/32", "ipv6": "/128"}
"""How a range of one address ends (STIX 2.1 sections 6.9 and 6.10 allow ranges)."""

_OTHER_NUMBERS = frozenset(("pattern", "account_number", "iban", "hashes"))
_VALUES = ("value", "iban", "account_number", "user_id")


def comparisons(pattern: str) -> list[tuple[str, str]] | None:
    """The (path, value) pairs of a pattern made of equalities joined by OR or AND; None for any other pattern.

    Values are unescaped. What is not None here follows the grammar.
    """
    found: list[tuple[str, str]] = []
    place, inside = 0, False
    while match := _PART.match(pattern, place):
        opening, path, value, closing, joined = match.groups()
        if bool(opening) == inside:
            return None
        found.append((path, re.sub(r"\\(.)", r"\1", value)))
        inside, place = not closing, match.end()
        if not joined:
            return None if inside else found
    return None


def compared(pattern: str) -> Iterator[tuple[str, str | None]]:
    """Every path of a pattern, with the text that it is to be equal to; None where it is compared otherwise.

    Of any pattern, whatever its operators, brackets, comments and qualifiers: `comparisons` knows the plain ones alone.
    """
    tokens = [match for match in _TOKEN.finditer(pattern) if match.lastgroup != "comment"]
    for place, token in enumerate(tokens):
        if token.lastgroup != "path":
            continue
        operator, literal, *_ = [*tokens[place + 1 : place + 3], None, None]
        equal = operator is not None and operator[0] in ("=", "==")
        text = literal is not None and literal.lastgroup == "text"
        yield token[0], re.sub(r"\\(.)", r"\1", literal[0][1:-1], flags=re.S) if equal and text and literal else None


def simple(pattern: str) -> tuple[str, str] | None:
    """The path and value of a pattern that is one equality, `[path = 'value']`; None for any other."""
    found = comparisons(pattern)
    return found[0] if found is not None and len(found) == 1 else None


def identifiers_of(parts: Iterable[tuple[str, str | None]]) -> Iterator[tuple[str, Identifier | None]]:
    """What the comparisons of a pattern name, each with its path: a platform and the account beside it are one.

    None for what is none of ours, not valid, or compared otherwise than for equality.
    """
    platform: str | None = None
    for path, value in parts:
        if path in _ACCOUNT_NAMES and platform is not None:
            yield path, None if value is None else _account(platform, path, value)
            platform = None
            continue
        if platform is not None:
            yield _ACCOUNT, None
        platform = value if path == _ACCOUNT else None
        if platform is None:
            yield path, None if value is None else identifier_of(path, value)
    if platform is not None:
        yield _ACCOUNT, None


def identifier_of(path: str, value: str) -> Identifier | None:
    """The identifier that `path = 'value'` names, None where it is none of ours or not a valid one."""
    if path == _ENTITY:
        kind, _, rest = value.partition(":")
        return _readable(rest, (kind,)) if kind in KINDS else None
    if path == "software:name" and ":" not in value:
        return None  # the name of any program; ours say in which store an app is
    hashed = _HASH_PATH.fullmatch(path)
    if hashed:
        found = _readable(value, ("file-hash",))
        same = found is not None and _letters(found.properties["algorithm"]) == _letters(hashed[1])
        return found if same else None
    return _readable(value, _KINDS.get(re.sub(r"\[[*\d]+\]", "", path), ()))


def observed_identifier(content: Mapping[str, Any]) -> Identifier | None:
    """The identifier that a STIX observable is, None where it is none of ours or not a valid one."""
    return next((one for one in observed_identifiers(content) if one is not None), None)


def observed_identifiers(content: Mapping[str, Any]) -> list[Identifier | None]:
    """All identifiers that a STIX observable names, one for each of its values; None for a value that is not valid.

    Nothing for an observable of no kind of ours.
    """
    if content.get("type") == "file":
        hashes = content.get("hashes")
        given = [(f"hashes.'{name}'", hashes.get(name)) for name in _HASHES] if isinstance(hashes, dict) else []
    elif content.get("type") == "user-account":
        return _accounts(content)
    elif content.get("type") == "software":
        # most software is no app: what is none of ours is nothing that is screened
        name = content.get("name")
        app = identifier_of("software:name", name) if isinstance(name, str) else None
        return [] if app is None else [app]
    else:
        given = [(name, content.get(name)) for name in _VALUES if _is_ours(f"{content.get('type')}:{name}")]
    texts = ((f"{content.get('type')}:{name}", text) for name, text in given if isinstance(text, str))
    return list(dict.fromkeys(identifier_of(path, text) for path, text in texts))


def withholds(content: Mapping[str, Any]) -> bool:
    """Whether an object names a number that is never kept: as an observable, anywhere in its pattern, or in a text."""
    pattern = content.get("pattern")
    named = list(compared(pattern)) if isinstance(pattern, str) else []
    named += [(f"{content.get('type')}:{name}", content.get(name)) for name in _VALUES]
    if any(isinstance(text, str) and _is_withheld(path, text) for path, text in named):
        return True
    return any(any(cards_in(text)) for text in _texts(content))


def _texts(content: Mapping[str, Any]) -> Iterator[str]:
    """All texts of an object but those that are numbers of something else, wherever they stand in it."""
    waiting: list[Any] = [content]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            waiting += [value for name, value in one.items() if name not in _OTHER_NUMBERS]
        elif isinstance(one, list):
            waiting += one


def _is_withheld(path: str, text: str) -> bool:
    kinds = _KINDS.get(path, ())
    if path == _ENTITY:
        kind, _, text = text.partition(":")
        kinds = (kind,)
    for name in kinds:
        kind_of = KINDS.get(name)
        # what only may be such a number, as any account of any platform, is none
        if kind_of is not None and kind_of.secret and (path == _ENTITY or kind_of.looks_like(text)):
            try:
                kind_of.read(text, NO_HINTS)
            except Withheld:
                return True
            except Unreadable:
                continue
    return False


def _is_ours(path: str) -> bool:
    return path in _KINDS or path == _ENTITY


def _accounts(content: Mapping[str, Any]) -> list[Identifier | None]:
    """What names an account by itself, else what does beside its platform; nothing where it is on no platform."""
    platform = content.get("account_type")
    given = [(path, content.get(path.partition(":")[2])) for path in _ACCOUNT_NAMES]
    texts = [(path, text) for path, text in given if isinstance(text, str)]
    whole = [one for path, text in texts if (one := identifier_of(path, text)) is not None]
    if whole or not isinstance(platform, str):
        return list(whole)
    return [_account(platform, path, text) for path, text in texts]


def _account(platform: str, path: str, text: str) -> Identifier | None:
    if platform == sms_sender.ACCOUNT_TYPE:
        return _readable(text, ("sms-sender",))
    found = _readable(f"{platform.lower()}:{_ACCOUNT_NAMES[path]}{text.removeprefix('@')}", ("social-account",))
    # how others write a handle: where that is no account of ours, the platform's name may be another
    return found or _named(platform, text)


def _named(platform: str, text: str) -> Identifier | None:
    try:
        return read(text, "social-account", Hints(platform=platform))
    except Unreadable:
        return None


def _readable(text: str, kinds: tuple[str, ...]) -> Identifier | None:
    # Some producers leave out the + of an international number.
    international = kinds == ("phone",) and text.isascii() and text.isdigit() and not text.startswith("0")
    for kind in kinds:
        try:
            return read(f"+{text}" if international else text.removesuffix(_ONE_ADDRESS.get(kind, "")), kind)
        except Unreadable:
            continue
    return None


def _letters(algorithm: str) -> str:
    return algorithm.replace("-", "")
