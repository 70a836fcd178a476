"""What saved searches found: counted for whoever asks, of what that person may read at that moment."""

from collections import Counter
from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.alerts.saved import MOST_NEW, Saved
from tocsin.alerts.tables import saved_hits, saved_searches, search_hooks
from tocsin.ledger.database import chunks, insert_rows
from tocsin.ledger.read import Entry
from tocsin.ledger.tables import EVERYWHERE, entries


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of a search is new, and how much was withdrawn: each that many, or MOST_NEW and more."""

    new: int = 0
    gone: int = 0

    @property
    def any(self) -> bool:
        return self.new + self.gone > 0

    @property
    def or_more(self) -> bool:
        """Whether more may be new than was counted."""
        return self.new >= MOST_NEW


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


_newest = entries.alias("newest")
# what came may have been marked stricter since, or withdrawn while the search rested: its newest version is what counts
_IS_NEWEST = sa.and_(
    _newest.c.collection_key == entries.c.collection_key,
    _newest.c.object_id == entries.c.object_id,
    _newest.c.is_last,
    _newest.c.newest_spec,
)
_GONE = sa.or_(saved_hits.c.gone, sa.and_(_newest.c.revoked, sa.not_(entries.c.revoked)))


def keep_hits(connection: Connection, found: Iterable[Found], readable: Mapping[int, Several[int]], now: int) -> int:
    """Keep what was found and may be read, of each search as much as it has room for; how much that was.

    `readable`: by the key of each search, the collections that its person may read now. What counts no longer takes no
    room: hits that were hidden, or are of a collection that was closed to them, would leave the search deaf.
    """
    every = [one for one in found if one.collection_key in readable[one.search_key]]
    ended = {one.about: one.seq for one in every if one.gone}
    _end(connection, [one for one in every if one.gone])
    kept = [one for one in every if one.gone or one.seq > ended.get(one.about, 0)]
    untold = _untold(connection, {one.search_key for one in kept}, readable)
    rows = []
    for one in kept:
        waiting = untold.get(one.search_key)
        if waiting is not None and waiting[one.gone] < MOST_NEW:
            waiting[one.gone] += 1
            rows.append((one.search_key, one.seq, one.gone, now))
    for some in chunks(rows, 1_000):
        insert_rows(connection, saved_hits, ("search_key", "seq", "gone", "found_ms"), some)
    return len(rows)


def new_counts(connection: Connection, user_key: int, readable: Several[int]) -> dict[int, Counts]:
    """By the key of a person's search, how much is new since that person looked; without those that rest."""
    query = (
        sa.select(saved_hits.c.search_key, _GONE.label("gone"), entries.c.collection_key, sa.func.count())
        .join(saved_searches, saved_searches.c.key == saved_hits.c.search_key)
        .join(entries, entries.c.seq == saved_hits.c.seq)
        .join(_newest, _IS_NEWEST)
        .where(saved_searches.c.user_key == user_key, saved_hits.c.seq > saved_searches.c.looked_seq)
        .where(saved_searches.c.paused_ms.is_(None), entries.c.visibility == EVERYWHERE)
        .group_by(saved_hits.c.search_key, _GONE, entries.c.collection_key)
    )
    found: dict[int, Counter[bool]] = {}
    for key, gone, collection_key, number in connection.execute(query):
        if collection_key in readable:
            found.setdefault(key, Counter())[bool(gone)] += number
    return {key: _counts(numbers) for key, numbers in found.items()}


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
    """What is new of a search, newest first: the newest version of each, and whether it was withdrawn."""
    return hits_between(connection, one.key, one.looked_seq, None, readable, limit, offset)


def hits_between(
    connection: Connection,
    search_key: int,
    after_seq: int,
    upto_seq: int | None,
    readable: Several[int],
    limit: int,
    offset: int = 0,
) -> list[tuple[Entry, bool]]:
    """What this reader may read of a search's hits, newest first: as it is now, and whether it was withdrawn."""
    columns = (*(_newest.c[name] for name in Entry._fields), _GONE.label("gone"))
    query = _between(columns, search_key, after_seq, upto_seq, readable)
    query = query.order_by(saved_hits.c.seq.desc()).limit(limit).offset(offset)
    return [(Entry._make(row[:-1]), bool(row.gone)) for row in connection.execute(query)]


def counts_between(
    connection: Connection, search_key: int, after_seq: int, upto_seq: int, readable: Several[int]
) -> Counts:
    """How many of these hits there are."""
    query = _between((_GONE.label("gone"), sa.func.count()), search_key, after_seq, upto_seq, readable)
    return _counts({bool(gone): number for gone, number in connection.execute(query.group_by(_GONE))})


