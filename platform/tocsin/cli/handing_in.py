"""`submit`."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click
from sqlalchemy.engine import Connection

from feeds.signing import NotSigned, check_signed
from tocsin.bootstrap import Tocsin
from tocsin.cli.common import BY, note, opened, say
from tocsin.identifiers import KINDS
from tocsin.intake import FORMATS, ROLES, CannotRead, Claim
from tocsin.intake.claims import moment
from tocsin.members.members import Member, find_member
from tocsin.policy.agreement import BASES
from tocsin.publishing.hand_in import notices_on, preview, take_in, terms_for
from tocsin.publishing.process import process
from tocsin.publishing.told import told_counts, told_verdicts
from tocsin.reports.exhibits import BadExhibit, attach
from tocsin.reports.loss import read_loss
from tocsin.reports.reports import Decided, find_report
from tocsin.reports.tables import UNREADABLE
from tocsin.reports.terms import Terms
from tocsin.stix import CRIME_TYPES, HANDLING, PAP, TLP
from tocsin.times import now_ms

_SHOWN = 20


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--member", "slug", required=True, help="On whose behalf.")
@click.option("--format", "file_format", default="auto", type=click.Choice(FORMATS), show_default=True)
@click.option(
    "--tlp",
    type=click.Choice(list(TLP)),
    help="How far it may be shared; the member's default when left out.",
)
@click.option("--collection", "collections", multiple=True, help="Title, alias or id; repeat.")
@click.option("--kind", type=click.Choice(list(KINDS)), help="What the values are, where the file does not say.")
@click.option("--crime", type=click.Choice(list(CRIME_TYPES)), help="The crime, where the file does not say.")
@click.option(
    "--role",
    type=click.Choice([role for role in ROLES if role]),
    help="The role, where the file does not say.",
)
@click.option("--confidence", type=click.IntRange(0, 100), help="0 to 100, where the file does not say.")
@click.option(
    "--share",
    multiple=True,
    metavar="SLUG",
    help="A member or community that may know, and nobody else; repeat. Without --collection it goes wherever they "
    "alone read, and to a named member's inbox.",
)
@click.option(
    "--unattributed/--attributed", default=None, help="Without or with the member's name; its default when left out."
)
@click.option("--pap", type=click.Choice(list(PAP)), help="What may be done with it (Permissible Actions Protocol).")
@click.option("--handling", type=click.Choice(list(HANDLING)), help="Police handling code.")
@click.option(
    "--basis", type=click.Choice(list(BASES)), help="On which lawful basis accounts, phones and the like are shared."
)
@click.option("--happened", metavar="DAY", help="When it happened, such as 2026-11-20, where the file does not say.")
@click.option(
    "--loss", nargs=2, metavar="AMOUNT CURRENCY", help="What was lost, such as 12500.50 SGD; readers do not see it."
)
@click.option("--with-text", is_flag=True, help="Let notes leave too; without this they stay with the report.")
@click.option("--override", metavar="REASON", help="Set allow lists aside, for this reason.")
@click.option(
    "--signed-by",
    "public_key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PEM",
    help="Only files that another exchange signed with this key (see export --since).",
)
@click.option(
    "--evidence",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Attach a file, such as a screenshot: encrypted, opened by nothing, never sent on; repeat.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and keep nothing.")
@click.option("--quiet", is_flag=True, help="Counts only.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line a file.")
def submit(
    files: tuple[str, ...],
    slug: str,
    file_format: str,
    tlp: str | None,
    collections: tuple[str, ...],
    kind: str | None,
    crime: str | None,
    role: str | None,
    confidence: int | None,
    share: tuple[str, ...],
    unattributed: bool | None,
    pap: str | None,
    handling: str | None,
    basis: str | None,
    happened: str | None,
    loss: tuple[str, str] | None,
    with_text: bool,
    override: str | None,
    public_key: Path | None,
    evidence: tuple[Path, ...],
    dry_run: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Hand in files (- for standard input). Every row gets a verdict; good rows go in, bad rows come back."""
    failed = False
    day = _day(happened)
    with opened() as tocsin:
        with tocsin.database.reading() as connection:
            member = find_member(connection, slug)
        terms_on = partial(
            terms_for,
            member=member,
            tlp=tlp,
            collections=collections,
            share=share,
            file_format=file_format,
            kind=kind,
            claim=Claim(role=role, crime_type=crime, confidence=confidence, first_seen=day, last_seen=day),
            unattributed=unattributed,
            whole=member.trusted,
            override=override,
            pap=pap,
            handling=handling,
            basis=basis,
            with_text=with_text,
            loss=read_loss(*loss) if loss else None,
        )
        # an inbox may have to be made; a rehearsal leaves none behind
        with tocsin.database.rehearsing() if dry_run else tocsin.database.writing() as connection:
            terms = terms_on(connection)
        for name in files:
            try:
                if public_key is not None:
                    check_signed(Path(name), public_key.read_bytes())
                if dry_run:
                    result = _rehearse(tocsin, member, name, terms_on)
                else:
                    result = _submit(tocsin, member, name, terms, evidence)
            except (BadExhibit, CannotRead, NotSigned, OSError) as error:
                click.echo(f"tocsin: {name}: {error}", err=True)
                failed = True
                continue
            _tell(name, result, quiet=quiet, as_json=as_json)
    if failed:
        sys.exit(1)


