"""`init`, `member`, `user`, `token`, `collection`, `import-medallion`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from tocsin.bootstrap import open_tocsin
from tocsin.cli.common import as_json, opened, say
from tocsin.ledger.collections import (
    DEFAULT_ROOT,
    add_collection,
    all_collections,
    find_collection,
    freeze_collection,
)
from tocsin.members.access import ROLES, add_user, new_token, revoke_token
from tocsin.members.members import (
    KINDS,
    add_member,
    all_members,
    find_member,
    grant,
    rights_of,
    set_default,
    suspend_member,
)
from tocsin.policy.filters import parse_filter
from tocsin.publishing.medallion_data import take_over
from tocsin.publishing.refilter import refilter
from tocsin.publishing.refilter import release as release_collection
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
def member_add(slug: str, name: str, kind: str, country: str | None, trusted: bool, tlp: str | None) -> None:
    """Take an organisation in."""
    with opened() as tocsin, _plain_usage(), tocsin.database.writing() as connection:
        added = add_member(connection, slug, name, kind, country, now_ms(), trusted=trusted)
        set_default(connection, added.key, tlp, None)
    click.echo(f"{slug} is a member")


@member.command("default")
@click.argument("slug")
@click.option("--tlp", type=click.Choice(list(TLP)))
@click.option("--collection")
def member_default(slug: str, tlp: str | None, collection: str | None) -> None:
    """What applies to a member's reports that name no marking or collection."""
    with opened() as tocsin, tocsin.database.writing() as connection:
        found = find_member(connection, slug)
        target = find_collection(connection, collection).key if collection else found.default_collection_key
        set_default(connection, found.key, tlp or found.default_tlp, target)
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
    with opened() as tocsin, _plain_usage(), tocsin.database.writing() as connection:
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
    with opened() as tocsin, _plain_usage(), tocsin.database.writing() as connection:
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


@click.group()
def collection() -> None:
    """TAXII collections."""


@collection.command("add")
@click.argument("title")
@click.option("--id", "collection_id", help="A UUIDv4; made when left out.")
@click.option("--alias")
@click.option("--root", default=DEFAULT_ROOT, show_default=True, help="The TAXII API root.")
@click.option("--description")
@click.option("--read", multiple=True, metavar="SLUG", help="A member that may read it; repeat.")
@click.option("--write", multiple=True, metavar="SLUG", help="A member that may hand in for it; repeat.")
@click.option("--filter", "filter_text", help="What it takes, e.g. 'kind:iban,phone country:SG,MY crime:bec'.")
@click.option("--stix20", is_flag=True, help="Take objects of STIX 2.0 as well.")
@click.option("--self-contained", is_flag=True, help="Put what the objects of a page refer to into that page.")
@as_json
def collection_add(
    title: str,
    collection_id: str | None,
    alias: str | None,
    root: str,
    description: str | None,
    read: tuple[str, ...],
    write: tuple[str, ...],
    filter_text: str | None,
    stix20: bool,
    self_contained: bool,
    as_json: bool,
) -> None:
    """Make a collection, and say who may read it and hand in for it."""
    parse_filter(filter_text)
    with opened() as tocsin, _plain_usage(), tocsin.database.writing() as connection:
        made = add_collection(
            connection,
            title,
            now_ms(),
            collection_id=collection_id,
            alias=alias,
            root=root,
            description=description,
            filter_text=filter_text,
            stix20=stix20,
            self_contained=self_contained,
        )
        for slug in sorted({*read, *write}):
            grant(
                connection,
                made.key,
                find_member(connection, slug).key,
                read=slug in read,
                write=slug in write,
            )
    if as_json:
        say({"id": made.id, "title": made.title, "root": made.root, "alias": made.alias})
    else:
        click.echo(made.id)


@collection.command("grant")
@click.argument("collection")
@click.argument("slug")
@click.option("--read/--no-read", default=False)
@click.option("--write/--no-write", default=False)
def collection_grant(collection: str, slug: str, read: bool, write: bool) -> None:
    """Set what a member may do with a collection, in place of what it might before."""
    with opened() as tocsin, tocsin.database.writing() as connection:
        target = find_collection(connection, collection)
        grant(connection, target.key, find_member(connection, slug).key, read=read, write=write)
    click.echo(f"{slug}: {'reads' if read else 'does not read'}, {'writes' if write else 'does not write'}")


@collection.command("list")
@as_json
def collection_list(as_json: bool) -> None:
    """All collections, with their readers and writers."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        rights = {one.slug: rights_of(connection, one.key) for one in all_members(connection)}
        for one in all_collections(connection):
            can_read = [slug for slug, right in rights.items() if one.key in right and right[one.key].can_read]
            can_write = [slug for slug, right in rights.items() if one.key in right and right[one.key].can_write]
            if as_json:
                say({"id": one.id, "title": one.title, "root": one.root, "read": can_read, "write": can_write})
            else:
                frozen = " (frozen)" if one.frozen_ms else ""
                click.echo(f"{one.id}  {one.root}  {one.title}{frozen}")
                click.echo(f"    read: {', '.join(can_read) or 'nobody'}; write: {', '.join(can_write) or 'nobody'}")


@collection.command("freeze")
@click.argument("collection")
@click.option("--release", is_flag=True, help="Let reports in again.")
def collection_freeze(collection: str, release: bool) -> None:
    """Let nothing more into a collection; withdrawals and polls go on."""
    with opened() as tocsin:
        with tocsin.database.writing() as connection:
            target = find_collection(connection, collection)
            if not release:
                freeze_collection(connection, target.key, now_ms())
        if release:
            release_collection(tocsin.database, tocsin.exchange, target, now_ms())
    click.echo(f"{target.title} is {'released' if release else 'frozen'}")


@collection.command("filter")
@click.argument("collection")
@click.argument("filter_text", metavar="FILTER", required=False)
@click.option("--none", "everything", is_flag=True, help="Take everything again.")
def collection_filter(collection: str, filter_text: str | None, everything: bool) -> None:
    """Change what a collection takes. What it no longer takes is withdrawn there; what it takes now comes in."""
    if everything == (filter_text is not None):
        raise click.UsageError("Give a FILTER, or --none.")
    with opened() as tocsin:
        with tocsin.database.reading() as connection:
            target = find_collection(connection, collection)
        looked_at = refilter(tocsin.database, tocsin.exchange, target, filter_text, now_ms())
    click.echo(f"{target.title}: {looked_at} things looked at")


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
        taken = take_over(connection, data.read_bytes(), configuration, slug, now_ms())
    if as_json:
        say(asdict(taken))
        return
    for notice in taken.notices:
        click.echo(notice)
    places = f"{taken.collections} collections of {taken.api_roots} API roots"
    click.echo(f"{taken.objects} objects in {places}, {taken.users} users")


@contextmanager
def _plain_usage() -> Iterator[None]:
    """A value that cannot be is wrong usage."""
    try:
        yield
    except ValueError as error:
        if type(error) is not ValueError:
            raise
        raise click.UsageError(str(error)) from error


COMMANDS = (init, member, user, token, collection, import_medallion)
