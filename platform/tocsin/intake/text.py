"""Free text: what somebody pasted, or the source of a mail, searched for everything that criminals use."""

import re
from collections.abc import Iterator
from dataclasses import replace

from tocsin.identifiers import Identifier, Unreadable, read, recognise
from tocsin.intake.decode import Text
from tocsin.intake.payments import iban_in, payment_rows
from tocsin.intake.row import CannotRead, Defaults, Reading, Row

_DOT = r"(?:\.|\[\.\]|\(\.\)|\{\.\}|\[\.|\.\]|[ ]?\[dot\][ ]?|[ ]?\(dot\)[ ]?)"
_AT = r"(?:@|\[@\]|\(@\)|[ ]?\[at\][ ]?|[ ]?\(at\)[ ]?)"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"(?:[\w-]{{1,63}}{_DOT}){{1,20}}{_LABEL}"
_FOUND = re.compile(
    rf"""
    (?P<url>(?:h(?:tt|xx|XX)ps?|fxps?|ftp)(?:\[?:\]?//|\[://\])[^\s<>"'`]{{3,2000}})
  | (?P<email>(?<![\w.+-])[\w.+'-]{{1,64}}{_AT}{_HOST})
  | (?P<phone>(?<![\w.+])\+\(?\d(?:[\s().-]{{0,2}}\d){{6,15}}(?![\w-]))
  | (?P<iban>(?<![\w])[A-Z]{{2}}\d\d(?:\ ?[A-Z0-9]){{11,30}}(?!\w))
  | (?P<long>(?<![\w./-])(?:0x)?[0-9A-Za-z]{{25,128}}(?![\w/-]))
  | (?P<ipv6>(?<![\w:.])[0-9a-fA-F]{{0,4}}(?:\[?:\]?[0-9a-fA-F]{{0,4}}){{2,8}}(?![\w:]))
  | (?P<host>(?<![\w.@/-]){_HOST}(?::\d{{1,5}})?(?:[/?#][^\s<>"'`]{{0,2000}})?)
    """,
    re.VERBOSE,
)
_HEADER = re.compile(r"([A-Za-z][A-Za-z-]{1,40})\s?:")
_HEADER_ROLES = {
    "from": "sender", "sender": "sender", "reply-to": "reply-to", "to": "victim", "cc": "victim", "bcc": "victim",
    "delivered-to": "victim", "x-original-to": "victim", "envelope-to": "victim", "dari": "sender", "kepada": "victim",
}  # fmt: skip
_TRANSPORT = re.compile(
    r"(?:Received(?:-SPF)?|Return-Path|Message-ID|In-Reply-To|References|DKIM-\w+|ARC-[\w-]+|Authentication-\w+|"
    r"MIME-Version|Content-[\w-]+|List-[\w-]+|X-(?!Original-To)[\w-]+|Feedback-ID|Precedence)\s*:",
    re.I,
)
_NAMED_BY_HOST = frozenset(("domain", "url", "ipv4", "social-account", "app", "listing", "phone", "wallet"))
"""What a host, and what follows it, may stand for: itself, or what its page is about."""

_FILE_ENDINGS = frozenset(("zip", "mov", "md", "sh", "py", "pl", "rs", "ps", "app", "cab", "java"))
"""Top-level domains that in running text are nearly always the ending of a file's name."""


def read_text(text: Text, defaults: Defaults) -> Reading:
    """What `text` names, each value once per role; CannotRead where it names nothing."""
    rows = list(_rows(text.text, defaults))
    if not rows:
        raise CannotRead("Nothing that can be shared was found in this text: no domain, address, number or account.")
    return Reading("text", _once(_with_victims(rows)), (*text.notices, *_notices(text.text)))


def named_in(text: str) -> Iterator[Identifier]:
    """The identifiers that a piece of running text names, line by line."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        for row in (*_found(number, line, None, Defaults()), *payment_rows(lines, number, Defaults())):
            if row.identifier is not None:
                yield row.identifier


def _with_victims(rows: list[Row]) -> Iterator[Row]:
    """The rows, with whoever was written to as the victim wherever else the text repeats the address."""
    victims = {row.identifier for row in rows if row.claim.role == "victim"}
    for row in rows:
        repeated = row.identifier in victims and row.identifier is not None and row.claim.role is None
        yield replace(row, claim=replace(row.claim, role="victim")) if repeated else row


def _once(rows: Iterator[Row]) -> Iterator[Row]:
    seen: set[tuple[Identifier | str, str | None]] = set()
    for row in rows:
        value = row.identifier or row.value
        if (value, row.claim.role) in seen or (row.claim.role is None and (value, "") in seen):
            continue
        seen |= {(value, row.claim.role), (value, "")}
        yield row


def _rows(text: str, defaults: Defaults) -> Iterator[Row]:
    lines = text.split("\n")
    role: str | None = None
    transport = False
    for index, line in enumerate(lines):
        if not line[:1].isspace() or not (role or transport):
            role, transport = _header(line)
        if not transport and line:
            yield from _found(index + 1, line, role, defaults)
            yield from payment_rows(lines, index, defaults)


def _header(line: str) -> tuple[str | None, bool]:
    """The role that a header line gives its addresses, and whether it only tells how the mail travelled."""
    if _TRANSPORT.match(line):
        return None, True
    match = _HEADER.match(line.lstrip("> \t*"))
    return (_HEADER_ROLES.get(match[1].lower()) if match else None), False


def _found(number: int, line: str, role: str | None, defaults: Defaults) -> Iterator[Row]:
    for match in _FOUND.finditer(line):
        text = _without_sentence_end(match[0])
        identifier = _identifier(match.lastgroup or "", text)
        if identifier is None:
            continue
        spoken = role if identifier.kind == "email" else None
        claim = replace(defaults.claim, role=spoken) if spoken else defaults.claim
        yield Row(number, str(match.start() + 1), text[:2_000], identifier, None, claim)


def _without_sentence_end(text: str) -> str:
    """`text` without the punctuation that belongs to the sentence around it."""
    shorter = text.rstrip(".,;!?")
    while shorter.endswith(")") and shorter.count(")") > shorter.count("("):
        shorter = shorter[:-1].rstrip(".,;!?")
    return shorter


def _identifier(group: str, text: str) -> Identifier | None:
    try:
        if group == "iban":
            return iban_in(text)
        if group in ("phone", "email"):
            return read(text, group)
        if group == "host":
            return _host(text)
        found = recognise(text)
    except Unreadable:
        return None
    return None if group == "long" and found.kind not in ("wallet", "file-hash", "iban") else found


def _host(text: str) -> Identifier | None:
    """A host in running text, unless it is the name of a file, an abbreviation, or two sentences without a blank."""
    found = recognise(text)
    if found.kind == "domain" and text.isascii():
        name, _, ending = text.rpartition(".")
        if ending.lower() in _FILE_ENDINGS or (ending.istitle() and name.islower()):
            return None
    return found if found.kind in _NAMED_BY_HOST else None


def _notices(text: str) -> Iterator[str]:
    count = sum(_header(line)[1] for line in text.split("\n"))
    if count:
        yield f"Header lines that only tell how the mail travelled, not searched: {count:,}."