def _day(text: str | None) -> int | None:
    """The day, ms; wrong usage where it is none."""
    found = moment(text) if text else None
    if text and found is None:
        raise click.UsageError(f"{text!r} is no day such as 2026-11-20.")
    return found


def _submit(tocsin: Tocsin, member: Member, name: str, terms: Terms, evidence: tuple[Path, ...]) -> dict[str, Any]:
    body = _bytes(name)
    attached = [(path.name, path.read_bytes()) for path in evidence]
    with tocsin.database.writing() as connection:
        report_id, _ = take_in(connection, member, BY, body, _file_name(name), terms, now_ms())
        if attached:
            attach(connection, tocsin.keys.secrets, find_report(connection, report_id), attached, BY, now_ms())
        notices = notices_on(connection, terms)
    unseen = terms.unattributed
    note(
        *(tocsin, "hand-in", ("report", report_id)),
        unattributed=member.slug if unseen else None,
        member=None if unseen else member.slug,
        tlp=terms.tlp,
    )
    report = process(tocsin.database, tocsin.exchange, tocsin.screening, report_id)
    if report.state == UNREADABLE:
        raise CannotRead(" ".join(report.notices))
    with tocsin.database.reading() as connection:
        return {
            "report": report.id,
            "counts": told_counts(connection, report),
            "notices": [*notices, *report.notices],
            "verdicts": [_verdict(one) for one in told_verdicts(connection, report)],
        }


def _rehearse(tocsin: Tocsin, member: Member, name: str, terms_on: Callable[[Connection], Terms]) -> dict[str, Any]:
    body = _bytes(name)
    with tocsin.database.rehearsing() as connection:
        seen = preview(
            connection,
            tocsin.exchange,
            tocsin.screening,
            member,
            BY,
            body,
            _file_name(name),
            terms_on(connection),
            now_ms(),
        )
    counts = dict.fromkeys(("accepted", "merged", "held", "rejected"), 0)
    for one in seen.verdicts:
        counts[one.verdict] += 1
    return {
        "report": None,
        "counts": counts,
        "notices": list(seen.notices),
        "verdicts": [_verdict(one) for one in seen.verdicts],
    }


def _verdict(one: Decided) -> dict[str, Any]:
    fields = asdict(one)
    fields.pop("n")
    return fields


def _tell(name: str, result: dict[str, Any], *, quiet: bool, as_json: bool) -> None:
    if as_json:
        say({key: value for key, value in result.items() if not (quiet and key == "verdicts")})
        return
    counts = ", ".join(f"{count} {verdict}" for verdict, count in result["counts"].items())
    click.echo(f"{name}: {counts}" + (f"   report {result['report']}" if result["report"] else "   (nothing kept)"))
    for notice in result["notices"]:
        click.echo(f"  note: {notice}")
    back = [one for one in result["verdicts"] if one["verdict"] in ("held", "rejected")]
    for one in () if quiet else back[:_SHOWN]:
        click.echo(f"  row {one['row']}, {one['column']}: {one['value'][:80]!r} {one['verdict']}: {one['reason']}")
    if not quiet and len(back) > _SHOWN:
        click.echo(f"  ... and {len(back) - _SHOWN} more; --json prints all")


def _bytes(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _file_name(name: str) -> str | None:
    return None if name == "-" else Path(name).name


COMMANDS = (submit,)
