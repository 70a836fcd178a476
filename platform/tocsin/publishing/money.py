"""Where money went: from a victim's account over mules' to where it left, as far as a reader may know."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy.engine import Connection

from tocsin.identifiers import ACCOUNTS
from tocsin.ledger.collections import Collection
from tocsin.members.members import voices_reading
from tocsin.policy.edges import MAIL, ROW, Edge, End, Join, Thing, edge_of, shown
from tocsin.policy.filters import parse_filter
from tocsin.publishing.ends import Published, published
from tocsin.publishing.joins import Start, candidates
from tocsin.publishing.mentions import Carrier, Head, Line, mention
from tocsin.publishing.recall import cases_in
from tocsin.publishing.relations import Looking, here_in, look
from tocsin.publishing.resting import resting
from tocsin.reports.reports import report_by_key
from tocsin.reports.terms import read_terms

MONEY = frozenset({*ACCOUNTS, "wallet", "payment-proxy"})
"""Kinds that money goes through."""

HOPS, MOST_ACCOUNTS, MOST_LEGS = 3, 12, 100
"""How far from the first account, over how many of them, and how many payments are followed."""

_VICTIM = "victim"
_STAGES = {_VICTIM: 0, "mule": 1, "beneficiary": 2, "payment": 3}
_LARGEST_MAIL, _MOST_MAILS = 1_000_000, 5


class Leg(NamedTuple):
    """Money that went, or was to go, to an account. `source` is None for a victim without an account.

    `edge` says by whose word and when; `amounts` as the report states them, to whoever may open it.
    """

    source: Thing | None
    target: Thing
    amounts: tuple[str, ...]
    edge: Edge


@dataclass(slots=True)
class Trail:
    """The legs that were found, and which of their accounts the collection publishes."""

    legs: list[Leg]
    known: dict[Thing, Published]


def trail(connection: Connection, looking: Looking, collection: Collection, here: Published) -> Trail:
    """The money that went through an account and those that it went to or came from."""
    found = Trail([], {looking.thing: here})
    waiting, seen = [(looking, here, 0)], {looking.thing}
    while waiting and len(found.legs) < MOST_LEGS:
        one, place, hops = waiting.pop(0)
        legs, known = _beside(connection, one, collection, place)
        found.legs += [leg for leg in legs if leg not in found.legs]
        found.known = {**known, **found.known}
        for thing, other in known.items():
            if hops + 1 >= HOPS or thing in seen or len(seen) >= MOST_ACCOUNTS:
                continue
            seen.add(thing)
            following = look(connection, one.exchange, other.entry, one.opens)
            there = here_in(connection, following, collection) if following is not None else None
            if following is not None and there is not None:
                waiting.append((following, there, hops + 1))
    found.legs = found.legs[:MOST_LEGS]
    return found


def payments(lines: Sequence[Line]) -> list[tuple[Line, Line]]:
    """From where to where money went, by the roles that stand in one row: those of one role in the order of the file.

    What has no role says nothing of a payment, but that a victim beside it paid it.
    """
    paid = any(line.role == _VICTIM for line in lines)
    staged = [(stage, line.n, line) for line in lines if (stage := _stage(line, paid=paid)) is not None]
    ordered = [line for _, _, line in sorted(staged, key=lambda one: one[:2])]
    return [(one, other) for one, other in pairwise(ordered) if one.thing != other.thing and other.role != _VICTIM]


def _stage(line: Line, *, paid: bool) -> int | None:
    if line.role is None:
        return (_STAGES["payment"] if line.kind == "wallet" else _STAGES["mule"]) if paid else None
    return _STAGES.get(line.role)


def _beside(
    connection: Connection, looking: Looking, collection: Collection, here: Published
) -> tuple[list[Leg], dict[Thing, Published]]:
    """The payments in the rows that name an account, and the published accounts in them."""
    claims = resting(connection, collection, looking.claims)
    carrier = Carrier(collection, parse_filter(collection.filter))
    found = candidates(connection, carrier, looking.thing, claims, looking.opens)
    others = published(connection, looking.exchange, collection, found.subjects, found.objects)
    names = {one.standing.member_name for one in claims if one.standing.named}
    start = End(here.end.names | names, here.end.tlp, here.end.closed_ms)
    readers = voices_reading(connection, {collection.key})[collection.key]
    may: dict[tuple[int, Thing], Join] = {
        (join.there.report, thing): join
        for thing, one in others.items()
        for join in shown(found.joins[thing], start, one.end, readers)
        if join.basis in (ROW, MAIL)
    }
    ends = {thing: one.end for thing, one in others.items()} | {looking.thing: start}
    legs = [leg for one in found.starts for leg in _legs(connection, one, looking, may, ends, readers)]
    mentioned = {thing for leg in legs for thing in (leg.source, leg.target) if thing is not None}
    return legs, {thing: one for thing, one in others.items() if thing in mentioned}


def _legs(
    connection: Connection,
    start: Start,
    looking: Looking,
    may: Mapping[tuple[int, Thing], Join],
    ends: Mapping[Thing, End],
    readers: int,
) -> Iterator[Leg]:
    head, opened = start.head, looking.opens(start.head)
    end = ends[looking.thing]
    alone = [Join(ROW, mention(head, start.line), mention(head, start.line))]
    if not opened and not shown(alone, end, end, readers):
        return
    lines = [
        line
        for line in start.together
        if line.kind in MONEY and (opened or line.thing == looking.thing or (head.key, line.thing) in may)
    ]
    amounts = _amounts(connection, head, looking.thing) if opened else ()
    if head.format == "mail":
        if amounts:
            yield Leg(None, looking.thing, amounts, edge_of(alone, end, end))
        return
    for one, other in payments(lines):
        joins = [Join(ROW, mention(head, one), mention(head, other))]
        unpublished = End(frozenset(), head.tlp)
        edge = edge_of(joins, ends.get(one.thing, unpublished), ends.get(other.thing, unpublished))
        yield Leg(one.thing, other.thing, amounts, edge)


def _amounts(connection: Connection, head: Head, thing: Thing) -> tuple[str, ...]:
    """What the report says was lost, or else the sums in the mail that asked for money to this account."""
    loss = read_terms(head.terms).loss
    if loss is not None:
        return (str(loss),)
    report = report_by_key(connection, head.key)
    if head.format != "mail" or report.size > _LARGEST_MAIL:
        return ()
    for case in cases_in(connection, report)[:_MOST_MAILS]:
        asked = [one.identifier for one in case.asked if one.identifier is not None]
        if any((one.kind, one.value) == thing for one in asked):
            return tuple(map(str, case.amounts))
    return ()
