"""`audit`: who read, searched, polled, decided and changed what; and whether the trail is whole."""

from typing import Any

import click

from tocsin.bootstrap import Tocsin
from tocsin.cli.common import as_json, moment, opened, say
from tocsin.members.audit_actions import ACTIONS
from tocsin.members.audit_seeing import OWNER, Asked, Seen
from tocsin.publishing.known_as import known_as
from tocsin.times import stamp

_PAGE = 5_000


@click.command("audit")
@click.option("--since", metavar="DATE", help="From this moment on, e.g. 2026-01-31T09:30:00Z.")
@click.option("--until", metavar="DATE", help="Up to this moment.")
@click.option("--actor", metavar="NAME", help="A member's slug, 'slug/login', 'slug/token' or 'the command line'.")
@click.option("--action", type=click.Choice(list(ACTIONS)), help="One kind of thing that was done.")
@click.option("--value", help="Who looked for this: any spelling of it, or a STIX id.")
@click.option("--limit", type=click.IntRange(1), help="The newest so many; all when left out.")
@as_json
def audit_command(
    since: str | None,
    until: str | None,
    actor: str | None,
    action: str | None,
    value: str | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """Print the audit trail, newest first. Values stand in it as keyed tokens."""
    with opened() as tocsin:
        with tocsin.database.reading() as connection:
            values = known_as(connection, tocsin.exchange, value) if value else ()
        actions = (action,) if action else ()
        start, end = moment(since) if since else None, moment(until) if until else None
        offset, left = 0, limit
        while left is None or left > 0:
            size = _PAGE if left is None else min(left, _PAGE)
            asked = Asked(start, end, actor, actions, values, size, offset)
            found = tocsin.audit.seen_by(OWNER, asked)
            for one in found:
                _tell(one, as_json=as_json)
            if len(found) < size:
                return
            offset, left = offset + size, left - size if left is not None else None


def verify_audit(tocsin: Tocsin) -> dict[str, Any]:
    """The check that nothing was changed in the audit trail, put into it, moved or taken out of it."""
    problems = list(tocsin.audit.broken())
    check = {"check": "the audit trail is whole, as audit.heads seals it", "ok": not problems, "found": len(problems)}
    return check if not problems else {**check, "first": f"batch {problems[0].batch} {problems[0].problem}"}


def _tell(one: Seen, *, as_json: bool) -> None:
    told = {"batch": one.batch, "n": one.n, "at": stamp(one.at_ms), "actor": one.actor, "action": one.action}
    if as_json:
        target = {"target_kind": one.target_kind, "target": one.target}
        say({**told, **target, "tokens": list(one.tokens), "details": one.details})
        return
    about = [*filter(None, (one.target_kind, one.target)), *(f"value:{token}" for token in one.tokens)]
    words = [f"{name}={value}" for name, value in one.details.items()]
    click.echo("  ".join([stamp(one.at_ms), f"{one.action:16}", one.actor, *about, *words]))


COMMANDS = (audit_command,)
