"""A mail as a person reads it: who wrote it to whom and when, its words, its links, and what is attached."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tocsin.intake.addresses import LONGEST_LIST, Mailbox, mailboxes_in, words_of
from tocsin.intake.links import Link, read_html
from tocsin.intake.mime import Entity, decoded, entity_of, file_name, text_of
from tocsin.intake.proof import Proof, proof_in
from tocsin.intake.relays import Host, sending_host
from tocsin.intake.row import CannotRead

LONGEST_TEXT = 2_000_000
"""Characters of a mail's text that are searched."""
LONGEST_SOURCE = 10_000_000
"""Bytes of text and HTML in one mail that are read; what is beyond is listed like an attachment."""

_RECIPIENTS = ("to", "cc", "bcc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a mail carries, never opened: its name, its bytes without the transfer encoding, their SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail. `shown` is what stands in From where that is no address; `sent_ms` what its Date says.

    `words` is the text that its writer gave, or that its HTML shows; `again` what further alternatives of it say;
    `attached` the mails that it carries.
    """

    subject: str
    sender: Mailbox | None
    shown: str
    other_sender: Mailbox | None
    reply_to: tuple[Mailbox, ...]
    recipients: tuple[Mailbox, ...]
    sent_ms: int | None
    proof: Proof
    host: Host | None
    words: str
    again: str
    links: tuple[Link, ...]
    attachments: tuple[Attachment, ...]
    attached: tuple["Letter", ...]


def letter_of(data: bytes) -> Letter:
    """The mail that `data` is; CannotRead where it is built as no mail program builds one."""
    return _letter(entity_of(data))


def texts_of(letter: Letter) -> Iterator[str]:
    """Everything that people can read in a mail and in those that it carries."""
    yield letter.subject
    yield letter.words
    yield letter.again
    for attachment in letter.attachments:
        yield attachment.name
    for one in letter.attached:
        yield from texts_of(one)


def date_ms(text: str | None) -> int | None:
    """A date as mails write it, ms; None where it is none. One without a zone is taken for UTC."""
    if not text:
        return None
    try:
        found = parsedate_to_datetime(text[:100])
        at = found if found.tzinfo else found.replace(tzinfo=UTC)
        return int(at.timestamp() * 1000) if datetime(1990, 1, 1, tzinfo=UTC) < at else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _letter(mail: Entity) -> Letter:
    words: list[str] = []
    again: list[str] = []
    links: list[Link] = []
    repeated = _alternatives(mail)
    for part in _bodies(mail):
        text, found = _read(part)
        (again if id(part) in repeated else words).append(text)
        links += found
    if sum(map(len, words + again)) > LONGEST_TEXT:
        raise CannotRead(f"The text of the mail has more than {LONGEST_TEXT:,} characters: this is no letter.")
    proof = proof_in(mail)
    attached = [part.parts[0] for part in _leaves(mail) if part.type == "message/rfc822" and part.parts]
    return Letter(
        subject=words_of(mail.value("subject") or ""),
        sender=next(_people(mail, "from"), None),
        shown=words_of(mail.value("from") or "")[:_LONGEST_NAME],
        other_sender=next(_people(mail, "sender"), None),
        reply_to=tuple(dict.fromkeys(_people(mail, "reply-to"))),
        recipients=tuple(dict.fromkeys(one for name in _RECIPIENTS for one in _people(mail, name))),
        sent_ms=date_ms(mail.value("date")),
        proof=proof,
        host=sending_host(mail, proof),
        words="\n".join(words),
        again="\n".join(again),
        links=tuple(dict.fromkeys(links)),
        attachments=tuple(_attachments(mail)),
        attached=tuple(map(_letter, attached)),
    )


def _people(mail: Entity, name: str) -> Iterator[Mailbox]:
    for value in mail.values(name, 10, LONGEST_LIST):
        yield from mailboxes_in(value)


def _leaves(entity: Entity) -> Iterator[Entity]:
    """The parts that hold no others of the same mail, in their order."""
    waiting = [entity]
    while waiting:
        one = waiting.pop()
        if one.type.startswith("multipart/") and one.parts:
            waiting += reversed(one.parts)
        else:
            yield one


def _alternatives(mail: Entity) -> frozenset[int]:
    """The parts (by `id`) that say again what the first part beside them says."""
    waiting = [mail]
    found: set[int] = set()
    while waiting:
        one = waiting.pop()
        if one.type.startswith("multipart/"):
            waiting += one.parts
        if one.type == "multipart/alternative":
            found.update(id(leaf) for part in one.parts[1:] for leaf in _leaves(part))
    return frozenset(found)


def _bodies(mail: Entity) -> Iterator[Entity]:
    read = 0
    for part in _leaves(mail):
        disposition = (part.value("content-disposition") or "").lower()
        if not _is_text(part) or disposition.startswith("attachment"):
            continue
        read += len(part.content)
        if read <= LONGEST_SOURCE:
            yield part


def _is_text(part: Entity) -> bool:
    # a multipart without parts is what broken programs make of a text
    return part.type in ("text/plain", "text/html", "text/enriched") or part.type.startswith("multipart/")


def _read(part: Entity) -> tuple[str, list[Link]]:
    text = text_of(part)
    if part.type == "text/html" or (part.type != "text/plain" and "<html" in text[:1_000].lower()):
        return read_html(text)
    return text, []


def _attachments(mail: Entity) -> Iterator[Attachment]:
    """The files of a mail; pictures that its HTML shows are none."""
    bodies = {id(part) for part in _bodies(mail)}
    for part in _leaves(mail):
        disposition = (part.value("content-disposition") or "").lower()
        picture = part.type.startswith("image/") and not disposition.startswith("attachment")
        if id(part) in bodies or picture or part.type.startswith("message/"):
            continue
        data = decoded(part)
        if data:
            name = " ".join(words_of(file_name(part) or "").split())[:_LONGEST_NAME] or "without a name"
            yield Attachment(name, len(data), hashlib.sha256(data).hexdigest())
