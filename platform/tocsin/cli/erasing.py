"""`erase`: taking away what is known of an identifier or an object, as a law may ask for it."""

import sys
from functools import partial
from typing import Any

import click

from feeds.state import forget as forget_kept
from tocsin.bootstrap import Tocsin
from tocsin.cli.common import BY, as_json, note, opened, say
from tocsin.cli.meaning import meant
from tocsin.identifiers import KINDS, Identifier
from tocsin.ledger.append import committed
from tocsin.projections.search_index import rebuild
from tocsin.publishing.emptying import left_behind
from tocsin.publishing.erase import apply, erase, named_by, still_named
from tocsin.reports.erasures import log_path, read_erasures, write_erasure
from tocsin.search import SearchDown
from tocsin.times import now_ms


@click.command("erase")
@click.argument("what", required=False, metavar="[STIX_ID|VALUE]")
@click.option("--kind", type=click.Choice(list(KINDS)), help="What VALUE is, where that can be several things.")
@click.option("--country", help="The country that a local telephone number is in, e.g. SG.")
@click.option("--reason", help="Why; it is kept in the log of erasures, so it names nobody.")
@click.option("--again", is_flag=True, help="Erase what the log of erasures names, after a backup was put back.")
@click.option("--no-purge", is_flag=True, help="Leave free space and index as they are; a later erasure purges them.")
@as_json
def erase_command(
    what: str | None,
    kind: str | None,
    country: str | None,
    reason: str | None,
    again: bool,
    no_purge: bool,
    as_json: bool,
) -> None:
    """Erase all that is known of a value, or of the object with a STIX id and what it is about.

    Stored bytes are emptied, in the ledger and in the reports; readers are sent a last version that is revoked and
    empty. Other objects that name the value are listed, since a person has to decide on them.
    """
    if again == (what is not None) or (what is not None and not reason):
        raise click.UsageError("Name a STIX id or a value with --reason, or say --again.")
    with opened() as tocsin:
        if what is None:
            done: dict[str, Any] = {"emptied": _again(tocsin)}
        else:
            done = _erase(tocsin, meant(what, kind, country, tocsin.number_token), reason or "")
        done["purged"] = not no_purge and _purge(tocsin)
    if as_json:
        say(done)
    else:
        _tell(done, asked=not no_purge)
    if not (no_purge or done["purged"]):
        sys.exit(1)


def verify_erasures(tocsin: Tocsin) -> dict[str, Any]:
    """The check that nothing is there again of what the log of erasures names."""
    with tocsin.database.reading() as connection:
        found = sum(left_behind(connection, one) for one in read_erasures(log_path(tocsin.settings.home)))
    return {"check": "what was erased is gone (tocsin erase --again)", "ok": found == 0, "found": found}


def _erase(tocsin: Tocsin, what: Identifier | str, reason: str) -> dict[str, Any]:
    log = log_path(tocsin.settings.home)
    with tocsin.database.reading() as connection:
        values = [one.value for one in named_by(connection, what)]
    record = partial(write_erasure, log)
    named = [what] if isinstance(what, str) else []
    with note(tocsin, "erase", values=[*values, *named]):
        erasure = erase(tocsin.database, tocsin.exchange, what, tocsin.token, record, reason, BY, now_ms())
    for value in values:
        tocsin.receipts.forget(value)
        forget_kept(tocsin.settings.home, value)
    with tocsin.database.reading() as connection:
        named = sorted({one for value in values for one in still_named(connection, value)})
    return {
        "entries": sum(map(len, erasure.entries.values())),
        "rows": sum(map(len, erasure.rows.values())),
        "reports": list(erasure.rows),
        "still_named_in": named,
    }


def _again(tocsin: Tocsin) -> int:
    return sum(
        committed(tocsin.database, partial(apply, erasure=erasure))
        for erasure in read_erasures(log_path(tocsin.settings.home))
    )


def _purge(tocsin: Tocsin) -> bool:
    """Write index and database anew without what was deleted; whether nothing of it is left in either."""
    purged = tocsin.database.purge()
    try:
        rebuild(tocsin.database, tocsin.engine)
    except SearchDown as down:
        click.echo(f"tocsin: {down}", err=True)
        return False
    if not purged:
        click.echo("tocsin: a long reader keeps the database's log; run this again: tocsin erase --again", err=True)
    return purged


def _tell(done: dict[str, Any], *, asked: bool) -> None:
    if "emptied" in done:
        click.echo(f"{done['emptied']} entries and rows emptied again")
    else:
        click.echo(f"{done['entries']} entries emptied, {done['rows']} rows of {len(done['reports'])} reports")
    for named in done.get("still_named_in", ()):
        click.echo(f"  still named in {named}")
    if asked and done["purged"]:
        click.echo("index and database were written anew without it")


COMMANDS = (erase_command,)
