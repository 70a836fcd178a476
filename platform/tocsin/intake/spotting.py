"""Identifiers in one line of running text, de-fanged or not, with the place at which each stands.

Every repetition in the expressions has an upper bound, so that the time of a search grows with the line and no faster.
"""

import re
from base64 import b32decode
from collections.abc import Iterator
from hashlib import sha3_256

from tocsin.identifiers import Identifier, Unreadable, read, recognise
from tocsin.intake.payments import iban_in

_DOT = r"(?:\.|\[\.\]|\(\.\)|\{\.\}|<\.>|\[\.|\.\]|\\\.|[ ]?[\[({]\ ?(?i:dot)\ ?[\])}][ ]?|[ ]?[\[({]\ \.\ [\])}][ ]?)"
_AT = r"(?:@|\[@\]|\(@\)|\{@\}|[ ]?[\[({<]\ ?(?i:at)\ ?[\])}>][ ]?)"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"(?:[\w-]{{1,63}}{_DOT}){{1,20}}{_LABEL}"
_IN_URL = r"""[^\s<>"'`|\\“”«»‘’、。，；）】」]"""
_PLACE = rf"(?<![\w.@/\\%-]){_HOST}(?::\d{{1,5}}(?!\d))?(?:[/?#]{_IN_URL}{{0,2000}})?(?!\\)"
_FOUND = re.compile(
    rf"""
    (?P<url>(?<![A-Za-z0-9])
        (?i:h(?:tt|xx|tx|xt|\*\*|__|\#\#|\[tt\])p(?:\[?s\]?)?|f(?:t|x|\*)p|[a-z][a-z0-9+]{{1,11}})
        (?:(?:\[?:\]?|\(:\)|\{{:\}})(?://|\\\\|\[//\]|\[/\]\[?/\]?)|\[://\]|\(://\))
        {_IN_URL}{{3,2000}})
  | (?P<email>(?<![\w.+-])[\w.+-][\w.+'-]{{0,63}}{_AT}{_HOST})
  | (?P<phone>(?<![\w.+])\+\(?\d(?:[\s().-]{{0,2}}\d){{6,15}}(?![\w-]))
  | (?P<iban>(?<![\w])[A-Z]{{2}}\d\d(?:\ ?[A-Z0-9]){{11,30}}(?!\w))
  | (?P<long>(?<![\w./-])(?:0x)?[0-9A-Za-z]{{25,128}}(?![\w/-]))
  | (?P<ipv6>(?<![\w:.])[0-9a-fA-F]{{0,4}}(?:\[?:\]?[0-9a-fA-F]{{0,4}}){{2,8}}(?![\w:]))
  | (?P<host>{_PLACE})
    """,
    re.VERBOSE,
)
_HOST_HERE = re.compile(_PLACE, re.VERBOSE)
_NEXT_URL = re.compile(r"[,;)\]]{1,2}\(?(?=(?:h(?:tt|xx)ps?|ftp)(?:\[?:\]?//|\[://\]))", re.I)
_LINK_TEXT = re.compile(r"\[(?!\.\]|dot\]|\]|at\]|:\]|/)[^\[\]]{0,200}\]?$", re.I)
_VERSION = re.compile(r"\b(?:v|ver|version|release|build|firmware|rev|revision)\.?\s{0,2}[:=]?\s{0,2}$", re.I)
_ONION = re.compile(r"[a-zA-Z2-7]{55}[dD]")
_FILE_ENDINGS = frozenset(("zip", "mov", "md", "sh", "py", "pl", "rs", "ps", "app", "cab", "java", "so"))
"""Top-level domains that in running text are nearly always the ending of a file's name."""
_NAMED_BY_HOST = frozenset(("domain", "url", "ipv4", "social-account", "app", "listing", "phone", "wallet"))
"""What a host, and what follows it, may stand for: itself, or what its page is about."""
_PROGRAM = ("document.", "window.", "this.", "self.", "console.", "location.")
"""What programs that are quoted in reports begin names with."""
_FEWEST_GROUPS = 3
"""Groups of digits that an IPv6 address in running text must have: `a::b` is a name in a program."""


