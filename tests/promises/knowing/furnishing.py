"""Databases with a society in them."""

import hashlib
import uuid
from pathlib import Path

import sqlalchemy as sa

from knowing.script import Collection, Society
from tocsin.ledger.collections import Collection as Made
from tocsin.ledger.collections import add_collection
from tocsin.ledger.database import Database, metadata
from tocsin.ledger.tables import exchange
from tocsin.members.communities import add_community, find_community
from tocsin.members.granting import grant_community
from tocsin.members.members import LIST, add_member, all_members, find_member, grant
from tocsin.members.memberships import approve_membership, ask_to_join
from tocsin.members.tables import members, tokens, users
from tocsin.policy.agreement import Agreement
from tocsin.publishing.exchange import found
from tocsin.times import DAY_MS

START = 1_790_000_000_000
OUTSIDER = "outsider"
"""A member that is in nothing and may read nothing."""

MODERATOR = "desk"


def found_in(database: Database) -> None:
    """Make the exchange that all societies have, the same everywhere: everything but who is in it."""
    with database.writing() as connection:
        found(connection, "Test exchange", "desk@exchange.example", START, demonstration=True)
        for name, value in (("identity", f"identity--{id_of('exchange')}"), ("namespace", id_of("namespace"))):
            connection.execute(exchange.update().where(exchange.c.name == name).values(value=value))


def populate(database: Database, society: Society) -> None:
    """Make the society in an empty database; everybody has a token and a person."""
    with database.writing() as connection:
        for slug in (*society.members, OUTSIDER, MODERATOR):
            kind = LIST if slug in society.lists else "bank"
            member = add_member(connection, slug, slug, kind, "SG", START)
            connection.execute(
                tokens.insert().values(
                    member_key=member.key,
                    name="machine",
                    sha256=hashlib.sha256(token_of(slug).encode()).hexdigest(),
                    created_ms=START,
                )
            )
            role = "moderator" if slug == MODERATOR else "contributor"
            who = {"login": slug, "member_key": member.key, "role": role}
            connection.execute(users.insert().values(**who, password_hash="none", created_ms=START))
        keys = {one.slug: one.key for one in all_members(connection)}
        for slug, voice in society.voices.items():
            if voice != slug:
                connection.execute(members.update().where(members.c.slug == slug).values(voice_key=keys[voice]))
        for one in society.communities:
            add_community(
                connection,
                one.slug,
                one.slug,
                START,
                agreement=Agreement(onward=one.onward, bases=one.bases, voices={"*": one.voices} if one.voices else {}),
                parent=find_community(connection, one.parent) if one.parent else None,
                until_ms=moment(one.until),
            )
        for who, slug, until in society.memberships:
            community, member = find_community(connection, slug), find_member(connection, who)
            ask_to_join(connection, community, member, who, START)
            approve_membership(connection, community, member, MODERATOR, START, moment(until))
        for wanted in society.collections:
            make(connection, wanted, id_of(f"{society.number} {wanted.title}"), START)


def make(connection: sa.Connection, wanted: Collection, identity: str, now: int) -> Made:
    """Make a collection, and let in whom it is for."""
    said = {"filter_text": wanted.filter, "gathers": wanted.gathers}
    made = add_collection(connection, wanted.title, now, collection_id=identity, **said)
    keys = {one.slug: one.key for one in all_members(connection)}
    for name in sorted(wanted.read | wanted.write):
        may = {"read": name in wanted.read, "write": name in wanted.write}
        if name in keys:
            grant(connection, made.key, keys[name], **may)
        else:
            grant_community(connection, made.key, find_community(connection, name).key, **may)
    return made


def id_of(name: str) -> str:
    """A UUID of version 4 that is the same in every world."""
    return str(uuid.UUID(bytes=uuid.uuid5(uuid.NAMESPACE_DNS, name).bytes, version=4))


def token_of(slug: str) -> str:
    return f"token-of-{slug}"


def moment(day: int | None) -> int | None:
    """The moment at which a day begins; steps take seconds, so it lies between two of them."""
    return None if day is None else START + day * DAY_MS


def sqlite_at(path: Path) -> Database:
    """A database that survives no power cut, which nothing here has to."""
    database = Database(f"sqlite:///{path}")
    sa.event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF").close())
    return database


def empty(database: Database) -> None:
    """Take everything out of a PostgreSQL database but the exchange itself."""
    names = ", ".join(one.name for one in metadata.sorted_tables if one.name not in ("exchange", "api_roots"))
    with database.writing() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
