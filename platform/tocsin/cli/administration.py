"""`init`, `member`, `user`, `token`, `import-medallion`."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from tocsin.bootstrap import open_tocsin
from tocsin.cli.common import as_json, opened, plain_usage, say
from tocsin.ledger.collections import (
    find_collection,
)
from tocsin.members.access import ROLES, add_user, new_token, revoke_token
from tocsin.members.communities import readers_named
from tocsin.members.defaults import set_default, set_default_audience
from tocsin.members.members import (
    KINDS,
    add_member,
    all_members,
    find_member,
    suspend_member,
)
from tocsin.policy.agreement import BASES
from tocsin.publishing.medallion_data import take_over
from tocsin.stix import TLP
from tocsin.times import now_ms, stamp

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--name", default="Tocsin exchange", show_default=True, help="What the exchange is called.")
@click.option("--contact", default="the exchange's moderators", show_default=True, help="Whom readers turn to.")
@click.option(
    "--demonstration",
    is_flag=True,
    help="Let reserved names, numbers and ranges through; say so on every page.",
)
def init(name: str, contact: str, demonstration: bool) -> None:
    """Make the data directory, keys and tables; harmless when they are there."""
    tocsin = open_tocsin()
    exchange = tocsin.initialise(name, contact, demonstration=demonstration)
    _ = tocsin.screening
    tocsin.close()
    click.echo(f"{exchange.name} is ready in {tocsin.settings.home}")


@click.group()
def member() -> None:
    """Organisations of the exchange."""


@member.command("add")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--kind", required=True, type=click.Choice(KINDS))
@click.option("--country", help="ISO 3166 code of two letters.")
@click.option("--trusted", is_flag=True, help="What it pushes as STIX is published without a moderator.")
@click.option("--tlp", type=click.Choice(list(TLP)), help="Its default marking.")
@click.option("--region", help="Where it works, in words.")
def member_add(
    slug: str, name: str, kind: str, country: str | None, trusted: bool, tlp: str | None, region: str | None
) -> None:
    """Take an organisation in."""
    with opened() as tocsin, plain_usage(), tocsin.database.writing() as connection:
        added = add_member(connection, slug, name, kind, country, now_ms(), trusted=trusted, region=region)
        set_default(connection, added.key, tlp, None)
    click.echo(f"{slug} is a member")


@member.command("default")
@click.argument("slug")
@click.option("--tlp", type=click.Choice(list(TLP)))
@click.option("--collection")
@click.option("--share", multiple=True, metavar="SLUG", help="A member or community in its default audience; repeat.")
@click.option("--nobody", is_flag=True, help="Empty its default audience.")
@click.option("--unattributed/--attributed", default=None, help="Whether it hands in without its name.")
@click.option("--basis", type=click.Choice(list(BASES)), help="On which lawful basis it shares accounts and phones.")
def member_default(
    slug: str,
    tlp: str | None,
    collection: str | None,
    share: tuple[str, ...],
    nobody: bool,
    unattributed: bool | None,
    basis: str | None,
) -> None:
    """What applies to a member's reports that name no marking or collection."""
    with opened() as tocsin, tocsin.database.writing() as connection:
        found = find_member(connection, slug)
        target = find_collection(connection, collection).key if collection else found.default_collection_key
        set_default(
            connection,
            found.key,
            tlp or found.default_tlp,
            target,
            unattributed=found.default_unattributed if unattributed is None else unattributed,
            basis=basis or found.default_basis,
        )
        if share or nobody:
            set_default_audience(connection, found.key, readers_named(connection, share))
    click.echo(f"the defaults of {slug} are set")


@member.command("suspend")
@click.argument("slug")
@click.option("--lift", is_flag=True, help="Let it in again.")
def member_suspend(slug: str, lift: bool) -> None:
    """Keep a member's users and tokens out; what it reported stays."""
    with opened() as tocsin, tocsin.database.writing() as connection:
        suspend_member(connection, find_member(connection, slug).key, None if lift else now_ms())
    click.echo(f"{slug} is {'let in again' if lift else 'suspended'}")


@member.command("list")
@as_json
def member_list(as_json: bool) -> None:
    """All members."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        for one in all_members(connection):
            state = "suspended" if one.suspended_ms else "active"
            if as_json:
                say(
                    {
                        "slug": one.slug,
                        "name": one.name,
                        "kind": one.kind,
                        "country": one.country,
                        "state": state,
                    }
                )
            else:
                click.echo(f"{one.slug:24} {one.kind:12} {one.country or '--':3} {state:10} {one.name}")


@click.group()
def user() -> None:
    """People of the members."""


@user.command("add")
@click.argument("login")
@click.option("--member", "slug", required=True)
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
def user_add(login: str, slug: str, role: str, password_stdin: bool) -> None:
    """Give a person access."""
    password = sys.stdin.readline().rstrip("\r\n")
    with opened() as tocsin, plain_usage(), tocsin.database.writing() as connection:
        add_user(connection, login, find_member(connection, slug).key, role, password, now_ms())
    click.echo(f"{login} may sign in")


@click.group()
def token() -> None:
    """Machines of the members."""


@token.command("new")
@click.option("--member", "slug", required=True)
@click.option("--name", help="What uses it; a date and time when left out.")
@click.option("--every", type=click.IntRange(1, 100_000), metavar="MINUTES", help="How often it means to poll.")
@as_json
def token_new(slug: str, name: str | None, every: int | None, as_json: bool) -> None:
    """Make a token and print it, once. Its member is told when it polls less often than it means to."""
    every_s = every * 60 if every else None
    with opened() as tocsin, plain_usage(), tocsin.database.writing() as connection:
        made = new_token(connection, find_member(connection, slug).key, name or stamp(now_ms()), now_ms(), every_s)
    if as_json:
        say({"token": made})
    else:
        click.echo(made)


@token.command("revoke")
@click.argument("token")
@click.option("--member", "slug", help="The member, when TOKEN is the name of one of its tokens.")
def token_revoke(token: str, slug: str | None) -> None:
    """End a token within five seconds, everywhere."""
    with opened() as tocsin, tocsin.database.writing() as connection:
        revoke_token(connection, token, now_ms(), find_member(connection, slug).key if slug else None)
    click.echo("the token is revoked")


@click.command("import-medallion")
@click.argument("data", type=_FILE)
@click.option("--config", type=_FILE, help="medallion's configuration, for its users.")
@click.option("--member", "slug", default="medallion", show_default=True, help="Whose the users and objects become.")
@as_json
def import_medallion(data: Path, config: Path | None, slug: str, as_json: bool) -> None:
    """Take over the data file of a medallion server: API roots, collections, objects with their dates, users.

    All of it or nothing. What is taken over was published before and is not screened again.
    """
    with opened() as tocsin, tocsin.database.writing() as connection:
        configuration = config.read_bytes() if config else None
        taken = take_over(connection, data.read_bytes(), configuration, slug, now_ms(), tocsin.token)
    if as_json:
        say(asdict(taken))
        return
    for notice in taken.notices:
        click.echo(notice)
    places = f"{taken.collections} collections of {taken.api_roots} API roots"
    click.echo(f"{taken.objects} objects in {places}, {taken.users} users")


COMMANDS = (init, member, user, token, import_medallion)
