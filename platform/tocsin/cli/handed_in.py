"""`approve`, `reject`, `withdraw`, `remark`: what becomes of what was handed in."""

import sys

import click

from tocsin.bootstrap import Tocsin
from tocsin.cli.common import BY, moment, note, opened
from tocsin.members.members import find_member
from tocsin.publishing.moderate import approve as approve_held
from tocsin.publishing.moderate import proposed_in
from tocsin.publishing.moderate import reject as reject_held
from tocsin.publishing.redecide import remark as remark_report
from tocsin.publishing.withdraw import withdraw_object, withdraw_report, withdraw_since
from tocsin.reports.reports import find_report
from tocsin.stix import HANDLING, PAP, TLP
from tocsin.times import now_ms


@click.command()
@click.argument("report", metavar="REPORT[:ROW]")
@click.option("--by", required=True, metavar="LOGIN", help="The moderator who decides.")
def approve(report: str, by: str) -> None:
    """Release what a report holds."""
    report_id, rows = _place(report)
    with opened() as tocsin:
        key = _report_key(tocsin, report_id)
        with note(tocsin, "approve", ("report", report_id), rows=rows, by=by):
            done = approve_held(tocsin.database, tocsin.exchange, key, rows, by, now_ms())
        with tocsin.database.reading() as connection:
            proposed = proposed_in(connection, key, rows)
    click.echo(f"{done} approved" + (f", {proposed} proposed: another moderator has to approve" if proposed else ""))
    if not (done or proposed):
        sys.exit(1)


@click.command()
@click.argument("report", metavar="REPORT[:ROW]")
@click.option("--by", required=True, metavar="LOGIN", help="The moderator who decides.")
@click.option("--reason", help="Said to whoever handed it in.")
def reject(report: str, by: str, reason: str | None) -> None:
    """Turn down what a report holds."""
    report_id, rows = _place(report)
    with opened() as tocsin:
        key = _report_key(tocsin, report_id)
        with note(tocsin, "reject", ("report", report_id), rows=rows, by=by):
            done = reject_held(tocsin.database, key, rows, by, now_ms(), reason)
    click.echo(f"{done} turned down")
    if not done:
        sys.exit(1)


@click.command()
@click.argument("stix_id", required=False)
@click.option("--report", "report_id", help="Everything in a report.")
@click.option("--member", "slug", help="Everything that a member handed in, with --since.")
@click.option("--since", help="From this moment on, e.g. 2026-01-31T09:30:00Z.")
@click.option("--reason", required=True)
def withdraw(stix_id: str | None, report_id: str | None, slug: str | None, since: str | None, reason: str) -> None:
    """Take back one object (STIX_ID), a report, or a member's last hours. Readers get a revoked version."""
    if sum(choice is not None for choice in (stix_id, report_id, slug)) != 1 or (slug is None) != (since is None):
        raise click.UsageError("Name one STIX_ID, or --report, or --member with --since.")
    with opened() as tocsin:
        database, exchange, now = tocsin.database, tocsin.exchange, now_ms()
        if stix_id is not None:
            with note(tocsin, "withdraw", ("object", stix_id)):
                done = withdraw_object(database, exchange, stix_id, reason, BY, now)
        elif report_id is not None:
            key = _report_key(tocsin, report_id)
            with note(tocsin, "withdraw", ("report", report_id)):
                done = withdraw_report(database, exchange, key, reason, BY, now)
        else:
            with database.reading() as connection:
                key = find_member(connection, slug or "").key
            since_ms = moment(since or "")
            with note(tocsin, "withdraw", values=[slug or ""], since=since_ms):
                done = withdraw_since(database, exchange, key, since_ms, reason, BY, now)
    click.echo(f"{done} withdrawn")


@click.command()
@click.argument("report")
@click.option("--member", "slug", metavar="SLUG", help="On whose behalf: only the report's own member may loosen.")
@click.option("--tlp", type=click.Choice(list(TLP)))
@click.option("--pap", type=click.Choice(list(PAP)), help="What may be done with it.")
@click.option("--handling", type=click.Choice(list(HANDLING)), help="Police handling code.")
def remark(report: str, slug: str | None, tlp: str | None, pap: str | None, handling: str | None) -> None:
    """Give a report other markings; what a collection may not carry any more is withdrawn there."""
    with opened() as tocsin:
        with tocsin.database.reading() as connection:
            found = find_report(connection, report)
        source = slug if found.unattributed and slug == found.member else None
        change = note(
            *(tocsin, "remark", ("report", found.id)),
            unattributed=source,
            by=None if source else slug,
            tlp=tlp,
            pap=pap,
            handling=handling,
        )
        with change:
            done = remark_report(
                tocsin.database,
                tocsin.exchange,
                found.key,
                now_ms(),
                owner=slug == found.member,
                tlp=tlp,
                pap=pap,
                handling=handling,
            )
    click.echo(f"{done} looked at")


def _place(text: str) -> tuple[str, list[int] | None]:
    report_id, colon, row = text.partition(":")
    if colon and not row.isdecimal():
        raise click.UsageError(f"{row!r} is not a row number.")
    return report_id, [int(row)] if colon else None


def _report_key(tocsin: Tocsin, report_id: str) -> int:
    with tocsin.database.reading() as connection:
        return find_report(connection, report_id).key


COMMANDS = (approve, reject, withdraw, remark)
