"""What each address of a reported mail was in it: the rows of its header fields, and the notices on them."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from tocsin.identifiers import WEBMAIL, Identifier, Unreadable, defang, read
from tocsin.intake.addresses import Mailbox
from tocsin.intake.reported import Reported, domain_of
from tocsin.intake.row import Defaults, Row

MOST_RECIPIENTS = 100
"""Addresses of recipients that become rows; all of them count as victims."""

_ADDRESS = re.compile(r"([^\s@/?#&=;,:<>\"]{1,64})@((?:[\w-]{1,63}\.){1,10}[\w-]{1,63})")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is who in a reported mail.

    `ours` are domains of whoever reported it or was written to; `forged` the domain that the sender only pretends to
    have, None where it is the sender's; `imitated` what each domain of the sender looks like, by that domain; `genuine`
    the people of the quoted mails who are not the sender.
    """

    mail: Reported
    ours: frozenset[str]
    role: str
    forged: str | None
    imitated: dict[str, str]
    genuine: frozenset[Identifier]


def parties_of(mail: Reported, defaults: Defaults) -> Parties:
    """Who is who. What is not proven is never taken for the sender's own where somebody else may have it."""
    ours = mail.domains
    senders = [one.address for one in (mail.sender, *mail.reply_to) if one is not None]
    known = ours | {domain_of(one.sender.address) for one in mail.thread if one.sender is not None}
    imitated: dict[str, str] = {}
    for domain in dict.fromkeys(map(domain_of, senders)):
        like = _imitated(domain, known - {domain} - WEBMAIL, defaults)
        if like is not None and domain not in ours | WEBMAIL and not _may_be_the_same(domain, like, mail):
            imitated[domain] = like
    role = _role_of_sender(mail, ours, imitated)
    forged = domain_of(mail.sender.address) if mail.sender is not None and role == "spoofed" else None
    genuine = _genuine(mail, imitated)
    return Parties(mail, ours, role, forged if forged not in WEBMAIL else None, imitated, genuine)


def rows_of_parties(parties: Parties, number: int, defaults: Defaults) -> Iterator[Row]:
    """The addresses of a mail's header fields, each with its role; the sender's own domain where it imitates one."""
    mail = parties.mail
    for column, box, role in _boxes(parties):
        note = (
            f"It was shown as “{box.name[:200]}”." if box.name and role in ("sender", "reply-to", "spoofed") else None
        )
        yield _row(number, column, box.address, role, defaults, note)
        for shown in box.shown:
            if shown not in mail.people:
                yield _row(number, f"name in {column}", shown, "spoofed", defaults)
    for domain, like in parties.imitated.items():
        # a name that screening never takes for a victim's
        yield _row(number, "From", read(domain, "domain"), "lookalike", defaults, f"It imitates {like}.")
    host = _criminal_host(parties)
    if host is not None:
        yield _row(number, "Received", host, "sender", defaults)
    for box in mail.recipients[:MOST_RECIPIENTS]:
        yield _row(number, "To", box.address, "victim", defaults)


def role_in_text(identifier: Identifier, host: str | None, parties: Parties) -> str | None:
    """The role of what a mail's text or links name, None where nothing tells. `host` is that of an address."""
    if identifier in parties.mail.people or identifier in parties.genuine:
        return "victim"
    if host is None:
        return None
    if host in parties.ours:
        return "victim"
    return "spoofed" if host == parties.forged else None


def unaddressed(identifier: Identifier, people: frozenset[Identifier]) -> Identifier:
    """A URL up to where it names one of these people: then it is the same for whoever else gets it.

    Without its query where that names one, without the part of its path too where that does; plainly or in Base64.
    """
    if identifier.kind != "url" or not people:
        return identifier
    before, mark, query = identifier.value.partition("?")
    parts = before.split("/")
    for place, part in enumerate(parts[3:], 3):
        if _names(part, people):
            return read("/".join((*parts[:place], "")), "url")
    return read(before, "url") if mark and _names(query, people) else identifier


def notices_on(mail: Reported) -> Iterator[str]:
    """What is worth knowing of a mail and no row says."""
    if mail.host is not None:
        name = f"{defang(mail.host.name, 'domain')}, " if mail.host.name else ""
        kind = "ipv6" if ":" in mail.host.address else "ipv4"
        yield f"It was delivered by the host {name}{defang(mail.host.address, kind)}."
    if mail.sender is not None and mail.proof.known:
        proven = mail.proof.of(domain_of(mail.sender.address))
        yield (
            "SPF, DKIM or DMARC prove the domain of its sender."
            if proven
            else "Neither SPF nor DKIM nor DMARC proves the domain of its sender: it may be forged."
        )
    elif mail.sender is None and mail.shown:
        yield "What stands in From is no e-mail address."
    if len(mail.recipients) > MOST_RECIPIENTS:
        yield f"Recipients beyond the first {MOST_RECIPIENTS}, left aside: {len(mail.recipients) - MOST_RECIPIENTS:,}."


