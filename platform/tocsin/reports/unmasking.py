"""Finding out whose an unattributed report is: two people, a reason, and word to the source."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import storable
from tocsin.members.access import Principal
from tocsin.members.answerable import people_with
from tocsin.members.roles import DECIDE
from tocsin.members.tables import members, users
from tocsin.reports.reports import Report
from tocsin.reports.tables import reports, unmaskings
from tocsin.times import DAY_MS

LONGEST_TEXT = 2_000
LONGEST_DELAY_DAYS = 366

MEMBERS_FOR_TWO = 3
"""From so many members with moderators on, the two who unmask have to be of different members.

Counted with the source's own: a rule that left it out would tell by elimination whose the report is.
"""


class CannotUnmask(ValueError):
    """A report cannot be unmasked so; the message says why."""


class NoSuchUnmasking(LookupError):
    """Nobody asked for that, or whoever looks is of the source itself."""


@dataclass(frozen=True, slots=True)
class Unmasking:
    """A request to know whose a report is. `asked_by`, `approved_by` and `seen_by` are logins; moments are ms.

    `member_key` and `member_name` are the source's: for the two who asked and approved alone.
    """

    id: str
    report_id: str
    report_name: str | None
    member_key: int
    member_name: str
    reason: str
    legal_order: str | None
    delay_until_ms: int | None
    asked_ms: int
    asked_by: str
    approved_ms: int | None
    approved_by: str | None
    seen_ms: int | None
    seen_by: str | None

    @property
    def notice_ms(self) -> int | None:
        """From when on the source is told; None before anybody approved."""
        return None if self.approved_ms is None else max(self.approved_ms, self.delay_until_ms or 0)

    def told(self, now: int) -> bool:
        """Whether the source may know of it by now."""
        return self.notice_ms is not None and self.notice_ms <= now

    def reveals_to(self, login: str | None) -> bool:
        """Whether this person is one of the two who may know the name."""
        return self.approved_ms is not None and login in (self.asked_by, self.approved_by)


def ask_unmasking(
    connection: Connection,
    report: Report,
    by: Principal,
    reason: str,
    now: int,
    *,
    legal_order: str | None = None,
    delay_until_ms: int | None = None,
) -> str:
    """Ask to know whose a report is, for this reason; the request's id. CannotUnmask where that cannot be.

    `delay_until_ms`: the legal order says that the source is not told before, ms.
    """
    _may_take_part(by)
    if report.member_key == by.member_key:
        raise CannotUnmask("It is your own organisation's report.")
    if not report.unattributed:
        raise CannotUnmask("It was handed in with its name; there is nothing to find out.")
    for text, what in ((reason, "the reason"), (legal_order or "-", "the legal order")):
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise CannotUnmask(f"Say {what}, in at most {LONGEST_TEXT:,} characters.")
    _check_delay(legal_order, delay_until_ms, now)
    identity = str(uuid.uuid4())
    connection.execute(
        unmaskings.insert().values(
            id=identity,
            report_key=report.key,
            reason=storable(reason.strip()),
            legal_order=storable(legal_order.strip()) if legal_order else None,
            delay_until_ms=delay_until_ms,
            asked_ms=now,
            asked_by=by.login,
        )
    )
    return identity


def approve_unmasking(connection: Connection, identity: str, by: Principal, now: int) -> Unmasking:
    """The second person's word: now the two may know the name, and the source is told at once or after the delay."""
    _may_take_part(by)
    found = find_unmasking(connection, identity, by.member_key, now)
    if found.approved_ms is not None:
        raise CannotUnmask("It was approved already.")
    if found.member_key == by.member_key:
        raise NoSuchUnmasking("There is no such request.")
    if found.asked_by == by.login:
        raise CannotUnmask("It takes a second person: you asked for it yourself.")
    first = connection.execute(sa.select(users.c.member_key).where(users.c.login == found.asked_by)).scalar()
    if first == by.member_key and _deciding_members(connection) >= MEMBERS_FOR_TWO:
        raise CannotUnmask("It takes a person of another member than the one who asked.")
    connection.execute(
        unmaskings.update()
        .where(unmaskings.c.id == identity, unmaskings.c.approved_ms.is_(None))
        .values(approved_ms=now, approved_by=by.login)
    )
    return find_unmasking(connection, identity, by.member_key, now)


def find_unmasking(connection: Connection, identity: str, viewer_key: int, now: int) -> Unmasking:
    """A request as a member's people may know of it; NoSuchUnmasking otherwise."""
    for one in list_unmaskings(connection, now, viewer_key):
        if one.id == identity:
            return one
    raise NoSuchUnmasking("There is no such request.")


def list_unmaskings(connection: Connection, now: int, viewer_key: int | None = None) -> list[Unmasking]:
    """Requests, newest first; for a member without those on its own reports that it may not know of yet."""
    rows = [Unmasking(*row) for row in connection.execute(_EVERY.order_by(unmaskings.c.asked_ms.desc()))]
    return [one for one in rows if one.member_key != viewer_key or one.told(now)]


def notices_to(connection: Connection, member_key: int, now: int) -> list[Unmasking]:
    """What a member has to be told: its reports that others found out to be its own, newest first."""
    found = [Unmasking(*row) for row in connection.execute(_OF_THEIRS, {"member": member_key})]
    return [one for one in found if one.told(now)]


def mark_seen(connection: Connection, identity: str, by: Principal, now: int) -> None:
    """Note that the source's people read a notice; NoSuchUnmasking where it is not theirs."""
    if all(one.id != identity for one in notices_to(connection, by.member_key, now)):
        raise NoSuchUnmasking("There is no such notice.")
    this = sa.and_(unmaskings.c.id == identity, unmaskings.c.seen_ms.is_(None))
    connection.execute(unmaskings.update().where(this).values(seen_ms=now, seen_by=by.login))


def _may_take_part(by: Principal) -> None:
    if by.login is None or not by.may(DECIDE):
        raise CannotUnmask("Only moderators and administrators may unmask a source.")


def _check_delay(legal_order: str | None, delay_until_ms: int | None, now: int) -> None:
    if delay_until_ms is None:
        return
    if not legal_order:
        raise CannotUnmask("Only a legal order may delay that the source is told: say which.")
    if not now < delay_until_ms <= now + LONGEST_DELAY_DAYS * DAY_MS:
        raise CannotUnmask(f"The delay has to end after today and within {LONGEST_DELAY_DAYS} days.")


def _deciding_members(connection: Connection) -> int:
    """How many members have somebody who decides."""
    return int(connection.execute(sa.select(sa.func.count(sa.distinct(people_with(DECIDE).c.key)))).scalar_one())


_EVERY: sa.Select[Any] = (
    sa.select(
        unmaskings.c.id,
        reports.c.id.label("report_id"),
        reports.c.name,
        reports.c.member_key,
        members.c.name.label("member_name"),
        *(unmaskings.c[name] for name in ("reason", "legal_order", "delay_until_ms", "asked_ms", "asked_by")),
        *(unmaskings.c[name] for name in ("approved_ms", "approved_by", "seen_ms", "seen_by")),
    )
    .join(reports, reports.c.key == unmaskings.c.report_key)
    .join(members, members.c.key == reports.c.member_key)
)
_OF_THEIRS = _EVERY.where(
    reports.c.member_key == sa.bindparam("member"), unmaskings.c.approved_ms.is_not(None)
).order_by(unmaskings.c.approved_ms.desc())
