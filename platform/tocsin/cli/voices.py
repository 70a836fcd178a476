"""`voices`: which members are one voice, and what measuring says about it."""

import click

from tocsin.cli.common import as_json, note, opened, plain_usage, say
from tocsin.members.answerable import answerable
from tocsin.members.members import all_members, find_member
from tocsin.members.roles import KEEP
from tocsin.members.voices import WHYS, all_links
from tocsin.publishing import voices as publishing
from tocsin.times import HOUR_MS, now_ms, stamp

_BY = click.option("--by", required=True, metavar="LOGIN", help="The administrator who decides.")


@click.group()
def voices() -> None:
    """Members that count as one voice: of one group, or one copies the other."""


@voices.command("link")
@click.argument("slug")
@click.argument("other")
@click.option("--why", required=True, type=click.Choice(list(WHYS)), help="What makes them one voice.")
@_BY
def voices_link(slug: str, other: str, why: str, by: str) -> None:
    """Make two members one voice. What stood on the two of them alone is withdrawn and waits again."""
    with opened() as tocsin, plain_usage(), note(tocsin, "voices", ("member", slug), other=other, why=why, by=by):
        with tocsin.database.reading() as connection:
            person = answerable(connection, by, KEEP)
            pair = find_member(connection, slug), find_member(connection, other)
        done = publishing.link(tocsin.database, tocsin.exchange, *pair, why, person.login or by, now_ms())
    click.echo(f"{slug} and {other} are one voice; {done} things that both report were looked at again")


@voices.command("unlink")
@click.argument("slug")
@click.argument("other")
@_BY
def voices_unlink(slug: str, other: str, by: str) -> None:
    """Make two members independent again. What waited for a second voice and now has it is published."""
    with opened() as tocsin, note(tocsin, "voices", ("member", slug), other=other, by=by):
        with tocsin.database.reading() as connection:
            answerable(connection, by, KEEP)
            one, two = find_member(connection, slug), find_member(connection, other)
        done = publishing.unlink(tocsin.database, tocsin.exchange, one, two, now_ms())
        with tocsin.database.reading() as connection:
            still = find_member(connection, slug).voice == find_member(connection, other).voice
    words = "are one voice still, through others" if still else "are independent"
    click.echo(f"{slug} and {other} {words}; {done} things that both report were looked at again")


@voices.command("list")
@as_json
def voices_list(as_json: bool) -> None:
    """The members that are linked, why, and who said so."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        slugs = {one.key: one.slug for one in all_members(connection)}
        links = all_links(connection)
    for one in links:
        pair = [slugs[one.member_key], slugs[one.other_key]]
        if as_json:
            say({"members": pair, "why": one.why, "since": stamp(one.since_ms), "by": one.by})
        else:
            click.echo(f"{pair[0]:24} {pair[1]:24} {one.why:9} since {stamp(one.since_ms)[:10]}, said by {one.by}")
    if not links and not as_json:
        click.echo("every member is a voice of its own")


@voices.command("measure")
@as_json
def voices_measure(as_json: bool) -> None:
    """The pairs of members of which one seems to copy the other. It proposes, and changes nothing."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        found = publishing.measure(connection)
    for one in found:
        if as_json:
            say(
                {
                    "source": one.source.slug,
                    "copies": one.copier.slug,
                    "shared": one.shared,
                    "smaller": one.smaller,
                    "containment": round(one.containment, 3),
                    "median_lag_ms": one.lag_ms,
                    "one_voice": one.one_voice,
                }
            )
            continue
        part = f"{one.shared:,} of {one.smaller:,} ({one.containment:.0%})"
        lag = f"{one.lag_ms / HOUR_MS:,.1f} h later"
        state = "one voice already" if one.one_voice else "propose: one voice"
        click.echo(f"{one.copier.slug} reports what {one.source.slug} does: {part}, {lag}; {state}")
    if not found and not as_json:
        click.echo("no member's list looks like a copy of another's")


COMMANDS = (voices,)
