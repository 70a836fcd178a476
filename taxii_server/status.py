"""What became of a push: the verdicts on a report as a TAXII status (TAXII 2.1 section 4.3)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from taxii_server.envelope import BadEnvelope, named, objects_in
from tocsin.ledger.collections import collections_by_key
from tocsin.ledger.objects import latest_of
from tocsin.members.access import Principal
from tocsin.members.members import rights_of
from tocsin.publishing.told import told_verdicts
from tocsin.reports.reports import Decided, NoSuchReport, Report, body_of, find_report
from tocsin.reports.tables import RECEIVED
from tocsin.times import taxii_stamp

_OUTCOMES = {"accepted": "success", "merged": "success", "rejected": "failure", "held": "pending"}
_LISTS = {"success": "successes", "failure": "failures", "pending": "pendings"}


@dataclass(frozen=True, slots=True)
class Detail:
    """One object of a push: `outcome` is success, failure or pending."""

    outcome: str
    id: str
    version: str
    message: str | None = None


def find_status(connection: Connection, principal: Principal, root: str, status_id: str) -> dict[str, Any] | None:
    """The status of a report that the caller's member pushed under this API root, None where there is none."""
    try:
        report = find_report(connection, status_id)
        targets = collections_by_key(connection, set(report.terms.collections)).values()
        reached = all(principal.limits.covers(target.key) for target in targets)
        if report.member_key != principal.member_key or not reached or all(one.root != root for one in targets):
            return None
        return status_of(connection, report)
    except (NoSuchReport, BadEnvelope):
        # a report that was not pushed over TAXII may be in any format
        return None


def status_of(connection: Connection, report: Report) -> dict[str, Any]:
    """The status resource of a report."""
    details = _details(connection, report)
    status: dict[str, Any] = {
        "id": report.id,
        "status": "pending" if any(one.outcome == "pending" for one in details) else "complete",
        "request_timestamp": taxii_stamp(report.received_ms),
        "total_count": len(details),
    }
    for outcome, name in _LISTS.items():
        some = [_detail(one) for one in details if one.outcome == outcome]
        status[f"{outcome}_count"] = len(some)
        if some:
            status[name] = some
    return status


def _details(connection: Connection, report: Report) -> list[Detail]:
    """The objects in the order of the envelope; one without a verdict is pending, or failed with the whole report."""
    pushed = [named(raw) for raw in objects_in(body_of(connection, report.key))]
    decided = {row.row: row for row in told_verdicts(connection, report)}
    added = _dates_added(connection, report, [name for name, version in pushed if version is None])
    rest = ("pending", None) if report.state == RECEIVED else ("failure", " ".join(report.notices))
    details = []
    for place, (name, version) in enumerate(pushed, start=1):
        shown = version or added.get(name) or taxii_stamp(report.received_ms)
        outcome, message = _outcome(decided[place]) if place in decided else rest
        details.append(Detail(outcome, name, shown, message))
    return details


def _outcome(row: Decided) -> tuple[str, str | None]:
    outcome = _OUTCOMES[row.verdict]
    return outcome, row.reason if outcome != "success" else None


def _dates_added(connection: Connection, report: Report, ids: list[str]) -> dict[str, str]:
    """The versions of objects without timestamps: when they were added (TAXII 2.1 section 3.4.1).

    Where the member may not read, that would tell it whether another had added them before.
    """
    if not ids:
        return {}
    found: dict[str, str] = {}
    rights = rights_of(connection, report.member_key)
    for key in (key for key in report.terms.collections if key in rights and rights[key].can_read):
        found.update((name, entry.version) for name, entry in latest_of(connection, key, ids).items())
    return found


def _detail(one: Detail) -> dict[str, str]:
    detail = {"id": one.id, "version": one.version}
    if one.message:
        detail["message"] = one.message
    return detail
