"""Handing in: who may send what where, decided before anything is kept; and the same as a rehearsal."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from tocsin.intake import Claim
from tocsin.ledger.collections import Collection, NoSuchCollection, collections_by_key, find_collection
from tocsin.ledger.database import Database
from tocsin.ledger.read import Entry, follow, last_seq
from tocsin.members.members import LIST, Member, readers, rights_of
from tocsin.policy.audience import Audience, may_carry
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.process import chunks_of, takes_stix20
from tocsin.publishing.publish import publish_chunk
from tocsin.publishing.reading import read_report
from tocsin.reports.reports import Decided, Terms, find_report, receive, verdicts_of
from tocsin.screening import Screening
from tocsin.stix import TLP

_SAMPLE = 30


class Refused(ValueError):
    """What was handed in is not taken, and nothing of it was kept. The message says why."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen: every row's verdict, and the first objects with the collections that would carry them."""

    format: str
    notices: tuple[str, ...]
    verdicts: list[Decided]
    objects: list[Entry]


def terms_for(
    connection: Connection,
    member: Member,
    *,
    tlp: str | None = None,
    collections: Sequence[str] = (),
    file_format: str = "auto",
    kind: str | None = None,
    claim: Claim = Claim(),  # noqa: B008 - a frozen value
    unattributed: bool = False,
    voice: bool = True,
    whole: bool = False,
    override: str | None = None,
) -> Terms:
    """The terms of a report from what was asked and the member's defaults; Refused says what cannot be."""
    chosen_tlp = (tlp or member.default_tlp or "").lower().removeprefix("tlp:")
    if not chosen_tlp:
        raise Refused("Say how far this may be shared (TLP clear, green, amber or amber+strict): you have no default.")
    if chosen_tlp not in TLP:
        raise Refused(f"{tlp!r} is not a TLP marking; use one of {', '.join(TLP)}.")
    targets = _targets(connection, member, collections)
    for target in targets:
        decision = may_carry(audience_of(connection, target, member), chosen_tlp, unattributed=unattributed)
        if not decision.allowed:
            raise Refused(decision.reason)
    return Terms(
        tlp=chosen_tlp,
        collections=tuple(sorted({target.key for target in targets})),
        format=file_format,
        kind=kind,
        claim=claim,
        unattributed=unattributed,
        voice=voice and member.kind != LIST,
        whole=whole and not unattributed and all(target.filter is None for target in targets),
        override=override,
    )


def audience_of(connection: Connection, collection: Collection, member: Member) -> Audience:
    """Who a collection reaches, as this member would use it."""
    right = rights_of(connection, member.key).get(collection.key)
    return Audience(
        title=collection.title,
        frozen=collection.frozen_ms is not None,
        readers=frozenset(reader.slug for reader in readers(connection, collection.key)),
        may_write=right is not None and right.can_write,
    )


def preview(
    database: Database,
    exchange: Exchange,
    screening: Screening,
    member: Member,
    by: str,
    body: bytes,
    name: str | None,
    terms: Terms,
    now: int,
    *,
    most_rows: int | None = None,
) -> Preview:
    """Everything that handing in would do, done and taken back; CannotRead when the file cannot be read.

    The writer lock is held meanwhile: `most_rows` bounds that for callers who do not need the whole file.
    """
    with database.rehearsing() as connection:
        report_id, new = receive(connection, member.key, by, body, name, terms, now)
        report = find_report(connection, report_id)
        start = last_seq(connection)
        if new:
            reading = read_report(connection, report)
            old = takes_stix20(connection, report)
            for chunk in chunks_of(report, exchange, screening, reading.rows, old=old):
                publish_chunk(connection, exchange, report, chunk, now)
                if most_rows is not None and chunk[-1].n + 1 >= most_rows:
                    break
            report_format, notices = reading.format, reading.notices
        else:
            report_format, notices = (
                report.format,
                ("You handed this in before; doing it again adds nothing.",),
            )
        return Preview(report_format, notices, verdicts_of(connection, report.key), follow(connection, start, _SAMPLE))


def _targets(connection: Connection, member: Member, names: Sequence[str]) -> list[Collection]:
    if names:
        try:
            return [find_collection(connection, name) for name in names]
        except NoSuchCollection:
            hidden = next(name for name in names if not _exists(connection, name))
            raise Refused(f"There is no collection {hidden!r} that you may hand in to.") from None
    if member.default_collection_key is None:
        raise Refused("Say which collection this is for: you have no default.")
    return list(collections_by_key(connection, {member.default_collection_key}).values())


def _exists(connection: Connection, name: str) -> bool:
    try:
        find_collection(connection, name)
    except NoSuchCollection:
        return False
    return True
