"""The people in a mail's header fields: names and addresses, however they are written (RFC 5322, RFC 2047)."""

import re
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header

from tocsin.identifiers import Identifier, Unreadable, read
from tocsin.intake.mime import LONGEST_VALUE, to_text

LONGEST_LIST = 100_000
"""Characters of a list of recipients that are read."""

_TOKEN = re.compile(r'"[^"]*"|<[^<>]*>|[,;:]|[^",;:<>]+|["<>]')
_ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]\\@]{1,64}@[^\s<>\"'(),:;\[\]\\@]{1,255}")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address of a header field, with the name and the other addresses that stand before it for people to see."""

    address: Identifier
    name: str = ""
    shown: tuple[Identifier, ...] = ()


def words_of(value: str) -> str:
    """A field with its encoded words decoded: `=?utf-8?q?caf=C3=A9?=` is café."""
    value = value[:LONGEST_VALUE]
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except (HeaderParseError, Base64Error, ValueError):
        return value
    return "".join(to_text(_raw(piece), charset) for piece, charset in pieces)


def mailboxes_in(value: str) -> Iterator[Mailbox]:
    """The mailboxes of a field in their order; what is no address is passed over.

    Where a name looks like an address itself, it is the address in angle brackets that counts: what people are shown
    before it is often somebody else's.
    """
    for name, brackets in _entries(value[:LONGEST_LIST]):
        name = words_of(name) if brackets else name
        found = list(_addresses(name))
        address = next(_addresses(brackets), None) if brackets else None
        if address is None:
            if not found or brackets:
                continue
            address = found.pop()
        others = tuple(dict.fromkeys(one for one in found if one != address))
        yield Mailbox(address, " ".join(name.replace('"', " ").split()) if brackets else "", others)


def _entries(value: str) -> Iterator[tuple[str, str]]:
    """What stands before the angle brackets and what in them, for each part between commas.

    A comma in a name that nobody quoted parts nothing: `Doe, John <john@example.com>` is one.
    """
    name: list[str] = []
    brackets, addressed = "", False
    for match in _TOKEN.finditer(value + ","):
        token = match[0]
        if token in (",", ";", ":") and (brackets or addressed):
            yield "".join(name), brackets
            name, brackets, addressed = [], "", False
        elif token.startswith("<") and len(token) > 1:
            brackets = brackets or token[1:-1]
        elif not brackets:
            name.append(token)
            addressed = addressed or "@" in token


def _addresses(text: str) -> Iterator[Identifier]:
    for match in _ADDRESS.finditer(text):
        try:
            yield read(match[0], "email")
        except Unreadable:
            continue


def _raw(piece: bytes | str) -> bytes:
    return piece.encode("utf-8", "surrogateescape") if isinstance(piece, str) else piece
