"""Free text: what somebody pasted, or the source of a mail, searched for everything that criminals use."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tocsin.identifiers import Identifier
from tocsin.intake.decode import Text
from tocsin.intake.never_kept import withheld_rows
from tocsin.intake.parties import unaddressed
from tocsin.intake.payments import payment_rows
from tocsin.intake.proposed import LOOKED_BACK, Voices, proposed, voices
from tocsin.intake.row import LONGEST_SHOWN, CannotRead, Defaults, Reading, Row
from tocsin.intake.spotting import spots

NOTHING = "Nothing that can be shared was found in this text: no domain, address, number or account."

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
_NO_VOICES = Voices()
_WROTE = ("sender", "reply-to")
_THEIRS = ("victim", "reporter")
_HEAD_LINES = 6
"""Lines within which From and To belong to one head of a mail."""


def read_text(text: Text, defaults: Defaults, found_as: str = "text", whose: Voices | None = None) -> Reading:
    """What `text` names, each value once per role; CannotRead where it names nothing. `found_as` is the format.

    `whose` words they are is told by the text itself where it is not given.
    """
    lines = text.text.split("\n")
    rows = list(_rows(lines, defaults, voices(lines) if whose is None else whose))
    if not rows:
        raise CannotRead(NOTHING)
    notices = (*text.notices, *_notices(text.text))
    return Reading(found_as, _once(without_victims(_settled(rows))), notices, text=text.text)


def named_in(text: str) -> Iterator[Identifier]:
    """The identifiers that a piece of running text names, line by line."""
    lines = text.split("\n")
    for index in range(len(lines)):
        for row in spotted(lines, index, None, Defaults()):
            if row.identifier is not None:
                yield row.identifier


def without_victims(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, each URL without the addresses of those whom these very rows name as victims."""
    rows = list(rows)
    theirs = frozenset(row.identifier for row in rows if row.identifier is not None and row.claim.role in _THEIRS)
    for row in rows:
        yield row if row.identifier is None else replace(row, identifier=unaddressed(row.identifier, theirs))


def spotted(
    lines: Sequence[str], index: int, header: str | None, defaults: Defaults, whose: Voices = _NO_VOICES
) -> Iterator[Row]:
    """A row for everything that one line names, with the role that `header` or the words before it propose."""
    yield from _found(lines[index], index, header, defaults, whose)
    paid = list(payment_rows(lines, index, defaults))
    accounts = {row.span for row in paid if row.identifier is not None and row.span is not None}
    withheld = list(withheld_rows(lines[index], index + 1, defaults, accounts))
    covered = {row.span for row in withheld}
    for row in (*(one for one in paid if one.span not in covered), *withheld):
        yield _proposing(row, lines[index], index, whose)


def _settled(rows: list[Row]) -> Iterator[Row]:
    """The rows, each value on one side: what is the victim's or the reporter's is so wherever it has no role.

    Who wrote in one head of a mail and is written to in another stays what it was first; who writes to itself in one
    head is forged.
    """
    theirs = {row.identifier: row.claim.role for row in rows if row.claim.role in _THEIRS}
    first: dict[Identifier, Row] = {}
    for row in rows:
        if row.identifier is not None and row.claim.role in _WROTE + _THEIRS:
            first.setdefault(row.identifier, row)
    forged = {
        row.identifier
        for row in rows
        if row.claim.role == "victim" and row.identifier in first and _wrote_near(first[row.identifier], row)
    }
    for row in rows:
        role, before = row.claim.role, first.get(row.identifier) if row.identifier is not None else None
        if before is not None and role in _WROTE and row.identifier in forged:
            yield _as(row, "spoofed")
        elif before is None or (role in _WROTE) == (before.claim.role in _WROTE) or role not in _WROTE + _THEIRS:
            changed = theirs.get(row.identifier) if role is None and before and before.claim.role in _THEIRS else None
            yield _as(row, changed) if changed else row


def _wrote_near(before: Row, row: Row) -> bool:
    return before.claim.role in _WROTE and row.row - before.row <= _HEAD_LINES


def _as(row: Row, role: str) -> Row:
    return replace(row, claim=replace(row.claim, role=role))


def _once(rows: Iterator[Row]) -> Iterator[Row]:
    seen: set[tuple[Identifier | str, str | None]] = set()
    for row in rows:
        value = row.identifier or row.value
        if (value, row.claim.role) in seen or (row.claim.role is None and (value, "") in seen):
            continue
        seen |= {(value, row.claim.role), (value, "")}
        yield row


def _rows(lines: list[str], defaults: Defaults, whose: Voices) -> Iterator[Row]:
    role: str | None = None
    transport = False
    for index, line in enumerate(lines):
        if not line[:1].isspace() or not (role or transport):
            role, transport = _header(line)
        if not transport and line:
            passed_on = role in ("sender", "reply-to") and whose.reporter(index)
            yield from spotted(lines, index, "reporter" if passed_on else role, defaults, whose)


def _header(line: str) -> tuple[str | None, bool]:
    """The role that a header line gives its addresses, and whether it only tells how the mail travelled."""
    if _TRANSPORT.match(line):
        return None, True
    match = _HEADER.match(line.lstrip("> \t*"))
    return (_HEADER_ROLES.get(match[1].lower()) if match else None), False


def _found(line: str, index: int, header: str | None, defaults: Defaults, whose: Voices) -> Iterator[Row]:
    for start, text, identifier in spots(line):
        place = (start + 1, len(text))
        row = Row(index + 1, str(start + 1), text[:LONGEST_SHOWN], identifier, None, defaults.claim, span=place)
        if header and identifier.kind == "email":
            yield replace(row, claim=replace(defaults.claim, role=header))
        else:
            yield _proposing(row, line, index, whose)


def _proposing(row: Row, line: str, index: int, whose: Voices) -> Row:
    if row.identifier is None or row.claim.role is not None or row.span is None:
        return row
    before = line[max(0, row.span[0] - 1 - LOOKED_BACK) : row.span[0] - 1]
    role = proposed(whose, index, before, row.value, row.identifier.kind)
    return replace(row, claim=replace(row.claim, role=role)) if role else row


def _notices(text: str) -> Iterator[str]:
    count = sum(_header(line)[1] for line in text.split("\n"))
    if count:
        yield f"Header lines that only tell how the mail travelled, not searched: {count:,}."
