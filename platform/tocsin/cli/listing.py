"""`member lists`, `lists`: what members say is their own or harmless, and lists applied to what stands."""

import sys
from dataclasses import asdict

import click

from tocsin.cli.administration import member
from tocsin.cli.common import BY, as_json, note, opened, say
from tocsin.members.answerable import answerable
from tocsin.members.lists import BadEntry, add_entries, entries_of, entry_named, remove_entries
from tocsin.members.members import Member, find_member
from tocsin.members.roles import DECIDE
from tocsin.publishing.relist import refresh
from tocsin.publishing.screening_of import lists_are
from tocsin.reports.list_runs import (
    ListRun,
    NothingWaits,
    decide_run,
    most_at_once,
    newest_run,
    set_most_at_once,
    waiting_run,
)
from tocsin.screening import HARMLESS, OWN, ListEntry
from tocsin.times import now_ms, stamp

__all__ = ["COMMANDS", "BadEntry", "NothingWaits"]


@member.command("lists")
@click.argument("slug")
@click.option("--own", multiple=True, metavar="TEXT", help="What is the member's own; repeat. See docs/screening.md.")
@click.option("--harmless", multiple=True, metavar="TEXT", help="What it knows to be harmless; repeat.")
@click.option("--remove", multiple=True, metavar="TEXT", help="What comes off its lists; repeat.")
@click.option("--open/--private", "open_", default=None, help="Whether others may learn what is its own.")
@as_json
def member_lists(
    slug: str,
    own: tuple[str, ...],
    harmless: tuple[str, ...],
    remove: tuple[str, ...],
    open_: bool | None,
    as_json: bool,
) -> None:
    """What a member says is its own, or knows to be harmless; without options it is printed.

    TEXT is a domain, an address, an account or the like, or says what it is: brand:"East Bank", phone:"6123 4567",
    network:192.0.2.0/24. Domains and brands are open, the rest is private, where nothing else is said.
    """
    with opened() as tocsin:
        with tocsin.database.reading() as connection:
            found = find_member(connection, slug)
        added = [_entry(text, OWN, found, open_) for text in own]
        added += [_entry(text, HARMLESS, found, False) for text in harmless]
        gone = [_entry(text, which, found, False) for text in remove for which in (OWN, HARMLESS)]
        if added or gone:
            change = note(tocsin, "member", ("member", slug), change="lists", added=len(added), removed=len(remove))
            with change, tocsin.database.writing() as connection:
                remove_entries(connection, found.key, gone)
                add_entries(connection, found.key, added, BY, now_ms())
        with tocsin.database.reading() as connection:
            for one in entries_of(connection, found.key):
                if as_json:
                    say(one._asdict())
                else:
                    click.echo(f"{one.list:9} {'open' if one.open else 'private':8} {one.kind:13} {one.value}")


def _entry(text: str, which: str, found: Member, open_: bool | None) -> ListEntry:
    return entry_named(text, which, found.country, open_)


@click.group()
def lists() -> None:
    """Lists of what is harmless, and what they end."""


@lists.command("refresh")
@as_json
def lists_refresh(as_json: bool) -> None:
    """Apply the lists as they are to what stands; the worker does so by itself.

    More than a set number of values waits for a moderator: exit status 1.
    """
    with opened() as tocsin:
        done = refresh(tocsin.database, tocsin.exchange, tocsin.screening, now_ms())
        with tocsin.database.reading() as connection:
            waits = waiting_run(connection)
            newest = newest_run(connection)
    if as_json:
        say({"ended": done, "waits": waits is not None, "run": asdict(newest) if newest else None})
    else:
        click.echo(f"{done} ended")
        if waits is not None:
            click.echo(_sentence(waits))
    if waits is not None:
        sys.exit(1)


@lists.command("show")
def lists_show() -> None:
    """The state of the lists, how they were last applied, and what waits."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        click.echo(f"lists: {lists_are(connection, tocsin.screening)}")
        click.echo(f"ended at once without a moderator: at most {most_at_once(connection):,} values")
        newest = newest_run(connection)
        if newest is not None:
            click.echo(_sentence(newest))


@lists.command("decide")
@click.option("--approve/--refuse", "approve", default=None, required=True, help="Let it go on, or leave what stands.")
@click.option("--by", required=True, metavar="LOGIN", help="The moderator who decides.")
def lists_decide(approve: bool, by: str) -> None:
    """Decide on a change of lists that would end more than is ended at once."""
    with opened() as tocsin:
        with (
            note(tocsin, "lists", by=by, decision="approve" if approve else "refuse"),
            tocsin.database.writing() as connection,
        ):
            answerable(connection, by, DECIDE)
            decide_run(connection, approve, by, now_ms())
        done = refresh(tocsin.database, tocsin.exchange, tocsin.screening, now_ms()) if approve else 0
    click.echo(f"{done} ended" if approve else "What stands stays as it is.")


@lists.command("limit")
@click.argument("values", type=click.IntRange(0, 10_000_000))
def lists_limit(values: int) -> None:
    """How many values a change of lists may end at once without a moderator."""
    with opened() as tocsin, note(tocsin, "lists", limit=values), tocsin.database.writing() as connection:
        set_most_at_once(connection, values)
    click.echo(f"at most {values:,} values at once")


def _sentence(run: ListRun) -> str:
    names = ", ".join(f"{number:,} on {name}" for name, number in sorted(run.by_list.items())) or "none"
    words = {
        "done": f"applied, {run.ended:,} rows ended",
        "waits": "waits for a moderator: tocsin lists decide",
        "approved": f"approved by {run.decided_by}",
        "refused": f"left as it is by {run.decided_by}",
    }
    return f"{stamp(run.began_ms)}: {run.covered:,} values that stand are on a list ({names}); {words[run.state]}"


COMMANDS = (lists,)
