"""Mails: .eml files, mails forwarded as attachments or in the text, and mailboxes of many. See docs/mails.md."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from tocsin.identifiers import ACCOUNTS, WEBMAIL, Identifier, Unreadable, read, registrable_domain
from tocsin.intake.changed import is_former
from tocsin.intake.decode import Text
from tocsin.intake.letter import Letter, letter_of, texts_of
from tocsin.intake.links import Link, says_another, unwrapped
from tocsin.intake.mbox import is_mailbox, mails_in
from tocsin.intake.mime import LONGEST_HEAD, MOST_FIELDS, names_of_fields
from tocsin.intake.parties import Parties, notices_on, parties_of, role_in_text, rows_of_parties, unaddressed
from tocsin.intake.proposed import Voices, own_of_reporter, told_by_reporter
from tocsin.intake.quoting import Quoted
from tocsin.intake.reported import Reported, domain_of, reported_in
from tocsin.intake.row import CannotRead, Claim, Defaults, Reading, Row
from tocsin.intake.text import read_text
from tocsin.intake.values import problem_row

MOST_SHOWN = 10
"""Attachments that a notice names."""

_GREETING = re.compile(
    r"\W{0,5}(?:dear|hi|hello|hey|good (?:day|morning|afternoon)|attn|attention|hola|estimad[oa]|ol[áa]|prezad[oa]|"
    r"car[oa]|bonjour|ch[eè]re?|hallo|sehr geehrte[rs]?|beste|kepada|yth|halo|kính gửi|เรียน|尊敬的|亲爱的)\b",
    re.I,
)
_COMMON = frozenset(("to", "subject", "date", "message-id", "received", "return-path", "mime-version", "content-type"))
_FIRST = 200
_OWN = "reporter"
"""The role that a text gives to what its own writer signs with."""
_NOTHING = "Nothing that can be shared was found in this mail: no address of a criminal, no link, number or account."


def is_mail(data: bytes) -> bool:
    """Whether the bytes begin as a mail or a mailbox does: with header lines, one of which says from whom it is."""
    if is_mailbox(data):
        return True
    if not names_of_fields(whole(data[:_FIRST]), 1):
        return False
    start = whole(data[:LONGEST_HEAD]).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    names = names_of_fields(start, MOST_FIELDS)
    return "from" in names and len(names & _COMMON) >= 2


def read_mail(data: bytes, defaults: Defaults) -> Reading:
    """The rows of a mail, or of every mail in a mailbox; CannotRead where a single one cannot be read.

    Each value is a row of its own, so that it can be decided by itself; `Row.column` says where in the mail it stands,
    and in a mailbox in which mail. A mail of a mailbox that cannot be read is a row with its problem.
    """
    if is_mailbox(data):
        mails = mails_in(data)
        return Reading("mail", _numbered(_of_many(mails, defaults), many=True))
    reported = list(reported_in(letter_of(whole(data))))
    rows = [row for mail in reported for row in rows_of(mail, 1, defaults)]
    if not rows:
        raise CannotRead(_NOTHING)
    return Reading(
        "mail", _numbered(rows, many=False), tuple(dict.fromkeys(line for mail in reported for line in _notices(mail)))
    )


def letters_in(data: bytes) -> Iterator[Letter]:
    """The mails in the bytes of a report, without those that cannot be read."""
    for mail in mails_in(data) if is_mailbox(data) else (whole(data),):
        try:
            yield letter_of(mail)
        except CannotRead:
            continue


def mail_text(data: bytes) -> str:
    """Everything that people can read in a mail or mailbox, as one text."""
    return "\n".join(text for letter in letters_in(data) for text in texts_of(letter))


def mail_shown(data: bytes) -> str:
    """A mail as its reader sees it, head and text, then those that it carries; empty for a mailbox."""
    return "" if is_mailbox(data) else "\n".join(line for letter in letters_in(data) for line in _shown(letter))


def whole(data: bytes) -> bytes:
    """A mail without what stands before its first line."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")


