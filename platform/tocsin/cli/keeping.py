"""`keep`, `hold`, `subject`: how long things are kept, what must not go, what is known of somebody."""

from collections import Counter
from pathlib import Path

import click

from tocsin.bootstrap import Tocsin
from tocsin.cli.common import BY, as_json, day_end, note, opened, plain_usage, say
from tocsin.cli.meaning import meant, meant_value
from tocsin.identifiers import KINDS
from tocsin.members.answerable import answerable
from tocsin.members.members import all_members
from tocsin.members.roles import KEEP
from tocsin.policy.keeping import MOST_DAYS, Rule
from tocsin.publishing.forget import due, forget
from tocsin.publishing.hold import hold_member, hold_report, hold_value
from tocsin.publishing.subject_access import Sources, known_of
from tocsin.reports.holds import Hold, all_holds, lift_hold, report_ids, values_held
from tocsin.reports.keeping import all_kept, remove_rule, set_rule
from tocsin.stix import TLP
from tocsin.times import now_ms, stamp
from tocsin.web.knowing import as_files

_SHOWN = 1_000
_kind = click.option("--kind", type=click.Choice(list(KINDS)), help="This kind of identifier; all when left out.")
_tlp = click.option("--tlp", type=click.Choice(list(TLP)), help="What is marked so; everything when left out.")
_by = click.option("--by", required=True, metavar="LOGIN", help="The administrator who decides.")


@click.group()
def keep() -> None:
    """How long things are kept: the most specific rule applies, without one there is no end."""


@keep.command("add")
@_kind
@_tlp
@click.option("--days", required=True, type=click.IntRange(1, MOST_DAYS), help="After it was last reported or seen.")
def keep_add(kind: str | None, tlp: str | None, days: int) -> None:
    """Set a rule, in place of the one for the same kind and marking."""
    with (
        opened() as tocsin,
        plain_usage(),
        note(tocsin, "retention", change="set", kind=kind, tlp=tlp, days=days),
        tocsin.database.writing() as connection,
    ):
        set_rule(connection, Rule(days, kind, tlp), BY, now_ms())
    click.echo(f"{_words(kind, tlp)}: kept for {days} days after it was last reported or seen")


@keep.command("remove")
@_kind
@_tlp
def keep_remove(kind: str | None, tlp: str | None) -> None:
    """Take the rule for this kind and marking away."""
    with (
        opened() as tocsin,
        note(tocsin, "retention", change="remove", kind=kind, tlp=tlp),
        tocsin.database.writing() as connection,
    ):
        if not remove_rule(connection, kind, tlp):
            raise click.UsageError(f"There is no rule for {_words(kind, tlp)}.")
    click.echo(f"{_words(kind, tlp)}: no rule of its own any more")


@keep.command("list")
@as_json
def keep_list(as_json: bool) -> None:
    """The rules, the most specific first."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        found = all_kept(connection)
    for one in found:
        rule = one.rule
        if as_json:
            said = {"kind": rule.kind, "tlp": rule.tlp, "days": rule.days}
            say({**said, "set": stamp(one.set_ms), "by": one.set_by})
        else:
            click.echo(f"{_words(rule.kind, rule.tlp):40} {rule.days:6} days   since {stamp(one.set_ms)[:10]}")
    if not found and not as_json:
        click.echo("no rule: everything is kept")


@keep.command("run")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@click.option("--list", "listed", is_flag=True, help="With --dry-run: name what would go.")
@as_json
def keep_run(dry_run: bool, listed: bool, as_json: bool) -> None:
    """Forget what no rule keeps any longer; the worker does it once a day.

    Readers get a last version that is revoked and empty. What is held, or disputed and not decided, stays. The space
    of what went is written anew with the next `tocsin erase`.
    """
    if listed and not dry_run:
        raise click.UsageError("--list goes with --dry-run: what is gone cannot be named.")
    kinds: Counter[str] = Counter()
    held = 0
    values: list[tuple[str, str]] = []
    with opened() as tocsin, note(tocsin, "retention", change="rehearse" if dry_run else "run"):
        database, token, now = tocsin.database, tocsin.token, now_ms()
        steps = due(database, token, now) if dry_run else forget(database, tocsin.exchange, token, now)
        for step in steps:
            kinds += step.kinds
            held += step.held
            values += step.values if listed else ()
    if as_json:
        said = {"dry_run": dry_run, "forgotten": dict(sorted(kinds.items())), "held": held}
        say({**said, "values": [list(one) for one in values]} if listed else said)
        return
    for kind, value in values:
        click.echo(f"{kind:14} {value}")
    for kind, number in sorted(kinds.items()):
        click.echo(f"{number:,} {kind} {'would be forgotten' if dry_run else 'forgotten'}")
    if not kinds:
        click.echo("nothing is older than its rule")
    if held:
        click.echo(f"{held:,} due, and kept by a hold or an open dispute")


@click.group()
def hold() -> None:
    """Legal holds: what is held is neither forgotten nor erased. It can be withdrawn, which deletes nothing."""


@hold.command("set")
@click.argument("what", required=False, metavar="[STIX_ID|VALUE]")
@click.option("--kind", type=click.Choice(list(KINDS)), help="What VALUE is, where that can be several things.")
@click.option("--country", help="The country that a local telephone number is in, e.g. SG.")
@click.option("--report", "report_id", help="A report, with its file and all that is known of what it names.")
@click.option("--member", "slug", help="All that this member handed in and will.")
@click.option("--reason", required=True, help="Said to whoever is refused an erasure, so it names nobody.")
@_by
@click.option("--until", metavar="DATE", help="The day on which it ends by itself, e.g. 2027-12-31.")
def hold_set(
    what: str | None,
    kind: str | None,
    country: str | None,
    report_id: str | None,
    slug: str | None,
    reason: str,
    by: str,
    until: str | None,
) -> None:
    """Hold a value (known already or not), an object, a report, or all of a member; prints the hold's id."""
    if sum(choice is not None for choice in (what, report_id, slug)) != 1:
        raise click.UsageError("Name one value or STIX_ID, or --report, or --member.")
    ends = day_end(until) if until else None
    with opened() as tocsin, plain_usage(), note(tocsin, "hold-set", by=by), tocsin.database.writing() as connection:
        login = answerable(connection, by, KEEP).login or by
        said = (reason, login, now_ms(), ends)
        if what is not None:
            made = hold_value(connection, meant(what, kind, country, tocsin.number_token), tocsin.token, *said)
        elif report_id is not None:
            made = hold_report(connection, report_id, *said)
        else:
            made = hold_member(connection, slug or "", *said)
    click.echo(made)


