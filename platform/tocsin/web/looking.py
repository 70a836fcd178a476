"""Looking at what is about to be handed in: what is in it, what would become of it, and who would receive it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from sqlalchemy.engine import Connection

from tocsin.identifiers import KINDS
from tocsin.intake import Claim, Defaults, Reading, Row, mail_shown
from tocsin.intake.decode import decode
from tocsin.members.members import Member
from tocsin.publishing.hand_in import Preview, notices_on, preview
from tocsin.publishing.reading import in_roles, looks_like, read_body
from tocsin.publishing.screening_of import lists_of
from tocsin.publishing.secrets import Watch
from tocsin.reports.reports import Decided
from tocsin.reports.terms import Terms
from tocsin.screening import screen
from tocsin.times import now_ms
from tocsin.web import hand_in_form
from tocsin.web.found import Group, Piece, grouped, in_text
from tocsin.web.hand_in_form import Form
from tocsin.web.readable import visible
from tocsin.web.receivers import Receiver, passed_over, receivers
from tocsin.web.services import services
from tocsin.web.session import user

ROWS = 1_000
"""Rows that are looked at before it is handed in."""

_SHOWN = 200
_SHOWN_OBJECTS = 3
_NO_TEXT = frozenset({"xlsx", "json", "stix", "misp", "pdf"})
_MAY_BE_A_PERSONS = "It may be a person’s, so that it usually waits for a second member’s report or a moderator."


class Read(NamedTuple):
    """The first rows of something, in the roles that they seem to be in; `cut`: there are more.

    `text` is shown: what was searched (see `Reading`), of a mail what its reader sees; empty of what is no text.
    """

    format: str
    notices: tuple[str, ...]
    rows: list[Row]
    cut: bool
    text: str
    secret: bool = False

    @property
    def sealed(self) -> bool:
        """Whether numbers that are never kept stand in it, or may stand in what was not read."""
        return self.cut or self.secret or any(row.secret for row in self.rows)


@dataclass(frozen=True, slots=True)
class Looked:
    """What would become of it.

    `sure`: with whom it is shared is known, so that these are the verdicts; otherwise they are what can be said before.
    `notices` are about the file, `missing` about who would receive nothing; `digest` tells one text from another.
    """

    sure: bool
    counts: dict[str, int]
    groups: list[Group]
    shown: int
    lines: list[list[Piece]]
    more_lines: bool
    notices: tuple[str, ...]
    missing: tuple[str, ...]
    objects: list[str]
    receivers: list[Receiver]
    passed_over: list[tuple[str, str]]
    terms: Terms | None
    digest: str

    @property
    def surprising(self) -> bool:
        """Whether something will not go where somebody who chose with whom it is shared may think it does."""
        return bool(self.passed_over or any(one.without for one in self.receivers) or self.missing)


def read(body: bytes, name: str | None, member: Member, claim: Claim | None = None) -> Read:
    """The first rows of something that a member hands in; CannotRead as `read_body`."""
    reading = read_body(body, name, "auto", _defaults(member, claim or Claim()))
    rows = list(islice(Watch().over(reading.rows), ROWS + 1))
    text, cut = _text(body, reading), len(rows) > ROWS
    return Read(reading.format, reading.notices, rows[:ROWS], cut, text, reading.secret)


def _defaults(member: Member, claim: Claim) -> Defaults:
    return Defaults(None, member.country, claim, services().screening.number_token, looks_like)


def _text(body: bytes, reading: Reading) -> str:
    if reading.text is not None:
        return reading.text
    if reading.format == "mail":
        return mail_shown(body)
    return "" if reading.format in _NO_TEXT else decode(body).text


def look(connection: Connection, filled: Form, body: bytes, member: Member, seen: Read) -> Looked:
    """What would become of it, on a rehearsing connection."""
    rows = list(in_roles(seen.rows, hand_in_form.roles_of(filled)))
    terms = hand_in_form.terms(connection, filled)
    made = _rehearsed(connection, filled, body, member, terms, seen, rows) if terms is not None else None
    decided = made.verdicts if made is not None else list(_screened(connection, member, rows))
    counts = dict.fromkeys(("accepted", "merged", "held", "rejected"), 0)
    for one in decided:
        counts[one.verdict] += 1
    lines, more_lines = in_text(
        seen.text, seen.rows, decided, _defaults(member, Claim()) if seen.format == "mail" else None
    )
    now = now_ms()
    missing = notices_on(connection, terms) if terms is not None else ()
    writable = [one for one in visible(connection, user()) if one.rights.can_write]
    return Looked(
        sure=made is not None,
        counts=counts,
        groups=grouped(seen.rows, decided, filled.roles, _SHOWN),
        shown=min(len(decided), _SHOWN),
        lines=lines,
        more_lines=more_lines,
        notices=tuple(one for one in (made.notices if made is not None else seen.notices) if one not in missing),
        missing=missing,
        objects=[one.body.decode() for one in made.objects if one.type == "indicator"][:_SHOWN_OBJECTS] if made else [],
        receivers=receivers(connection, member, terms, now) if terms is not None else [],
        passed_over=passed_over(connection, member, terms, writable, now) if terms is not None else [],
        terms=terms,
        digest=hashlib.sha256(body).hexdigest()[:12],
    )


def _rehearsed(
    connection: Connection, filled: Form, body: bytes, member: Member, terms: Terms, seen: Read, rows: list[Row]
) -> Preview:
    reading = Reading(seen.format, iter(rows), seen.notices)
    exchange, screening, by = services().exchange, services().screening, user().subscriber
    name, now = filled.file_name, now_ms()
    rehearsal = (connection, exchange, screening, member, by, body, name, terms, now)
    return preview(*rehearsal, most_rows=ROWS, reading=reading)


def _screened(connection: Connection, member: Member, rows: list[Row]) -> Iterator[Decided]:
    """What can be said of rows before it is known with whom they are shared."""
    screening = replace(services().screening, members=lists_of(connection, member.key))
    for n, row in enumerate(rows):
        found, about = screen(row, screening), row.identifier
        verdict, reason = found.verdict, found.reason
        if verdict == "accepted" and about is not None and KINDS[about.kind].personal:
            verdict, reason = "held", _MAY_BE_A_PERSONS
        elif verdict == "accepted":
            reason = "It can be shared."
        kind, value = (about.kind, about.value) if about is not None else (None, None)
        yield Decided(n, row.row, row.column, row.value, kind, value, verdict, reason, None, None)
