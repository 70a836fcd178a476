"""A small exchange that is served over TAXII: who may do what, and what is in it."""

import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from house import no_lists
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from taxii_server import Service, create_app
from tocsin.ledger.append import Outcome, append
from tocsin.ledger.collections import Collection, add_collection, add_root
from tocsin.ledger.database import Database
from tocsin.ledger.receipts import Receipts
from tocsin.members.access import Door, Principal, add_user
from tocsin.members.audit import Audit
from tocsin.members.members import add_member, find_member, grant
from tocsin.members.tokens import new_token
from tocsin.publishing.exchange import found, load_exchange
from tocsin.publishing.hand_in import take_in, terms_for
from tocsin.publishing.process import process
from tocsin.publishing.versions import version_of
from tocsin.screening import Screening

START = 1_790_000_000_000
TAXII = "application/taxii+json;version=2.1"
PASSWORD = "correct horse battery"
RIGHTS = {
    "bank": (True, True),
    "peer": (True, True),
    "police": (True, False),
    "telco": (False, True),
    "stranger": (False, False),
}
"""Members, and what each may do with the collections: read, write."""

IDS = {
    "Shared": "11111111-1111-4111-8111-111111111111",
    "Empty": "0eeeeeee-eeee-4eee-8eee-eeeeeeeeeeee",
    "Other": "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
}
ELSEWHERE = "e15e5e5e-5e5e-4e5e-8e5e-5e5e5e5e5e5e"
SHARED = f"/taxii2/exchange/collections/{IDS['Shared']}/"


