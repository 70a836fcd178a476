"""Legal holds: what may be neither forgotten nor erased while somebody's claim or a court's order lasts.

What is held can still be withdrawn, which deletes nothing.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.reports.tables import assertions, hold_marks, holds, reports

VALUE, OBJECT, REPORT, MEMBER = "value", "object", "report", "member"
"""What a hold is on: an identifier, a STIX object with what it is about, a report, all that a member handed in."""


class NoSuchHold(LookupError):
    """No hold that lasts has that id."""


class Mark(NamedTuple):
    """By what something held is known: its keyed token, and its subject's key where it has one."""

    token: bytes
    subject: bytes | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold. Moments are ms; `until_ms` None: until it is lifted. `marks` for what is on a value or an object."""

    id: str
    what: str
    kind: str | None
    report_key: int | None
    member_key: int | None
    reason: str
    set_ms: int
    set_by: str
    until_ms: int | None
    lifted_ms: int | None
    lifted_by: str | None
    lifted_reason: str | None
    marks: tuple[Mark, ...] = ()

    def lasts(self, now: int) -> bool:
        """Whether it keeps anything now."""
        return self.lifted_ms is None and (self.until_ms is None or self.until_ms > now)


@dataclass(frozen=True, slots=True)
class Held:
    """All that is held at one moment, each with the id of the hold that keeps it."""

    subjects: Mapping[bytes, str] = field(default_factory=dict)
    tokens: Mapping[bytes, str] = field(default_factory=dict)
    reports: Mapping[int, str] = field(default_factory=dict)
    members: Mapping[int, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.tokens or self.reports or self.members)

    def keeping(
        self,
        *,
        subjects: Iterable[bytes | None] = (),
        tokens: Iterable[bytes] = (),
        reports: Iterable[int] = (),
        members: Iterable[int] = (),
    ) -> str | None:
        """The id of a hold that keeps one of these, None where none does."""
        found = [self.subjects[one] for one in subjects if one is not None and one in self.subjects]
        found += [self.tokens[one] for one in tokens if one in self.tokens]
        found += [self.reports[one] for one in reports if one in self.reports]
        found += [self.members[one] for one in members if one in self.members]
        return min(found, default=None)


def set_hold(
    connection: Connection,
    what: str,
    reason: str,
    by: str,
    now: int,
    *,
    kind: str | None = None,
    marks: Iterable[Mark] = (),
    report_key: int | None = None,
    member_key: int | None = None,
    until_ms: int | None = None,
) -> str:
    """Hold something from now on; the hold's id. ValueError where it would end before it begins, or has no reason."""
    if not reason.strip():
        raise ValueError("Say why it is held: whoever is refused an erasure has to be told.")
    if until_ms is not None and until_ms <= now:
        raise ValueError("The hold would be over before it begins: choose a later date.")
    identity = str(uuid.uuid4())
    connection.execute(
        holds.insert().values(
            id=identity,
            what=what,
            kind=kind,
            report_key=report_key,
            member_key=member_key,
            reason=reason.strip(),
            set_ms=now,
            set_by=by,
            until_ms=until_ms,
        )
    )
    rows = [{"hold_id": identity, "token": one.token, "subject": one.subject} for one in dict.fromkeys(marks)]
    if rows:
        connection.execute(hold_marks.insert(), rows)
    return identity


def lift_hold(connection: Connection, hold_id: str, reason: str, by: str, now: int) -> None:
    """End a hold; NoSuchHold where none with that id lasts, ValueError without a reason."""
    if not reason.strip():
        raise ValueError("Say why the hold is lifted.")
    this = sa.and_(holds.c.id == hold_id, holds.c.lifted_ms.is_(None))
    values = {"lifted_ms": now, "lifted_by": by, "lifted_reason": reason.strip()}
    if not connection.execute(holds.update().where(this).values(values)).rowcount:
        raise NoSuchHold("There is no such hold, or it is lifted already.")
    let_go(connection, now)


def let_go(connection: Connection, now: int) -> None:
    """Drop the subjects of holds that are over, which are no secret to who can guess a telephone number."""
    over = sa.select(holds.c.id).where(sa.or_(holds.c.lifted_ms.is_not(None), holds.c.until_ms <= now))
    this = sa.and_(hold_marks.c.hold_id.in_(over), hold_marks.c.subject.is_not(None))
    connection.execute(hold_marks.update().where(this).values(subject=None))


def all_holds(connection: Connection) -> list[Hold]:
    """Every hold that ever was, the newest first."""
    marks: dict[str, list[Mark]] = {}
    for row in connection.execute(sa.select(hold_marks)):
        marks.setdefault(row.hold_id, []).append(Mark(bytes(row.token), _key(row.subject)))
    query = sa.select(holds).order_by(holds.c.set_ms.desc(), holds.c.id)
    return [Hold(**row._asdict(), marks=tuple(marks.get(row.id, ()))) for row in connection.execute(query)]


def held_now(connection: Connection, now: int) -> Held:
    """All that is held now."""
    lasting = [one for one in all_holds(connection) if one.lasts(now)]
    marks = [(mark, one.id) for one in lasting for mark in one.marks]
    return Held(
        subjects={mark.subject: name for mark, name in marks if mark.subject is not None},
        tokens={mark.token: name for mark, name in marks},
        reports={one.report_key: one.id for one in lasting if one.report_key is not None},
        members={one.member_key: one.id for one in lasting if one.member_key is not None},
    )


def values_held(connection: Connection, listed: Iterable[Hold]) -> dict[str, str]:
    """By hold id, the value that is held where something is known of it: a hold keeps no words of its own."""
    wanted = {mark.subject: one.id for one in listed for mark in one.marks if mark.subject is not None}
    query = sa.select(assertions.c.subject, assertions.c.value).distinct().where(assertions.c.subject.in_(wanted))
    return {wanted[bytes(row.subject)]: row.value for row in connection.execute(query)}


def report_ids(connection: Connection, listed: Iterable[Hold]) -> dict[int, str]:
    """The ids of the reports that these holds are on, by key."""
    keys = {one.report_key for one in listed if one.report_key is not None}
    query = sa.select(reports.c.key, reports.c.id).where(reports.c.key.in_(keys))
    return {row.key: row.id for row in connection.execute(query)}


def _key(subject: bytes | None) -> bytes | None:
    return None if subject is None else bytes(subject)