def _role_of_sender(mail: Reported, ours: frozenset[str], imitated: dict[str, str]) -> str:
    """`sender` where the address is the criminal's; `spoofed` where it is, or may well be, somebody else's.

    Whoever wants the answers elsewhere does not read the mailbox that he shows.
    """
    if mail.sender is None:
        return "sender"
    address, domain = mail.sender.address, domain_of(mail.sender.address)
    if domain in imitated:
        return "sender"
    if address in mail.people or domain in ours:
        return "spoofed"
    if mail.proof.known and not mail.proof.of(domain):
        return "spoofed"
    elsewhere = any(domain_of(one.address) != domain for one in mail.reply_to)
    return "spoofed" if elsewhere and domain not in WEBMAIL else "sender"


def _boxes(parties: Parties) -> Iterator[tuple[str, Mailbox, str]]:
    mail = parties.mail
    sender = mail.sender
    if sender is not None:
        yield "From", sender, parties.role
    for box in mail.reply_to:
        if sender is None or box.address != sender.address:
            yield "Reply-To", box, _role_of_reply(box, parties)
    other = mail.other_sender
    if other is not None and (sender is None or other.address != sender.address):
        mine = mail.proof.of(domain_of(other.address)) and domain_of(other.address) not in parties.ours
        yield "Sender", other, "sender" if mine and parties.role == "sender" else "spoofed"


def _role_of_reply(box: Mailbox, parties: Parties) -> str:
    domain = domain_of(box.address)
    if box.address in parties.mail.people or domain in parties.ours:
        return "victim"
    return "spoofed" if domain == parties.forged else "reply-to"


def _genuine(mail: Reported, imitated: dict[str, str]) -> frozenset[Identifier]:
    criminals = mail.criminals
    boxes = [box for one in mail.thread for box in (one.sender, *one.reply_to, *one.recipients) if box is not None]
    return frozenset(
        box.address for box in boxes if box.address not in criminals and domain_of(box.address) not in imitated
    )


def _criminal_host(parties: Parties) -> Identifier | None:
    """The sending host, where it is no relay of a service or of somebody whose name was only used."""
    mail = parties.mail
    if mail.host is None or not mail.proof.known or mail.sender is None:
        return None
    domain = domain_of(mail.sender.address)
    own = mail.host.name and registrable(mail.host.name) == domain
    if mail.proof.passed and not (parties.role == "sender" and own and mail.proof.of(domain)):
        return None
    try:
        return read(mail.host.address, "ipv6" if ":" in mail.host.address else "ipv4")
    except Unreadable:
        return None


def _names(text: str, people: frozenset[Identifier]) -> bool:
    """Whether a part of a URL names one of these people: what it names is looked up, however many they are."""
    written = unquote(unquote(text)).lower()
    if any(one in people for one in _addresses(written)):
        return True
    return any(one in people for token in _BASE64.findall(unquote(text)) for one in _in_base64(token))


def _addresses(text: str) -> Iterator[Identifier]:
    """The addresses in a text, also without their first letters: these may belong to something else."""
    for match in _ADDRESS.finditer(text) if "@" in text else ():
        for place in range(len(match[1])):
            yield Identifier("email", f"{match[1][place:]}@{match[2]}")


def _in_base64(token: str) -> Iterator[Identifier]:
    """The addresses that `token` encodes, wherever in it the encoding begins."""
    token = token.replace("+", "-").replace("/", "_")
    for start in range(4):
        encoded = token[start:]
        encoded = encoded[: len(encoded) - (len(encoded) % 4 == 1)]
        decoded = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        yield from _addresses(decoded.decode("latin-1").lower())


def _may_be_the_same(domain: str, like: str, mail: Reported) -> bool:
    """Whether only the ending tells the sender's domain from the one that it looks like, and nothing proves it.

    The same owner may have both, and then somebody forged this one.
    """
    ending_alone = domain.partition(".")[0] == like.partition(".")[0]
    own = mail.sender is not None and domain_of(mail.sender.address) == domain
    return ending_alone and own and mail.proof.known and not mail.proof.of(domain)


def registrable(host: str) -> str:
    """The part of a host's name that somebody registered; empty where it is no name."""
    try:
        return domain_of(read(host, "domain"))
    except Unreadable:
        return ""


def _imitated(domain: str, known: frozenset[str], defaults: Defaults) -> str | None:
    return defaults.imitated(domain, known) if defaults.imitated is not None else None


def _row(
    number: int, column: str, identifier: Identifier, role: str, defaults: Defaults, note: str | None = None
) -> Row:
    claim = replace(defaults.claim, role=role)
    if note is not None:
        claim = replace(claim, note="; ".join(filter(None, (defaults.claim.note, note)))[:2_000])
    return Row(number, column, identifier.value, identifier, None, claim)