def is_error(response: TestResponse, status: int, saying: str = "") -> None:
    """The answer is a TAXII error with this status, which says so (TAXII 2.1 section 3.6.1)."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == TAXII
    assert response.json["title"]
    assert response.json["http_status"] == str(status)
    assert saying in response.json["description"]


def body_of(
    name: str, version: str | None = "2026-01-01T00:00:00.000Z", kind: str = "malware", /, **more: Any
) -> bytes:
    """The bytes of an object; `more` are further properties."""
    content: dict[str, Any] = {"type": kind, "spec_version": "2.1", "id": id_of(name, kind)}
    if version is not None:
        content |= {"created": "2026-01-01T00:00:00.000Z", "modified": version}
    if kind in ("malware", "tool"):
        content |= {"name": name}
    if kind == "malware":
        content |= {"is_family": False}
    return json.dumps({**content, **more}).encode()


def id_of(name: str, kind: str = "malware") -> str:
    """The id of the object that `body_of` makes; a UUID of version 4, as STIX wants it for such objects."""
    return f"{kind}--{uuid.UUID(bytes=uuid.uuid5(uuid.NAMESPACE_DNS, name).bytes, version=4)}"


def envelope(*bodies: bytes) -> bytes:
    return b'{"objects":[' + b",".join(bodies) + b"]}"


@dataclass
class Served:
    """What the TAXII server works with."""

    database: Database
    receipts: Receipts
    service: Service

    def close(self) -> None:
        self.receipts.close()
        self.service.audit.close()
        self.database.close()


@dataclass
class World(Served):
    """The exchange, and a client that asks it as one of its members.

    `name` says to another process what to serve.
    """

    client: Any
    tokens: dict[str, str]
    collections: dict[str, Collection]
    name: str

    def put(self, *bodies: bytes, to: str = "Shared", owner: str | None = None, now: int = START) -> list[Outcome]:
        return put(self.database, self.collections[to], bodies, owner, now)

    def ask(self, path: str, member: str | None = "bank", method: str = "GET", **options: Any) -> TestResponse:
        """A request with the member's token; `path` is below the collection 'Shared' unless it starts with a slash."""
        headers = {"Accept": TAXII, **options.pop("headers", {})}
        if member is not None and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {self.tokens[member]}"
        url = path if path.startswith("/") else SHARED + path
        kept = {name: value for name, value in headers.items() if value is not None}
        return self.client.open(url, method=method, headers=kept, **options)

    def push(self, *bodies: bytes, member: str = "bank", path: str = "objects/", **options: Any) -> TestResponse:
        headers = {"Content-Type": TAXII, **options.pop("headers", {})}
        return self.ask(path, member, "POST", data=options.pop("data", envelope(*bodies)), headers=headers, **options)

    def pages(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every page from `path` on, by `next` alone after the first."""
        pages = []
        while True:
            response = self.ask(path, query_string=query)
            assert response.status_code == 200, response.text
            pages.append(response.json)
            if not response.json.get("more"):
                return pages
            assert response.json["objects" if "versions" not in path else "versions"]
            query = {"next": response.json["next"], **({"limit": query["limit"]} if "limit" in query else {})}


def basic(login: str, password: str, scheme: str = "Basic") -> dict[str, str]:
    return {"Authorization": f"{scheme} " + base64.b64encode(f"{login}:{password}".encode()).decode()}


def populate(database: Database) -> tuple[dict[str, str], dict[str, Collection]]:
    """Five members, three collections under the root 'exchange', one under another; tokens and the three."""
    tokens: dict[str, str] = {}
    with database.writing() as connection:
        made = {title: _collection(connection, title) for title in IDS}
        add_root(connection, "second", "Second", "Something else is here.")
        elsewhere = add_collection(connection, "Elsewhere", START - 1_000, collection_id=ELSEWHERE, root="second")
        for slug, (read, write) in RIGHTS.items():
            member = add_member(connection, slug, slug.title(), "bank", "SG", START, trusted=slug != "peer")
            tokens[slug] = new_token(connection, member.key, "machine", START)
            for collection in (*made.values(), elsewhere):
                grant(connection, collection.key, member.key, read=read, write=write)
    return tokens, made


def add_ann(database: Database) -> None:
    """Give the bank a person; apart, because a password takes its time."""
    with database.writing() as connection:
        add_user(connection, "ann", find_member(connection, "bank").key, "contributor", PASSWORD, START)


def build(database: Database, receipts_url: str, **limits: Any) -> World:
    """The exchange, served in this process."""
    with database.writing() as connection:
        found(connection, "Test exchange", "desk@exchange.example", START, demonstration=True)
    tokens, collections = populate(database)
    return _world(database, receipts_url, tokens, collections, limits)


def another(world: World) -> World:
    """The same exchange as another process serves it: nothing but the databases is shared."""
    return _world(Database(url_of(world.database)), world.receipts.url, world.tokens, world.collections, {})


def serve(database: Database, receipts_url: str, **limits: Any) -> Served:
    """What the TAXII server works with, over an exchange that is there."""
    receipts = Receipts(receipts_url)
    receipts.prepare()
    folder = Path(sa.make_url(receipts_url).database or "audit.db").parent
    audit = Audit(f"sqlite:///{folder / 'audit.db'}", folder / "audit.heads", b"a" * 32)
    with database.reading() as connection:
        exchange = load_exchange(connection)
    assert exchange is not None

    def hand_in(principal: Principal, collection: Collection, body: bytes) -> str:
        with database.writing() as connection:
            member = find_member(connection, principal.member)
            terms = terms_for(
                connection, member, tlp="green", collections=[collection.id], file_format="stix", whole=True
            )
            report_id, _ = take_in(connection, member, principal.subscriber, body, None, terms, START)
        process(database, exchange, screening(), report_id)
        return report_id

    return Served(database, receipts, Service(database, Door(database), receipts, hand_in, exchange, audit, **limits))


def screening() -> Screening:
    """Allow lists with nothing on them, reserved names let through."""
    return Screening(hit=no_lists, demonstration=True)


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def _world(
    database: Database,
    receipts_url: str,
    tokens: dict[str, str],
    collections: dict[str, Collection],
    limits: dict[str, Any],
) -> World:
    served = serve(database, receipts_url, **limits)
    name = json.dumps({"database": url_of(database), "receipts": receipts_url, "limits": limits})
    return World(database, served.receipts, served.service, Client(mounted(served.service)), tokens, collections, name)


def put(
    database: Database, collection: Collection, bodies: Sequence[bytes], owner: str | None, now: int
) -> list[Outcome]:
    """Append objects as they are, pushed by `owner` or by the exchange itself."""
    with database.writing() as connection:
        key = find_member(connection, owner).key if owner else None
        return append(connection, collection.key, [version_of(body, key) for body in bodies], now)


def mounted(service: Service) -> Any:
    """The application where `tocsin serve` has it."""
    return DispatcherMiddleware(NotFound(), {"/taxii2": create_app(service)})


def _collection(connection: Any, title: str) -> Collection:
    alias = title.lower() if title == "Shared" else None
    return add_collection(connection, title, START - 1_000, collection_id=IDS[title], alias=alias)


def ids(resource: dict[str, Any]) -> list[str]:
    return [one["id"] for one in resource.get("objects", [])]


def names_of(resource: dict[str, Any], known: Sequence[str]) -> list[str]:
    """The names that `body_of` was called with, in the order of the objects."""
    by_id = {id_of(name): name for name in known}
    return [by_id.get(one, one) for one in ids(resource)]
