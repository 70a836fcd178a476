"""`case check`: whether the ledger still has what an export of a case says."""

import sys
from pathlib import Path

import click

from tocsin.cli.common import as_json, note, opened, say
from tocsin.dossiers import BadExport, check, claims_in
from tocsin.times import stamp, taxii_stamp


@click.group("case")
def case() -> None:
    """Cases that were handed over."""


@case.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def check_command(file: Path, as_json: bool) -> None:
    """Check FILE, the PDF of a case or its data as JSON, against the ledger.

    Exit status 0 where this exchange made the document and the ledger has the exact bytes of each thing in its place.
    """
    try:
        claims = claims_in(file.read_bytes())
    except BadExport as error:
        raise click.ClickException(str(error)) from error
    with opened() as tocsin:
        note(tocsin, "read", did="check-export", things=len(claims.places))
        with tocsin.database.reading(snapshot=True) as connection:
            made, found = check(connection, claims)
    good = all(one.state == "there" for one in found) and (made is not None or claims.sha256 is None)
    things = [
        {
            "collection": one.claim.collection_id,
            "added": taxii_stamp(one.claim.position),
            "sha256": one.claim.sha256,
            "state": one.state,
        }
        for one in found
    ]
    if as_json:
        told = {"case": made.case_id, "member": made.member_name, "made": stamp(made.made_ms)} if made else None
        say({"ok": good, "data": claims.sha256, "made_here": told, "things": things})
    else:
        if claims.sha256 is not None:
            who = f"made here on {stamp(made.made_ms)} for {made.member_name}" if made else "NOT made here"
            click.echo(f"{'ok ' if made else 'BAD'}  data {claims.sha256}: {who}")
        for finding in found:
            click.echo(f"{'ok ' if finding.state == 'there' else 'BAD'}  {finding.claim.sha256}: {finding.words}")
    if not good:
        sys.exit(1)


COMMANDS = (case,)