def new_ids_between(
    connection: Connection, search_key: int, after_seq: int, upto_seq: int, readable: Several[int], limit: int
) -> list[str]:
    """The STIX ids of those of these hits that are new, newest first."""
    query = _between((entries.c.object_id,), search_key, after_seq, upto_seq, readable)
    query = query.where(sa.not_(_GONE)).order_by(saved_hits.c.seq.desc()).limit(limit)
    return list(connection.execute(query).scalars())


def _between(
    columns: Iterable[sa.ColumnElement[Any]],
    search_key: int,
    after_seq: int,
    upto_seq: int | None,
    readable: Several[int],
) -> sa.Select[Any]:
    upto = () if upto_seq is None else (saved_hits.c.seq <= upto_seq,)
    return (
        sa.select(*columns)
        .select_from(saved_hits)
        .join(entries, entries.c.seq == saved_hits.c.seq)
        .join(_newest, _IS_NEWEST)
        .where(saved_hits.c.search_key == search_key, saved_hits.c.seq > after_seq, *upto)
        .where(entries.c.visibility == EVERYWHERE, entries.c.collection_key.in_(sorted(readable)))
    )


def _counts(numbers: Mapping[bool, int]) -> Counts:
    """By whether they withdraw, how many hits there are."""
    return Counts(*(min(numbers.get(gone, 0), MOST_NEW) for gone in (False, True)))


def _end(connection: Connection, gone: list[Found]) -> None:
    """What came and went again before anybody looked is told as withdrawn, and not as new besides.

    A statement a search and some hundred entries, not one for each withdrawal: writers wait for this.
    """
    came = _entries_of(connection, {(one.collection_key, one.object_id) for one in gone})
    seqs: dict[int, set[int]] = {}
    for one in gone:
        seqs.setdefault(one.search_key, set()).update(came[one.collection_key, one.object_id])
    for key, every in seqs.items():
        for some in chunks(sorted(every)):
            this = sa.and_(saved_hits.c.search_key == key, saved_hits.c.seq.in_(some))
            connection.execute(saved_hits.delete().where(this))


def _entries_of(connection: Connection, things: Several[tuple[int, str]]) -> dict[tuple[int, str], list[int]]:
    """The numbers of the entries of things, each a collection and an id."""
    found: dict[tuple[int, str], list[int]] = {one: [] for one in things}
    for key in {collection_key for collection_key, _ in things}:
        for some in chunks([object_id for collection_key, object_id in things if collection_key == key]):
            query = sa.select(entries.c.object_id, entries.c.seq)
            query = query.where(entries.c.collection_key == key, entries.c.object_id.in_(some))
            for object_id, seq in connection.execute(query):
                found[key, object_id].append(seq)
    return found


def _untold(
    connection: Connection, search_keys: Iterable[int], readable: Mapping[int, Several[int]]
) -> dict[int, Counter[bool]]:
    """By the key of a search that is there and goes on, how much was neither looked at nor told by its webhook: by
    whether it withdraws."""
    told = sa.case(
        (search_hooks.c.seq > saved_searches.c.looked_seq, search_hooks.c.seq), else_=saved_searches.c.looked_seq
    )
    waits = sa.and_(saved_hits.c.search_key == saved_searches.c.key, saved_hits.c.seq > told)
    found: dict[int, Counter[bool]] = {}
    for some in chunks(sorted(search_keys)):
        query = (
            sa.select(saved_searches.c.key, saved_hits.c.gone, entries.c.collection_key)
            .add_columns(sa.func.count(entries.c.seq).label("number"))
            .outerjoin(search_hooks, search_hooks.c.search_key == saved_searches.c.key)
            .outerjoin(saved_hits, waits)
            .outerjoin(entries, sa.and_(entries.c.seq == saved_hits.c.seq, entries.c.visibility == EVERYWHERE))
            .where(saved_searches.c.key.in_(some), saved_searches.c.paused_ms.is_(None))
            .group_by(saved_searches.c.key, saved_hits.c.gone, entries.c.collection_key)
        )
        for row in connection.execute(query):
            counts = row.collection_key in readable[row.key]
            found.setdefault(row.key, Counter())[bool(row.gone)] += row.number * counts
    return found


_ANY_NEW = (
    sa.select(saved_hits.c.seq)
    .join(saved_searches, saved_searches.c.key == saved_hits.c.search_key)
    .where(saved_searches.c.user_key == sa.bindparam("user"), saved_hits.c.seq > saved_searches.c.looked_seq)
    .limit(1)
)
