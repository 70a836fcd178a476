"""Handing in: who may send what where, decided before anything is kept; and the same as a rehearsal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy.engine import Connection

from tocsin.intake import Claim, Reading
from tocsin.ledger.collections import Collection, NoSuchCollection, collections_by_key, find_collection
from tocsin.ledger.read import Entry, follow, last_seq
from tocsin.members.communities import as_policy_sees
from tocsin.members.defaults import default_audience
from tocsin.members.members import LIST, NO_RIGHTS, Member, Rights, rights_of
from tocsin.policy.agreement import BASES
from tocsin.policy.carry import Reach, Reader, Shared, may_carry
from tocsin.publishing.audience import (
    audiences_for,
    may_share_with,
    names_of,
    readers_of,
    route,
    titles_without_readers,
)
from tocsin.publishing.exchange import Exchange
from tocsin.publishing.gather import gathered
from tocsin.publishing.process import chunks_of
from tocsin.publishing.publish import publish_chunk
from tocsin.publishing.reading import read_report
from tocsin.publishing.screening_of import screening_of
from tocsin.publishing.secrets import NOTICE, Watch
from tocsin.publishing.told import told_verdicts
from tocsin.publishing.whole import takes_stix20
from tocsin.reports.loss import Loss
from tocsin.reports.receiving import receive
from tocsin.reports.reports import Decided, find_report
from tocsin.reports.terms import Terms
from tocsin.screening import Screening
from tocsin.stix import HANDLING, PAP, TLP
from tocsin.times import now_ms

_SAMPLE = 30

NO_ROLES: Mapping[int, str | None] = MappingProxyType({})


class Refused(ValueError):
    """What was handed in is not taken, and nothing of it was kept. The message says why."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen: every row's verdict as its member is told, and the first objects that it would then read."""

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
    share: Sequence[str] = (),
    file_format: str = "auto",
    kind: str | None = None,
    claim: Claim = Claim(),  # noqa: B008 - a frozen value
    unattributed: bool | None = None,
    voice: bool = True,
    whole: bool = False,
    override: str | None = None,
    pap: str | None = None,
    handling: str | None = None,
    basis: str | None = None,
    with_text: bool = False,
    roles: Mapping[int, str | None] = NO_ROLES,
    loss: Loss | None = None,
    now: int | None = None,
) -> Terms:
    """The terms of a report from what was asked and the member's defaults; Refused says what cannot be.

    `share` are short names of members and communities. On a writing connection: an inbox may have to be made.
    """
    now = now_ms() if now is None else now
    shared = Shared(
        tlp=_marking("TLP", TLP, (tlp or member.default_tlp or "").lower().removeprefix("tlp:")),
        owner=member.key,
        audience=_audience(connection, member, share, named=bool(collections)),
        unattributed=member.default_unattributed if unattributed is None else unattributed,
        handling=_marking("handling code", HANDLING, handling) if handling else None,
        basis=_basis(basis or member.default_basis),
    )
    targets = _targets(connection, member, collections, shared, now)
    terms = Terms(
        tlp=shared.tlp,
        collections=tuple(sorted({target.key for target in targets})),
        format=file_format,
        kind=kind,
        claim=claim,
        unattributed=shared.unattributed,
        voice=voice and member.kind != LIST,
        whole=whole and not shared.unattributed and all(target.filter is None for target in targets),
        override=override,
        audience=None if shared.audience is None else tuple(sorted(shared.audience)),
        pap=_marking("PAP", PAP, pap.lower().removeprefix("pap:")) if pap else None,
        handling=shared.handling,
        basis=shared.basis,
        with_text=with_text and not shared.unattributed,
        roles=tuple(sorted(roles.items())),
        loss=loss,
    )
    _reach(connection, member, terms, audience_meant(connection, terms), now)
    return terms


def audience_meant(connection: Connection, terms: Terms) -> frozenset[Reader] | None:
    """Who may know of what is handed in now on these terms; None for everybody.

    Where only collections were named, those who read them now are meant; with TLP:CLEAR everybody.
    """
    if terms.audience is not None:
        return frozenset(terms.audience)
    if terms.tlp == "clear":
        return None
    return frozenset(one for key in terms.collections for one in readers_of(connection, key))


def take_in(
    connection: Connection, member: Member, by: str, body: bytes, name: str | None, terms: Terms, now: int
) -> tuple[str, bool]:
    """Keep a report, with what policy says at this moment; its id, and whether it is new. Refused where it may not be.

    On a writing connection: what is decided here holds until it is committed.
    """
    audience = audience_meant(connection, terms)
    reach = _reach(connection, member, terms, audience, now_ms())
    reach |= gathered(connection, member, terms, audience, now_ms())
    return receive(connection, member.key, by, body, name, terms, now, reach, audience)


def notices_on(connection: Connection, terms: Terms) -> tuple[str, ...]:
    """What whoever hands in on these terms has to know before: who would receive nothing."""
    targets = collections_by_key(connection, set(terms.collections)).values()
    found = [
        f"Nobody reads the collection {title!r} at present."
        for title in titles_without_readers(connection, list(targets))
    ]
    names = names_of(connection, missed(connection, terms))
    found += [f"No collection that you may hand in to brings this to {name}." for name in names.values()]
    return tuple(found)


