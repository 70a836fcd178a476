"""Which of the mails in a mail is the criminal's, who passed it on, and who are the others in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tocsin.identifiers import WEBMAIL, Identifier, registrable_domain
from tocsin.intake.addresses import Mailbox
from tocsin.intake.letter import Attachment, Letter
from tocsin.intake.links import Link
from tocsin.intake.proof import Proof
from tocsin.intake.proposed import reports
from tocsin.intake.quoting import Quoted, is_forward, parted
from tocsin.intake.relays import Host

_NO_PROOF = Proof()


@dataclass(frozen=True, slots=True)
class Reported:
    """A mail that somebody reports.

    `cover` is what the reporter wrote above it; `people` the addresses of whoever reported it or was written to;
    `words` its own text; `thread` the mails that it quotes, the newest first.
    """

    subject: str
    sender: Mailbox | None
    shown: str
    other_sender: Mailbox | None
    reply_to: tuple[Mailbox, ...]
    recipients: tuple[Mailbox, ...]
    sent: int | str | None
    proof: Proof
    host: Host | None
    words: str
    links: tuple[Link, ...]
    attachments: tuple[Attachment, ...]
    thread: tuple[Quoted, ...]
    cover: str = ""
    people: frozenset[Identifier] = frozenset()

    @property
    def criminals(self) -> frozenset[Identifier]:
        """Who writes it, and who gets the answers."""
        return frozenset(box.address for box in (self.sender, *self.reply_to) if box is not None)

    @property
    def domains(self) -> frozenset[str]:
        """The domains of whoever reported it or was written to, without those where anybody gets a mailbox."""
        return frozenset(domain for one in self.people if (domain := domain_of(one)) not in WEBMAIL)


def reported_in(letter: Letter) -> Iterator[Reported]:
    """The reported mails in a mail: those that it carries, the newest that it passes on in its text, or itself.

    Whoever passes on a mail, and whoever that is sent to, is no criminal; nor is whoever the reported mail went to.
    """
    if letter.attached:
        cover = _as_reported(letter)
        for inner in letter.attached:
            for one in reported_in(inner):
                yield replace(one, cover=_joined(cover.words, one.cover), people=one.people | _all_people(letter))
                cover = replace(cover, words="")
        return
    own, quoted = _parted(letter)
    told = reports(own)
    if quoted and (told or quoted[0].forwarded or is_forward(letter.subject)):
        yield _passed_on(letter, own, quoted)
    elif told:
        yield _passed_on(letter, own, [Quoted("")])
    else:
        yield replace(_as_reported(letter), words=own, thread=tuple(quoted))


def domain_of(address: Identifier) -> str:
    """The part of an address's domain, or of a domain, that somebody registered."""
    return registrable_domain(address.value.rpartition("@")[2])


def _parted(letter: Letter) -> tuple[str, list[Quoted]]:
    """The words of a mail's writer and the mails quoted below, each with what the mail's alternatives say of it.

    Where one alternative shows more of the quoted mails than the other, that one counts.
    """
    own, quoted = parted(letter.words)
    own_again, quoted_again = parted(letter.again)
    if len(quoted_again) > len(quoted):
        return own_again, quoted_again
    if len(quoted_again) < len(quoted):
        return own, quoted
    both = [replace(one, text=_joined(one.text, other.text)) for one, other in zip(quoted, quoted_again, strict=True)]
    return _joined(own, own_again), both


def _as_reported(letter: Letter) -> Reported:
    return Reported(
        subject=letter.subject,
        sender=letter.sender,
        shown=letter.shown,
        other_sender=letter.other_sender,
        reply_to=letter.reply_to,
        recipients=letter.recipients,
        sent=letter.sent_ms,
        proof=letter.proof,
        host=letter.host,
        words=letter.words,
        links=letter.links,
        attachments=letter.attachments,
        thread=(),
        people=frozenset(one.address for one in letter.recipients),
    )


def _passed_on(letter: Letter, cover: str, quoted: list[Quoted]) -> Reported:
    """The newest mail in the text of one that passes it on: nothing of how it travelled is left."""
    newest = quoted[0]
    return replace(
        _as_reported(letter),
        subject=newest.subject or letter.subject,
        sender=newest.sender,
        shown="",
        other_sender=None,
        reply_to=newest.reply_to,
        recipients=newest.recipients,
        sent=newest.date or None,
        proof=_NO_PROOF,
        host=None,
        words=newest.text,
        thread=tuple(quoted[1:]),
        cover=cover,
        people=_all_people(letter) | frozenset(one.address for one in newest.recipients),
    )


def _all_people(letter: Letter) -> frozenset[Identifier]:
    found = [*letter.recipients, *letter.reply_to, *((letter.sender,) if letter.sender else ())]
    return frozenset(one.address for one in found)


def _joined(*texts: str) -> str:
    return "\n".join(text for text in texts if text.strip())