def rows_of(mail: Reported, number: int, defaults: Defaults) -> list[Row]:
    """The rows of one reported mail, numbered as the mail is: `number` counts the mails of the report."""
    parties = parties_of(mail, defaults)
    genuine = _genuine_domains(parties)
    rows = _once(
        [
            *rows_of_parties(parties, number, defaults),
            *(row for link in mail.links for row in _of_link(link, number, parties, genuine, defaults)),
            *_of_words(mail.words, number, parties, defaults),
            *(row for quoted in mail.thread for row in _of_quoted(quoted, number, parties, defaults)),
            *_of_cover(mail.cover, number, parties, defaults),
        ]
    )
    return [*rows, *_of_attachments(mail, number, defaults)]


def _shown(letter: Letter) -> Iterator[str]:
    sender, other = filter(None, (letter.sender,)), filter(None, (letter.other_sender,))
    heads = (("From", sender), ("Sender", other), ("Reply-To", letter.reply_to), ("To", letter.recipients))
    for head, boxes in heads:
        written = [f"{box.name} <{box.address.value}>" if box.name else box.address.value for box in boxes]
        if written:
            yield f"{head}: {', '.join(written)}"
    yield f"Subject: {letter.subject}"
    yield ""
    yield letter.words
    for one in letter.attached:
        yield ""
        yield from _shown(one)


def _of_many(mails: Iterator[bytes], defaults: Defaults) -> Iterator[Row]:
    for number, data in enumerate(mails, 1):
        try:
            rows = [row for mail in reported_in(letter_of(data)) for row in rows_of(mail, number, defaults)]
        except CannotRead as refusal:
            rows, problem = [], str(refusal)
        else:
            problem = _NOTHING
        if rows:
            yield from rows
        else:
            yield problem_row(number, "not read", f"mail {number}", problem, defaults.claim)


def _numbered(rows: Iterable[Row], *, many: bool) -> Iterator[Row]:
    for count, row in enumerate(rows, 1):
        yield replace(row, row=count, column=f"mail {row.row}, {row.column}" if many else row.column)


def _genuine_domains(parties: Parties) -> frozenset[str]:
    """The domains of those whose mails are quoted, without the sender's and those where anybody gets a mailbox."""
    criminal = frozenset(map(domain_of, parties.mail.criminals))
    return frozenset(map(domain_of, parties.genuine)) - WEBMAIL - criminal


def _of_link(link: Link, number: int, parties: Parties, genuine: frozenset[str], defaults: Defaults) -> Iterator[Row]:
    target = unwrapped(link.target)
    kind, text = _kind_of(target)
    try:
        identifier = unaddressed(read(text, kind), parties.mail.people)
    except Unreadable:
        return
    host = _host(identifier)
    role = role_in_text(identifier, host, parties) or ("victim" if host in genuine else None)
    note = f"The words on the link were “{link.words}”." if says_another(link.words, target) else None
    yield Row(number, "link", target[:2_000], identifier, None, _claim(defaults.claim, role, note))


def _kind_of(target: str) -> tuple[str, str]:
    scheme, _, rest = target.partition(":")
    if scheme.lower() == "mailto":
        return "email", rest.partition("?")[0]
    return ("phone", rest) if scheme.lower() == "tel" else ("url", target)


def _of_words(words: str, number: int, parties: Parties, defaults: Defaults) -> Iterator[Row]:
    """What the mail's own words name; an account is where money should go, unless they say that it was before."""
    lines = words.split("\n")
    for row in _read(words, defaults):
        found, role = row.identifier, row.claim.role
        if role == _OWN:
            role = None  # whoever signs these words is no reporter
        if found is not None:
            role = role_in_text(found, _host(found), parties) or role
            if found.kind in ACCOUNTS and is_former(lines, row.row - 1, row.value):
                role = "victim"
            elif role is None:
                role = _role_by_words(found, lines, row)
            row = replace(row, identifier=unaddressed(found, parties.mail.people))
        yield _placed(row, number, "text", role)


