"""A stock medallion over our ledger, asked the same as our own server; every difference has its reason.

The numbers are those of the statements of TAXII 2.1 that our own tests carry (`test_018_…`).
"""

import base64
import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import medallion
import pytest
from flask import Response
from flask.testing import FlaskClient
from taxii_world import IDS, PASSWORD, START, TAXII, World, add_ann, body_of, envelope, id_of

from tocsin.members.people import find_person
from tocsin.members.tables import second_factors
from tocsin.times import taxii_stamp

SHARED, EMPTY = IDS["Shared"], IDS["Empty"]
POLL = f"exchange/collections/{SHARED}/"
V = [f"2026-0{n}-01T00:00:00.000Z" for n in (1, 2, 3)]
DATES = ("X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last")


class Question(NamedTuple):
    """A request to both servers; `path` as below `/taxii2/` of ours."""

    path: str
    query: str = ""
    method: str = "GET"
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    body: bytes = b""


QUERIES = [
    "",
    *(f"limit={limit}" for limit in (1, 2, 100_000)),
    *(f"match[type]={types}" for types in ("malware", "tool", "malware,tool", "nothing")),
    *(f"match[version]={version}" for version in ("all", "first", "last", "first,last", V[1], f"{V[0]},{V[2]}")),
    *(f"match[spec_version]={version}" for version in ("2.0", "2.1", "2.0,2.1")),
    f"match[id]={id_of('a')}",
    f"match[id]={id_of('a')},{id_of('b', 'tool')}&match[version]=all",
    "match[type]=tool&match[version]=all&limit=1",
    *(f"added_after={taxii_stamp(START + n)}" for n in (-1, 1, 4, 900)),
    f"added_after={taxii_stamp(START + 1)}&match[version]=all",
    "unknown=1",
]
BAD_QUERIES = [
    *("limit=0", "limit=-1", "limit=x", "limit=1.5", "limit="),
    *("added_after=yesterday", "added_after=2026-13-01T00:00:00Z", "added_after="),
    *("match[version]=x", "match[version]=all,first", "match[spec_version]=two", "next=unknown", "match[type]="),
]
DUPLICATES = ["limit=1&limit=2", "match[type]=tool&match[type]=malware", f"added_after={V[0]}&added_after={V[1]}"]
ACCEPTS = [
    "",
    "*/*",
    "application/*",
    TAXII.upper(),
    TAXII.replace(";", "; "),
    TAXII + ";q=0.9",
    "application/taxii+json",
]
ACCEPTS += [
    'application/taxii+json;version="2.1"',
    "application/taxii+json;VERSION=2.1",
    "text/html",
    "application/json",
]
ACCEPTS += [
    "application/taxii+json;version=2.0",
    "application/taxii+json;version=2.0,application/taxii+json;version=2.1",
]
CONTENT_TYPES = [
    TAXII,
    "application/taxii+json",
    "application/taxii+json;version=2.0",
    "text/plain",
    TAXII + ";charset=utf-8",
]
CONTENT_TYPES += ["application/stix+json;version=2.1", 'application/taxii+json; version="2.1"']


def questions() -> Iterator[Question]:
    """A few hundred."""
    yield from (Question(path) for path in ("", "exchange/", "second/", "nowhere/", "exchange/collections/"))
    yield from (Question(path) for path in ("second/collections/", "exchange/status/x/", "exchange/other/"))
    objects = [POLL + f"objects/{one}/" for one in (id_of("a"), id_of("b", "tool"), id_of("nobody"), "x")]
    pages = [POLL + "objects/", POLL + "manifest/", f"exchange/collections/{EMPTY}/objects/"]
    pages += [*objects, *(path + "versions/" for path in objects)]
    for path, query in itertools.product(pages, QUERIES + BAD_QUERIES + DUPLICATES):
        yield Question(path, query)
    for name in (SHARED, SHARED.upper(), "shared", "unknown", IDS["Other"]):
        yield from (Question(f"exchange/collections/{name}/{rest}") for rest in ("", "objects/", "manifest/"))
    for path in ("", POLL, POLL + "objects/"):
        yield from (Question(path, headers={"Accept": accept}) for accept in ACCEPTS)
        yield from (Question(path, headers={"Authorization": one}) for one in ("", "Basic eA==", "Bearer x", "Basic !"))
        yield from (Question(path, method=method) for method in ("HEAD", "OPTIONS", "PUT", "PATCH"))
        yield Question(path, method="OPTIONS", headers={"Authorization": ""})
        yield Question(path.removesuffix("/"))
    bodies = [envelope(), b"{", b"[]", b"", b'{"objects":{}}', b'{"objects":[]}']
    for body, content_type in itertools.product([*bodies, envelope(body_of("a", V[0]))], CONTENT_TYPES):
        yield Question(POLL + "objects/", "", "POST", {"Content-Type": content_type}, body)
    yield from (Question(path, method="DELETE") for path in (POLL, POLL + "objects/", objects[2]))


