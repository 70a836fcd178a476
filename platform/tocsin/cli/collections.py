"""`collection`: making TAXII collections, who may do what with them, what they take."""

import uuid

import click

from tocsin.cli.common import as_json, note, opened, plain_usage, say
from tocsin.ledger.collections import (
    DEFAULT_ROOT,
    add_collection,
    all_collections,
    find_collection,
    freeze_collection,
)
from tocsin.members.circles import set_circle
from tocsin.members.communities import find_community
from tocsin.members.granting import granted, readers_named
from tocsin.members.members import readers
from tocsin.policy.filters import parse_filter
from tocsin.policy.known_of import Circle
from tocsin.publishing.redecide import admit
from tocsin.publishing.refilter import fill, refilter
from tocsin.publishing.refilter import release as release_collection
from tocsin.times import now_ms


@click.group()
def collection() -> None:
    """TAXII collections."""


@collection.command("add")
@click.argument("title")
@click.option("--id", "collection_id", help="A UUIDv4; made when left out.")
@click.option("--alias")
@click.option("--root", default=DEFAULT_ROOT, show_default=True, help="The TAXII API root.")
@click.option("--description")
@click.option("--read", multiple=True, metavar="SLUG", help="A member or community that may read it; repeat.")
@click.option("--write", multiple=True, metavar="SLUG", help="A member or community that may hand in for it; repeat.")
@click.option("--filter", "filter_text", help="What it takes, e.g. 'kind:iban,phone country:SG,MY crime:bec'.")
@click.option("--gather", is_flag=True, help="Fill it with what its contributors share with all who read it.")
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
    gather: bool,
    stix20: bool,
    self_contained: bool,
    as_json: bool,
) -> None:
    """Make a collection, and say who may read it and hand in for it."""
    parse_filter(filter_text)
    collection_id = collection_id or str(uuid.uuid4())
    target = ("collection", collection_id)
    with (
        opened() as tocsin,
        plain_usage(),
        note(tocsin, "collection", target, change="add", read=read, write=write),
    ):
        with tocsin.database.writing() as connection:
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
                gathers=gather,
            )
            for slug in sorted({*read, *write}):
                (party,) = readers_named(connection, [slug])
                admit(connection, made, party, now_ms(), read=slug in read, write=slug in write)
        if made.gathers:
            fill(tocsin.database, tocsin.exchange, made, now_ms())
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
    """Set what a member or community may do with a collection, in place of what it might before."""
    with opened() as tocsin:
        with tocsin.database.reading() as connection:
            target = find_collection(connection, collection)
        change = note(tocsin, "grant", ("collection", target.id), member=slug, read=read, write=write)
        with change:
            with tocsin.database.writing() as connection:
                (party,) = readers_named(connection, [slug])
                admit(connection, target, party, now_ms(), read=read, write=write)
            if target.gathers and write:
                fill(tocsin.database, tocsin.exchange, target, now_ms())
    click.echo(f"{slug}: {'reads' if read else 'does not read'}, {'writes' if write else 'does not write'}")


@collection.command("list")
@as_json
def collection_list(as_json: bool) -> None:
    """All collections, with the members and communities that may read and write."""
    with opened() as tocsin, tocsin.database.reading() as connection:
        for one in all_collections(connection):
            can_read, can_write = granted(connection, one.key)
            if as_json:
                members = [member.slug for member in readers(connection, one.key)]
                said = {"id": one.id, "title": one.title, "root": one.root, "read": can_read, "write": can_write}
                say({**said, "readers": members})
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
        with tocsin.database.reading() as connection:
            target = find_collection(connection, collection)
        with note(tocsin, "collection", ("collection", target.id), change="release" if release else "freeze"):
            if release:
                release_collection(tocsin.database, tocsin.exchange, target, now_ms())
            else:
                with tocsin.database.writing() as connection:
                    freeze_collection(connection, target.key, now_ms())
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
        with note(tocsin, "collection", ("collection", target.id), change="filter"):
            looked_at = refilter(tocsin.database, tocsin.exchange, target, filter_text, now_ms())
    click.echo(f"{target.title}: {looked_at} things looked at")


@collection.command("known-of")
@click.argument("collection")
@click.option("--by", "slugs", multiple=True, metavar="SLUG", help="A community whose members may know of it; repeat.")
@click.option("--everybody", is_flag=True, help="Every member of the exchange may know of it.")
@click.option("--nobody", is_flag=True, help="Nobody may know of it who does not read it.")
def collection_known_of(collection: str, slugs: tuple[str, ...], everybody: bool, nobody: bool) -> None:
    """Say who may learn, of one exact value, that somebody knows something about it, and ask without learning who."""
    if (bool(slugs), everybody, nobody).count(True) != 1:
        raise click.UsageError("Give --by, --everybody or --nobody.")
    with opened() as tocsin, plain_usage():
        with tocsin.database.reading() as connection:
            target = find_collection(connection, collection)
            keys = frozenset(find_community(connection, slug).key for slug in slugs)
        change = note(tocsin, "collection", ("collection", target.id), change="known-of", by=slugs, everybody=everybody)
        with change, tocsin.database.writing() as connection:
            set_circle(connection, target, Circle(everybody=everybody, communities=keys))
    who = "everybody" if everybody else ", ".join(slugs) or "nobody"
    click.echo(f"{target.title}: {who} may know of it without reading it")


COMMANDS = (collection,)
