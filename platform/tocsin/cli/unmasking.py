"""`unmask`, `enquiries`."""

from typing import Any

import click

from tocsin.cli.common import as_json, day_end, note, opened, say
from tocsin.members.answerable import answerable
from tocsin.members.members import find_member
from tocsin.members.pseudonyms import ASKER, pseudonym
from tocsin.members.roles import DECIDE
from tocsin.reports.askings import Asking, askings_by
from tocsin.reports.enquiries import Enquiry, enquiries_by, enquiries_to
from tocsin.reports.reports import find_report
from tocsin.reports.unmasking import approve_unmasking, ask_unmasking, list_unmaskings
from tocsin.times import now_ms, stamp


@click.group()
def unmask() -> None:
    """Whose a report without a name is: two people, a reason, and word to the contributor."""


@unmask.command("ask")
@click.argument("report")
@click.option("--reason", required=True)
@click.option("--by", required=True, metavar="LOGIN", help="The moderator or administrator who asks.")
@click.option("--legal-order", metavar="TEXT", help="The order that delays that the contributor is told.")
@click.option("--delay-until", metavar="DATE", help="Until the end of which day.")
def unmask_ask(report: str, reason: str, by: str, legal_order: str | None, delay_until: str | None) -> None:
    """Ask to know whose a report is. A second person has to agree."""
    until = day_end(delay_until) if delay_until else None
    with (
        opened() as tocsin,
        note(tocsin, "unmask-ask", ("report", report), by=by),
        tocsin.database.writing() as connection,
    ):
        identity = ask_unmasking(
            connection,
            find_report(connection, report),
            answerable(connection, by, DECIDE),
            reason,
            now_ms(),
            legal_order=legal_order,
            delay_until_ms=until,
        )
    click.echo(identity)


@unmask.command("approve")
@click.argument("identity", metavar="ID")
@click.option("--by", required=True, metavar="LOGIN", help="The second person.")
def unmask_approve(identity: str, by: str) -> None:
    """Agree, and see the name."""
    with (
        opened() as tocsin,
        note(tocsin, "unmask-approve", ("unmasking", identity), by=by),
        tocsin.database.writing() as connection,
    ):
        found = approve_unmasking(connection, identity, answerable(connection, by, DECIDE), now_ms())
    click.echo(f"{found.report_id} was handed in by {found.member_name}")


@unmask.command("list")
@as_json
def unmask_list(as_json: bool) -> None:
    """Every request, without the names that were found out."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        listed = list_unmaskings(connection, now_ms())
    for one in listed:
        state = "approved" if one.approved_ms else "waits"
        if as_json:
            told = one.notice_ms
            say(
                {
                    "id": one.id,
                    "report": one.report_id,
                    "state": state,
                    "reason": one.reason,
                    "legal_order": one.legal_order,
                    "asked": stamp(one.asked_ms),
                    "asked_by": one.asked_by,
                    "approved_by": one.approved_by,
                    "source_told": stamp(told) if told else None,
                }
            )
        else:
            click.echo(f"{one.id}  {state:8}  report {one.report_id}  asked by {one.asked_by}: {one.reason}")


@click.command()
@click.option("--member", "slug", required=True, help="Whose: what it is asked, and what it asked.")
@as_json
def enquiries(slug: str, as_json: bool) -> None:
    """Questions between members and sources without a name, as one member sees them."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        member, key = find_member(connection, slug), tocsin.keys.pseudonyms
        asked = [
            ("asked of it", one.asker_name or pseudonym(key, member.key, one.asker_voice, ASKER), one)
            for one in enquiries_to(connection, member.key)
        ]
        own = [
            ("asked by it", pseudonym(key, member.key, one.source_voice), one)
            for one in enquiries_by(connection, member.key)
        ]
        through = askings_by(connection, member.key, now_ms())
    for way, other, one in (*asked, *own):
        if as_json:
            say(_fields(way, other, one))
        else:
            click.echo(f"{stamp(one.asked_ms)[:10]}  {way}  {other}  {one.value or 'erased'}  {one.state(now_ms())}")
            click.echo(f"  {one.question}" + (f"\n  answer: {one.answer}" if one.answer else ""))
    for asking in through:
        if as_json:
            say(_asking_fields(asking))
        else:
            day = stamp(asking.asked_ms)[:10]
            click.echo(f"{day}  asked through the exchange  {asking.value or 'erased'}  {asking.state}")
            click.echo(f"  {asking.question}")
            for one in asking.answers:
                click.echo(f"  answer: {one.answer}")


def _asking_fields(one: Asking) -> dict[str, Any]:
    return {
        "id": one.id,
        "way": "asked through the exchange",
        "value": one.value,
        "state": one.state,
        "asked": stamp(one.asked_ms)[:10],
        "question": one.question,
        "answers": [answer.answer for answer in one.answers],
    }


def _fields(way: str, other: str, one: Enquiry) -> dict[str, Any]:
    return {
        "id": one.id,
        "way": way,
        "other": other,
        "stix_id": one.object_id or None,
        "value": one.value,
        "state": one.state(now_ms()),
        "asked": stamp(one.asked_ms)[:10],
        "question": one.question,
        "answer": one.answer,
    }


COMMANDS = (unmask, enquiries)
