"""Setting a legal hold on a value, an object, a report or all that a member handed in."""

from sqlalchemy.engine import Connection

from tocsin.identifiers import Identifier
from tocsin.ledger.objects import where_is
from tocsin.members.members import find_member
from tocsin.publishing.erase import Token, subjects_named
from tocsin.publishing.withdraw import NoSuchObject
from tocsin.reports.holds import MEMBER, OBJECT, REPORT, VALUE, Mark, set_hold
from tocsin.reports.reports import find_report


def hold_value(
    connection: Connection,
    what: Identifier | str,
    token: Token,
    reason: str,
    by: str,
    now: int,
    until_ms: int | None = None,
) -> str:
    """Hold an identifier, known already or not, or the object with this STIX id and what it is about; the hold's id.

    NoSuchObject where no object has that id. What comes in later is held too.
    """
    subjects = subjects_named(connection, what)
    marks = [Mark(token(subject.pattern), subject.key) for subject in subjects]
    if isinstance(what, str):
        if not where_is(connection, what):
            raise NoSuchObject(f"Nothing that is published has the id {what!r}.")
        marks.append(Mark(token(what)))
    kinds = {subject.identifier.kind for subject in subjects}
    return set_hold(
        connection,
        OBJECT if isinstance(what, str) else VALUE,
        reason,
        by,
        now,
        kind=kinds.pop() if len(kinds) == 1 else None,
        marks=marks,
        until_ms=until_ms,
    )


def hold_report(
    connection: Connection, report_id: str, reason: str, by: str, now: int, until_ms: int | None = None
) -> str:
    """Hold a report, its bytes and all that is known of what it names; the hold's id. NoSuchReport where none is."""
    key = find_report(connection, report_id).key
    return set_hold(connection, REPORT, reason, by, now, report_key=key, until_ms=until_ms)


def hold_member(connection: Connection, slug: str, reason: str, by: str, now: int, until_ms: int | None = None) -> str:
    """Hold all that a member handed in and will; the hold's id. NoSuchMember where none is."""
    key = find_member(connection, slug).key
    return set_hold(connection, MEMBER, reason, by, now, member_key=key, until_ms=until_ms)
