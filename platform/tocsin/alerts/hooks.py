"""The webhooks of searches: made, stopped, given another secret; each search has one at most."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.alerts.outbox import HOOKS, Part, put, put_lately
from tocsin.alerts.posting import new_secret
from tocsin.alerts.saved import Saved
from tocsin.alerts.tables import deliveries, delivery_searches, search_hooks
from tocsin.ledger.read import last_seq
from tocsin.sealing import seal, unseal

TEST_PAUSE_MS = 60_000
"""Between two tests of one person: nobody is knocked at from here."""


def set_hook(connection: Connection, key: bytes, one: Saved, url: str, now: int) -> str:
    """Let a search tell by a webhook at this checked address, in place of the one before; the secret, shown once."""
    remove_hook(connection, one)
    secret = new_secret()
    seq = last_seq(connection)
    connection.execute(
        search_hooks.insert().values(
            search_key=one.key,
            url=url,
            secret=seal(key, secret.encode(), _about(one.key)),
            made_ms=now,
            seq=seq,
            told_ms=0,
            answer="",
        )
    )
    return secret


def remove_hook(connection: Connection, one: Saved) -> bool:
    """Take the webhook of a search away with what it had to deliver; whether there was one."""
    of_search = sa.select(delivery_searches.c.delivery_id).where(delivery_searches.c.search_key == one.key)
    waiting = sa.and_(deliveries.c.kind.in_(HOOKS), deliveries.c.id.in_(of_search))
    connection.execute(deliveries.update().where(waiting, deliveries.c.done_ms.is_(None)).values(done_ms=0))
    return bool(connection.execute(search_hooks.delete().where(search_hooks.c.search_key == one.key)).rowcount)


def send_test(connection: Connection, one: Saved, now: int) -> bool:
    """Put down a delivery that says that it is a test, one a minute; when it arrives, what was given up goes on."""
    if one.hook is None or put_lately(connection, "test", one.user_key, now - TEST_PAUSE_MS):
        return False
    put(connection, "test", one.user_key, now, [Part(one.key, 0, 0)])
    return True


def hook_of(connection: Connection, key: bytes, search_key: int) -> tuple[str, str] | None:
    """Address and secret of the webhook of a search, None where it has none."""
    query = sa.select(search_hooks.c.url, search_hooks.c.secret).where(search_hooks.c.search_key == search_key)
    row = connection.execute(query).first()
    secret = unseal(key, row.secret, _about(search_key)) if row is not None else None
    return (row.url, secret.decode()) if row is not None and secret is not None else None


def _about(search_key: int) -> str:
    return f"search-hook-{search_key}"
