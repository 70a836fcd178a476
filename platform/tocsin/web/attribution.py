"""Whose a report is, as far as whoever looks may know; and what of it names its source and is kept from others."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.intake import NO_CLAIM
from tocsin.members.access import Principal
from tocsin.members.pseudonyms import pseudonym
from tocsin.members.roles import SEE_ALL
from tocsin.publishing.told import told_counts, told_verdicts
from tocsin.reports.decisions import BY_CONTRIBUTOR, Decision
from tocsin.reports.reports import Decided, Report, counts_of, verdicts_of
from tocsin.reports.tables import WITHDRAWN, assertions
from tocsin.times import DAY_MS
from tocsin.web.services import services

TAKEN_BACK = "It was taken back."
"""What others are told of a row of an unattributed report that its source took back: why is in the source's words."""

_NOT_REJECTED = ("accepted", "merged", "held")


class HandedIn(Protocol):
    """What a member handed in, or a row of it."""

    @property
    def member_key(self) -> int: ...

    @property
    def member_name(self) -> str: ...

    @property
    def voice_of(self) -> int: ...

    @property
    def unattributed(self) -> bool: ...


def hides(report: HandedIn, viewer: Principal) -> bool:
    """Whether this viewer may not know whose it is."""
    return report.unattributed and report.member_key != viewer.member_key


def source_name(report: HandedIn, viewer: Principal) -> str:
    """The name of the member whose report it is, or what the viewer's member calls it instead."""
    return pseudonym_of(report.voice_of, viewer) if hides(report, viewer) else report.member_name


def pseudonym_of(voice_key: int, viewer: Principal) -> str:
    """What the viewer's member calls this voice."""
    return pseudonym(services().pseudonyms, viewer.member_key, voice_key)


def as_seen(report: Report, viewer: Principal) -> Report:
    """A report without what would tell the viewer whose it is: names, file, moment, what intake said of the file."""
    if not hides(report, viewer):
        return report
    return replace(
        report,
        member="",
        member_name=source_name(report, viewer),
        country=None,
        handed_in_by="",
        received_ms=report.received_ms - report.received_ms % DAY_MS,
        withdrawn_ms=report.withdrawn_ms and report.withdrawn_ms - report.withdrawn_ms % DAY_MS,
        sha256="",
        size=0,
        name=None,
        notices=(),
        terms=replace(report.terms, claim=NO_CLAIM, loss=None, roles=()),
    )


def verdicts_seen(
    connection: Connection,
    report: Report,
    viewer: Principal,
    *,
    verdicts: Sequence[str] = (),
    offset: int = 0,
    limit: int | None = None,
) -> list[Decided]:
    """The rows of a report as the viewer may know them.

    Of an unattributed one, others see the identifiers that stand or wait and nothing else: headings, spellings and
    refused rows (a victim's own mailbox, say) are the source's. The member's own people are told what depends on no
    other member's secrets, unless they see all reports anyway.
    """
    if hides(report, viewer):
        chosen = [one for one in _NOT_REJECTED if not verdicts or one in verdicts]
        rows = verdicts_of(connection, report.key, verdicts=chosen, offset=offset, limit=limit) if chosen else []
        back = _taken_back(connection, report)
        return [_veiled(one, TAKEN_BACK if one.n in back else one.reason) for one in rows]
    if viewer.may(SEE_ALL):
        return verdicts_of(connection, report.key, verdicts=verdicts, offset=offset, limit=limit)
    return told_verdicts(connection, report, verdicts=verdicts, offset=offset, limit=limit)


def counts_seen(connection: Connection, report: Report, viewer: Principal) -> dict[str, int]:
    """How many rows of a report have each verdict, as the viewer may know."""
    return counts_of(connection, report.key) if viewer.may(SEE_ALL) else told_counts(connection, report)


def decider_name(decision: Decision, report: Report, viewer: Principal) -> str:
    """Who decided or answered: people of the exchange see moderators by login, others "a moderator"."""
    if decision.what in BY_CONTRIBUTOR:
        return "the contributor" if hides(report, viewer) else decision.by
    return decision.by if viewer.may(SEE_ALL) else "a moderator"


def _taken_back(connection: Connection, report: Report) -> frozenset[int]:
    query = sa.select(assertions.c.n).where(assertions.c.report_key == report.key, assertions.c.state == WITHDRAWN)
    return frozenset(connection.execute(query).scalars())


def _veiled(one: Decided, reason: str) -> Decided:
    return replace(one, column="", value=one.canonical or "", reason=reason if one.verdict == "held" else "")
