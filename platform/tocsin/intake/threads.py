"""What a mail says of its thread: its own identifier, and those of the mails that it answers (RFC 5322, 3.6.4)."""

import re
from collections.abc import Iterator
from itertools import islice

from tocsin.intake.mail import whole
from tocsin.intake.mbox import is_mailbox, mails_in
from tocsin.intake.mime import Entity, entity_of
from tocsin.intake.row import CannotRead

MOST_MAILS = 1_000
MOST_IDS = 50
"""Identifiers of one mail, the mails that it carries among them."""

_FIELDS = ("message-id", "in-reply-to", "references", "original-message-id")
_ID = re.compile(r"<([^<>\s]{3,200}@[^<>\s]{1,200})>")
_DEEPEST = 3


def threads_in(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The number of each mail of a report, from 1 as its rows have it, and the identifiers that tell its thread.

    Each is in small letters; a mail that cannot be read has none.
    """
    mails = mails_in(data) if is_mailbox(data) else iter((whole(data),))
    for number, mail in enumerate(islice(mails, MOST_MAILS), 1):
        try:
            found = dict.fromkeys(_ids(entity_of(mail), _DEEPEST))
        except CannotRead:
            continue
        if found:
            yield number, tuple(islice(found, MOST_IDS))


def _ids(mail: Entity, deep: int) -> Iterator[str]:
    for name in _FIELDS:
        for value in mail.values(name, 3):
            yield from (match[1].lower() for match in islice(_ID.finditer(value), MOST_IDS))
    for part in mail.parts if deep else ():
        yield from _ids(part, deep - 1)
