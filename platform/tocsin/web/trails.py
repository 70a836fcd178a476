"""The money that went through an account, for a page and for programs."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from tocsin.identifiers import defang
from tocsin.ledger.collections import Collection
from tocsin.ledger.read import Entry
from tocsin.members.access import Principal
from tocsin.policy.edges import Edge, Thing
from tocsin.publishing.money import MONEY, Trail, trail
from tocsin.publishing.relations import here_in, look
from tocsin.web import edge_words
from tocsin.web.related import opens
from tocsin.web.services import services

A_VICTIM = "a victim"


class Step(NamedTuple):
    """An account on the way. `stix_id` is that of its indicator, where the collection publishes one."""

    kind: str
    value: str
    collection: str
    stix_id: str | None

    @property
    def shown(self) -> str:
        """As it is shown; whoever has no account here is a victim."""
        return defang(self.value, self.kind) if self.kind else A_VICTIM


class Payment(NamedTuple):
    """Money that went from one account to another, as far as the viewer may know."""

    source: Step
    target: Step
    amounts: tuple[str, ...]
    edge: Edge


def money_around(
    connection: Connection, principal: Principal, collection: Collection, entry: Entry, kind: str
) -> list[Payment]:
    """The payments around an account, the earliest first; none for what money does not go through."""
    looking = look(connection, services().exchange, entry, opens(principal)) if kind in MONEY else None
    here = here_in(connection, looking, collection) if looking is not None else None
    if looking is None or here is None:
        return []
    found = trail(connection, looking, collection, here)
    paid = [
        Payment(_step(one.source, found, collection), _step(one.target, found, collection), one.amounts, one.edge)
        for one in found.legs
    ]
    return sorted(paid, key=lambda one: (one.edge.since or 0, one.source.value, one.target.value))


def told_money(payments: Sequence[Payment]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "from": _told(one.source),
            "to": _told(one.target),
            "amounts": list(one.amounts),
            "when": edge_words.when(one.edge),
            "who": edge_words.who(one.edge),
            "marking": one.edge.tlp,
        }
        for one in payments
    ]


def _step(thing: Thing | None, found: Trail, collection: Collection) -> Step:
    known = found.known.get(thing) if thing is not None else None
    return Step(*(thing or ("", "")), collection.id, known.entry.object_id if known is not None else None)


def _told(step: Step) -> dict[str, Any] | None:
    return {"kind": step.kind, "value": step.value, "stix_id": step.stix_id} if step.kind else None