@hold.command("lift")
@click.argument("hold_id", metavar="ID")
@click.option("--reason", required=True)
@_by
def hold_lift(hold_id: str, reason: str, by: str) -> None:
    """End a hold: what it kept goes with the next run where no rule keeps it."""
    with (
        opened() as tocsin,
        plain_usage(),
        note(tocsin, "hold-lift", ("hold", hold_id), by=by),
        tocsin.database.writing() as connection,
    ):
        lift_hold(connection, hold_id, reason, answerable(connection, by, KEEP).login or by, now_ms())
    click.echo("the hold is lifted")


@hold.command("list")
@as_json
def hold_list(as_json: bool) -> None:
    """Every hold, the newest first, those that are over included."""
    now = now_ms()
    with opened() as tocsin, tocsin.database.reading() as connection:
        found = all_holds(connection)
        values, ids = values_held(connection, found), report_ids(connection, found)
        slugs = {one.key: one.slug for one in all_members(connection)}
    for one in found:
        on = values.get(one.id) or ids.get(one.report_key or 0) or slugs.get(one.member_key or 0)
        if as_json:
            say({**_said(one), "on": on, "lasts": one.lasts(now)})
        else:
            state = "holds" if one.lasts(now) else "over"
            until = f" until {stamp(one.until_ms)[:10]}" if one.until_ms else ""
            click.echo(f"{one.id} {state:5} {one.what:6} {on or 'not known yet'}{until}: {one.reason}")
    if not found and not as_json:
        click.echo("nothing is held")


@click.command()
@click.argument("values", nargs=-1, required=True, metavar="VALUE...")
@click.option("--kind", type=click.Choice(list(KINDS)), help="What the values are, where that can be several things.")
@click.option("--country", help="The country that a local telephone number is in, e.g. SG.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new or empty folder.")
@click.option("--by", metavar="LOGIN", help="The administrator who asks; it is written into the files.")
def subject(values: tuple[str, ...], kind: str | None, country: str | None, out: Path, by: str | None) -> None:
    """Write down all that the exchange knows of these values, for the person whose they are: known.json, known.html.

    Nothing of other people in the same reports, and no source that is not named to others either.
    """
    if out.exists() and any(out.iterdir()):
        raise click.UsageError(f"{out} is not empty.")
    with opened() as tocsin:
        asked = [meant_value(one, kind, country, tocsin.number_token) for one in values]
        with note(tocsin, "subject-access", values=values), tocsin.database.reading() as connection:
            login = answerable(connection, by, KEEP).login or by if by else BY
            known = known_of(connection, _sources(tocsin), asked, login, now_ms())
    out.mkdir(parents=True, exist_ok=True)
    for name, body in as_files(known).items():
        (out / name).write_bytes(body)
        click.echo(out / name)


def _sources(tocsin: Tocsin) -> Sources:
    return Sources(tocsin.exchange, tocsin.receipts, tocsin.searches)


def _said(one: Hold) -> dict[str, object]:
    return {
        "id": one.id,
        "what": one.what,
        "kind": one.kind,
        "reason": one.reason,
        "set": stamp(one.set_ms),
        "by": one.set_by,
        "until": stamp(one.until_ms) if one.until_ms else None,
        "lifted": stamp(one.lifted_ms) if one.lifted_ms else None,
        "lifted_by": one.lifted_by,
        "lifted_reason": one.lifted_reason,
    }


def _words(kind: str | None, tlp: str | None) -> str:
    what = KINDS[kind].label if kind else "everything"
    return f"{what} marked {TLP[tlp].label}" if tlp else what


COMMANDS = (keep, hold, subject)
