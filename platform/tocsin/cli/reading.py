"""`search`, `export`, `receipts`, `verify`, `reindex`."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import click
from sqlalchemy.engine import Connection

from feeds.export import FORMATS, export_collection, export_increment_of
from feeds.export_increment import last_position
from tocsin.bootstrap import Tocsin
from tocsin.cli.auditing import verify_audit
from tocsin.cli.common import as_json, moment, note, opened, say
from tocsin.cli.erasing import verify_erasures
from tocsin.ledger.collections import Collection, all_collections, find_collection
from tocsin.ledger.objects import where_is
from tocsin.ledger.reached import behind, reached
from tocsin.ledger.verify import verify_ledger
from tocsin.members.members import NO_RIGHTS, find_member, rights_of
from tocsin.projections.search_index import digests, rebuild
from tocsin.search import Filters, SearchDown, parse
from tocsin.search.tiers import Why
from tocsin.times import now_ms, taxii_stamp


@click.command()
@click.argument("query")
@click.option("--as", "slug", metavar="MEMBER", help="As this member sees it; everything when left out.")
@click.option("--match", type=click.Choice(get_args(Why)), help="Only what is found for this reason.")
@click.option("--limit", default=20, type=click.IntRange(1, 100), show_default=True)
@as_json
def search(query: str, slug: str | None, match: Why | None, limit: int, as_json: bool) -> None:
    """Find an identifier by any spelling of it."""
    with opened() as tocsin:
        tocsin.index()
        with tocsin.database.reading() as connection:
            seen = frozenset(one.id for one in _readable(connection, slug))
            country = find_member(connection, slug).country if slug is not None else None
        asked = parse(query, Filters(match=match), token=tocsin.number_token, country=country, limit=limit)
        results = tocsin.engine.search(asked, seen)
        note(tocsin, "search", values=[query], hits=results.total, narrowed_by=["match"] if match else [])
    found = [(hit.document, hit.why) for hit in results.hits]
    for remark in asked.remarks:
        click.echo(f"tocsin: {remark}", err=True)
    if as_json:
        hits = [{"stix_id": one.stix_id, "kind": one.kind, "value": one.value, "why": why} for one, why in found]
        say({"total": results.total, "hits": hits})
        return
    click.echo(f"{results.total} found")
    for one, why in found:
        click.echo(f"{one.kind:14} {one.value}   ({why}) {one.stix_id}{' withdrawn' if one.revoked else ''}")


@click.command()
@click.argument("collection")
@click.option("--format", "file_format", required=True, type=click.Choice(FORMATS))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--since",
    metavar="POSITION",
    help="Only what came after this, as signed bundles: a date, milliseconds, 0, or 'last' for what DIR ends with.",
)
@click.option("--as", "slug", metavar="MEMBER", help="As this member: refused when it may not read the collection.")
def export(collection: str, file_format: str, out: Path, since: str | None, slug: str | None) -> None:
    """Write what stands in a collection as files, or what changed in it."""
    if since is not None and file_format != "stix":
        raise click.UsageError("--since goes with --format stix.")
    with opened() as tocsin:
        with tocsin.database.reading() as connection:
            target = find_collection(connection, collection)
            seen = _readable(connection, slug)
        if target not in seen:
            raise click.ClickException(f"There is no collection {collection!r} that {slug} may read.")
        start = _position(since, out) if since is not None else None
        with note(tocsin, "export", ("collection", target.id), format=file_format, start=start):
            if start is None:
                paths = export_collection(tocsin.database, tocsin.exchange, target, file_format, out, now_ms())
            else:
                seed = tocsin.keys.signing
                paths = export_increment_of(tocsin.database, tocsin.exchange, target, out, start, seed)
        for path in paths:
            click.echo(str(path))
        if not paths:
            click.echo("Nothing came since then.", err=True)


def _position(text: str, out: Path) -> int:
    """The position, ms, that `--since` names."""
    if text == "last":
        return last_position(out)
    if text.isdecimal():
        return int(text)
    return moment(text)


@click.command()
@click.argument("collection")
@click.option("--object", "object_id", metavar="STIX_ID", help="Who has this object's newest version.")
@as_json
def receipts(collection: str, object_id: str | None, as_json: bool) -> None:
    """Who has been served a collection, and how far."""
    with opened() as tocsin:
        tocsin.receipts.prepare()
        with tocsin.database.reading() as connection:
            target = find_collection(connection, collection)
        if object_id is not None:
            _say_who_has(tocsin, target, object_id, as_json)
            return
        with tocsin.database.reading() as connection:
            listed = [
                {
                    "subscriber": one.subscriber,
                    "filter": one.filter,
                    "sent": taxii_stamp(one.sent) if one.sent else None,
                    "confirmed": taxii_stamp(one.confirmed) if one.confirmed else None,
                    "polled_at": taxii_stamp(one.polled_ms),
                    "behind": behind(connection, target, one),
                }
                for one in tocsin.receipts.of(target.id)
            ]
    if as_json:
        say(listed)
        return
    for line in listed:
        click.echo("  ".join(f"{key} {value}" for key, value in line.items() if value not in (None, "")))


def _say_who_has(tocsin: Tocsin, target: Collection, object_id: str, as_json: bool) -> None:
    """For each subscriber: `has it`, `sent`, `not yet` or `never had it`."""
    with tocsin.database.reading() as connection:
        found = [one for one in reached(connection, tocsin.receipts, object_id) if one.collection == target]
        if not found and not where_is(connection, object_id):
            raise click.ClickException(f"Nothing that is published has the id {object_id!r}.")
    listed = [
        {
            "subscriber": one.subscriber,
            "filter": one.filter,
            "state": one.state,
            "withdrawn": one.revoked,
            "date_added": taxii_stamp(one.position),
            "polled_at": taxii_stamp(one.polled_ms),
        }
        for one in found
    ]
    if as_json:
        say(listed)
        return
    for one in found:
        click.echo(f"{one.state:13} {one.subscriber}  {one.filter}".rstrip())


@click.command()
@as_json
def verify(as_json: bool) -> None:
    """Check the ledger and the audit trail against themselves, and the search index against the ledger."""
    with opened() as tocsin:
        tocsin.index()
        checks = verify_ledger(tocsin.database)
        checks += [verify_erasures(tocsin), verify_audit(tocsin)]
        checks.append(_verify_index(tocsin))
    good = all(check["ok"] for check in checks)
    if as_json:
        say({"ok": good, "checks": checks})
    else:
        for check in checks:
            click.echo(f"{'ok ' if check['ok'] else 'BAD'}  {check['check']}: {check['found']}")
            if "first" in check:
                click.echo(f"     {check['first']}")
    if not good:
        sys.exit(1)


def _verify_index(tocsin: Tocsin) -> dict[str, Any]:
    """Whether the index has the ledger's documents, byte for byte; `found` says how many more or fewer, at least 1."""
    check: dict[str, Any] = {"check": "the search index has what the ledger says, byte for byte"}
    try:
        ledger, index = digests(tocsin.database, tocsin.engine)
        while ledger != index and tocsin.index():  # somebody wrote in between
            ledger, index = digests(tocsin.database, tocsin.engine)
    except SearchDown as error:
        return {**check, "ok": False, "found": 1, "first": str(error)}
    found = 0 if ledger == index else max(abs(ledger.documents - index.documents), 1)
    counted = {"ledger": asdict(ledger), "index": asdict(index)}
    return {**check, "ok": found == 0, "found": found, **counted}


@click.command()
def reindex() -> None:
    """Build the search index anew from the ledger; searching goes on meanwhile."""
    with opened() as tocsin:
        newest = rebuild(tocsin.database, tocsin.engine)
    click.echo(f"the index is at entry {newest}")


def _readable(connection: Connection, slug: str | None) -> list[Collection]:
    """The collections that a member may read now; all where none is named."""
    every = all_collections(connection)
    if slug is None:
        return every
    member = find_member(connection, slug)
    rights = rights_of(connection, member.key) if member.suspended_ms is None else {}
    return [one for one in every if rights.get(one.key, NO_RIGHTS).can_read]


COMMANDS = (search, export, receipts, verify, reindex)