def _role_by_words(found: Identifier, lines: list[str], row: Row) -> str | None:
    """The role that the line tells on which something stands in a criminal's words."""
    if found.kind in ACCOUNTS:
        return "beneficiary"
    if found.kind == "email" and _GREETING.match(lines[row.row - 1]):
        return "victim"
    # "somebody signed in from 192.0.2.1": an address that lends weight to the story
    return "spoofed" if found.kind in ("ipv4", "ipv6") else None


def _of_quoted(quoted: Quoted, number: int, parties: Parties, defaults: Defaults) -> Iterator[Row]:
    """What an older mail names: its writer's, who is a victim unless it is the sender of the newest."""
    criminals = parties.mail.criminals
    if quoted.sender is not None and quoted.sender.address in criminals:
        yield from _of_words(quoted.text, number, parties, defaults)
        return
    for box in filter(None, (quoted.sender, *quoted.reply_to, *quoted.recipients)):
        if box.address in criminals:
            continue
        known = domain_of(box.address) in parties.imitated
        claim = _claim(defaults.claim, "sender" if known else "victim")
        yield Row(number, "quoted mail", box.address.value, box.address, None, claim)
    for row in _read(quoted.text, defaults):
        yield _placed(row, number, "quoted", "victim")


def _of_cover(cover: str, number: int, parties: Parties, defaults: Defaults) -> Iterator[Row]:
    """What the reporter names above the mail: what is nobody else's there is the reporter's own."""
    lines = cover.split("\n")
    for row in _read(cover, defaults, told_by_reporter(lines)):
        found, role = row.identifier, row.claim.role
        if found is not None:
            found = unaddressed(found, parties.mail.people)
            row = replace(row, identifier=found)
            role = role_in_text(found, _host(found), parties) or role
            before = lines[row.row - 1][: row.span[0] - 1 if row.span else 0]
            if role is None and own_of_reporter(before, row.value, found.kind):
                role = _OWN
        yield _placed(row, number, "cover", role)


def _of_attachments(mail: Reported, number: int, defaults: Defaults) -> Iterator[Row]:
    for one in mail.attachments:
        column = f"attachment {one.name}, {one.size:,} bytes"
        yield Row(number, column, one.sha256, read(one.sha256, "file-hash"), None, defaults.claim)


def _read(text: str, defaults: Defaults, whose: Voices | None = None) -> list[Row]:
    if not text.strip():
        return []
    try:
        return list(read_text(Text(text), defaults, whose=whose).rows)
    except CannotRead:
        return []


def _placed(row: Row, number: int, where: str, role: str | None) -> Row:
    claim = row.claim if role == row.claim.role else replace(row.claim, role=role)
    return replace(row, row=number, column=f"{where}, line {row.row}", span=None, claim=claim)


def _once(rows: list[Row]) -> Iterator[Row]:
    """Each value once a role; what the text repeats of the header fields and links has its role from there."""
    seen: set[tuple[Identifier | str, str | None]] = set()
    for row in rows:
        value = row.identifier or row.value
        key = (value, row.claim.role)
        if key in seen or ((value, "") in seen and row.column.partition(",")[0] in ("text", "quoted", "cover")):
            continue
        seen |= {key, (value, "")}
        yield row


def _claim(claim: Claim, role: str | None, note: str | None = None) -> Claim:
    if note is not None:
        claim = replace(claim, note="; ".join(filter(None, (claim.note, note)))[:2_000])
    return replace(claim, role=role) if role is not None else claim


def _host(identifier: Identifier) -> str | None:
    """The registrable domain of an identifier that has one."""
    if identifier.kind in ("domain", "email"):
        return domain_of(identifier)
    if identifier.kind != "url":
        return None
    return registrable_domain(urlsplit(identifier.value).hostname or "")


def _notices(mail: Reported) -> Iterator[str]:
    yield from notices_on(mail)
    if mail.attachments:
        more = len(mail.attachments) - MOST_SHOWN
        named = "; ".join(f"{one.name} ({one.size:,} bytes)" for one in mail.attachments[:MOST_SHOWN])
        yield f"Attachments, listed by their hash and not opened: {named}{f' and {more:,} more' if more > 0 else ''}."