def spots(line: str) -> Iterator[tuple[int, str, Identifier]]:
    """Everything that a line names, in order: where it stands, from 0, how it is written, and what it is."""
    at = 0
    while match := _FOUND.search(line, at):
        start, text, identifier = _spot(line, match)
        if identifier is not None:
            yield start, text, identifier
        at = start + max(len(text), 1)


def _spot(line: str, match: re.Match[str]) -> tuple[int, str, Identifier | None]:
    group, start = match.lastgroup or "", match.start()
    text = _bare(match[0], group, line[match.end() : match.end() + 1])
    identifier = _identifier(group, text)
    if identifier is None and group in ("phone", "iban", "long", "ipv6"):
        # what only looked like one may be the beginning of a name
        host = _HOST_HERE.match(line, start)
        if host is not None:
            group, text = "host", _bare(host[0], "host", "")
            identifier = _identifier(group, text)
    if identifier is None and group in ("host", "email"):
        shorter = _without_next_sentence(text)
        if shorter != text:
            text, identifier = shorter, _identifier(group, shorter)
    if identifier is not None and identifier.kind == "ipv4" and _VERSION.search(line[max(0, start - 12) : start]):
        identifier = None
    return start, text, identifier


def _bare(text: str, group: str, following: str) -> str:
    """`text` without what belongs to the sentence or the markup around it; `following` is the character after it."""
    if group == "url" and following in _QUOTES and text.endswith("?"):
        return text  # a quoted address ends where its quotation does
    if group in ("url", "host") and (another := _NEXT_URL.search(text)):
        text = text[: another.start()]
    shorter = _without_sentence(text)
    if group in ("url", "host"):
        shorter = _without_sentence(_LINK_TEXT.sub("", shorter))
    return shorter


def _without_sentence(text: str) -> str:
    shorter = text.rstrip(_ENDS)
    while shorter.endswith((")", "]", "}")) and _unmatched(shorter):
        shorter = shorter[:-1].rstrip(_ENDS)
    return shorter


_ENDS = ".,;:!?*_"
_QUOTES = ("'", '"', "`", "”", "’", "»")
_OPENING = {")": "(", "]": "[", "}": "{"}


def _unmatched(text: str) -> bool:
    last = text[-1]
    return text.count(last) > text.count(_OPENING[last])


def _identifier(group: str, text: str) -> Identifier | None:
    try:
        if group == "iban":
            return iban_in(text)
        if group in ("phone", "email"):
            return read(text, group)
        if group == "host":
            return _host(text)
        if group == "long" and _is_onion(text):
            return read(f"{text}.onion", "domain")
        found = recognise(text)
    except Unreadable:
        return None
    if group == "ipv6" and sum(map(bool, re.split(r"[\[\]:]+", text))) < _FEWEST_GROUPS:
        return None
    return None if group == "long" and found.kind not in ("wallet", "file-hash", "iban") else found


def _is_onion(text: str) -> bool:
    """Whether this is the name of an onion service without its ending (Tor's rend-spec-v3: key, checksum, version)."""
    if not _ONION.fullmatch(text):
        return False
    name = b32decode(text.upper())
    return sha3_256(b".onion checksum" + name[:32] + name[34:]).digest()[:2] == name[32:34]


def _host(text: str) -> Identifier | None:
    """A host in running text, unless it is the name of a file, an abbreviation, or two sentences without a blank."""
    found = recognise(text)
    if found.kind == "domain":
        name, _, ending = text.rpartition(".")
        if ending.lower() in _FILE_ENDINGS or _begins_a_sentence(name, ending) or name.startswith(_PROGRAM):
            return None
    return found if found.kind in _NAMED_BY_HOST else None


def _begins_a_sentence(name: str, ending: str) -> bool:
    return ending.istitle() and (name.islower() or len(ending) == 2 or len(name) == 1)


def _without_next_sentence(text: str) -> str:
    """`bad.example.com` of `bad.example.com.Then`."""
    name, dot, last = text.rpartition(".")
    return name if dot and last.istitle() and "." in name and last.isalpha() else text