def missed(connection: Connection, terms: Terms) -> frozenset[Reader]:
    """The communities of the audience that no collection of the report reaches, nor what they lie in."""
    named = {one.key for one in terms.audience or () if one.kind == "community"}
    reached = {one for key in terms.collections for one in readers_of(connection, key)}
    around = as_policy_sees(connection, named, 0)
    return frozenset(
        Reader("community", key)
        for key in named
        if not any(Reader("community", one) in reached for one in around[key].within)
    )


def preview(
    connection: Connection,
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
    reading: Reading | None = None,
) -> Preview:
    """Everything that handing in would do; CannotRead when the file cannot be read.

    On a rehearsing connection, on which the terms were made too: neither a row nor an inbox stays behind. The writer
    lock is held meanwhile: `most_rows` bounds that for callers who do not need the whole file, and a `reading` of the
    same bytes on the same terms, made before, spares reading them again.
    """
    report_id, new = take_in(connection, member, by, body, name, terms, now)
    report = find_report(connection, report_id)
    start = last_seq(connection)
    if new:
        reading = reading or read_report(connection, report, screening.number_token)
        old = takes_stix20(connection, report)
        own, watch = screening_of(connection, screening, report), Watch()
        for chunk in chunks_of(report, exchange, own, watch.over(reading.rows), old=old):
            publish_chunk(connection, exchange, report, chunk, now)
            if most_rows is not None and chunk[-1].n + 1 >= most_rows:
                break
        report_format, notices = reading.format, (*reading.notices, NOTICE) if watch.found else reading.notices
    else:
        report_format, notices = (
            report.format,
            ("You handed this in before; doing it again adds nothing.",),
        )
    notices = (*notices_on(connection, terms), *notices)
    readable = {key for key, right in rights_of(connection, member.key).items() if right.can_read}
    objects = [entry for entry in follow(connection, start, _SAMPLE) if entry.collection_key in readable]
    return Preview(report_format, notices, told_verdicts(connection, report, limit=most_rows), objects)


def _reach(
    connection: Connection, member: Member, terms: Terms, audience: frozenset[Reader] | None, now: int
) -> dict[int, Reach]:
    """What each collection may carry; Refused where one may carry nothing."""
    found: dict[int, Reach] = {}
    shared = terms.shared(member.key, audience)
    targets = collections_by_key(connection, set(terms.collections)).values()
    for key, reached in audiences_for(connection, targets, member.key, now).items():
        decision = may_carry(shared, reached)
        if decision.reach is Reach.NOTHING:
            raise Refused(decision.reason)
        found[key] = decision.reach
    return found


def _audience(connection: Connection, member: Member, share: Sequence[str], *, named: bool) -> frozenset[Reader] | None:
    """Who may know, where that was said: by name, or by the member's default where no collection is named."""
    if not share:
        default = default_audience(connection, member.key) if not named else frozenset()
        return default or None
    known = may_share_with(connection, member)
    for name in share:
        if name not in known:
            raise Refused(f"There is no member or community {name!r} that you may share with.")
    return frozenset(known[name] for name in share)


def _targets(
    connection: Connection, member: Member, names: Sequence[str], shared: Shared, now: int
) -> list[Collection]:
    if names:
        rights = rights_of(connection, member.key)
        return [_named(connection, name, rights) for name in names]
    if shared.audience is not None:
        return _routed(connection, shared, now)
    if member.default_collection_key is None:
        raise Refused("Say which collection this is for, or with whom it is shared: you have no default.")
    return list(collections_by_key(connection, {member.default_collection_key}).values())


def _routed(connection: Connection, shared: Shared, now: int) -> list[Collection]:
    if shared.tlp == "red" and any(one.kind == "community" for one in shared.audience or ()):
        raise Refused("TLP:RED is for named persons only: name the members, not a community.")
    found = route(connection, shared, now)
    if not found:
        raise Refused(
            "Nobody would receive this: no collection that you may hand in to is read by those alone with whom you "
            "share it."
        )
    return found


def _marking(what: str, known: Mapping[str, object], name: str) -> str:
    if not name:
        raise Refused("Say how far this may be shared (TLP clear, green, amber or amber+strict): you have no default.")
    if name not in known:
        raise Refused(
            f"{name!r} is not a {what}{' marking' if what != 'handling code' else ''}; use one of {', '.join(known)}."
        )
    return name


def _basis(name: str | None) -> str | None:
    if name is not None and name not in BASES:
        raise Refused(f"{name!r} is not a lawful basis that is known here; use one of {', '.join(BASES)}.")
    return name


def _named(connection: Connection, name: str, rights: Mapping[int, Rights]) -> Collection:
    """The collection with this name; Refused in one wording where there is none or it is not for this member."""
    try:
        found = find_collection(connection, name)
    except NoSuchCollection:
        found = None
    if found is None or not rights.get(found.key, NO_RIGHTS).can_write:
        raise Refused(f"There is no collection {name!r} that you may hand in to.")
    return found
