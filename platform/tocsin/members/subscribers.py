"""Who polls, how far each is, and who fell silent."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.receipts import Receipt, Receipts, Refused
from tocsin.members.tables import members, tokens
from tocsin.times import now_ms

GRACE_S = 60
"""How much later than declared a poll may come before the subscriber counts as silent."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A token or a user that polls; `name` as receipts have it, `member` the slug.

    `every_s`: how often it said it would poll, None where it did not say. `polled_ms`: when it last asked for objects,
    None for never. `since_ms`: since when it could, for a token.
    """

    name: str
    member: str
    every_s: int | None
    since_ms: int | None
    polled_ms: int | None
    receipts: tuple[Receipt, ...]
    refused: Refused | None

    def is_silent(self, now: int) -> bool:
        """Whether it has not asked for longer than it said it would wait."""
        last = self.polled_ms or self.since_ms
        return self.every_s is not None and last is not None and now - last > (self.every_s + GRACE_S) * 1000


def subscribers(connection: Connection, receipts: Receipts, slug: str | None = None) -> list[Subscriber]:
    """The subscribers of one member, or of all: tokens that work, whether they ever polled or not, and who did poll."""
    polled: defaultdict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts.all(slug):
        polled[receipt.subscriber].append(receipt)
    refused = receipts.refusals(slug)
    known = {f"{row.slug}/{row.name}": row for row in _tokens(connection, slug)}
    ended = _ended(connection)
    return [
        Subscriber(
            name,
            name.partition("/")[0],
            known[name].every_s if name in known else None,
            known[name].created_ms if name in known else None,
            max((one.polled_ms for one in polled[name]), default=None),
            tuple(polled[name]),
            refused.get(name),
        )
        for name in sorted({*known, *polled, *refused} - ended)
    ]


def silent(connection: Connection, receipts: Receipts, now: int, slug: str | None = None) -> list[Subscriber]:
    """Those of `subscribers` that fell silent."""
    return [one for one in subscribers(connection, receipts, slug) if one.is_silent(now)]


def _tokens(connection: Connection, slug: str | None) -> Sequence[Any]:
    query = (
        sa.select(members.c.slug, tokens.c.name, tokens.c.every_s, tokens.c.created_ms)
        .join(members, members.c.key == tokens.c.member_key)
        .where(sa.not_(_over()))
    )
    return connection.execute(query if slug is None else query.where(members.c.slug == slug)).all()


def _ended(connection: Connection) -> set[str]:
    """The names of tokens that were revoked or came to their end: nobody waits for them."""
    query = sa.select(members.c.slug, tokens.c.name).join(members, members.c.key == tokens.c.member_key).where(_over())
    return {f"{row.slug}/{row.name}" for row in connection.execute(query)}


def _over() -> sa.ColumnElement[bool]:
    ended = sa.and_(tokens.c.until_ms.is_not(None), tokens.c.until_ms <= now_ms())
    return sa.or_(tokens.c.revoked_ms.is_not(None), ended)