Answers = tuple[Any, Any]


def failed(one: Any) -> bool:
    return one.status_code >= 400


REASONS: dict[str, Any] = {
    "2, 39, 40: medallion's framework answers errors in HTML": lambda question, ours, theirs: (
        ours.status_code == theirs.status_code
        and failed(ours)
        and ours.mimetype == "application/taxii+json"
        and theirs.mimetype == "text/html"
    ),
    "6: medallion lets OPTIONS in without a credential": lambda question, ours, theirs: (
        question.method == "OPTIONS" and theirs.status_code == 200
    ),
    "17, 19, 20, 22, 23, 28: medallion reads Accept letter by letter": lambda question, ours, theirs: (
        "Accept" in question.headers and (ours.status_code, theirs.status_code) == (200, 406)
    ),
    "32, 33, 34: medallion reads Content-Type letter by letter": lambda question, ours, theirs: (
        "Content-Type" in question.headers and theirs.status_code == 415 and ours.status_code != 415
    ),
    "38: medallion redirects to the URL with a slash at its end": lambda question, ours, theirs: (
        theirs.status_code == 308 and not question.path.endswith("/")
    ),
    "84: medallion takes the first of two values": lambda question, ours, theirs: (
        question.query in DUPLICATES and ours.status_code == 400 and theirs.status_code in (200, 404)
    ),
    "123, 124: medallion looks for a length before it looks at the body": lambda question, ours, theirs: (
        question.method == "POST" and failed(ours) and failed(theirs) and ours.status_code != theirs.status_code
    ),
    "136: medallion writes objects anew: the same comes as other bytes": lambda question, ours, theirs: (
        question.method == "POST" and (ours.status_code, theirs.status_code) == (202, 202)
    ),
    "HEAD (RFC 9110): medallion's objects have no answer to it": lambda question, ours, theirs: (
        question.method == "HEAD" and theirs.status_code == 500
    ),
}


@pytest.fixture
def stock(world: World) -> FlaskClient:
    """medallion's own application, configured as its program does, over the world's ledger."""
    application = medallion.application_instance
    configuration = {
        "users": {"ann": PASSWORD},
        "taxii": {"max_page_size": 10_000},
        "backend": {
            "module": "taxii_server.medallion_backend",
            "module_class": "LedgerBackend",
            "service": world.service,
        },
    }
    for name in configuration:
        medallion.set_config(application, name, configuration)
    if not application.blueprints:
        medallion.register_blueprints(application)
    return application.test_client()


@pytest.fixture
def filled(world: World) -> World:
    add_ann(world.database)
    world.put(body_of("a", V[0]), body_of("b", V[0], "tool"), body_of("a", V[1]), owner="bank")
    world.put(body_of("c", V[0]), body_of("a", V[2]), body_of("d", V[0], "tool"), owner="bank", now=START + 500)
    return world


def ask_both(world: World, stock: FlaskClient, question: Question) -> Answers:
    basic = "Basic " + base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    headers = {"Accept": TAXII, "Authorization": basic, **question.headers}
    kept = {name: value for name, value in headers.items() if value}
    query = f"?{question.query}" if question.query else ""
    body = {"data": question.body} if question.method == "POST" else {}
    url = f"/taxii2/{question.path}" if question.path else "/taxii2/"
    ours = world.client.open(url + query, method=question.method, headers=kept, **body)
    their_path = f"/{question.path}" if question.path else "/taxii2/"
    try:
        theirs: Any = stock.open(their_path + query, method=question.method, headers=kept, **body)
    except IndexError:  # its handler of errors fails where the error has no words
        theirs = Response(status=500)
    return ours, theirs


