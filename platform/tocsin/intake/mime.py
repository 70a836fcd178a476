"""MIME taken apart: header fields and parts of a mail, with bounds on depth, number and work (RFC 2045, 5322).

The structure is followed here and not by `email.parser`, which recurses into parts, tests every line against every
boundary that is open, and takes quadratic time over a long Content-Type. Single fields are left to `email.message`.
"""

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message
from itertools import islice

from tocsin.intake.row import CannotRead

DEEPEST = 20
"""Parts inside each other: forwards of forwards have six."""
MOST_PARTS = 1_000
MOST_FIELDS = 2_000
"""Header lines of one part."""
LONGEST_HEAD = 1_000_000
"""Bytes of the header lines of one part."""
LONGEST_VALUE = 2_000
"""Characters of one header line that are looked at; addresses and results may be longer."""

_FIELD = re.compile(rb"^([!-9;-~]{1,76})[ \t]{0,8}:([^\n]*(?:\n[ \t][^\n]*)*+)", re.M)
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_NO_TEXT = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "utf-7"))
"""Codecs that are no character sets of mails, take quadratic time, or give half characters."""
_WIDER = {"iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "ascii": "utf-8", "shift_jis": "cp932"}
"""Character sets that mails name and a wider one that they mean."""
_TOO_DEEP = f"The mail has parts inside each other more than {DEEPEST} deep: no mail program makes that."


@dataclass(slots=True)
class Entity:
    """A mail, or one of its parts. `fields` are names in lower case and values as they came, unfolded.

    `content` is what stands below the fields, still encoded; `parts` what it holds, one mail for `message/rfc822`.
    """

    fields: list[tuple[str, bytes]]
    content: bytes
    type: str = "text/plain"
    parts: list["Entity"] = field(default_factory=list)

    def value(self, name: str, most: int = LONGEST_VALUE) -> str | None:
        """The first field of this name as text, still in encoded words; None without one."""
        return next(iter(self.values(name, 1, most)), None)

    def values(self, name: str, many: int, most: int = LONGEST_VALUE) -> list[str]:
        """The first fields of this name."""
        found = (value for one, value in self.fields if one == name)
        return [to_text(value[:most], None).strip() for value in islice(found, many)]


def entity_of(data: bytes) -> Entity:
    """The mail that `data` is, taken apart; CannotRead where it is built as no mail program builds one."""
    root = _entity(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    waiting, count = [(root, 1)], 1
    while waiting:
        entity, depth = waiting.pop()
        entity.parts = list(islice(_parts(entity), MOST_PARTS + 1))
        count += len(entity.parts)
        if count > MOST_PARTS:
            raise CannotRead(f"The mail has more than {MOST_PARTS:,} parts: no mail program makes that.")
        if entity.parts:
            entity.content = b""  # or a mail of many levels is kept as often
            if depth == DEEPEST:
                raise CannotRead(_TOO_DEEP)
        waiting += [(part, depth + 1) for part in entity.parts]
    return root


def head_of(data: bytes) -> tuple[list[tuple[str, bytes]], int]:
    """The header fields at the beginning of `data`, its lines ended by a line feed, and where its content begins."""
    if _FIELD.match(data) is None:
        return [], int(data.startswith(b"\n"))
    end = data.find(b"\n\n", 0, LONGEST_HEAD)
    if end < 0 and len(data) > LONGEST_HEAD:
        raise CannotRead(f"The header lines of the mail have more than {LONGEST_HEAD:,} bytes.")
    block = data if end < 0 else data[:end]
    fields = [(match[1].decode("ascii").lower(), _unfolded(match[2])) for match in _FIELD.finditer(block)]
    if len(fields) > MOST_FIELDS:
        raise CannotRead(f"The mail has more than {MOST_FIELDS:,} header lines.")
    return fields, len(data) if end < 0 else end + 2


def names_of_fields(data: bytes, most: int) -> set[str]:
    """The names of the first header fields that `data` begins with, none where it begins with something else."""
    if _FIELD.match(data) is None:
        return set()
    end = data.find(b"\n\n")
    found = islice(_FIELD.finditer(data if end < 0 else data[:end]), most)
    return {match[1].decode("ascii").lower() for match in found}


def decoded(entity: Entity) -> bytes:
    """The content of a part without its transfer encoding; what is broken in it is passed over."""
    encoding = (entity.value("content-transfer-encoding") or "").partition(";")[0].strip().lower()
    if entity.type.startswith("multipart/"):
        return entity.content  # only its parts can be encoded (RFC 2045 section 6.4)
    if encoding == "base64":
        kept = entity.content.translate(None, _NOT_BASE64)
        kept = kept[: len(kept) - (len(kept) % 4 == 1)]
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
    if encoding == "quoted-printable":
        return binascii.a2b_qp(entity.content)
    return entity.content


def text_of(entity: Entity) -> str:
    """The content of a part as text, in the character set that it names where that can be."""
    text = to_text(decoded(entity), _parameter(entity, "content-type", "charset"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def to_text(raw: bytes, charset: str | None) -> str:
    """`raw` in `charset`, else in UTF-8, else what can be made of it; without NUL, which no database keeps."""
    named = _codec(charset)
    for codec in (named, "utf-8"):
        try:
            return raw.decode(codec).replace("\x00", "\ufffd")
        except UnicodeError:
            continue
    return raw.decode("cp1252" if named == "utf-8" else named, "replace").replace("\x00", "\ufffd")


def file_name(entity: Entity) -> str | None:
    """What a part says that its file is called, still in encoded words; None where it says nothing."""
    return _parameter(entity, "content-disposition", "filename") or _parameter(entity, "content-type", "name")


def _codec(charset: str | None) -> str:
    """The codec of a character set that a mail names; UTF-8 where it names none, or one that is none."""
    try:
        found = codecs.lookup((charset or "utf-8").strip().strip("'\"")[:40])
    except (LookupError, ValueError):
        return "utf-8"
    if found.name.replace("_", "-") in _NO_TEXT or not getattr(found, "_is_text_encoding", True):
        return "utf-8"
    return _WIDER.get(found.name, found.name)


def _unfolded(value: bytes) -> bytes:
    return value.replace(b"\n", b"").strip() if b"\n" in value else value.strip()


def _entity(data: bytes) -> Entity:
    fields, start = head_of(data)
    entity = Entity(fields, data[start:])
    entity.type = _message(entity, "content-type").get_content_type()
    return entity


def _message(entity: Entity, name: str) -> Message:
    """One field for the library, as bytes in Latin-1: what it gives can be turned back into the same bytes."""
    value = next((value for one, value in entity.fields if one == name), b"")
    message = Message()
    message[name] = value[:LONGEST_VALUE].decode("latin-1")
    return message


def _parameter(entity: Entity, name: str, parameter: str) -> str | None:
    """A parameter of a field, such as the charset in `text/plain; charset=utf-8` (RFC 2045 section 5.1, RFC 2231)."""
    try:
        found = _message(entity, name).get_param(parameter, None, name)
    except (ValueError, LookupError, TypeError, AttributeError, MessageError):
        return None
    if isinstance(found, tuple):
        charset, _, text = found
        return to_text(text.encode("latin-1", "replace"), charset)
    return to_text(found.encode("latin-1", "replace"), None) if isinstance(found, str) else None


def _parts(entity: Entity) -> Iterator[Entity]:
    if entity.type == "message/rfc822":
        inner = decoded(entity).replace(b"\r\n", b"\n").lstrip(b"\n")
        if inner:
            yield _entity(inner)
    boundary = _boundary(entity) if entity.type.startswith("multipart/") else None
    if boundary is None:
        return
    start: int | None = None
    for place, after, closing in _delimiters(entity.content, boundary):
        if start is not None:
            yield _entity(entity.content[start : max(start, place - 1)])
        start = after
        if closing:
            return
    if start is not None:
        yield _entity(entity.content[start:])


def _boundary(entity: Entity) -> bytes | None:
    found = _parameter(entity, "content-type", "boundary")
    return found.rstrip().encode("utf-8", "replace")[:200] or None if found else None


def _delimiters(content: bytes, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where the lines with this boundary begin, where what follows them begins, and whether they are the last."""
    needle, place = b"--" + boundary, -1
    while (place := content.find(needle, place + 1)) >= 0:
        if place and content[place - 1] != 10:
            continue
        end = content.find(b"\n", place)
        end = len(content) if end < 0 else end
        rest = content[place + len(needle) : end].strip()
        if rest in (b"", b"--"):
            yield place, min(end + 1, len(content)), rest == b"--"
