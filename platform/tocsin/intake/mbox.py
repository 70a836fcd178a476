"""Mailboxes in one file: mails one after the other, each behind a line that begins with `From ` (RFC 4155)."""

import re
from collections.abc import Iterator

from tocsin.intake.row import CannotRead

MOST_MAILS = 10_000

_BEGINNING = re.compile(rb"^From [^\n]{1,998}\n(?=[!-9;-~]{1,76}[ \t]{0,8}:|>?From )", re.M)
_ESCAPED = re.compile(rb"^>(>*From )", re.M)


def is_mailbox(data: bytes) -> bool:
    """Whether the bytes begin as such a file does."""
    return data.startswith(b"From ") and _BEGINNING.match(data[:2_000].replace(b"\r\n", b"\n")) is not None


def mails_in(data: bytes) -> Iterator[bytes]:
    """The bytes of each mail; CannotRead, before the first is given, where there are more than MOST_MAILS."""
    data = data.replace(b"\r\n", b"\n")
    starts = [match.start() for match in _BEGINNING.finditer(data) if _after_blank(data, match.start())]
    if len(starts) > MOST_MAILS:
        raise CannotRead(f"The mailbox has {len(starts):,} mails; at most {MOST_MAILS:,} are read: split it.")
    return _cut(data, starts)


def _cut(data: bytes, starts: list[int]) -> Iterator[bytes]:
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        begins = data.find(b"\n", start, end) + 1
        yield _ESCAPED.sub(rb"\1", data[begins:end])


def _after_blank(data: bytes, place: int) -> bool:
    return place == 0 or data[max(0, place - 2) : place] == b"\n\n"