def resource(answer: Any) -> Any:
    """What an answer says, without what has to be different: its own URLs, ids and moments."""
    if failed(answer):
        return {"http_status": answer.json["http_status"]} if answer.mimetype == "application/taxii+json" else None
    found = answer.get_json(silent=True) or {}
    if "api_roots" in found:
        found = {**found, "default": 1, "api_roots": [one.rsplit("/", 2)[1] for one in found["api_roots"]]}
    if "request_timestamp" in found:
        found = {name: value for name, value in found.items() if name not in ("id", "request_timestamp")}
    return found


def same(ours: Any, theirs: Any) -> bool:
    dates = [[one.headers.get(name) for name in DATES] for one in (ours, theirs)]
    return bool(
        ours.status_code == theirs.status_code
        and ours.mimetype == theirs.mimetype
        and resource(ours) == resource(theirs)
        and (failed(ours) or dates[0] == dates[1])
    )


def test_a_stock_medallion_says_the_same_or_we_know_why_not(filled: World, stock: FlaskClient) -> None:
    asked, unexplained, used = 0, [], set()
    for question in questions():
        ours, theirs = ask_both(filled, stock, question)
        asked += 1
        assert ours.status_code < 500, question
        if same(ours, theirs):
            continue
        reason = next((text for text, holds in REASONS.items() if holds(question, ours, theirs)), None)
        used.add(reason)
        if reason is None:
            unexplained.append((question, ours.status_code, resource(ours), theirs.status_code, resource(theirs)))
    assert not unexplained, "\n".join(map(str, unexplained[:20])) + f"\n{len(unexplained)} of {asked}"
    assert asked > 600
    assert used == set(REASONS), "a reason that explains nothing is no reason"


def test_a_push_through_medallion_is_served_by_us(filled: World, stock: FlaskClient) -> None:
    basic = "Basic " + base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    headers = {"Accept": TAXII, "Authorization": basic, "Content-Type": TAXII}
    status = stock.post(f"/{POLL}objects/", data=envelope(body_of("pushed")), headers=headers)
    assert (status.status_code, status.json["success_count"]) == (202, 1)
    assert filled.ask(f"objects/{id_of('pushed')}/").status_code == 200
    assert stock.get(f"/exchange/status/{status.json['id']}/", headers=headers).json["success_count"] == 1
    assert stock.delete(f"/{POLL}objects/{id_of('pushed')}/", headers=headers).status_code == 200
    assert filled.ask(f"objects/{id_of('pushed')}/").status_code == 404


def test_medallion_pages_to_the_end(filled: World, stock: FlaskClient) -> None:
    basic = "Basic " + base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    headers = {"Accept": TAXII, "Authorization": basic}
    found, query = [], {"limit": "2"}
    while True:
        page = stock.get(f"/{POLL}objects/", query_string=query, headers=headers).json
        found += [one["id"] for one in page["objects"]]
        if not page.get("more"):
            break
        query["next"] = page["next"]
    assert found == [id_of("b", "tool"), id_of("c"), id_of("a"), id_of("d", "tool")]


def test_a_user_whom_the_exchange_does_not_know_sees_nothing(world: World, stock: FlaskClient) -> None:
    basic = "Basic " + base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    for path in ("/taxii2/", "/exchange/", f"/{POLL}objects/"):
        assert stock.get(path, headers={"Accept": TAXII, "Authorization": basic}).status_code == 403


def test_a_user_with_a_second_factor_comes_in_by_no_other_way(filled: World, stock: FlaskClient) -> None:
    with filled.database.writing() as connection:
        key = find_person(connection, "ann").key
        values = {"user_key": key, "secret": b"sealed", "last_step": 0, "confirmed_ms": START}
        connection.execute(second_factors.insert().values(values))
    basic = "Basic " + base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    answer = stock.get(f"/{POLL}objects/", headers={"Accept": TAXII, "Authorization": basic})
    assert answer.status_code == 403
