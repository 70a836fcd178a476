"""`init`, `member`, `import-medallion`."""

from dataclasses import asdict
from pathlib import Path

import click

from tocsin.bootstrap import open_tocsin
from tocsin.cli.common import as_json, note, opened, plain_usage, say
from tocsin.identifiers import Unreadable, bank_named
from tocsin.ledger.collections import (
    find_collection,
)
from tocsin.members.banks import banks_of_member, set_banks
from tocsin.members.defaults import let_ask, set_default, set_default_audience
from tocsin.members.duty import duty_contact, set_duty_contact
from tocsin.members.granting import readers_named
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
from tocsin.times import now_ms

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
    with (
        opened() as tocsin,
        plain_usage(),
        note(tocsin, "member", ("member", slug), change="add", kind=kind, trusted=trusted),
        tocsin.database.writing() as connection,
    ):
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
@click.option("--may-be-asked/--not-asked", default=None, help="Whether others may ask about what it reports.")
def member_default(
    slug: str,
    tlp: str | None,
    collection: str | None,
    share: tuple[str, ...],
    nobody: bool,
    unattributed: bool | None,
    basis: str | None,
    may_be_asked: bool | None,
) -> None:
    """What applies to a member's reports that name no marking or collection, and whether others may ask about them."""
    with (
        opened() as tocsin,
        note(tocsin, "member", ("member", slug), change="default", tlp=tlp, share=share, basis=basis),
        tocsin.database.writing() as connection,
    ):
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
        if may_be_asked is not None:
            let_ask(connection, found.key, may_be_asked)
        if share or nobody:
            set_default_audience(connection, found.key, readers_named(connection, share))
    click.echo(f"the defaults of {slug} are set")


@member.command("bank")
@click.argument("slug")
@click.option("--bank", "codes", multiple=True, metavar="CC:CODE", help="Country and bank or SWIFT code; repeat.")
@click.option("--none", "nothing", is_flag=True, help="It keeps no accounts (any more).")
def member_bank(slug: str, codes: tuple[str, ...], nothing: bool) -> None:
    """Under which codes a member keeps accounts: of those its people may state what the bank knows.

    What is given here takes the place of what was; without options it is printed.
    """
    if codes and nothing:
        raise click.UsageError("Name codes with --bank, or say --none.")
    with opened() as tocsin, plain_usage(), tocsin.database.writing() as connection:
        found = find_member(connection, slug)
        if codes or nothing:
            set_banks(connection, found.key, [_bank(code) for code in codes])
        for country, code in sorted(banks_of_member(connection, found.key)):
            click.echo(f"{country}:{code}")


def _bank(text: str) -> tuple[str, str]:
    try:
        return bank_named(text)
    except Unreadable as problem:
        raise click.UsageError(str(problem)) from problem


@member.command("on-duty")
@click.argument("slug")
@click.option("--contact", help="A telephone number with its country code or an address, answered at any hour.")
@click.option("--none", "nothing", is_flag=True, help="There is nobody (any more).")
def member_on_duty(slug: str, contact: str | None, nothing: bool) -> None:
    """Whom one reaches at a bank to stop a payment: shown to every member that recalls one from it.

    Without options it is printed.
    """
    if contact is not None and nothing:
        raise click.UsageError("Give --contact, or say --none.")
    with opened() as tocsin, plain_usage():
        if contact is not None or nothing:
            with (
                note(tocsin, "member", ("member", slug), change="on-duty"),
                tocsin.database.writing() as connection,
            ):
                set_duty_contact(connection, find_member(connection, slug).key, contact, "command", now_ms())
        with tocsin.database.reading() as connection:
            click.echo(duty_contact(connection, find_member(connection, slug).key) or "nobody")


@member.command("suspend")
@click.argument("slug")
@click.option("--lift", is_flag=True, help="Let it in again.")
def member_suspend(slug: str, lift: bool) -> None:
    """Keep a member's users and tokens out; what it reported stays."""
    change = "let in" if lift else "suspend"
    with (
        opened() as tocsin,
        note(tocsin, "member", ("member", slug), change=change),
        tocsin.database.writing() as connection,
    ):
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


@click.command("import-medallion")
@click.argument("data", type=_FILE)
@click.option("--config", type=_FILE, help="medallion's configuration, for its users.")
@click.option("--member", "slug", default="medallion", show_default=True, help="Whose the users and objects become.")
@as_json
def import_medallion(data: Path, config: Path | None, slug: str, as_json: bool) -> None:
    """Take over the data file of a medallion server: API roots, collections, objects with their dates, users.

    All of it or nothing. What is taken over was published before and is not screened again.
    """
    with (
        opened() as tocsin,
        note(tocsin, "member", ("member", slug), change="import-medallion", users=config is not None),
        tocsin.database.writing() as connection,
    ):
        configuration = config.read_bytes() if config else None
        taken = take_over(connection, data.read_bytes(), configuration, slug, now_ms(), tocsin.token)
    if as_json:
        say(asdict(taken))
        return
    for notice in taken.notices:
        click.echo(notice)
    places = f"{taken.collections} collections of {taken.api_roots} API roots"
    click.echo(f"{taken.objects} objects in {places}, {taken.users} users")


COMMANDS = (init, member, import_medallion)
