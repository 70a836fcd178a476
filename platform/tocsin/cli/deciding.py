"""`dispute`, `exchange`: what is contested, and how moderators decide."""

from typing import Any

import click

from tocsin.cli.common import as_json, day_end, note, opened, say
from tocsin.identifiers import KINDS
from tocsin.members.access import find_user
from tocsin.publishing.dispute import CannotDispute, contested, decide_dispute, hand_over, open_dispute
from tocsin.publishing.exchange import set_default_language, set_four_eyes
from tocsin.reports.disputes import OUTCOMES, Dispute, list_disputes
from tocsin.times import now_ms, stamp
from tocsin.web.languages import languages


@click.group()
def dispute() -> None:
    """What somebody contests, until a named person decides."""


@dispute.command("open")
@click.argument("what", metavar="VALUE|STIX_ID")
@click.option("--kind", type=click.Choice(list(KINDS)), help="What VALUE is, where that can be several things.")
@click.option("--reason", required=True, help="Why it is contested.")
@click.option("--by", required=True, metavar="LOGIN", help="Who contests it, or speaks for somebody outside.")
@click.option("--decider", metavar="LOGIN", help="Who decides; the moderator with the fewest when left out.")
@click.option("--due", metavar="DATE", help="By when, such as 2026-01-31; in 14 days when left out.")
@as_json
def dispute_open(
    what: str, kind: str | None, reason: str, by: str, decider: str | None, due: str | None, as_json: bool
) -> None:
    """Contest something published: it is marked everywhere and leaves blocking lists at once."""
    due_ms = day_end(due) if due else None
    with opened() as tocsin, note(tocsin, "dispute-open", by=by):
        with tocsin.database.reading() as connection:
            about = contested(connection, what, kind, tocsin.number_token)
            person = find_user(connection, by)
        if person is None:
            raise CannotDispute(f"There is no user {by!r}.")
        made = open_dispute(
            tocsin.database,
            tocsin.exchange,
            about,
            reason,
            by,
            person.member_key,
            now_ms(),
            decider=decider,
            due_ms=due_ms,
        )
    _tell([made], as_json=as_json)


@dispute.command("decide")
@click.argument("dispute_id", metavar="ID")
@click.option("--outcome", required=True, type=click.Choice(OUTCOMES), help="It stands, or it was wrong.")
@click.option("--reason", required=True, help="Why; whoever contested it reads it.")
@click.option("--by", required=True, metavar="LOGIN", help="The person who has to decide it.")
@as_json
def dispute_decide(dispute_id: str, outcome: str, reason: str, by: str, as_json: bool) -> None:
    """End a dispute: upheld and corrected take the mark off, withdrawn withdraws it as wrong."""
    with opened() as tocsin, note(tocsin, "dispute-decide", ("dispute", dispute_id), outcome=outcome, by=by):
        decided = decide_dispute(tocsin.database, tocsin.exchange, dispute_id, outcome, reason, by, now_ms())
    _tell([decided], as_json=as_json)


@dispute.command("hand-over")
@click.argument("dispute_id", metavar="ID")
@click.option("--decider", required=True, metavar="LOGIN", help="Who decides it instead.")
@click.option("--by", required=True, metavar="LOGIN", help="The moderator who says so.")
@as_json
def dispute_hand_over(dispute_id: str, decider: str, by: str, as_json: bool) -> None:
    """Name another person who decides; the due date stays."""
    with opened() as tocsin, note(tocsin, "dispute-decide", ("dispute", dispute_id), decider=decider, by=by):
        changed = hand_over(tocsin.database, dispute_id, decider, by, now_ms())
    _tell([changed], as_json=as_json)


@dispute.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only those that are not decided.")
@as_json
def dispute_list(only_open: bool, as_json: bool) -> None:
    """Disputes, overdue ones first."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        found = list_disputes(connection, only_open=only_open, limit=10_000)
    _tell(found, as_json=as_json)


@click.group()
def exchange() -> None:
    """How the exchange works."""


@exchange.command("four-eyes")
@click.argument("state", type=click.Choice(("on", "off")))
def exchange_four_eyes(state: str) -> None:
    """Whether two moderators have to approve what may be a person's, neither of them of the member concerned."""
    with (
        opened() as tocsin,
        note(tocsin, "member", ("exchange", "four-eyes"), state=state),
        tocsin.database.writing() as connection,
    ):
        set_four_eyes(connection, state == "on")
    click.echo(f"four eyes is {state}")


@exchange.command("language")
@click.argument("code")
def exchange_language(code: str) -> None:
    """The language of the pages where neither a person nor a browser asks for one: CODE, such as en or fr."""
    if code not in languages():
        raise click.BadParameter(f"{code!r} is not one of {', '.join(languages())}.", param_hint="CODE")
    with (
        opened() as tocsin,
        note(tocsin, "member", ("exchange", "language"), language=code),
        tocsin.database.writing() as connection,
    ):
        set_default_language(connection, code)
    click.echo(f"the pages are in {languages()[code].name} unless somebody chooses otherwise")


def _tell(found: list[Dispute], *, as_json: bool) -> None:
    now = now_ms()
    for one in found:
        if as_json:
            say(_said(one, now))
            continue
        state = one.outcome or ("OVERDUE" if one.overdue(now) else "open")
        click.echo(f"{one.id}  {state:9}  due {stamp(one.due_ms)[:10]}  {one.decider:16}  {one.kind}: {one.value}")


def _said(one: Dispute, now: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "value": one.value,
        "opened": stamp(one.opened_ms),
        "opened_by": one.opened_by,
        "reason": one.reason,
        "due": stamp(one.due_ms),
        "overdue": one.overdue(now),
        "decider": one.decider,
        "decided": stamp(one.decided_ms) if one.decided_ms is not None else None,
        "decided_by": one.decided_by,
        "outcome": one.outcome,
        "decision": one.decision,
    }


COMMANDS = (dispute, exchange)
