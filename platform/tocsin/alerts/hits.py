"""What saved searches found: counted for whoever asks, of what that person may read at that moment."""

from collections.abc import Collection as Several
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.alerts.saved import MOST_NEW, Saved
from tocsin.alerts.tables import saved_hits, saved_searches, search_hooks
from tocsin.ledger.database import chunks, insert_rows
from tocsin.ledger.read import Entry
from tocsin.ledger.tables import EVERYWHERE, entries


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of a search is new, and how much was withdrawn. `new` of `MOST_NEW` is that many or more."""

    new: int = 0
    gone: int = 0

    MOST = MOST_NEW

    @property
    def any(self) -> bool:
        return self.new + self.gone > 0


@dataclass(frozen=True, slots=True)
class Found:
    """That a search found the entry `seq` of a collection, or that this entry withdraws what it had found.

    `object_id` is the STIX id of what the entry is about.
    """

    search_key: int
    seq: int
    collection_key: int
    object_id: str
    gone: bool

    @property
    def about(self) -> tuple[int, int, str]:
        """For which search, and about what in which collection."""
        return self.search_key, self.collection_key, self.object_id


def keep_hits(connection: Connection, found: Iterable[Found], withdrawn: Several[Found], now: int) -> int:
    """Keep what was found, of each search as much as it has room for; how much that was.

    `withdrawn`: all that was, of what its person may not read now too: it must not be new for whoever reads it again.
    """
    ended = {one.about: one.seq for one in withdrawn}
    _end(connection, withdrawn)
    by_search: dict[int, list[Found]] = {}
    for one in found:
        if one.gone or one.seq > ended.get(one.about, 0):
            by_search.setdefault(one.search_key, []).append(one)
    waiting = _untold(connection, list(by_search))
    rows = [
        (one.search_key, one.seq, one.gone, now)
        for key, some in by_search.items()
        if key in waiting
        for one in some[: max(MOST_NEW - waiting[key], 0)]
    ]
    for some in chunks(rows, 1_000):
        insert_rows(connection, saved_hits, ("search_key", "seq", "gone", "found_ms"), some)
    return len(rows)


def new_counts(connection: Connection, user_key: int, readable: Several[int]) -> dict[int, Counts]:
    """By the key of a person's search, how much is new since that person looked; without those that rest."""
    query = (
        sa.select(saved_hits.c.search_key, saved_hits.c.gone, entries.c.collection_key, sa.func.count())
        .join(saved_searches, saved_searches.c.key == saved_hits.c.search_key)
        .join(entries, entries.c.seq == saved_hits.c.seq)
        .where(saved_searches.c.user_key == user_key, saved_hits.c.seq > saved_searches.c.looked_seq)
        .where(saved_searches.c.paused_ms.is_(None), entries.c.visibility == EVERYWHERE)
        .group_by(saved_hits.c.search_key, saved_hits.c.gone, entries.c.collection_key)
    )
    found: dict[int, list[int]] = {}
    for key, gone, collection_key, number in connection.execute(query):
        if collection_key in readable:
            found.setdefault(key, [0, 0])[bool(gone)] += number
    return {key: Counts(new, gone) for key, (new, gone) in found.items()}


def searches_with_new(connection: Connection, user_key: int, readable: Several[int]) -> int:
    """How many of a person's searches have something new: the first hit of each decides, however many there are."""
    one = (
        sa.select(saved_hits.c.seq)
        .join(entries, entries.c.seq == saved_hits.c.seq)
        .where(saved_hits.c.search_key == saved_searches.c.key, saved_hits.c.seq > saved_searches.c.looked_seq)
        .where(entries.c.visibility == EVERYWHERE, entries.c.collection_key.in_(sorted(readable)))
        .correlate(saved_searches)
        .exists()
    )
    query = sa.select(sa.func.count()).select_from(saved_searches)
    query = query.where(saved_searches.c.user_key == user_key, saved_searches.c.paused_ms.is_(None), one)
    return connection.execute(query).scalar_one()


def has_new(connection: Connection, user_key: int) -> bool:
    """Whether anything at all came since a person looked, whoever may read it: what every page asks first."""
    return connection.execute(_ANY_NEW, {"user": user_key}).first() is not None


def newest_hit(connection: Connection, one: Saved) -> int:
    """When (ms) the last hit of a search was found, 0 without any: what a page shows was found by then.

    Not the present moment: what is being found just now would be taken for seen.
    """
    query = sa.select(sa.func.max(saved_hits.c.found_ms)).where(saved_hits.c.search_key == one.key)
    return connection.execute(query).scalar() or 0


def new_entries(
    connection: Connection, one: Saved, readable: Several[int], limit: int, offset: int = 0
) -> list[tuple[Entry, bool]]:
    """What is new of a search, newest first: the entries with which it came, and whether they withdraw."""
    return hits_between(connection, one.key, one.looked_seq, None, readable, limit, offset)


def hits_between(
    connection: Connection,
    search_key: int,
    after_seq: int,
    upto_seq: int | None,
    readable: Several[int],
    limit: int = MOST_NEW,
    offset: int = 0,
) -> list[tuple[Entry, bool]]:
    """The entries among a search's hits that this reader may read and that are served, newest first."""
    upto = () if upto_seq is None else (saved_hits.c.seq <= upto_seq,)
    query = (
        sa.select(*(entries.c[name] for name in Entry._fields), saved_hits.c.gone)
        .join(saved_hits, saved_hits.c.seq == entries.c.seq)
        .where(saved_hits.c.search_key == search_key, saved_hits.c.seq > after_seq, *upto)
        .where(entries.c.visibility == EVERYWHERE, entries.c.collection_key.in_(sorted(readable)))
        .order_by(saved_hits.c.seq.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(Entry._make(row[:-1]), bool(row.gone)) for row in connection.execute(query)]


def _end(connection: Connection, gone: Iterable[Found]) -> None:
    """What came and went again before anybody looked is told as withdrawn, and not as new besides."""
    for one in gone:
        of_it = sa.select(entries.c.seq).where(
            entries.c.collection_key == one.collection_key, entries.c.object_id == one.object_id
        )
        this = sa.and_(saved_hits.c.search_key == one.search_key, saved_hits.c.seq.in_(of_it))
        connection.execute(saved_hits.delete().where(this))


def _untold(connection: Connection, search_keys: list[int]) -> dict[int, int]:
    """By the key of a search that is there and goes on, how much was neither looked at nor told by its webhook."""
    told = sa.case(
        (search_hooks.c.seq > saved_searches.c.looked_seq, search_hooks.c.seq), else_=saved_searches.c.looked_seq
    )
    waits = sa.and_(saved_hits.c.search_key == saved_searches.c.key, saved_hits.c.seq > told)
    found: dict[int, int] = {}
    for some in chunks(search_keys):
        query = (
            sa.select(saved_searches.c.key, sa.func.count(saved_hits.c.seq).label("number"))
            .outerjoin(search_hooks, search_hooks.c.search_key == saved_searches.c.key)
            .outerjoin(saved_hits, waits)
            .where(saved_searches.c.key.in_(some), saved_searches.c.paused_ms.is_(None))
            .group_by(saved_searches.c.key)
        )
        found.update((row.key, row.number) for row in connection.execute(query))
    return found


_ANY_NEW = (
    sa.select(saved_hits.c.seq)
    .join(saved_searches, saved_searches.c.key == saved_hits.c.search_key)
    .where(saved_searches.c.user_key == sa.bindparam("user"), saved_hits.c.seq > saved_searches.c.looked_seq)
    .limit(1)
)
