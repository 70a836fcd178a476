"""The audit trail's own database: batches of entries, each with a hash over the one before, and their verification."""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tocsin.ledger.database import Database
from tocsin.members.audit_entries import Entry, Noted, Secret, chained
from tocsin.members.audit_heads import Head, read_heads

_metadata = sa.MetaData()
_BEGINNING = bytes(32)
_AT_ONCE = 500
_LOCK = 0x61756474
"""The advisory lock of its writers, beside the ledger's."""

batches = sa.Table(
    "audit_batches",
    _metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("previous", sa.LargeBinary, nullable=False),
    sa.Column("chained", sa.LargeBinary, nullable=False),
    sa.Column("seal", sa.LargeBinary, nullable=False),
)
"""`chained` is the hash over `previous`, the batch before's, and the entries; `seal` is made with the key."""

entries = sa.Table(
    "audit_entries",
    _metadata,
    sa.Column("batch", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("member", sa.Text),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("target_kind", sa.Text),
    sa.Column("target", sa.Text),
    sa.Column("tokens", sa.Text),
    sa.Column("details", sa.Text, nullable=False),
    sa.Index("audit_entries_at", "at_ms"),
    sa.Index("audit_entries_member", "member", "batch", "n"),
    sa.Index("audit_entries_action", "action", "batch", "n"),
)

_FIELDS = [entries.c[name] for name in Noted._fields]


@dataclass(frozen=True, slots=True)
class Broken:
    """What is wrong with the trail, and from which batch on."""

    batch: int
    problem: str


def open_trail(url: str) -> Database:
    """The trail's database; its writers wait for each other and for nobody else."""
    return Database(url, lock=_LOCK)


def make_tables(database: Database) -> None:
    """Make the tables where they are not there."""
    with database.writing() as connection:
        _metadata.create_all(connection)


def append_batch(connection: Connection, secret: Secret, noted: Sequence[Noted]) -> Head:
    """Add the next batch, inside a writing transaction; what the file of seals has to say of it."""
    last = connection.execute(sa.select(batches).order_by(batches.c.number.desc()).limit(1)).first()
    number, previous = (last.number + 1, last.chained) if last is not None else (1, _BEGINNING)
    head = Head(number, made := chained(previous, number, noted), secret.seal(number, made))
    connection.execute(batches.insert().values(number=number, previous=previous, chained=made, seal=head.seal))
    rows = [{"batch": number, "n": n, **one._asdict()} for n, one in enumerate(noted, 1)]
    connection.execute(entries.insert(), rows)
    return head


def find_entries(connection: Connection, chosen: Any, limit: int, offset: int = 0) -> list[Entry]:
    """The entries of which a condition holds, newest first."""
    query = sa.select(entries.c.batch, entries.c.n, *_FIELDS).where(chosen)
    query = query.order_by(entries.c.batch.desc(), entries.c.n.desc()).limit(limit).offset(offset)
    return [Entry(row[0], row[1], Noted(*row[2:])) for row in connection.execute(query)]


def broken(database: Database, secret: Secret, heads: Path) -> Iterator[Broken]:
    """What is wrong with the trail, the earliest batch of each kind first; nothing where it is whole."""
    sealed, problems = _against_the_seals(database, secret, heads)
    with database.reading() as connection:
        first, last = _range(connection)
    if last and not sealed:
        problems.append(Broken(last, f"nothing in {heads.name} seals it"))
    if first < 1:
        problems.append(Broken(first, "was put in: batches are numbered from 1"))
    problems += _along_the_chain(database, secret, last)
    if sealed > last:
        problems.append(Broken(last + 1, f"and all up to {sealed} are gone, though {heads.name} has their seals"))
    yield from sorted(problems, key=lambda one: one.batch)


def _range(connection: Connection) -> tuple[int, int]:
    found: list[int] = []
    for column in (batches.c.number, entries.c.batch):
        found += connection.execute(sa.select(sa.func.min(column), sa.func.max(column))).one()
    there = [one for one in found if one is not None]
    return min(there, default=1), max(there, default=0)


def _against_the_seals(database: Database, secret: Secret, heads: Path) -> tuple[int, list[Broken]]:
    """The newest batch that the file of seals knows, and which of those it knows are other ones now."""
    newest, problems, some = 0, [], []
    for head in read_heads(heads):
        if not hmac.compare_digest(head.seal, secret.seal(head.number, head.chained)):
            problems.append(Broken(head.number, f"has a line in {heads.name} that the key did not seal"))
            continue
        newest = max(newest, head.number)
        some.append(head)
        if len(some) == _AT_ONCE:
            problems += _others(database, some, heads)
            some = []
    return newest, problems + _others(database, some, heads)


def _others(database: Database, some: Sequence[Head], heads: Path) -> list[Broken]:
    query = sa.select(batches.c.number, batches.c.chained)
    with database.reading() as connection:
        rows = connection.execute(query.where(batches.c.number.in_([head.number for head in some])))
        there = {row.number: row.chained for row in rows}
    words = f"is not the one that {heads.name} sealed"
    return [Broken(one.number, words) for one in some if there.get(one.number, one.chained) != one.chained]


def _along_the_chain(database: Database, secret: Secret, last: int) -> Iterator[Broken]:
    previous: bytes | None = _BEGINNING
    for start in range(1, last + 1, _AT_ONCE):
        known, held = _span(database, start, start + _AT_ONCE)
        for number in range(start, min(start + _AT_ONCE, last + 1)):
            batch = known.get(number)
            problem = _problem(secret, number, batch, held.get(number, []), previous)
            if problem is not None:
                yield Broken(number, problem)
            # what follows a missing batch is judged by what it says came before
            previous = batch.chained if batch is not None else None


def _span(database: Database, start: int, end: int) -> tuple[dict[int, Any], dict[int, list[Any]]]:
    """The batches from `start` to before `end`, and the entries of each."""
    with database.reading() as connection:
        rows = connection.execute(sa.select(batches).where(batches.c.number >= start, batches.c.number < end))
        known = {row.number: row for row in rows}
        query = sa.select(entries.c.batch, entries.c.n, *_FIELDS)
        query = query.where(entries.c.batch >= start, entries.c.batch < end).order_by(entries.c.batch, entries.c.n)
        grouped = groupby(connection.execute(query), key=lambda row: int(row.batch))
        return known, {number: list(some) for number, some in grouped}


def _problem(secret: Secret, number: int, batch: Any, held: Sequence[Any], previous: bytes | None) -> str | None:
    if batch is None:
        return "is missing"
    if previous is not None and batch.previous != previous:
        return "does not follow the one before it"
    numbered = [row.n for row in held] == list(range(1, len(held) + 1))
    if not numbered or chained(batch.previous, number, [Noted(*row[2:]) for row in held]) != batch.chained:
        return "has an entry that was changed, moved, put in or taken out"
    if not hmac.compare_digest(batch.seal, secret.seal(number, batch.chained)):
        return "was not sealed with the key"
    return None
