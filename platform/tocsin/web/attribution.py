"""Whose a report is, as far as whoever looks may know: the one place where pages and API decide that."""

from dataclasses import replace

from tocsin.members.access import Principal
from tocsin.members.roles import SEE_ALL
from tocsin.reports.decisions import ANSWERED, Decision
from tocsin.reports.reports import Decided, Report

NAMELESS = "A member, without its name"


def source_name(report: Report, viewer: Principal) -> str:
    """The name of the member that handed a report in, or words that leave it out."""
    return report.member_name if knows_source(report, viewer) else NAMELESS


def knows_source(report: Report, viewer: Principal) -> bool:
    """Whether somebody may know whose a report is: it is not without a name, or it is their own member's."""
    return not report.terms.unattributed or report.member_key == viewer.member_key


def report_as_seen(report: Report, viewer: Principal) -> Report:
    """A report as somebody may see it: of one without a name nothing is left that could tell whose it is."""
    if knows_source(report, viewer):
        return report
    return replace(
        report,
        member="",
        member_name=NAMELESS,
        country=None,
        handed_in_by="",
        sha256="",
        size=0,
        name="Report without a name",
        notices=(),
    )


def row_as_seen(row: Decided, report: Report, viewer: Principal) -> Decided:
    """A row as somebody may see it: of a report without a name only what was understood, nothing as it was written."""
    if knows_source(report, viewer):
        return row
    if row.canonical is None:
        return replace(row, column="", value="", reason="It could not be taken.")
    # what follows these words was written by its own people
    said = next((words for start, words in _OWN_WORDS.items() if row.reason.startswith(start)), row.reason)
    return replace(row, column="", value=row.canonical, reason=said)


_OWN_WORDS = {
    "Published although": "Published although an allow list speaks against it.",
    "Withdrawn:": "Withdrawn.",
}


def decider_name(decision: Decision, report: Report, viewer: Principal) -> str:
    """Who decided or answered: people of the exchange see moderators by login, others "a moderator"."""
    if decision.what == ANSWERED:
        return decision.by if knows_source(report, viewer) else "the contributor"
    return decision.by if viewer.may(SEE_ALL) else "a moderator"
