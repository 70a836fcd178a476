"""A small exchange with people in it, and the members' pages over it."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from house import START, House, build, no_lists
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from signed_in import session_of, sign_in
from werkzeug.test import TestResponse

from tocsin.ledger.collections import all_collections
from tocsin.ledger.database import Database
from tocsin.ledger.receipts import Receipts
from tocsin.members.access import Door, add_user
from tocsin.members.audit import Audit
from tocsin.members.members import find_member
from tocsin.members.tokens import new_token
from tocsin.projections.search_index import catch_up
from tocsin.publishing.exchange import load_exchange
from tocsin.screening import Screening
from tocsin.search import Document, Query, Results, SearchDown, open_engine
from tocsin.search.expression import Node
from tocsin.web import Services, create_app

PASSWORD = "a long enough password"
PEOPLE = {
    "clerk": ("bank-a", "contributor"),
    "clerk-b": ("bank-b", "contributor"),
    "inspector": ("police", "investigator"),
    "desk": ("bank-c", "moderator"),
    "admin": ("bank-c", "administrator"),
    "auditor": ("bank-c", "auditor"),
}
SECRET = "Case Nightjar"
SECRET_VALUE = "nightjar-only.example"


class Compiled(BytecodeCache):
    """Templates, compiled once for all the worlds of a run: each world is an application of its own."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def pages(services: Services) -> Flask:
    app = create_app(services)
    app.jinja_env.bytecode_cache = COMPILED
    return app


class NoEngine:
    """A search engine that is down."""

    name = "none"

    def ready(self) -> bool:
        return False

    def checkpoint(self) -> int:
        raise SearchDown("Search is down.")

    def search(self, query: Query, readable: frozenset[str]) -> Results:
        raise SearchDown("Search is down.")

    def scan(self, wanted: Node, readable: frozenset[str] | None) -> Iterator[Document]:
        raise SearchDown("Search is down.")

    def count(self, readable: frozenset[str]) -> int:
        raise SearchDown("Search is down.")


class Person:
    """Somebody with a browser. Forms are sent with the token of their page, as a browser would."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str, **options: Any) -> TestResponse:
        return self.client.get(url, **options)

    def post(self, url: str, data: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.client.post(url, data={"csrf_token": self.token(), **(data or {})}, **options)

    def token(self) -> str:
        return str(
            re.findall(r'name="csrf_token" value="([^"]+)"', self.get("/collections", follow_redirects=True).text)[0]
        )


@dataclass
class World:
    """The exchange 'Scams' for all, and a collection that only bank-b and the police know of."""

    house: House
    services: Services
    app: Flask

    def person(self, login: str | None = None) -> Person:
        person = Person(self.app.test_client())
        if login is not None:
            sign_in(person.client, self.house.database, login)
        return person

    def session_of(self, login: str) -> str:
        """What names a new session of somebody."""
        return session_of(self.house.database, login)

    def token_of(self, slug: str) -> dict[str, str]:
        with self.house.database.writing() as connection:
            token = new_token(connection, find_member(connection, slug).key, "machine", START)
        return {"Authorization": f"Bearer {token}"}

    def index(self) -> None:
        catch_up(self.house.database, self.services.engine)

    def collection_id(self, title: str) -> str:
        return self.house.collections[title].id

    def indicator_url(self, title: str, pattern: str) -> str:
        found = self.house.indicators(title)[pattern]
        return f"/indicators/{self.collection_id(title)}/{found['id']}"

    def that_mails(self) -> "World":
        """The same exchange where a mail server is set up."""
        services = replace(self.services, sends_mail=True)
        return World(self.house, services, pages(services))

    def without_search(self) -> "World":
        services = replace(self.services, engine=NoEngine())  # type: ignore[arg-type]
        return World(self.house, services, pages(services))


def furnish(folder: Path) -> None:
    """Make the exchange in an empty folder; `open_world` opens it, or a copy of the folder."""
    database = _database(folder)
    database.migrate()
    house = build(database)
    house.collection(SECRET, read=("bank-b", "police"), write=("bank-b",))
    with database.writing() as connection:
        for login, (slug, role) in PEOPLE.items():
            add_user(connection, login, find_member(connection, slug).key, role, PASSWORD, START)
    house.submit("bank-b", f"{SECRET_VALUE}\n", to=(SECRET,))
    engine = open_engine(None, folder)
    catch_up(database, engine)
    engine.close()
    database.close()


def open_world(folder: Path) -> World:
    database = _database(folder)
    with database.reading() as connection:
        exchange = load_exchange(connection)
        collections = {one.title: one for one in all_collections(connection)}
    assert exchange is not None
    screening = Screening(
        hit=no_lists,
        demonstration=True,
        token=lambda text: text.encode()[::-1],
        number_token=lambda text: hashlib.sha256(text.encode()).hexdigest()[:32],
    )
    house = House(database, exchange, screening, collections)
    receipts = Receipts(f"sqlite:///{folder / 'receipts.db'}")
    receipts.prepare()
    services = Services(
        database=database,
        exchange=exchange,
        screening=house.screening,
        engine=open_engine(None, folder),
        door=Door(database),
        receipts=receipts,
        audit=Audit(f"sqlite:///{folder / 'audit.db'}", folder / "audit.heads", b"a" * 32),
        secret_key=b"k" * 32,
        seal_key=b"s" * 32,
        data=folder,
        pseudonyms=b"p" * 32,
    )
    return World(house, services, pages(services))


def close_world(world: World) -> None:
    world.services.engine.close()
    world.services.receipts.close()
    world.services.audit.close()
    world.house.database.close()


def _database(folder: Path) -> Database:
    return Database(f"sqlite:///{folder / 'tocsin.db'}")
